//! `PIF`: interfaces of hosts go up and down, get addresses, come and go.

mod addresses;
mod cards;
mod records;

use crate::allowed::pif as allowed;
use crate::arguments::Arguments;
use crate::handler::Handler::{self, Change as C, Plan as P};
use crate::handler::{Change, Find, Planned, Planning};
use crate::interfaces;
use crate::plan::{Edit, Plan};
use crate::runner::imagine;
use model::{ApiError, Pif, PrimaryAddressType, Ref, TextMap, Value, many};

pub const HANDLERS: &[(&str, Handler)] = &[
    ("PIF.plug", P(plug)),
    ("PIF.unplug", P(unplug)),
    ("PIF.reconfigure_ip", P(addresses::reconfigure_ip)),
    ("PIF.reconfigure_ipv6", P(addresses::reconfigure_ipv6)),
    ("PIF.set_primary_address_type", C(set_primary_address_type)),
    ("PIF.set_disallow_unplug", C(set_disallow_unplug)),
    ("PIF.set_property", P(set_property)),
    ("PIF.scan", P(cards::scan)),
    ("PIF.introduce", P(cards::introduce)),
    ("PIF.forget", P(cards::forget)),
    ("PIF.db_introduce", C(records::introduce)),
    ("PIF.pool_introduce", C(records::introduce)),
    ("PIF.db_forget", C(records::forget)),
    ("host.sync_pif_currently_attached", C(records::sync_attached)),
    ("host.reset_networking", P(records::reset)),
];

fn plug(planning: &Planning, arguments: &Arguments) -> Result<Planned, ApiError> {
    interfaces::in_turn(planning.pool)?;
    let pool = planning.pool;
    let id: Ref<Pif> = arguments.reference("self")?;
    allowed::plug(pool, id, pool.find(id)?)?;
    // A tunnel needs what it goes through.
    let transport = pool.many_rows(many::PIF_TUNNEL_ACCESS_PIF_OF, id).next();
    let transport = transport.map(|(_, tunnel)| tunnel.transport_PIF);
    let down = |id: &Ref<Pif>| pool.get(*id).is_some_and(|pif| !pif.currently_attached);
    let wanted = transport.into_iter().chain([id]).filter(down);
    Ok(Planned::new(Plan::Serial(wanted.map(|id| interfaces::bring_up(pool, id)).collect())))
}

fn unplug(planning: &Planning, arguments: &Arguments) -> Result<Planned, ApiError> {
    interfaces::in_turn(planning.pool)?;
    Ok(Planned::new(down(planning, arguments.reference("self")?)?))
}

/// Take an interface down, and before it the tunnels that go through it.
pub fn down(planning: &Planning, id: Ref<Pif>) -> Result<Plan, ApiError> {
    let pool = planning.pool;
    let pif = pool.find(id)?;
    allowed::unplug(pool, id, pif)?;
    let mut parts = Vec::new();
    for (_, tunnel) in pool.many_rows(many::PIF_TUNNEL_TRANSPORT_PIF_OF, id) {
        let Some(access) = pool.get(tunnel.access_PIF) else { continue };
        allowed::unplug(pool, tunnel.access_PIF, access)?;
        if access.currently_attached {
            parts.push(interfaces::take_down(pool, tunnel.access_PIF));
        }
    }
    if pif.currently_attached {
        parts.push(interfaces::take_down(pool, id));
    }
    Ok(Plan::Serial(parts))
}

fn set_primary_address_type(change: &mut Change, arguments: &Arguments) -> Result<Value, ApiError> {
    let id: Ref<Pif> = arguments.reference("self")?;
    let kind: PrimaryAddressType = arguments.choice("primary_address_type")?;
    let pif = change.tx.find(id)?;
    allowed::managed(id, pif)?;
    allowed::unprotected(change.tx, id, pif)?;
    if pif.management {
        return Err(ApiError::pif_is_management_interface(id));
    }
    change.tx.update(id, |pif| pif.primary_address_type = kind);
    Ok(Value::VOID)
}

/// A cluster's interface stays protected.
fn set_disallow_unplug(change: &mut Change, arguments: &Arguments) -> Result<Value, ApiError> {
    let id: Ref<Pif> = arguments.reference("self")?;
    let value = arguments.bool("value")?;
    change.tx.find(id)?;
    if !value {
        allowed::not_clustered(change.tx, id)?;
    }
    change.tx.update(id, |pif| pif.disallow_unplug = value);
    Ok(Value::VOID)
}

/// The switches of a driver. What a bond is told, its members are told as well.
fn set_property(planning: &Planning, arguments: &Arguments) -> Result<Planned, ApiError> {
    interfaces::in_turn(planning.pool)?;
    let pool = planning.pool;
    let id: Ref<Pif> = arguments.reference("self")?;
    let (name, value) = (arguments.text("name")?, arguments.text("value")?);
    let pif = pool.find(id)?;
    allowed::managed(id, pif)?;
    let bond = pool.many(many::PIF_BOND_MASTER_OF, id).next();
    if allowed::is_member(pool, pif) || !(pif.physical || bond.is_some()) {
        return Err(ApiError::cannot_change_pif_properties(id));
    }
    if name != "gro" || !matches!(value.as_str(), "on" | "off") {
        return Err(ApiError::invalid_value("properties", format!("{name} = {value}")));
    }
    let members = bond.into_iter().flat_map(|bond| pool.many_rows(many::BOND_SLAVES, bond));
    let told = members.chain([(id, pif)]);
    let edit = |(id, pif): (Ref<Pif>, &Pif)| {
        let mut properties: TextMap = pif.properties.clone();
        properties.insert(name.clone(), value.clone());
        Edit::set(id, "properties", properties)
    };
    Ok(reshaped(planning, id, told.map(edit).collect()))
}

/// Edits of an interface, which take effect at once if it is up.
fn reshaped(planning: &Planning, id: Ref<Pif>, edits: Vec<Edit>) -> Planned {
    let pool = planning.pool;
    let up = pool.get(id).is_some_and(|pif| pif.currently_attached && !allowed::is_member(pool, pif));
    let adjust = up.then(|| interfaces::adjust(pool, &imagine(pool, &edits), id));
    Planned::new(Plan::Serial([Plan::Write(edits)].into_iter().chain(adjust).collect()))
}
