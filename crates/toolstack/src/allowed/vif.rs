//! What may be done to a virtual network card now.

use super::{
    nothing_runs,
    vbd::{check_drivers, check_leaving},
};
use model::VifOperations as Op;
use model::{ApiEnum, ApiError, EnumSet, Ref, Vif, VifOperations, VmPowerState};
use store::Snapshot;

pub fn allowed(pool: &Snapshot, id: Ref<Vif>) -> EnumSet<VifOperations> {
    Op::all().filter(|op| check(pool, id, *op).is_ok()).collect()
}

pub fn check(pool: &Snapshot, id: Ref<Vif>, op: Op) -> Result<(), ApiError> {
    let vif = pool.get(id).ok_or_else(|| ApiError::handle_invalid("VIF", id))?;
    let Some(vm) = pool.get(vif.VM) else { return Err(ApiError::handle_invalid("VM", vif.VM)) };
    nothing_runs("VIF", id.id(), &vif.current_operations)?;
    if op == Op::Attach {
        return Ok(());
    }
    if vm.is_control_domain && op == Op::Plug {
        return Err(ApiError::operation_not_allowed("a control domain has no virtual network cards to plug"));
    }
    if vm.power_state != VmPowerState::Running {
        return Err(ApiError::vm_bad_power_state(vif.VM, "running", vm.power_state.name().to_lowercase()));
    }
    if super::pif::of_functions(pool, vif.network).0 {
        return Err(ApiError::operation_not_allowed("a virtual function is plugged when its machine starts"));
    }
    match (op, vif.currently_attached) {
        (Op::Plug, true) => return Err(ApiError::device_already_attached(id)),
        (Op::Unplug, false) => return Err(ApiError::device_already_detached(id)),
        _ => {}
    }
    check_leaving(vm, op.name())?;
    check_drivers(pool, vif.VM, vm, "VIF", |guest| guest.can_use_hotplug_vif)
}
