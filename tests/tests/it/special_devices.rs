//! Graphics cards, PCI and USB devices, TPMs: made, lent to machines, taken back.

use expect_test::expect;
use worlds::check;
use worlds::check::{answered, refuses};

const GPU: &str = "host h1 16GiB; host h2 16GiB; sr nfs on h1 h2; gpu grid on h2 count 2; vm web 1GiB halted disk nfs; vm db 1GiB halted; vm mail 1GiB halted";
const USB: &str = "host h1 8GiB; host h2 16GiB; sr nfs on h1 h2; usb stick on h1 passthrough; usb other on h2; vm web 2GiB halted disk nfs; vm db 1GiB halted";
const TPM: &str = "host h1 8GiB; sr nfs on h1; vm web 2GiB halted disk nfs; vm run 1GiB running";

#[test]
fn a_machine_with_a_vgpu_starts_where_a_card_is() {
    check(
        GPU,
        "VGPU.create web grid 0 {} 'GRID K140Q'; VM.start web",
        expect![[r#"
            h2: create web
            h2: plug web/disk0
            h2: lend web/gpu0
            h2: device model web
            h2: unpause web
        "#]],
    );
}

#[test]
fn a_whole_card_is_a_passed_through_device() {
    check(
        GPU,
        "VGPU.create web grid; VM.start web",
        expect![[r#"
            h2: create web
            h2: plug web/disk0
            h2: lend web/gpu0
            h2: device model web
            h2: unpause web
        "#]],
    );
}

#[test]
fn a_card_comes_back_with_the_end_of_a_machine() {
    check(
        GPU,
        "VGPU.create web grid; VM.start web; VM.hard_shutdown web",
        expect![[r#"
            h2: destroy web
        "#]],
    );
}

#[test]
fn a_machine_keeps_its_card_when_it_reboots() {
    check(
        GPU,
        "VGPU.create web grid; VM.start web; VM.hard_reboot web",
        expect![[r#"
            h2: destroy web
            h2: create web
            h2: plug web/disk0
            h2: lend web/gpu0
            h2: device model web
            h2: unpause web
        "#]],
    );
}

#[test]
fn a_clone_has_a_vgpu_of_its_own() {
    check(
        GPU,
        "VGPU.create web grid 0 {} 'GRID K140Q'; VM.clone web copy",
        expect![[r#"
            h1: clone disk web/disk0
        "#]],
    );
}

#[test]
fn a_machine_gets_the_pci_devices_that_it_names() {
    check(
        GPU,
        "VM.add_to_other_config web pci 0/0000:81:00.0,1/0000:82:00.0; VM.start web",
        expect![[r#"
            h2: create web
            h2: plug web/disk0
            h2: lend h2/0000:81:00.0
            h2: lend h2/0000:82:00.0
            h2: device model web
            h2: unpause web
        "#]],
    );
}

#[test]
fn a_machine_gets_its_usb_device() {
    check(
        USB,
        "VUSB.create web stick; VM.start web",
        expect![[r#"
            h1: create web
            h1: plug web/disk0
            h1: lend web/usb stick
            h1: device model web
            h1: unpause web
        "#]],
    );
}

#[test]
fn a_usb_device_is_taken_back() {
    check(
        USB,
        "VUSB.create web stick; VM.start web; VUSB.unplug 'web/usb stick'",
        expect![[r#"
            h1: take back web/usb stick
        "#]],
    );
}

#[test]
fn usb_devices_that_are_known_are_found_again() {
    check(
        USB,
        "PUSB.scan h1",
        expect![[r#"
            h1: look for usb devices h1
        "#]],
    );
}

#[test]
fn what_is_plugged_in_is_found_and_what_is_gone_is_not() {
    use worlds::world::{Origin, World, run};
    run(async {
        let world = World::new(Origin::Words(USB), 1, sim::machine::Speed::Max);
        let pool = world.pool();
        let host = model::Ref::new(worlds::words::named(&pool, model::ClassId::Host, "h1"));
        world.call("VUSB.create web stick").await.expect("a slot");
        world.hosts[&host].unplug_usb("2-1");
        let device = machine::UsbDevice {
            path: "1-4".into(),
            vendor_id: "046d".into(),
            product_id: "c31c".into(),
            ..machine::UsbDevice::default()
        };
        world.hosts[&host].plug_usb(device);
        for _ in 0..2 {
            world.call("PUSB.scan h1").await.expect("a host that can be asked");
            world.quiet().await;
            let pool = world.pool();
            let there: Vec<String> = pool
                .many_rows(model::many::HOST_PUSBS, host)
                .map(|(_, stick)| {
                    format!("{} {}", stick.path, pool.get(stick.USB_group).expect("a group").name_label)
                })
                .collect();
            assert_eq!(there, ["1-4 Group of 046d c31c USBs"]);
            assert_eq!(pool.all::<model::Vusb>().count(), 0, "nothing can be in the slot any more");
            worlds::check::healthy(&world);
        }
    });
}

#[test]
fn a_machine_goes_with_its_devices() {
    check(GPU, "VGPU.create web grid; VTPM.create web false; VM.destroy web", expect![[""]]);
}

#[test]
fn a_snapshot_and_what_goes_back_to_it_have_the_tpm() {
    check(
        TPM,
        "VTPM.create web false; VTPM.set_contents web/tpm AAAA; VM.snapshot web first; VTPM.destroy web/tpm; VM.revert first",
        expect![[r#"
            h1: clone disk first/disk0
            h1: destroy disk web/disk0
        "#]],
    );
}

#[test]
fn refusals() {
    let table: &[(&str, &str, &str)] = &[
        // vGPUs.
        (GPU, "VGPU.create web grid 99", "INVALID_DEVICE[99]"),
        (GPU, "VGPU.create web grid x", "INVALID_DEVICE[x]"),
        (GPU, "VGPU.create web grid; VGPU.create web grid", "DEVICE_ALREADY_EXISTS[0]"),
        (GPU, "VGPU.create web grid; VGPU.create web grid 1", "VGPU_TYPE_NOT_COMPATIBLE[passthrough]"),
        (GPU, "VM.start web; VGPU.create web grid", "VM_BAD_POWER_STATE[web, halted, running]"),
        (GPU, "VGPU.create web grid; VM.start_on web h1", "VM_REQUIRES_GPU[web, grid]"),
        (
            GPU,
            "VGPU.create web grid; VGPU.create db grid; VGPU.create mail grid; VM.start web; VM.start db; VM.start_on mail h2",
            "VM_REQUIRES_VGPU[mail, grid, passthrough]",
        ),
        (
            GPU,
            "VGPU.create web grid; VGPU.create db grid; VGPU.create mail grid; VM.start web; VM.start db; VM.start mail",
            "NO_HOSTS_AVAILABLE[]",
        ),
        (
            GPU,
            "set host h2 chipset_info {iommu: false}; VGPU.create web grid; VM.start_on web h2",
            "VM_REQUIRES_IOMMU[h2]",
        ),
        (
            GPU,
            "VGPU.create web grid; set VM web domain_type pvh; VM.start web; VM.suspend web",
            "VM_HAS_PCI_ATTACHED[web]",
        ),
        (
            GPU,
            "VGPU.create web grid 0 {} 'GRID K100'; set VM web domain_type pvh; VM.start web; VM.suspend web",
            "VM_HAS_VGPU[web]",
        ),
        (
            GPU,
            "VGPU.create web grid 0 {} 'GRID K100'; set VM web domain_type pvh; VM.start web; VM.checkpoint web c",
            "VM_HAS_VGPU[web]",
        ),
        (
            GPU,
            "VGPU.create web grid 0 {} 'GRID K100'; set VM web domain_type pvh; VM.start web; VM.pool_migrate web h1 {}",
            "VM_HAS_VGPU[web]",
        ),
        (
            GPU,
            "VGPU.create web grid; VM.start web; VGPU.destroy web/gpu0",
            "OPERATION_NOT_ALLOWED[the vGPU is attached to a VM that runs]",
        ),
        (
            GPU,
            "PGPU.add_enabled_VGPU_types 'h2/gpu 0000:81:00.0' null",
            "HANDLE_INVALID[VGPU_type, OpaqueRef:NULL]",
        ),
        (
            GPU,
            "VGPU.create web grid; VM.start web; PGPU.remove_enabled_VGPU_types 'h2/gpu 0000:81:00.0' passthrough; PGPU.remove_enabled_VGPU_types 'h2/gpu 0000:82:00.0' passthrough",
            "PGPU_IN_USE_BY_VM[web]",
        ),
        (GPU, "GPU_group.destroy grid", "GPU_GROUP_CONTAINS_PGPU[h2/gpu 0000:82:00.0, h2/gpu 0000:81:00.0]"),
        (
            GPU,
            "GPU_group.create mine; VGPU.create web mine; GPU_group.destroy mine",
            "GPU_GROUP_CONTAINS_VGPU[web/gpu0]",
        ),
        // PCI devices.
        (
            GPU,
            "VM.add_to_other_config web pci 0/0000:99:00.0; VM.start_on web h2",
            "OPERATION_NOT_ALLOWED[host h2 has no PCI device 0000:99:00.0]",
        ),
        (
            GPU,
            "VM.add_to_other_config web pci 0/0000:81:00.0; VM.add_to_other_config db pci 0/0000:81:00.0; VM.start web; VM.start_on db h2",
            "OPERATION_NOT_ALLOWED[PCI device 0000:81:00.0 is used by VM web]",
        ),
        (
            GPU,
            "VM.add_to_other_config web pci 0/0000:81:00.0; set VM web domain_type pvh; VM.start web; VM.suspend web",
            "VM_HAS_PCI_ATTACHED[web]",
        ),
        (GPU, "host.nvidia_vf_setup h2 h2/0000:81:00.0 true", "NVIDIA_TOOLS_ERROR[h2]"),
        // USB.
        (USB, "VUSB.create web stick; VUSB.create db stick", "USB_GROUP_CONFLICT[stick]"),
        (USB, "USB_group.create empty; VUSB.create web empty", "USB_GROUP_CONTAINS_NO_PUSBS[empty]"),
        (
            USB,
            "VUSB.create web stick; VUSB.create web other",
            "OPERATION_NOT_ALLOWED[the VM has USB devices of another host]",
        ),
        (USB, "VM.start web; VUSB.create web stick", "VM_BAD_POWER_STATE[web, halted, running]"),
        (USB, "VUSB.create web stick; VM.snapshot web s", "VM_HAS_VUSBS[web]"),
        (
            USB,
            "VUSB.create web stick; set VM web domain_type pvh; VM.start web; VM.suspend web",
            "VM_HAS_VUSBS[web]",
        ),
        (
            USB,
            "VUSB.create web stick; set VM web domain_type pvh; VM.start web; VM.pool_migrate web h2 {}",
            "VM_HAS_VUSBS[web]",
        ),
        (
            USB,
            "VUSB.create web stick; VUSB.unplug 'web/usb stick'",
            "VM_BAD_POWER_STATE[web, running, halted]",
        ),
        (
            USB,
            "VUSB.create web stick; VM.start web; VUSB.unplug 'web/usb stick'; VUSB.unplug 'web/usb stick'",
            "DEVICE_ALREADY_DETACHED[web/usb stick]",
        ),
        (
            USB,
            "VUSB.create web stick; VM.start web; PUSB.set_passthrough_enabled 'h1/usb 2-1' false",
            "USB_ALREADY_ATTACHED[h1/usb 2-1, web]",
        ),
        (USB, "USB_group.destroy stick", "USB_GROUP_CONTAINS_PUSB[h1/usb 2-1]"),
        (USB, "VUSB.create web stick; USB_group.destroy stick", "USB_GROUP_CONTAINS_VUSB[web/usb stick]"),
        // TPMs.
        (TPM, "VTPM.create web false; VTPM.create web false", "VTPM_MAX_AMOUNT_REACHED[1]"),
        (TPM, "VTPM.create run false", "VM_BAD_POWER_STATE[run, halted, running]"),
        (
            TPM,
            "VTPM.create web false; VM.start web; VTPM.destroy web/tpm",
            "VM_BAD_POWER_STATE[web, halted, running]",
        ),
        (
            TPM,
            "VTPM.create web false; VTPM.set_contents web/tpm '?'",
            "INVALID_VALUE[contents, this is not base64]",
        ),
        (
            TPM,
            "set pool pool restrictions {restrict_vtpm: true}; VTPM.create web false",
            "LICENCE_RESTRICTION[VTPM]",
        ),
    ];
    for (scenario, calls, error) in table {
        refuses(scenario, calls, error);
    }
}

#[test]
fn a_usb_device_that_may_not_be_passed_through_keeps_a_machine_from_starting() {
    use worlds::world::{Origin, World, run};
    run(async {
        let world = World::new(Origin::Words(USB), 1, sim::machine::Speed::Max);
        world.call("VUSB.create web other").await.expect("a slot");
        let error = world.call("VM.start_on web h2").await.expect_err("it may not be passed through");
        assert_eq!(error.code, "OPERATION_NOT_ALLOWED");
        world.call("PUSB.set_passthrough_enabled 'h2/usb 2-2' true").await.expect("nobody uses it");
        world.call("VM.start_on web h2").await.expect("now it may");
        worlds::check::healthy(&world);
    });
}

#[test]
fn answers() {
    let card = "'h2/gpu 0000:81:00.0'";
    let table = [
        (format!("PGPU.get_remaining_capacity {card} 'GRID K100'"), "8"),
        (format!("PGPU.get_remaining_capacity {card} passthrough"), "1"),
        ("GPU_group.get_remaining_capacity grid 'GRID K140Q'".into(), "8"),
        (
            "VGPU.create web grid 0 {} 'GRID K140Q'; VM.start web; GPU_group.get_remaining_capacity grid 'GRID K140Q'".into(),
            "7",
        ),
        // A card with one sort of vGPU has room for no other.
        (
            "VGPU.create web grid 0 {} 'GRID K140Q'; VM.start web; GPU_group.get_remaining_capacity grid 'GRID K100'".into(),
            "8",
        ),
        // One card is filled before the next is begun, or each in turn.
        (
            "VGPU.create web grid 0 {} 'GRID K140Q'; VGPU.create db grid 0 {} 'GRID K140Q'; VM.start web; VM.start db; GPU_group.get_remaining_capacity grid passthrough".into(),
            "1",
        ),
        (
            "GPU_group.set_allocation_algorithm grid breadth_first; VGPU.create web grid 0 {} 'GRID K140Q'; VGPU.create db grid 0 {} 'GRID K140Q'; VM.start web; VM.start db; GPU_group.get_remaining_capacity grid passthrough".into(),
            "0",
        ),
        (format!("PGPU.set_enabled_VGPU_types {card} passthrough; PGPU.get_remaining_capacity {card} 'GRID K100'"), "0"),
        (format!("GPU_group.create mine; PGPU.set_GPU_group {card} mine; GPU_group.get_remaining_capacity mine 'GRID K100'"), "8"),
        ("GPU_group.create mine; GPU_group.destroy mine".into(), "\"\""),
        ("PCI.get_dom0_access_status h2/0000:81:00.0".into(), "\"enabled\""),
        ("PCI.disable_dom0_access h2/0000:81:00.0".into(), "\"disable_on_reboot\""),
        ("PCI.disable_dom0_access h2/0000:81:00.0; PCI.enable_dom0_access h2/0000:81:00.0".into(), "\"enabled\""),
        (format!("PCI.disable_dom0_access h2/0000:81:00.0; PGPU.get_dom0_access {card}"), "\"disable_on_reboot\""),
        ("host.mxgpu_vf_setup h2".into(), "\"\""),
        ("host.rescan_drivers h2".into(), "\"\""),
    ];
    for (calls, answer) in &table {
        answered(GPU, calls, answer);
    }
    answered(
        USB,
        "VUSB.create web stick; VM.start web; VM.hard_shutdown web; VUSB.destroy 'web/usb stick'",
        "\"\"",
    );
    answered(
        USB,
        "VUSB.create web stick; PUSB.set_passthrough_enabled 'h1/usb 2-1' false; VUSB.get_all",
        "[]",
    );
    answered(
        TPM,
        "VTPM.create web true; VTPM.set_contents web/tpm AAAA; VTPM.get_contents web/tpm",
        "\"AAAA\"",
    );
    answered(TPM, "VTPM.create web true; VTPM.get_allowed_operations web/tpm", "[\"destroy\"]");
    answered(TPM, "VTPM.create web true; VTPM.destroy web/tpm; VTPM.get_all", "[]");
}
