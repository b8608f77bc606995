//! `VM.start`, `VM.start_on`: boot a halted machine.
//!
//! When it is allowed, by whom, and what it holds is said in `vm.toml`; this file says only what
//! happens. The domain is created paused, so every device is in place before its first instruction.

use super::messages::tell;
use super::platform::{is_true, is_uefi};
use super::seat::Seat;
use crate::allowed::vm::is_hvm;
use crate::arguments::Arguments;
use crate::handler::{Find, Planned, Planning};
use crate::operations::device;
use crate::placement;
use crate::plan::{Edit, Plan};
use machine::Step;
use model::{ApiError, ClassId, Host, Ref, Vm, many};

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
    let seat = Seat::new(planning, id, vm, host)?;
    let mut parts = vec![
        seat.make_room(planning),
        device::boot(planning.pool, id, vm, host, &seat),
        Plan::Write(first_start(planning, id, vm)),
    ];
    if !arguments.bool("start_paused")? {
        parts.push(Plan::Do(host, Step::Unpause { vm: vm.uuid }));
    }
    parts.push(tell(planning, "VM_STARTED", vm, "started", Some(host)));
    Ok(seat.taken_by(id, Planned::new(Plan::Serial(parts))).holding(ClassId::Host, host.id(), "vm_start"))
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
    super::platform::check(vm)
}

/// What the original fills in when a machine starts.
fn first_start(planning: &Planning, id: Ref<Vm>, vm: &Vm) -> Vec<Edit> {
    let mut edits = Vec::new();
    let (hvm, uefi) = (is_hvm(vm), is_uefi(vm));
    let mut platform = vm.platform.clone();
    if hvm && !platform.contains_key("device-model") {
        platform.insert("device-model", if uefi { "qemu-upstream-uefi" } else { "qemu-upstream-compat" });
    }
    if uefi && platform.get("secureboot").is_some_and(|value| value == "auto") {
        let pool = planning.pool.first::<model::Pool>().map(|(_, pool)| pool);
        let keys = pool.is_some_and(|pool| !pool.uefi_certificates.is_empty());
        platform.insert("secureboot", keys.to_string());
    }
    if platform != vm.platform {
        edits.push(Edit::set(id, "platform", platform));
    }
    if vm.bios_strings.is_empty() {
        edits.push(Edit::set(id, "bios_strings", super::bios::generic()));
    }
    let mut data = super::fields::seen_by_guest(&vm.xenstore_data);
    if hvm {
        for (key, value) in [("vm-data", ""), ("vm-data/mmio-hole-size", "268435456")] {
            if !data.contains_key(key) {
                data.insert(key, value);
            }
        }
    }
    if data != vm.xenstore_data {
        edits.push(Edit::set(id, "xenstore_data", data));
    }
    let wants_tpm = hvm && is_true(&vm.platform, "vtpm", false);
    if wants_tpm && planning.pool.many(many::VM_VTPMS, id).next().is_none() {
        edits.extend(super::extras::new_vtpm(planning, id));
    }
    edits
}
