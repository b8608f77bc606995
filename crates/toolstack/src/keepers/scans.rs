//! Storage with `other_config:auto-scan=true` is looked at by itself, every thirty seconds or as often
//! as `auto-scan-interval` says.
//!
//! A look changes nothing. Only where it finds something else than the rows say, a scan begins like any
//! other; so storage on which nothing happens makes no events, and one that is worked on is let alone.

use crate::operations::{device, storage};
use crate::plan::Plan;
use crate::toolstack::Toolstack;
use machine::{Fact, StorageFact};
use model::{ClassId, Ref, Sr, Uuid, Value, Vdi};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;
use store::Snapshot;

const TICK: Duration = Duration::from_secs(10);
const INTERVAL: i64 = 30;

/// When each storage was last looked at.
pub type Looked = BTreeMap<Ref<Sr>, i64>;

pub async fn run(toolstack: Arc<Toolstack>) {
    let mut looked = Looked::new();
    loop {
        pass(&toolstack, &mut looked).await;
        toolstack.clock.sleep(TICK).await;
    }
}

/// Look at all that is due.
pub async fn pass(toolstack: &Arc<Toolstack>, looked: &mut Looked) {
    let pool = toolstack.store.snapshot();
    let now = toolstack.clock.now().seconds();
    looked.retain(|sr, _| pool.get(*sr).is_some());
    for (id, row) in pool.all::<Sr>() {
        let wanted = row.other_config.get("auto-scan").is_some_and(|value| value == "true");
        if !wanted || looked.get(&id).is_some_and(|last| now - last < interval(row)) {
            continue;
        }
        looked.insert(id, now);
        if row.current_operations.is_empty() && finds_news(toolstack, &pool, id, row).await {
            let scan = crate::listen::operate(toolstack, "SR.scan", vec![Value::Ref(id.id())]);
            if let Err(error) = scan.await {
                tracing::debug!(%error, sr = %row.uuid, "storage that has changed could not be scanned");
            }
        }
    }
}

fn interval(row: &Sr) -> i64 {
    let said = row.other_config.get("auto-scan-interval").and_then(|text| text.parse().ok());
    said.unwrap_or(INTERVAL).max(1)
}

async fn finds_news(toolstack: &Arc<Toolstack>, pool: &Snapshot, id: Ref<Sr>, row: &Sr) -> bool {
    let Ok(host) = device::host_of_sr(pool, id) else { return false };
    let Some(machine) = toolstack.machines.get(&host) else { return false };
    let Plan::Do(_, step) = storage::scan(pool, id, row, host) else { return false };
    match machine.perform(&step).await {
        Ok(facts) => facts.iter().any(|fact| is_news(pool, id, row, fact)),
        Err(fault) => {
            tracing::debug!(?fault, sr = %row.uuid, "storage could not be looked at");
            false
        }
    }
}

fn is_news(pool: &Snapshot, id: Ref<Sr>, row: &Sr, fact: &Fact) -> bool {
    let Fact::Storage(StorageFact::Scanned { size_bytes, disks, missing, .. }) = fact else { return false };
    let known = |uuid: Uuid| pool.get(Ref::<Vdi>::new(pool.by_uuid(ClassId::Vdi, uuid)?));
    let resized = !row.is_tools_sr && row.physical_size != *size_bytes;
    let changed = disks.iter().any(|disk| {
        known(disk.label.vdi).is_none_or(|vdi| {
            (vdi.virtual_size, vdi.physical_utilisation, vdi.missing)
                != (disk.size_bytes, disk.used_bytes, false)
        })
    });
    // One that is in use stays, and is marked once.
    let gone = |uuid: &Uuid| known(*uuid).is_some_and(|vdi| vdi.SR == id && !vdi.missing);
    resized || changed || missing.iter().any(gone)
}
