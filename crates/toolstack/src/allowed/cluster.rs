//! What may be done to a cluster and to its members now: one thing at a time.

use super::nothing_runs;
use model::{ApiEnum, ApiError, Cluster, ClusterOperation, EnumSet, Ref};
use store::Snapshot;

pub fn allowed(pool: &Snapshot, id: Ref<Cluster>) -> EnumSet<ClusterOperation> {
    ClusterOperation::all().filter(|op| check(pool, id, *op).is_ok()).collect()
}

pub fn check(pool: &Snapshot, id: Ref<Cluster>, _: ClusterOperation) -> Result<(), ApiError> {
    let cluster = pool.get(id).ok_or_else(|| ApiError::handle_invalid("Cluster", id))?;
    nothing_runs("Cluster", id.id(), &cluster.current_operations)
}
