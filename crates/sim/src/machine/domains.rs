//! Domains begin, run, pause and end; their memory and processors change.

use super::guest;
use super::world::{Domain, Host, State, World};
use machine::{DomainSpec, Fact, Fault, StopReason};
use model::Uuid;

pub fn create(world: &mut World, host: Uuid, spec: &DomainSpec) -> Result<Vec<Fact>, Fault> {
    if let Ok(domain) = world.domain(host, spec.vm) {
        return Ok(vec![domain.fact()]);
    }
    let memory = world.fresh_content();
    let found = world.host_mut(host)?;
    make(found, spec, memory)
}

/// A new domain, paused and without devices, if its memory fits.
pub fn make(found: &mut Host, spec: &DomainSpec, memory: u64) -> Result<Vec<Fact>, Fault> {
    claim(found, spec)?;
    let domid = found.take_domid();
    let domain = Domain::new(spec.clone(), domid, State::Paused, memory);
    let fact = domain.fact();
    found.domains.insert(spec.vm, domain);
    Ok(vec![fact])
}

/// Whether the memory of a new domain is there, and its place is free.
pub fn claim(found: &Host, spec: &DomainSpec) -> Result<(), Fault> {
    if found.domains.contains_key(&spec.vm) {
        return Err(Fault::Failed { reason: format!("make domain {}: it is being received", spec.vm) });
    }
    let free_bytes = found.free_bytes();
    if spec.memory_bytes > free_bytes {
        return Err(Fault::NotEnoughMemory { needed_bytes: spec.memory_bytes, free_bytes });
    }
    Ok(())
}

pub fn destroy(world: &mut World, host: Uuid, vm: Uuid) -> Result<Vec<Fact>, Fault> {
    world.host(host)?;
    world.remove_domain(host, vm);
    Ok(vec![Fact::DomainGone { vm, reason: StopReason::Halted }])
}

pub fn start_device_model(world: &mut World, host: Uuid, vm: Uuid) -> Result<Vec<Fact>, Fault> {
    let domain = world.domain_mut(host, vm)?;
    domain.device_model = domain.spec.hvm;
    Ok(Vec::new())
}

pub fn unpause(world: &mut World, host: Uuid, vm: Uuid, wakes: i64) -> Result<Vec<Fact>, Fault> {
    let domain = world.domain_mut(host, vm)?;
    if domain.spec.hvm && !domain.device_model {
        return Err(Fault::Failed { reason: format!("unpause {vm}: it has no device model yet") });
    }
    domain.state = State::Running;
    let fact = domain.fact();
    guest::wake(world, host, vm, wakes);
    Ok(vec![fact])
}

pub fn pause(world: &mut World, host: Uuid, vm: Uuid) -> Result<Vec<Fact>, Fault> {
    let domain = world.domain_mut(host, vm)?;
    domain.state = State::Paused;
    Ok(vec![domain.fact()])
}

pub fn set_memory(world: &mut World, host: Uuid, vm: Uuid, bytes: i64) -> Result<Vec<Fact>, Fault> {
    let more = bytes - world.domain(host, vm)?.spec.memory_bytes;
    let free_bytes = world.host(host)?.free_bytes();
    if more > free_bytes {
        return Err(Fault::NotEnoughMemory { needed_bytes: more, free_bytes });
    }
    world.domain_mut(host, vm)?.spec.memory_bytes = bytes;
    Ok(vec![Fact::MemoryIs { vm, bytes }])
}

pub fn set_vcpus(world: &mut World, host: Uuid, vm: Uuid, count: i64) -> Result<Vec<Fact>, Fault> {
    world.domain_mut(host, vm)?.spec.vcpus = count;
    Ok(vec![Fact::VcpusAre { vm, count }])
}
