//! Disks: made, copied, resized, gone; and storage that is full.

use expect_test::expect;
use worlds::check;

const RUNNING: &str = "host h1 8GiB; host h2 16GiB; sr nfs on h1 h2; sr local ext on h2; vdi data on nfs 4GiB; vm web 2GiB running on h1 disk nfs";
const HALTED: &str = "host h1 8GiB; host h2 16GiB; sr nfs on h1 h2; sr local ext on h2; vdi data on nfs 4GiB; vm web 2GiB halted disk nfs";
const FULL: &str = "host h1 8GiB; sr nfs on h1 10GiB; vm web 2GiB halted disk nfs 2GiB; vm big 2GiB running on h1 disk nfs 4GiB";

#[test]
fn makes_a_disk() {
    check(
        RUNNING,
        "VDI.create {name_label: new, SR: nfs, virtual_size: 10GiB, type: user}",
        expect![[r#"
            h1: create disk of 10240 MiB
        "#]],
    );
}

#[test]
fn makes_whole_blocks() {
    check(
        RUNNING,
        "VDI.create {name_label: new, SR: nfs, virtual_size: 1000, type: user}",
        expect![[r#"
            h1: create disk of 2 MiB
        "#]],
    );
}

#[test]
fn does_not_make_a_disk_of_no_size() {
    check(
        RUNNING,
        "VDI.create {name_label: new, SR: nfs, virtual_size: 0, type: user}",
        expect![[r#"
            VDI_TOO_SMALL[0, 2097152]
        "#]],
    );
}

#[test]
fn does_not_make_a_disk_of_any_size() {
    check(
        RUNNING,
        "VDI.create {name_label: new, SR: nfs, virtual_size: 4096GiB, type: user}",
        expect![[r#"
            VDI_TOO_LARGE[4398046511104, 2190433320960]
        "#]],
    );
}

#[test]
fn does_not_make_a_disk_among_images() {
    check(
        "host h1 8GiB; sr isos iso on h1",
        "VDI.create {name_label: new, SR: isos, virtual_size: 1GiB, type: user}",
        expect![[r#"
            SR_OPERATION_NOT_SUPPORTED[isos]
        "#]],
    );
}

#[test]
fn destroys_a_disk() {
    check(
        RUNNING,
        "VDI.destroy data",
        expect![[r#"
            h1: destroy disk data
        "#]],
    );
}

#[test]
fn destroys_the_disk_of_a_halted_machine() {
    check(
        HALTED,
        "VDI.destroy web/disk0",
        expect![[r#"
            h1: destroy disk web/disk0
        "#]],
    );
}

#[test]
fn does_not_destroy_a_disk_in_use() {
    check(
        RUNNING,
        "VDI.destroy web/disk0",
        expect![[r#"
            VDI_IN_USE[web/disk0, destroy]
        "#]],
    );
}

#[test]
fn clones_a_disk() {
    check(
        HALTED,
        "VDI.clone web/disk0",
        expect![[r#"
            h1: clone disk web/disk0
        "#]],
    );
}

#[test]
fn clones_a_disk_in_use() {
    check(
        RUNNING,
        "VDI.clone web/disk0",
        expect![[r#"
            h1: clone disk web/disk0
        "#]],
    );
}

#[test]
fn snapshots_a_disk_in_use() {
    check(
        RUNNING,
        "VDI.snapshot web/disk0",
        expect![[r#"
            h1: snapshot disk web/disk0
        "#]],
    );
}

#[test]
fn copies_a_disk() {
    check(
        HALTED,
        "VDI.copy web/disk0 local",
        expect![[r#"
            h2: copy disk web/disk0
        "#]],
    );
}

#[test]
fn copies_a_disk_to_where_it_is() {
    check(
        HALTED,
        "VDI.copy data",
        expect![[r#"
            h1: copy disk data
        "#]],
    );
}

#[test]
fn does_not_copy_a_disk_that_is_written() {
    check(
        RUNNING,
        "VDI.copy web/disk0 local",
        expect![[r#"
            VDI_IN_USE[web/disk0, copy]
        "#]],
    );
}

#[test]
fn grows_a_disk() {
    check(
        HALTED,
        "VDI.resize web/disk0 20GiB",
        expect![[r#"
            h1: resize disk web/disk0 to 20480 MiB
        "#]],
    );
}

#[test]
fn does_not_shrink_a_disk() {
    check(
        HALTED,
        "VDI.resize web/disk0 1GiB",
        expect![[r#"
            VDI_TOO_SMALL[1073741824, 8589934592]
        "#]],
    );
}

#[test]
fn does_not_grow_a_disk_in_use() {
    check(
        RUNNING,
        "VDI.resize web/disk0 20GiB",
        expect![[r#"
            VDI_IN_USE[web/disk0, resize]
        "#]],
    );
}

#[test]
fn grows_a_disk_in_use() {
    check(
        RUNNING,
        "VDI.resize_online web/disk0 20GiB",
        expect![[r#"
            h1: resize disk web/disk0 to 20480 MiB
        "#]],
    );
}

#[test]
fn does_not_make_a_disk_without_room() {
    check(
        FULL,
        "VDI.create {name_label: new, SR: nfs, virtual_size: 12GiB, type: user}",
        expect![[r#"
            SR_FULL[12884901888, 9537847296]
        "#]],
    );
}

#[test]
fn does_not_grow_a_disk_without_room() {
    check(
        FULL,
        "VDI.resize web/disk0 100GiB",
        expect![[r#"
            SR_FULL[105226698752, 9537847296]
        "#]],
    );
}

#[test]
fn does_not_suspend_without_room() {
    check(
        "host h1 8GiB; sr nfs on h1 4GiB; vm big 4GiB running on h1 disk nfs 2GiB",
        "VM.suspend big",
        expect![[r#"
            h1: destroy disk e099ec6c-d736-4ca5-85e7-bb0f12278575
            SR_FULL[4543270092, 3995074560]
        "#]],
    );
}

#[test]
fn does_not_checkpoint_without_room() {
    check(
        "host h1 8GiB; sr nfs on h1 4GiB; vm big 4GiB running on h1 disk nfs 2GiB",
        "VM.checkpoint big before",
        expect![[r#"
            h1: pause big
            h1: destroy disk 0b331645-445b-4d27-bf6c-67e81909778a
            h1: unpause big
            SR_FULL[4543270092, 3995074560]
        "#]],
    );
}

#[test]
fn does_not_suspend_without_storage() {
    check(
        "host h1 8GiB; vm big 4GiB running on h1",
        "VM.suspend big",
        expect![[r#"
            VM_NO_SUSPEND_SR[big]
        "#]],
    );
}

#[test]
fn does_not_checkpoint_without_storage() {
    check(
        "host h1 8GiB; vm big 4GiB running on h1",
        "VM.checkpoint big before",
        expect![[r#"
            VM_NO_SUSPEND_SR[big]
        "#]],
    );
}

#[test]
fn copies_a_machine_to_another_storage() {
    check(
        "host h1 8GiB; sr a nfs on h1; sr b nfs on h1; vm web 1GiB halted disk a disk b",
        "VM.copy web web2 b",
        expect![[r#"
            h1: copy disk web/disk0
            h1: copy disk web/disk1
        "#]],
    );
}

#[test]
fn copies_a_machine_in_place() {
    check(
        "host h1 8GiB; sr a nfs on h1; sr b nfs on h1; vm web 1GiB halted disk a disk b",
        "VM.copy web web2 null",
        expect![[r#"
            h1: copy disk web/disk0
            h1: copy disk web/disk1
        "#]],
    );
}

#[test]
fn does_not_copy_a_machine_without_room() {
    check(
        "host h1 8GiB; sr a nfs on h1; sr b nfs on h1 1GiB; vm web 1GiB halted disk a 4GiB",
        "VM.copy web web2 b",
        expect![[r#"
            h1: destroy disk ae843796-30af-49ee-a263-183773ef6508
            SR_FULL[1201668096, 1073741824]
        "#]],
    );
}

#[test]
fn renames_a_disk() {
    check(RUNNING, "VDI.set_name_label data new", expect![[""]]);
}
