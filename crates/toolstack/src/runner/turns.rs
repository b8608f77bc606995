//! Who waits for whom, beyond what `allowed_operations` say.
//!
//! Those lists are the original's, and the original has another queue below them: what is done to
//! one domain is done one after the other. So a device waits for a machine that is about to become
//! another domain, such a machine waits for its devices, and a hard shutdown waits for the end of
//! what it cancels.

use crate::allowed;
use model::{ApiEnum, ApiError, ClassId, Ref, RefId, Vbd, Vif, Vm, VmOperations as Op, many};
use store::Snapshot;

pub fn check(pool: &Snapshot, class: ClassId, id: RefId, operation: &str) -> Result<(), ApiError> {
    match class {
        ClassId::Vm => machine(pool, Ref::new(id), operation),
        ClassId::Vbd => pool.get(Ref::<Vbd>::new(id)).map_or(Ok(()), |vbd| device(pool, vbd.VM)),
        ClassId::Vif => pool.get(Ref::<Vif>::new(id)).map_or(Ok(()), |vif| device(pool, vif.VM)),
        _ => Ok(()),
    }
}

fn machine(pool: &Snapshot, id: Ref<Vm>, operation: &str) -> Result<(), ApiError> {
    let Some(operation) = Op::parse(operation) else { return Ok(()) };
    if matches!(operation, Op::HardShutdown | Op::HardReboot)
        && let Some(vm) = pool.get(id)
    {
        allowed::nothing_runs("VM", id.id(), &vm.current_operations)?;
    }
    if !changes_domain(operation) {
        return Ok(());
    }
    for (vbd, row) in pool.many_rows(many::VM_VBDS, id) {
        allowed::nothing_runs("VBD", vbd.id(), &row.current_operations)?;
    }
    for (vif, row) in pool.many_rows(many::VM_VIFS, id) {
        allowed::nothing_runs("VIF", vif.id(), &row.current_operations)?;
    }
    Ok(())
}

fn device(pool: &Snapshot, id: Ref<Vm>) -> Result<(), ApiError> {
    match pool.get(id) {
        Some(vm) if vm.current_operations.values().any(|current| changes_domain(*current)) => {
            allowed::nothing_runs("VM", id.id(), &vm.current_operations)
        }
        _ => Ok(()),
    }
}

/// Whether the domain is another one afterwards, or elsewhere, or none.
fn changes_domain(operation: Op) -> bool {
    matches!(
        operation,
        Op::Start
            | Op::StartOn
            | Op::Suspend
            | Op::Resume
            | Op::ResumeOn
            | Op::CleanShutdown
            | Op::HardShutdown
            | Op::Shutdown
            | Op::CleanReboot
            | Op::HardReboot
            | Op::PoolMigrate
            | Op::MigrateSend
            | Op::Revert
            | Op::Reverting
            | Op::Checkpoint
            | Op::Destroy
    )
}
