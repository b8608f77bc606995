//! By which interface hosts are managed.

use crate::allowed::pif as allowed;
use crate::arguments::Arguments;
use crate::handler::Handler::{self, Plan as P, Serve};
use crate::handler::{Answering, Call, Find, Planned, Planning};
use crate::interfaces;
use crate::operations::device;
use crate::plan::Plan;
use crate::toolstack::Toolstack;
use machine::{NetworkStep, Step};
use model::{
    ApiError, Host, IpConfigurationMode, Ipv6ConfigurationMode, Network, Pif, Pool, PrimaryAddressType, Ref,
    Value, many,
};
use std::sync::Arc;
use store::Snapshot;

pub const HANDLERS: &[(&str, Handler)] = &[
    ("host.management_reconfigure", P(reconfigure)),
    ("host.local_management_reconfigure", P(reconfigure_here)),
    ("host.management_disable", P(disable)),
    ("host.signal_networking_change", Serve(look_again)),
    ("pool.management_reconfigure", P(reconfigure_pool)),
];

fn no_ha(pool: &Snapshot) -> Result<(), ApiError> {
    let ha = pool.first::<Pool>().is_some_and(|(_, pool)| pool.ha_enabled);
    if ha { Err(ApiError::ha_is_enabled()) } else { Ok(()) }
}

fn management_of(pool: &Snapshot, host: Ref<Host>) -> Option<(Ref<Pif>, &Pif)> {
    pool.many_rows(many::HOST_PIFS, host).find(|(_, pif)| pif.management)
}

/// Whether a host could be managed by this interface.
fn check(pool: &Snapshot, id: Ref<Pif>, pif: &Pif) -> Result<(), ApiError> {
    if allowed::is_member(pool, pif) {
        return Err(ApiError::cannot_plug_bond_slave(id));
    }
    let now = management_of(pool, pif.host);
    if now.is_some_and(|(_, now)| now.primary_address_type != pif.primary_address_type) {
        return Err(ApiError::pif_incompatible_primary_address_type(id));
    }
    match pif.primary_address_type {
        PrimaryAddressType::IPv4 if pif.ip_configuration_mode == IpConfigurationMode::None => {
            Err(ApiError::pif_has_no_network_configuration(id))
        }
        PrimaryAddressType::IPv6 if pif.ipv6_configuration_mode == Ipv6ConfigurationMode::None => {
            Err(ApiError::pif_has_no_v6_network_configuration(id))
        }
        _ => Ok(()),
    }
}

/// Bring the interface up, then manage by it. `None`: not at all.
fn manage(pool: &Snapshot, host: Ref<Host>, by: Option<(Ref<Pif>, &Pif)>) -> Plan {
    let from = management_of(pool, host).map(|(_, pif)| pif.uuid);
    let to = by.map(|(_, pif)| pif.uuid);
    if from == to {
        return Plan::nothing();
    }
    let up = by.filter(|(_, pif)| !pif.currently_attached && pif.managed);
    let up = up.map(|(id, _)| interfaces::bring_up(pool, id));
    let step = NetworkStep::ManageBy { host: device::host_uuid(pool, host), to, from };
    Plan::Serial(up.into_iter().chain([Plan::Do(host, Step::Network(step))]).collect())
}

fn reconfigure(planning: &Planning, arguments: &Arguments) -> Result<Planned, ApiError> {
    interfaces::in_turn(planning.pool)?;
    let pool = planning.pool;
    let id: Ref<Pif> = arguments.reference("pif")?;
    no_ha(pool)?;
    let pif = pool.find(id)?;
    check(pool, id, pif)?;
    Ok(Planned::new(manage(pool, pif.host, Some((id, pif)))))
}

/// By the name of a bridge, on the host that is asked.
fn reconfigure_here(planning: &Planning, arguments: &Arguments) -> Result<Planned, ApiError> {
    interfaces::in_turn(planning.pool)?;
    let pool = planning.pool;
    let bridge = arguments.text("interface")?;
    let host = planning.toolstack.this_host();
    no_ha(pool)?;
    let on_bridge = |pif: &Pif| pool.get(pif.network).is_some_and(|network| network.bridge == bridge);
    let mut pifs = pool.many_rows(many::HOST_PIFS, host);
    let found = pifs.find(|(_, pif)| on_bridge(pif) && interfaces::address(pif).is_some());
    let Some((id, pif)) = found else { return Err(ApiError::interface_has_no_ip(bridge)) };
    check(pool, id, pif)?;
    Ok(Planned::new(manage(pool, host, Some((id, pif)))))
}

fn disable(planning: &Planning, _: &Arguments) -> Result<Planned, ApiError> {
    interfaces::in_turn(planning.pool)?;
    let pool = planning.pool;
    let host = planning.toolstack.this_host();
    no_ha(pool)?;
    if pool.first::<Pool>().is_some_and(|(_, pool)| pool.master != host) {
        return Err(ApiError::slave_requires_management_interface());
    }
    Ok(Planned::new(manage(pool, host, None)))
}

/// Every host by its interface on one network; the coordinator last, since it tells the others.
fn reconfigure_pool(planning: &Planning, arguments: &Arguments) -> Result<Planned, ApiError> {
    interfaces::in_turn(planning.pool)?;
    let pool = planning.pool;
    let network: Ref<Network> = arguments.reference("network")?;
    no_ha(pool)?;
    let coordinator = pool.first::<Pool>().map_or(Ref::NULL, |(_, pool)| pool.master);
    let mut hosts: Vec<Ref<Host>> = pool.all::<Host>().map(|(host, _)| host).collect();
    hosts.sort_by_key(|host| *host == coordinator);
    let mut found = Vec::new();
    for host in hosts {
        let pif = interfaces::on_network(pool, network, host);
        found.push((host, pif.ok_or_else(|| ApiError::pif_not_present(host, network))?));
    }
    for (_, (id, pif)) in &found {
        check(pool, *id, pif)?;
    }
    let parts = found.into_iter().map(|(host, pif)| manage(pool, host, Some(pif)));
    Ok(Planned::new(Plan::Serial(parts.collect())))
}

/// Addresses may have changed: ask the machine.
fn look_again(toolstack: Arc<Toolstack>, _: Call, _: Arguments) -> Answering<Value> {
    Box::pin(async move {
        crate::listen::look(&toolstack, toolstack.this_host()).await;
        Ok(Value::VOID)
    })
}
