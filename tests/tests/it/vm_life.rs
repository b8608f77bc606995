//! The life of a virtual machine.

use expect_test::expect;
use worlds::check;

const POOL: &str = "host h1 8GiB; host h2 16GiB; sr nfs on h1 h2; vm web 4GiB halted disk nfs";
const RUNNING: &str = "host h1 8GiB; host h2 16GiB; sr nfs on h1 h2; vm web 2GiB running on h1 disk nfs";
const PAUSED: &str = "host h1 8GiB; host h2 16GiB; sr nfs on h1 h2; vm web 2GiB paused on h1 disk nfs";
const SUSPENDED: &str = "host h1 8GiB; host h2 16GiB; sr nfs on h1 h2; vm web 2GiB suspended disk nfs";

#[test]
fn starts_on_the_roomiest_host() {
    check(
        POOL,
        "VM.start web",
        expect![[r#"
        h2: create web
        h2: plug web/disk0
        h2: device model web
        h2: unpause web
    "#]],
    );
}

#[test]
fn starts_paused() {
    check(
        POOL,
        "VM.start web true",
        expect![[r#"
        h2: create web
        h2: plug web/disk0
        h2: device model web
    "#]],
    );
}

#[test]
fn starts_on_a_named_host() {
    check(
        POOL,
        "VM.start_on web h1",
        expect![[r#"
        h1: create web
        h1: plug web/disk0
        h1: device model web
        h1: unpause web
    "#]],
    );
}

#[test]
fn does_not_start_what_runs() {
    check(
        RUNNING,
        "VM.start web",
        expect![[r#"
        VM_BAD_POWER_STATE[web, halted, running]
    "#]],
    );
}

#[test]
fn does_not_start_where_there_is_no_room() {
    check(
        "host h1 2GiB; sr nfs on h1; vm big 64GiB halted disk nfs",
        "VM.start big",
        expect![[r#"
        NO_HOSTS_AVAILABLE[]
    "#]],
    );
}

#[test]
fn pauses() {
    check(
        RUNNING,
        "VM.pause web",
        expect![[r#"
        h1: pause web
    "#]],
    );
}

#[test]
fn unpauses() {
    check(
        PAUSED,
        "VM.unpause web",
        expect![[r#"
        h1: unpause web
    "#]],
    );
}

#[test]
fn suspends() {
    check(
        RUNNING,
        "VM.suspend web",
        expect![[r#"
        h1: create disk of 2182 MiB
        h1: ask to suspend web
        h1: save memory web
    "#]],
    );
}

#[test]
fn resumes() {
    check(
        SUSPENDED,
        "VM.resume web",
        expect![[r#"
        h2: restore memory web
        h2: plug web/disk0
        h2: device model web
        h2: unpause web
        h1: destroy disk Suspend image
    "#]],
    );
}

#[test]
fn resumes_on_a_named_host() {
    check(
        SUSPENDED,
        "VM.resume_on web h1",
        expect![[r#"
        h1: restore memory web
        h1: plug web/disk0
        h1: device model web
        h1: unpause web
        h1: destroy disk Suspend image
    "#]],
    );
}

#[test]
fn shuts_down_cleanly() {
    check(
        RUNNING,
        "VM.clean_shutdown web",
        expect![[r#"
        h1: ask to shut down web
    "#]],
    );
}

#[test]
fn shuts_down_hard() {
    check(
        RUNNING,
        "VM.hard_shutdown web",
        expect![[r#"
        h1: destroy web
    "#]],
    );
}

#[test]
fn shuts_down_a_suspended_machine() {
    check(
        SUSPENDED,
        "VM.hard_shutdown web",
        expect![[r#"
        h1: destroy disk Suspend image
    "#]],
    );
}

#[test]
fn shuts_down_one_way_or_the_other() {
    check(
        RUNNING,
        "VM.shutdown web",
        expect![[r#"
        h1: ask to shut down web
    "#]],
    );
}

#[test]
fn reboots_cleanly() {
    check(
        RUNNING,
        "VM.clean_reboot web",
        expect![[r#"
        h1: ask to reboot web
        h1: create web
        h1: plug web/disk0
        h1: device model web
        h1: unpause web
    "#]],
    );
}

#[test]
fn reboots_hard() {
    check(
        RUNNING,
        "VM.hard_reboot web",
        expect![[r#"
        h1: destroy web
        h1: create web
        h1: plug web/disk0
        h1: device model web
        h1: unpause web
    "#]],
    );
}

#[test]
fn migrates() {
    check(
        RUNNING,
        "VM.pool_migrate web h2",
        expect![[r#"
        h2: receive web
        h1: send web to h2
    "#]],
    );
}

#[test]
fn clones() {
    check(
        POOL,
        "VM.clone web web2",
        expect![[r#"
        h1: clone disk web/disk0
    "#]],
    );
}

#[test]
fn copies_to_another_storage() {
    check(
        "host h1 8GiB; sr a nfs on h1; sr b nfs on h1; vm web 1GiB halted disk a",
        "VM.copy web web2 b",
        expect![[r#"
        h1: copy disk web/disk0
    "#]],
    );
}

#[test]
fn snapshots_a_running_machine() {
    check(
        RUNNING,
        "VM.snapshot web before",
        expect![[r#"
        h1: snapshot disk web/disk0
    "#]],
    );
}

#[test]
fn checkpoints_a_running_machine() {
    check(
        RUNNING,
        "VM.checkpoint web before",
        expect![[r#"
        h1: pause web
        h1: create disk of 2182 MiB
        h1: copy memory web
        h1: snapshot disk web/disk0
        h1: unpause web
    "#]],
    );
}

#[test]
fn destroys() {
    check(POOL, "VM.destroy web", expect![[r#""#]]);
}

#[test]
fn does_not_destroy_what_runs() {
    check(
        RUNNING,
        "VM.destroy web",
        expect![[r#"
        VM_BAD_POWER_STATE[web, halted, suspended, running]
    "#]],
    );
}

#[test]
fn changes_memory_while_it_runs() {
    check(
        RUNNING,
        "VM.set_memory_dynamic_range web 1GiB 1GiB",
        expect![[r#"
        h1: set memory web to 1024 MiB
    "#]],
    );
}

#[test]
fn changes_processors_while_it_runs() {
    check(
        "host h1 8GiB; sr nfs on h1; vm web 2GiB running on h1 vcpus 2 disk nfs",
        "VM.set_VCPUs_number_live web 1",
        expect![[r#"
            h1: set vcpus web to 1
        "#]],
    );
}
