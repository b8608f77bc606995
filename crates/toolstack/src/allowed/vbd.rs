//! What may be done to a virtual disk drive now.

use super::{nothing_runs, vm::is_hvm};
use model::VbdOperations as Op;
use model::{
    ApiEnum, ApiError, EnumSet, Ref, TristateType, Vbd, VbdMode, VbdOperations, VbdType, VdiOperations, Vm,
    VmGuestMetrics, VmOperations, VmPowerState, many,
};
use store::Snapshot;

pub fn allowed(pool: &Snapshot, id: Ref<Vbd>) -> EnumSet<VbdOperations> {
    Op::all().filter(|op| check(pool, id, *op).is_ok()).collect()
}

pub fn check(pool: &Snapshot, id: Ref<Vbd>, op: Op) -> Result<(), ApiError> {
    let vbd = pool.get(id).ok_or_else(|| ApiError::handle_invalid("VBD", id))?;
    let Some(vm) = pool.get(vbd.VM) else { return Err(ApiError::handle_invalid("VM", vbd.VM)) };
    if !matches!(op, Op::Pause | Op::Unpause) {
        nothing_runs("VBD", id.id(), &vbd.current_operations)?;
    }
    if matches!(op, Op::Unplug | Op::UnplugForce) && !vbd.unpluggable {
        return Err(ApiError::vbd_not_unpluggable(id));
    }
    if matches!(op, Op::Insert | Op::Eject) {
        if vbd.r#type != VbdType::Cd {
            return Err(ApiError::vbd_not_removable_media(id));
        }
        match op {
            Op::Eject if vbd.empty => return Err(ApiError::vbd_is_empty(id)),
            Op::Insert if !vbd.empty => return Err(ApiError::vbd_not_empty(id)),
            _ => {}
        }
        if vm.power_state == VmPowerState::Suspended {
            return Err(bad_power_state(vbd.VM, vm, &[VmPowerState::Halted, VmPowerState::Running]));
        }
    }
    check_power(pool, id, vbd, vm, op)?;
    check_vdi(pool, id, vbd, op)
}

fn bad_power_state(id: Ref<Vm>, vm: &Vm, expected: &[VmPowerState]) -> ApiError {
    let expected: Vec<_> = expected.iter().map(|state| state.name().to_lowercase()).collect();
    ApiError::vm_bad_power_state(id, expected.join(", "), vm.power_state.name().to_lowercase())
}

fn check_power(pool: &Snapshot, id: Ref<Vbd>, vbd: &Vbd, vm: &Vm, op: Op) -> Result<(), ApiError> {
    match op {
        Op::Plug | Op::Unplug | Op::UnplugForce => {
            if vm.power_state != VmPowerState::Running {
                return Err(bad_power_state(vbd.VM, vm, &[VmPowerState::Running]));
            }
            let plugged = vbd.currently_attached || vbd.reserved;
            if op == Op::Plug && plugged {
                return Err(ApiError::device_already_attached(id));
            }
            if op != Op::Plug && !plugged {
                return Err(ApiError::device_already_detached(id));
            }
            check_leaving(vm, op.name())?;
            check_drivers(pool, vbd.VM, vm, "VBD", |guest| guest.can_use_hotplug_vbd)?;
            if vbd.r#type == VbdType::Cd && is_hvm(vm) {
                return Err(ApiError::operation_not_allowed(
                    "the CD drive of an HVM guest cannot be plugged or unplugged",
                ));
            }
            Ok(())
        }
        Op::Pause | Op::Unpause
            if vm.power_state != VmPowerState::Paused && vm.power_state != VmPowerState::Running =>
        {
            Err(bad_power_state(vbd.VM, vm, &[VmPowerState::Running]))
        }
        _ => Ok(()),
    }
}

/// Devices of a machine that is about to go are left alone.
pub(super) fn check_leaving(vm: &Vm, operation: &str) -> Result<(), ApiError> {
    let leaving = |current: &VmOperations| {
        matches!(
            current,
            VmOperations::CleanShutdown
                | VmOperations::HardShutdown
                | VmOperations::Suspend
                | VmOperations::Pause
        )
    };
    match vm.current_operations.values().find(|current| leaving(current)) {
        Some(current) if operation != "unplug_force" => {
            Err(ApiError::operation_not_allowed(format!("Current operations on VM: {}", current.name())))
        }
        _ => Ok(()),
    }
}

/// A guest with emulated hardware takes and gives devices only with drivers of ours. What it says of
/// that itself counts more than which drivers it has.
pub(super) fn check_drivers(
    pool: &Snapshot,
    id: Ref<Vm>,
    vm: &Vm,
    device: &str,
    says: fn(&VmGuestMetrics) -> TristateType,
) -> Result<(), ApiError> {
    if !is_hvm(vm) {
        return Ok(());
    }
    let guest = pool.get(vm.guest_metrics);
    match guest.map_or(TristateType::Unspecified, says) {
        TristateType::Yes => Ok(()),
        TristateType::No => {
            Err(ApiError::operation_not_allowed(format!("the guest takes no {device} while it runs")))
        }
        TristateType::Unspecified if guest.is_some_and(|guest| guest.PV_drivers_detected) => Ok(()),
        TristateType::Unspecified => Err(ApiError::vm_missing_pv_drivers(id)),
    }
}

fn check_vdi(pool: &Snapshot, id: Ref<Vbd>, vbd: &Vbd, op: Op) -> Result<(), ApiError> {
    let Some(vdi) = pool.get(vbd.VDI) else { return Ok(()) };
    if !vdi.managed {
        return Err(ApiError::vdi_not_managed(vbd.VDI));
    }
    if !matches!(op, Op::Attach | Op::Plug | Op::Insert) {
        return Ok(());
    }
    let busy = vdi
        .current_operations
        .values()
        .any(|current| !matches!(current, VdiOperations::Mirror | VdiOperations::Copy));
    if busy {
        return nothing_runs("VDI", vbd.VDI.id(), &vdi.current_operations);
    }
    let writes = |vbd: &Vbd| vbd.mode == VbdMode::Rw;
    if !vdi.sharable {
        let mut others = pool
            .many_rows(many::VDI_VBDS, vbd.VDI)
            .filter(|(other, row)| *other != id && (row.currently_attached || row.reserved));
        if others.any(|(_, other)| writes(other) || writes(vbd)) {
            return Err(ApiError::vdi_in_use(vbd.VDI, op.name()));
        }
    }
    if writes(vbd) && vdi.read_only {
        return Err(ApiError::vdi_readonly(vbd.VDI));
    }
    Ok(())
}
