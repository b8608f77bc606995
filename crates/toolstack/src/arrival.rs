//! A host has come up: everything that it tells is learnt, and what is not plugged is plugged.

use crate::arguments::Arguments;
use crate::handler::Handler;
use crate::learn::host::boot_time;
use crate::listen::{look, own_call};
use crate::toolstack::Toolstack;
use machine::{Fact, HostFact};
use model::generated::schema::MESSAGES;
use model::{Host, Ref, RefId, Value, many};
use std::sync::Arc;
use store::Snapshot;

/// A host said that it is up, or was asked and answered.
pub async fn heard(toolstack: &Arc<Toolstack>, host: Ref<Host>, fact: &Fact) {
    let booted = is_another_boot(&toolstack.store.snapshot(), host, fact);
    look(toolstack, host).await;
    if booted {
        let toolstack = toolstack.clone();
        tokio::spawn(async move { plug(&toolstack, host).await });
    }
}

/// Whether a host has booted since the rows heard of it.
pub fn is_another_boot(pool: &Snapshot, host: Ref<Host>, fact: &Fact) -> bool {
    let Fact::Host(HostFact::Up { since_seconds, .. }) = fact else { return false };
    pool.get(host).and_then(boot_time).is_some_and(|known| known != *since_seconds)
}

/// Interfaces first: storage may be behind them. What fails stays as it is, for a person to see to.
async fn plug(toolstack: &Arc<Toolstack>, host: Ref<Host>) {
    for (message, id) in unplugged(&toolstack.store.snapshot(), host) {
        let Some(message) = MESSAGES.iter().find(|known| known.full_name == message) else { continue };
        let Some(Handler::Plan(planner)) = crate::operations::find(message.full_name) else { continue };
        let arguments = Arguments { message, values: vec![Value::Ref(id)] };
        let begun = crate::runner::start_waited_for(toolstack.clone(), own_call(), arguments, *planner).await;
        let outcome = match begun {
            Ok(running) => running.outcome.await.map(drop),
            Err(error) => Err(error),
        };
        if let Err(error) = outcome {
            tracing::warn!(%error, %host, call = message.full_name, "not plugged after the boot");
        }
    }
}

fn unplugged(pool: &Snapshot, host: Ref<Host>) -> Vec<(&'static str, RefId)> {
    let free = |pif: &model::Pif| !pif.currently_attached && pif.managed && pif.bond_slave_of.is_null();
    let pifs = pool.many_rows(many::HOST_PIFS, host).filter(|(_, pif)| free(pif));
    let pbds = pool.many_rows(many::HOST_PBDS, host).filter(|(_, pbd)| !pbd.currently_attached);
    let pifs = pifs.map(|(id, _)| ("PIF.plug", id.id()));
    pifs.chain(pbds.map(|(id, _)| ("PBD.plug", id.id()))).collect()
}
