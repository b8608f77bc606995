//! What machines say of disks: how large they are, what they take, on what they stand.
//!
//! Hidden disks are rows as well (`base copy`, not managed), made and dropped here and nowhere else.
//! The row of any disk goes in the same commit in which its disk is told to be gone: so there is
//! neither a disk that nobody knows nor a row that stands for nothing.

use super::{Learner, find, update};
use machine::{Disc, DiskFact};
use model::{ClassId, Ref, Sr, Text, Uuid, Vbd, VbdType, Vdi, VdiType, many};
use store::Transaction;

/// The key of `sm_config` that says on what a disk stands.
pub const PARENT: &str = "vhd-parent";

pub fn learn(tx: &mut Transaction, fact: &DiskFact, learner: &Learner) {
    match fact {
        DiskFact::Base { disc, parent, size_bytes, used_bytes } => {
            let Some(sr) = find::<Sr>(tx, disc.sr) else { return };
            if find::<Vdi>(tx, disc.vdi).is_none() {
                tx.insert(Ref::from_bits(learner.chance.uuid().0), base(sr, disc.vdi));
            }
            update(tx, disc.vdi, |row: &mut Vdi| {
                row.virtual_size = *size_bytes;
                row.physical_utilisation = *used_bytes;
                stand_on(row, *parent);
            });
        }
        DiskFact::Parent { disc, parent } => update(tx, disc.vdi, |row: &mut Vdi| stand_on(row, *parent)),
        DiskFact::Switched { vbd, disc } => {
            let Some(vdi) = find::<Vdi>(tx, disc.vdi) else { return };
            update(tx, *vbd, |row: &mut Vbd| row.VDI = vdi);
        }
        DiskFact::Tracked { disc, on } => update(tx, disc.vdi, |row: &mut Vdi| row.cbt_enabled = *on),
        DiskFact::DataGone { disc } => {
            update(tx, disc.vdi, |row: &mut Vdi| row.r#type = VdiType::CbtMetadata)
        }
        // Answers to questions are no news.
        DiskFact::Changed { .. } | DiskFact::Sum { .. } => {}
    }
}

pub fn gone(tx: &mut Transaction, disc: Disc) {
    let Some(id) = find::<Vdi>(tx, disc.vdi) else { return };
    let there = tx.get(id).and_then(|row| tx.get(row.SR)).is_some_and(|sr| sr.uuid == disc.sr);
    if there {
        drop_row(tx, id);
    }
}

/// The row of a disk goes, with the drives that held it; CD drives are empty then.
pub fn drop_row(tx: &mut Transaction, id: Ref<Vdi>) {
    let drives: Vec<(Ref<Vbd>, VbdType)> =
        tx.many_rows(many::VDI_VBDS, id).map(|(vbd, row)| (vbd, row.r#type)).collect();
    for (vbd, kind) in drives {
        if kind == VbdType::Cd {
            tx.update(vbd, |row| row.empty = true);
        } else {
            tx.delete(vbd);
        }
    }
    tx.delete(id);
}

fn base(sr: Ref<Sr>, uuid: Uuid) -> Vdi {
    Vdi {
        uuid,
        name_label: Text::new_static("base copy"),
        SR: sr,
        r#type: VdiType::User,
        read_only: true,
        managed: false,
        location: Text::new(uuid.to_string()),
        sm_config: [(Text::new_static("image-format"), Text::new_static("vhd"))].into_iter().collect(),
        ..Vdi::default()
    }
}

fn stand_on(row: &mut Vdi, parent: Option<Uuid>) {
    match parent {
        Some(parent) => {
            let parent = Text::new(parent.to_string());
            if row.sm_config.get(PARENT) != Some(&parent) {
                row.sm_config.insert(Text::new_static(PARENT), parent);
            }
        }
        None => drop(row.sm_config.remove(PARENT)),
    }
}

/// Whether a fact of a machine that told everything is about a hidden disk without a row: that of one
/// which is about to come or has just gone.
pub fn is_unknown(tx: &Transaction, fact: &machine::Fact) -> bool {
    matches!(fact, machine::Fact::Disk(DiskFact::Base { disc, .. }) if tx.by_uuid(ClassId::Vdi, disc.vdi).is_none())
}
