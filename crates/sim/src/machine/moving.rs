//! A running domain moves to another host: made ready there, then sent, all at once.
//!
//! ```text
//!  source       running ────────────────── send ──► gone (moved)
//!  destination          receive ─► receiving ────► running
//! ```
//! A domain that is being received takes memory and holds its disks, but is in no fact: it is not
//! there yet.

use super::world::{Agent, Domain, State, World};
use super::{devices, domains, network};
use machine::{DomainSpec, Drive, Fact, Fault, Nic, StopReason};
use model::Uuid;

pub fn receive(
    world: &mut World,
    host: Uuid,
    spec: &DomainSpec,
    drives: &[Drive],
    nics: &[Nic],
) -> Result<Vec<Fact>, Fault> {
    let found = world.host_mut(host)?;
    if found.domains.contains_key(&spec.vm) {
        return Ok(Vec::new());
    }
    domains::claim(found, spec)?;
    for nic in nics {
        network::accepts(found, nic)?;
    }
    let domid = found.take_domid();
    let mut domain = Domain::new(spec.clone(), domid, State::Receiving, 0);
    domain.nics = nics.iter().map(|nic| (nic.vif, nic.clone())).collect();
    found.domains.insert(spec.vm, domain);
    if let Err(fault) = take_all(world, host, spec.vm, drives) {
        world.remove_domain(host, spec.vm);
        return Err(fault);
    }
    Ok(Vec::new())
}

pub fn send(world: &mut World, host: Uuid, vm: Uuid, to: Uuid) -> Result<Vec<Fact>, Fault> {
    world.host(host)?;
    let gone = Fact::DomainGone { vm, reason: StopReason::Moved };
    let there = world.host(to)?.domains.get(&vm).map(|domain| (domain.state, domain.fact()));
    match (world.domain(host, vm), there) {
        (Ok(_), Some((State::Receiving, _))) => {}
        (Ok(_), _) => {
            return Err(Fault::Failed { reason: format!("send {vm}: host {to} is not ready for it") });
        }
        (Err(Fault::NoSuchDomain { .. }), Some((State::Running | State::Paused, present))) => {
            return Ok(vec![gone, present]);
        }
        (Err(fault), _) => return Err(fault),
    }
    let source = world.remove_domain(host, vm).ok_or(Fault::NoSuchDomain { vm })?;
    end_mirrors(world, &source);
    let present = arrive(world, vm, to, source)?;
    Ok(vec![gone, present])
}

/// What it leaves behind is followed by nobody any more.
fn end_mirrors(world: &mut World, source: &Domain) {
    for disc in source.drives.values().filter_map(|drive| drive.disc) {
        if let Some(disk) = world.disks.get_mut(&disc) {
            disk.mirror = None;
        }
    }
}

fn arrive(world: &mut World, vm: Uuid, to: Uuid, source: Domain) -> Result<Fact, Fault> {
    let found = world.host_mut(to)?;
    let domain = found.domains.get_mut(&vm).ok_or(Fault::NoSuchDomain { vm })?;
    domain.spec = source.spec;
    domain.state = source.state;
    domain.memory = source.memory;
    domain.device_model = source.device_model;
    domain.agent = source.agent;
    domain.asleep = source.asleep;
    let present = domain.fact();
    if let Agent::Waking(moment) = source.agent {
        found.speaking.insert((moment, vm));
    }
    found.facts.push(present.clone());
    Ok(present)
}

fn take_all(world: &mut World, host: Uuid, vm: Uuid, drives: &[Drive]) -> Result<(), Fault> {
    for drive in drives {
        if let Some(disc) = drive.disc {
            devices::take(world, host, vm, drive, disc)?;
        }
        if let Some(domain) = world.host_mut(host)?.domains.get_mut(&vm) {
            domain.drives.insert(drive.vbd, drive.clone());
        }
    }
    Ok(())
}
