//! Members of a cluster: hosts that join it, take part in it, and leave it.

use super::pool::member_row;
use super::{check_pif, check_unused, is_live, join, leave};
use crate::arguments::Arguments;
use crate::handler::{Change, Find, Planned, Planning};
use crate::plan::{Edit, Plan};
use model::{ApiError, ClassId, Cluster, ClusterHost, Host, Pif, Ref, Value, many};
use store::Snapshot;

pub fn create(planning: &Planning, arguments: &Arguments) -> Result<Planned, ApiError> {
    let pool = planning.pool;
    let (id, host): (Ref<Cluster>, Ref<Host>) =
        (arguments.reference("cluster")?, arguments.reference("host")?);
    let pif: Ref<Pif> = arguments.reference("pif")?;
    let (cluster, row) = (pool.find(id)?, pool.find(pif)?);
    pool.find(host)?;
    if row.host != host {
        return Err(ApiError::pif_not_attached_to_host(pif, host));
    }
    check_pif(pif, row)?;
    let members: Vec<(Ref<ClusterHost>, &ClusterHost)> =
        pool.many_rows(many::CLUSTER_CLUSTER_HOSTS, id).collect();
    if let Some((member, _)) = members.iter().find(|(_, member)| member.host == host) {
        return Err(ApiError::clustering_enabled(member));
    }
    if !members.is_empty() && !members.iter().any(|(_, member)| member.enabled && is_live(pool, member.host))
    {
        return Err(ApiError::no_cluster_hosts_reachable(id));
    }
    let make = member_row(planning, id, host, pif);
    let result = match &make {
        Edit::Make { id, .. } => Value::Ref(*id),
        _ => Value::VOID,
    };
    let plan = Plan::Serial(vec![join(pool, host, cluster.uuid)?, Plan::Write(vec![make])]);
    Ok(Planned::new(plan).returning(result))
}

/// The member, its cluster, and nobody who leans on it.
fn free<'a>(
    pool: &'a Snapshot,
    arguments: &Arguments,
) -> Result<(Ref<ClusterHost>, &'a ClusterHost, &'a Cluster), ApiError> {
    let id: Ref<ClusterHost> = arguments.reference("self")?;
    let member = pool.find(id)?;
    let cluster = pool.find(member.cluster)?;
    check_unused(pool, &cluster.cluster_stack)?;
    Ok((id, member, cluster))
}

pub fn destroy(planning: &Planning, arguments: &Arguments) -> Result<Planned, ApiError> {
    let pool = planning.pool;
    let (id, member, cluster) = free(pool, arguments)?;
    if !member.enabled {
        return Err(ApiError::clustering_disabled(id));
    }
    if pool.many(many::CLUSTER_CLUSTER_HOSTS, member.cluster).count() < 2 {
        return Err(ApiError::cluster_host_is_last(id));
    }
    let plan = vec![leave(pool, member.host, cluster.uuid)?, Plan::Write(vec![Edit::drop(id)])];
    Ok(Planned::new(Plan::Serial(plan)).holding(ClassId::Cluster, member.cluster.id(), "remove"))
}

pub fn force_destroy(planning: &Planning, arguments: &Arguments) -> Result<Planned, ApiError> {
    let (id, member, cluster) = free(planning.pool, arguments)?;
    let leave = leave(planning.pool, member.host, cluster.uuid)?.best_effort();
    let plan = Plan::Serial(vec![leave, Plan::Write(vec![Edit::drop(id)])]);
    Ok(Planned::new(plan).holding(ClassId::Cluster, member.cluster.id(), "remove"))
}

/// A host that will never come back.
pub fn forget(change: &mut Change, arguments: &Arguments) -> Result<Value, ApiError> {
    let id: Ref<ClusterHost> = arguments.reference("self")?;
    let host = change.tx.find(id)?.host;
    if is_live(change.tx, host) {
        return Err(ApiError::host_is_live(host));
    }
    change.tx.delete(id);
    Ok(Value::VOID)
}

pub fn enable(planning: &Planning, arguments: &Arguments) -> Result<Planned, ApiError> {
    let pool = planning.pool;
    let id: Ref<ClusterHost> = arguments.reference("self")?;
    let member = pool.find(id)?;
    check_pif(member.PIF, pool.find(member.PIF)?)?;
    let cluster = pool.find(member.cluster)?;
    let edits = vec![Edit::set(id, "enabled", true), Edit::set(id, "last_update_live", planning.now)];
    Ok(Planned::new(Plan::Serial(vec![join(pool, member.host, cluster.uuid)?, Plan::Write(edits)])))
}

pub fn disable(planning: &Planning, arguments: &Arguments) -> Result<Planned, ApiError> {
    let (id, member, cluster) = free(planning.pool, arguments)?;
    let edits = vec![Edit::set(id, "enabled", false), Edit::set(id, "last_update_live", planning.now)];
    let leave = leave(planning.pool, member.host, cluster.uuid)?;
    Ok(Planned::new(Plan::Serial(vec![leave, Plan::Write(edits)])))
}
