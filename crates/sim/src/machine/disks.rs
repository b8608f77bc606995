//! Disks on storage: made, shared, copied, resized, gone.
//!
//! On thin storage a disk takes what is written on it, but no disk is larger than what is free when it
//! is made; on thick storage it takes all of its size at once.

use super::world::{Content, Disk, World};
use machine::{Disc, Fact, Fault};
use model::Uuid;

/// What a disk takes when nothing is written on it.
pub const EMPTY_BYTES: i64 = 64 << 10;

impl Disk {
    pub fn fact(&self, disc: Disc) -> Fact {
        Fact::DiskPresent { disc, size_bytes: self.size_bytes, used_bytes: self.used_bytes }
    }
}

pub fn create(world: &mut World, host: Uuid, disc: Disc, size_bytes: i64) -> Result<Vec<Fact>, Fault> {
    world.storage_at(host, disc.sr)?;
    match world.disks.get(&disc) {
        Some(disk) if disk.size_bytes == size_bytes => Ok(vec![disk.fact(disc)]),
        Some(_) => {
            Err(Fault::Failed { reason: format!("make disk {}: one of another size is there", disc.vdi) })
        }
        None => put(world, host, disc, size_bytes, EMPTY_BYTES, Content::Blank, size_bytes),
    }
}

pub fn destroy(world: &mut World, host: Uuid, disc: Disc) -> Result<Vec<Fact>, Fault> {
    world.storage_at(host, disc.sr)?;
    if world.disks.get(&disc).is_some_and(|disk| !disk.holders.is_empty()) {
        return Err(Fault::DiskInUse { disc });
    }
    if let Some(disk) = world.disks.remove(&disc) {
        grow_use(world, disc.sr, -disk.used_bytes);
    }
    Ok(vec![Fact::DiskGone { disc }])
}

/// A clone or a snapshot: the content is there once, for both.
pub fn share(world: &mut World, host: Uuid, from: Disc, to: Disc) -> Result<Vec<Fact>, Fault> {
    world.storage_at(host, to.sr)?;
    if let Some(disk) = world.disks.get(&to) {
        return Ok(vec![disk.fact(to)]);
    }
    if from.sr != to.sr {
        return Err(Fault::Failed { reason: format!("clone disk {}: not to another storage", from.vdi) });
    }
    let source = world.disk_at(host, from)?;
    let (size_bytes, content) = (source.size_bytes, source.content);
    put(world, host, to, size_bytes, EMPTY_BYTES, content, EMPTY_BYTES)
}

pub fn copy(world: &mut World, host: Uuid, from: Disc, to: Disc) -> Result<Vec<Fact>, Fault> {
    world.storage_at(host, to.sr)?;
    if let Some(disk) = world.disks.get(&to) {
        return Ok(vec![disk.fact(to)]);
    }
    let source = world.disk_at(host, from)?;
    if source.holders.iter().any(|holder| !holder.read_only) {
        return Err(Fault::DiskInUse { disc: from });
    }
    let (size_bytes, used_bytes, content) = (source.size_bytes, source.used_bytes, source.content);
    put(world, host, to, size_bytes, used_bytes, content, used_bytes)
}

pub fn resize(world: &mut World, host: Uuid, disc: Disc, size_bytes: i64) -> Result<Vec<Fact>, Fault> {
    let disk = world.disk_at(host, disc)?;
    let needed_bytes = size_bytes - disk.size_bytes;
    if needed_bytes < 0 {
        return Err(Fault::Failed { reason: format!("resize disk {}: it does not shrink", disc.vdi) });
    }
    room(world, host, disc.sr, needed_bytes)?;
    let used_bytes = disk.used_bytes;
    let more = world.storage_at(host, disc.sr)?.takes(size_bytes, used_bytes) - used_bytes;
    let disk = world.disks.get_mut(&disc).ok_or(Fault::NoSuchDisk { disc })?;
    disk.size_bytes = size_bytes;
    disk.used_bytes += more;
    let fact = disk.fact(disc);
    grow_use(world, disc.sr, more);
    Ok(vec![fact])
}

/// Whether this much is free on a storage.
pub fn room(world: &World, host: Uuid, sr: Uuid, needed_bytes: i64) -> Result<(), Fault> {
    let free_bytes = world.storage_at(host, sr)?.free_bytes();
    if needed_bytes > free_bytes { Err(Fault::StorageFull { sr, needed_bytes, free_bytes }) } else { Ok(()) }
}

/// Other content on a disk, which then uses this much; the caller has looked for room.
pub fn write(world: &mut World, disc: Disc, content: Content, used_bytes: i64) {
    let Some(storage) = world.storage.get(&disc.sr) else { return };
    if let Some(disk) = world.disks.get_mut(&disc) {
        let used_bytes = storage.takes(disk.size_bytes, used_bytes);
        let more = used_bytes - disk.used_bytes;
        disk.content = content;
        disk.used_bytes = used_bytes;
        grow_use(world, disc.sr, more);
    }
}

fn put(
    world: &mut World,
    host: Uuid,
    disc: Disc,
    size_bytes: i64,
    used_bytes: i64,
    content: Content,
    needed_bytes: i64,
) -> Result<Vec<Fact>, Fault> {
    let used_bytes = world.storage_at(host, disc.sr)?.takes(size_bytes, used_bytes);
    room(world, host, disc.sr, needed_bytes.max(used_bytes))?;
    let disk = Disk { size_bytes, used_bytes, content, holders: Vec::new() };
    let fact = disk.fact(disc);
    world.disks.insert(disc, disk);
    grow_use(world, disc.sr, used_bytes);
    Ok(vec![fact])
}

fn grow_use(world: &mut World, sr: Uuid, more_bytes: i64) {
    if let Some(storage) = world.storage.get_mut(&sr) {
        storage.used_bytes += more_bytes;
    }
}
