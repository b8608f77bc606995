//! What machines say of storage: which is plugged where, how large it is, which disks are on it.
//!
//! A scan adds the disks that have no row and takes away the rows whose disks are gone. What an
//! operation that has not ended makes or takes away is left to it.

use super::{Learner, disks, find};
use crate::operations::storage;
use crate::runner;
use machine::{Disc, DiskFact, Fact, FoundDisk, StorageFact};
use model::{ApiEnum, Date, Host, Pbd, Ref, Sr, Text, Uuid, Vdi, VdiType, many};
use std::collections::BTreeSet;
use store::Transaction;

pub fn learn(tx: &mut Transaction, host: Ref<Host>, fact: &StorageFact, learner: &Learner) {
    match fact {
        StorageFact::Plugged { sr, size_bytes } => {
            set_attached(tx, host, *sr, true);
            set_size(tx, *sr, *size_bytes);
        }
        StorageFact::Unplugged { sr } => set_attached(tx, host, *sr, false),
        StorageFact::Scanned { sr, size_bytes, disks, missing } => {
            set_size(tx, *sr, *size_bytes);
            if let Some(sr) = find::<Sr>(tx, *sr) {
                scanned(tx, sr, disks, missing, learner);
            }
        }
        StorageFact::Measured { sr, size_bytes, disks } => {
            set_size(tx, *sr, *size_bytes);
            for (vdi, virtual_bytes, used_bytes) in disks {
                measured(tx, *vdi, *virtual_bytes, *used_bytes);
            }
        }
        // The answer of a probe is for the one who asked.
        StorageFact::Probed { .. } => {}
    }
}

/// Storage that rows say is plugged into a host that has told everything, and not this.
pub fn absent(tx: &Transaction, host: Ref<Host>, there: &BTreeSet<Uuid>) -> Vec<Fact> {
    let links = tx.many_rows(many::HOST_PBDS, host).filter(|(_, pbd)| pbd.currently_attached);
    let storages = links.filter_map(|(_, pbd)| tx.get(pbd.SR));
    storages
        .filter(|sr| !there.contains(&sr.uuid) && sr.current_operations.is_empty())
        .filter(|sr| !runner::mentions(tx, sr.uuid))
        .map(|sr| Fact::Storage(StorageFact::Unplugged { sr: sr.uuid }))
        .collect()
}

fn set_attached(tx: &mut Transaction, host: Ref<Host>, sr: Uuid, attached: bool) {
    let Some(sr) = find::<Sr>(tx, sr) else { return };
    let link = tx.many_rows(many::SR_PBDS, sr).find(|(_, pbd)| pbd.host == host).map(|(id, _)| id);
    let domain = tx.get(host).map(|host| host.control_domain).filter(|domain| !domain.is_null());
    let Some(link) = link else { return };
    tx.update(link, |pbd: &mut Pbd| {
        pbd.currently_attached = attached;
        if let Some(domain) = domain.filter(|_| attached) {
            pbd.other_config.insert("storage_driver_domain", Text::new(domain.to_string()));
        }
    });
}

/// The repository of the tools has no size.
fn set_size(tx: &mut Transaction, sr: Uuid, size_bytes: i64) {
    let Some(id) = find::<Sr>(tx, sr) else { return };
    tx.update(id, |sr| {
        if !sr.is_tools_sr {
            sr.physical_size = size_bytes;
        }
    });
}

fn measured(tx: &mut Transaction, vdi: Uuid, virtual_bytes: i64, used_bytes: i64) {
    let Some(id) = find::<Vdi>(tx, vdi) else { return };
    tx.update(id, |vdi| {
        vdi.virtual_size = virtual_bytes;
        vdi.physical_utilisation = used_bytes;
        vdi.missing = false;
    });
}

fn scanned(tx: &mut Transaction, sr: Ref<Sr>, found: &[FoundDisk], missing: &[Uuid], learner: &Learner) {
    let mut added = Vec::new();
    for disk in found {
        match find::<Vdi>(tx, disk.label.vdi) {
            Some(_) => measured(tx, disk.label.vdi, disk.size_bytes, disk.used_bytes),
            None if runner::mentions(tx, disk.label.vdi) => {}
            None => {
                let id = Ref::from_bits(learner.chance.uuid().0);
                let Some(uuid) = tx.get(sr).map(|sr| sr.uuid) else { return };
                let disc = Disc { sr: uuid, vdi: disk.label.vdi };
                tx.insert(id, row(sr, disk));
                for fact in [
                    DiskFact::Parent { disc, parent: disk.parent },
                    DiskFact::Tracked { disc, on: disk.tracked },
                ] {
                    disks::learn(tx, &fact, learner);
                }
                added.push((id, disk.label.snapshot_of));
            }
        }
    }
    // What a snapshot is of may have been found after it.
    for (id, of) in added {
        let of = of.and_then(|of| find::<Vdi>(tx, of)).unwrap_or(Ref::NULL);
        tx.update(id, |vdi| vdi.snapshot_of = of);
    }
    for uuid in missing {
        let Some(id) = find::<Vdi>(tx, *uuid) else { continue };
        let Some(vdi) = tx.get(id).filter(|vdi| vdi.SR == sr) else { continue };
        let worked_on = !vdi.current_operations.is_empty() || runner::mentions(tx, *uuid);
        let in_use = tx.many_rows(many::VDI_VBDS, id).any(|(_, vbd)| vbd.currently_attached || vbd.reserved);
        if in_use {
            tx.update(id, |vdi| vdi.missing = true);
        } else if !worked_on {
            let edits = storage::without_disks(tx, &[id]);
            runner::apply(tx, &edits);
        }
    }
}

fn row(sr: Ref<Sr>, disk: &FoundDisk) -> Vdi {
    let label = &disk.label;
    let location = if label.location.is_empty() { label.vdi.to_string() } else { label.location.clone() };
    Vdi {
        uuid: label.vdi,
        name_label: Text::new(&label.names.label),
        name_description: Text::new(&label.names.description),
        SR: sr,
        virtual_size: disk.size_bytes,
        physical_utilisation: disk.used_bytes,
        r#type: if disk.bare {
            VdiType::CbtMetadata
        } else {
            VdiType::parse(&label.kind).unwrap_or(VdiType::User)
        },
        read_only: label.read_only || disk.hidden,
        location: Text::new(location),
        managed: !disk.hidden,
        sm_config: label.sm_config.iter().map(|(key, value)| (Text::new(key), Text::new(value))).collect(),
        is_a_snapshot: label.is_a_snapshot,
        snapshot_of: Ref::NULL,
        snapshot_time: Date::from_seconds(label.snapshot_time),
        ..Vdi::default()
    }
}
