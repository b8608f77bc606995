//! What a machine could not do, in the words of the API. One place for all steps.

use machine::step::update::UpdateStep;
use machine::{Fault, Step};
use model::{ApiError, ClassId, Host, Ref, RefId, Uuid};
use store::Snapshot;

pub fn error_of(pool: &Snapshot, host: Ref<Host>, step: &Step, fault: &Fault) -> ApiError {
    let find = |class: ClassId, uuid: &Uuid| pool.by_uuid(class, *uuid).unwrap_or(RefId::NULL);
    match fault {
        Fault::NotEnoughMemory { needed_bytes, free_bytes } => {
            ApiError::host_not_enough_free_memory(needed_bytes, free_bytes)
        }
        Fault::StorageFull { needed_bytes, free_bytes, .. } => ApiError::sr_full(needed_bytes, free_bytes),
        Fault::StorageUnavailable { sr } => ApiError::sr_not_attached(find(ClassId::Sr, sr)),
        Fault::DiskInUse { disc } => ApiError::vdi_in_use(find(ClassId::Vdi, &disc.vdi), step.verb()),
        Fault::NoSuchDisk { disc } => {
            ApiError::vdi_missing(find(ClassId::Sr, &disc.sr), find(ClassId::Vdi, &disc.vdi))
        }
        Fault::NoSuchDomain { vm } => {
            ApiError::vm_bad_power_state(find(ClassId::Vm, vm), "running", "halted")
        }
        Fault::GuestSilent { vm, seconds } => match step {
            Step::AskGuest { kind: machine::ShutdownKind::Suspend, .. } => {
                ApiError::vm_suspend_timeout(find(ClassId::Vm, vm), seconds)
            }
            _ => ApiError::vm_shutdown_timeout(find(ClassId::Vm, vm), seconds),
        },
        Fault::HostUnreachable { .. } => ApiError::host_offline(host),
        Fault::Failed { reason } if matches!(step, Step::SendDomain { .. } | Step::ReceiveDomain { .. }) => {
            let vm = step.vm().map_or(RefId::NULL, |vm| find(ClassId::Vm, &vm));
            let from = pool.get(Ref::<model::Vm>::new(vm)).map_or(Ref::NULL, |row| row.resident_on);
            let to = match step {
                Step::SendDomain { to, .. } => Ref::new(find(ClassId::Host, to)),
                _ => host,
            };
            ApiError::vm_migrate_failed(vm, from, to, reason)
        }
        Fault::Failed { reason } => match step {
            Step::Update(UpdateStep::ReadPackage { .. }) => ApiError::invalid_update(reason),
            Step::Update(UpdateStep::ReadRepository { .. }) => ApiError::reposync_failed(),
            Step::Update(UpdateStep::Install { .. }) => ApiError::apply_updates_failed(host),
            _ => ApiError::internal_error(format!("{step}: {reason}")),
        },
    }
}
