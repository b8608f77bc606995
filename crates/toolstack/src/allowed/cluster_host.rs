//! What may be done to a member of a cluster now: one thing at a time.

use super::nothing_runs;
use model::{ApiEnum, ApiError, ClusterHost, ClusterHostOperation, EnumSet, Ref};
use store::Snapshot;

pub fn allowed(pool: &Snapshot, id: Ref<ClusterHost>) -> EnumSet<ClusterHostOperation> {
    ClusterHostOperation::all().filter(|op| check(pool, id, *op).is_ok()).collect()
}

pub fn check(pool: &Snapshot, id: Ref<ClusterHost>, _: ClusterHostOperation) -> Result<(), ApiError> {
    let member = pool.get(id).ok_or_else(|| ApiError::handle_invalid("Cluster_host", id))?;
    nothing_runs("Cluster_host", id.id(), &member.current_operations)
}
