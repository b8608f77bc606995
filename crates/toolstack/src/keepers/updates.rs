//! The pool asks its repositories by itself: each day, or on one day of the week, after midnight by the
//! coordinator's clock. A failure is told, and the next try is on the next such day.

use crate::handler::Call;
use crate::messages;
use crate::operations::vmss::zone;
use crate::toolstack::Toolstack;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use model::{ApiError, Cls, Pool, UpdateSyncFrequency, Value};
use std::sync::Arc;
use std::time::Duration;

const INTERVAL: Duration = Duration::from_secs(60);
const FAILED: &str = "PERIODIC_UPDATE_SYNC_FAILED";

pub async fn run(toolstack: Arc<Toolstack>) {
    let mut tried = None;
    loop {
        if let Err(error) = pass(&toolstack, &mut tried).await {
            tracing::warn!(%error, "whether there are updates could not be asked");
        }
        toolstack.clock.sleep(INTERVAL).await;
    }
}

/// Ask if it is time. `tried` is the last moment for which that was done here.
pub async fn pass(toolstack: &Arc<Toolstack>, tried: &mut Option<i64>) -> Result<(), ApiError> {
    let snapshot = toolstack.store.snapshot();
    let Some((id, row)) = snapshot.first::<Pool>() else { return Ok(()) };
    // Somebody who works on the pool comes first; this can wait.
    if !row.update_sync_enabled || !row.current_operations.is_empty() {
        return Ok(());
    }
    let Some(moment) = last_due(row, toolstack.clock.now().seconds(), &zone(&snapshot)) else {
        return Ok(());
    };
    if row.last_update_sync.seconds() >= moment || *tried == Some(moment) {
        return Ok(());
    }
    *tried = Some(moment);
    let mut values = vec![Value::Ref(id.id()), Value::Bool(false)];
    values.extend(["", "", "", ""].map(Value::from));
    let Err(error) = crate::listen::operate(toolstack, "pool.sync_updates", values).await else {
        return Ok(());
    };
    let why = quick_xml::escape::escape(error.to_string()).into_owned();
    let body =
        format!("<body><message>Periodic update sync failed.</message><exception>{why}</exception></body>");
    toolstack
        .change(&Call::own("keeper"), "keeper", |change| {
            let (priority, uuid) = (messages::priority(FAILED), row.uuid.to_string());
            messages::send(change.tx, change.chance, change.now, FAILED, priority, Cls::Pool, &uuid, &body);
            Ok(Value::VOID)
        })
        .await
        .map(drop)
}

/// The last midnight of a day on which the pool asks.
fn last_due(row: &Pool, now: i64, zone: &TimeZone) -> Option<i64> {
    let here = Timestamp::from_second(now).ok()?.to_zoned(zone.clone());
    let wanted = |date: &jiff::civil::Date| {
        row.update_sync_frequency == UpdateSyncFrequency::Daily
            || i64::from(date.weekday().to_sunday_zero_offset()) == row.update_sync_day
    };
    let back = std::iter::successors(Some(here.date()), |date| date.yesterday().ok()).take(8);
    let midnight = |date: jiff::civil::Date| Some(date.to_zoned(zone.clone()).ok()?.timestamp().as_second());
    back.filter(wanted).find_map(midnight)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_time_at_midnight_of_the_day() {
        const THURSDAY: i64 = 1_767_225_600;
        let due = |frequency, day, now| {
            let row = Pool { update_sync_frequency: frequency, update_sync_day: day, ..Pool::default() };
            last_due(&row, now, &TimeZone::UTC).map(|moment| (moment - THURSDAY) / 86_400)
        };
        assert_eq!(due(UpdateSyncFrequency::Daily, 0, THURSDAY + 5), Some(0));
        assert_eq!(due(UpdateSyncFrequency::Daily, 0, THURSDAY - 5), Some(-1));
        assert_eq!(due(UpdateSyncFrequency::Weekly, 4, THURSDAY), Some(0));
        assert_eq!(due(UpdateSyncFrequency::Weekly, 4, THURSDAY - 1), Some(-7));
        assert_eq!(due(UpdateSyncFrequency::Weekly, 0, THURSDAY), Some(-4));
    }
}
