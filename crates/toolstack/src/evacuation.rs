//! Where the machines of a host go when it is emptied, and what speaks against it.

use crate::allowed::vm::check;
use crate::packing::{Parcel, pack};
use crate::placement;
use model::{ApiError, Host, Pool, Ref, Vm, VmOperations, VmPowerState, many};
use std::collections::BTreeMap;
use store::Snapshot;

/// Each machine that runs on a host, with where it goes, or why it cannot.
pub type Evacuation = BTreeMap<Ref<Vm>, Result<Ref<Host>, ApiError>>;

pub fn plan(pool: &Snapshot, from: Ref<Host>) -> Evacuation {
    let targets = targets(pool, from);
    let mut evacuation = Evacuation::new();
    let mut parcels = Vec::new();
    for (id, vm) in residents(pool, from) {
        match hosts_for(pool, id, vm, &targets) {
            Ok(hosts) => parcels.push(Parcel { vm: id, bytes: placement::memory_needed(vm), hosts }),
            Err(error) => drop(evacuation.insert(id, Err(error))),
        }
    }
    let free = targets.iter().map(|host| (*host, placement::free_memory(pool, *host))).collect();
    let names: Vec<Ref<Vm>> = parcels.iter().map(|parcel| parcel.vm).collect();
    let packed = pack(parcels, &free);
    for vm in names {
        // Quirk memory-of-whom: the error names the machine, not the bytes.
        let missing = || {
            ApiError::from_parts("HOST_NOT_ENOUGH_FREE_MEMORY".into(), vec![model::Text::new(vm.to_string())])
        };
        evacuation.insert(vm, packed.get(&vm).copied().ok_or_else(missing));
    }
    evacuation
}

/// The machines that run on a host, beside the one that runs it.
pub fn residents(pool: &Snapshot, host: Ref<Host>) -> impl Iterator<Item = (Ref<Vm>, &Vm)> {
    let lives = |vm: &Vm| matches!(vm.power_state, VmPowerState::Running | VmPowerState::Paused);
    pool.many_rows(many::HOST_RESIDENT_VMS, host).filter(move |(_, vm)| !vm.is_control_domain && lives(vm))
}

/// Hosts that take machines and are not older than the one that gives them, by name.
fn targets(pool: &Snapshot, from: Ref<Host>) -> Vec<Ref<Host>> {
    let version = pool.get(from).map(version_of);
    let takes = |(id, host): &(Ref<Host>, &Host)| {
        *id != from
            && host.enabled
            && pool.get(host.metrics).is_some_and(|metrics| metrics.live)
            && Some(version_of(host)) >= version
    };
    let mut hosts: Vec<(Ref<Host>, &Host)> = pool.all::<Host>().filter(takes).collect();
    hosts.sort_by(|(id, host), (other_id, other)| (&host.name_label, id).cmp(&(&other.name_label, other_id)));
    hosts.into_iter().map(|(id, _)| id).collect()
}

fn version_of(host: &Host) -> Vec<u64> {
    let text = host.software_version.get("product_version").map(|text| text.as_str()).unwrap_or_default();
    text.split('.').map(|part| part.parse().unwrap_or(0)).collect()
}

/// Where a machine could run if there were room; the first reason if nowhere.
fn hosts_for(
    pool: &Snapshot,
    id: Ref<Vm>,
    vm: &Vm,
    targets: &[Ref<Host>],
) -> Result<Vec<Ref<Host>>, ApiError> {
    let protects = pool.first::<Pool>().is_some_and(|(_, pool)| pool.ha_enabled);
    if protects && vm.ha_restart_priority != "restart" {
        return Err(ApiError::host_evacuate_vm_not_ha_protected(id));
    }
    match check(pool, id, VmOperations::PoolMigrate) {
        // What is done to it now will end.
        Err(error) if error.code != "OTHER_OPERATION_IN_PROGRESS" => return Err(error),
        _ => {}
    }
    let verdicts: Vec<_> = targets.iter().map(|host| (*host, placement::fits(pool, id, vm, *host))).collect();
    let hosts: Vec<Ref<Host>> =
        verdicts.iter().filter(|(_, verdict)| verdict.is_ok()).map(|(host, _)| *host).collect();
    if !hosts.is_empty() {
        return Ok(hosts);
    }
    let first = verdicts.into_iter().find_map(|(_, verdict)| verdict.err());
    Err(first.unwrap_or_else(ApiError::no_hosts_available))
}

/// The code and the parameters of an error, as calls return it.
pub fn words(error: &ApiError) -> Vec<model::Text> {
    std::iter::once(error.code.clone()).chain(error.params.iter().cloned()).collect()
}
