//! `VM.clean_reboot`, `VM.hard_reboot`: down and up again on the same host.
//!
//! The domain goes and a new one comes, so devices and memory are as the rows say now. Clients see
//! the machine running throughout.

use super::messages::tell;
use super::seat::Seat;
use crate::arguments::Arguments;
use crate::handler::{Find, Planned, Planning};
use crate::operations::device;
use crate::plan::Plan;
use machine::{ShutdownKind, Step};
use model::{ApiError, Ref, Vm};

pub fn clean(planning: &Planning, arguments: &Arguments) -> Result<Planned, ApiError> {
    let id: Ref<Vm> = arguments.reference("vm")?;
    let vm = planning.pool.find(id)?;
    let timeout_seconds = planning.toolstack.settings.domain_shutdown_total_timeout.as_secs();
    let stop = Step::AskGuest { vm: vm.uuid, kind: ShutdownKind::Reboot, timeout_seconds };
    again(planning, id, vm, stop, "rebooted")
}

pub fn hard(planning: &Planning, arguments: &Arguments) -> Result<Planned, ApiError> {
    let id: Ref<Vm> = arguments.reference("vm")?;
    let vm = planning.pool.find(id)?;
    again(planning, id, vm, Step::DestroyDomain { vm: vm.uuid }, "rebooted forcibly")
}

fn again(planning: &Planning, id: Ref<Vm>, vm: &Vm, stop: Step, what: &str) -> Result<Planned, ApiError> {
    let host = vm.resident_on;
    let seat = Seat::new(planning, id, vm, host)?;
    let plan = Plan::Serial(vec![
        Plan::Do(host, stop),
        // What was in memory is gone: the way back is to go on.
        Plan::Pivot,
        seat.make_room(planning),
        device::boot(planning.pool, id, vm, host, &seat),
        Plan::Do(host, Step::Unpause { vm: vm.uuid }),
        tell(planning, "VM_REBOOTED", vm, what, Some(host)),
    ]);
    Ok(seat.taken_by(id, Planned::new(plan)))
}
