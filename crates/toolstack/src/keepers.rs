//! Keepers: what is noticed without anybody asking.
//!
//! What goes away by itself is said by pure functions from the pool and the time; one loop asks them all
//! every thirty seconds and does what they say in one commit. Keepers that begin operations have loops
//! of their own.

pub mod balloon;
pub mod callers;
pub mod certificates;
pub mod coalesce;
pub mod database_copies;
pub mod failed_logins;
pub mod ha;
pub mod hosts;
pub mod messages;
pub mod metrics;
pub mod scans;
pub mod schedules;
pub mod sessions;
pub mod subjects;
pub mod tasks;
pub mod updates;

use crate::handler::Call;
use crate::toolstack::Toolstack;
use model::{Ref, Task, Value};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

const INTERVAL: Duration = Duration::from_secs(30);

/// How far each pending task was when it was last looked at.
pub type Seen = BTreeMap<Ref<Task>, f64>;

/// Keep house for as long as the future is polled.
pub async fn run(toolstack: Arc<Toolstack>) {
    futures_util::join!(
        keep_house(toolstack.clone()),
        hosts::run(toolstack.clone()),
        subjects::run(toolstack.clone()),
        database_copies::run(toolstack.clone()),
        ha::run(toolstack.clone()),
        schedules::run(toolstack.clone()),
        certificates::run(toolstack.clone()),
        updates::run(toolstack.clone()),
        scans::run(toolstack.clone()),
        failed_logins::run(toolstack.clone()),
        metrics::run(toolstack)
    );
}

async fn keep_house(toolstack: Arc<Toolstack>) {
    let mut seen = Seen::new();
    loop {
        toolstack.clock.sleep(INTERVAL).await;
        if let Err(error) = pass(&toolstack, &mut seen).await {
            tracing::warn!(%error, "keeping house failed");
        }
    }
}

/// One look at everything.
pub async fn pass(toolstack: &Arc<Toolstack>, seen: &mut Seen) -> Result<(), model::ApiError> {
    let pool = toolstack.store.snapshot();
    let (settings, now) = (&toolstack.settings, toolstack.clock.now());
    let sessions = sessions::stale(&pool, settings, now);
    let tasks = tasks::stale(&pool, settings, now, seen);
    let messages = messages::too_many(&pool, settings.messages_limit);
    *seen = tasks::progress(&pool);
    let callers = callers::news(&pool, &toolstack.door.callers.all(), settings.registered_callers_limit);
    if !(sessions.is_empty() && tasks.is_empty() && messages.is_empty() && callers.is_empty()) {
        let call = Call::own("keeper");
        toolstack
            .change(&call, "keeper", |change| {
                // Between the look and the commit somebody may have come back.
                for id in sessions {
                    if sessions::unchanged(&pool, change.tx, id) {
                        change.tx.delete(id);
                    }
                }
                for id in tasks {
                    if tasks::unchanged(&pool, change.tx, id) {
                        change.tx.delete(id);
                    }
                }
                messages.into_iter().for_each(|id| _ = change.tx.delete(id));
                for (known, last) in callers.met {
                    let row = callers::row(known, last, change.new_uuid());
                    change.tx.insert(change.new_ref(), row);
                }
                for (id, last) in callers.heard {
                    change.tx.update(id, |row| row.last_access = last);
                }
                Ok(Value::VOID)
            })
            .await?;
    }
    balloon::pass(toolstack).await?;
    coalesce::pass(toolstack).await?;
    let alive = toolstack.store.snapshot();
    toolstack.door.foreign.keep(|session| alive.get(session).is_some());
    toolstack.door.registrations.keep(|session| alive.get(session).is_some());
    Ok(())
}
