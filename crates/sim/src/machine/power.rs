//! Power: hosts go down and come up, at once or at a moment, and every boot has a number of its own.
//!
//! ```text
//!  reboot       up ── told ── fuse ──► down ── boot ──► up, since another second
//!  power off    up ── told ── fuse ──► down
//!  power on                            down ── boot ──► up
//! ```
//! What is to happen stands in `World::turns`, and happens when somebody looks at the world after
//! its moment.

use super::world::World;
use machine::{Fact, Fault, HostFact, PowerOnWay};
use model::Uuid;
use std::time::Duration;

/// From the order to go down until the host does.
pub const FUSE: Duration = Duration::from_secs(10);
/// From power to a toolstack that answers.
pub const BOOT: Duration = Duration::from_secs(90);

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Turn {
    Down,
    Up,
}

/// When an order that comes now will be followed, in microseconds; 0 is at once.
#[derive(Clone, Copy, Default)]
pub struct Moments {
    pub down: i64,
    /// Up again after it went down.
    pub back: i64,
    pub up: i64,
}

/// Let everything happen whose moment has come. `now` is asked only if something has a moment.
pub fn settle(world: &mut World, now: impl Fn() -> i64) {
    while let Some(&(moment, host, turn)) = world.turns.first() {
        if moment > 0 && moment > now() {
            return;
        }
        world.turns.pop_first();
        match turn {
            Turn::Down => {
                down(world, host);
                if let Some(found) = world.hosts.get_mut(&host) {
                    found.last_words = Some(Fact::Host(HostFact::Down { host }));
                    found.facts.bell.notify_one();
                }
            }
            Turn::Up => up(world, host, now() / 1_000_000),
        }
    }
}

/// The next moment at which something happens to a host.
pub fn next_moment(world: &World, host: Uuid) -> Option<i64> {
    world.turns.iter().find(|(_, of, _)| *of == host).map(|(moment, ..)| *moment)
}

/// Every domain is gone, and nothing can be asked.
pub fn down(world: &mut World, uuid: Uuid) {
    let Some(host) = world.hosts.get_mut(&uuid).filter(|host| host.powered) else { return };
    host.powered = false;
    host.armed = None;
    host.boots += 1;
    host.next_domid = 1;
    host.facts.clear();
    host.log.clear();
    let vms: Vec<Uuid> = host.domains.keys().copied().collect();
    for vm in vms {
        world.remove_domain(uuid, vm);
    }
}

/// A host without power comes up, with the storage that it had.
pub fn up(world: &mut World, uuid: Uuid, now_seconds: i64) {
    let Some(host) = world.hosts.get_mut(&uuid).filter(|host| !host.powered) else { return };
    host.powered = true;
    // No two boots are the same.
    host.since_seconds = now_seconds.max(host.since_seconds + 1);
    super::host_state::boot(host);
    let fact = Fact::Host(super::host_state::is_up(uuid, host));
    host.facts.push(fact);
    host.facts.bell.notify_one();
}

pub fn reboot(world: &mut World, host: Uuid, since: i64, at: Moments) -> Result<Vec<Fact>, Fault> {
    order(world, host, since, at, true)
}

pub fn power_off(world: &mut World, host: Uuid, since: i64, at: Moments) -> Result<Vec<Fact>, Fault> {
    order(world, host, since, at, false)
}

/// What was ordered for another boot than this one has been done.
fn order(
    world: &mut World,
    host: Uuid,
    since: i64,
    at: Moments,
    comes_back: bool,
) -> Result<Vec<Fact>, Fault> {
    let found = world.hosts.get(&host).ok_or(Fault::HostUnreachable { host })?;
    let ordered = world.turns.iter().any(|(_, of, _)| *of == host);
    if !found.powered || ordered || (since > 0 && found.since_seconds > since) {
        return Ok(Vec::new());
    }
    world.turns.insert((at.down, host, Turn::Down));
    if comes_back {
        world.turns.insert((at.back, host, Turn::Up));
    }
    ring(world, host);
    Ok(Vec::new())
}

/// Asked of `sender`, which must be up itself.
pub fn wake(
    world: &mut World,
    sender: Uuid,
    host: Uuid,
    way: &PowerOnWay,
    at: Moments,
) -> Result<Vec<Fact>, Fault> {
    world.host(sender)?;
    let found = world.hosts.get(&host).ok_or(Fault::HostUnreachable { host })?;
    match way {
        PowerOnWay::WakeOnLan { mac } if mac.is_empty() => {
            return Err(Fault::Failed { reason: "no hardware address to send a packet to".into() });
        }
        _ => {}
    }
    if !found.powered && next_moment(world, host).is_none() {
        world.turns.insert((at.up, host, Turn::Up));
        ring(world, host);
    }
    Ok(Vec::new())
}

/// Who listens has another moment to wait for.
fn ring(world: &World, host: Uuid) {
    if let Some(found) = world.hosts.get(&host) {
        found.facts.bell.notify_one();
    }
}
