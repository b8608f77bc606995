//! Templates: made, cloned, provisioned; and machines out of nothing.

use expect_test::expect;
use worlds::check;

const POOL: &str =
    "host h1 8GiB; sr nfs on h1; sr other nfs on h1; template tpl 1GiB; vm web 2GiB halted disk nfs";

#[test]
fn provisions_a_template() {
    check(POOL, "VM.clone tpl new; VM.provision new", expect![[""]]);
}

#[test]
fn provisions_with_disks() {
    check(
        POOL,
        "VM.clone tpl new; set VM new other_config {disks: '<provision><disk device=\"0\" size=\"1073741824\" sr=\"\" bootable=\"true\" type=\"system\"/><disk device=\"1\" size=\"2147483648\" sr=\"other\" bootable=\"false\" type=\"user\"/></provision>'}; VM.provision new",
        expect![[r#"
            h1: create disk of 1024 MiB
            h1: create disk of 2048 MiB
        "#]],
    );
}

#[test]
fn does_not_provision_nonsense() {
    check(
        POOL,
        "VM.clone tpl new; set VM new other_config {disks: '<provision><disk device=\"0\" size=\"many\"/></provision>'}; VM.provision new",
        expect![[r#"
            INVALID_VALUE[other_config:disks, size "many"]
        "#]],
    );
}

#[test]
fn does_not_provision_on_unknown_storage() {
    check(
        POOL,
        "VM.clone tpl new; set VM new other_config {disks: '<provision><disk device=\"0\" size=\"1\" sr=\"nowhere\"/></provision>'}; VM.provision new",
        expect![[r#"
            UUID_INVALID[SR, nowhere]
        "#]],
    );
}

#[test]
fn does_not_provision_a_machine() {
    check(
        POOL,
        "VM.provision web",
        expect![[r#"
            PROVISION_ONLY_ALLOWED_ON_TEMPLATE[]
        "#]],
    );
}

#[test]
fn does_not_start_a_template() {
    check(
        POOL,
        "VM.start tpl",
        expect![[r#"
            VM_IS_TEMPLATE[tpl, start]
        "#]],
    );
}

#[test]
fn clones_a_template() {
    check(POOL, "VM.clone tpl new", expect![[""]]);
}

#[test]
fn makes_a_template() {
    check(POOL, "VM.set_is_a_template web true", expect![[""]]);
}

#[test]
fn makes_a_machine_of_a_template() {
    check(POOL, "VM.set_is_a_template tpl false", expect![[""]]);
}

#[test]
fn does_not_make_a_template_of_what_runs() {
    check(
        POOL,
        "VM.start web; VM.set_is_a_template web true",
        expect![[r#"
            VM_BAD_POWER_STATE[web, halted, running]
        "#]],
    );
}

#[test]
fn destroys_a_template() {
    check(POOL, "VM.clone tpl new; VM.destroy new", expect![[""]]);
}

#[test]
fn does_not_destroy_a_default_template() {
    check(
        POOL,
        "set VM tpl other_config {default_template: true}; VM.destroy tpl",
        expect![[r#"
            VM_IS_TEMPLATE[tpl, destroy]
        "#]],
    );
}

#[test]
fn does_not_snapshot_a_template() {
    check(
        POOL,
        "VM.snapshot tpl first",
        expect![[r#"
            VM_IS_TEMPLATE[tpl, snapshot]
        "#]],
    );
}

#[test]
fn makes_a_machine() {
    check(
        POOL,
        "VM.create {name_label: new, memory_static_max: 1GiB, memory_dynamic_max: 1GiB, memory_dynamic_min: 1GiB, memory_static_min: 1GiB, VCPUs_max: 2, VCPUs_at_startup: 2}",
        expect![[""]],
    );
}

#[test]
fn does_not_make_a_machine_without_processors() {
    check(
        POOL,
        "VM.create {name_label: new, memory_static_max: 1GiB, memory_dynamic_max: 1GiB, memory_dynamic_min: 1GiB, memory_static_min: 1GiB, VCPUs_max: 1, VCPUs_at_startup: 2}",
        expect![[r#"
            INVALID_VALUE[VCPUs_at_startup, 2]
        "#]],
    );
}

#[test]
fn does_not_make_a_machine_with_odd_memory() {
    check(
        POOL,
        "VM.create {name_label: new, memory_static_max: 1GiB, memory_dynamic_max: 2GiB, memory_dynamic_min: 1GiB, memory_static_min: 1GiB, VCPUs_max: 1, VCPUs_at_startup: 1}",
        expect![[r#"
            MEMORY_CONSTRAINT_VIOLATION[Memory limits must satisfy: static_min ≤ dynamic_min ≤ dynamic_max ≤ static_max]
        "#]],
    );
}
