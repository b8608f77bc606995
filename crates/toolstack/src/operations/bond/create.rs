//! `Bond.create`: members lose what they have to the bond.

use super::moving::{Moving, bare, set_addresses, with_addresses_of};
use super::{check_management, check_property, completed};
use crate::allowed::pif as allowed;
use crate::arguments::Arguments;
use crate::handler::{Find, Planned, Planning};
use crate::interfaces;
use crate::plan::Edit;
use model::{
    ApiError, Bond, BondMode, ClassId, Host, IpConfigurationMode, Item, Network, Pif, PifMetrics, Ref, Text,
    many,
};
use store::Snapshot;

pub fn plan(planning: &Planning, arguments: &Arguments) -> Result<Planned, ApiError> {
    interfaces::in_turn(planning.pool)?;
    let pool = planning.pool;
    let network: Ref<Network> = arguments.reference("network")?;
    let mac = arguments.text("MAC")?;
    let mode: BondMode = arguments.choice("mode")?;
    let properties = arguments.map("properties")?;
    let mut members: Vec<(Ref<Pif>, &Pif)> = Vec::new();
    for id in arguments.set::<Ref<Pif>>("members")?.iter() {
        if members.iter().all(|(known, _)| known != id) {
            members.push((*id, pool.find(*id)?));
        }
    }
    let (primary, host) = check(pool, network, &members, &mac)?;
    for (name, value) in properties.iter() {
        check_property(mode, name, value)?;
    }
    let management = members.iter().find(|(_, pif)| pif.management).map(|(id, _)| *id);
    let (bond, master): (Ref<Bond>, Ref<Pif>) = (planning.new_ref(), planning.new_ref());
    let metrics: Ref<PifMetrics> = planning.new_ref();
    let row = interfaces::physical(planning.new_uuid(), host, network, &free_device(pool, host), metrics);
    let row = Pif {
        physical: false,
        MAC: if mac.is_empty() { primary.1.MAC.clone() } else { Text::new(mac.to_lowercase()) },
        MTU: primary.1.MTU,
        disallow_unplug: members.iter().any(|(_, pif)| pif.disallow_unplug),
        properties: primary.1.properties.clone(),
        ..row
    };
    let row = with_addresses_of(primary.1, row);
    let made = Bond {
        uuid: planning.new_uuid(),
        master,
        primary_slave: primary.0,
        mode,
        properties: completed(mode, properties),
        auto_update_mac: mac.is_empty(),
        ..Bond::default()
    };
    let links = PifMetrics { uuid: planning.new_uuid(), ..joined(pool, &members) };

    let mut moving = Moving::new(pool, host);
    moving.edits.extend([
        Edit::make(metrics, links),
        Edit::make(master, row.clone()),
        Edit::make(bond, made),
    ]);
    for (id, pif) in &members {
        moving.edits.push(Edit::set(*id, "bond_slave_of", bond));
        moving.edits.push(Edit::set(*id, "disallow_unplug", false));
        moving
            .edits
            .extend(set_addresses(*id, &Pif { primary_address_type: pif.primary_address_type, ..bare() }));
        moving.take_down(*id);
    }
    if members.iter().any(|(_, pif)| pif.currently_attached) {
        moving.bring_up(master);
    }
    let ids: Vec<Ref<Pif>> = members.iter().map(|(id, _)| *id).collect();
    moving.tags_and_tunnels(&ids, master, &row)?;
    for (_, pif) in &members {
        moving.cards_of_network(pif.network, network)?;
    }
    let held = moving.moved_cards().into_iter().map(|vif| (ClassId::Vif, vif.id(), "attach")).collect();
    let plan = moving.plan(management.map(|from| (from, master)));
    Ok(Planned::new(plan).returning(bond.to_value()).holding_all(held))
}

/// The primary member and the host, if nothing speaks against it.
fn check<'a>(
    pool: &Snapshot,
    network: Ref<Network>,
    members: &[(Ref<Pif>, &'a Pif)],
    mac: &str,
) -> Result<((Ref<Pif>, &'a Pif), Ref<Host>), ApiError> {
    pool.find(network)?;
    allowed::network_managed(pool, network)?;
    let [first, _, ..] = members else { return Err(ApiError::pif_bond_needs_more_members()) };
    let host = first.1.host;
    allowed::only_one_there(pool, host, network)?;
    if !mac.is_empty() && !crate::mac::is_valid(mac) {
        return Err(ApiError::mac_invalid(mac));
    }
    if allowed::of_functions(pool, network) != (false, false) {
        return Err(ApiError::network_incompatible_with_bond(network));
    }
    for (id, pif) in members {
        allowed::managed(*id, pif)?;
        allowed::not_bonded(pool, *id, pif)?;
        if pif.VLAN >= 0 {
            return Err(ApiError::pif_vlan_exists(&pif.device));
        }
        if pool.many(many::PIF_TUNNEL_ACCESS_PIF_OF, *id).next().is_some() {
            return Err(ApiError::is_tunnel_access_pif(id));
        }
        if pool.many(many::PIF_SRIOV_LOGICAL_PIF_OF, *id).next().is_some() {
            return Err(ApiError::pif_is_sriov_logical(id));
        }
        if pool.many(many::PIF_SRIOV_PHYSICAL_PIF_OF, *id).next().is_some() {
            return Err(ApiError::pif_sriov_still_exists(id));
        }
    }
    if members.iter().any(|(_, pif)| pif.host != host) {
        return Err(ApiError::pif_cannot_bond_cross_host());
    }
    check_management(pool, members.iter().map(|(id, _)| *id))?;
    for (id, _) in members {
        allowed::not_clustered(pool, *id)?;
    }
    if members.iter().any(|(_, pif)| pif.properties != first.1.properties) {
        return Err(ApiError::incompatible_pif_properties());
    }
    // The one by which the host is managed, else the one with an address, else the first.
    let configured = |pif: &Pif| pif.ip_configuration_mode != IpConfigurationMode::None;
    let management = members.iter().find(|(_, pif)| pif.management);
    let primary = *management.or(members.iter().find(|(_, pif)| configured(pif))).unwrap_or(first);
    if members.iter().any(|(id, pif)| *id != primary.0 && configured(pif)) {
        return Err(ApiError::pif_bond_more_than_one_ip());
    }
    Ok((primary, host))
}

/// The first of `bond0`, `bond1`, … that the host does not have.
fn free_device(pool: &Snapshot, host: Ref<Host>) -> String {
    let taken = |name: &str| pool.many_rows(many::HOST_PIFS, host).any(|(_, pif)| pif.device == name);
    let mut names = (0..).map(|number: u32| format!("bond{number}"));
    names.find(|name| !taken(name)).unwrap_or_default()
}

/// Cards side by side: as fast as the first, with a link as long as one has it.
fn joined(pool: &Snapshot, members: &[(Ref<Pif>, &Pif)]) -> PifMetrics {
    let links = || members.iter().filter_map(|(_, pif)| pool.get(pif.metrics));
    PifMetrics {
        carrier: links().any(|link| link.carrier),
        speed: links().next().map_or(0, |link| link.speed),
        duplex: links().any(|link| link.duplex),
        ..PifMetrics::default()
    }
}
