//! `VM.start`, `VM.start_on`: boot a halted machine.
//!
//! When it is allowed, by whom, and what it holds is said in `vm.toml`; this file says only what
//! happens. The domain is created paused, so every device is in place before its first instruction.

use super::messages::tell;
use crate::arguments::Arguments;
use crate::handler::{Find, Planned, Planning};
use crate::operations::device;
use crate::placement;
use crate::plan::{Edit, Plan};
use machine::Step;
use model::{ApiError, Field, Host, Ref, Text, TextMap, Vm};

pub fn start(planning: &Planning, arguments: &Arguments) -> Result<Planned, ApiError> {
    let id: Ref<Vm> = arguments.reference("vm")?;
    let vm = planning.pool.find(id)?;
    check_values(vm)?;
    let host = crate::ha::best_host(planning.pool, id, vm)?;
    boot(planning, arguments, id, vm, host)
}

pub fn start_on(planning: &Planning, arguments: &Arguments) -> Result<Planned, ApiError> {
    let id: Ref<Vm> = arguments.reference("vm")?;
    let host = arguments.reference("host")?;
    let vm = planning.pool.find(id)?;
    check_values(vm)?;
    placement::obstacle(planning.pool, id, vm, host)?;
    crate::ha::assert_start_keeps_plan(planning.pool, id, vm, host)?;
    boot(planning, arguments, id, vm, host)
}

fn boot(
    planning: &Planning,
    arguments: &Arguments,
    id: Ref<Vm>,
    vm: &Vm,
    host: Ref<Host>,
) -> Result<Planned, ApiError> {
    let mut parts = vec![device::boot(planning.pool, id, vm, host), Plan::Write(first_start(id, vm))];
    if !arguments.bool("start_paused")? {
        parts.push(Plan::Do(host, Step::Unpause { vm: vm.uuid }));
    }
    parts.push(tell(planning, "VM_STARTED", vm, "started", Some(host)));
    Ok(Planned::new(Plan::Serial(parts)).claiming(id, host))
}

/// Values that a machine must have before anybody looks for a host.
fn check_values(vm: &Vm) -> Result<(), ApiError> {
    super::memory::check_order([
        vm.memory_static_min,
        vm.memory_dynamic_min,
        vm.memory_dynamic_max,
        vm.memory_static_max,
    ])?;
    if vm.VCPUs_at_startup < 1 || vm.VCPUs_at_startup > vm.VCPUs_max {
        return Err(ApiError::invalid_value("VCPUs_at_startup", vm.VCPUs_at_startup));
    }
    Ok(())
}

/// What the original fills in when a machine starts for the first time.
fn first_start(id: Ref<Vm>, vm: &Vm) -> Vec<Edit> {
    let mut edits = Vec::new();
    let mut put = |field: &str, before: &TextMap, key: &str, value: &str| {
        if !before.contains_key(key) {
            let mut map = before.clone();
            map.insert(Text::new(key), Text::new(value));
            edits.push(Edit::Set {
                class: "VM".into(),
                id: id.id(),
                field: field.into(),
                value: map.value(),
            });
        }
    };
    let uefi = vm.HVM_boot_params.get("firmware").is_some_and(|firmware| firmware == "uefi");
    if crate::allowed::vm::is_hvm(vm) {
        put(
            "platform",
            &vm.platform,
            "device-model",
            if uefi { "qemu-upstream-uefi" } else { "qemu-upstream-compat" },
        );
    }
    if vm.bios_strings.is_empty() {
        edits.push(Edit::set(id, "bios_strings", generic_bios_strings()));
    }
    if vm.memory_target != vm.memory_dynamic_max {
        edits.push(Edit::set(id, "memory_target", vm.memory_dynamic_max));
    }
    edits
}

/// The strings that a machine shows which has none of its own.
fn generic_bios_strings() -> TextMap {
    [
        ("bios-vendor", "Xen"),
        ("bios-version", ""),
        ("system-manufacturer", "Xen"),
        ("system-product-name", "HVM domU"),
        ("system-version", ""),
        ("system-serial-number", ""),
        ("hp-rombios", ""),
        ("oem-1", "Xen"),
        ("oem-2", "MS_VM_CERT/SHA1/bdbeb6e0a816d43fa6d3fe8aaef04c2bad9d3e3d"),
    ]
    .into_iter()
    .map(|(key, value)| (Text::new_static(key), Text::new_static(value)))
    .collect()
}
