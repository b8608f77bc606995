//! `VM.pause`, `VM.unpause`: stop and go, with everything kept in memory.

use super::messages::tell;
use crate::arguments::Arguments;
use crate::handler::{Find, Planned, Planning};
use crate::plan::Plan;
use machine::Step;
use model::{ApiError, Ref, Vm};

pub fn pause(planning: &Planning, arguments: &Arguments) -> Result<Planned, ApiError> {
    let vm = planning.pool.find::<Vm>(arguments.reference("vm")?)?;
    let host = vm.resident_on;
    Ok(Planned::new(Plan::Serial(vec![
        Plan::Do(host, Step::Pause { vm: vm.uuid }),
        tell(planning, "VM_PAUSED", vm, "paused", Some(host)),
    ])))
}

pub fn unpause(planning: &Planning, arguments: &Arguments) -> Result<Planned, ApiError> {
    let id: Ref<Vm> = arguments.reference("vm")?;
    let vm = planning.pool.find(id)?;
    let host = vm.resident_on;
    Ok(Planned::new(Plan::Serial(vec![
        Plan::Do(host, Step::Unpause { vm: vm.uuid }),
        tell(planning, "VM_UNPAUSED", vm, "unpaused", Some(host)),
    ])))
}
