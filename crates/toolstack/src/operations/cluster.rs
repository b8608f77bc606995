//! `Cluster` and `Cluster_host`: hosts that a cluster stack keeps in agreement.
//!
//! A host is a member by its row, and takes part while it is enabled: then its machine runs the stack.
//! How many of the members live follows from rows (`refresh`).

mod members;
mod pool;

use crate::ha;
use crate::handler::Find;
use crate::handler::Handler::{self, Change as C, Plan as P, Read as R};
use crate::plan::Plan;
use machine::{QuorumStep, Step};
use model::{ApiError, ClassId, Cluster, ClusterHost, Host, Pif, Ref, Sm, Sr, Uuid, many};
use store::{Snapshot, Transaction};

pub const HANDLERS: &[(&str, Handler)] = &[
    ("Cluster.create", P(pool::create)),
    ("Cluster.destroy", P(pool::destroy)),
    ("Cluster.get_network", R(pool::network)),
    ("Cluster.pool_create", P(pool::pool_create)),
    ("Cluster.pool_destroy", P(pool::pool_destroy)),
    ("Cluster.pool_force_destroy", P(pool::pool_force_destroy)),
    ("Cluster.pool_resync", P(pool::resync)),
    ("Cluster.cstack_sync", C(pool::sync)),
    ("Cluster_host.create", P(members::create)),
    ("Cluster_host.destroy", P(members::destroy)),
    ("Cluster_host.force_destroy", P(members::force_destroy)),
    ("Cluster_host.forget", C(members::forget)),
    ("Cluster_host.enable", P(members::enable)),
    ("Cluster_host.disable", P(members::disable)),
];

/// The one stack that there is.
const STACK: &str = "corosync";

/// An interface that a cluster may use: it stays, it is up, and it has an address.
fn check_pif(id: Ref<Pif>, pif: &Pif) -> Result<(), ApiError> {
    if !pif.disallow_unplug {
        return Err(ApiError::pif_allows_unplug(id));
    }
    if !pif.currently_attached {
        return Err(ApiError::required_pif_is_unplugged(id));
    }
    let has_address = !pif.IP.is_empty() || pif.IPv6.iter().any(|address| !address.is_empty());
    if has_address { Ok(()) } else { Err(ApiError::pif_has_no_network_configuration(id)) }
}

/// Who leans on the stack: high availability, or storage that is plugged in.
fn check_unused(pool: &Snapshot, stack: &str) -> Result<(), ApiError> {
    let leans = ha::pool_of(pool)?.1;
    if leans.ha_enabled && leans.ha_cluster_stack == stack {
        return Err(ApiError::cluster_stack_in_use(stack));
    }
    let needs = |sr: &Sr| {
        let mut drivers = pool.all::<Sm>().filter(|(_, driver)| driver.r#type == sr.r#type);
        drivers.any(|(_, driver)| driver.required_cluster_stack.iter().any(|needed| needed == stack))
    };
    let plugged = |sr: Ref<Sr>| pool.many_rows(many::SR_PBDS, sr).any(|(_, pbd)| pbd.currently_attached);
    if pool.all::<Sr>().any(|(id, sr)| needs(sr) && plugged(id)) {
        return Err(ApiError::cluster_stack_in_use(stack));
    }
    Ok(())
}

fn join(pool: &Snapshot, host: Ref<Host>, cluster: Uuid) -> Result<Plan, ApiError> {
    let step = QuorumStep::JoinCluster { host: pool.find(host)?.uuid, cluster };
    Ok(Plan::Do(host, Step::Quorum(step)))
}

fn leave(pool: &Snapshot, host: Ref<Host>, cluster: Uuid) -> Result<Plan, ApiError> {
    let step = QuorumStep::LeaveCluster { host: pool.find(host)?.uuid, cluster };
    Ok(Plan::Do(host, Step::Quorum(step)))
}

fn is_live(pool: &Snapshot, host: Ref<Host>) -> bool {
    pool.get(host).and_then(|host| pool.get(host.metrics)).is_some_and(|metrics| metrics.live)
}

/// How many members there are and live follows from the rows of members and hosts.
pub fn refresh(tx: &mut Transaction) {
    let classes = [ClassId::Cluster, ClassId::ClusterHost, ClassId::HostMetrics];
    if tx.table(ClassId::Cluster).is_empty() || !tx.touched().iter().any(|(class, _)| classes.contains(class))
    {
        return;
    }
    let clusters: Vec<Ref<Cluster>> = tx.all::<Cluster>().map(|(id, _)| id).collect();
    for id in clusters {
        let members: Vec<(Ref<ClusterHost>, bool, bool)> = tx
            .many_rows(many::CLUSTER_CLUSTER_HOSTS, id)
            .map(|(member, row)| (member, row.enabled && is_live(tx, row.host), row.live))
            .collect();
        for (member, live, _) in members.iter().filter(|(_, live, was)| live != was) {
            tx.update(*member, |row| row.live = *live);
        }
        let expected = members.len() as i64;
        let live = members.iter().filter(|(_, live, _)| *live).count() as i64;
        let quorum = if expected == 0 { 0 } else { expected / 2 + 1 };
        let Some(row) = tx.get(id) else { continue };
        let quorate = expected > 0 && live >= quorum;
        if (row.expected_hosts, row.live_hosts, row.quorum, row.is_quorate)
            != (expected, live, quorum, quorate)
        {
            tx.update(id, |row| {
                (row.expected_hosts, row.live_hosts) = (expected, live);
                (row.quorum, row.is_quorate) = (quorum, quorate);
            });
        }
    }
}
