//! What may be done to an interface of a host now. It has no list of operations: these are the checks
//! that the operations make, each with its error.

use crate::interfaces;
use model::{ApiError, ClusterHost, Host, Network, Pif, Pool, Ref, Vm, many};
use store::Snapshot;

pub fn managed(id: Ref<Pif>, pif: &Pif) -> Result<(), ApiError> {
    if pif.managed { Ok(()) } else { Err(ApiError::pif_unmanaged(id)) }
}

pub fn network_managed(pool: &Snapshot, id: Ref<Network>) -> Result<(), ApiError> {
    match pool.get(id) {
        Some(network) if !network.managed => Err(ApiError::network_unmanaged(id)),
        _ => Ok(()),
    }
}

/// A host has one interface on a network.
pub fn only_one_there(pool: &Snapshot, host: Ref<Host>, network: Ref<Network>) -> Result<(), ApiError> {
    match interfaces::on_network(pool, network, host) {
        Some((other, _)) => Err(ApiError::network_already_connected(host, other)),
        None => Ok(()),
    }
}

pub fn is_member(pool: &Snapshot, pif: &Pif) -> bool {
    pool.get(pif.bond_slave_of).is_some()
}

pub fn not_bonded(pool: &Snapshot, id: Ref<Pif>, pif: &Pif) -> Result<(), ApiError> {
    if is_member(pool, pif) || pool.many(many::PIF_BOND_MASTER_OF, id).next().is_some() {
        return Err(ApiError::pif_already_bonded(id));
    }
    Ok(())
}

pub fn no_vlans(pool: &Snapshot, id: Ref<Pif>, pif: &Pif) -> Result<(), ApiError> {
    if pool.many(many::PIF_VLAN_SLAVE_OF, id).next().is_some() || pif.VLAN >= 0 {
        return Err(ApiError::pif_vlan_still_exists(id));
    }
    Ok(())
}

pub fn no_tunnels(pool: &Snapshot, id: Ref<Pif>) -> Result<(), ApiError> {
    let mut ends =
        pool.many(many::PIF_TUNNEL_TRANSPORT_PIF_OF, id).chain(pool.many(many::PIF_TUNNEL_ACCESS_PIF_OF, id));
    if ends.next().is_some() { Err(ApiError::pif_tunnel_still_exists(id)) } else { Ok(()) }
}

pub fn no_functions(pool: &Snapshot, id: Ref<Pif>) -> Result<(), ApiError> {
    if pool.many(many::PIF_SRIOV_LOGICAL_PIF_OF, id).next().is_some() {
        return Err(ApiError::cannot_forget_sriov_logical(id));
    }
    if pool.many(many::PIF_SRIOV_PHYSICAL_PIF_OF, id).next().is_some() {
        return Err(ApiError::pif_sriov_still_exists(id));
    }
    Ok(())
}

pub fn not_management(id: Ref<Pif>, pif: &Pif) -> Result<(), ApiError> {
    if pif.currently_attached && pif.management {
        return Err(ApiError::pif_is_management_interface(id));
    }
    Ok(())
}

/// Only the coordinator can lose its management interface and still be asked for another.
pub fn not_members_management(pool: &Snapshot, id: Ref<Pif>, pif: &Pif) -> Result<(), ApiError> {
    let coordinator = pool.first::<Pool>().is_some_and(|(_, pool)| pool.master == pif.host);
    if coordinator { Ok(()) } else { not_management(id, pif) }
}

/// High availability, the redo log and clusters count on their interfaces.
pub fn unprotected(pool: &Snapshot, id: Ref<Pif>, pif: &Pif) -> Result<(), ApiError> {
    if !pif.currently_attached {
        return Ok(());
    }
    let (ha, redo_log) =
        pool.first::<Pool>().map_or((false, false), |(_, pool)| (pool.ha_enabled, pool.redo_log_enabled));
    if ha {
        return Err(ApiError::ha_is_enabled());
    }
    if redo_log {
        return Err(ApiError::redo_log_is_enabled());
    }
    not_clustered(pool, id)
}

pub fn not_clustered(pool: &Snapshot, id: Ref<Pif>) -> Result<(), ApiError> {
    match pool.all::<ClusterHost>().find(|(_, row)| row.PIF == id && row.enabled) {
        Some((cluster_host, _)) => Err(ApiError::clustering_enabled(cluster_host)),
        None => Ok(()),
    }
}

/// A protected machine must find its networks on every host.
fn not_needed_by_protected(pool: &Snapshot, pif: &Pif) -> Result<(), ApiError> {
    let strict = pool.first::<Pool>().is_some_and(|(_, pool)| pool.ha_enabled && !pool.ha_allow_overcommit);
    let protected = |vm: Ref<Vm>| pool.get(vm).is_some_and(|vm| vm.ha_restart_priority == "restart");
    let enabled = pool.get(pif.host).is_some_and(|host| host.enabled);
    if strict && enabled && pool.many_rows(many::NETWORK_VIFS, pif.network).any(|(_, vif)| protected(vif.VM))
    {
        return Err(ApiError::ha_operation_would_break_failover_plan());
    }
    Ok(())
}

pub fn no_guests(pool: &Snapshot, pif: &Pif) -> Result<(), ApiError> {
    let mut plugged = pool.many_rows(many::NETWORK_VIFS, pif.network).filter(|(_, vif)| {
        vif.currently_attached && pool.get(vif.VM).is_some_and(|vm| vm.resident_on == pif.host)
    });
    match plugged.next() {
        Some((vif, _)) => Err(ApiError::vif_in_use(pif.network, vif)),
        None => Ok(()),
    }
}

/// Whether the interface may be taken down.
pub fn unplug(pool: &Snapshot, id: Ref<Pif>, pif: &Pif) -> Result<(), ApiError> {
    managed(id, pif)?;
    // It is up and down with its bond.
    if is_member(pool, pif) {
        return Err(ApiError::pif_already_bonded(id));
    }
    unprotected(pool, id, pif)?;
    not_management(id, pif)?;
    not_needed_by_protected(pool, pif)?;
    no_guests(pool, pif)?;
    if pif.disallow_unplug {
        return Err(ApiError::pif_does_not_allow_unplug(id));
    }
    Ok(())
}

/// Whether the interface may be brought up.
pub fn plug(pool: &Snapshot, id: Ref<Pif>, pif: &Pif) -> Result<(), ApiError> {
    managed(id, pif)?;
    if let Some((_, tunnel)) = pool.many_rows(many::PIF_TUNNEL_ACCESS_PIF_OF, id).next() {
        transport_configured(pool, tunnel.transport_PIF)?;
    }
    if is_member(pool, pif) {
        return Err(ApiError::cannot_plug_bond_slave(id));
    }
    Ok(())
}

pub fn transport_configured(pool: &Snapshot, id: Ref<Pif>) -> Result<(), ApiError> {
    let configured = pool.get(id).is_some_and(|pif| {
        pif.ip_configuration_mode != model::IpConfigurationMode::None
            || pif.ipv6_configuration_mode != model::Ipv6ConfigurationMode::None
    });
    if configured { Ok(()) } else { Err(ApiError::transport_pif_not_configured(id)) }
}

/// Whether a network is one of virtual functions: itself, or by a tag on them.
pub fn of_functions(pool: &Snapshot, network: Ref<Network>) -> (bool, bool) {
    let logical = |pif: Ref<Pif>| pool.many(many::PIF_SRIOV_LOGICAL_PIF_OF, pif).next().is_some();
    let mut kinds = (false, false);
    for (id, pif) in pool.many_rows(many::NETWORK_PIFS, network) {
        kinds.0 |= logical(id);
        kinds.1 |= pool.get(pif.VLAN_master_of).is_some_and(|vlan| logical(vlan.tagged_PIF));
    }
    kinds
}

/// Room for one more machine, if the network of this host is made of virtual functions.
pub fn functions_left(pool: &Snapshot, host: Ref<Host>, network: Ref<Network>) -> Result<(), ApiError> {
    let Some((id, pif)) = interfaces::on_network(pool, network, host) else { return Ok(()) };
    let logical = pool.many(many::PIF_SRIOV_LOGICAL_PIF_OF, id).next().is_some();
    if logical && interfaces::functions_left(pool, pif) <= 0 {
        return Err(ApiError::network_sriov_insufficient_capacity(network));
    }
    Ok(())
}
