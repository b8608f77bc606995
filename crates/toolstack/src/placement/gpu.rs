//! Graphics cards: what is left of them, and which one a machine gets.
//!
//! A card is shared by vGPUs of one type at a time. What is promised to machines on their way counts
//! as taken.

use crate::handler::Find;
use model::{
    AllocationAlgorithm, ApiError, ClassId, GpuGroup, Host, Pgpu, Ref, Vgpu, VgpuType,
    VgpuTypeImplementation, Vm, many,
};
use std::cmp::Reverse;
use store::Snapshot;

/// A vGPU and the card that it gets.
pub type Seats = Vec<(Ref<Vgpu>, Ref<Pgpu>)>;

/// The vGPUs that a card has or is to have, without those of `but`.
pub fn allocated(pool: &Snapshot, card: Ref<Pgpu>, but: Ref<Vm>) -> Vec<Ref<Vgpu>> {
    let field = ClassId::Vgpu.definition().field("scheduled_to_be_resident_on").map(|(number, _)| number);
    let scheduled =
        field.into_iter().flat_map(|field| pool.referrers(card.id(), ClassId::Vgpu, field)).map(Ref::new);
    let mut all: Vec<Ref<Vgpu>> = pool.many(many::PGPU_RESIDENT_VGPUS, card).chain(scheduled).collect();
    all.retain(|vgpu| pool.get(*vgpu).is_some_and(|row| row.VM != but));
    all.sort();
    all.dedup();
    all
}

/// How many more vGPUs of a type a card takes beside those that are there; the reason if it is none.
pub fn capacity(
    pool: &Snapshot,
    card: Ref<Pgpu>,
    kind: Ref<VgpuType>,
    there: &[Ref<VgpuType>],
) -> Result<i64, ApiError> {
    let row = pool.find(card)?;
    let wanted = pool.find(kind)?;
    if !row.supported_VGPU_types.contains(&kind) {
        return Err(listed("VGPU_TYPE_NOT_SUPPORTED", kind, &row.supported_VGPU_types));
    }
    if !row.enabled_VGPU_types.contains(&kind) {
        return Err(listed("VGPU_TYPE_NOT_ENABLED", kind, &row.enabled_VGPU_types));
    }
    let beside = |other: &Ref<VgpuType>| *other == kind || wanted.compatible_types_on_pgpu.contains(other);
    if let Some(other) = there.iter().find(|other| !beside(other)) {
        return Err(ApiError::vgpu_type_not_compatible_with_running_type(card, kind, other));
    }
    let full = || ApiError::pgpu_insufficient_capacity_for_vgpu(card, kind);
    if wanted.implementation == VgpuTypeImplementation::Passthrough {
        let lent = pool
            .get(row.PCI)
            .is_some_and(|pci| !pci.attached_VMs.is_empty() || !pci.scheduled_to_be_attached_to.is_null());
        return if there.is_empty() && !lent { Ok(1) } else { Err(full()) };
    }
    let used: i64 = there.iter().map(|kind| units(pool, card, *kind).0).sum();
    let left = (row.size - used) / units(pool, card, kind).0.max(1);
    let most = row.supported_VGPU_max_capacities.get(&kind).copied().unwrap_or(i64::MAX);
    match left.min(most - there.len() as i64) {
        left if left > 0 => Ok(left),
        _ => Err(full()),
    }
}

/// An error about a type that is not in a list: the type and the list are its parameters.
pub fn listed(code: &'static str, kind: Ref<VgpuType>, list: &[Ref<VgpuType>]) -> ApiError {
    let params = std::iter::once(&kind).chain(list).map(|kind| kind.to_string().into()).collect();
    ApiError::from_parts(code.into(), params)
}

/// What a vGPU of this type takes of a card, and how much the card has.
pub fn units(pool: &Snapshot, card: Ref<Pgpu>, kind: Ref<VgpuType>) -> (i64, i64) {
    let size = pool.get(card).map_or(1, |card| card.size);
    match pool.get(kind) {
        Some(kind) if kind.implementation != VgpuTypeImplementation::Passthrough => (kind.size, size),
        _ => (size, size),
    }
}

/// The types that a card has now.
pub fn types_on(pool: &Snapshot, card: Ref<Pgpu>, but: Ref<Vm>) -> Vec<Ref<VgpuType>> {
    allocated(pool, card, but).into_iter().filter_map(|vgpu| Some(pool.get(vgpu)?.r#type)).collect()
}

/// A card of the host for each vGPU of a machine, or what is missing.
pub fn seats(pool: &Snapshot, vm: Ref<Vm>, host: Ref<Host>) -> Result<Seats, ApiError> {
    let mut vgpus: Vec<(Ref<Vgpu>, &Vgpu)> = pool.many_rows(many::VM_VGPUS, vm).collect();
    vgpus.sort_by_key(|(id, vgpu)| (crate::operations::device::place(&vgpu.device), *id));
    let mut seats: Seats = Vec::new();
    for (id, vgpu) in vgpus {
        let cards: Vec<Ref<Pgpu>> = pool
            .many_rows(many::GPU_GROUP_PGPUS, vgpu.GPU_group)
            .filter(|(_, card)| card.host == host)
            .map(|(card, _)| card)
            .collect();
        if cards.is_empty() {
            return Err(ApiError::vm_requires_gpu(vm, vgpu.GPU_group));
        }
        let left = |card: &Ref<Pgpu>| {
            let mut there = types_on(pool, *card, vm);
            let ours = seats.iter().filter(|(_, seat)| seat == card);
            there.extend(ours.filter_map(|(vgpu, _)| Some(pool.get(*vgpu)?.r#type)));
            capacity(pool, *card, vgpu.r#type, &there).unwrap_or(0)
        };
        let free = cards.iter().map(|card| (left(card), *card)).filter(|(left, _)| *left > 0);
        let chosen = match algorithm(pool, vgpu.GPU_group) {
            AllocationAlgorithm::DepthFirst => free.min_by_key(|(left, card)| (*left, *card)),
            AllocationAlgorithm::BreadthFirst => free.min_by_key(|(left, card)| (Reverse(*left), *card)),
        };
        match chosen {
            Some((_, card)) => seats.push((id, card)),
            None => return Err(ApiError::vm_requires_vgpu(vm, vgpu.GPU_group, vgpu.r#type)),
        }
    }
    Ok(seats)
}

fn algorithm(pool: &Snapshot, group: Ref<GpuGroup>) -> AllocationAlgorithm {
    pool.get(group).map_or(AllocationAlgorithm::DepthFirst, |group| group.allocation_algorithm)
}
