//! `PCI`, and what of a graphics card is its PCI device: whether the control domain may use it.
//!
//! A device is hidden from the control domain, or shown to it again, when the host boots. Until then
//! both are known: how it is and how it will be.

use crate::arguments::Arguments;
use crate::handler::Handler::{self, Change as C, Read as R};
use crate::handler::{Change, Find, Reading};
use crate::localdb;
use machine::Chance;
use model::{
    ApiEnum, ApiError, Host, Pci, PciDom0Access as Access, Pgpu, Ref, Value, VgpuTypeImplementation, many,
};
use store::{Snapshot, Transaction};

pub const HANDLERS: &[(&str, Handler)] = &[
    ("PCI.enable_dom0_access", C(|change, arguments| of_device(change, arguments, true))),
    ("PCI.disable_dom0_access", C(|change, arguments| of_device(change, arguments, false))),
    ("PCI.get_dom0_access_status", R(status)),
    ("PGPU.enable_dom0_access", C(|change, arguments| of_card(change, arguments, true))),
    ("PGPU.disable_dom0_access", C(|change, arguments| of_card(change, arguments, false))),
    ("host.mxgpu_vf_setup", R(mxgpu_functions)),
    ("host.nvidia_vf_setup", R(nvidia_functions)),
];

fn of_device(change: &mut Change, arguments: &Arguments, enabled: bool) -> Result<Value, ApiError> {
    let id: Ref<Pci> = arguments.reference("self")?;
    change.tx.find(id)?;
    Ok(set(change, id, enabled))
}

fn of_card(change: &mut Change, arguments: &Arguments, enabled: bool) -> Result<Value, ApiError> {
    let card: Ref<Pgpu> = arguments.reference("self")?;
    let pci = change.tx.find(card)?.PCI;
    change.tx.find(pci)?;
    Ok(set(change, pci, enabled))
}

/// From the next boot on.
fn set(change: &mut Change, pci: Ref<Pci>, enabled: bool) -> Value {
    let next = match (access(change.tx, pci), enabled) {
        (Access::Enabled | Access::DisableOnReboot, true) => Access::Enabled,
        (Access::Enabled | Access::DisableOnReboot, false) => Access::DisableOnReboot,
        (Access::Disabled | Access::EnableOnReboot, false) => Access::Disabled,
        (Access::Disabled | Access::EnableOnReboot, true) => Access::EnableOnReboot,
    };
    keep(change.tx, change.chance, pci, next);
    Value::string(next.name())
}

fn status(reading: &Reading, arguments: &Arguments) -> Result<Value, ApiError> {
    let id: Ref<Pci> = arguments.reference("self")?;
    reading.pool.find(id)?;
    Ok(Value::string(access(reading.pool, id).name()))
}

/// Graphics cards have a field for it, other devices a note of ours.
pub fn access(pool: &Snapshot, pci: Ref<Pci>) -> Access {
    if let Some((_, card)) = card_of(pool, pci) {
        return card.dom0_access;
    }
    let note = pool.get(pci).and_then(|row| localdb::get(pool, pool.get(row.host)?.uuid, &key(row)));
    note.and_then(|note| Access::parse(&note)).unwrap_or(Access::Enabled)
}

fn keep(tx: &mut Transaction, chance: &dyn Chance, pci: Ref<Pci>, access: Access) {
    match card_of(tx, pci).map(|(card, _)| card) {
        Some(card) => drop(tx.update(card, |card| card.dom0_access = access)),
        None => {
            let Some((host, key)) = tx.get(pci).and_then(|row| Some((tx.get(row.host)?.uuid, key(row))))
            else {
                return;
            };
            match access {
                Access::Enabled => localdb::clear(tx, host, &key),
                _ => localdb::put(tx, (chance.uuid(), chance.uuid()), host, &key, access.name()),
            }
        }
    }
}

fn key(row: &Pci) -> String {
    format!("dom0_access/{}", row.uuid)
}

fn card_of(pool: &Snapshot, pci: Ref<Pci>) -> Option<(Ref<Pgpu>, &Pgpu)> {
    let host = pool.get(pci)?.host;
    pool.many_rows(many::HOST_PGPUS, host).find(|(_, card)| card.PCI == pci)
}

/// What was to change at the next boot has changed: a host has booted.
pub fn after_boot(tx: &mut Transaction, chance: &dyn Chance, host: Ref<Host>) {
    let devices: Vec<Ref<Pci>> = tx.many(many::HOST_PCIS, host).collect();
    for pci in devices {
        match access(tx, pci) {
            Access::DisableOnReboot => keep(tx, chance, pci, Access::Disabled),
            Access::EnableOnReboot => keep(tx, chance, pci, Access::Enabled),
            Access::Enabled | Access::Disabled => {}
        }
    }
}

/// Without a card of this sort there is nothing to set up, as in the original.
fn mxgpu_functions(reading: &Reading, arguments: &Arguments) -> Result<Value, ApiError> {
    let host: Ref<Host> = arguments.reference("host")?;
    reading.pool.find(host)?;
    let mut cards = reading.pool.many_rows(many::HOST_PGPUS, host);
    let mxgpu = |card: &Pgpu| {
        let mut kinds = card.supported_VGPU_types.iter().filter_map(|kind| reading.pool.get(*kind));
        kinds.any(|kind| kind.implementation == VgpuTypeImplementation::Mxgpu)
    };
    if cards.any(|(_, card)| mxgpu(card)) {
        // Partly host.mxgpu_vf_setup.
        return Err(ApiError::not_implemented("host.mxgpu_vf_setup"));
    }
    Ok(Value::VOID)
}

/// NVIDIA's own tools make the functions, and no host here has them.
fn nvidia_functions(reading: &Reading, arguments: &Arguments) -> Result<Value, ApiError> {
    let host: Ref<Host> = arguments.reference("host")?;
    reading.pool.find(host)?;
    let pci: Ref<Pci> = arguments.reference("pf")?;
    reading.pool.find(pci)?;
    Err(ApiError::nvidia_tools_error(host))
}
