//! The copies of the pool's rows are kept up to date: after every change, at most twice a minute.

use crate::operations::{database_copies, device};
use crate::toolstack::Toolstack;
use machine::{Disc, Step, StorageStep};
use model::{Ref, Vdi};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;
use store::Snapshot;

const INTERVAL: Duration = Duration::from_secs(30);

/// What was written last on each disk; `None`: it could not be.
pub type Written = BTreeMap<Ref<Vdi>, Option<u64>>;

pub async fn run(toolstack: Arc<Toolstack>) {
    let mut written = Written::new();
    loop {
        pass(&toolstack, &mut written).await;
        toolstack.clock.sleep(INTERVAL).await;
    }
}

/// Write where something has changed.
pub async fn pass(toolstack: &Arc<Toolstack>, written: &mut Written) {
    let pool = toolstack.store.snapshot();
    let disks = database_copies::kept(&pool);
    written.retain(|disk, _| disks.contains(disk));
    let stale = |disk: &Ref<Vdi>| written.get(disk) != Some(&Some(pool.generation()));
    let stale: Vec<Ref<Vdi>> = disks.into_iter().filter(stale).collect();
    if stale.is_empty() {
        return;
    }
    let rows = pool.clone();
    let text = tokio::task::spawn_blocking(move || {
        let mut text = Vec::new();
        store::statedb::write(&rows, &mut text).ok()?;
        String::from_utf8(text).ok()
    });
    let Ok(Some(text)) = text.await else {
        tracing::error!("the rows could not be printed");
        return;
    };
    for disk in stale {
        let done = write(toolstack, &pool, disk, &text).await;
        written.insert(disk, done.then_some(pool.generation()));
    }
}

async fn write(toolstack: &Arc<Toolstack>, pool: &Snapshot, disk: Ref<Vdi>, text: &str) -> bool {
    let Some(vdi) = pool.get(disk) else { return false };
    let Some(Disc { sr, vdi: uuid }) = device::disc(pool, disk) else { return false };
    let machine = device::host_of_sr(pool, vdi.SR).ok().and_then(|host| toolstack.machines.get(&host));
    let Some(machine) = machine else { return false };
    let disc = Disc { sr, vdi: uuid };
    let step = Step::Storage(StorageStep::WriteDatabase { disc, text: text.into() });
    match machine.perform(&step).await {
        Ok(_) => true,
        Err(fault) => {
            tracing::warn!(?fault, vdi = %uuid, "the rows could not be written on a disk");
            false
        }
    }
}
