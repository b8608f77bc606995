//! Updates: where they come from, what they bring, and how hosts get them.
//!
//! ```text
//!  Repository ── enabled in the pool ── sync_updates ──► what it offers, and a hash of it
//!                                                             │
//!                          host.apply_updates(hash) ──────────┴──► packages, guidances
//! ```
//! What is offered and what is installed are facts, see `learn/update.rs`; guidances are struck out
//! by `guidance.rs`.

pub mod apply;
pub mod packages;
pub mod repositories;
pub mod synchronise;

use model::{ApiEnum, ApiError, Pool, PoolAllowedOperations as Op};
use store::Snapshot;

/// Operations of the whole pool that do not go together with others.
const BLOCKING: &[Op] = &[
    Op::HaEnable,
    Op::HaDisable,
    Op::ClusterCreate,
    Op::DesignateNewMaster,
    Op::TlsVerificationEnable,
    Op::ConfigureRepositories,
    Op::SyncUpdates,
    Op::SyncBundle,
    Op::ApplyUpdates,
];

/// Refuse while the pool does something that this does not go together with.
fn nothing_blocks(pool: &Snapshot) -> Result<(), ApiError> {
    let Some((_, row)) = pool.first::<Pool>() else { return Ok(()) };
    match row.current_operations.values().find(|current| BLOCKING.contains(current)) {
        Some(current) => {
            let code = format!("{}_IN_PROGRESS", current.name().to_ascii_uppercase());
            Err(ApiError::from_parts(code.into(), Vec::new()))
        }
        None => Ok(()),
    }
}
