//! What may be done to an appliance now.

use super::nothing_runs;
use model::VmApplianceOperation as Op;
use model::{ApiEnum, ApiError, EnumSet, Ref, VmAppliance, VmApplianceOperation, VmPowerState, many};
use store::Snapshot;

pub fn allowed(pool: &Snapshot, id: Ref<VmAppliance>) -> EnumSet<VmApplianceOperation> {
    Op::all().filter(|op| check(pool, id, *op).is_ok()).collect()
}

pub fn check(pool: &Snapshot, id: Ref<VmAppliance>, op: Op) -> Result<(), ApiError> {
    let appliance = pool.get(id).ok_or_else(|| ApiError::handle_invalid("VM_appliance", id))?;
    nothing_runs("VM_appliance", id.id(), &appliance.current_operations)?;
    let states: Vec<VmPowerState> =
        pool.many_rows(many::VM_APPLIANCE_VMS, id).map(|(_, vm)| vm.power_state).collect();
    if states.is_empty() {
        return Err(ApiError::operation_not_allowed("Appliance has no VMs."));
    }
    let (wanted, reason) = match op {
        Op::Start => (
            states.iter().any(|state| *state != VmPowerState::Running),
            "All VMs in the appliance are already running.",
        ),
        Op::CleanShutdown => (states.contains(&VmPowerState::Running), "No VM in the appliance is running."),
        Op::HardShutdown | Op::Shutdown => (
            states.iter().any(|state| *state != VmPowerState::Halted),
            "All VMs in the appliance are already halted.",
        ),
    };
    if wanted { Ok(()) } else { Err(ApiError::operation_not_allowed(reason)) }
}
