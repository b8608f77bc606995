//! `network_sriov`: a card whose virtual functions go to machines directly.

use crate::allowed::pif as allowed;
use crate::arguments::Arguments;
use crate::handler::Handler::{self, Plan as P, Read as R};
use crate::handler::{Find, Planned, Planning, Reading};
use crate::interfaces;
use crate::operations::pif;
use crate::plan::{Edit, Plan};
use crate::runner::imagine;
use model::{ApiError, Item, Network, NetworkSriov, Pif, Ref, SriovConfigurationMode, Text, Value, many};
use store::Snapshot;

pub const HANDLERS: &[(&str, Handler)] = &[
    ("network_sriov.create", P(create)),
    ("network_sriov.destroy", P(destroy)),
    ("network_sriov.get_remaining_capacity", R(remaining_capacity)),
];

fn create(planning: &Planning, arguments: &Arguments) -> Result<Planned, ApiError> {
    interfaces::in_turn(planning.pool)?;
    let pool = planning.pool;
    let id: Ref<Pif> = arguments.reference("pif")?;
    let network: Ref<Network> = arguments.reference("network")?;
    let card = pool.find(id)?;
    pool.find(network)?;
    check(pool, id, card, network)?;
    let (sriov, logical): (Ref<NetworkSriov>, Ref<Pif>) = (planning.new_ref(), planning.new_ref());
    let row = Pif {
        uuid: planning.new_uuid(),
        device: card.device.clone(),
        device_name: card.device.clone(),
        network,
        host: card.host,
        MAC: card.MAC.clone(),
        MTU: card.MTU,
        VLAN: -1,
        metrics: card.metrics,
        currently_attached: false,
        bond_slave_of: Ref::NULL,
        VLAN_master_of: Ref::NULL,
        IPv6: [Text::new_static("")].into_iter().collect(),
        PCI: card.PCI,
        ..Pif::default()
    };
    let made = NetworkSriov {
        uuid: planning.new_uuid(),
        physical_PIF: id,
        logical_PIF: logical,
        requires_reboot: false,
        configuration_mode: SriovConfigurationMode::Sysfs,
    };
    let edits = vec![Edit::make(logical, row), Edit::make(sriov, made)];
    let up = interfaces::bring_up(&imagine(pool, &edits), logical);
    Ok(Planned::new(Plan::Serial(vec![Plan::Write(edits), up])).returning(sriov.to_value()))
}

fn check(pool: &Snapshot, id: Ref<Pif>, card: &Pif, network: Ref<Network>) -> Result<(), ApiError> {
    allowed::network_managed(pool, network)?;
    allowed::managed(id, card)?;
    if !card.physical {
        return Err(ApiError::pif_is_not_physical(id));
    }
    if allowed::is_member(pool, card) {
        return Err(ApiError::pif_already_bonded(id));
    }
    if !card.capabilities.iter().any(|capability| capability == "sriov") {
        return Err(ApiError::pif_is_not_sriov_capable(id));
    }
    if pool.many(many::PIF_SRIOV_PHYSICAL_PIF_OF, id).next().is_some() {
        return Err(ApiError::network_sriov_already_enabled(id));
    }
    let others = || pool.many_rows(many::NETWORK_PIFS, network);
    let logical = |pif: Ref<Pif>| pool.many_rows(many::PIF_SRIOV_LOGICAL_PIF_OF, pif).next();
    if others().any(|(other, _)| logical(other).is_none()) {
        return Err(ApiError::network_incompatible_with_sriov(network));
    }
    // A machine must find the same kind of function on every host.
    let kind = |pif: &Pif| {
        let metrics = pool.get(pif.metrics);
        metrics.map(|metrics| (metrics.vendor_id.clone(), metrics.device_id.clone()))
    };
    let differs =
        |sriov: &NetworkSriov| pool.get(sriov.physical_PIF).is_some_and(|pif| kind(pif) != kind(card));
    if others().filter_map(|(other, _)| logical(other)).any(|(_, sriov)| differs(sriov)) {
        return Err(ApiError::network_has_incompatible_sriov_pifs(id, network));
    }
    allowed::only_one_there(pool, card.host, network)
}

fn destroy(planning: &Planning, arguments: &Arguments) -> Result<Planned, ApiError> {
    interfaces::in_turn(planning.pool)?;
    let pool = planning.pool;
    let id: Ref<NetworkSriov> = arguments.reference("self")?;
    let logical = pool.find(id)?.logical_PIF;
    let Some(row) = pool.get(logical) else {
        return Ok(Planned::new(Plan::Write(vec![Edit::drop(id)])));
    };
    allowed::no_vlans(pool, logical, row)?;
    let down = pif::down(planning, logical)?;
    let write = Plan::Write(vec![Edit::drop(id), Edit::drop(logical)]);
    Ok(Planned::new(Plan::Serial(vec![down, write])))
}

fn remaining_capacity(reading: &Reading, arguments: &Arguments) -> Result<Value, ApiError> {
    let sriov = reading.pool.find::<NetworkSriov>(arguments.reference("self")?)?;
    let logical = reading.pool.get(sriov.logical_PIF);
    let left = logical.map_or(0, |pif| interfaces::functions_left(reading.pool, pif));
    Ok(Value::Int(left.max(0)))
}
