//! Snapshots and checkpoints, and the way back to them.

use expect_test::expect;
use worlds::check;

const HALTED: &str =
    "host h1 8GiB; host h2 16GiB; sr nfs on h1 h2; network lan; vm web 2GiB halted disk nfs nic lan";
const RUNNING: &str =
    "host h1 8GiB; host h2 16GiB; sr nfs on h1 h2; network lan; vm web 2GiB running on h1 disk nfs nic lan";
const SUSPENDED: &str =
    "host h1 8GiB; host h2 16GiB; sr nfs on h1 h2; network lan; vm web 2GiB suspended disk nfs nic lan";

#[test]
fn snapshots_a_halted_machine() {
    check(
        HALTED,
        "VM.snapshot web first",
        expect![[r#"
            h1: snapshot disk web/disk0
        "#]],
    );
}

#[test]
fn snapshots_a_suspended_machine() {
    check(
        SUSPENDED,
        "VM.snapshot web first",
        expect![[r#"
            h1: snapshot disk web/disk0
        "#]],
    );
}

#[test]
fn checkpoints_a_suspended_machine() {
    check(
        SUSPENDED,
        "VM.checkpoint web first",
        expect![[r#"
            h1: snapshot disk web/disk0
            h1: clone disk Suspend image
        "#]],
    );
}

#[test]
fn checkpoints_a_paused_machine() {
    check(
        RUNNING,
        "VM.pause web; VM.checkpoint web first",
        expect![[r#"
            h1: create disk of 2182 MiB
            h1: copy memory web
            h1: snapshot disk web/disk0
        "#]],
    );
}

#[test]
fn does_not_checkpoint_a_halted_machine() {
    check(
        HALTED,
        "VM.checkpoint web first",
        expect![[r#"
            VM_BAD_POWER_STATE[web, paused, suspended, running, halted]
        "#]],
    );
}

#[test]
fn snapshots_without_a_disk() {
    check(HALTED, "VM.snapshot web first web/disk0", expect![[""]]);
}

#[test]
fn reverts_a_halted_machine() {
    check(
        HALTED,
        "VM.snapshot web first; VM.revert first",
        expect![[r#"
            h1: clone disk first/disk0
            h1: destroy disk web/disk0
        "#]],
    );
}

#[test]
fn reverts_a_running_machine() {
    check(
        RUNNING,
        "VM.snapshot web first; VM.revert first",
        expect![[r#"
            h1: clone disk first/disk0
            h1: destroy web
            h1: destroy disk web/disk0
        "#]],
    );
}

#[test]
fn reverts_a_paused_machine() {
    check(
        RUNNING,
        "VM.snapshot web first; VM.pause web; VM.revert first",
        expect![[r#"
            h1: clone disk first/disk0
            h1: destroy web
            h1: destroy disk web/disk0
        "#]],
    );
}

#[test]
fn reverts_a_suspended_machine() {
    check(
        SUSPENDED,
        "VM.snapshot web first; VM.revert first",
        expect![[r#"
            h1: clone disk first/disk0
            h1: destroy disk web/disk0
            h1: destroy disk Suspend image
        "#]],
    );
}

#[test]
fn reverts_to_a_checkpoint() {
    check(
        RUNNING,
        "VM.checkpoint web first; VM.revert first",
        expect![[r#"
            h1: clone disk first/disk0
            h1: clone disk Suspend image
            h1: destroy web
            h1: destroy disk web/disk0
        "#]],
    );
}

#[test]
fn reverts_a_halted_machine_to_a_checkpoint() {
    check(
        RUNNING,
        "VM.checkpoint web first; VM.hard_shutdown web; VM.revert first",
        expect![[r#"
            h1: clone disk first/disk0
            h1: clone disk Suspend image
            h1: destroy disk web/disk0
        "#]],
    );
}

#[test]
fn resumes_from_a_checkpoint() {
    check(
        RUNNING,
        "VM.checkpoint web first; VM.revert first; VM.resume web",
        expect![[r#"
            h2: restore memory web
            h2: plug web/disk0
            h2: plug web/nic0
            h2: device model web
            h2: unpause web
            h1: destroy disk Suspend image
        "#]],
    );
}

#[test]
fn reverts_twice() {
    check(
        HALTED,
        "VM.snapshot web first; VM.revert first; VM.revert first",
        expect![[r#"
            h1: clone disk first/disk0
            h1: destroy disk web/disk0
        "#]],
    );
}

#[test]
fn does_not_revert_to_a_machine() {
    check(
        HALTED,
        "VM.revert web",
        expect![[r#"
            REVERT_ONLY_ALLOWED_ON_SNAPSHOT[]
        "#]],
    );
}

#[test]
fn does_not_revert_what_is_gone() {
    check(
        HALTED,
        "VM.snapshot web first; VM.destroy web; VM.revert first",
        expect![[r#"
            VM_REVERT_FAILED[OpaqueRef:NULL, first]
        "#]],
    );
}

#[test]
fn destroys_a_machine_with_snapshots() {
    check(HALTED, "VM.snapshot web first; VM.snapshot web second; VM.destroy web", expect![[""]]);
}

#[test]
fn destroys_a_snapshot_between_others() {
    check(
        HALTED,
        "VM.snapshot web first; VM.snapshot web second; VM.snapshot web third; VM.destroy second",
        expect![[""]],
    );
}

#[test]
fn destroys_a_checkpoint() {
    check(
        RUNNING,
        "VM.checkpoint web first; VM.destroy first",
        expect![[r#"
            h1: destroy disk Suspend image
        "#]],
    );
}

#[test]
fn clones_a_snapshot() {
    check(
        HALTED,
        "VM.snapshot web first; VM.clone first copy",
        expect![[r#"
            h1: clone disk first/disk0
        "#]],
    );
}

#[test]
fn clones_a_checkpoint() {
    check(
        RUNNING,
        "VM.checkpoint web first; VM.clone first copy",
        expect![[r#"
            h1: clone disk first/disk0
        "#]],
    );
}

#[test]
fn copies_a_snapshot() {
    check(
        HALTED,
        "VM.snapshot web first; VM.copy first copy null",
        expect![[r#"
            h1: copy disk first/disk0
        "#]],
    );
}

#[test]
fn does_not_clone_a_suspended_machine() {
    check(
        SUSPENDED,
        "VM.clone web copy",
        expect![[r#"
            VM_BAD_POWER_STATE[web, halted, suspended]
        "#]],
    );
}

#[test]
fn does_not_start_a_snapshot() {
    check(
        HALTED,
        "VM.snapshot web first; VM.start first",
        expect![[r#"
            VM_IS_SNAPSHOT[first, start]
        "#]],
    );
}

#[test]
fn does_not_snapshot_a_snapshot() {
    check(
        HALTED,
        "VM.snapshot web first; VM.snapshot first second",
        expect![[r#"
            VM_IS_SNAPSHOT[first, snapshot]
        "#]],
    );
}

#[test]
fn resumes_with_a_new_drive() {
    check(
        SUSPENDED,
        "VDI.create {name_label: data, SR: nfs, virtual_size: 1GiB, type: user}; VBD.create {VM: web, VDI: data, userdevice: 5, mode: RW, type: Disk}; VM.resume web",
        expect![[r#"
            h2: restore memory web
            h2: plug web/disk0
            h2: plug web/disk5
            h2: plug web/nic0
            h2: device model web
            h2: unpause web
            h1: destroy disk Suspend image
        "#]],
    );
}

#[test]
fn does_not_make_a_machine_of_a_snapshot_by_provision() {
    check(
        HALTED,
        "VM.snapshot web first; VM.provision first",
        expect![[r#"
            VM_IS_SNAPSHOT[first, provision]
        "#]],
    );
}
