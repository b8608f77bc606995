//! `VM.migrate_send`: a machine goes to another host of the pool, or its disks to other storage, or both.
//!
//! A destination that `host.migrate_receive` of another pool has described would need its disks sent
//! over the network, which does not exist yet.

use super::messages::tell;
use crate::arguments::Arguments;
use crate::handler::{Find, Planned, Planning, Reading};
use crate::operations::device;
use crate::operations::storage_motion::{self, Destinations, Move};
use crate::operations::vif::reshape;
use crate::placement;
use crate::plan::{Edit, Plan};
use machine::{Disc, DiskStep, Drive, Nic, Step};
use model::{
    ApiError, Class, ClassId, Host, Item, Network, Ref, Sr, Value, VbdType, Vdi, Vif, Vm, VmOperations,
    VmPowerState, many,
};
use std::collections::BTreeMap;
use store::Snapshot;

/// The networks that cards are put into.
type Cards = BTreeMap<Ref<Vif>, Ref<Network>>;

/// How many machines of one host may be on their way with their disks.
const MOST_AT_ONCE: usize = 3;

/// What goes where.
struct Journey {
    to: Ref<Host>,
    disks: Destinations,
    cards: Cards,
}

pub fn assert_can_migrate(reading: &Reading, arguments: &Arguments) -> Result<Value, ApiError> {
    let id: Ref<Vm> = arguments.reference("vm")?;
    crate::allowed::check(reading.pool, ClassId::Vm, id.id(), "migrate_send")?;
    journey(reading.pool, id, arguments)?;
    Ok(Value::VOID)
}

pub fn plan(planning: &Planning, arguments: &Arguments) -> Result<Planned, ApiError> {
    let id: Ref<Vm> = arguments.reference("vm")?;
    let pool = planning.pool;
    let vm = pool.find(id)?;
    let Journey { to, disks, cards } = journey(pool, id, arguments)?;
    let runs = vm.power_state == VmPowerState::Running;
    let plugged: Vec<Disc> =
        device::plugged_drives(pool, id).into_iter().filter_map(|drive| drive.disc).collect();
    let live = |vdi| runs && device::disc(pool, vdi).is_some_and(|disc| plugged.contains(&disc));
    let moves = storage_motion::moves(planning, &disks, live)?;
    let mut edits = storage_motion::repoint(pool, &moves);
    let mut parts = vec![storage_motion::make(&moves)];
    let leaves = runs && vm.resident_on != to;
    if leaves || !runs {
        edits.extend(cards.iter().map(|(vif, network)| Edit::set(*vif, "network", *network)));
    } else {
        for (vif, network) in &cards {
            parts.push(reshape::moved(planning, *vif, *network)?.plan);
        }
    }
    if leaves {
        let ready = Step::ReceiveDomain {
            spec: device::spec(vm),
            drives: drives(pool, id, &moves),
            nics: nics(pool, id, &cards),
        };
        parts.push(Plan::Do(to, ready));
        parts.push(Plan::Do(
            vm.resident_on,
            Step::SendDomain { vm: vm.uuid, to: device::host_uuid(pool, to) },
        ));
        // It is there now and nowhere else.
        parts.push(Plan::Pivot);
    } else if runs {
        parts.extend(switches(pool, id, vm, &moves));
    }
    parts.push(Plan::Write(edits));
    parts.push(storage_motion::clear(&moves));
    if leaves && let (Some(from), Some(there)) = (pool.get(vm.resident_on), pool.get(to)) {
        let what = format!(
            "migrated from host: {} (uuid: {}) to host: {} (uuid: {})",
            from.name_label, from.uuid, there.name_label, there.uuid
        );
        parts.push(tell(planning, "VM_MIGRATED", vm, &what, None));
    }
    let planned = Planned::new(Plan::Serial(parts)).returning(id.to_value());
    let planned = planned.holding_all(storage_motion::holds(&moves));
    Ok(if leaves { planned.claiming(id, to) } else { planned })
}

/// The drives as the other host plugs them.
fn drives(pool: &Snapshot, id: Ref<Vm>, moves: &[Move]) -> Vec<Drive> {
    let moved = |disc: Disc| moves.iter().find(|one| one.from == disc).map_or(disc, |one| one.to);
    let there = |drive: Drive| Drive { disc: drive.disc.map(moved), ..drive };
    device::plugged_drives(pool, id).into_iter().map(there).collect()
}

fn nics(pool: &Snapshot, id: Ref<Vm>, cards: &Cards) -> Vec<Nic> {
    let bridge = |nic: &Nic| {
        let (_, network) =
            cards.iter().find(|(vif, _)| pool.get(**vif).is_some_and(|row| row.uuid == nic.vif))?;
        pool.get(*network).map(|network| network.bridge.to_string())
    };
    let there = |nic: Nic| Nic { bridge: bridge(&nic).unwrap_or(nic.bridge.clone()), ..nic };
    device::plugged_nics(pool, id).into_iter().map(there).collect()
}

/// The drives go over one after the other, where the machine is.
fn switches(pool: &Snapshot, id: Ref<Vm>, vm: &Vm, moves: &[Move]) -> Vec<Plan> {
    let switch = |drive: Drive| {
        let one = moves.iter().find(|one| Some(one.from) == drive.disc)?;
        let step = DiskStep::Switch { vm: vm.uuid, vbd: drive.vbd, from: one.from, to: one.to };
        Some(Plan::Do(vm.resident_on, step.into()))
    };
    device::plugged_drives(pool, id).into_iter().filter_map(switch).collect()
}

/// Where everything goes, or the first reason why it cannot.
fn journey(pool: &Snapshot, id: Ref<Vm>, arguments: &Arguments) -> Result<Journey, ApiError> {
    let vm = pool.find(id)?;
    let to = destination(pool, arguments)?;
    let wanted: BTreeMap<Ref<Vdi>, Ref<Sr>> = references(arguments, "vdi_map")?;
    let cards: Cards = references(arguments, "vif_map")?;
    let formats = arguments.message.params.iter().any(|param| param.name == "vdi_format_map");
    if formats && other_format(arguments.value("vdi_format_map")?) {
        // Partly VM.migrate_send, VM.assert_can_migrate.
        return Err(ApiError::not_implemented("VM.migrate_send to another format"));
    }
    if arguments.map("options")?.get("copy").is_some_and(|copy| copy == "true") {
        // Partly VM.migrate_send, VM.assert_can_migrate.
        return Err(ApiError::not_implemented("VM.migrate_send with copy"));
    }
    let runs = vm.power_state == VmPowerState::Running;
    if runs && !arguments.bool("live")? {
        return Err(ApiError::vm_bad_power_state(id, "halted, suspended", "running"));
    }
    for (vdi, sr) in wanted.iter() {
        pool.find(*vdi)?;
        pool.find(*sr)?;
    }
    placement::accepts(pool, to)?;
    let mut disks = Destinations::new();
    let image = (vm.power_state == VmPowerState::Suspended).then_some(vm.suspend_VDI);
    let drives = pool.many_rows(many::VM_VBDS, id);
    let held = drives.filter(|(_, vbd)| vbd.r#type != VbdType::Cd).map(|(_, vbd)| vbd.VDI).chain(image);
    for vdi in held {
        let Some(row) = pool.get(vdi) else { continue };
        let by_itself = || image.filter(|image| *image == vdi).and_then(|_| suspend_storage(pool, to));
        match wanted.get(&vdi) {
            Some(sr) if !reaches(pool, to, *sr) => return Err(ApiError::sr_not_attached(*sr)),
            Some(sr) => drop(disks.insert(vdi, *sr)),
            None if reaches(pool, to, row.SR) => {}
            None => {
                let sr = by_itself().ok_or_else(|| ApiError::vdi_not_in_map(vdi))?;
                disks.insert(vdi, sr);
            }
        }
    }
    let disks = storage_motion::with_snapshots(pool, &disks);
    for (vdi, sr) in &disks {
        storage_motion::check(pool, *vdi, *sr, Some(to))?;
    }
    let beside = pool.many_rows(many::HOST_RESIDENT_VMS, vm.resident_on).filter(|(other, row)| {
        *other != id && row.current_operations.values().any(|op| *op == VmOperations::MigrateSend)
    });
    if runs && !disks.is_empty() && beside.count() >= MOST_AT_ONCE {
        return Err(ApiError::too_many_storage_migrates(MOST_AT_ONCE));
    }
    let mut mapped = Cards::new();
    for (vif, row) in pool.many_rows(many::VM_VIFS, id) {
        let network = cards.get(&vif).copied().unwrap_or(row.network);
        pool.find(network)?;
        let mut pifs = pool.many_rows(many::NETWORK_PIFS, network).peekable();
        // A network without any card is internal: it is wherever its machines are.
        if pifs.peek().is_some() && !pifs.any(|(_, pif)| pif.host == to) {
            return Err(ApiError::host_cannot_attach_network(to, network));
        }
        if network != row.network {
            mapped.insert(vif, network);
        }
    }
    if runs && vm.resident_on != to {
        placement::room(pool, vm, to)?;
    }
    Ok(Journey { to, disks, cards: mapped })
}

/// Whether another format than the usual one is asked for.
fn other_format(formats: &Value) -> bool {
    let Value::Struct(members) = formats else { return false };
    members
        .iter()
        .any(|(_, format)| format.as_text().is_some_and(|format| format != "vhd" && !format.is_empty()))
}

/// A map from references to references. Its keys are texts on the wire.
fn references<K: Class, T: 'static>(
    arguments: &Arguments,
    name: &str,
) -> Result<BTreeMap<Ref<K>, Ref<T>>, ApiError> {
    let Value::Struct(members) = arguments.value(name)? else { return Ok(BTreeMap::new()) };
    let pair = |(key, value): &(model::Text, Value)| {
        let id = model::RefId::parse(key).ok_or_else(|| ApiError::handle_invalid(K::ID.name(), key))?;
        Ok((Ref::new(id), Ref::from_value(value).map_err(|_| ApiError::invalid_value(name, key))?))
    };
    members.iter().map(pair).collect()
}

fn reaches(pool: &Snapshot, host: Ref<Host>, sr: Ref<Sr>) -> bool {
    pool.many_rows(many::SR_PBDS, sr).any(|(_, pbd)| pbd.host == host && pbd.currently_attached)
}

/// Where a host has the memory of suspended machines.
fn suspend_storage(pool: &Snapshot, host: Ref<Host>) -> Option<Ref<Sr>> {
    let whole = pool.first::<model::Pool>().map(|(_, pool)| pool);
    let choices = [
        pool.get(host).map(|host| host.suspend_image_sr),
        whole.map(|pool| pool.suspend_image_SR),
        whole.map(|pool| pool.default_SR),
    ];
    choices.into_iter().flatten().find(|sr| reaches(pool, host, *sr))
}

/// The host that `host.migrate_receive` was asked for.
fn destination(pool: &Snapshot, arguments: &Arguments) -> Result<Ref<Host>, ApiError> {
    let dest = arguments.map("dest")?;
    let host = dest.get("host").ok_or_else(|| ApiError::invalid_value("dest", "it names no host"))?;
    let id = model::RefId::parse(host).map(Ref::<Host>::new);
    let id = id.ok_or_else(|| ApiError::invalid_value("dest", format!("host {host}")))?;
    if pool.get(id).is_none() {
        // Partly VM.migrate_send, VM.assert_can_migrate.
        return Err(ApiError::not_implemented("VM.migrate_send to another pool"));
    }
    Ok(id)
}
