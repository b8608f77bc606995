//! A question to whichever host reaches a storage: it changes nothing, so it is in no journal.

use crate::operations::device;
use crate::toolstack::Toolstack;
use machine::{Fact, Fault, Step};
use model::{ApiError, Ref, Sr};
use std::sync::Arc;

pub async fn ask(toolstack: &Arc<Toolstack>, sr: Ref<Sr>, step: &Step) -> Result<Vec<Fact>, ApiError> {
    let pool = toolstack.store.snapshot();
    let host = device::host_of_sr(&pool, sr)?;
    let others = toolstack.machines.hosts().into_iter().filter(|other| *other != host);
    let mut first = None;
    for host in std::iter::once(host).chain(others) {
        let Some(machine) = toolstack.machines.get(&host) else { continue };
        match machine.perform(step).await {
            Err(fault @ (Fault::HostUnreachable { .. } | Fault::StorageUnavailable { .. })) => {
                first.get_or_insert((host, fault));
            }
            outcome => return outcome.map_err(|fault| crate::faults::error_of(&pool, host, step, &fault)),
        }
    }
    Err(match first {
        Some((host, fault)) => crate::faults::error_of(&pool, host, step, &fault),
        None => ApiError::host_offline(host),
    })
}
