//! `SR.destroy` and `SR.forget`: out of the rows, and with its content or without.

use crate::arguments::Arguments;
use crate::handler::{Change, Find, Planned, Planning};
use crate::operations::storage;
use crate::plan::Plan;
use crate::{allowed, runner};
use machine::{Step, StorageStep};
use model::{ApiError, ClassId, Host, Ref, Sr, Value, many};
use store::Snapshot;

pub fn destroy(planning: &Planning, arguments: &Arguments) -> Result<Planned, ApiError> {
    let id: Ref<Sr> = arguments.reference("sr")?;
    let pool = planning.pool;
    let sr = pool.find(id)?;
    may_go(id, sr)?;
    if let Some((host, _)) = pool.all::<Host>().find(|(_, host)| host.local_cache_sr == id) {
        return Err(ApiError::sr_is_cache_sr(host));
    }
    let link = reachable_link(pool, id).ok_or_else(|| ApiError::sr_has_no_pbds(id))?;
    let place = storage::place(sr, &link.device_config);
    // The row goes before the content: content without a row can be introduced again, a row without
    // content is a lie.
    Ok(Planned::new(Plan::Serial(vec![
        Plan::Write(storage::without_storage(pool, id)),
        Plan::Pivot,
        Plan::Do(link.host, Step::Storage(StorageStep::Destroy { place })),
    ])))
}

/// Of a host that lives, if there is one.
fn reachable_link(pool: &Snapshot, sr: Ref<Sr>) -> Option<&model::Pbd> {
    let lives = |host: Ref<Host>| {
        pool.get(host).and_then(|host| pool.get(host.metrics)).is_some_and(|metrics| metrics.live)
    };
    pool.many_rows(many::SR_PBDS, sr).map(|(_, pbd)| pbd).min_by_key(|pbd| !lives(pbd.host))
}

pub fn forget(change: &mut Change, arguments: &Arguments) -> Result<Value, ApiError> {
    let id: Ref<Sr> = arguments.reference("sr")?;
    allowed::check(change.tx, ClassId::Sr, id.id(), "forget")?;
    may_go(id, change.tx.find(id)?)?;
    let edits = storage::without_storage(change.tx, id);
    runner::apply(change.tx, &edits);
    Ok(Value::VOID)
}

fn may_go(id: Ref<Sr>, sr: &Sr) -> Result<(), ApiError> {
    let indestructible = sr.other_config.get("indestructible").is_some_and(|value| value == "true");
    if indestructible || sr.is_tools_sr { Err(ApiError::sr_indestructible(id)) } else { Ok(()) }
}
