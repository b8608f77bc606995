//! `VM.clean_shutdown`, `VM.hard_shutdown`, `VM.shutdown`, `VM.power_state_reset`.

use super::messages::tell;
use crate::allowed::check;
use crate::arguments::Arguments;
use crate::handler::{Change, Find, Planned, Planning};
use crate::learn::become_stopped;
use crate::plan::{Edit, Plan};
use machine::{ShutdownKind, Step};
use model::{ApiError, ClassId, Ref, Value, Vm, VmPowerState, many};

pub fn clean(planning: &Planning, arguments: &Arguments) -> Result<Planned, ApiError> {
    let vm = planning.pool.find::<Vm>(arguments.reference("vm")?)?;
    let told = tell(planning, "VM_SHUTDOWN", vm, "shut down", Some(vm.resident_on));
    Ok(Planned::new(Plan::Serial(vec![ask(planning, vm, None), told])))
}

pub fn hard(planning: &Planning, arguments: &Arguments) -> Result<Planned, ApiError> {
    let id: Ref<Vm> = arguments.reference("vm")?;
    let vm = planning.pool.find(id)?;
    let told = tell(planning, "VM_SHUTDOWN", vm, "shut down forcibly", vm.resident_on.some());
    Ok(Planned::new(Plan::Serial(vec![pull(planning, id, vm), told])))
}

/// Clean within its time, or else hard.
pub fn either(planning: &Planning, arguments: &Arguments) -> Result<Planned, ApiError> {
    let id: Ref<Vm> = arguments.reference("vm")?;
    let vm = planning.pool.find(id)?;
    let told = tell(planning, "VM_SHUTDOWN", vm, "shut down", vm.resident_on.some());
    let delay = u64::try_from(vm.shutdown_delay).ok().filter(|seconds| *seconds > 0);
    let stop = match vm.power_state {
        VmPowerState::Running => ask(planning, vm, delay).or_else(pull(planning, id, vm)),
        _ => pull(planning, id, vm),
    };
    Ok(Planned::new(Plan::Serial(vec![stop, told])))
}

fn ask(planning: &Planning, vm: &Vm, seconds: Option<u64>) -> Plan {
    let timeout_seconds =
        seconds.unwrap_or(planning.toolstack.settings.domain_shutdown_total_timeout.as_secs());
    Plan::Do(vm.resident_on, Step::AskGuest { vm: vm.uuid, kind: ShutdownKind::Shutdown, timeout_seconds })
}

/// Pull the plug; of a suspended machine: drop its memory.
pub(super) fn pull(planning: &Planning, id: Ref<Vm>, vm: &Vm) -> Plan {
    match vm.power_state {
        VmPowerState::Suspended => Plan::Serial(vec![
            Plan::Write(forget_memory(planning, id, vm)),
            super::suspend::drop_image(planning, vm.suspend_VDI),
        ]),
        _ => Plan::Do(vm.resident_on, Step::DestroyDomain { vm: vm.uuid }),
    }
}

/// A machine that will not be resumed has no devices plugged and nothing to say.
fn forget_memory(planning: &Planning, id: Ref<Vm>, vm: &Vm) -> Vec<Edit> {
    let pool = planning.pool;
    let mut edits = vec![
        Edit::set(id, "power_state", VmPowerState::Halted),
        Edit::set(id, "suspend_VDI", Ref::<model::Vdi>::NULL),
    ];
    let plugged = pool.many_rows(many::VM_VBDS, id).filter(|(_, vbd)| vbd.currently_attached);
    edits.extend(plugged.map(|(vbd, _)| Edit::set(vbd, "currently_attached", false)));
    let wired = pool.many_rows(many::VM_VIFS, id).filter(|(_, vif)| vif.currently_attached);
    edits.extend(wired.map(|(vif, _)| Edit::set(vif, "currently_attached", false)));
    if pool.get(vm.guest_metrics).is_some() {
        edits.push(Edit::set(id, "guest_metrics", Ref::<model::VmGuestMetrics>::NULL));
        edits.push(Edit::drop(vm.guest_metrics));
    }
    edits
}

/// Believe that a machine is halted, although nobody has seen it stop.
pub fn power_state_reset(change: &mut Change, arguments: &Arguments) -> Result<Value, ApiError> {
    let id: Ref<Vm> = arguments.reference("vm")?;
    check(change.tx, ClassId::Vm, id.id(), "power_state_reset")?;
    let vm = change.tx.find(id)?;
    let lives = matches!(vm.power_state, VmPowerState::Running | VmPowerState::Paused);
    let host = vm.resident_on;
    if let Some(row) = change.tx.get(host).filter(|_| lives) {
        if host == change.toolstack.this_host() {
            return Err(ApiError::domain_exists(id, vm.domid));
        }
        if change.tx.get(row.metrics).is_some_and(|metrics| metrics.live) {
            return Err(ApiError::host_is_live(host));
        }
    }
    become_stopped(change.tx, id, VmPowerState::Halted);
    change.tx.update(id, |vm| vm.current_operations = model::Map::EMPTY);
    Ok(Value::VOID)
}
