//! `pool`: its coordinator and its members, and what all of them share.

pub mod certificates;
pub mod eject;
pub mod join;
pub mod secret;
pub mod settings;
pub mod succession;
pub mod wlb;

pub use succession::Proposals;

use crate::allowed;
use crate::handler::Planning;
use model::{ApiError, ClassId, Host, Pool, Ref, RefId};
use store::Snapshot;

/// The one row of the pool.
pub fn the_pool(pool: &Snapshot) -> Result<(Ref<Pool>, &Pool), ApiError> {
    pool.first::<Pool>().ok_or_else(|| ApiError::internal_error("there is no pool"))
}

/// What an operation on the whole pool holds; or why it may not begin.
fn hold(planning: &Planning, operation: &'static str) -> Result<(ClassId, RefId, &'static str), ApiError> {
    let (id, _) = the_pool(planning.pool)?;
    allowed::check(planning.pool, ClassId::Pool, id.id(), operation)?;
    Ok((ClassId::Pool, id.id(), operation))
}

fn must_not_have_ha(pool: &Snapshot) -> Result<(), ApiError> {
    if the_pool(pool)?.1.ha_enabled { Err(ApiError::ha_is_enabled()) } else { Ok(()) }
}

fn is_live(pool: &Snapshot, host: &Host) -> bool {
    pool.get(host.metrics).is_some_and(|metrics| metrics.live)
}
