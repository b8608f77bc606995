//! Virtual processors: how many at most, how many at the start, how many now.

use crate::allowed::check;
use crate::arguments::Arguments;
use crate::handler::{Change, Find, Planned, Planning};
use crate::plan::Plan;
use machine::Step;
use model::{ApiError, ClassId, Ref, Value, Vm};

fn set(
    change: &mut Change,
    arguments: &Arguments,
    name: &str,
    apply: fn(&mut Vm, i64),
) -> Result<Value, ApiError> {
    let id: Ref<Vm> = arguments.reference("self")?;
    let value = arguments.int("value")?;
    check(change.tx, ClassId::Vm, id.id(), "changing_VCPUs")?;
    let mut vm = change.tx.find(id)?.clone();
    apply(&mut vm, value);
    if value < 1 || vm.VCPUs_at_startup > vm.VCPUs_max {
        return Err(ApiError::invalid_value(name, value));
    }
    vm.memory_overhead = super::memory::overhead(&vm);
    change.tx.insert(id, vm);
    Ok(Value::VOID)
}

pub fn set_max(change: &mut Change, arguments: &Arguments) -> Result<Value, ApiError> {
    set(change, arguments, "VCPUs_max", |vm, value| vm.VCPUs_max = value)
}

pub fn set_at_startup(change: &mut Change, arguments: &Arguments) -> Result<Value, ApiError> {
    set(change, arguments, "VCPUs_at_startup", |vm, value| vm.VCPUs_at_startup = value)
}

pub fn set_number_live(planning: &Planning, arguments: &Arguments) -> Result<Planned, ApiError> {
    let id: Ref<Vm> = arguments.reference("self")?;
    let count = arguments.int("nvcpu")?;
    let vm = planning.pool.find(id)?;
    if count < 1 || count > vm.VCPUs_max {
        return Err(ApiError::invalid_value("VCPU values must satisfy: 0 < VCPUs ≤ VCPUs_max", count));
    }
    Ok(Planned::new(Plan::Do(vm.resident_on, Step::SetVcpus { vm: vm.uuid, count })))
}
