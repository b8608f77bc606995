//! Disks on storage: made, copied, resized, gone.
//!
//! On thin storage a disk takes what is written on it, but no disk is larger than what is free when it
//! is made; on thick storage it takes all of its size at once. How disks stand on each other is `chains`.

use super::blocks::{BLOCK_BYTES, Blocks, Content};
use super::world::{Disk, Storage, World, thick_bytes};
use super::{chains, shelf};
use machine::{Disc, DiskFact, Fact, Fault};
use model::Uuid;

/// What a disk takes when nothing is written on it.
pub const EMPTY_BYTES: i64 = 64 << 10;

impl Disk {
    /// A disk on which nothing is written.
    pub fn blank(size_bytes: i64) -> Disk {
        Disk {
            size_bytes,
            overhead_bytes: EMPTY_BYTES,
            blocks: Blocks::default(),
            memory: None,
            parent: None,
            hidden: false,
            thick: false,
            bare: false,
            pristine: None,
            log: None,
            mirror: None,
            holders: Vec::new(),
        }
    }

    /// A disk of which only is known how much it takes.
    pub fn believed(disc: Disc, size_bytes: i64, used_bytes: i64) -> Disk {
        let wanted = (used_bytes - EMPTY_BYTES).min(size_bytes).max(0) / BLOCK_BYTES;
        let mut disk = Disk::blank(size_bytes);
        disk.overhead_bytes = used_bytes - wanted * BLOCK_BYTES;
        // The same in each life of the world.
        disk.blocks = Blocks::filled(wanted as u64, Content(disc.vdi.0 as u64 | 1 << 63));
        disk
    }

    pub fn used_bytes(&self) -> i64 {
        let written = self.written_bytes();
        // What nobody writes on any more is as small as it can be.
        let all = self.thick && !self.hidden && !self.bare;
        if all { written.max(thick_bytes(self.size_bytes)) } else { written }
    }

    pub fn written_bytes(&self) -> i64 {
        self.overhead_bytes + self.blocks.count() as i64 * BLOCK_BYTES
    }

    /// The blocks that fit on it.
    pub fn block_count(&self) -> u64 {
        (self.size_bytes.max(0) as u64).div_ceil(BLOCK_BYTES as u64)
    }

    /// What is told of it: how large it is, and on what it stands.
    pub fn facts(&self, disc: Disc) -> Vec<Fact> {
        let (parent, size_bytes, used_bytes) = (self.parent, self.size_bytes, self.used_bytes());
        if self.hidden {
            return vec![Fact::Disk(DiskFact::Base { disc, parent, size_bytes, used_bytes })];
        }
        vec![
            Fact::DiskPresent { disc, size_bytes, used_bytes },
            Fact::Disk(DiskFact::Parent { disc, parent }),
        ]
    }

    pub fn fact(&self, disc: Disc) -> Fact {
        Fact::DiskPresent { disc, size_bytes: self.size_bytes, used_bytes: self.used_bytes() }
    }
}

pub fn create(world: &mut World, host: Uuid, disc: Disc, size_bytes: i64) -> Result<Vec<Fact>, Fault> {
    world.storage_at(host, disc.sr)?;
    match world.disks.get(&disc) {
        Some(disk) if disk.size_bytes == size_bytes => Ok(vec![disk.fact(disc)]),
        Some(_) => {
            Err(Fault::Failed { reason: format!("make disk {}: one of another size is there", disc.vdi) })
        }
        None => put(world, host, disc, Disk::blank(size_bytes), size_bytes),
    }
}

pub fn destroy(world: &mut World, host: Uuid, disc: Disc) -> Result<Vec<Fact>, Fault> {
    world.storage_at(host, disc.sr)?;
    if world.disks.get(&disc).is_some_and(|disk| !disk.holders.is_empty()) {
        return Err(Fault::DiskInUse { disc });
    }
    if chains::children(world, disc).next().is_some() {
        return Err(Fault::Failed { reason: format!("destroy disk {}: others stand on it", disc.vdi) });
    }
    remove(world, disc);
    Ok(vec![Fact::DiskGone { disc }])
}

/// A full copy, alone on its storage. The original may be where this host does not see it.
pub fn copy(world: &mut World, host: Uuid, from: Disc, to: Disc) -> Result<Vec<Fact>, Fault> {
    world.storage_at(host, to.sr)?;
    if let Some(disk) = world.disks.get(&to) {
        return Ok(vec![disk.fact(to)]);
    }
    let source = world.disk_anywhere(from)?;
    if source.holders.iter().any(|holder| !holder.read_only) {
        return Err(Fault::DiskInUse { disc: from });
    }
    let disk = whole(world, from)?;
    let needed_bytes = disk.used_bytes();
    put(world, host, to, disk, needed_bytes)
}

/// A disk with all that is seen on another one.
pub fn whole(world: &World, from: Disc) -> Result<Disk, Fault> {
    let source = world.disk_anywhere(from)?;
    if source.bare {
        return Err(Fault::Failed { reason: format!("copy disk {}: its data is gone", from.vdi) });
    }
    let mut disk = Disk::blank(source.size_bytes);
    disk.blocks = chains::seen(world, from);
    disk.memory = chains::memory(world, from);
    if source.parent.is_none() {
        disk.overhead_bytes = source.overhead_bytes;
    }
    Ok(disk)
}

/// What is on one disk is written on another one; with a base, where they differ.
pub fn copy_into(
    world: &mut World,
    host: Uuid,
    from: Disc,
    to: Disc,
    base: Option<Disc>,
) -> Result<Vec<Fact>, Fault> {
    world.storage_at(host, to.sr)?;
    let source = whole(world, from)?;
    let there = world.disk_at(host, to)?;
    if !there.holders.is_empty() {
        return Err(Fault::DiskInUse { disc: to });
    }
    if there.size_bytes < source.size_bytes {
        return Err(Fault::Failed { reason: format!("copy disk {} over: it does not fit", from.vdi) });
    }
    let mut written = match base {
        Some(base) => source.blocks.beside(&chains::seen(world, base)),
        None => source.blocks,
    };
    // What is there already is not written again.
    written = written.beside(&chains::seen(world, to));
    let after = written.over(&there.blocks);
    let more = (after.count() - there.blocks.count().min(after.count())) as i64 * BLOCK_BYTES;
    room(world, host, to.sr, more)?;
    let memory = source.memory;
    change(world, to, |disk| {
        written.runs().for_each(|run| disk.write(run));
        disk.memory = memory.or(disk.memory);
    });
    Ok(vec![world.disk_at(host, to)?.fact(to)])
}

pub fn resize(world: &mut World, host: Uuid, disc: Disc, size_bytes: i64) -> Result<Vec<Fact>, Fault> {
    let disk = world.disk_at(host, disc)?;
    let needed_bytes = size_bytes - disk.size_bytes;
    if needed_bytes < 0 {
        return Err(Fault::Failed { reason: format!("resize disk {}: it does not shrink", disc.vdi) });
    }
    room(world, host, disc.sr, needed_bytes)?;
    change(world, disc, |disk| disk.size_bytes = size_bytes);
    Ok(vec![world.disk_at(host, disc)?.fact(disc)])
}

/// A sum over all that is seen on a disk: equal for equal content.
/// What was written since the first reset goes.
pub fn reset(world: &mut World, host: Uuid, disc: Disc) -> Result<Vec<Fact>, Fault> {
    if !world.disk_at(host, disc)?.holders.is_empty() {
        return Err(Fault::DiskInUse { disc });
    }
    let seen = chains::seen(world, disc);
    change(world, disc, |disk| match &disk.pristine {
        None => disk.pristine = Some(seen),
        Some(pristine) if *pristine != seen => disk.blocks = pristine.clone(),
        Some(_) => {}
    });
    Ok(world.disk_at(host, disc)?.facts(disc))
}

pub fn persist(world: &mut World, host: Uuid, disc: Disc) -> Result<Vec<Fact>, Fault> {
    world.disk_at(host, disc)?;
    change(world, disc, |disk| disk.pristine = None);
    Ok(Vec::new())
}

pub fn checksum(world: &World, host: Uuid, disc: Disc) -> Result<Vec<Fact>, Fault> {
    world.disk_at(host, disc)?;
    let mut sums = [0xcbf2_9ce4_8422_2325_u64, 0x6c62_272e_07bb_0142];
    for run in whole(world, disc)?.blocks.joined() {
        for number in [run.first, run.count, run.content.0] {
            for (sum, prime) in sums.iter_mut().zip([0x0100_0000_01b3_u64, 0x0100_0000_0193]) {
                *sum = (*sum ^ number).wrapping_mul(prime).rotate_left(23);
            }
        }
    }
    let sum = format!("{:016x}{:016x}", sums[0], sums[1]);
    Ok(vec![Fact::Disk(DiskFact::Sum { disc, sum })])
}

/// Whether this much is free on a storage.
pub fn room(world: &World, host: Uuid, sr: Uuid, needed_bytes: i64) -> Result<(), Fault> {
    let free_bytes = world.storage_at(host, sr)?.free_bytes();
    if needed_bytes > free_bytes { Err(Fault::StorageFull { sr, needed_bytes, free_bytes }) } else { Ok(()) }
}

/// Change a disk that is there, and count what it takes more or less.
pub fn change(world: &mut World, disc: Disc, edit: impl FnOnce(&mut Disk)) {
    shelf::clear(world, disc.sr);
    let Some(disk) = world.disks.get_mut(&disc) else { return };
    let before = disk.used_bytes();
    edit(disk);
    let more = disk.used_bytes() - before;
    grow_use(world, disc.sr, more);
}

/// A disk that was not there, if there is room.
pub fn put(
    world: &mut World,
    host: Uuid,
    disc: Disc,
    disk: Disk,
    needed_bytes: i64,
) -> Result<Vec<Fact>, Fault> {
    let disk = Disk { thick: world.storage_at(host, disc.sr)?.is_thick(), ..disk };
    room(world, host, disc.sr, needed_bytes.max(disk.used_bytes()))?;
    let fact = disk.fact(disc);
    place(world, disc, disk);
    Ok(vec![fact])
}

pub fn place(world: &mut World, disc: Disc, disk: Disk) {
    shelf::clear(world, disc.sr);
    let thick = world.storage.get(&disc.sr).is_some_and(Storage::is_thick);
    let disk = Disk { thick, ..disk };
    let used_bytes = disk.used_bytes();
    world.disks.insert(disc, disk);
    grow_use(world, disc.sr, used_bytes);
}

/// A disk goes; who counted changes since then counts them since what came before.
pub fn remove(world: &mut World, disc: Disc) {
    let Some(gone) = world.disks.remove(&disc) else { return };
    shelf::clear(world, disc.sr);
    grow_use(world, disc.sr, -gone.used_bytes());
    let same_storage = |other: &Disc| other.sr == disc.sr;
    for disk in world.disks.iter_mut().filter(|(other, _)| same_storage(other)).map(|(_, disk)| disk) {
        let Some(log) = disk.log.as_mut().filter(|log| log.since == Some(disc.vdi)) else { continue };
        log.since = gone.log.as_ref().and_then(|earlier| earlier.since);
        if let Some(earlier) = &gone.log {
            log.changed = log.changed.over(&earlier.changed);
        }
    }
    for disk in world.disks.values_mut().filter(|disk| disk.mirror == Some(disc)) {
        disk.mirror = None;
    }
}

fn grow_use(world: &mut World, sr: Uuid, more_bytes: i64) {
    if let Some(storage) = world.storage.get_mut(&sr) {
        storage.used_bytes += more_bytes;
    }
}
