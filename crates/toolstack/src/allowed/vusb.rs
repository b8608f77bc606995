//! What may be done to a virtual USB slot now.

use super::{nothing_runs, vbd::check_leaving};
use model::VusbOperations as Op;
use model::{ApiEnum, ApiError, EnumSet, Ref, VmPowerState, Vusb, VusbOperations};
use store::Snapshot;

pub fn allowed(pool: &Snapshot, id: Ref<Vusb>) -> EnumSet<VusbOperations> {
    Op::all().filter(|op| check(pool, id, *op).is_ok()).collect()
}

/// Slots are filled when their machine starts, and emptied at any time while it runs.
pub fn check(pool: &Snapshot, id: Ref<Vusb>, op: Op) -> Result<(), ApiError> {
    let slot = pool.get(id).ok_or_else(|| ApiError::handle_invalid("VUSB", id))?;
    let Some(vm) = pool.get(slot.VM) else { return Err(ApiError::handle_invalid("VM", slot.VM)) };
    nothing_runs("VUSB", id.id(), &slot.current_operations)?;
    let (expected, fits) = match op {
        Op::Attach | Op::Plug => ("halted", vm.power_state == VmPowerState::Halted),
        Op::Unplug => ("running", vm.power_state == VmPowerState::Running),
    };
    if !fits {
        return Err(ApiError::vm_bad_power_state(slot.VM, expected, crate::learn::lower(vm.power_state)));
    }
    match (op, slot.currently_attached) {
        (Op::Plug, _) => Err(ApiError::operation_not_allowed("a VUSB is plugged when its VM starts")),
        (Op::Unplug, false) => Err(ApiError::device_already_detached(id)),
        _ => check_leaving(vm, op.name()),
    }
}
