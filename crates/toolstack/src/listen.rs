//! Facts that nobody asked for: each machine is listened to for as long as the toolstack runs.
//!
//! A guest that stops, reboots or crashes by itself is brought to where its `actions_after_*` say.

use crate::arguments::Arguments;
use crate::derived;
use crate::handler::Call;
use crate::learn::{Learner, learn};
use crate::toolstack::Toolstack;
use machine::{Fact, StopReason};
use model::{ClassId, Host, OnCrashBehaviour, OnNormalExit, Ref, Text, Uuid, Value, Vm};
use std::sync::Arc;
use store::{Header, StoreError};

/// The call under which the toolstack does things by itself.
pub fn own_call() -> Call {
    Call::own("toolstack")
}

/// Ask every machine what is there, and learn it.
pub async fn inspect(toolstack: &Arc<Toolstack>) {
    for (host, machine) in &toolstack.machines {
        let facts = machine.inspect().await;
        learn_all(toolstack, *host, &facts).await;
    }
}

/// Listen to every machine, for ever.
pub async fn run(toolstack: Arc<Toolstack>) {
    let listeners = toolstack.machines.clone().into_iter().map(|(host, machine)| {
        let toolstack = toolstack.clone();
        async move {
            loop {
                let fact = machine.next_fact().await;
                learn_all(&toolstack, host, std::slice::from_ref(&fact)).await;
                if let Fact::DomainGone { vm, reason } = fact {
                    after_stop(&toolstack, vm, reason).await;
                }
            }
        }
    });
    futures_util::future::join_all(listeners).await;
}

async fn learn_all(toolstack: &Arc<Toolstack>, host: Ref<Host>, facts: &[Fact]) {
    let header =
        Header { at_micros: toolstack.clock.micros(), who: Text::new_static("machine"), ..Header::default() };
    let learner = Learner { now: toolstack.clock.now(), chance: &*toolstack.chance };
    let outcome: Result<(), StoreError> = toolstack
        .store
        .commit(header, |tx| {
            for fact in facts {
                learn(tx, host, fact, &learner);
            }
            derived::refresh(tx);
            Ok(())
        })
        .await;
    if let Err(error) = outcome {
        tracing::warn!(%error, "a fact could not be written down");
    }
}

/// A guest stopped by itself. If somebody works on it, that is theirs to see to.
async fn after_stop(toolstack: &Arc<Toolstack>, uuid: Uuid, reason: StopReason) {
    let pool = toolstack.store.snapshot();
    let Some(id) = pool.by_uuid(ClassId::Vm, uuid).map(Ref::<Vm>::new) else { return };
    let Some(vm) = pool.get(id).filter(|vm| vm.current_operations.is_empty()) else { return };
    let again = match reason {
        StopReason::Halted => vm.actions_after_shutdown == OnNormalExit::Restart,
        StopReason::Rebooted => vm.actions_after_reboot == OnNormalExit::Restart,
        StopReason::Crashed => !matches!(
            vm.actions_after_crash,
            OnCrashBehaviour::Destroy | OnCrashBehaviour::CoredumpAndDestroy | OnCrashBehaviour::Preserve
        ),
        StopReason::Suspended | StopReason::Moved => false,
    };
    if again && let Err(error) = start(toolstack, id).await {
        tracing::warn!(%error, vm = %uuid, "a guest that stopped could not be started again");
    }
}

async fn start(toolstack: &Arc<Toolstack>, id: Ref<Vm>) -> Result<(), model::ApiError> {
    let message = ClassId::Vm.definition().messages().iter().find(|message| message.name == "start");
    let Some(message) = message else { return Ok(()) };
    let arguments =
        Arguments { message, values: vec![Value::Ref(id.id()), Value::Bool(false), Value::Bool(false)] };
    let Some(crate::handler::Handler::Plan(planner)) = crate::operations::find(message.full_name) else {
        return Ok(());
    };
    let running =
        crate::runner::start(toolstack.clone(), own_call(), arguments, *planner, "VM.start").await?;
    running.outcome.await.map(drop)
}
