//! Where a machine can run, and where it should.
//!
//! `obstacle` gives the first reason against a host, in the original's order of checks; among the
//! hosts without one the one with the fewest machines wins that should stay apart from this one, then
//! the machine's affinity, then the most free memory, then the name.

pub mod gpu;
pub mod loans;
pub mod squeeze;

use crate::handler::Find;
use crate::operations::vm_group::companions;
use model::{ApiError, ClassId, Host, Ref, Vm, VmPowerState, many};
use store::Snapshot;

/// Memory that a machine takes while it runs and nothing is short, in bytes.
pub fn memory_needed(vm: &Vm) -> i64 {
    vm.memory_dynamic_max.max(vm.memory_dynamic_min) + vm.memory_overhead
}

/// The least memory with which a machine can come to a host, in bytes.
pub fn least_memory(pool: &Snapshot, vm: &Vm) -> i64 {
    let least = if vm.domid == -1 { squeeze::Range::of(vm).least } else { squeeze::least(pool, vm) };
    least + vm.memory_overhead
}

/// Memory that nobody uses or has been promised, in bytes.
pub fn free_memory(pool: &Snapshot, host: Ref<Host>) -> i64 {
    free_beside(pool, host, squeeze::target)
}

/// Memory that is free or could be, if every machine is squeezed as far as it can be, in bytes.
pub fn free_memory_at_most(pool: &Snapshot, host: Ref<Host>) -> i64 {
    free_beside(pool, host, |vm| squeeze::least(pool, vm))
}

fn free_beside(pool: &Snapshot, host: Ref<Host>, takes: impl Fn(&Vm) -> i64) -> i64 {
    let Some(row) = pool.get(host) else { return 0 };
    let total = pool.get(row.metrics).map_or(0, |metrics| metrics.memory_total) - row.memory_overhead;
    total - machines_of(pool, host).map(|(_, vm)| takes(vm) + vm.memory_overhead).sum::<i64>()
}

/// The machines that run on a host or are on their way to it.
fn machines_of(pool: &Snapshot, host: Ref<Host>) -> impl Iterator<Item = (Ref<Vm>, &Vm)> {
    let expected = expected_machines(pool, host);
    let residents = pool.many(many::HOST_RESIDENT_VMS, host);
    let mut all: Vec<Ref<Vm>> = residents.chain(expected).collect();
    all.sort();
    all.dedup();
    all.into_iter().filter_map(|id| Some((id, pool.get(id)?)))
}

/// Machines that are on their way to a host: `scheduled_to_be_resident_on`, which is no relation of
/// the model but is indexed like all references.
fn expected_machines(pool: &Snapshot, host: Ref<Host>) -> impl Iterator<Item = Ref<Vm>> {
    let field = ClassId::Vm.definition().field("scheduled_to_be_resident_on").map(|(number, _)| number);
    field.into_iter().flat_map(move |field| pool.referrers(host.id(), ClassId::Vm, field)).map(Ref::new)
}

/// The first reason why a machine cannot run on a host.
pub fn obstacle(pool: &Snapshot, id: Ref<Vm>, vm: &Vm, host: Ref<Host>) -> Result<(), ApiError> {
    fits(pool, id, vm, host)?;
    room(pool, vm, host)
}

/// Whether a host has the memory and the processors that a machine needs.
pub fn room(pool: &Snapshot, vm: &Vm, host: Ref<Host>) -> Result<(), ApiError> {
    let (needed, free) = (least_memory(pool, vm), free_memory_at_most(pool, host));
    let counted = vm.resident_on == host || vm.scheduled_to_be_resident_on == host;
    if !counted && needed > free {
        return Err(ApiError::host_not_enough_free_memory(needed, free));
    }
    let cpus: i64 =
        pool.find(host)?.cpu_info.get("cpu_count").and_then(|count| count.parse().ok()).unwrap_or(i64::MAX);
    if vm.VCPUs_at_startup > cpus {
        return Err(ApiError::host_not_enough_pcpus(vm.VCPUs_at_startup, cpus));
    }
    Ok(())
}

/// The same but for how much room there is.
pub fn fits(pool: &Snapshot, id: Ref<Vm>, vm: &Vm, host: Ref<Host>) -> Result<(), ApiError> {
    let row = accepts(pool, host)?;
    // A suspended machine needs its memory image as well.
    let image = (vm.power_state == VmPowerState::Suspended).then_some(vm.suspend_VDI);
    let discs = pool.many_rows(many::VM_VBDS, id).map(|(_, vbd)| vbd.VDI).chain(image);
    for disc in discs {
        let Some(sr) = pool.get(disc).map(|vdi| vdi.SR) else { continue };
        let attached =
            pool.many_rows(many::SR_PBDS, sr).any(|(_, pbd)| pbd.host == host && pbd.currently_attached);
        if !attached {
            return Err(ApiError::vm_requires_sr(id, sr));
        }
    }
    for (_, vif) in pool.many_rows(many::VM_VIFS, id) {
        if !crate::interfaces::reaches(pool, host, vif.network) {
            return Err(ApiError::vm_requires_network(id, vif.network));
        }
        crate::allowed::pif::functions_left(pool, host, vif.network)?;
    }
    loans::of(pool, id, vm, host)?;
    let has_hvm = row.capabilities.iter().any(|capability| capability.starts_with("hvm"));
    if crate::allowed::vm::is_hvm(vm) && !has_hvm {
        return Err(ApiError::vm_hvm_required(id));
    }
    Ok(())
}

/// A host that takes machines at all.
pub fn accepts(pool: &Snapshot, host: Ref<Host>) -> Result<&Host, ApiError> {
    let row = pool.find(host)?;
    if !pool.get(row.metrics).is_some_and(|metrics| metrics.live) {
        return Err(ApiError::host_not_live());
    }
    if !row.enabled {
        return Err(ApiError::host_disabled(host));
    }
    Ok(row)
}

/// What speaks against each host, or for it: free memory in bytes.
pub fn explain(pool: &Snapshot, id: Ref<Vm>, vm: &Vm) -> Vec<(Ref<Host>, Result<i64, ApiError>)> {
    let verdict = |(host, _): (Ref<Host>, &Host)| {
        (host, obstacle(pool, id, vm, host).map(|()| free_memory(pool, host)))
    };
    pool.all::<Host>().map(verdict).collect()
}

/// The best host of those that `suits`.
pub fn best(
    pool: &Snapshot,
    id: Ref<Vm>,
    vm: &Vm,
    suits: impl Fn(Ref<Host>) -> bool,
) -> Result<Ref<Host>, ApiError> {
    let possible =
        explain(pool, id, vm).into_iter().filter_map(|(host, verdict)| Some((host, verdict.ok()?)));
    let name = |host: Ref<Host>| pool.get(host).map(|host| host.name_label.clone()).unwrap_or_default();
    possible
        .filter(|(host, _)| suits(*host))
        .min_by_key(|(host, free)| {
            let crowd = companions(pool, id, vm, *host);
            (crowd, *host != vm.affinity, std::cmp::Reverse(*free), name(*host))
        })
        .map(|(host, _)| host)
        .ok_or_else(ApiError::no_hosts_available)
}
