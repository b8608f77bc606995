//! The runner carries plans out, and nothing of them is ever lost.
//!
//! ```text
//!  asked ──► begun: one commit marks what is held, and writes task, plan and result down
//!    │         │
//!    │ held    ├──► each leaf: the machine does it; one commit learns its facts and ticks it off
//!    │ by      │
//!    ▼ others  ├──► trouble: leaves that are ticked off are undone, last first, back to the pivot
//!  waits       │
//!              ▼
//!            ended: one commit unmarks, completes the task, drops the journal
//! ```
//!
//! The whole plan is durable before its first step: after a crash a step is either ticked off or
//! done again, and every step may be done again. A waiting operation is in the journal as well.
//! After a pivot a step that fails is tried again before anything is given up.

mod back;
mod carry;
mod children;
mod edits;
mod holds;
mod journal;
mod progress;
mod registry;
mod turns;
mod walk;

pub use edits::{apply, imagine};
pub use holds::holds_of;
pub use journal::{mentions, steps_of, unseen};
pub use registry::Registry;

use crate::arguments::Arguments;
use crate::handler::{Call, Handler, Planned, Planning};
use crate::toolstack::Toolstack;
use crate::{allowed, derived, tasks};
use carry::Run;
use futures_util::future::BoxFuture;
use holds::{cancel_others, mark};
use journal::{Decision, request_of, who_of, write_request};
use model::{ApiError, ClassId, Ref, RefId, Task, Text, Value, XeniosOperation};
use progress::Progress;
use std::sync::{Arc, Mutex};
use store::{Header, Snapshot, Transaction};
use tracing::Instrument;

/// How an operation decides what to do.
pub type Planner = fn(&Planning, &Arguments) -> Result<Planned, ApiError>;

/// An operation on its way.
pub struct Running {
    pub task: Ref<Task>,
    /// Its end. The task is complete when this is.
    pub outcome: BoxFuture<'static, Result<Value, ApiError>>,
}

/// Begin an operation under a new task. The task is durable when this returns.
pub async fn start(
    toolstack: Arc<Toolstack>,
    call: Call,
    arguments: Arguments,
    planner: Planner,
    label: &str,
) -> Result<Running, ApiError> {
    let task = Ref::from_bits(toolstack.chance.uuid().0);
    begin(toolstack, call, arguments, planner, label, (task, Lasting::Yes)).await
}

/// The same for a call that is waited for: its task goes with its end.
pub async fn start_waited_for(
    toolstack: Arc<Toolstack>,
    call: Call,
    arguments: Arguments,
    planner: Planner,
) -> Result<Running, ApiError> {
    let label = arguments.message.full_name;
    let task = Ref::from_bits(toolstack.chance.uuid().0);
    begin(toolstack, call, arguments, planner, label, (task, Lasting::No)).await
}

/// Whether the task stays to be asked when the operation has ended.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Lasting {
    Yes,
    No,
}

async fn begin(
    toolstack: Arc<Toolstack>,
    call: Call,
    arguments: Arguments,
    planner: Planner,
    label: &str,
    (task, lasting): (Ref<Task>, Lasting),
) -> Result<Running, ApiError> {
    let operation: Ref<XeniosOperation> = Ref::from_bits(toolstack.chance.uuid().0);
    let cancel = toolstack.running.register(task);
    let now = toolstack.clock.now();
    let uuid = toolstack.chance.uuid();
    let begun = toolstack
        .store
        .commit(header(&toolstack, &call, &arguments, task), |tx| {
            tasks::insert(tx, task, uuid, label, &call, now);
            let begun = attempt(tx, &toolstack, &call, &arguments, planner, task, operation);
            match &begun {
                Err(error) if error.code == "OTHER_OPERATION_IN_PROGRESS" => {
                    write_request(tx, operation, task, &call, &arguments);
                    tasks::set_cancellable(tx, task, true);
                }
                // Nothing has happened, and nobody will ask for the task.
                Err(error) if lasting == Lasting::No => return Err(error.clone()),
                Err(error) => tasks::finish(tx, task, &Err(error.clone()), now),
                Ok(()) => {}
            }
            derived::refresh(tx);
            Ok::<_, ApiError>(begun)
        })
        .await;
    let begun = match begun {
        Ok(begun) => begun,
        Err(error) => {
            toolstack.running.forget(task);
            return Err(error);
        }
    };
    match begun {
        Err(error) if error.code != "OTHER_OPERATION_IN_PROGRESS" => {
            toolstack.running.forget(task);
            Ok(Running { task, outcome: Box::pin(std::future::ready(Err(error))) })
        }
        begun => {
            let waits = begun.is_err();
            let run = Run {
                toolstack,
                call,
                task,
                lasting,
                resumed: false,
                operation,
                cancel,
                state: Mutex::default(),
            };
            let span = operation_span(task, arguments.message.full_name);
            let handle = tokio::spawn(run.live(waits.then_some((arguments, planner))).instrument(span));
            let outcome = async move {
                handle.await.unwrap_or_else(|error| {
                    Err(ApiError::internal_error(format!("the operation broke off: {error}")))
                })
            };
            Ok(Running { task, outcome: Box::pin(outcome) })
        }
    }
}

/// Take up every operation that the journal knows: after a start. Their tasks live on.
pub fn resume(toolstack: &Arc<Toolstack>) -> usize {
    let pool = toolstack.store.snapshot();
    let mut count = 0;
    for (operation, row) in pool.all::<XeniosOperation>() {
        // A call that came before this did not wait for it.
        if toolstack.running.runs(row.task) {
            continue;
        }
        let call = Call { task: row.task, who: who_of(row), ..crate::listen::own_call() };
        let waiting = row.decision.is_empty().then(|| request_of(row)).flatten();
        if row.decision.is_empty() && waiting.is_none() {
            tracing::error!(message = %row.message, "an operation in the journal cannot be read");
            continue;
        }
        let cancel = toolstack.running.register(row.task);
        if pool.get(row.task).is_some_and(tasks::is_cancelled) {
            toolstack.running.cancel(row.task);
        }
        let run = Run {
            toolstack: toolstack.clone(),
            call,
            task: row.task,
            lasting: Lasting::Yes,
            resumed: true,
            operation,
            cancel,
            state: Mutex::default(),
        };
        let span = operation_span(row.task, &row.message);
        tokio::spawn(run.live(waiting).instrument(span));
        count += 1;
    }
    count
}

fn header(toolstack: &Toolstack, call: &Call, arguments: &Arguments, task: Ref<Task>) -> Header {
    Header {
        at_micros: toolstack.clock.micros(),
        who: call.who.clone(),
        call: Text::new_static(arguments.message.full_name),
        task: task.id(),
    }
}

/// Decide, and if nothing speaks against it, mark and write down. Changes nothing on error.
fn attempt(
    tx: &mut Transaction,
    toolstack: &Arc<Toolstack>,
    call: &Call,
    arguments: &Arguments,
    planner: Planner,
    task: Ref<Task>,
    operation: Ref<XeniosOperation>,
) -> Result<(), ApiError> {
    let blocked = |holds: &[Hold]| cancel_others(tx, toolstack, holds, task);
    let (planned, holds) = decided(tx, toolstack, call, arguments, planner, blocked)?;
    let Planned { plan, result, result_of, claim, promises, .. } = planned;
    let size = plan.size();
    let holds_json: Vec<_> =
        holds.iter().map(|(class, id, op)| (class.name().to_string(), *id, op.clone())).collect();
    let result_of = result_of.map(|(class, id, field)| (class.name().to_string(), id, field.to_string()));
    let decision = Decision { plan, result, result_of, holds: holds_json, who: call.who.clone() };
    let decision = serde_json::to_string(&decision).map_err(ApiError::internal_error)?;
    for (class, id, op) in &holds {
        mark(tx, *class, *id, task, op);
    }
    if let Some((vm, host)) = claim {
        tx.update(vm, |row| row.scheduled_to_be_resident_on = host);
    }
    edits::apply(tx, &promises);
    let row = XeniosOperation {
        uuid: model::Uuid(operation.id().0),
        task,
        message: Text::new_static(arguments.message.full_name),
        decision: Text::new(decision),
        progress: Text::new(Progress::new(size).to_text()),
        version: 1,
        ..XeniosOperation::default()
    };
    tx.insert(operation, row);
    tasks::set_cancellable(tx, task, true);
    Ok(())
}

/// Class, object, operation.
pub type Hold = (ClassId, RefId, String);

/// The checks and the decision. `blocked`: what is held waits for something else that is done to it.
fn decided(
    pool: &Snapshot,
    toolstack: &Arc<Toolstack>,
    call: &Call,
    arguments: &Arguments,
    planner: Planner,
    blocked: impl FnOnce(&[Hold]),
) -> Result<(Planned, Vec<Hold>), ApiError> {
    let mut holds = holds_of(pool, arguments)?;
    for (class, id, operation) in &holds {
        allowed::check(pool, *class, *id, operation)?;
    }
    if let Some((class, id, operation)) = holds.first() {
        turns::check(pool, *class, *id, operation).inspect_err(|_| blocked(&holds))?;
    }
    let planning = Planning { pool, now: toolstack.clock.now(), chance: &*toolstack.chance, call, toolstack };
    let planned = planner(&planning, arguments)?;
    holds.extend(planned.holds.iter().map(|(class, id, operation)| (*class, *id, operation.to_string())));
    Ok((planned, holds))
}

/// What an operation would do if it began now; nothing is begun.
pub fn decide(
    pool: &Snapshot,
    toolstack: &Arc<Toolstack>,
    call: &Call,
    arguments: &Arguments,
) -> Result<(Planned, Vec<Hold>), ApiError> {
    let name = arguments.message.full_name;
    match crate::operations::find(name) {
        Some(Handler::Plan(planner)) => decided(pool, toolstack, call, arguments, *planner, |_| ()),
        _ => Err(ApiError::not_implemented(name)),
    }
}

/// What every line of the log about an operation begins with.
fn operation_span(task: Ref<Task>, message: &str) -> tracing::Span {
    tracing::info_span!("operation", %task, message)
}
