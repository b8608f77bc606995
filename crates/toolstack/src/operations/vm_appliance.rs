//! `VM_appliance`: machines that start together in their order, and stop together against it.
//!
//! ```text
//!  order 0: a ┐           order 1: c ┐
//!           b ┴ delays ─►          d ┴ delays ─►  all as they should be? else OPERATION_PARTIALLY_FAILED
//! ```
//!
//! Each machine is an operation of its own, with its own errors; one that fails keeps nobody from going
//! on. The error at the end names the machines that are not where they should be.

use crate::arguments::Arguments;
use crate::handler::Handler::{self, Plan as P, Read as R};
use crate::handler::{Find, Planned, Planning, Reading};
use crate::plan::Plan;
use model::{ApiEnum, ApiError, Item, Ref, Sr, Value, Vm, VmAppliance, VmPowerState, many};
use std::collections::{BTreeMap, BTreeSet};
use store::Snapshot;

pub const HANDLERS: &[(&str, Handler)] = &[
    ("VM_appliance.start", P(start)),
    ("VM_appliance.clean_shutdown", P(clean_shutdown)),
    ("VM_appliance.hard_shutdown", P(hard_shutdown)),
    ("VM_appliance.shutdown", P(shutdown)),
    ("VM_appliance.assert_can_be_recovered", R(assert_can_be_recovered)),
    ("VM_appliance.get_SRs_required_for_recovery", R(srs_required)),
    ("VM.set_appliance", Handler::Change(set_appliance)),
];

fn start(planning: &Planning, arguments: &Arguments) -> Result<Planned, ApiError> {
    let paused = arguments.bool("paused")?;
    let wanted = if paused { VmPowerState::Paused } else { VmPowerState::Running };
    let call = |vm: Ref<Vm>| {
        planning.call("VM.start", vec![Value::Ref(vm.id()), Value::Bool(paused), Value::Bool(false)])
    };
    in_order(planning, arguments, wanted, call)
}

fn clean_shutdown(planning: &Planning, arguments: &Arguments) -> Result<Planned, ApiError> {
    stop(planning, arguments, "VM.clean_shutdown")
}

fn hard_shutdown(planning: &Planning, arguments: &Arguments) -> Result<Planned, ApiError> {
    stop(planning, arguments, "VM.hard_shutdown")
}

fn shutdown(planning: &Planning, arguments: &Arguments) -> Result<Planned, ApiError> {
    stop(planning, arguments, "VM.shutdown")
}

fn stop(planning: &Planning, arguments: &Arguments, how: &'static str) -> Result<Planned, ApiError> {
    let call = |vm: Ref<Vm>| planning.call(how, vec![Value::Ref(vm.id())]);
    in_order(planning, arguments, VmPowerState::Halted, call)
}

fn in_order(
    planning: &Planning,
    arguments: &Arguments,
    wanted: VmPowerState,
    call: impl Fn(Ref<Vm>) -> Plan,
) -> Result<Planned, ApiError> {
    let id: Ref<VmAppliance> = arguments.reference("self")?;
    let pool = planning.pool;
    pool.find(id)?;
    let starts = wanted != VmPowerState::Halted;
    let mut by_order: BTreeMap<i64, Vec<(Ref<Vm>, &Vm)>> = BTreeMap::new();
    for (vm, row) in pool.many_rows(many::VM_APPLIANCE_VMS, id) {
        if row.power_state != wanted {
            by_order.entry(row.order).or_default().push((vm, row));
        }
    }
    let one = |(vm, row): &(Ref<Vm>, &Vm)| {
        let delay = if starts { row.start_delay } else { row.shutdown_delay };
        let wait = u64::try_from(delay).ok().filter(|seconds| *seconds > 0).map(Plan::Wait);
        Plan::Serial([call(*vm)].into_iter().chain(wait).collect()).best_effort()
    };
    let mut groups: Vec<Plan> =
        by_order.values().map(|group| Plan::Parallel(group.iter().map(one).collect())).collect();
    if !starts {
        groups.reverse();
    }
    let vms = by_order.values().flatten().map(|(vm, _)| vm.id()).collect();
    let operation = arguments.message.full_name.to_string();
    groups.push(Plan::Expect { operation, vms, state: wanted.name().into() });
    Ok(Planned::new(Plan::Serial(groups)))
}

/// Storage that the disks of the appliance's machines are on.
fn storage(pool: &Snapshot, id: Ref<VmAppliance>) -> Result<BTreeSet<(Ref<Sr>, Ref<Vm>)>, ApiError> {
    pool.find(id)?;
    let mut found = BTreeSet::new();
    for (vm, _) in pool.many_rows(many::VM_APPLIANCE_VMS, id) {
        let disks = pool.many_rows(many::VM_VBDS, vm).filter_map(|(_, vbd)| pool.get(vbd.VDI));
        found.extend(disks.map(|vdi| (vdi.SR, vm)));
    }
    Ok(found)
}

/// The other session is one of this pool, since other pools are not known here: what must be there is
/// there if it is plugged in somewhere.
fn assert_can_be_recovered(reading: &Reading, arguments: &Arguments) -> Result<Value, ApiError> {
    let pool = reading.pool;
    for (sr, vm) in storage(pool, arguments.reference("self")?)? {
        if !pool.many_rows(many::SR_PBDS, sr).any(|(_, pbd)| pbd.currently_attached) {
            return Err(ApiError::vm_requires_sr(vm, sr));
        }
    }
    Ok(Value::VOID)
}

fn srs_required(reading: &Reading, arguments: &Arguments) -> Result<Value, ApiError> {
    let srs: BTreeSet<Ref<Sr>> =
        storage(reading.pool, arguments.reference("self")?)?.into_iter().map(|(sr, _)| sr).collect();
    Ok(Value::Array(srs.into_iter().map(|sr| sr.to_value()).collect()))
}

/// Only machines go into appliances.
fn set_appliance(change: &mut crate::handler::Change, arguments: &Arguments) -> Result<Value, ApiError> {
    assert_is_a_machine(change.tx, Ref::new(arguments.this()?), "appliances")?;
    crate::accessors::write(change, arguments)
}

/// Templates, snapshots and control domains are not grouped.
pub fn assert_is_a_machine(pool: &Snapshot, id: Ref<Vm>, groups: &str) -> Result<(), ApiError> {
    if crate::ha::can_be_protected(pool.find(id)?) {
        return Ok(());
    }
    let reason = format!("Control domains, templates, and snapshots cannot be assigned to {groups}.");
    Err(ApiError::operation_not_allowed(reason))
}
