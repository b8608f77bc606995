//! A host as it is believed to be: what a world that lives in memory is told when it begins.

use super::apply::{Later, apply};
use super::blocks::{Blocks, Content};
use super::fabric::Seat;
use super::facts::FactQueue;
use super::network::{self, HostNetwork};
use super::world::{Agent, Disk, Domain, Holder, Host, Log, State, Storage, World};
use super::{disks, guest, host_state, power};
use machine::{Belief, BelievedChain, BelievedDomain, BelievedHost, BelievedStorage, Disc};
use model::Uuid;
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// Make a host, or attach what storage is new to the one that is there.
pub fn host(world: &mut World, uuid: Uuid, belief: Belief, now_seconds: impl Fn() -> i64) {
    let known = world.hosts.contains_key(&uuid);
    if !known {
        let network = network::believed(uuid, belief.network);
        world.hosts.insert(uuid, empty(belief.memory_bytes, &belief.host, network, &now_seconds));
    }
    for storage in belief.places {
        believe_storage(world, storage);
    }
    for (sr, capacity_bytes) in belief.storage {
        attach(world, uuid, sr, capacity_bytes);
    }
    if known {
        return;
    }
    if let Some(found) = world.hosts.get_mut(&uuid) {
        found.software = belief.software;
        found.usb = belief.usb.into_iter().map(|device| (device.path.clone(), device)).collect();
    }
    let chains: BTreeMap<Disc, BelievedChain> = belief.chains.into_iter().collect();
    for (disc, size_bytes, used_bytes) in belief.disks {
        believe_disk(
            world,
            disc,
            size_bytes,
            used_bytes,
            chains.get(&disc).unwrap_or(&BelievedChain::default()),
        );
    }
    for (disc, reason) in belief.host.held {
        // A disk that is gone is not held; who asks for it will hear.
        drop(host_state::hold_disk(world, uuid, disc, &reason));
    }
    if belief.host.down || belief.host.coming_up {
        power::down(world, uuid);
        if belief.host.coming_up {
            power::up(world, uuid, now_seconds());
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
    for step in &belief.bound {
        drop(super::quorum::perform(world, uuid, step));
    }
}

/// Plug a storage into a host; the first one to do so says how large it is.
pub fn attach(world: &mut World, host: Uuid, sr: Uuid, capacity_bytes: i64) {
    world.storage.entry(sr).or_insert_with(|| Storage::new(capacity_bytes));
    if let Some(found) = world.hosts.get_mut(&host) {
        found.storage.insert(sr);
    }
}

fn empty(
    memory_bytes: i64,
    believed: &BelievedHost,
    network: HostNetwork,
    now_seconds: &impl Fn() -> i64,
) -> Host {
    let since = if believed.since_seconds > 0 { believed.since_seconds } else { now_seconds() };
    let mut host = Host {
        memory_bytes,
        powered: true,
        cut_off: false,
        armed: None,
        cluster: None,
        boots: 0,
        since_seconds: since,
        last_words: None,
        settings: believed.settings.iter().cloned().collect(),
        held: BTreeMap::new(),
        log: VecDeque::new(),
        next_domid: 1,
        domains: BTreeMap::new(),
        storage: BTreeSet::new(),
        usb: BTreeMap::new(),
        network,
        facts: FactQueue::default(),
        speaking: BTreeSet::new(),
        software: BTreeMap::new(),
        agreed: None,
    };
    host_state::boot(&mut host);
    host
}

/// Storage that is there, whoever has it plugged. One whose place is not known is wherever it is plugged next.
fn believe_storage(world: &mut World, believed: BelievedStorage) {
    let BelievedStorage { place, host, names, capacity_bytes, labels } = believed;
    if world.storage.contains_key(&place.sr) {
        return;
    }
    let seat = Seat::find(&place, host);
    // Rows that were made a moment ago do not say yet how large it is.
    let found_bytes = seat.as_ref().filter(|_| capacity_bytes == 0).map(|seat| seat.size_bytes(world));
    let labels = labels.into_iter().map(|label| (label.vdi, label)).collect();
    let storage = Storage { seat, names, labels, ..Storage::new(found_bytes.unwrap_or(capacity_bytes)) };
    world.storage.insert(place.sr, storage);
}

/// Shared disks are told by each host that has them; the first one counts.
pub fn believe_disk(world: &mut World, disc: Disc, size_bytes: i64, used_bytes: i64, chain: &BelievedChain) {
    if world.disks.contains_key(&disc) {
        return;
    }
    let mut disk = Disk::believed(disc, size_bytes, used_bytes);
    (disk.parent, disk.hidden, disk.bare) = (chain.parent, chain.hidden, chain.bare);
    if chain.bare {
        disk.overhead_bytes = disk.used_bytes();
        disk.blocks = Blocks::default();
    }
    if chain.tracked {
        // What has changed is not remembered: it may have been anything.
        let changed = Blocks::filled(disk.block_count(), Content(0));
        disk.log = Some(Log { since: chain.since, changed });
    }
    disks::place(world, disc, disk);
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
    domain.loans = believed.loans.into_iter().map(|loan| (loan.device, loan)).collect();
    if let Some(found) = world.hosts.get_mut(&host) {
        found.next_domid = found.next_domid.max(domain.domid + 1);
        found.domains.insert(vm, domain);
    }
    if !believed.heard && !believed.paused {
        // It runs and was cut off before its guest said anything: it says it now.
        guest::wake(world, host, vm, 0);
    }
}
