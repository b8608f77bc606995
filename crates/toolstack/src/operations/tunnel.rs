//! `tunnel`: a network between hosts that goes through another one.

use crate::allowed::pif as allowed;
use crate::arguments::Arguments;
use crate::handler::Handler::{self, Plan as P};
use crate::handler::{Find, Planned, Planning};
use crate::interfaces;
use crate::operations::pif;
use crate::plan::{Edit, Plan};
use crate::runner::imagine;
use model::{ApiError, Host, Item, Network, Pif, Pool, Ref, Text, Tunnel, TunnelProtocol, many};
use store::Snapshot;

pub const HANDLERS: &[(&str, Handler)] =
    &[("tunnel.create", P(create)), ("tunnel.destroy", P(destroy)), ("host.sync_tunnels", P(sync))];

fn create(planning: &Planning, arguments: &Arguments) -> Result<Planned, ApiError> {
    interfaces::in_turn(planning.pool)?;
    let transport = arguments.reference("transport_PIF")?;
    let (network, protocol) = (arguments.reference("network")?, arguments.choice("protocol")?);
    let (tunnel, plan) = make(planning, transport, network, protocol, 0)?;
    Ok(Planned::new(plan).returning(tunnel.to_value()))
}

fn make(
    planning: &Planning,
    transport: Ref<Pif>,
    network: Ref<Network>,
    protocol: TunnelProtocol,
    made_before: usize,
) -> Result<(Ref<Tunnel>, Plan), ApiError> {
    let pool = planning.pool;
    let through = pool.find(transport)?;
    pool.find(network)?;
    check(pool, transport, through, network)?;
    let (tunnel, access): (Ref<Tunnel>, Ref<Pif>) = (planning.new_ref(), planning.new_ref());
    let device = free_device(pool, through.host, made_before);
    let pif = Pif {
        uuid: planning.new_uuid(),
        device: Text::new(&device),
        device_name: Text::new(&device),
        network,
        host: through.host,
        MAC: crate::mac::generate(None, "0", planning.chance),
        MTU: through.MTU,
        VLAN: -1,
        metrics: through.metrics,
        currently_attached: false,
        bond_slave_of: Ref::NULL,
        VLAN_master_of: Ref::NULL,
        IPv6: [Text::new_static("")].into_iter().collect(),
        ..Pif::default()
    };
    let row = Tunnel {
        uuid: planning.new_uuid(),
        access_PIF: access,
        transport_PIF: transport,
        protocol,
        ..Tunnel::default()
    };
    let edits = vec![Edit::make(access, pif), Edit::make(tunnel, row)];
    let up = interfaces::bring_up(&imagine(pool, &edits), access);
    let below = (!through.currently_attached).then(|| interfaces::bring_up(pool, transport));
    let parts = below.into_iter().chain([Plan::Write(edits), up]).collect();
    Ok((tunnel, Plan::Serial(parts)))
}

fn check(pool: &Snapshot, transport: Ref<Pif>, through: &Pif, network: Ref<Network>) -> Result<(), ApiError> {
    allowed::network_managed(pool, network)?;
    allowed::managed(transport, through)?;
    if allowed::is_member(pool, through) {
        return Err(ApiError::cannot_add_tunnel_to_bond_slave(transport));
    }
    let logical = |pif: Ref<Pif>| pool.many(many::PIF_SRIOV_LOGICAL_PIF_OF, pif).next().is_some();
    if logical(transport) {
        return Err(ApiError::cannot_add_tunnel_to_sriov_logical(transport));
    }
    if pool.get(through.VLAN_master_of).is_some_and(|vlan| logical(vlan.tagged_PIF)) {
        return Err(ApiError::cannot_add_tunnel_to_vlan_on_sriov_logical(transport));
    }
    if allowed::of_functions(pool, network) != (false, false) {
        return Err(ApiError::network_incompatible_with_tunnel(network));
    }
    allowed::only_one_there(pool, through.host, network)?;
    switch_steered(pool)?;
    if pool.many(many::PIF_TUNNEL_ACCESS_PIF_OF, transport).next().is_some() {
        return Err(ApiError::is_tunnel_access_pif(transport));
    }
    allowed::transport_configured(pool, transport)
}

/// Every host has a switch that can be told what to do.
pub fn switch_steered(pool: &Snapshot) -> Result<(), ApiError> {
    let steered = |host: &Host| {
        host.software_version.get("network_backend").is_some_and(|backend| backend == "openvswitch")
    };
    if pool.all::<Host>().all(|(_, host)| steered(host)) {
        Ok(())
    } else {
        Err(ApiError::openvswitch_not_active())
    }
}

/// The first of `tunnel0`, `tunnel1`, … that the host does not have; or the one after it.
fn free_device(pool: &Snapshot, host: Ref<Host>, made_before: usize) -> String {
    let taken = |name: &str| pool.many_rows(many::HOST_PIFS, host).any(|(_, pif)| pif.device == name);
    let names = (0..).map(|number: u32| format!("tunnel{number}"));
    names.filter(|name| !taken(name)).nth(made_before).unwrap_or_default()
}

fn destroy(planning: &Planning, arguments: &Arguments) -> Result<Planned, ApiError> {
    interfaces::in_turn(planning.pool)?;
    let pool = planning.pool;
    let id: Ref<Tunnel> = arguments.reference("self")?;
    let access = pool.find(id)?.access_PIF;
    if pool.get(access).is_none() {
        return Ok(Planned::new(Plan::Write(vec![Edit::drop(id)])));
    }
    let down = pif::down(planning, access)?;
    let write = Plan::Write(vec![Edit::drop(id), Edit::drop(access)]);
    Ok(Planned::new(Plan::Serial(vec![down, write])))
}

/// The coordinator's tunnels, on a host that lacks them.
fn sync(planning: &Planning, arguments: &Arguments) -> Result<Planned, ApiError> {
    interfaces::in_turn(planning.pool)?;
    let pool = planning.pool;
    let host: Ref<Host> = arguments.reference("host")?;
    let coordinator = pool.first::<Pool>().map_or(Ref::NULL, |(_, pool)| pool.master);
    let mut plans = Vec::new();
    for (_, tunnel) in pool.all::<Tunnel>() {
        let (Some(access), Some(transport)) = (pool.get(tunnel.access_PIF), pool.get(tunnel.transport_PIF))
        else {
            continue;
        };
        let missing = interfaces::on_network(pool, access.network, host).is_none();
        if access.host != coordinator || host == coordinator || !missing {
            continue;
        }
        let Some((through, row)) = interfaces::on_network(pool, transport.network, host) else { continue };
        if check(pool, through, row, access.network).is_ok() {
            plans.push(make(planning, through, access.network, tunnel.protocol, plans.len())?.1);
        }
    }
    Ok(Planned::new(Plan::Serial(plans)))
}
