//! A host as it is believed to be: what a world that lives in memory is told when it begins.

use super::apply::{Later, apply};
use super::facts::FactQueue;
use super::world::{Agent, Content, Disk, Domain, Holder, Host, State, Storage, World};
use super::{guest, host_state, power};
use machine::{Belief, BelievedDomain, BelievedHost, Disc};
use model::Uuid;
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// Make a host, or attach what storage is new to the one that is there.
pub fn host(world: &mut World, uuid: Uuid, belief: Belief, now_seconds: i64) {
    let known = world.hosts.contains_key(&uuid);
    if !known {
        world.hosts.insert(uuid, empty(belief.memory_bytes, &belief.host, now_seconds));
    }
    for (sr, capacity_bytes) in belief.storage {
        attach(world, uuid, sr, capacity_bytes);
    }
    if known {
        return;
    }
    if let Some(found) = world.hosts.get_mut(&uuid) {
        found.software = belief.software;
    }
    for (disc, size_bytes, used_bytes) in belief.disks {
        believe_disk(world, disc, size_bytes, used_bytes);
    }
    for (disc, reason) in belief.host.held {
        // A disk that is gone is not held; who asks for it will hear.
        drop(host_state::hold_disk(world, uuid, disc, &reason));
    }
    if belief.host.down || belief.host.coming_up {
        power::down(world, uuid);
        if belief.host.coming_up {
            power::up(world, uuid, now_seconds);
        }
        return;
    }
    for domain in belief.domains {
        believe_domain(world, uuid, domain);
    }
    for step in &belief.received {
        // What does not fit any more fails when the operation asks for it.
        drop(apply(world, uuid, step, Later::default()));
    }
}

/// Plug a storage into a host; the first one to do so says how large it is.
pub fn attach(world: &mut World, host: Uuid, sr: Uuid, capacity_bytes: i64) {
    world.storage.entry(sr).or_insert(Storage { capacity_bytes, used_bytes: 0 });
    if let Some(found) = world.hosts.get_mut(&host) {
        found.storage.insert(sr);
    }
}

fn empty(memory_bytes: i64, believed: &BelievedHost, now_seconds: i64) -> Host {
    let since = if believed.since_seconds > 0 { believed.since_seconds } else { now_seconds };
    let mut host = Host {
        memory_bytes,
        powered: true,
        boots: 0,
        since_seconds: since,
        last_words: None,
        settings: believed.settings.iter().cloned().collect(),
        held: BTreeMap::new(),
        log: VecDeque::new(),
        next_domid: 1,
        domains: BTreeMap::new(),
        storage: BTreeSet::new(),
        facts: FactQueue::default(),
        speaking: BTreeSet::new(),
        software: BTreeMap::new(),
    };
    host_state::boot(&mut host);
    host
}

/// Shared disks are told by each host that has them; the first one counts.
fn believe_disk(world: &mut World, disc: Disc, size_bytes: i64, used_bytes: i64) {
    if world.disks.contains_key(&disc) {
        return;
    }
    let content = Content::Data(world.fresh_content());
    world.disks.insert(disc, Disk { size_bytes, used_bytes, content, holders: Vec::new() });
    if let Some(storage) = world.storage.get_mut(&disc.sr) {
        storage.used_bytes += used_bytes;
    }
}

fn believe_domain(world: &mut World, host: Uuid, believed: BelievedDomain) {
    let vm = believed.spec.vm;
    let memory = world.fresh_content();
    let state = if believed.paused { State::Paused } else { State::Running };
    let mut domain = Domain::new(believed.spec, believed.domid, state, memory);
    domain.device_model = domain.spec.hvm;
    domain.agent = if believed.heard { Agent::Believed } else { Agent::Quiet };
    for drive in &believed.drives {
        if let Some(disc) = drive.disc {
            let read_only = drive.read_only || drive.cd;
            world.hold(disc, Holder { host, vm, vbd: drive.vbd, read_only });
        }
    }
    domain.drives = believed.drives.into_iter().map(|drive| (drive.vbd, drive)).collect();
    domain.nics = believed.nics.into_iter().map(|nic| (nic.vif, nic)).collect();
    if let Some(found) = world.hosts.get_mut(&host) {
        found.next_domid = found.next_domid.max(domain.domid + 1);
        found.domains.insert(vm, domain);
    }
    if !believed.heard && !believed.paused {
        // It runs and was cut off before its guest said anything: it says it now.
        guest::wake(world, host, vm, 0);
    }
}
