//! The chains of disks, as rows tell them: what stands on what, and what can be merged.

use crate::learn::disks::PARENT;
use machine::{Disc, DiskStep, Step};
use model::{Ref, Sm, Sr, Uuid, Vdi, many};
use std::collections::BTreeMap;
use store::Snapshot;

/// How much one operation merges at most.
const MOST_MERGES: usize = 64;

/// On what a disk stands, if that is a hidden disk of the same storage.
pub fn parent(pool: &Snapshot, vdi: &Vdi) -> Option<Uuid> {
    let parent = Uuid::parse(vdi.sm_config.get(PARENT)?)?;
    let row = pool.get(pool.by_uuid(model::ClassId::Vdi, parent).map(Ref::<Vdi>::new)?)?;
    (!row.managed && row.SR == vdi.SR).then_some(parent)
}

/// Whether a storage's driver has a feature, such as `VDI_CONFIG_CBT`.
pub fn has_feature(pool: &Snapshot, sr: &Sr, feature: &str) -> bool {
    pool.all::<Sm>()
        .filter(|(_, driver)| driver.r#type == sr.r#type)
        .any(|(_, driver)| driver.features.contains_key(feature))
}

/// Whether copies share what was there before them: images and drives are only copied.
pub fn shares(sr: &Sr) -> bool {
    !matches!(sr.r#type.as_str(), "iso" | "udev" | "iscsi" | "hba" | "linstor")
}

struct Link {
    parent: Option<Uuid>,
    hidden: bool,
    busy: bool,
}

/// What can be merged or thrown away on a storage, in its order.
pub fn merges(pool: &Snapshot, sr: Ref<Sr>) -> Vec<Step> {
    let Some(storage) = pool.get(sr).map(|row| row.uuid) else { return Vec::new() };
    let link = |(_, row): (Ref<Vdi>, &Vdi)| {
        let link = Link {
            parent: parent(pool, row),
            hidden: !row.managed,
            busy: !row.current_operations.is_empty(),
        };
        (row.uuid, link)
    };
    let mut links: BTreeMap<Uuid, Link> = pool.many_rows(many::SR_VDIS, sr).map(link).collect();
    links.retain(|_, link| link.hidden || link.parent.is_some());
    let mut steps = Vec::new();
    while let Some((hidden, child)) = next(&links).filter(|_| steps.len() < MOST_MERGES) {
        let below = links.remove(&hidden).and_then(|link| link.parent);
        steps.push(match child {
            None => Step::DestroyDisk { disc: Disc { sr: storage, vdi: hidden } },
            Some(child) => {
                if let Some(link) = links.get_mut(&child) {
                    link.parent = below;
                }
                DiskStep::Coalesce { child: Disc { sr: storage, vdi: child }, parent: hidden }.into()
            }
        });
    }
    steps
}

/// A hidden disk that is of no use, or of use to only one other, which nobody works on.
fn next(links: &BTreeMap<Uuid, Link>) -> Option<(Uuid, Option<Uuid>)> {
    let mut children: BTreeMap<Uuid, Vec<Uuid>> = BTreeMap::new();
    for (uuid, link) in links {
        if let Some(parent) = link.parent {
            children.entry(parent).or_default().push(*uuid);
        }
    }
    let only = |uuid: &Uuid| match children.get(uuid).map(Vec::as_slice) {
        None => Some(None),
        Some([one]) if !links.get(one).is_some_and(|link| link.busy) => Some(Some(*one)),
        Some(_) => None,
    };
    links.iter().filter(|(_, link)| link.hidden).find_map(|(uuid, _)| Some((*uuid, only(uuid)?)))
}
