//! The memory of a domain goes to a disk and comes back.

use super::blocks::{BLOCK_BYTES, Blocks, Content};
use super::chains;
use super::disks::{self, EMPTY_BYTES};
use super::domains;
use super::world::{State, World};
use machine::{Disc, DomainSpec, Fact, Fault, StopReason};
use model::Uuid;

pub fn save(world: &mut World, host: Uuid, vm: Uuid, image: Disc) -> Result<Vec<Fact>, Fault> {
    let disk = world.disk_at(host, image)?;
    let gone = Fact::DomainGone { vm, reason: StopReason::Suspended };
    let saved = disk.memory.is_some_and(|(of, _)| of == vm);
    match world.domain(host, vm) {
        Err(Fault::NoSuchDomain { .. }) if saved => return Ok(vec![gone, disk.fact(image)]),
        Err(fault) => return Err(fault),
        Ok(domain) if domain.state == State::Running => {
            return Err(Fault::Failed { reason: format!("save the memory of {vm}: it runs") });
        }
        Ok(_) => {}
    }
    let written = put(world, host, vm, image)?;
    world.remove_domain(host, vm);
    Ok(vec![gone, written])
}

pub fn copy(world: &mut World, host: Uuid, vm: Uuid, image: Disc) -> Result<Vec<Fact>, Fault> {
    Ok(vec![put(world, host, vm, image)?])
}

pub fn restore(world: &mut World, host: Uuid, spec: &DomainSpec, image: Disc) -> Result<Vec<Fact>, Fault> {
    if let Ok(domain) = world.domain(host, spec.vm) {
        return Ok(vec![domain.fact()]);
    }
    world.disk_at(host, image)?;
    let memory = match chains::memory(world, image) {
        Some((_, number)) => number,
        // What is on a disk from before this world began is believed to be what it should be.
        None => match chains::seen(world, image).runs().next() {
            Some(run) => run.content.0,
            None => {
                let reason = format!("restore memory from {}: it is blank", image.vdi);
                return Err(Fault::Failed { reason });
            }
        },
    };
    domains::make(world.host_mut(host)?, spec, memory)
}

fn put(world: &mut World, host: Uuid, vm: Uuid, image: Disc) -> Result<Fact, Fault> {
    let disk = world.disk_at(host, image)?;
    let domain = world.domain(host, vm)?;
    let needed_bytes = domain.spec.memory_bytes;
    if !disk.holders.is_empty() {
        return Err(Fault::DiskInUse { disc: image });
    }
    if disk.size_bytes < needed_bytes {
        let reason = format!("save the memory of {vm}: disk {} is too small", image.vdi);
        return Err(Fault::Failed { reason });
    }
    let number = domain.memory;
    let used_bytes = needed_bytes + EMPTY_BYTES;
    disks::room(world, host, image.sr, used_bytes - disk.used_bytes())?;
    disks::change(world, image, |disk| {
        disk.memory = Some((vm, number));
        disk.blocks = Blocks::filled((needed_bytes / BLOCK_BYTES) as u64, Content(number));
        disk.overhead_bytes = EMPTY_BYTES + needed_bytes % BLOCK_BYTES;
    });
    Ok(world.disk_at(host, image)?.fact(image))
}
