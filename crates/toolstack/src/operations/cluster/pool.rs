//! Clusters as wholes: made, asked, brought up to date and dissolved.

use super::{STACK, check_pif, check_unused, is_live, join, leave};
use crate::arguments::Arguments;
use crate::ha;
use crate::handler::{Change, Find, Planned, Planning, Reading};
use crate::plan::{Edit, Plan};
use model::{ApiError, ClassId, Cluster, ClusterHost, Host, Item, Network, Pif, Ref, Text, Value, many};
use std::collections::BTreeSet;
use store::Snapshot;

/// The least that the stack bears, in seconds.
const LEAST_TIMEOUT: f64 = 1.0;
const LEAST_COEFFICIENT: f64 = 0.65;

pub fn create(planning: &Planning, arguments: &Arguments) -> Result<Planned, ApiError> {
    check_parameters(planning.pool, arguments)?;
    let pif: Ref<Pif> = arguments.reference("PIF")?;
    let row = planning.pool.find(pif)?;
    check_pif(pif, row)?;
    form(planning, arguments, vec![(row.host, pif)], arguments.bool("pool_auto_join")?)
}

pub fn pool_create(planning: &Planning, arguments: &Arguments) -> Result<Planned, ApiError> {
    let pool = planning.pool;
    check_parameters(pool, arguments)?;
    let network: Ref<Network> = arguments.reference("network")?;
    pool.find(network)?;
    let mut members = Vec::new();
    for (host, _) in pool.all::<Host>() {
        let pif = pif_of(pool, host, network).ok_or_else(|| ApiError::pif_not_present(host, network))?;
        check_pif(pif, pool.find(pif)?)?;
        members.push((host, pif));
    }
    // The coordinator comes first: the others join it.
    let master = ha::pool_of(pool)?.1.master;
    members.sort_by_key(|(host, _)| (*host != master, *host));
    form(planning, arguments, members, true)
}

fn check_parameters(pool: &Snapshot, arguments: &Arguments) -> Result<(), ApiError> {
    crate::allowed::check(pool, ClassId::Pool, ha::pool_of(pool)?.0.id(), "cluster_create")?;
    let stack = arguments.text("cluster_stack")?;
    if stack != STACK {
        return Err(ApiError::invalid_cluster_stack(stack));
    }
    for (name, least) in [("token_timeout", LEAST_TIMEOUT), ("token_timeout_coefficient", LEAST_COEFFICIENT)]
    {
        let value = arguments.float(name)?;
        if !(value >= least && value.is_finite()) {
            return Err(ApiError::invalid_value(name, value));
        }
    }
    if pool.table(ClassId::Cluster).is_empty() { Ok(()) } else { Err(ApiError::cluster_already_exists()) }
}

fn pif_of(pool: &Snapshot, host: Ref<Host>, network: Ref<Network>) -> Option<Ref<Pif>> {
    pool.many_rows(many::NETWORK_PIFS, network).find(|(_, pif)| pif.host == host).map(|(id, _)| id)
}

fn form(
    planning: &Planning,
    arguments: &Arguments,
    members: Vec<(Ref<Host>, Ref<Pif>)>,
    pool_auto_join: bool,
) -> Result<Planned, ApiError> {
    let pool = planning.pool;
    let (id, uuid): (Ref<Cluster>, _) = (planning.new_ref(), planning.new_uuid());
    let row = Cluster {
        uuid,
        cluster_token: Text::new(planning.new_uuid().to_string()),
        cluster_stack: Text::new_static(STACK),
        cluster_stack_version: 3,
        pool_auto_join,
        token_timeout: arguments.float("token_timeout")?,
        token_timeout_coefficient: arguments.float("token_timeout_coefficient")?,
        ..Cluster::default()
    };
    let mut edits = vec![Edit::make(id, row)];
    let mut joins = Vec::new();
    for (host, pif) in members {
        joins.push(join(pool, host, uuid)?);
        edits.push(member_row(planning, id, host, pif));
    }
    let (whole, _) = ha::pool_of(pool)?;
    let plan = Plan::Serial(vec![Plan::Parallel(joins), Plan::Write(edits)]);
    Ok(Planned::new(plan).returning(id.to_value()).holding(ClassId::Pool, whole.id(), "cluster_create"))
}

/// The row of a host that takes part.
pub fn member_row(planning: &Planning, cluster: Ref<Cluster>, host: Ref<Host>, pif: Ref<Pif>) -> Edit {
    let row = ClusterHost {
        uuid: planning.new_uuid(),
        cluster,
        host,
        PIF: pif,
        enabled: true,
        joined: true,
        live: true,
        last_update_live: planning.now,
        ..ClusterHost::default()
    };
    Edit::make(planning.new_ref::<ClusterHost>(), row)
}

/// The last one: nobody is left who could disagree.
pub fn destroy(planning: &Planning, arguments: &Arguments) -> Result<Planned, ApiError> {
    let id: Ref<Cluster> = arguments.reference("self")?;
    let pool = planning.pool;
    let row = pool.find(id)?;
    let count = pool.many(many::CLUSTER_CLUSTER_HOSTS, id).count();
    if count > 1 {
        return Err(ApiError::cluster_does_not_have_one_node(count));
    }
    check_unused(pool, &row.cluster_stack)?;
    dissolve(planning, id, row, false)
}

pub fn pool_destroy(planning: &Planning, arguments: &Arguments) -> Result<Planned, ApiError> {
    let id: Ref<Cluster> = arguments.reference("self")?;
    let row = planning.pool.find(id)?;
    check_unused(planning.pool, &row.cluster_stack)?;
    let mut members = planning.pool.many_rows(many::CLUSTER_CLUSTER_HOSTS, id);
    if let Some((member, _)) = members.find(|(_, member)| !member.enabled) {
        return Err(ApiError::clustering_disabled(member));
    }
    dissolve(planning, id, row, false)
}

pub fn pool_force_destroy(planning: &Planning, arguments: &Arguments) -> Result<Planned, ApiError> {
    let id: Ref<Cluster> = arguments.reference("self")?;
    let row = planning.pool.find(id)?;
    check_unused(planning.pool, &row.cluster_stack)?;
    dissolve(planning, id, row, true)
}

fn dissolve(
    planning: &Planning,
    id: Ref<Cluster>,
    row: &Cluster,
    by_force: bool,
) -> Result<Planned, ApiError> {
    let pool = planning.pool;
    let mut leaves = Vec::new();
    let mut edits = Vec::new();
    for (member, of) in pool.many_rows(many::CLUSTER_CLUSTER_HOSTS, id) {
        let step = leave(pool, of.host, row.uuid)?;
        leaves.push(if by_force { step.best_effort() } else { step });
        edits.push(Edit::drop(member));
    }
    edits.push(Edit::drop(id));
    Ok(Planned::new(Plan::Serial(vec![Plan::Parallel(leaves), Plan::Write(edits)])))
}

pub fn network(reading: &Reading, arguments: &Arguments) -> Result<Value, ApiError> {
    let id: Ref<Cluster> = arguments.reference("self")?;
    reading.pool.find(id)?;
    let members = reading.pool.many_rows(many::CLUSTER_CLUSTER_HOSTS, id);
    let networks: BTreeSet<Ref<Network>> =
        members.filter_map(|(_, member)| reading.pool.get(member.PIF)).map(|pif| pif.network).collect();
    match networks.into_iter().collect::<Vec<_>>().as_slice() {
        [one] => Ok(one.to_value()),
        [] => Err(ApiError::no_cluster_hosts_reachable(id)),
        _ => Err(ApiError::internal_error("the members of the cluster use different networks")),
    }
}

/// Hosts without a row get one, and those that dropped out take part again, as far as they can.
pub fn resync(planning: &Planning, arguments: &Arguments) -> Result<Planned, ApiError> {
    let id: Ref<Cluster> = arguments.reference("self")?;
    let pool = planning.pool;
    let row = pool.find(id)?;
    let members: Vec<(Ref<ClusterHost>, &ClusterHost)> =
        pool.many_rows(many::CLUSTER_CLUSTER_HOSTS, id).collect();
    let network = members.iter().find_map(|(_, member)| pool.get(member.PIF)).map(|pif| pif.network);
    let mut parts = Vec::new();
    for (host, _) in pool.all::<Host>().filter(|(host, _)| is_live(pool, *host)) {
        let edit = match members.iter().find(|(_, member)| member.host == host) {
            Some((member, of)) if !of.enabled => Edit::set(*member, "enabled", true),
            Some(_) => continue,
            None => {
                let pif = network.and_then(|network| pif_of(pool, host, network));
                match pif.filter(|pif| pool.get(*pif).is_some_and(|row| check_pif(*pif, row).is_ok())) {
                    Some(pif) => member_row(planning, id, host, pif),
                    None => continue,
                }
            }
        };
        let one = Plan::Serial(vec![join(pool, host, row.uuid)?, Plan::Write(vec![edit])]);
        parts.push(one.or_else(Plan::nothing()));
    }
    Ok(Planned::new(Plan::Serial(parts)))
}

/// What the stack sees is what the rows say; this only says when that was looked at.
pub fn sync(change: &mut Change, arguments: &Arguments) -> Result<Value, ApiError> {
    let id: Ref<Cluster> = arguments.reference("self")?;
    change.tx.find(id)?;
    let members: Vec<Ref<ClusterHost>> = change.tx.many(many::CLUSTER_CLUSTER_HOSTS, id).collect();
    for member in members {
        change.tx.update(member, |row| row.last_update_live = change.now);
    }
    Ok(Value::VOID)
}
