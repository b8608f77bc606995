//! How disks stand on each other: clones and snapshots share what was written before them.
//!
//! Only hidden disks are stood on, and nobody writes on those. So what is seen on a disk is what was
//! written on it, and below that what is seen on the one that it stands on.

use super::blocks::Blocks;
use super::disks::{self, EMPTY_BYTES};
use super::world::{Disk, Log, World};
use machine::{Disc, Fact, Fault};
use model::Uuid;
use std::iter;

/// Whether a copy is a snapshot, which remembers what has changed before it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Clone,
    Snapshot,
}

/// A clone or a snapshot.
pub fn share(
    world: &mut World,
    host: Uuid,
    (from, to, base): (Disc, Disc, Uuid),
    kind: Kind,
) -> Result<Vec<Fact>, Fault> {
    world.storage_at(host, to.sr)?;
    let base = (base != Uuid::NIL).then_some(Disc { sr: from.sr, vdi: base });
    if world.disks.contains_key(&to) {
        return Ok(family(world, from, to, base));
    }
    if from.sr != to.sr {
        return Err(Fault::Failed { reason: format!("clone disk {}: not to another storage", from.vdi) });
    }
    let source = world.disk_at(host, from)?;
    if source.bare {
        return Err(Fault::Failed { reason: format!("clone disk {}: its data is gone", from.vdi) });
    }
    let mut copy = Disk::blank(source.size_bytes);
    let nothing_own = source.blocks.is_empty() && source.memory.is_none();
    match base {
        None => {
            copy = disks::whole(world, from)?;
            disks::room(world, host, to.sr, copy.used_bytes())?;
        }
        Some(_) if nothing_own && source.parent.is_some() => {
            copy.parent = source.parent;
            disks::room(world, host, to.sr, EMPTY_BYTES)?;
        }
        Some(base) => {
            copy.parent = Some(base.vdi);
            disks::room(world, host, to.sr, 2 * EMPTY_BYTES)?;
            sink(world, from, base);
        }
    }
    if kind == Kind::Snapshot
        && let Some(log) = world.disks.get_mut(&from).and_then(|disk| disk.log.as_mut())
    {
        copy.log = Some(std::mem::replace(log, Log { since: Some(to.vdi), changed: Blocks::default() }));
    }
    disks::place(world, to, copy);
    Ok(family(world, from, to, base))
}

/// What was written on a disk sinks into a hidden one below it.
fn sink(world: &mut World, from: Disc, base: Disc) {
    let mut below = None;
    disks::change(world, from, |disk| {
        let mut hidden = Disk::blank(disk.size_bytes);
        hidden.hidden = true;
        hidden.blocks = std::mem::take(&mut disk.blocks);
        hidden.memory = disk.memory.take();
        hidden.overhead_bytes = std::mem::replace(&mut disk.overhead_bytes, EMPTY_BYTES);
        hidden.parent = disk.parent.replace(base.vdi);
        below = Some(hidden);
    });
    if let Some(hidden) = below {
        disks::place(world, base, hidden);
    }
}

fn family(world: &World, from: Disc, to: Disc, base: Option<Disc>) -> Vec<Fact> {
    base.into_iter().chain([to, from]).flat_map(|disc| told(world, disc)).collect()
}

fn told(world: &World, disc: Disc) -> Vec<Fact> {
    world.disks.get(&disc).map(|disk| disk.facts(disc)).unwrap_or_default()
}

/// As if a clone or snapshot had never been taken.
pub fn take_back(
    world: &mut World,
    host: Uuid,
    from: Disc,
    to: Disc,
    base: Uuid,
) -> Result<Vec<Fact>, Fault> {
    world.storage_at(host, to.sr)?;
    if world.disks.get(&to).is_some_and(|disk| !disk.holders.is_empty()) {
        return Err(Fault::DiskInUse { disc: to });
    }
    disks::remove(world, to);
    let mut facts = vec![Fact::DiskGone { disc: to }];
    if base != Uuid::NIL {
        let base = Disc { sr: from.sr, vdi: base };
        if only_child(world, base) == Some(from) {
            merge(world, base, from);
        }
        facts.extend(gone_or_told(world, base));
    }
    facts.extend(told(world, from));
    Ok(facts)
}

fn gone_or_told(world: &World, disc: Disc) -> Vec<Fact> {
    match world.disks.get(&disc) {
        Some(disk) => disk.facts(disc),
        None => vec![Fact::DiskGone { disc }],
    }
}

/// Merge a hidden disk into the only one that stands on it; what is not so any more is left alone.
pub fn coalesce(world: &mut World, host: Uuid, child: Disc, parent: Uuid) -> Result<Vec<Fact>, Fault> {
    world.storage_at(host, child.sr)?;
    let parent = Disc { sr: child.sr, vdi: parent };
    let free = |disk: &Disk| disk.hidden && disk.holders.is_empty();
    if world.disks.get(&parent).is_some_and(free) && only_child(world, parent) == Some(child) {
        merge(world, parent, child);
    }
    let mut facts = gone_or_told(world, parent);
    facts.extend(told(world, child));
    Ok(facts)
}

fn merge(world: &mut World, parent: Disc, child: Disc) {
    let Some(below) = world.disks.get(&parent) else { return };
    let (blocks, overhead) = (below.blocks.clone(), below.overhead_bytes);
    let (memory, grandparent) = (below.memory, below.parent);
    disks::remove(world, parent);
    disks::change(world, child, |disk| {
        disk.blocks = disk.blocks.over(&blocks);
        disk.memory = disk.memory.or(memory);
        disk.overhead_bytes = overhead;
        disk.parent = grandparent;
    });
}

/// The disks that stand on this one.
pub fn children(world: &World, disc: Disc) -> impl Iterator<Item = Disc> {
    let storage = Disc { sr: disc.sr, vdi: Uuid::NIL }..=Disc { sr: disc.sr, vdi: Uuid(u128::MAX) };
    world.disks.range(storage).filter(move |(_, disk)| disk.parent == Some(disc.vdi)).map(|(child, _)| *child)
}

fn only_child(world: &World, disc: Disc) -> Option<Disc> {
    let mut children = children(world, disc);
    children.next().filter(|_| children.next().is_none())
}

/// A disk and those below it, from the top.
fn downwards(world: &World, disc: Disc) -> impl Iterator<Item = &Disk> {
    iter::successors(world.disks.get(&disc), move |disk| {
        world.disks.get(&Disc { sr: disc.sr, vdi: disk.parent? })
    })
}

/// What is seen on a disk.
pub fn seen(world: &World, disc: Disc) -> Blocks {
    downwards(world, disc).fold(Blocks::default(), |seen, disk| seen.over(&disk.blocks))
}

/// The memory that is on a disk.
pub fn memory(world: &World, disc: Disc) -> Option<(Uuid, u64)> {
    downwards(world, disc).find_map(|disk| disk.memory)
}
