//! What else can be asked of machines: firmware, live changes, the guest's agent, old messages.

use expect_test::expect;
use worlds::check;

const RUNNING: &str =
    "host h1 8GiB; host h2 16GiB; sr nfs on h1 h2; vm web 2GiB running on h1 vcpus 2 disk nfs";
const HALTED: &str = "host h1 8GiB; host h2 16GiB; sr nfs on h1 h2; vm web 2GiB halted vcpus 2 disk nfs";
const SUSPENDED: &str =
    "host h1 8GiB; host h2 16GiB; sr nfs on h1 h2; vm web 2GiB suspended vcpus 2 disk nfs";

#[test]
fn schedules_a_running_machine_otherwise() {
    check(
        RUNNING,
        "VM.add_to_VCPUs_params_live web weight 512",
        expect![[r#"
            h1: adjust web
        "#]],
    );
}

#[test]
fn replaces_a_parameter_that_is_there() {
    check(
        RUNNING,
        "VM.add_to_VCPUs_params_live web cap 50; VM.add_to_VCPUs_params_live web cap 80",
        expect![[r#"
            h1: adjust web
        "#]],
    );
}

#[test]
fn notes_a_parameter_that_no_scheduler_knows() {
    check(RUNNING, "VM.add_to_VCPUs_params_live web colour blue", expect![[""]]);
}

#[test]
fn gives_a_running_machine_more_shadow_memory() {
    check(
        RUNNING,
        "VM.set_shadow_multiplier_live web 4.0",
        expect![[r#"
            h1: adjust web
        "#]],
    );
}

#[test]
fn restarts_a_device_model() {
    check(
        RUNNING,
        "VM.restart_device_models web",
        expect![[r#"
            h1: restart device model web
        "#]],
    );
}

#[test]
fn sends_a_guest_to_sleep_and_wakes_it() {
    check(
        RUNNING,
        "VM.s3_suspend web",
        expect![[r#"
            h1: ask to sleep web
        "#]],
    );
    check(
        RUNNING,
        "VM.s3_suspend web; VM.s3_resume web",
        expect![[r#"
            h1: wake up web
        "#]],
    );
}

#[test]
fn a_guest_that_sleeps_hears_nothing() {
    check(
        RUNNING,
        "VM.s3_suspend web; VM.clean_shutdown web",
        expect![[r#"
            VM_SHUTDOWN_TIMEOUT[web, 1200]
        "#]],
    );
}

#[test]
fn clones_a_suspended_machine_with_its_memory() {
    check(
        SUSPENDED,
        "VM.csvm web",
        expect![[r#"
            h1: clone disk web/disk0
            h1: clone disk Suspend image
        "#]],
    );
}

#[test]
fn the_old_reboot_is_a_reboot() {
    check(
        RUNNING,
        "VM.hard_reboot_internal web",
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
fn the_target_is_the_whole_range() {
    check(
        RUNNING,
        "VM.set_memory_target_live web 1GiB",
        expect![[r#"
            h1: set memory web to 1024 MiB
        "#]],
    );
}

#[test]
fn nothing_is_waited_for_when_memory_is_there() {
    check(RUNNING, "VM.wait_memory_target_live web", expect![[""]]);
}

#[test]
fn memory_comes_to_its_target() {
    check(
        RUNNING,
        "set VM web memory_target 1GiB; VM.wait_memory_target_live web",
        expect![[r#"
            h1: set memory web to 1024 MiB
        "#]],
    );
}

#[test]
fn a_started_machine_shows_what_it_is_given() {
    check(
        HALTED,
        "VM.set_bios_strings web {bios-vendor: ACME}; VM.set_xenstore_data web {vm-data/a: 1, other: 2}; VM.start web",
        expect![[r#"
            h2: create web
            h2: plug web/disk0
            h2: device model web
            h2: unpause web
        "#]],
    );
}

#[test]
fn a_start_makes_the_tpm_that_is_asked_for() {
    check(
        HALTED,
        "VM.add_to_platform web vtpm true; VM.start web",
        expect![[r#"
            h2: create web
            h2: plug web/disk0
            h2: device model web
            h2: unpause web
        "#]],
    );
}

/// A scenario, a call, and how it is refused.
#[test]
fn refusals() {
    let table: &[(&str, &str, &str)] = &[
        (HALTED, "VM.add_to_VCPUs_params_live web weight 1", "VM_BAD_POWER_STATE[web, running, halted]"),
        (RUNNING, "VM.add_to_VCPUs_params_live web weight 0", "INVALID_VALUE[VCPUs_params:weight, 0]"),
        (RUNNING, "VM.add_to_VCPUs_params_live web mask 1,x", "INVALID_VALUE[VCPUs_params:mask, 1,x]"),
        (RUNNING, "VM.set_shadow_multiplier_live web 0.5", "INVALID_VALUE[multiplier, 0.5]"),
        (RUNNING, "VM.set_shadow_multiplier_live web NaN", "INVALID_VALUE[multiplier, NaN]"),
        (HALTED, "VM.set_shadow_multiplier_live web 2.0", "VM_BAD_POWER_STATE[web, running, halted]"),
        (
            RUNNING,
            "VM.set_shadow_multiplier_live web 10000.0",
            "HOST_NOT_ENOUGH_FREE_MEMORY[188724805632, 4709367808]",
        ),
        (HALTED, "VM.restart_device_models web", "VM_BAD_POWER_STATE[web, running, halted]"),
        (HALTED, "VM.s3_suspend web", "VM_BAD_POWER_STATE[web, running, halted]"),
        (RUNNING, "silent web; VM.s3_suspend web", "h1: wake up web\nVM_FAILED_SUSPEND_ACKNOWLEDGMENT[web]"),
        (RUNNING, "VM.csvm web", "VM_BAD_POWER_STATE[web, suspended, running]"),
        (RUNNING, "VM.send_sysrq web h", "NOT_IMPLEMENTED[send_sysrq]"),
        (HALTED, "VM.send_sysrq web h", "VM_BAD_POWER_STATE[web, running, halted]"),
        (RUNNING, "VM.send_trigger web nmi", "NOT_IMPLEMENTED[send_trigger]"),
        (HALTED, "VM.get_boot_record web", "VM_BAD_POWER_STATE[web, paused, suspended, running, halted]"),
        (RUNNING, "VM.query_services web", "NOT_SYSTEM_DOMAIN[web]"),
        (RUNNING, "VM.retrieve_wlb_recommendations web", "WLB_NOT_INITIALIZED[]"),
        (RUNNING, "VM.atomic_set_resident_on web h2", "VM_NOT_RESIDENT_HERE[web, h2]"),
        (RUNNING, "VM.pool_migrate_complete web h2", "VM_NOT_RESIDENT_HERE[web, h2]"),
        (
            RUNNING,
            "VM.set_memory_target_live web 4GiB",
            "MEMORY_CONSTRAINT_VIOLATION[Memory limits must satisfy: static_min ≤ dynamic_min ≤ dynamic_max ≤ static_max]",
        ),
        // The firmware.
        (RUNNING, "VM.set_bios_strings web {bios-vendor: ACME}", "VM_BIOS_STRINGS_ALREADY_SET[]"),
        (HALTED, "VM.set_bios_strings web {colour: blue}", "INVALID_VALUE[colour, Unknown key]"),
        (
            HALTED,
            "VM.set_bios_strings web {bios-vendor: ''}",
            "INVALID_VALUE[bios-vendor, Value provided is empty]",
        ),
        (
            HALTED,
            "VM.set_bios_strings web {bios-vendor: ü}",
            "INVALID_VALUE[bios-vendor, ü has characters that are not printable]",
        ),
        (HALTED, "VM.copy_bios_strings web h2; VM.copy_bios_strings web h1", "VM_BIOS_STRINGS_ALREADY_SET[]"),
        (RUNNING, "VM.set_NVRAM web {a: b}", "VM_BAD_POWER_STATE[web, halted, running]"),
        (
            HALTED,
            "set VM web blocked_operations {changing_NVRAM: no}; VM.set_NVRAM web {a: b}",
            "OPERATION_BLOCKED[web, no]",
        ),
        (
            RUNNING,
            "set VM web HVM_boot_params {}; VM.set_uefi_mode web user",
            "OPERATION_NOT_ALLOWED[the VM does not boot by UEFI]",
        ),
        (
            RUNNING,
            "set VM web HVM_boot_params {firmware: uefi}; VM.set_uefi_mode web user",
            "NOT_IMPLEMENTED[VM.set_uefi_mode]",
        ),
        (
            HALTED,
            "VM.update_secureboot_certificates_on_boot web true",
            "OPERATION_NOT_ALLOWED[no newer certificates are there for this VM]",
        ),
        (RUNNING, "VM.set_has_vendor_device web true", "VM_BAD_POWER_STATE[web, halted, running]"),
        // The platform.
        (
            HALTED,
            "set VM web platform {cores-per-socket: 3}; VM.start web",
            "VCPU_MAX_NOT_CORES_PER_SOCKET_MULTIPLE[2, 3]",
        ),
        (
            HALTED,
            "set VM web platform {cores-per-socket: x}; VM.start web",
            "INVALID_VALUE[platform:cores-per-socket, x]",
        ),
        (HALTED, "set VM web platform {tsc_mode: 7}; VM.start web", "INVALID_VALUE[platform:tsc_mode, 7]"),
        (
            HALTED,
            "set VM web platform {device-model: mine}; VM.start web",
            "INVALID_VALUE[platform:device-model, mine]",
        ),
        (
            HALTED,
            "set VM web platform {parallel: /dev/sda}; VM.start web",
            "INVALID_VALUE[platform:parallel, /dev/sda]",
        ),
        (
            HALTED,
            "set VM web platform {usb: false, usb_tablet: true}; VM.start web",
            "INVALID_VALUE[platform:usb_tablet, true]",
        ),
        // The agent.
        (
            HALTED,
            "VM.call_plugin web guest-agent-operation run-script {}",
            "VM_BAD_POWER_STATE[web, running, halted]",
        ),
        (RUNNING, "VM.call_plugin web mine run-script {}", "XENAPI_MISSING_PLUGIN[mine]"),
        (
            RUNNING,
            "VM.call_plugin web guest-agent-operation dance {}",
            "XENAPI_PLUGIN_FAILURE[failed to find fn, guest-agent-operation has no function dance, guest-agent-operation has no function dance]",
        ),
        (
            RUNNING,
            "VM.call_plugin web guest-agent-operation run-script {username: root, password: x}",
            "XENAPI_PLUGIN_FAILURE[missing argument, run-script needs the argument script, run-script needs the argument script]",
        ),
        (
            RUNNING,
            "VM.call_plugin web guest-agent-operation run-script {username: root, password: x, script: id}",
            "NOT_IMPLEMENTED[run-script]",
        ),
        (HALTED, "VM.sysprep web x 60.0", "VM_BAD_POWER_STATE[web, running, halted]"),
        (RUNNING, "VM.sysprep web x 60.0", "SYSPREP[web, VM_misses_feature]"),
        (HALTED, "VM.call_host_plugin web mine do {}", "VM_BAD_POWER_STATE[web, running, paused, halted]"),
    ];
    for (scenario, calls, error) in table {
        worlds::check::refuses(scenario, calls, error);
    }
}

/// Answers that are no plan: scenario, calls, and the answer of the last in JSON.
#[test]
fn answers() {
    let table: &[(&str, &str, &str)] = &[
        (RUNNING, "VM.get_cooperative web", "true"),
        (RUNNING, "set VM web memory_target 1GiB; VM.get_cooperative web", "false"),
        // 4 GiB less the overhead of so much memory.
        (HALTED, "VM.maximise_memory web 4GiB false", "4257218560"),
        (HALTED, "VM.maximise_memory web 4GiB true", "4192206848"),
        (HALTED, "VM.maximise_memory web 0 false", "0"),
        (HALTED, "VM.maximise_memory web -1 false", "0"),
        (HALTED, "VM.get_secureboot_readiness web", "\"disabled\""),
        (RUNNING, "VM.atomic_set_resident_on web h1", "\"\""),
        (RUNNING, "VM.pool_migrate_complete web h1", "\"\""),
        (HALTED, "VM.set_NVRAM web {a: b}; VM.get_NVRAM web", "{\"a\":\"b\"}"),
        (
            HALTED,
            "VM.set_NVRAM_EFI_variables web AAAA yes; VM.update_secureboot_certificates_on_boot web true; VM.get_secureboot_certificates_state web",
            "\"update_on_boot\"",
        ),
        (
            RUNNING,
            "VM.set_xenstore_data web {vm-data/a: 1, FIST: 2}; VM.get_xenstore_data web",
            "{\"vm-data/a\":\"1\"}",
        ),
        (HALTED, "VM.set_has_vendor_device web true; VM.get_hardware_platform_version web", "2"),
    ];
    for (scenario, calls, answer) in table {
        worlds::check::answered(scenario, calls, answer);
    }
}

#[test]
fn a_guest_is_not_called_too_often() {
    use worlds::world::{Origin, World, run};
    const CALL: &str = "VM.call_plugin web guest-agent-operation dance {}";
    run(async {
        let world = World::new(Origin::Words(RUNNING), 1, sim::machine::Speed::Max);
        let code = async || world.call(CALL).await.expect_err("no guest dances").code;
        assert_eq!(code().await, "XENAPI_PLUGIN_FAILURE");
        assert_eq!(code().await, "VM_CALL_PLUGIN_RATE_LIMIT");
        tokio::time::sleep(std::time::Duration::from_secs(11)).await;
        assert_eq!(code().await, "XENAPI_PLUGIN_FAILURE");
    });
}
