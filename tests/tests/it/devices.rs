//! Drives and network cards: made, plugged, filled, emptied, gone.

use expect_test::expect;
use worlds::check;

const RUNNING: &str = "host h1 8GiB; host h2 16GiB; sr nfs on h1 h2; sr isos iso on h1 h2; vdi debian.iso on isos; vdi data on nfs 4GiB; network lan; vm web 2GiB running on h1 disk nfs cd nic lan";
const HALTED: &str = "host h1 8GiB; host h2 16GiB; sr nfs on h1 h2; sr isos iso on h1 h2; vdi debian.iso on isos; vdi data on nfs 4GiB; network lan; vm web 2GiB halted disk nfs cd nic lan";
const SUSPENDED: &str = "host h1 8GiB; host h2 16GiB; sr nfs on h1 h2; sr isos iso on h1 h2; vdi debian.iso on isos; vdi data on nfs 4GiB; network lan; vm web 2GiB suspended disk nfs cd nic lan";

#[test]
fn makes_a_drive() {
    check(RUNNING, "VBD.create {VM: web, VDI: data, userdevice: 5, mode: RW, type: Disk}", expect![[""]]);
}

#[test]
fn makes_a_drive_where_there_is_room() {
    check(
        RUNNING,
        "VBD.create {VM: web, VDI: data, userdevice: autodetect, mode: RW, type: Disk}",
        expect![[""]],
    );
}

#[test]
fn does_not_make_two_drives_in_one_place() {
    check(
        RUNNING,
        "VBD.create {VM: web, VDI: data, userdevice: 0, mode: RW, type: Disk}",
        expect![[r#"
            DEVICE_ALREADY_EXISTS[0]
        "#]],
    );
}

#[test]
fn does_not_make_a_drive_nowhere() {
    check(
        RUNNING,
        "VBD.create {VM: web, VDI: data, userdevice: 255, mode: RW, type: Disk}",
        expect![[r#"
            INVALID_DEVICE[255]
        "#]],
    );
}

#[test]
fn does_not_make_a_cd_drive_that_writes() {
    check(
        RUNNING,
        "VBD.create {VM: web, VDI: debian.iso, userdevice: 5, mode: RW, type: CD}",
        expect![[r#"
            VBD_CDS_MUST_BE_READONLY[]
        "#]],
    );
}

#[test]
fn makes_an_empty_cd_drive() {
    check(RUNNING, "VBD.create {VM: web, userdevice: 5, mode: RO, type: CD, empty: true}", expect![[""]]);
}

#[test]
fn plugs_a_drive() {
    check(
        RUNNING,
        "VBD.create {VM: web, VDI: data, userdevice: 5, mode: RW, type: Disk, unpluggable: true}; VBD.plug web/disk5",
        expect![[r#"
            h1: plug web/disk5
        "#]],
    );
}

#[test]
fn unplugs_a_drive() {
    check(
        RUNNING,
        "VBD.create {VM: web, VDI: data, userdevice: 5, mode: RW, type: Disk, unpluggable: true}; VBD.plug web/disk5; VBD.unplug web/disk5",
        expect![[r#"
            h1: unplug web/disk5
        "#]],
    );
}

#[test]
fn unplugs_a_drive_by_force() {
    check(
        RUNNING,
        "VBD.create {VM: web, VDI: data, userdevice: 5, mode: RW, type: Disk, unpluggable: true}; VBD.plug web/disk5; VBD.unplug_force web/disk5",
        expect![[r#"
            h1: unplug web/disk5
        "#]],
    );
}

#[test]
fn does_not_unplug_what_is_fixed() {
    check(
        RUNNING,
        "VBD.create {VM: web, VDI: data, userdevice: 5, mode: RW, type: Disk, unpluggable: false}; VBD.plug web/disk5; VBD.unplug web/disk5",
        expect![[r#"
            VBD_NOT_UNPLUGGABLE[web/disk5]
        "#]],
    );
}

#[test]
fn does_not_plug_twice() {
    check(
        RUNNING,
        "VBD.plug web/disk0",
        expect![[r#"
            DEVICE_ALREADY_ATTACHED[web/disk0]
        "#]],
    );
}

#[test]
fn does_not_unplug_twice() {
    check(
        RUNNING,
        "VBD.create {VM: web, VDI: data, userdevice: 5, mode: RW, type: Disk, unpluggable: true}; VBD.unplug web/disk5",
        expect![[r#"
            DEVICE_ALREADY_DETACHED[web/disk5]
        "#]],
    );
}

#[test]
fn does_not_plug_into_a_halted_machine() {
    check(
        HALTED,
        "VBD.plug web/disk0",
        expect![[r#"
            VM_BAD_POWER_STATE[web, running, halted]
        "#]],
    );
}

#[test]
fn does_not_plug_a_disk_that_another_writes() {
    check(
        "host h1 8GiB; host h2 16GiB; sr nfs on h1 h2; sr isos iso on h1 h2; vdi debian.iso on isos; vdi data on nfs 4GiB; network lan; vm web 2GiB running on h1 disk nfs cd nic lan; vm db 1GiB running on h2 disk data",
        "VBD.create {VM: web, VDI: db/disk0, userdevice: 5, mode: RW, type: Disk}; VBD.plug web/disk5",
        expect![[r#"
            VDI_IN_USE[db/disk0, plug]
        "#]],
    );
}

#[test]
fn does_not_start_with_a_disk_that_another_writes() {
    check(
        "host h1 8GiB; host h2 16GiB; sr nfs on h1 h2; sr isos iso on h1 h2; vdi debian.iso on isos; vdi data on nfs 4GiB; network lan; vm web 2GiB halted disk nfs cd nic lan; vm db 1GiB running on h2 disk data",
        "VBD.create {VM: web, VDI: db/disk0, userdevice: 5, mode: RW, type: Disk}; VM.start web",
        expect![[r#"
            VDI_IN_USE[db/disk0, attach]
        "#]],
    );
}

#[test]
fn destroys_a_drive() {
    check(HALTED, "VBD.destroy web/disk0", expect![[""]]);
}

#[test]
fn does_not_destroy_a_plugged_drive() {
    check(
        RUNNING,
        "VBD.destroy web/disk0",
        expect![[r#"
            OPERATION_NOT_ALLOWED[VBD '2de420ae-e978-4e97-bfb3-ccf037a585f5' still attached to '3f0df1da-b6b7-4e79-bdfc-bb81012e3a71']
        "#]],
    );
}

#[test]
fn inserts_a_disc() {
    check(
        RUNNING,
        "VBD.insert web/cd3 debian.iso",
        expect![[r#"
            h1: insert disc web/cd3
        "#]],
    );
}

#[test]
fn inserts_a_disc_into_a_halted_machine() {
    check(HALTED, "VBD.insert web/cd3 debian.iso", expect![[""]]);
}

#[test]
fn does_not_insert_into_a_suspended_machine() {
    check(
        SUSPENDED,
        "VBD.insert web/cd3 debian.iso",
        expect![[r#"
            VM_BAD_POWER_STATE[web, halted, running, suspended]
        "#]],
    );
}

#[test]
fn does_not_insert_into_a_disk() {
    check(
        RUNNING,
        "VBD.insert web/disk0 debian.iso",
        expect![[r#"
            VBD_NOT_REMOVABLE_MEDIA[web/disk0]
        "#]],
    );
}

#[test]
fn does_not_insert_two_discs() {
    check(
        RUNNING,
        "VBD.insert web/cd3 debian.iso; VBD.insert web/cd3 web/cd3",
        expect![[r#"
            VBD_NOT_EMPTY[web/cd3]
        "#]],
    );
}

#[test]
fn ejects_a_disc() {
    check(
        RUNNING,
        "VBD.insert web/cd3 debian.iso; VBD.eject web/cd3",
        expect![[r#"
            h1: eject disc web/cd3
        "#]],
    );
}

#[test]
fn ejects_a_disc_from_a_halted_machine() {
    check(HALTED, "VBD.insert web/cd3 debian.iso; VBD.eject web/cd3", expect![[""]]);
}

#[test]
fn does_not_eject_nothing() {
    check(
        RUNNING,
        "VBD.eject web/cd3",
        expect![[r#"
            VBD_IS_EMPTY[web/cd3]
        "#]],
    );
}

#[test]
fn does_not_plug_a_cd_drive() {
    check(
        RUNNING,
        "VBD.unplug web/cd3",
        expect![[r#"
            OPERATION_NOT_ALLOWED[the CD drive of an HVM guest cannot be plugged or unplugged]
        "#]],
    );
}

#[test]
fn changes_the_mode() {
    check(HALTED, "VBD.set_mode web/disk0 RO", expect![[""]]);
}

#[test]
fn does_not_change_the_mode_while_it_runs() {
    check(
        RUNNING,
        "VBD.set_mode web/disk0 RO",
        expect![[r#"
            VM_BAD_POWER_STATE[web, halted, running]
        "#]],
    );
}

#[test]
fn makes_a_card() {
    check(RUNNING, "VIF.create {VM: web, network: lan, device: 3, MTU: 1500}", expect![[""]]);
}

#[test]
fn makes_a_card_with_an_address() {
    check(
        RUNNING,
        "VIF.create {VM: web, network: lan, device: 3, MTU: 1500, MAC: '02:11:22:33:44:55'}",
        expect![[""]],
    );
}

#[test]
fn does_not_make_a_card_with_nonsense() {
    check(
        RUNNING,
        "VIF.create {VM: web, network: lan, device: 3, MTU: 1500, MAC: zz}",
        expect![[r#"
            MAC_INVALID[zz]
        "#]],
    );
}

#[test]
fn does_not_make_two_cards_in_one_place() {
    check(
        RUNNING,
        "VIF.create {VM: web, network: lan, device: 0, MTU: 1500}",
        expect![[r#"
            DEVICE_ALREADY_EXISTS[0]
        "#]],
    );
}

#[test]
fn does_not_make_a_card_nowhere() {
    check(
        RUNNING,
        "VIF.create {VM: web, network: lan, device: 16, MTU: 1500}",
        expect![[r#"
            INVALID_DEVICE[16]
        "#]],
    );
}

#[test]
fn plugs_a_card() {
    check(
        RUNNING,
        "VIF.create {VM: web, network: lan, device: 3, MTU: 1500}; VIF.plug web/nic3",
        expect![[r#"
            h1: plug web/nic3
        "#]],
    );
}

#[test]
fn unplugs_a_card() {
    check(
        RUNNING,
        "VIF.unplug web/nic0",
        expect![[r#"
            h1: unplug web/nic0
        "#]],
    );
}

#[test]
fn unplugs_a_card_by_force() {
    check(
        RUNNING,
        "VIF.unplug_force web/nic0",
        expect![[r#"
            h1: unplug web/nic0
        "#]],
    );
}

#[test]
fn does_not_plug_a_card_twice() {
    check(
        RUNNING,
        "VIF.plug web/nic0",
        expect![[r#"
            DEVICE_ALREADY_ATTACHED[web/nic0]
        "#]],
    );
}

#[test]
fn does_not_unplug_a_card_of_a_halted_machine() {
    check(
        HALTED,
        "VIF.unplug web/nic0",
        expect![[r#"
            VM_BAD_POWER_STATE[web, running, halted]
        "#]],
    );
}

#[test]
fn destroys_a_card() {
    check(HALTED, "VIF.destroy web/nic0", expect![[""]]);
}

#[test]
fn does_not_destroy_a_plugged_card() {
    check(
        RUNNING,
        "VIF.destroy web/nic0",
        expect![[r#"
            OPERATION_NOT_ALLOWED[VIF 'ea5f80ef-c582-4423-b4f1-17d475963897' is still attached]
        "#]],
    );
}
