//! Copies that follow their original, and drives that go over to them: disks that move while they are
//! in use.

use super::disks;
use super::world::{Disk, Holder, World};
use machine::{Disc, DiskFact, Fact, Fault};
use model::Uuid;

pub fn mirror(world: &mut World, host: Uuid, from: Disc, to: Disc) -> Result<Vec<Fact>, Fault> {
    world.storage_at(host, to.sr)?;
    let copy: Disk = disks::whole(world, from)?;
    if !world.disks.contains_key(&to) {
        let needed_bytes = copy.used_bytes();
        disks::put(world, host, to, copy, needed_bytes)?;
    }
    if let Some(disk) = world.disks.get_mut(&from) {
        disk.mirror = Some(to);
    }
    Ok(vec![world.disk_at(host, to)?.fact(to)])
}

pub fn stop(world: &mut World, host: Uuid, from: Disc, to: Disc) -> Result<Vec<Fact>, Fault> {
    let facts = disks::destroy(world, host, to)?;
    if let Some(disk) = world.disks.get_mut(&from).filter(|disk| disk.mirror == Some(to)) {
        disk.mirror = None;
    }
    Ok(facts)
}

/// The drive goes over. What is there already is told again.
pub fn switch(
    world: &mut World,
    host: Uuid,
    (vm, vbd): (Uuid, Uuid),
    from: Disc,
    to: Disc,
) -> Result<Vec<Fact>, Fault> {
    let refuse = |why: &str| Fault::Failed { reason: format!("switch drive {vbd}: {why}") };
    let drive = world.domain(host, vm)?.drives.get(&vbd).ok_or_else(|| refuse("it is not plugged"))?;
    let switched = vec![Fact::Disk(DiskFact::Switched { vbd, disc: to })];
    if drive.disc == Some(to) {
        return Ok(switched);
    }
    let read_only = drive.read_only || drive.cd;
    let linked =
        |one: Disc, other: Disc| world.disks.get(&one).is_some_and(|disk| disk.mirror == Some(other));
    if drive.disc != Some(from) || !(linked(from, to) || linked(to, from)) {
        return Err(refuse("the other disk is not its mirror"));
    }
    let there = world.disk_at(host, to)?;
    if !there.holders.is_empty() {
        return Err(Fault::DiskInUse { disc: to });
    }
    world.release(from, host, vbd);
    world.hold(to, Holder { host, vm, vbd, read_only });
    // From now on the former disk follows the new one: so the way back is open.
    if let Some(disk) = world.disks.get_mut(&from) {
        disk.mirror = None;
    }
    if let Some(disk) = world.disks.get_mut(&to) {
        disk.mirror = Some(from);
    }
    if let Some(drive) = world.domain_mut(host, vm)?.drives.get_mut(&vbd) {
        drive.disc = Some(to);
    }
    Ok(switched)
}

pub fn hold(world: &mut World, host: Uuid, vm: Uuid, vbd: Uuid, held: bool) -> Result<Vec<Fact>, Fault> {
    let domain = world.domain_mut(host, vm)?;
    if !domain.drives.contains_key(&vbd) {
        return Err(Fault::Failed { reason: format!("hold drive {vbd}: it is not plugged") });
    }
    if held {
        domain.held.insert(vbd);
    } else {
        domain.held.remove(&vbd);
    }
    Ok(Vec::new())
}

/// What is told when somebody only looks.
pub fn look(world: &World, host: Uuid, disc: Disc) -> Result<Vec<Fact>, Fault> {
    Ok(world.disk_at(host, disc)?.facts(disc))
}
