//! What must run and does not is started: protected machines in their order, each after the delays of
//! those before it, then those for which one try was promised.

use crate::arguments::Arguments;
use crate::ha;
use crate::ha::failover::plan_for;
use crate::handler::{Call, Handler};
use crate::localdb;
use crate::messages;
use crate::operations::ha::members::{NO_RESTARTS_UNTIL, recalled};
use crate::placement;
use crate::toolstack::Toolstack;
use model::generated::schema::MESSAGES;
use model::{ApiError, Cls, Host, Ref, Value, Vm, VmPowerState};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use store::Snapshot;

/// Microseconds until a machine that could not be started is tried again: longer each time.
const FIRST_PAUSE: i64 = 20_000_000;
const LONGEST_PAUSE: i64 = 320_000_000;

/// What was tried, and how it went.
#[derive(Clone, Default)]
pub struct Restarts(Arc<Mutex<BTreeMap<Ref<Vm>, Tried>>>);

#[derive(Clone, Copy, Default)]
struct Tried {
    at: i64,
    failures: u32,
    /// It is being started just now.
    runs: bool,
}

impl Restarts {
    fn lock(&self) -> MutexGuard<'_, BTreeMap<Ref<Vm>, Tried>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
    fn of(&self, vm: Ref<Vm>) -> Tried {
        self.lock().get(&vm).copied().unwrap_or_default()
    }
}

/// Where a machine that must run is on its way.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Stage {
    Waits,
    Starts,
    /// It runs, and what comes after it waits for its delay to be over.
    Settles,
    /// It could not be started; what comes after it does not wait for it.
    Failed,
    Done,
}

/// Begin what is next. Says whether something is on its way.
pub async fn pass(toolstack: &Arc<Toolstack>, restarts: &Restarts) -> Result<bool, ApiError> {
    let pool = toolstack.store.snapshot();
    let now = toolstack.clock.micros();
    if is_prevented(&pool, now / 1_000_000) {
        return Ok(false);
    }
    let mut by_order: BTreeMap<i64, Vec<(Ref<Vm>, Stage)>> = BTreeMap::new();
    let mut best_effort = Vec::new();
    for (id, vm) in pool.all::<Vm>().filter(|(_, vm)| vm.ha_always_run && ha::can_be_protected(vm)) {
        let stage = stage(&pool, vm, restarts.of(id), now);
        if vm.ha_restart_priority == ha::BEST_EFFORT {
            best_effort.push((id, stage));
        } else {
            by_order.entry(vm.order).or_default().push((id, stage));
        }
    }
    // Low orders first; those for which only one try was promised come last of all.
    let groups = by_order.into_values().chain(std::iter::once(best_effort));
    for group in groups {
        let stages: BTreeSet<Stage> = group.iter().map(|(_, stage)| *stage).collect();
        let waiting: Vec<Ref<Vm>> =
            group.iter().filter(|(_, stage)| *stage == Stage::Waits).map(|(id, _)| *id).collect();
        if !waiting.is_empty() {
            begin(toolstack, restarts, &pool, waiting, now).await;
        }
        if stages.iter().any(|stage| matches!(stage, Stage::Waits | Stage::Starts | Stage::Settles)) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Whether an administrator has asked for a pause, or the coordinator shall not decide.
fn is_prevented(pool: &Snapshot, now_seconds: i64) -> bool {
    let coordinator = pool.get(crate::toolstack::coordinator(pool));
    if coordinator.is_some_and(|host| localdb::says(pool, host.uuid, localdb::NO_FAILOVER_DECISIONS, "true"))
    {
        return true;
    }
    let until = recalled(pool, NO_RESTARTS_UNTIL).and_then(|(_, setting)| setting.value.parse::<i64>().ok());
    until.is_some_and(|until| now_seconds < until)
}

fn stage(pool: &Snapshot, vm: &Vm, tried: Tried, now: i64) -> Stage {
    let halted = vm.power_state == VmPowerState::Halted;
    if tried.runs || (halted && !vm.current_operations.is_empty()) {
        return Stage::Starts;
    }
    if halted {
        let pause =
            FIRST_PAUSE.saturating_mul(1 << tried.failures.saturating_sub(1).min(8)).min(LONGEST_PAUSE);
        let must_wait = tried.failures > 0 && now - tried.at < pause;
        return if must_wait { Stage::Failed } else { Stage::Waits };
    }
    let started = pool.get(vm.metrics).map_or(0, |metrics| metrics.start_time.seconds());
    let settles = vm.start_delay > 0 && now / 1_000_000 < started.saturating_add(vm.start_delay);
    if settles { Stage::Settles } else { Stage::Done }
}

/// Begin the starts of a group, side by side, each on the host that the plan gives it.
async fn begin(
    toolstack: &Arc<Toolstack>,
    restarts: &Restarts,
    pool: &Snapshot,
    vms: Vec<Ref<Vm>>,
    now: i64,
) {
    for (vm, place) in plan_for(pool, &vms, &[]) {
        {
            let mut known = restarts.lock();
            let tried = known.entry(vm).or_default();
            (tried.at, tried.runs) = (now, true);
        }
        // The plan knows of memory only: where the rest does not fit, whoever starts it looks for itself.
        let fits =
            |host: &Ref<Host>| pool.get(vm).is_some_and(|row| placement::fits(pool, vm, row, *host).is_ok());
        let place = place.ok().filter(fits);
        let (toolstack, restarts) = (toolstack.clone(), restarts.clone());
        // On its own: others of the group do not wait for it.
        tokio::spawn(async move {
            let outcome = start(&toolstack, vm, place).await;
            let failures = {
                let mut known = restarts.lock();
                let tried = known.entry(vm).or_default();
                tried.runs = false;
                tried.failures = if outcome.is_ok() { 0 } else { tried.failures + 1 };
                tried.failures
            };
            if let Err(error) = outcome {
                tracing::warn!(%error, %vm, "a machine that must run could not be started");
                give_account(&toolstack, vm, failures).await;
            }
        });
    }
}

async fn start(toolstack: &Arc<Toolstack>, vm: Ref<Vm>, host: Option<Ref<Host>>) -> Result<(), ApiError> {
    let name = if host.is_some() { "VM.start_on" } else { "VM.start" };
    let mut values = vec![Value::Ref(vm.id())];
    values.extend(host.map(|host| Value::Ref(host.id())));
    values.extend([Value::Bool(false), Value::Bool(false)]);
    let message = MESSAGES.iter().find(|message| message.full_name == name);
    let (Some(message), Some(Handler::Plan(planner))) = (message, crate::operations::find(name)) else {
        return Err(ApiError::internal_error(name));
    };
    let arguments = Arguments { message, values };
    let running =
        crate::runner::start(toolstack.clone(), crate::listen::own_call(), arguments, *planner, name).await?;
    running.outcome.await.map(drop)
}

/// A protected machine is told of once, until it runs again; one that had one try has had it.
async fn give_account(toolstack: &Arc<Toolstack>, vm: Ref<Vm>, failures: u32) {
    let told = toolstack
        .change(&Call::own("keeper"), "keeper", |change| {
            let Some(row) = change.tx.get(vm) else { return Ok(Value::VOID) };
            if row.power_state != VmPowerState::Halted {
                return Ok(Value::VOID);
            }
            let (uuid, name) = (row.uuid.to_string(), row.name_label.clone());
            if row.ha_restart_priority == ha::BEST_EFFORT {
                change.tx.update(vm, |vm| vm.ha_always_run = false);
            } else if failures == 1 && row.ha_always_run {
                let alert = "HA_PROTECTED_VM_RESTART_FAILED";
                let body = format!("VM '{name}' could not be restarted.");
                let priority = messages::priority(alert);
                messages::send(change.tx, change.chance, change.now, alert, priority, Cls::Vm, &uuid, &body);
            }
            Ok(Value::VOID)
        })
        .await;
    if let Err(error) = told {
        tracing::warn!(%error, %vm, "that a machine could not be started could not be written down");
    }
}
