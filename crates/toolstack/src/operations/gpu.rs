//! `VGPU`, `PGPU`, `GPU_group`: graphics cards, the groups that they are in, and shares of them.

use crate::accessors;
use crate::arguments::Arguments;
use crate::handler::Handler::{self, Change as C, Read as R};
use crate::handler::{Change, Find, Reading};
use crate::operations::device;
use crate::placement::gpu;
use model::{
    ApiError, ClassId, GpuGroup, Item, Pgpu, Ref, RefId, Set, Text, Value, Vgpu, VgpuType,
    VgpuTypeImplementation, Vm, VmPowerState, many,
};
use std::collections::BTreeSet;
use store::{Snapshot, Transaction};

/// Device numbers of vGPUs go from 0 to this.
const LAST_DEVICE: u32 = 31;

pub const HANDLERS: &[(&str, Handler)] = &[
    ("VGPU.create", C(create)),
    ("VGPU.destroy", C(destroy)),
    ("VGPU.atomic_set_resident_on", R(is_resident_on)),
    ("PGPU.add_enabled_VGPU_types", C(enable)),
    ("PGPU.remove_enabled_VGPU_types", C(disable)),
    ("PGPU.set_enabled_VGPU_types", C(set_enabled)),
    ("PGPU.set_GPU_group", C(set_group)),
    ("PGPU.get_remaining_capacity", R(card_capacity)),
    ("GPU_group.create", C(create_group)),
    ("GPU_group.destroy", C(destroy_group)),
    ("GPU_group.update_enabled_VGPU_types", C(update_group)),
    ("GPU_group.update_supported_VGPU_types", C(update_group)),
    ("GPU_group.get_remaining_capacity", R(group_capacity)),
];

fn create(change: &mut Change, arguments: &Arguments) -> Result<Value, ApiError> {
    let (vm, group): (Ref<Vm>, Ref<GpuGroup>) =
        (arguments.reference("VM")?, arguments.reference("GPU_group")?);
    let number = arguments.text("device")?;
    if device::number(&number).is_none_or(|number| number > LAST_DEVICE) {
        return Err(ApiError::invalid_device(&number));
    }
    let row = change.tx.find(vm)?;
    if row.power_state != VmPowerState::Halted {
        return Err(ApiError::vm_bad_power_state(vm, "halted", crate::learn::lower(row.power_state)));
    }
    change.tx.find(group)?;
    let kind = match arguments.reference::<VgpuType>("type")?.some() {
        Some(kind) => kind,
        None => whole_card(change.tx, group)?,
    };
    let wanted = change.tx.find(kind)?;
    for (_, other) in change.tx.many_rows(many::VM_VGPUS, vm) {
        if other.device == number {
            return Err(ApiError::device_already_exists(&number));
        }
        if !wanted.compatible_types_in_vm.contains(&other.r#type) {
            return Err(ApiError::vgpu_type_not_compatible(kind));
        }
    }
    let row = Vgpu {
        uuid: change.new_uuid(),
        VM: vm,
        GPU_group: group,
        device: number,
        other_config: arguments.map("other_config")?,
        r#type: kind,
        ..Vgpu::default()
    };
    let id: Ref<Vgpu> = change.new_ref();
    change.tx.insert(id, row);
    Ok(id.to_value())
}

/// The type that is all of a card.
fn whole_card(pool: &Snapshot, group: Ref<GpuGroup>) -> Result<Ref<VgpuType>, ApiError> {
    let mut kinds = pool.all::<VgpuType>();
    let whole = kinds.find(|(_, kind)| kind.implementation == VgpuTypeImplementation::Passthrough);
    whole.map(|(kind, _)| kind).ok_or_else(|| ApiError::gpu_group_contains_no_pgpus(group))
}

fn destroy(change: &mut Change, arguments: &Arguments) -> Result<Value, ApiError> {
    let id: Ref<Vgpu> = arguments.reference("self")?;
    let vgpu = change.tx.find(id)?;
    let promised = !vgpu.scheduled_to_be_resident_on.is_null();
    let lives = change
        .tx
        .get(vgpu.VM)
        .is_some_and(|vm| matches!(vm.power_state, VmPowerState::Running | VmPowerState::Paused));
    if vgpu.currently_attached || promised || lives {
        return Err(ApiError::operation_not_allowed("the vGPU is attached to a VM that runs"));
    }
    change.tx.delete(id);
    Ok(Value::VOID)
}

/// On which card a vGPU is, is learnt from its host, so this only agrees or does not.
fn is_resident_on(reading: &Reading, arguments: &Arguments) -> Result<Value, ApiError> {
    let (id, card): (Ref<Vgpu>, Ref<Pgpu>) = (arguments.reference("self")?, arguments.reference("value")?);
    if reading.pool.find(id)?.resident_on == card {
        Ok(Value::VOID)
    } else {
        Err(ApiError::operation_not_allowed("the vGPU is not on this card"))
    }
}

fn enable(change: &mut Change, arguments: &Arguments) -> Result<Value, ApiError> {
    let id: Ref<Pgpu> = arguments.reference("self")?;
    let kind: Ref<VgpuType> = arguments.reference("value")?;
    let mut kinds: Vec<Ref<VgpuType>> = change.tx.find(id)?.enabled_VGPU_types.to_vec();
    if !kinds.contains(&kind) {
        kinds.push(kind);
    }
    set_kinds(change, id, kinds)
}

fn disable(change: &mut Change, arguments: &Arguments) -> Result<Value, ApiError> {
    let id: Ref<Pgpu> = arguments.reference("self")?;
    let kind: Ref<VgpuType> = arguments.reference("value")?;
    let mut kinds: Vec<Ref<VgpuType>> = change.tx.find(id)?.enabled_VGPU_types.to_vec();
    kinds.retain(|other| *other != kind);
    set_kinds(change, id, kinds)
}

fn set_enabled(change: &mut Change, arguments: &Arguments) -> Result<Value, ApiError> {
    let kinds: Set<Ref<VgpuType>> = arguments.set("value")?;
    let mut unique: Vec<Ref<VgpuType>> = Vec::new();
    kinds.iter().for_each(|kind| {
        if !unique.contains(kind) {
            unique.push(*kind);
        }
    });
    set_kinds(change, arguments.reference("self")?, unique)
}

fn set_kinds(change: &mut Change, id: Ref<Pgpu>, kinds: Vec<Ref<VgpuType>>) -> Result<Value, ApiError> {
    let row = change.tx.find(id)?;
    let group = row.GPU_group;
    if let Some(kind) = kinds.iter().find(|kind| !row.supported_VGPU_types.contains(kind)) {
        return Err(gpu::listed("VGPU_TYPE_NOT_SUPPORTED", *kind, &row.supported_VGPU_types));
    }
    let gone = row.enabled_VGPU_types.iter().filter(|kind| !kinds.contains(kind));
    let users = users(change.tx, id, |vgpu| gone.clone().any(|kind| *kind == vgpu.r#type));
    if !users.is_empty() {
        return Err(of_refs("PGPU_IN_USE_BY_VM", users));
    }
    accessors::set_list(change.tx, ClassId::Pgpu, id.id(), "enabled_VGPU_types", ids(kinds));
    refresh_group(change.tx, group);
    Ok(Value::VOID)
}

fn ids<T>(refs: impl IntoIterator<Item = Ref<T>>) -> Vec<RefId> {
    refs.into_iter().map(Ref::id).collect()
}

/// The machines with such vGPUs on a card.
fn users(pool: &Snapshot, card: Ref<Pgpu>, counts: impl Fn(&Vgpu) -> bool) -> Vec<RefId> {
    let there = gpu::allocated(pool, card, Ref::NULL);
    let vms: BTreeSet<RefId> = there
        .into_iter()
        .filter_map(|vgpu| pool.get(vgpu))
        .filter(|vgpu| counts(vgpu))
        .map(|vgpu| vgpu.VM.id())
        .collect();
    vms.into_iter().collect()
}

/// An error that names several objects, each as a parameter of its own.
fn of_refs(code: &'static str, refs: Vec<RefId>) -> ApiError {
    let params = refs.into_iter().map(|id| Text::new(id.to_string())).collect();
    ApiError::from_parts(Text::new_static(code), params)
}

fn set_group(change: &mut Change, arguments: &Arguments) -> Result<Value, ApiError> {
    let (id, group): (Ref<Pgpu>, Ref<GpuGroup>) =
        (arguments.reference("self")?, arguments.reference("value")?);
    let before = change.tx.find(id)?.GPU_group;
    let users = users(change.tx, id, |_| true);
    if !users.is_empty() {
        return Err(of_refs("PGPU_IN_USE_BY_VM", users));
    }
    let kind = kind_of_card(change.tx, id);
    let kinds = &change.tx.find(group)?.GPU_types;
    if !kinds.is_empty() && !kinds.contains(&kind) {
        let list: Vec<&str> = kinds.iter().map(|kind| kind.as_str()).collect();
        return Err(ApiError::pgpu_not_compatible_with_gpu_group(kind, format!("[{}]", list.join(", "))));
    }
    change.tx.update(id, |card| card.GPU_group = group);
    refresh_group(change.tx, before);
    refresh_group(change.tx, group);
    Ok(Value::VOID)
}

/// `10de/0ff2`: cards of one kind may be in one group.
fn kind_of_card(pool: &Snapshot, card: Ref<Pgpu>) -> Text {
    let pci = pool.get(card).and_then(|card| pool.get(card.PCI));
    pci.map(|pci| Text::new(format!("{}/{}", pci.vendor_id, pci.device_id))).unwrap_or_default()
}

/// A group offers what its cards do.
pub fn refresh_group(tx: &mut Transaction, group: Ref<GpuGroup>) {
    let cards: Vec<(Ref<Pgpu>, &Pgpu)> = tx.many_rows(many::GPU_GROUP_PGPUS, group).collect();
    let union = |list: fn(&Pgpu) -> &Set<Ref<VgpuType>>| {
        let mut all: Vec<RefId> =
            cards.iter().flat_map(|(_, card)| list(card).iter().map(|kind| kind.id())).collect();
        all.sort();
        all.dedup();
        all
    };
    let (supported, enabled) =
        (union(|card| &card.supported_VGPU_types), union(|card| &card.enabled_VGPU_types));
    let kinds: BTreeSet<Text> = cards.iter().map(|(card, _)| kind_of_card(tx, *card)).collect();
    if tx.get(group).is_none() {
        return;
    }
    tx.update(group, |row| row.GPU_types = kinds.into_iter().collect());
    accessors::set_list(tx, ClassId::GpuGroup, group.id(), "supported_VGPU_types", supported);
    accessors::set_list(tx, ClassId::GpuGroup, group.id(), "enabled_VGPU_types", enabled);
}

fn capacity(pool: &Snapshot, card: Ref<Pgpu>, kind: Ref<VgpuType>) -> i64 {
    gpu::capacity(pool, card, kind, &gpu::types_on(pool, card, Ref::NULL)).unwrap_or(0)
}

fn card_capacity(reading: &Reading, arguments: &Arguments) -> Result<Value, ApiError> {
    let id = arguments.reference("self")?;
    reading.pool.find::<Pgpu>(id)?;
    Ok(Value::Int(capacity(reading.pool, id, arguments.reference("vgpu_type")?)))
}

fn group_capacity(reading: &Reading, arguments: &Arguments) -> Result<Value, ApiError> {
    let id: Ref<GpuGroup> = arguments.reference("self")?;
    reading.pool.find(id)?;
    let kind = arguments.reference("vgpu_type")?;
    let cards = reading.pool.many(many::GPU_GROUP_PGPUS, id);
    Ok(Value::Int(cards.map(|card| capacity(reading.pool, card, kind)).sum()))
}

fn create_group(change: &mut Change, arguments: &Arguments) -> Result<Value, ApiError> {
    let row = GpuGroup {
        uuid: change.new_uuid(),
        name_label: arguments.text("name_label")?,
        name_description: arguments.text("name_description")?,
        other_config: arguments.map("other_config")?,
        ..GpuGroup::default()
    };
    let id: Ref<GpuGroup> = change.new_ref();
    change.tx.insert(id, row);
    Ok(id.to_value())
}

fn destroy_group(change: &mut Change, arguments: &Arguments) -> Result<Value, ApiError> {
    let id: Ref<GpuGroup> = arguments.reference("self")?;
    change.tx.find(id)?;
    let cards = ids(change.tx.many(many::GPU_GROUP_PGPUS, id));
    if !cards.is_empty() {
        return Err(of_refs("GPU_GROUP_CONTAINS_PGPU", cards));
    }
    let shares = ids(change.tx.many(many::GPU_GROUP_VGPUS, id));
    if !shares.is_empty() {
        return Err(of_refs("GPU_GROUP_CONTAINS_VGPU", shares));
    }
    accessors::set_list(change.tx, ClassId::GpuGroup, id.id(), "supported_VGPU_types", Vec::new());
    accessors::set_list(change.tx, ClassId::GpuGroup, id.id(), "enabled_VGPU_types", Vec::new());
    change.tx.delete(id);
    Ok(Value::VOID)
}

fn update_group(change: &mut Change, arguments: &Arguments) -> Result<Value, ApiError> {
    let id: Ref<GpuGroup> = arguments.reference("self")?;
    change.tx.find(id)?;
    refresh_group(change.tx, id);
    Ok(Value::VOID)
}
