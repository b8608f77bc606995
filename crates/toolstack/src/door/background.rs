//! `Async.`: the same call under a task that the client watches.
//!
//! The task is durable before the client gets its reference. A call that is refused for its session
//! or role has no task; whatever else goes wrong is told by the task.

use crate::arguments::Arguments;
use crate::door::{Answer, audit};
use crate::handler::{Call, Handler};
use crate::toolstack::Toolstack;
use crate::{door::fit, operations, runner, tasks};
use model::{ApiError, Ref, Task, TaskStatusType, Value};
use std::sync::Arc;

impl Toolstack {
    pub(super) async fn begin(self: &Arc<Self>, call: Call, arguments: Arguments) -> Result<Value, ApiError> {
        let message = arguments.message;
        let label = format!("Async.{}", message.full_name);
        if let Some(Handler::Plan(planner)) = operations::find(message.full_name)
            && fit::reject_missing(&self.store.snapshot(), message, &arguments.values).is_ok()
        {
            let values = arguments.values.clone();
            let running = runner::start(self.clone(), call.clone(), arguments, *planner, &label).await?;
            tokio::spawn(async move {
                let outcome = running.outcome.await;
                audit::done(message, &call, &values, outcome.as_ref().map(|_| ()));
            });
            return Ok(Value::Ref(running.task.id()));
        }
        let task = self.new_task(&call, message.full_name, &label).await?;
        let toolstack = self.clone();
        tokio::spawn(async move {
            let (call, values) = (Call { task, ..call }, arguments.values.clone());
            let outcome = toolstack.perform(toolstack.store.snapshot(), call.clone(), arguments).await;
            audit::done(message, &call, &values, outcome.as_ref().map(|_| ()));
            toolstack.complete(&call, message.full_name, outcome.map(Answer::into_value)).await;
        });
        Ok(Value::Ref(task.id()))
    }

    /// A pending task, durable when this returns.
    pub async fn new_task(
        self: &Arc<Self>,
        call: &Call,
        name: &'static str,
        label: &str,
    ) -> Result<Ref<Task>, ApiError> {
        let task = Ref::from_bits(self.chance.uuid().0);
        self.change(&Call { task: Ref::NULL, ..call.clone() }, name, |change| {
            tasks::insert(change.tx, task, change.new_uuid(), label, call, change.now);
            tasks::insert_unrepeatable(change.tx, task, name);
            Ok(Value::VOID)
        })
        .await?;
        Ok(task)
    }

    /// Complete the task of a call, if that has not happened with its change.
    pub async fn complete(
        self: &Arc<Self>,
        call: &Call,
        name: &'static str,
        outcome: Result<Value, ApiError>,
    ) {
        let pending = |task: &Task| task.status == TaskStatusType::Pending;
        if !self.store.snapshot().get(call.task).is_some_and(pending) {
            return;
        }
        let (task, now) = (call.task, self.clock.now());
        let call = Call { task: Ref::NULL, ..call.clone() };
        let completed = self.change(&call, name, |change| {
            tasks::finish(change.tx, task, &outcome, now);
            Ok(Value::VOID)
        });
        if let Err(error) = completed.await {
            tracing::error!(%error, %task, "a task could not be completed");
        }
    }
}
