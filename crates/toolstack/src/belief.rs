//! What rows and journal say about each host, for machines that forget when their process ends.
//!
//! The journal tells what an operation has made that has no row yet, and where it has left a domain:
//! clients do not see that a machine stands still while it is started or suspended.

use crate::operations::device;
use crate::{learn, localdb};
use machine::{Belief, BelievedDomain, BelievedHost, Disc, Fact, ShutdownKind, Step};
use model::{ClassId, Host, Ref, Sr, Uuid, VmPowerState, many};
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
    for (host, fact) in early {
        if let (Some(belief), Fact::DiskPresent { disc, size_bytes, used_bytes }) =
            (beliefs.get_mut(&host), fact)
            && pool.by_uuid(ClassId::Vdi, disc.vdi).is_none()
        {
            // The last word counts.
            belief.disks.retain(|(known, ..)| *known != disc);
            belief.disks.push((disc, size_bytes, used_bytes));
        }
    }
    for (host, step) in steps {
        if let (Some(belief), Step::ReceiveDomain { spec, .. }) = (beliefs.get_mut(&host), &step)
            && !belief.domains.iter().any(|domain| domain.spec.vm == spec.vm)
        {
            belief.received.push(step);
        }
    }
    beliefs
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
    let mut disks = Vec::new();
    for sr in storage.iter().filter(|sr| told.insert(**sr)) {
        let Some(uuid) = pool.get(*sr).map(|sr| sr.uuid) else { continue };
        for (_, vdi) in pool.many_rows(many::SR_VDIS, *sr) {
            disks.push((Disc { sr: uuid, vdi: vdi.uuid }, vdi.virtual_size, vdi.physical_utilisation));
        }
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
        storage: storage.iter().filter_map(capacity).collect(),
        memory_bytes: pool.get(row.metrics).map_or(0, |metrics| metrics.memory_total) - control,
        received: Vec::new(),
        host: itself,
        software: crate::learn::update::software(pool, row.uuid),
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
