//! What may be done to the pool as a whole now.
//!
//! Some operations refuse each other by a name of their own; the others wait for whatever runs.

use super::nothing_runs;
use model::PoolAllowedOperations as Op;
use model::{ApiEnum, ApiError, EnumSet, Pool, Ref};
use store::Snapshot;

const LISTED: &[Op] = &[
    Op::HaEnable,
    Op::HaDisable,
    Op::ClusterCreate,
    Op::DesignateNewMaster,
    Op::ConfigureRepositories,
    Op::SyncUpdates,
    Op::SyncBundle,
    Op::GetUpdates,
    Op::ApplyUpdates,
    Op::TlsVerificationEnable,
    Op::CertRefresh,
    Op::ExchangeCertificatesOnJoin,
    Op::ExchangeCaCertificatesOnJoin,
    Op::CopyPrimaryHostCerts,
    Op::Eject,
    Op::ExchangeCrlsOnJoin,
];

pub fn allowed(pool: &Snapshot, id: Ref<Pool>) -> EnumSet<Op> {
    LISTED.iter().copied().filter(|op| check(pool, id, *op).is_ok()).collect()
}

pub fn check(pool: &Snapshot, id: Ref<Pool>, op: Op) -> Result<(), ApiError> {
    let row = pool.get(id).ok_or_else(|| ApiError::handle_invalid("pool", id))?;
    if is_blocking(op)
        && let Some(running) = row.current_operations.values().copied().find(|running| is_blocking(*running))
    {
        let code = format!("{}_IN_PROGRESS", running.name().to_uppercase());
        return Err(ApiError::from_parts(code.into(), Vec::new()));
    }
    nothing_runs("pool", id.id(), &row.current_operations)?;
    match op {
        Op::HaEnable if row.ha_enabled => Err(ApiError::ha_is_enabled()),
        Op::HaDisable if !row.ha_enabled => Err(ApiError::ha_not_enabled()),
        _ => Ok(()),
    }
}

fn is_blocking(op: Op) -> bool {
    matches!(
        op,
        Op::HaEnable
            | Op::HaDisable
            | Op::ClusterCreate
            | Op::DesignateNewMaster
            | Op::TlsVerificationEnable
            | Op::ConfigureRepositories
            | Op::SyncUpdates
            | Op::SyncBundle
            | Op::ApplyUpdates
    )
}
