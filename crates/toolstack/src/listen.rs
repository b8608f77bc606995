//! Facts that nobody asked for: each machine is listened to for as long as the toolstack runs.
//!
//! A guest that stops, reboots or crashes by itself is brought to where its `actions_after_*` say.

use crate::arguments::Arguments;
use crate::derived;
use crate::handler::Call;
use crate::learn::disks::is_unknown;
use crate::learn::{Learner, learn, learn_absence};
use crate::toolstack::Toolstack;
use machine::{Fact, Machine, StopReason};
use model::{ClassId, Host, OnCrashBehaviour, OnNormalExit, Ref, Text, Uuid, Value, Vm};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;
use store::{Header, StoreError};
use tokio::task::{AbortHandle, JoinSet};

/// The call under which the toolstack does things by itself.
pub fn own_call() -> Call {
    Call::own("toolstack")
}

/// Ask every machine what is there, and learn it.
pub async fn inspect(toolstack: &Arc<Toolstack>) {
    for host in toolstack.machines.hosts() {
        look(toolstack, host).await;
    }
}

/// Ask the machine of a host what is there, and learn it: also what is there no more.
pub async fn look(toolstack: &Arc<Toolstack>, host: Ref<Host>) {
    let Some(machine) = toolstack.machines.get(&host) else { return };
    let facts = machine.inspect().await;
    // A machine that says nothing at all cannot be asked: who knows what runs there.
    if !facts.is_empty() {
        learn_all(toolstack, host, &facts, true).await;
    }
}

/// Listen to every machine, for ever: also to those of hosts that come later, until they go.
pub async fn run(toolstack: Arc<Toolstack>) {
    let mut table = toolstack.machines.watch();
    let mut listeners = JoinSet::new();
    let mut listening: BTreeMap<Ref<Host>, (Arc<dyn Machine>, AbortHandle)> = BTreeMap::new();
    loop {
        let machines = table.borrow_and_update().clone();
        listening.retain(|host, (machine, listener)| {
            let stays = machines.get(host).is_some_and(|now| Arc::ptr_eq(now, machine));
            if !stays {
                listener.abort();
            }
            stays
        });
        for (host, machine) in machines.iter() {
            listening.entry(*host).or_insert_with(|| {
                let listener = listeners.spawn(listen(toolstack.clone(), *host, machine.clone()));
                (machine.clone(), listener)
            });
        }
        while listeners.try_join_next().is_some() {}
        if table.changed().await.is_err() {
            return;
        }
    }
}

async fn listen(toolstack: Arc<Toolstack>, host: Ref<Host>, machine: Arc<dyn Machine>) {
    loop {
        let fact = machine.next_fact().await;
        if let Fact::Host(machine::HostFact::Up { .. }) = fact {
            crate::arrival::heard(&toolstack, host, &fact).await;
            continue;
        }
        learn_all(&toolstack, host, std::slice::from_ref(&fact), false).await;
        if let Fact::DomainGone { vm, reason } = fact {
            // On its own: other guests of this host have something to say meanwhile.
            tokio::spawn(after_stop(toolstack.clone(), vm, reason));
        }
    }
}

/// Learn what a host was heard to say, or not heard to.
pub async fn learn_about(toolstack: &Arc<Toolstack>, host: Ref<Host>, facts: &[Fact]) {
    learn_all(toolstack, host, facts, false).await;
}

/// Learn facts, which nobody tells again: so this is repeated until the disk takes it.
async fn learn_all(toolstack: &Arc<Toolstack>, host: Ref<Host>, facts: &[Fact], everything: bool) {
    let mut delay = Duration::from_millis(100);
    loop {
        let now = toolstack.clock.now();
        let at_micros = toolstack.clock.micros();
        let header = Header { at_micros, who: Text::new_static("machine"), ..Header::default() };
        let learner = Learner { now, chance: &*toolstack.chance };
        let outcome: Result<(), StoreError> = toolstack
            .store
            .commit(header, |tx| {
                for fact in
                    facts.iter().filter(|fact| !(everything && is_unknown(tx, fact))).collect::<Vec<_>>()
                {
                    learn(tx, host, fact, &learner);
                }
                if everything {
                    learn_absence(tx, host, facts, &learner);
                }
                derived::refresh(tx);
                Ok(())
            })
            .await;
        match outcome {
            Ok(()) | Err(StoreError::Closed) => return,
            Err(StoreError::Broken(broken)) => {
                tracing::error!(%broken, "facts do not fit the rows");
                return;
            }
            Err(error) => tracing::warn!(%error, "facts could not be written down; trying again"),
        }
        toolstack.clock.sleep(delay).await;
        delay = (delay * 2).min(Duration::from_secs(10));
    }
}

/// A guest stopped by itself. If somebody works on it, that is theirs to see to.
async fn after_stop(toolstack: Arc<Toolstack>, uuid: Uuid, reason: StopReason) {
    let pool = toolstack.store.snapshot();
    let Some(id) = pool.by_uuid(ClassId::Vm, uuid).map(Ref::<Vm>::new) else { return };
    let Some(vm) = pool.get(id).filter(|vm| vm.current_operations.is_empty()) else { return };
    if reason == StopReason::Halted && vm.ha_always_run && !restarts_what_ends(&pool) {
        let call = own_call();
        let forget = toolstack.change(&call, "toolstack", |change| {
            change.tx.update(id, |vm| vm.ha_always_run = false);
            Ok(Value::VOID)
        });
        if let Err(error) = forget.await {
            tracing::warn!(%error, vm = %uuid, "that a guest went down could not be written down");
        }
    }
    let again = match reason {
        StopReason::Halted => vm.actions_after_shutdown == OnNormalExit::Restart,
        StopReason::Rebooted => vm.actions_after_reboot == OnNormalExit::Restart,
        StopReason::Crashed => !matches!(
            vm.actions_after_crash,
            OnCrashBehaviour::Destroy | OnCrashBehaviour::CoredumpAndDestroy | OnCrashBehaviour::Preserve
        ),
        StopReason::Suspended | StopReason::Moved => false,
    };
    if !again {
        return;
    }
    // A guest that goes down as soon as it is up is not started again and again without a pause.
    let started = pool.get(vm.metrics).map_or(0, |metrics| metrics.start_time.seconds());
    let lived = toolstack.clock.now().seconds().saturating_sub(started).max(0) as u64;
    let pause = toolstack.settings.minimum_time_between_bounces.saturating_sub(Duration::from_secs(lived));
    toolstack.clock.sleep(pause).await;
    if let Err(error) = start(&toolstack, id).await {
        tracing::warn!(%error, vm = %uuid, "a guest that stopped could not be started again");
    }
}

/// Whether a protected guest that shuts itself down is started again.
fn restarts_what_ends(pool: &store::Snapshot) -> bool {
    pool.first::<model::Pool>().is_none_or(|(_, pool)| pool.ha_reboot_vm_on_internal_shutdown)
}

async fn start(toolstack: &Arc<Toolstack>, id: Ref<Vm>) -> Result<(), model::ApiError> {
    let values = vec![Value::Ref(id.id()), Value::Bool(false), Value::Bool(false)];
    operate(toolstack, "VM.start", values).await
}

/// An operation that nobody has called, to its end.
pub async fn operate(
    toolstack: &Arc<Toolstack>,
    name: &'static str,
    values: Vec<Value>,
) -> Result<(), model::ApiError> {
    let Some(named) = crate::door::names::find(name) else { return Ok(()) };
    let arguments = Arguments { message: named.message, values };
    let Some(crate::handler::Handler::Plan(planner)) = crate::operations::find(name) else { return Ok(()) };
    let running = crate::runner::start(toolstack.clone(), own_call(), arguments, *planner, name).await?;
    running.outcome.await.map(drop)
}
