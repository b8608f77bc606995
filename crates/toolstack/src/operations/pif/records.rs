//! Rows of interfaces made, dropped and corrected without a host being asked.

use crate::arguments::Arguments;
use crate::handler::{Change, Planned, Planning};
use crate::interfaces;
use crate::plan::{Edit, Plan};
use model::{
    ApiError, Bond, Host, Item, NetworkSriov, Pif, PifMetrics, Ref, Text, Tunnel, Value, Vlan, many,
};
use std::collections::BTreeSet;

pub fn introduce(change: &mut Change, arguments: &Arguments) -> Result<Value, ApiError> {
    let metrics: Ref<PifMetrics> = change.new_ref();
    let uuid = change.new_uuid();
    let device = arguments.text("device")?;
    let row = Pif {
        uuid: change.new_uuid(),
        device: device.clone(),
        device_name: device,
        network: arguments.reference("network")?,
        host: arguments.reference("host")?,
        MAC: arguments.text("MAC")?,
        MTU: arguments.int("MTU")?,
        VLAN: arguments.int("VLAN")?,
        metrics,
        physical: arguments.bool("physical")?,
        currently_attached: false,
        ip_configuration_mode: arguments.choice("ip_configuration_mode")?,
        IP: arguments.text("IP")?,
        netmask: arguments.text("netmask")?,
        gateway: arguments.text("gateway")?,
        DNS: arguments.text("DNS")?,
        // Bonds say themselves who is in them.
        bond_slave_of: Ref::NULL,
        VLAN_master_of: arguments.reference("VLAN_master_of")?,
        management: arguments.bool("management")?,
        other_config: arguments.map("other_config")?,
        disallow_unplug: arguments.bool("disallow_unplug")?,
        ipv6_configuration_mode: arguments.choice("ipv6_configuration_mode")?,
        IPv6: arguments.set::<Text>("IPv6")?,
        ipv6_gateway: arguments.text("ipv6_gateway")?,
        primary_address_type: arguments.choice("primary_address_type")?,
        managed: arguments.bool("managed")?,
        properties: arguments.map("properties")?,
        ..Pif::default()
    };
    change.tx.insert(metrics, PifMetrics { uuid, ..PifMetrics::default() });
    let id: Ref<Pif> = change.new_ref();
    change.tx.insert(id, row);
    Ok(id.to_value())
}

pub fn forget(change: &mut Change, arguments: &Arguments) -> Result<Value, ApiError> {
    let id: Ref<Pif> = arguments.reference("self")?;
    let metrics = change.tx.get(id).map_or(Ref::NULL, |pif| pif.metrics);
    change.tx.delete(id);
    // What stands on a card counts with the card's metrics.
    if !change.tx.all::<Pif>().any(|(_, other)| other.metrics == metrics) {
        change.tx.delete(metrics);
    }
    Ok(Value::VOID)
}

/// Which interfaces are up follows from the bridges that are.
pub fn sync_attached(change: &mut Change, arguments: &Arguments) -> Result<Value, ApiError> {
    let host: Ref<Host> = arguments.reference("host")?;
    let bridges: BTreeSet<Text> = arguments.set::<Text>("bridges")?.iter().cloned().collect();
    let on_bridge = |pif: &Pif| {
        let network = change.tx.get(pif.network);
        network.is_some_and(|network| bridges.contains(&network.bridge))
    };
    let carrier = |pif: &Pif| match change.tx.get(pif.bond_slave_of).map(|bond| bond.master) {
        Some(master) => change.tx.get(master).is_some_and(on_bridge),
        None => on_bridge(pif),
    };
    let pifs: Vec<_> =
        change.tx.many_rows(many::HOST_PIFS, host).map(|(id, pif)| (id, carrier(pif))).collect();
    for (id, attached) in pifs {
        change.tx.update(id, |pif| pif.currently_attached = attached);
    }
    Ok(Value::VOID)
}

/// Everything that a host has of networks goes, rows and interfaces.
pub fn reset(planning: &Planning, arguments: &Arguments) -> Result<Planned, ApiError> {
    interfaces::in_turn(planning.pool)?;
    let pool = planning.pool;
    let host: Ref<Host> = arguments.reference("host")?;
    let pifs: Vec<(Ref<Pif>, &Pif)> = pool.many_rows(many::HOST_PIFS, host).collect();
    let here = |id: &Ref<Pif>| pool.get(*id).is_some_and(|pif| pif.host == host);
    let mut edits = Vec::new();
    for (id, _) in pool.all::<Bond>().filter(|(_, bond)| here(&bond.master)) {
        let members = pool.many(many::BOND_SLAVES, id);
        edits.extend(members.map(|member| Edit::set(member, "bond_slave_of", Ref::<Bond>::NULL)));
        edits.push(Edit::drop(id));
    }
    let vlans = pool.all::<Vlan>().filter(|(_, vlan)| here(&vlan.untagged_PIF));
    edits.extend(vlans.map(|(id, _)| Edit::drop(id)));
    let tunnels = pool.all::<Tunnel>().filter(|(_, tunnel)| here(&tunnel.access_PIF));
    edits.extend(tunnels.map(|(id, _)| Edit::drop(id)));
    let functions = pool.all::<NetworkSriov>().filter(|(_, row)| here(&row.logical_PIF));
    edits.extend(functions.map(|(id, _)| Edit::drop(id)));
    let metrics: BTreeSet<Ref<PifMetrics>> = pifs.iter().map(|(_, pif)| pif.metrics).collect();
    let metrics = metrics.into_iter().filter(|metrics| pool.get(*metrics).is_some());
    edits.extend(metrics.map(Edit::drop));
    edits.extend(pifs.iter().map(|(id, _)| Edit::drop(*id)));
    // Members of bonds are down with them.
    let up = pifs.iter().filter(|(_, pif)| pif.currently_attached && pool.get(pif.bond_slave_of).is_none());
    let down: Vec<Plan> = up.map(|(id, _)| interfaces::take_down(pool, *id)).collect();
    Ok(Planned::new(Plan::Serial(down.into_iter().chain([Plan::Write(edits)]).collect())))
}
