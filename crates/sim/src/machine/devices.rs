//! Disks, network cards and discs go into domains and out again.
//!
//! A disk that one domain may write is no other domain's, on whatever host. Only a domain that is
//! being received may already hold what its running self still holds elsewhere.

use super::device_name::device_name;
use super::world::{Holder, State, World};
use super::{guest, network};
use machine::{Disc, Drive, Fact, Fault, Nic};
use model::Uuid;

pub fn plug_disk(world: &mut World, host: Uuid, vm: Uuid, drive: &Drive) -> Result<Vec<Fact>, Fault> {
    let there = world.domain(host, vm)?.drives.get(&drive.vbd);
    let device = device_name(&there.unwrap_or(drive).userdevice);
    let fact = Fact::DiskPlugged { vbd: drive.vbd, device };
    if there.is_some() {
        return Ok(vec![fact]);
    }
    if drive.disc.is_none() && !drive.cd {
        return Err(Fault::Failed { reason: format!("plug drive {}: it has no disk", drive.vbd) });
    }
    if let Some(disc) = drive.disc {
        take(world, host, vm, drive, disc)?;
    }
    world.domain_mut(host, vm)?.drives.insert(drive.vbd, drive.clone());
    Ok(vec![fact])
}

pub fn unplug_disk(world: &mut World, host: Uuid, vm: Uuid, vbd: Uuid) -> Result<Vec<Fact>, Fault> {
    world.host(host)?;
    let drive = world.domain_mut(host, vm).ok().and_then(|domain| domain.drives.remove(&vbd));
    if let Some(disc) = drive.and_then(|drive| drive.disc) {
        world.release(disc, host, vbd);
    }
    Ok(vec![Fact::DiskUnplugged { vbd }])
}

pub fn plug_nic(world: &mut World, host: Uuid, vm: Uuid, nic: &Nic, wakes: i64) -> Result<Vec<Fact>, Fault> {
    if !world.domain(host, vm)?.nics.contains_key(&nic.vif) {
        network::accepts(world.host(host)?, nic)?;
        world.domain_mut(host, vm)?.nics.insert(nic.vif, nic.clone());
        guest::speak_again(world, host, vm, wakes);
    }
    Ok(vec![Fact::NicPlugged { vif: nic.vif }])
}

pub fn unplug_nic(
    world: &mut World,
    host: Uuid,
    vm: Uuid,
    vif: Uuid,
    wakes: i64,
) -> Result<Vec<Fact>, Fault> {
    world.host(host)?;
    if world.domain_mut(host, vm).is_ok_and(|domain| domain.nics.remove(&vif).is_some()) {
        guest::speak_again(world, host, vm, wakes);
    }
    Ok(vec![Fact::NicUnplugged { vif }])
}

pub fn insert_disc(
    world: &mut World,
    host: Uuid,
    vm: Uuid,
    vbd: Uuid,
    disc: Disc,
) -> Result<Vec<Fact>, Fault> {
    let refuse = |why: &str| Fault::Failed { reason: format!("insert a disc into drive {vbd}: {why}") };
    let drive = world.domain(host, vm)?.drives.get(&vbd).ok_or_else(|| refuse("it is not plugged"))?;
    if !drive.cd {
        return Err(refuse("it is no CD drive"));
    }
    match drive.disc {
        Some(inside) if inside == disc => {}
        Some(_) => return Err(refuse("another disc is in it")),
        None => {
            let drive = drive.clone();
            take(world, host, vm, &drive, disc)?;
            if let Some(drive) = world.domain_mut(host, vm)?.drives.get_mut(&vbd) {
                drive.disc = Some(disc);
            }
        }
    }
    Ok(vec![Fact::DiscInserted { vbd, disc }])
}

pub fn eject_disc(world: &mut World, host: Uuid, vm: Uuid, vbd: Uuid) -> Result<Vec<Fact>, Fault> {
    world.host(host)?;
    let domain = world.domain_mut(host, vm).ok();
    let drive = domain.and_then(|domain| domain.drives.get_mut(&vbd));
    if drive.as_ref().is_some_and(|drive| !drive.cd) {
        return Err(Fault::Failed { reason: format!("eject a disc from drive {vbd}: it is no CD drive") });
    }
    if let Some(disc) = drive.and_then(|drive| drive.disc.take()) {
        world.release(disc, host, vbd);
    }
    Ok(vec![Fact::DiscEjected { vbd }])
}

/// Hold a disk for a drive, if nobody else is in the way.
pub fn take(world: &mut World, host: Uuid, vm: Uuid, drive: &Drive, disc: Disc) -> Result<(), Fault> {
    let wanted = Holder { host, vm, vbd: drive.vbd, read_only: drive.read_only || drive.cd };
    let disk = world.disk_at(host, disc)?;
    if disk.holders.iter().any(|holder| quarrel(world, holder, &wanted)) {
        return Err(Fault::DiskInUse { disc });
    }
    world.hold(disc, wanted);
    Ok(())
}

fn quarrel(world: &World, one: &Holder, other: &Holder) -> bool {
    if one.read_only && other.read_only {
        return false;
    }
    let handing_over = one.vm == other.vm
        && one.host != other.host
        && [one, other].iter().any(|holder| receives(world, holder));
    !handing_over
}

fn receives(world: &World, holder: &Holder) -> bool {
    let domain = world.hosts.get(&holder.host).and_then(|host| host.domains.get(&holder.vm));
    domain.is_some_and(|domain| domain.state == State::Receiving)
}
