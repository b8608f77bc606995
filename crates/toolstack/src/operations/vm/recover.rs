//! Recovery of a machine from a database that was replicated: what it needs, and whether that is there.
//!
//! Sessions on such a database do not exist yet, so both sides are this pool.

use crate::arguments::Arguments;
use crate::handler::{Find, Reading};
use model::{ApiError, Item, Ref, Session, Sr, Value, VbdType, Vm, many};
use std::collections::BTreeSet;
use store::Snapshot;

pub fn assert_can_be_recovered(reading: &Reading, arguments: &Arguments) -> Result<Value, ApiError> {
    let id: Ref<Vm> = arguments.reference("self")?;
    recoverable(reading, arguments, id)?;
    Ok(Value::VOID)
}

fn recoverable<'a>(reading: &'a Reading, arguments: &Arguments, id: Ref<Vm>) -> Result<&'a Vm, ApiError> {
    let pool = reading.pool;
    let vm = pool.find(id)?;
    pool.find(arguments.reference::<Session>("session_to")?)?;
    if !vm.appliance.is_null() {
        return Err(ApiError::vm_is_part_of_an_appliance(id, vm.appliance));
    }
    let attached = |sr: Ref<Sr>| pool.many_rows(many::SR_PBDS, sr).any(|(_, pbd)| pbd.currently_attached);
    match storage_of(pool, id, vm).into_iter().find(|sr| !attached(*sr)) {
        Some(sr) => Err(ApiError::vm_requires_sr(id, sr)),
        None => Ok(vm),
    }
}

pub fn storage_required(reading: &Reading, arguments: &Arguments) -> Result<Value, ApiError> {
    let id: Ref<Vm> = arguments.reference("self")?;
    let vm = reading.pool.find(id)?;
    reading.pool.find(arguments.reference::<Session>("session_to")?)?;
    Ok(Value::Array(storage_of(reading.pool, id, vm).into_iter().map(|sr| sr.to_value()).collect()))
}

/// The storage of a machine's disks. Discs in CD drives are not needed.
pub fn storage_of(pool: &Snapshot, id: Ref<Vm>, vm: &Vm) -> BTreeSet<Ref<Sr>> {
    let drives = pool.many_rows(many::VM_VBDS, id).filter(|(_, vbd)| vbd.r#type != VbdType::Cd);
    let disks = drives.map(|(_, vbd)| vbd.VDI).chain([vm.suspend_VDI]);
    disks.filter_map(|vdi| pool.get(vdi)).map(|row| row.SR).collect()
}

/// The machine is in both databases, since both are one.
pub fn recover(reading: &Reading, arguments: &Arguments) -> Result<Value, ApiError> {
    let id: Ref<Vm> = arguments.reference("self")?;
    recoverable(reading, arguments, id)?;
    if arguments.bool("force")? {
        // Partly VM.recover.
        return Err(ApiError::not_implemented("VM.recover"));
    }
    Err(ApiError::duplicate_vm(id))
}
