//! `network`: switches that machines and interfaces hang on.

use crate::allowed::{pif as allowed, refuse_if_any};
use crate::arguments::Arguments;
use crate::handler::Handler::{self, Change as C, Plan as P};
use crate::handler::{Change, Find, Planned, Planning};
use crate::interfaces;
use crate::plan::Plan;
use machine::{NetworkStep, Step};
use model::{
    ApiEnum, ApiError, EnumSet, Host, Item, Network, NetworkDefaultLockingMode, NetworkPurpose, Ref, Session,
    Text, Value, Vif, Vm, many,
};
use std::collections::BTreeSet;

pub const HANDLERS: &[(&str, Handler)] = &[
    ("network.create", C(create)),
    ("network.destroy", C(destroy)),
    ("network.pool_introduce", C(pool_introduce)),
    ("network.set_default_locking_mode", C(set_default_locking_mode)),
    ("network.add_purpose", C(add_purpose)),
    ("network.remove_purpose", C(remove_purpose)),
    ("network.attach", P(attach)),
    ("network.attach_for_vm", P(attach_for_vm)),
    ("network.detach_for_vm", P(detach_for_vm)),
];

/// Longer names the kernel does not take, and these beginnings it has for itself.
const LONGEST_BRIDGE: usize = 15;
const TAKEN_BEGINNINGS: [&str; 5] = ["xen", "xapi", "vif", "tap", "eth"];

fn create(change: &mut Change, arguments: &Arguments) -> Result<Value, ApiError> {
    let mut row: Network = arguments.row()?;
    if row.MTU <= 0 {
        row.MTU = Network::default().MTU;
    }
    let of_pool = change.tx.get::<Session>(change.call.session).is_some_and(|session| session.pool);
    if row.bridge.is_empty() {
        row.bridge = free_bridge(change);
    } else {
        let odd = row.bridge.len() > LONGEST_BRIDGE
            || TAKEN_BEGINNINGS.iter().any(|beginning| row.bridge.starts_with(beginning));
        if odd && !of_pool {
            return Err(ApiError::invalid_value("bridge", &row.bridge));
        }
        if change.tx.all::<Network>().any(|(_, network)| network.bridge == row.bridge) {
            return Err(ApiError::bridge_name_exists(&row.bridge));
        }
    }
    row.uuid = change.new_uuid();
    let id: Ref<Network> = change.new_ref();
    change.tx.insert(id, row);
    Ok(id.to_value())
}

/// The first of `xapi0`, `xapi1`, … that nobody has.
fn free_bridge(change: &Change) -> Text {
    let taken: BTreeSet<&str> =
        change.tx.all::<Network>().map(|(_, network)| network.bridge.as_str()).collect();
    let mut names = (0..=taken.len()).map(|number| format!("xapi{number}"));
    Text::new(names.find(|name| !taken.contains(name.as_str())).unwrap_or_default())
}

fn destroy(change: &mut Change, arguments: &Arguments) -> Result<Value, ApiError> {
    let id: Ref<Network> = arguments.reference("self")?;
    let network = change.tx.find(id)?;
    let connected = change.tx.many_rows(many::NETWORK_VIFS, id);
    let connected = connected.filter(|(_, vif)| vif.currently_attached || vif.reserved).map(|(vif, _)| vif);
    refuse_if_any("NETWORK_CONTAINS_VIF", connected)?;
    refuse_if_any("NETWORK_CONTAINS_PIF", change.tx.many(many::NETWORK_PIFS, id))?;
    let internal = network.other_config.get("is_host_internal_management_network");
    if internal.is_some_and(|value| value == "true") {
        return Err(ApiError::cannot_destroy_system_network(id));
    }
    let cards: Vec<Ref<Vif>> = change.tx.many(many::NETWORK_VIFS, id).collect();
    for card in cards {
        change.tx.delete(card);
    }
    change.tx.delete(id);
    Ok(Value::VOID)
}

fn pool_introduce(change: &mut Change, arguments: &Arguments) -> Result<Value, ApiError> {
    let mut purpose = EnumSet::EMPTY;
    for value in arguments.set::<Text>("purpose")?.iter() {
        let parsed = NetworkPurpose::parse(value);
        purpose.insert(parsed.ok_or_else(|| ApiError::invalid_value("purpose", value))?);
    }
    let row = Network {
        uuid: change.new_uuid(),
        name_label: arguments.text("name_label")?,
        name_description: arguments.text("name_description")?,
        MTU: arguments.int("MTU")?,
        other_config: arguments.map("other_config")?,
        bridge: arguments.text("bridge")?,
        managed: arguments.bool("managed")?,
        purpose,
        ..Network::default()
    };
    let id: Ref<Network> = change.new_ref();
    change.tx.insert(id, row);
    Ok(id.to_value())
}

fn set_default_locking_mode(change: &mut Change, arguments: &Arguments) -> Result<Value, ApiError> {
    let id: Ref<Network> = arguments.reference("network")?;
    let mode: NetworkDefaultLockingMode = arguments.choice("value")?;
    change.tx.find(id)?;
    let plugged = change.tx.many_rows(many::NETWORK_VIFS, id).find(|(_, vif)| vif.currently_attached);
    if let Some((vif, _)) = plugged {
        return Err(ApiError::vif_in_use(id, vif));
    }
    change.tx.update(id, |network| network.default_locking_mode = mode);
    Ok(Value::VOID)
}

/// In one pool disks are served with encryption or without, not both.
fn add_purpose(change: &mut Change, arguments: &Arguments) -> Result<Value, ApiError> {
    let id: Ref<Network> = arguments.reference("self")?;
    let purpose: NetworkPurpose = arguments.choice("value")?;
    let network = change.tx.find(id)?;
    if network.purpose.contains(purpose) {
        return Ok(Value::VOID);
    }
    let other = match purpose {
        NetworkPurpose::Nbd => NetworkPurpose::InsecureNbd,
        NetworkPurpose::InsecureNbd => NetworkPurpose::Nbd,
    };
    if change.tx.all::<Network>().any(|(_, network)| network.purpose.contains(other)) {
        return Err(ApiError::network_incompatible_purposes(purpose.name(), other.name()));
    }
    change.tx.update(id, |network| network.purpose.insert(purpose));
    Ok(Value::VOID)
}

fn remove_purpose(change: &mut Change, arguments: &Arguments) -> Result<Value, ApiError> {
    let purpose: NetworkPurpose = arguments.choice("value")?;
    change.tx.update(arguments.reference::<Network>("self")?, |network| network.purpose.remove(purpose));
    Ok(Value::VOID)
}

fn attach(planning: &Planning, arguments: &Arguments) -> Result<Planned, ApiError> {
    let host: Ref<Host> = arguments.reference("host")?;
    attached(planning, arguments.reference("network")?, host).map(Planned::new)
}

/// A network as a host has it: its interface up, or a bridge of its own if it has none there.
fn attached(planning: &Planning, id: Ref<Network>, host: Ref<Host>) -> Result<Plan, ApiError> {
    let pool = planning.pool;
    let network = pool.find(id)?;
    let Some((pif, row)) = interfaces::on_network(pool, id, host) else {
        if !network.managed {
            return Err(ApiError::bridge_not_available(&network.bridge));
        }
        let bridge = network.bridge.to_string();
        return Ok(Plan::Do(host, Step::Network(NetworkStep::MakeBridge { network: network.uuid, bridge })));
    };
    if allowed::is_member(pool, row) {
        return Err(ApiError::cannot_plug_bond_slave(pif));
    }
    Ok(interfaces::lend(pool, id, host).unwrap_or(Plan::nothing()))
}

fn networks_of(planning: &Planning, vm: Ref<Vm>) -> BTreeSet<Ref<Network>> {
    planning.pool.many_rows(many::VM_VIFS, vm).map(|(_, vif)| vif.network).collect()
}

fn attach_for_vm(planning: &Planning, arguments: &Arguments) -> Result<Planned, ApiError> {
    let host: Ref<Host> = arguments.reference("host")?;
    let networks = networks_of(planning, arguments.reference("vm")?).into_iter();
    let parts = networks.map(|network| attached(planning, network, host)).collect::<Result<_, _>>()?;
    Ok(Planned::new(Plan::Serial(parts)))
}

/// Internal networks go when nobody is left on them; the others stay.
fn detach_for_vm(planning: &Planning, arguments: &Arguments) -> Result<Planned, ApiError> {
    let host: Ref<Host> = arguments.reference("host")?;
    let remove = |id: Ref<Network>| {
        let network = planning.pool.get(id)?;
        let leads_out = interfaces::on_network(planning.pool, id, host).is_some();
        let bridge = network.bridge.to_string();
        let step = NetworkStep::RemoveBridge { network: network.uuid, bridge };
        (!leads_out).then_some(Plan::Do(host, Step::Network(step)))
    };
    let networks = networks_of(planning, arguments.reference("vm")?);
    Ok(Planned::new(Plan::Serial(networks.into_iter().filter_map(remove).collect())))
}
