//! What a machine could not do, in the words of the API. One place for all steps.

use machine::step::update::UpdateStep;
use machine::{DiskStep, Fault, LiveStep, NetworkFault, NetworkStep, Step, StorageFault};
use model::driver::backend_error;
use model::{ApiError, ClassId, Host, Network, Ref, RefId, Text, Uuid, Vgpu};
use store::Snapshot;

pub fn error_of(pool: &Snapshot, host: Ref<Host>, step: &Step, fault: &Fault) -> ApiError {
    let find = |class: ClassId, uuid: &Uuid| pool.by_uuid(class, *uuid).unwrap_or(RefId::NULL);
    match fault {
        fault if matches!(step, Step::Role(machine::step::RoleStep::Agree { .. })) => {
            let reason = match fault {
                Fault::Failed { reason } => reason.clone(),
                _ => ApiError::cannot_contact_host(host).to_string(),
            };
            ApiError::ha_abort_new_master(reason)
        }
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
            Step::Live(LiveStep::Sleep { .. }) => {
                ApiError::vm_failed_suspend_acknowledgment(find(ClassId::Vm, vm))
            }
            _ => ApiError::vm_shutdown_timeout(find(ClassId::Vm, vm), seconds),
        },
        Fault::LentOut { thing } => match pool.get(Ref::<Vgpu>::new(find(ClassId::Vgpu, &step.object()))) {
            Some(vgpu) => {
                ApiError::pgpu_insufficient_capacity_for_vgpu(find(ClassId::Pgpu, thing), vgpu.r#type)
            }
            None => ApiError::operation_not_allowed(format!("device {thing} is used by another VM")),
        },
        Fault::Network(fault) => of_network(pool, host, step, fault),
        Fault::HostUnreachable { .. } => ApiError::host_offline(host),
        Fault::Storage(fault) => storage_error(find(ClassId::Sr, &step.object()), fault),
        Fault::Failed { reason } if matches!(step, Step::SendDomain { .. } | Step::ReceiveDomain { .. }) => {
            let vm = step.vm().map_or(RefId::NULL, |vm| find(ClassId::Vm, &vm));
            let from = pool.get(Ref::<model::Vm>::new(vm)).map_or(Ref::NULL, |row| row.resident_on);
            let to = match step {
                Step::SendDomain { to, .. } => Ref::new(find(ClassId::Host, to)),
                _ => host,
            };
            ApiError::vm_migrate_failed(vm, from, to, reason)
        }
        Fault::Failed { .. } if matches!(step, Step::Disk(DiskStep::ListChanged { .. })) => unrelated_disks(),
        Fault::Failed { reason } => match step {
            Step::Update(UpdateStep::ReadPackage { .. }) => ApiError::invalid_update(reason),
            Step::Update(UpdateStep::ReadRepository { .. }) => ApiError::reposync_failed(),
            Step::Update(UpdateStep::Install { .. }) => ApiError::apply_updates_failed(host),
            _ => ApiError::internal_error(format!("{step}: {reason}")),
        },
    }
}

fn of_network(pool: &Snapshot, host: Ref<Host>, step: &Step, fault: &NetworkFault) -> ApiError {
    let network_of = |bridge: &str| {
        let mut networks = pool.all::<Network>();
        networks.find(|(_, network)| network.bridge == bridge).map_or(Ref::NULL, |(id, _)| id)
    };
    match fault {
        NetworkFault::NoBridge { bridge } => ApiError::host_cannot_attach_network(host, network_of(bridge)),
        NetworkFault::NoFunction { bridge } => {
            ApiError::network_sriov_insufficient_capacity(network_of(bridge))
        }
        NetworkFault::NoCard { device, mac } => match step {
            Step::Network(NetworkStep::FindCard { .. }) if mac.is_empty() => ApiError::mac_invalid(mac),
            Step::Network(NetworkStep::FindCard { .. }) => {
                ApiError::could_not_find_network_interface_with_specified_device_name_and_mac_address(
                    device, mac,
                )
            }
            _ => ApiError::pif_device_not_found(),
        },
        NetworkFault::Misfit { pif, reason } => {
            let pif = pool.by_uuid(ClassId::Pif, *pif).unwrap_or(RefId::NULL);
            ApiError::pif_configuration_error(pif, reason)
        }
    }
}

/// Some of what drivers say has names of its own in the API.
pub fn storage_error(sr: RefId, fault: &StorageFault) -> ApiError {
    match fault.number {
        16 => ApiError::sr_device_in_use(),
        38 => ApiError::sr_operation_not_supported(sr),
        39 => ApiError::sr_not_empty(),
        number => backend_error(number, &fault.about, &fault.answer),
    }
}

/// What the storage manager says when what has changed between two disks cannot be known.
pub fn unrelated_disks() -> ApiError {
    let words =
        "Failed to calculate changed blocks for given VDIs. [opterr=Source and target VDI are unrelated]";
    let params = vec![Text::default(), Text::new_static(words), Text::default()];
    ApiError::from_parts(Text::new_static("SR_BACKEND_FAILURE_460"), params)
}
