//! Disks that move to another storage, with the machine that has them or below it.
//!
//! Each gets a new disk and a new row. Those in use are mirrored until their drives go over; the others
//! are copied. Snapshots go with the disk that they are of. When everything points at the new disks,
//! the former ones are destroyed.

use crate::chains::has_feature;
use crate::handler::{Find, Planning};
use crate::operations::device;
use crate::plan::{Edit, Plan};
use machine::{Disc, DiskStep, Step};
use model::{ApiError, Class, ClassId, EnumSet, Host, Map, Ref, RefId, Sr, Text, Vdi, VdiType, Vm, many};
use std::collections::BTreeMap;
use store::Snapshot;

/// Where each disk goes.
pub type Destinations = BTreeMap<Ref<Vdi>, Ref<Sr>>;

/// One disk on its way.
pub struct Move {
    pub old: Ref<Vdi>,
    pub new: Ref<Vdi>,
    pub from: Disc,
    pub to: Disc,
    /// A running machine has it: the copy follows it.
    pub live: bool,
    row: Vdi,
    /// A host that reaches the new storage, and one that reaches the former one.
    near: Ref<Host>,
    far: Ref<Host>,
}

/// The disks that really go elsewhere, and their snapshots with them.
pub fn with_snapshots(pool: &Snapshot, wanted: &Destinations) -> Destinations {
    let mut all = Destinations::new();
    for (vdi, sr) in wanted {
        let snapshots = pool
            .many_rows(many::VDI_SNAPSHOTS, *vdi)
            .filter(|(_, row)| row.managed && row.r#type != VdiType::CbtMetadata)
            .map(|(snapshot, _)| snapshot);
        for id in std::iter::once(*vdi).chain(snapshots) {
            let to = wanted.get(&id).unwrap_or(sr);
            if pool.get(id).is_some_and(|row| row.SR != *to) {
                all.insert(id, *to);
            }
        }
    }
    all
}

/// Whether a disk may go to a storage that a host must reach.
pub fn check(pool: &Snapshot, id: Ref<Vdi>, to: Ref<Sr>, host: Option<Ref<Host>>) -> Result<(), ApiError> {
    let row = pool.find(id)?;
    let (source, target) = (pool.find(row.SR)?, pool.find(to)?);
    if !row.managed {
        return Err(ApiError::vdi_not_managed(id));
    }
    for (sr, id) in [(source, row.SR), (target, to)] {
        if !has_feature(pool, sr, "VDI_MIRROR") {
            return Err(ApiError::sr_does_not_support_migration(id, "VDI_MIRROR"));
        }
    }
    if row.cbt_enabled && !row.is_a_snapshot {
        return Err(ApiError::vdi_cbt_enabled(id));
    }
    let attached = |host: Ref<Host>| {
        pool.many_rows(many::SR_PBDS, to).any(|(_, pbd)| pbd.host == host && pbd.currently_attached)
    };
    if host.is_some_and(|host| !attached(host)) {
        return Err(ApiError::sr_not_attached(to));
    }
    let free = target.physical_size - target.physical_utilisation;
    if target.physical_size > 0 && row.physical_utilisation > free {
        return Err(ApiError::sr_full(row.physical_utilisation, free));
    }
    crate::allowed::nothing_runs("VDI", id.id(), &row.current_operations)
}

pub fn moves(
    planning: &Planning,
    destinations: &Destinations,
    live: impl Fn(Ref<Vdi>) -> bool,
) -> Result<Vec<Move>, ApiError> {
    let pool = planning.pool;
    let mut moves = Vec::new();
    for (old, sr) in destinations {
        let row = pool.find(*old)?;
        let uuid = planning.new_uuid();
        let format = |(key, _): &(&Text, &Text)| *key == "image-format";
        let sm_config = row.sm_config.iter().filter(format).map(|(key, value)| (key.clone(), value.clone()));
        moves.push(Move {
            old: *old,
            new: planning.new_ref(),
            from: device::disc(pool, *old).ok_or_else(|| ApiError::vdi_not_available(*old))?,
            to: Disc { sr: pool.find(*sr)?.uuid, vdi: uuid },
            live: live(*old),
            near: device::host_of_sr(pool, *sr)?,
            far: device::host_of_sr(pool, row.SR)?,
            row: Vdi {
                uuid,
                SR: *sr,
                location: Text::new(uuid.to_string()),
                allowed_operations: EnumSet::EMPTY,
                current_operations: Map::EMPTY,
                physical_utilisation: 0,
                parent: Ref::NULL,
                cbt_enabled: false,
                sm_config: sm_config.collect(),
                ..row.clone()
            },
        });
    }
    // A snapshot of what moves is one of the new disk.
    let renamed: BTreeMap<Ref<Vdi>, Ref<Vdi>> = moves.iter().map(|one| (one.old, one.new)).collect();
    for one in &mut moves {
        one.row.snapshot_of = renamed.get(&one.row.snapshot_of).copied().unwrap_or(one.row.snapshot_of);
    }
    // Those that others are snapshots of are made first.
    moves.sort_by_key(|one| (one.row.is_a_snapshot, one.old));
    Ok(moves)
}

/// The new disks with their rows. `here`: the host of the machine, which mirrors what it uses.
pub fn make(moves: &[Move]) -> Plan {
    let copy = |one: &Move| {
        let step = if one.live {
            DiskStep::Mirror { from: one.from, to: one.to }.into()
        } else {
            Step::CopyDisk { from: one.from, to: one.to }
        };
        Plan::Do(one.near, step)
    };
    let rows = moves.iter().map(|one| Edit::make(one.new, one.row.clone())).collect();
    Plan::Serial(vec![Plan::Parallel(moves.iter().map(copy).collect()), Plan::Write(rows)])
}

/// Whatever points at the former disks points at the new ones.
pub fn repoint(pool: &Snapshot, moves: &[Move]) -> Vec<Edit> {
    let mut edits = Vec::new();
    for one in moves {
        edits.extend(pool.many(many::VDI_VBDS, one.old).map(|vbd| Edit::set(vbd, "VDI", one.new)));
        let stay = |id: &Ref<Vdi>| !moves.iter().any(|other| other.old == *id);
        let snapshots = pool.many(many::VDI_SNAPSHOTS, one.old).filter(stay);
        edits.extend(snapshots.map(|snapshot| Edit::set(snapshot, "snapshot_of", one.new)));
        let image = Vm::ID.definition().field("suspend_VDI").map(|(number, _)| number);
        let machines = image.into_iter().flat_map(|image| pool.referrers(one.old.id(), ClassId::Vm, image));
        edits.extend(machines.map(|vm| Edit::set(Ref::<Vm>::new(vm), "suspend_VDI", one.new)));
    }
    edits
}

/// The former disks go; one that does not stays as a disk that nobody has.
pub fn clear(moves: &[Move]) -> Plan {
    let destroy = |one: &Move| Plan::Do(one.far, Step::DestroyDisk { disc: one.from }).best_effort();
    Plan::Serial([Plan::Pivot].into_iter().chain(moves.iter().map(destroy)).collect())
}

/// What is held meanwhile.
pub fn holds(moves: &[Move]) -> Vec<(ClassId, RefId, &'static str)> {
    moves.iter().map(|one| (ClassId::Vdi, one.old.id(), "mirror")).collect()
}
