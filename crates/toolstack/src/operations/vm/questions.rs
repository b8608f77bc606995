//! What can be asked about a machine: where it can run, what may be done, which devices are free.

use crate::arguments::Arguments;
use crate::handler::{Change, Find, Reading};
use crate::placement;
use model::{ApiEnum, ApiError, ClassId, Item, Ref, Value, Vm, VmOperations, many};
use std::collections::BTreeSet;

pub fn assert_can_boot_here(reading: &Reading, arguments: &Arguments) -> Result<Value, ApiError> {
    let id: Ref<Vm> = arguments.reference("self")?;
    let vm = reading.pool.find(id)?;
    placement::obstacle(reading.pool, id, vm, arguments.reference("host")?)?;
    Ok(Value::VOID)
}

pub fn possible_hosts(reading: &Reading, arguments: &Arguments) -> Result<Value, ApiError> {
    let id: Ref<Vm> = arguments.reference("vm")?;
    let vm = reading.pool.find(id)?;
    let verdicts = placement::explain(reading.pool, id, vm);
    Ok(Value::Array(
        verdicts
            .into_iter()
            .filter(|(_, verdict)| verdict.is_ok())
            .map(|(host, _)| host.to_value())
            .collect(),
    ))
}

pub fn allowed_vbd_devices(reading: &Reading, arguments: &Arguments) -> Result<Value, ApiError> {
    let id: Ref<Vm> = arguments.reference("vm")?;
    let last = if reading.pool.find(id)?.is_control_domain { 255 } else { 254 };
    let used: BTreeSet<_> =
        reading.pool.many_rows(many::VM_VBDS, id).map(|(_, vbd)| vbd.userdevice.to_string()).collect();
    Ok(free_devices(last, &used))
}

pub fn allowed_vif_devices(reading: &Reading, arguments: &Arguments) -> Result<Value, ApiError> {
    let id: Ref<Vm> = arguments.reference("vm")?;
    reading.pool.find(id)?;
    let used: BTreeSet<_> =
        reading.pool.many_rows(many::VM_VIFS, id).map(|(_, vif)| vif.device.to_string()).collect();
    Ok(free_devices(super::super::vif::LAST_DEVICE, &used))
}

fn free_devices(last: u32, used: &BTreeSet<String>) -> Value {
    let free = (0..=last).map(|number| number.to_string()).filter(|device| !used.contains(device));
    Value::Array(free.map(Value::from).collect())
}

pub fn assert_operation_valid(reading: &Reading, arguments: &Arguments) -> Result<Value, ApiError> {
    let operation = arguments.choice::<VmOperations>("op")?;
    crate::allowed::check(reading.pool, ClassId::Vm, arguments.this()?, operation.name())?;
    Ok(Value::VOID)
}

/// The lists are always up to date: there is nothing to do but to look whether the machine is there.
pub fn update_allowed_operations(change: &mut Change, arguments: &Arguments) -> Result<Value, ApiError> {
    change.tx.find::<Vm>(arguments.reference("self")?)?;
    Ok(Value::VOID)
}

/// Could it run on any host? Not if a disk or network is on one host only.
pub fn assert_agile(reading: &Reading, arguments: &Arguments) -> Result<Value, ApiError> {
    let id: Ref<Vm> = arguments.reference("self")?;
    crate::ha::agile::assert_agile(reading.pool, id)?;
    Ok(Value::VOID)
}
