//! What rows and journal say about each host, for machines that forget when their process ends.
//!
//! The journal tells what an operation has made that has no row yet, and where it has left a domain:
//! clients do not see that a machine stands still while it is started or suspended.

use crate::operations::device;
use crate::operations::storage;
use crate::{learn, localdb};
use machine::step::RoleStep;
use machine::{
    Belief, BelievedChain, BelievedDomain, BelievedHost, BelievedStorage, Disc, DiskFact, DiskStep, Fact,
    QuorumStep, ShutdownKind, Step, StorageStep,
};
use model::{ClassId, Host, Ref, Sr, Uuid, Vdi, VdiType, VmPowerState, many};
use std::collections::{BTreeMap, BTreeSet};
use store::Snapshot;

/// All hosts of a world that is built in this order. The disks of a shared storage are told once,
/// with the first host that has it: a large pool has too many to tell them with every host.
pub fn of_hosts(pool: &Snapshot) -> BTreeMap<Ref<Host>, Belief> {
    let mut told = BTreeSet::new();
    let (steps, early) = crate::runner::unseen(pool);
    let paused = standing_still(&steps);
    let mut beliefs: BTreeMap<Ref<Host>, Belief> =
        pool.all::<Host>().map(|(host, row)| (host, of_host(pool, host, row, &mut told, &paused))).collect();
    if let Some(first) = beliefs.values_mut().next() {
        for (sr, row) in pool.all::<Sr>() {
            first.places.push(believed(pool, sr, row));
            if told.insert(sr) {
                tell_disks(pool, sr, &mut first.disks, &mut first.chains);
            }
        }
    }
    for (host, fact) in early {
        let Some(belief) = beliefs.get_mut(&host) else { continue };
        let unknown = |disc: Disc| pool.by_uuid(ClassId::Vdi, disc.vdi).is_none();
        // The last word counts.
        match fact {
            Fact::DiskPresent { disc, size_bytes, used_bytes } if unknown(disc) => {
                belief.disks.retain(|(known, ..)| *known != disc);
                belief.disks.push((disc, size_bytes, used_bytes));
            }
            Fact::Disk(DiskFact::Parent { disc, parent }) if unknown(disc) => {
                belief.chains.retain(|(known, ..)| *known != disc);
                belief.chains.push((disc, BelievedChain { parent, ..BelievedChain::default() }));
            }
            _ => {}
        }
    }
    for (host, step) in steps {
        let Some(belief) = beliefs.get_mut(&host) else { continue };
        match &step {
            Step::ReceiveDomain { spec, drives, nics } => {
                match belief.domains.iter_mut().find(|domain| domain.spec.vm == spec.vm) {
                    // It has arrived, with what it was made ready with: the rows say so later.
                    Some(domain) => (domain.drives, domain.nics) = (drives.clone(), nics.clone()),
                    None => belief.received.push(step),
                }
            }
            Step::Disk(DiskStep::Mirror { .. }) => belief.received.push(step),
            Step::Role(RoleStep::Leave { storages, .. }) => {
                belief.disks.retain(|(disc, ..)| !storages.contains(&disc.sr));
            }
            Step::Quorum(step) => belief.bound.push(step.clone()),
            Step::Storage(StorageStep::Create { .. }) => belief.received.push(step),
            _ => {}
        }
    }
    beliefs
}

/// How a disk stands to others. Since which snapshot its changes are known follows from their order.
fn chain(pool: &Snapshot, id: Ref<Vdi>, vdi: &Vdi) -> BelievedChain {
    let since = || {
        let of = if vdi.is_a_snapshot { vdi.snapshot_of } else { id };
        let earlier = |row: &Vdi| !vdi.is_a_snapshot || row.snapshot_time < vdi.snapshot_time;
        pool.many_rows(many::VDI_SNAPSHOTS, of)
            .filter(|(other, row)| *other != id && row.cbt_enabled && row.SR == vdi.SR && earlier(row))
            .max_by_key(|(_, row)| row.snapshot_time)
            .map(|(_, row)| row.uuid)
    };
    BelievedChain {
        parent: crate::chains::parent(pool, vdi),
        hidden: !vdi.managed,
        tracked: vdi.cbt_enabled,
        since: vdi.cbt_enabled.then(since).flatten(),
        bare: vdi.r#type == VdiType::CbtMetadata,
    }
}

/// Where the steps of unfinished operations have left the domains that they touched.
fn standing_still(steps: &[(Ref<Host>, Step)]) -> BTreeMap<Uuid, bool> {
    let mut paused = BTreeMap::new();
    for (_, step) in steps {
        let (vm, stands) = match step {
            Step::CreateDomain { spec } | Step::RestoreMemory { spec, .. } => (spec.vm, true),
            Step::Pause { vm } | Step::AskGuest { vm, kind: ShutdownKind::Suspend, .. } => (*vm, true),
            Step::Unpause { vm } => (*vm, false),
            _ => continue,
        };
        paused.insert(vm, stands);
    }
    paused
}

fn of_host(
    pool: &Snapshot,
    host: Ref<Host>,
    row: &Host,
    told: &mut BTreeSet<Ref<Sr>>,
    paused: &BTreeMap<Uuid, bool>,
) -> Belief {
    let itself = of_host_itself(pool, row);
    // A host that is down finds its storage again when it comes up.
    let down = itself.down || itself.coming_up;
    let storage: Vec<Ref<Sr>> = pool
        .many_rows(many::HOST_PBDS, host)
        .filter(|(_, pbd)| pbd.currently_attached || down)
        .map(|(_, pbd)| pbd.SR)
        .collect();
    let (mut disks, mut chains) = (Vec::new(), Vec::new());
    for sr in storage.iter().filter(|sr| told.insert(**sr)) {
        tell_disks(pool, *sr, &mut disks, &mut chains);
    }
    let domains = pool
        .many_rows(many::HOST_RESIDENT_VMS, host)
        .filter(|(_, vm)| !vm.is_control_domain && vm.domid != -1)
        .map(|(id, vm)| {
            let stands = vm.power_state != VmPowerState::Running;
            let paused = paused.get(&vm.uuid).copied().unwrap_or(stands);
            BelievedDomain {
                spec: device::spec(vm),
                domid: vm.domid,
                paused,
                drives: device::plugged_drives(pool, id),
                nics: device::plugged_nics(pool, id),
                loans: crate::placement::loans::present(pool, id, vm),
                heard: !vm.guest_metrics.is_null(),
            }
        });
    let capacity = |sr: &Ref<Sr>| pool.get(*sr).map(|sr| (sr.uuid, sr.physical_size));
    let control: i64 = pool
        .many_rows(many::HOST_RESIDENT_VMS, host)
        .filter(|(_, vm)| vm.is_control_domain)
        .map(|(_, vm)| crate::placement::memory_needed(vm))
        .sum();
    Belief {
        domains: domains.collect(),
        disks,
        chains,
        storage: storage.iter().filter_map(capacity).collect(),
        places: Vec::new(),
        memory_bytes: pool.get(row.metrics).map_or(0, |metrics| metrics.memory_total) - control,
        received: Vec::new(),
        usb: pool
            .many_rows(many::HOST_PUSBS, host)
            .map(|(_, stick)| crate::learn::loans::usb_device(stick))
            .collect(),
        host: itself,
        software: crate::learn::update::software(pool, row.uuid),
        network: crate::interfaces::believed(pool, host),
        bound: bound(pool, host, row),
    }
}

fn of_host_itself(pool: &Snapshot, row: &Host) -> BelievedHost {
    let disc = |(vdi, reason): (String, model::Text)| {
        let uuid = Uuid::parse(&vdi)?;
        let vdi = pool.get(Ref::<model::Vdi>::new(pool.by_uuid(ClassId::Vdi, uuid)?))?;
        let sr = pool.get(vdi.SR)?.uuid;
        Some((Disc { sr, vdi: uuid }, reason.to_string()))
    };
    let live = pool.get(row.metrics).is_none_or(|metrics| metrics.live);
    let coming_up = localdb::get(pool, row.uuid, localdb::REBOOTING).is_some();
    let settings = learn::host::SETTINGS.iter().map(|setting| {
        let value = learn::host::setting(pool, row, *setting);
        (*setting, value)
    });
    BelievedHost {
        down: !live && !coming_up,
        coming_up,
        since_seconds: learn::host::boot_time(row).unwrap_or(0),
        settings: settings.filter(|(_, value)| !value.is_empty()).collect(),
        held: localdb::under(pool, row.uuid, localdb::STATIC_VDI).into_iter().filter_map(disc).collect(),
    }
}

fn tell_disks(
    pool: &Snapshot,
    sr: Ref<Sr>,
    disks: &mut Vec<(Disc, i64, i64)>,
    chains: &mut Vec<(Disc, BelievedChain)>,
) {
    let Some(uuid) = pool.get(sr).map(|sr| sr.uuid) else { return };
    for (id, vdi) in pool.many_rows(many::SR_VDIS, sr) {
        let disc = Disc { sr: uuid, vdi: vdi.uuid };
        disks.push((disc, vdi.virtual_size, vdi.physical_utilisation));
        let chain = chain(pool, id, vdi);
        if chain != BelievedChain::default() {
            chains.push((disc, chain));
        }
    }
}

/// A storage, plugged or not. What its disks are called is written on it when it is unplugged.
fn believed(pool: &Snapshot, id: Ref<Sr>, row: &Sr) -> BelievedStorage {
    let links = || pool.many_rows(many::SR_PBDS, id).map(|(_, pbd)| pbd);
    let link = links().find(|pbd| pbd.currently_attached).or_else(|| links().next());
    let plugged = link.is_some_and(|pbd| pbd.currently_attached);
    BelievedStorage {
        place: storage::place(row, &link.map(|pbd| pbd.device_config.clone()).unwrap_or_default()),
        host: link.and_then(|pbd| pool.get(pbd.host)).map(|host| host.uuid),
        names: storage::names(row),
        capacity_bytes: row.physical_size,
        labels: if plugged { Vec::new() } else { storage::labels(pool, id) },
    }
}

/// What the rows say that the host watches and is a member of.
fn bound(pool: &Snapshot, id: Ref<Host>, row: &Host) -> Vec<QuorumStep> {
    let host = row.uuid;
    let statefile = crate::ha::statefile_of(pool, row);
    let arm = statefile.map(|statefile| QuorumStep::Arm { host, statefile });
    let members = pool.all::<model::ClusterHost>().filter(|(_, member)| member.host == id && member.enabled);
    let clusters = members.filter_map(|(_, member)| pool.get(member.cluster));
    arm.into_iter()
        .chain(clusters.map(|cluster| QuorumStep::JoinCluster { host, cluster: cluster.uuid }))
        .collect()
}
