//! What a machine borrows of the host that it runs on: graphics cards, PCI devices, USB devices.

use super::gpu;
use crate::handler::Find;
use crate::plan::Edit;
use machine::Loan;
use model::{ApiError, Host, Pci, Pusb, Ref, VgpuTypeImplementation, Vm, Vusb, many};
use store::Snapshot;

/// Everything that a machine will have of a host, and the edits that promise it.
#[derive(Default)]
pub struct Loans {
    pub loans: Vec<Loan>,
    pub promises: Vec<Edit>,
}

/// What a machine needs of a host, or the first thing that it lacks.
pub fn of(pool: &Snapshot, id: Ref<Vm>, vm: &Vm, host: Ref<Host>) -> Result<Loans, ApiError> {
    let mut found = Loans::default();
    let wanted = addresses(vm);
    if !wanted.is_empty() || wants_whole_card(pool, id) {
        check_iommu(pool, host)?;
    }
    for (vgpu, card) in gpu::seats(pool, id, host)? {
        let (row, thing) = (pool.find(vgpu)?, pool.find(card)?);
        let (units, of_units) = gpu::units(pool, card, row.r#type);
        found.loans.push(Loan { device: row.uuid, thing: thing.uuid, units, of_units });
        found.promises.push(Edit::set(vgpu, "scheduled_to_be_resident_on", card));
    }
    for address in wanted {
        let pci = device(pool, id, host, address)?;
        let uuid = pool.find(pci)?.uuid;
        found.loans.push(Loan::whole(uuid, uuid));
        found.promises.push(Edit::set(pci, "scheduled_to_be_attached_to", id));
    }
    for (vusb, row) in pool.many_rows(many::VM_VUSBS, id) {
        let thing = stick(pool, vusb, row, host).ok_or_else(|| {
            ApiError::operation_not_allowed(format!("VUSBs {vusb} are not available on Host {host}"))
        })?;
        found.loans.push(Loan::whole(row.uuid, pool.find(thing)?.uuid));
    }
    Ok(found)
}

/// The devices that `other_config:pci` names: `0/0000:04:01.0,1/0000:05:00.0`.
pub fn addresses(vm: &Vm) -> Vec<&str> {
    let list = vm.other_config.get("pci").map_or("", |list| list.as_str());
    list.split(',')
        .map(str::trim)
        .filter(|entry| !entry.is_empty())
        .map(|entry| entry.rsplit('/').next().unwrap_or(entry))
        .collect()
}

fn wants_whole_card(pool: &Snapshot, id: Ref<Vm>) -> bool {
    pool.many_rows(many::VM_VGPUS, id).any(|(_, vgpu)| {
        pool.get(vgpu.r#type).is_none_or(|kind| {
            matches!(
                kind.implementation,
                VgpuTypeImplementation::Passthrough | VgpuTypeImplementation::NvidiaSriov
            )
        })
    })
}

fn check_iommu(pool: &Snapshot, host: Ref<Host>) -> Result<(), ApiError> {
    let row = pool.find(host)?;
    if row.chipset_info.get("iommu").is_some_and(|value| value == "true") {
        Ok(())
    } else {
        Err(ApiError::vm_requires_iommu(host))
    }
}

fn device(pool: &Snapshot, vm: Ref<Vm>, host: Ref<Host>, address: &str) -> Result<Ref<Pci>, ApiError> {
    let mut all = pool.many_rows(many::HOST_PCIS, host);
    let Some((id, row)) = all.find(|(_, pci)| pci.pci_id == address) else {
        let name = pool.find(host)?.name_label.clone();
        return Err(ApiError::operation_not_allowed(format!("host {name} has no PCI device {address}")));
    };
    let taken = row.attached_VMs.iter().find(|other| **other != vm);
    let promised = row.scheduled_to_be_attached_to.some().filter(|other| *other != vm);
    match taken.copied().or(promised) {
        None => Ok(id),
        Some(other) => {
            let name = pool.get(other).map(|other| other.name_label.clone()).unwrap_or_default();
            Err(ApiError::operation_not_allowed(format!("PCI device {address} is used by VM {name}")))
        }
    }
}

/// A USB device of the slot's group on this host that may be passed through and is free.
fn stick(pool: &Snapshot, vusb: Ref<Vusb>, row: &Vusb, host: Ref<Host>) -> Option<Ref<Pusb>> {
    let elsewhere = |other: (Ref<Vusb>, &Vusb)| other.0 != vusb && other.1.currently_attached;
    if pool.many_rows(many::USB_GROUP_VUSBS, row.USB_group).any(elsewhere) {
        return None;
    }
    let mut sticks = pool.many_rows(many::USB_GROUP_PUSBS, row.USB_group);
    sticks.find(|(_, stick)| stick.host == host && stick.passthrough_enabled).map(|(stick, _)| stick)
}

/// What a machine has borrowed now, as the rows say.
pub fn present(pool: &Snapshot, id: Ref<Vm>, vm: &Vm) -> Vec<Loan> {
    let mut loans = Vec::new();
    for (_, vgpu) in pool.many_rows(many::VM_VGPUS, id).filter(|(_, vgpu)| vgpu.currently_attached) {
        let Some(card) = pool.get(vgpu.resident_on) else { continue };
        let (units, of_units) = gpu::units(pool, vgpu.resident_on, vgpu.r#type);
        loans.push(Loan { device: vgpu.uuid, thing: card.uuid, units, of_units });
    }
    let cards: Vec<Ref<Pci>> = pool.many_rows(many::VM_VGPUS, id).map(|(_, vgpu)| vgpu.PCI).collect();
    for pci in vm.attached_PCIs.iter().filter(|pci| !cards.contains(pci)) {
        if let Some(pci) = pool.get(*pci) {
            loans.push(Loan::whole(pci.uuid, pci.uuid));
        }
    }
    for (vusb, row) in pool.many_rows(many::VM_VUSBS, id).filter(|(_, vusb)| vusb.currently_attached) {
        let thing = stick(pool, vusb, row, vm.resident_on).and_then(|stick| pool.get(stick));
        loans.push(Loan::whole(row.uuid, thing.map_or(row.uuid, |stick| stick.uuid)));
    }
    loans
}
