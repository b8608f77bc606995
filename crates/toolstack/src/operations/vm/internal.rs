//! Messages that the original's own parts use, or that nobody uses any more.

use super::copies::{self, Copied, Kind};
use crate::accessors;
use crate::allowed::check;
use crate::arguments::Arguments;
use crate::door::Answer;
use crate::handler::{Answering, Call, Change, Find, Planned, Planning, Reading};
use crate::plan::{Edit, Plan};
use crate::toolstack::Toolstack;
use model::{ApiError, ClassId, Host, Item, Ref, Value, Vm, VmPowerState};
use std::sync::Arc;

/// Quirk boot-record: the settings of the machine now. What is fixed at boot cannot be changed while it
/// runs, so they are those of its boot.
pub fn boot_record(toolstack: Arc<Toolstack>, _: Call, arguments: Arguments) -> Answering<Answer> {
    Box::pin(async move {
        let pool = toolstack.store.snapshot();
        let id = arguments.this()?;
        check(&pool, ClassId::Vm, id, "get_boot_record")?;
        accessors::record(pool, ClassId::Vm, id)
    })
}

/// Quirk no-sysrq: a machine that does not run is refused first, and then everybody is.
pub fn send_sysrq(reading: &Reading, arguments: &Arguments) -> Result<Value, ApiError> {
    check(reading.pool, ClassId::Vm, arguments.this()?, "send_sysrq")?;
    // Partly VM.send_sysrq.
    Err(ApiError::not_implemented("send_sysrq"))
}

pub fn send_trigger(reading: &Reading, arguments: &Arguments) -> Result<Value, ApiError> {
    check(reading.pool, ClassId::Vm, arguments.this()?, "send_trigger")?;
    // Partly VM.send_trigger.
    Err(ApiError::not_implemented("send_trigger"))
}

/// The services that a machine offers to the toolstack. Control domains, the only ones that could,
/// offer none: what they do is done by the machine below.
pub fn query_services(reading: &Reading, arguments: &Arguments) -> Result<Value, ApiError> {
    let id: Ref<Vm> = arguments.reference("self")?;
    let vm = reading.pool.find(id)?;
    check_operation(reading, id, vm)?;
    let system = vm.other_config.get("is_system_domain").is_some_and(|value| value == "true");
    if vm.is_control_domain || system {
        Ok(Value::Struct(Vec::new()))
    } else {
        Err(ApiError::not_system_domain(id))
    }
}

fn check_operation(reading: &Reading, id: Ref<Vm>, vm: &Vm) -> Result<(), ApiError> {
    if vm.is_control_domain { Ok(()) } else { check(reading.pool, ClassId::Vm, id.id(), "query_services") }
}

/// Where a machine runs is learnt from its host, so this only agrees or does not.
pub fn set_resident_on(change: &mut Change, arguments: &Arguments) -> Result<Value, ApiError> {
    let (id, host): (Ref<Vm>, Ref<Host>) = (arguments.reference("vm")?, arguments.reference("host")?);
    let vm = change.tx.find(id)?;
    if vm.resident_on != host {
        return Err(ApiError::vm_not_resident_here(id, host));
    }
    if vm.current_operations.is_empty() {
        change.tx.update(id, |vm| vm.scheduled_to_be_resident_on = Ref::NULL);
    }
    Ok(Value::VOID)
}

/// A migration is one operation here: what has arrived is complete.
pub fn migrate_complete(reading: &Reading, arguments: &Arguments) -> Result<Value, ApiError> {
    let (id, host): (Ref<Vm>, Ref<Host>) = (arguments.reference("vm")?, arguments.reference("host")?);
    if reading.pool.find(id)?.resident_on == host {
        Ok(Value::VOID)
    } else {
        Err(ApiError::vm_not_resident_here(id, host))
    }
}

/// A clone of a suspended machine that can be resumed as well.
pub fn clone_suspended(planning: &Planning, arguments: &Arguments) -> Result<Planned, ApiError> {
    let id: Ref<Vm> = arguments.reference("vm")?;
    let vm = planning.pool.find(id)?;
    let name = vm.name_label.clone();
    let Copied { vm: new, disks, mut edits, holds, .. } =
        copies::machine(planning, id, name, Kind::Clone, &[])?;
    let (vdi, row, make) = copies::disk(planning, vm.suspend_VDI, Kind::Clone)?;
    edits.push(Edit::make(vdi, row));
    edits.push(Edit::set(new, "suspend_VDI", vdi));
    edits.push(Edit::set(new, "power_state", VmPowerState::Suspended));
    let makes = Plan::Parallel(disks.into_iter().chain([make]).collect());
    Ok(Planned::new(Plan::Serial(vec![makes, Plan::Write(edits)]))
        .returning(new.to_value())
        .holding_all(holds))
}

/// Workload balancing is a server of its own, and nobody has told the pool of one.
pub fn wlb_recommendations(reading: &Reading, _: &Arguments) -> Result<Value, ApiError> {
    let pool = reading.pool.first::<model::Pool>().map(|(_, pool)| pool);
    match pool {
        Some(pool) if pool.wlb_url.is_empty() => Err(ApiError::wlb_not_initialized()),
        Some(pool) if !pool.wlb_enabled => Err(ApiError::wlb_disabled()),
        // Partly VM.retrieve_wlb_recommendations.
        _ => Err(ApiError::not_implemented("VM.retrieve_wlb_recommendations")),
    }
}
