//! What is refused, and with which words; and where machines may run.

use expect_test::expect;
use worlds::check;

const RUNNING: &str =
    "host h1 8GiB; host h2 16GiB; sr nfs on h1 h2; vm web 2GiB running on h1 vcpus 2 disk nfs";
const HALTED: &str = "host h1 8GiB; host h2 16GiB; sr nfs on h1 h2; vm web 2GiB halted vcpus 2 disk nfs";

#[test]
fn does_not_do_what_is_blocked() {
    check(
        HALTED,
        "set VM web blocked_operations {start: 'not on Fridays'}; VM.start web",
        expect![[r#"
            OPERATION_BLOCKED[web, not on Fridays]
        "#]],
    );
}

#[test]
fn blocking_comes_before_the_state() {
    check(
        RUNNING,
        "set VM web blocked_operations {start: no}; VM.start web",
        expect![[r#"
            OPERATION_BLOCKED[web, no]
        "#]],
    );
}

#[test]
fn does_not_pause_a_halted_machine() {
    check(
        HALTED,
        "VM.pause web",
        expect![[r#"
            VM_BAD_POWER_STATE[web, running, halted]
        "#]],
    );
}

#[test]
fn does_not_unpause_what_runs() {
    check(
        RUNNING,
        "VM.unpause web",
        expect![[r#"
            VM_BAD_POWER_STATE[web, paused, running]
        "#]],
    );
}

#[test]
fn does_not_suspend_a_halted_machine() {
    check(
        HALTED,
        "VM.suspend web",
        expect![[r#"
            VM_BAD_POWER_STATE[web, running, halted]
        "#]],
    );
}

#[test]
fn does_not_resume_what_runs() {
    check(
        RUNNING,
        "VM.resume web",
        expect![[r#"
            VM_BAD_POWER_STATE[web, suspended, running]
        "#]],
    );
}

#[test]
fn does_not_shut_down_a_halted_machine() {
    check(
        HALTED,
        "VM.clean_shutdown web",
        expect![[r#"
            VM_BAD_POWER_STATE[web, running, halted]
        "#]],
    );
}

#[test]
fn does_not_shut_down_a_halted_machine_hard() {
    check(
        HALTED,
        "VM.hard_shutdown web",
        expect![[r#"
            VM_BAD_POWER_STATE[web, paused, suspended, running, halted]
        "#]],
    );
}

#[test]
fn does_not_reboot_a_halted_machine() {
    check(
        HALTED,
        "VM.clean_reboot web",
        expect![[r#"
            VM_BAD_POWER_STATE[web, running, halted]
        "#]],
    );
}

#[test]
fn does_not_migrate_a_halted_machine() {
    check(
        HALTED,
        "VM.pool_migrate web h2",
        expect![[r#"
            VM_BAD_POWER_STATE[web, running, halted]
        "#]],
    );
}

#[test]
fn does_not_clone_what_runs() {
    check(
        RUNNING,
        "VM.clone web copy",
        expect![[r#"
            VM_BAD_POWER_STATE[web, halted, running]
        "#]],
    );
}

#[test]
fn does_not_clone_under_a_running_machines_disk() {
    check(
        RUNNING,
        "VM.copy web copy null",
        expect![[r#"
            VM_BAD_POWER_STATE[web, halted, running]
        "#]],
    );
}

#[test]
fn migrates_home() {
    check(RUNNING, "VM.pool_migrate web h1", expect![[""]]);
}

#[test]
fn does_not_migrate_where_there_is_no_room() {
    check(
        "host h1 8GiB; host h2 1GiB; sr nfs on h1 h2; vm web 2GiB running on h1 disk nfs",
        "VM.pool_migrate web h2",
        expect![[r#"
            HOST_NOT_ENOUGH_FREE_MEMORY[2167406592, 766930944]
        "#]],
    );
}

#[test]
fn does_not_migrate_from_its_storage() {
    check(
        "host h1 8GiB; host h2 8GiB; sr local ext on h1; vm web 2GiB running on h1 disk local",
        "VM.pool_migrate web h2",
        expect![[r#"
            VM_REQUIRES_SR[web, local]
        "#]],
    );
}

#[test]
fn does_not_migrate_from_its_network() {
    check(
        "host h1 8GiB; host h2 8GiB; sr nfs on h1 h2; network dmz vlan 20 on h1; vm web 2GiB running on h1 disk nfs nic dmz",
        "VM.pool_migrate web h2",
        expect![[r#"
            VM_REQUIRES_NETWORK[web, dmz]
        "#]],
    );
}

#[test]
fn does_not_start_on_a_host_without_its_storage() {
    check(
        "host h1 8GiB; host h2 8GiB; sr local ext on h1; vm web 2GiB halted disk local",
        "VM.start_on web h2",
        expect![[r#"
            VM_REQUIRES_SR[web, local]
        "#]],
    );
}

#[test]
fn starts_where_its_storage_is() {
    check(
        "host h1 8GiB; host h2 16GiB; sr local ext on h1; vm web 2GiB halted disk local",
        "VM.start web",
        expect![[r#"
            h1: create web
            h1: plug web/disk0
            h1: device model web
            h1: unpause web
        "#]],
    );
}

#[test]
fn starts_where_it_likes_to_be() {
    check(
        HALTED,
        "VM.set_affinity web h1; VM.start web",
        expect![[r#"
            h1: create web
            h1: plug web/disk0
            h1: device model web
            h1: unpause web
        "#]],
    );
}

#[test]
fn starts_elsewhere_when_there_is_no_room_where_it_likes_to_be() {
    check(
        "host h1 2GiB; host h2 16GiB; sr nfs on h1 h2; vm web 4GiB halted disk nfs",
        "VM.set_affinity web h1; VM.start web",
        expect![[r#"
            h2: create web
            h2: plug web/disk0
            h2: device model web
            h2: unpause web
        "#]],
    );
}

#[test]
fn does_not_start_on_a_small_host() {
    check(
        "host h1 2GiB; sr nfs on h1; vm web 4GiB halted disk nfs",
        "VM.start_on web h1",
        expect![[r#"
            HOST_NOT_ENOUGH_FREE_MEMORY[4331667456, 1543294976]
        "#]],
    );
}

#[test]
fn does_not_start_with_more_processors_than_there_are() {
    check(
        "host h1 8GiB; sr nfs on h1; vm web 1GiB halted vcpus 64 disk nfs",
        "VM.start_on web h1",
        expect![[r#"
            HOST_NOT_ENOUGH_PCPUS[64, 16]
        "#]],
    );
}

#[test]
fn does_not_resume_where_the_image_is_not() {
    check(
        "host h1 8GiB; host h2 8GiB; sr local ext on h1; vm web 2GiB running on h1",
        "VM.suspend web; VM.resume_on web h2",
        expect![[r#"
            VM_REQUIRES_SR[web, local]
        "#]],
    );
}

#[test]
fn resets_a_halted_machine() {
    check(HALTED, "VM.power_state_reset web", expect![[""]]);
}

#[test]
fn does_not_reset_what_runs_here() {
    check(
        RUNNING,
        "VM.power_state_reset web",
        expect![[r#"
            DOMAIN_EXISTS[web, 1]
        "#]],
    );
}

#[test]
fn does_not_reset_what_runs_on_a_live_host() {
    check(
        "host h1 8GiB; host h2 16GiB; sr nfs on h1 h2; vm web 2GiB running on h2 disk nfs",
        "VM.power_state_reset web",
        expect![[r#"
            HOST_IS_LIVE[h2]
        "#]],
    );
}

#[test]
fn resets_a_suspended_machine() {
    check(RUNNING, "VM.suspend web; VM.power_state_reset web", expect![[""]]);
}

#[test]
fn keeps_memory_in_order() {
    check(
        HALTED,
        "VM.set_memory_limits web 1GiB 1GiB 2GiB 3GiB",
        expect![[r#"
            MEMORY_CONSTRAINT_VIOLATION[Memory limits must satisfy: static_min ≤ dynamic_min ≤ dynamic_max ≤ static_max]
        "#]],
    );
}

#[test]
fn changes_memory_limits() {
    check(HALTED, "VM.set_memory_limits web 1GiB 4GiB 2GiB 3GiB", expect![[""]]);
}

#[test]
fn does_not_change_memory_limits_while_it_runs() {
    check(
        RUNNING,
        "VM.set_memory_limits web 1GiB 4GiB 2GiB 3GiB",
        expect![[r#"
            VM_BAD_POWER_STATE[web, halted, running]
        "#]],
    );
}

#[test]
fn changes_memory() {
    check(HALTED, "VM.set_memory web 3GiB", expect![[""]]);
}

#[test]
fn does_not_balloon_beyond_the_limit() {
    check(
        RUNNING,
        "VM.set_memory_dynamic_max web 64GiB",
        expect![[r#"
            MEMORY_CONSTRAINT_VIOLATION[Memory limits must satisfy: static_min ≤ dynamic_min ≤ dynamic_max ≤ static_max]
        "#]],
    );
}

#[test]
fn changes_processors() {
    check(HALTED, "VM.set_VCPUs_max web 4", expect![[""]]);
}

#[test]
fn does_not_start_with_more_processors_than_allowed() {
    check(
        HALTED,
        "VM.set_VCPUs_at_startup web 4",
        expect![[r#"
            INVALID_VALUE[VCPUs_at_startup, 4]
        "#]],
    );
}

#[test]
fn does_not_change_processors_while_it_runs() {
    check(
        RUNNING,
        "VM.set_VCPUs_max web 4",
        expect![[r#"
            VM_BAD_POWER_STATE[web, halted, running]
        "#]],
    );
}

#[test]
fn does_not_plug_more_processors_than_allowed() {
    check(
        RUNNING,
        "VM.set_VCPUs_number_live web 4",
        expect![[r#"
            INVALID_VALUE[VCPU values must satisfy: 0 < VCPUs ≤ VCPUs_max, 4]
        "#]],
    );
}

#[test]
fn does_not_change_live_processors_of_a_halted_machine() {
    check(
        HALTED,
        "VM.set_VCPUs_number_live web 1",
        expect![[r#"
            VM_BAD_POWER_STATE[web, running, halted]
        "#]],
    );
}

#[test]
fn does_not_wait_for_a_silent_guest_for_ever() {
    check(
        RUNNING,
        "silent web; VM.clean_shutdown web",
        expect![[r#"
            VM_SHUTDOWN_TIMEOUT[web, 1200]
        "#]],
    );
}

#[test]
fn pulls_the_plug_of_a_silent_guest() {
    check(
        RUNNING,
        "silent web; VM.shutdown web",
        expect![[r#"
            h1: destroy web
        "#]],
    );
}

#[test]
fn does_not_reboot_a_silent_guest_cleanly() {
    check(
        RUNNING,
        "silent web; VM.clean_reboot web",
        expect![[r#"
            VM_SHUTDOWN_TIMEOUT[web, 1200]
        "#]],
    );
}

#[test]
fn does_not_suspend_a_silent_guest() {
    check(
        RUNNING,
        "silent web; VM.suspend web",
        expect![[r#"
            h1: create disk of 2182 MiB
            h1: unpause web
            h1: destroy disk e099ec6c-d736-4ca5-85e7-bb0f12278575
            VM_SUSPEND_TIMEOUT[web, 1200]
        "#]],
    );
}

#[test]
fn does_not_touch_a_control_domain() {
    check(
        "host h1 8GiB",
        "VM.hard_shutdown 'Control domain on host: h1'",
        expect![[r#"
            OPERATION_NOT_ALLOWED[hard_shutdown on a control domain]
        "#]],
    );
}

#[test]
fn puts_no_suspend_image_into_a_drive() {
    check(
        "host h1 8GiB; sr nfs on h1; vm web 2GiB running on h1 disk nfs; vm box 1GiB halted cd",
        "VM.suspend web; VBD.insert box/cd3 'Suspend image'",
        expect![[r#"
            VDI_INCOMPATIBLE_TYPE[Suspend image, suspend]
        "#]],
    );
}
