//! How much memory a host has for machines, and room that is kept for one of them.

use super::reachable;
use crate::arguments::Arguments;
use crate::handler::{Change, Find, Reading};
use crate::placement;
use model::{ApiError, Host, Ref, Value, Vm};

pub fn compute_free(reading: &Reading, arguments: &Arguments) -> Result<Value, ApiError> {
    let id: Ref<Host> = arguments.reference("host")?;
    reading.pool.find(id)?;
    Ok(Value::Int(placement::free_memory(reading.pool, id).max(0)))
}

/// What the hypervisor keeps for itself; it says so when it boots.
pub fn compute_overhead(reading: &Reading, arguments: &Arguments) -> Result<Value, ApiError> {
    let id: Ref<Host> = arguments.reference("host")?;
    Ok(Value::Int(reading.pool.find(id)?.memory_overhead))
}

/// Quirk nobody-is-uncooperative: guests that do not give memory back are not told by name any more.
pub fn uncooperative_vms(reading: &Reading, arguments: &Arguments) -> Result<Value, ApiError> {
    reading.pool.find::<Host>(arguments.reference("self")?)?;
    Ok(Value::Array(Vec::new()))
}

pub fn uncooperative_domains(reading: &Reading, arguments: &Arguments) -> Result<Value, ApiError> {
    uncooperative_vms(reading, arguments)
}

/// Room is kept until the machine runs, or whatever is done to it ends.
pub fn allocate_resources(change: &mut Change, arguments: &Arguments) -> Result<Value, ApiError> {
    let (host, vm): (Ref<Host>, Ref<Vm>) = (arguments.reference("self")?, arguments.reference("vm")?);
    reachable(change.tx, host)?;
    placement::obstacle(change.tx, vm, change.tx.find(vm)?, host)?;
    change.tx.update(vm, |vm| vm.scheduled_to_be_resident_on = host);
    Ok(Value::VOID)
}
