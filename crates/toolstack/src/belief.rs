//! What the rows say about each host, for machines that forget when their process ends.

use crate::operations::device;
use machine::{Belief, BelievedDomain, Disc};
use model::{Host, Ref, Sr, VmPowerState, many};
use std::collections::{BTreeMap, BTreeSet};
use store::Snapshot;

/// All hosts of a world that is built in this order. The disks of a shared storage are told once,
/// with the first host that has it: a large pool has too many to tell them with every host.
pub fn of_hosts(pool: &Snapshot) -> BTreeMap<Ref<Host>, Belief> {
    let mut told = BTreeSet::new();
    pool.all::<Host>().map(|(host, row)| (host, of_host(pool, host, row, &mut told))).collect()
}

fn of_host(pool: &Snapshot, host: Ref<Host>, row: &Host, told: &mut BTreeSet<Ref<Sr>>) -> Belief {
    let storage: Vec<Ref<Sr>> = pool
        .many_rows(many::HOST_PBDS, host)
        .filter(|(_, pbd)| pbd.currently_attached)
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
        .filter(|(_, vm)| !vm.is_control_domain)
        .filter_map(|(id, vm)| {
            let paused = match vm.power_state {
                VmPowerState::Running => false,
                VmPowerState::Paused => true,
                VmPowerState::Halted | VmPowerState::Suspended => return None,
            };
            Some(BelievedDomain {
                spec: device::spec(vm),
                domid: vm.domid,
                paused,
                drives: device::plugged_drives(pool, id),
                nics: device::plugged_nics(pool, id),
            })
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
    }
}
