//! `Bond`: interfaces of one host joined into one.
//!
//! ```text
//!   create    take down members and what lies on them ─► rows ─► bring up the bond and what lies on it
//!   destroy   the same the other way round, onto the primary member
//! ```
//! Addresses, tags, tunnels, management and guests' cards go along; see `moving.rs`.

mod create;
mod destroy;
mod moving;

use crate::arguments::Arguments;
use crate::handler::Handler::{self, Plan as P};
use crate::handler::{Find, Planned, Planning};
use crate::interfaces;
use crate::plan::{Edit, Plan};
use crate::runner::imagine;
use model::{ApiError, Bond, BondMode, Pif, Pool, Ref, Text, TextMap, many};
use store::Snapshot;

pub const HANDLERS: &[(&str, Handler)] = &[
    ("Bond.create", P(create::plan)),
    ("Bond.destroy", P(destroy::plan)),
    ("Bond.set_mode", P(set_mode)),
    ("Bond.set_property", P(set_property)),
];

/// What can be chosen for a bond that speaks LACP, the usual choice, and which there are; an empty
/// list takes anything.
const LACP_PROPERTIES: [(&str, &str, &[&str]); 4] = [
    ("hashing_algorithm", "tcpudp_ports", &["src_mac", "tcpudp_ports"]),
    ("lacp-time", "slow", &["slow", "fast"]),
    ("lacp-fallback-ab", "true", &["true", "false"]),
    ("lacp-aggregation-key", "", &[]),
];

fn check_property(mode: BondMode, name: &str, value: &str) -> Result<(), ApiError> {
    let known = LACP_PROPERTIES.iter().find(|(known, ..)| mode == BondMode::Lacp && *known == name);
    match known {
        Some((_, _, choices)) if choices.is_empty() || choices.contains(&value) => Ok(()),
        _ => Err(ApiError::invalid_value("properties", format!("{name} = {value}"))),
    }
}

/// Properties with the usual choice for what is not chosen.
fn completed(mode: BondMode, mut properties: TextMap) -> TextMap {
    for (name, usual, _) in LACP_PROPERTIES {
        if mode == BondMode::Lacp && !usual.is_empty() && !properties.contains_key(name) {
            properties.insert(name, usual);
        }
    }
    properties
}

/// The interface by which a host is managed keeps its shape while high availability counts on it.
fn check_management(pool: &Snapshot, mut pifs: impl Iterator<Item = Ref<Pif>>) -> Result<(), ApiError> {
    let ha = pool.first::<Pool>().is_some_and(|(_, pool)| pool.ha_enabled);
    if ha && pifs.any(|pif| pool.get(pif).is_some_and(|pif| pif.management)) {
        return Err(ApiError::ha_cannot_change_bond_status_of_mgmt_iface());
    }
    Ok(())
}

fn set_mode(planning: &Planning, arguments: &Arguments) -> Result<Planned, ApiError> {
    interfaces::in_turn(planning.pool)?;
    let id: Ref<Bond> = arguments.reference("self")?;
    let mode: BondMode = arguments.choice("value")?;
    let bond = planning.pool.find(id)?;
    // What another mode knows nothing of goes.
    let kept = bond.properties.iter().filter(|(name, value)| check_property(mode, name, value).is_ok());
    let kept: TextMap = kept.map(|(name, value)| (name.clone(), value.clone())).collect();
    let edits = vec![Edit::set(id, "mode", mode), Edit::set(id, "properties", completed(mode, kept))];
    Ok(reshaped(planning, bond, edits))
}

fn set_property(planning: &Planning, arguments: &Arguments) -> Result<Planned, ApiError> {
    interfaces::in_turn(planning.pool)?;
    let id: Ref<Bond> = arguments.reference("self")?;
    let (name, value): (Text, Text) = (arguments.text("name")?, arguments.text("value")?);
    let bond = planning.pool.find(id)?;
    check_property(bond.mode, &name, &value)?;
    let mut properties = bond.properties.clone();
    properties.insert(name, value);
    Ok(reshaped(planning, bond, vec![Edit::set(id, "properties", properties)]))
}

/// Edits of a bond, which take effect at once on all that lies on it.
fn reshaped(planning: &Planning, bond: &Bond, edits: Vec<Edit>) -> Planned {
    let pool = planning.pool;
    let after = imagine(pool, &edits);
    let tags = pool.many_rows(many::PIF_VLAN_SLAVE_OF, bond.master).map(|(_, vlan)| vlan.untagged_PIF);
    let all = std::iter::once(bond.master).chain(tags);
    let up = all.filter(|pif| pool.get(*pif).is_some_and(|pif| pif.currently_attached));
    let adjusted: Vec<Plan> = up.map(|pif| interfaces::adjust(pool, &after, pif)).collect();
    Planned::new(Plan::Serial([Plan::Write(edits)].into_iter().chain(adjusted).collect()))
}
