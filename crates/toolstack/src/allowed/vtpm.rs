//! What may be done to a virtual TPM now.

use super::nothing_runs;
use model::VtpmOperations as Op;
use model::{ApiEnum, ApiError, EnumSet, Ref, VmPowerState, Vtpm, VtpmOperations};
use store::Snapshot;

pub fn allowed(pool: &Snapshot, id: Ref<Vtpm>) -> EnumSet<VtpmOperations> {
    Op::all().filter(|op| check(pool, id, *op).is_ok()).collect()
}

/// It is there for as long as its machine has a domain or a memory image.
pub fn check(pool: &Snapshot, id: Ref<Vtpm>, _: Op) -> Result<(), ApiError> {
    let vtpm = pool.get(id).ok_or_else(|| ApiError::handle_invalid("VTPM", id))?;
    let Some(vm) = pool.get(vtpm.VM) else { return Err(ApiError::handle_invalid("VM", vtpm.VM)) };
    nothing_runs("VTPM", id.id(), &vtpm.current_operations)?;
    if vm.power_state == VmPowerState::Halted {
        Ok(())
    } else {
        Err(ApiError::vm_bad_power_state(vtpm.VM, "halted", crate::learn::lower(vm.power_state)))
    }
}
