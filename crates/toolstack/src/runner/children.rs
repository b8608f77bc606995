//! Operations that are parts of another: begun by it, waited for by it, durable on their own.

use super::carry::Run;
use super::{Lasting, begin};
use crate::arguments::Arguments;
use crate::handler::{Call, Handler};
use crate::tasks;
use futures_util::future::BoxFuture;
use model::generated::schema::MESSAGES;
use model::{ApiError, Ref, Task, TaskStatusType, Value};

impl Run {
    /// Begin a child, or find the one that was begun before a crash, and wait for its end.
    /// Cancelling the parent cancels the child, which then takes back what it has done.
    pub(super) async fn child(
        &self,
        task: Ref<Task>,
        message: &str,
        values: &[Value],
    ) -> Result<(), ApiError> {
        let known = self.toolstack.store.snapshot().get(task).is_some();
        let ended: BoxFuture<'_, Result<(), ApiError>> = if known {
            Box::pin(self.end_of(task))
        } else {
            let Some(message) = MESSAGES.iter().find(|known| known.full_name == message) else {
                return Err(ApiError::message_method_unknown(message));
            };
            let Some(Handler::Plan(planner)) = crate::operations::find(message.full_name) else {
                return Err(ApiError::internal_error(format!("{} has no plan", message.full_name)));
            };
            let arguments = Arguments { message, values: values.to_vec() };
            let call = Call { task: self.task, ..self.call.clone() };
            let label = format!("Async.{}", message.full_name);
            let running =
                begin(self.toolstack.clone(), call, arguments, *planner, &label, (task, Lasting::Yes))
                    .await?;
            Box::pin(async move { running.outcome.await.map(drop) })
        };
        self.until_end(task, ended).await
    }

    async fn until_end(
        &self,
        task: Ref<Task>,
        mut ended: BoxFuture<'_, Result<(), ApiError>>,
    ) -> Result<(), ApiError> {
        let may_break_off = !self.is_after_pivot();
        let mut cancel = self.cancel.clone();
        tokio::select! {
            biased;
            outcome = &mut ended => return outcome,
            Ok(_) = cancel.wait_for(|cancelled| *cancelled), if may_break_off => {}
        }
        self.toolstack.running.cancel(task);
        // A child that was past its own point of no return has succeeded all the same.
        ended.await
    }

    /// On the way back: a child that still runs is not wanted any more.
    pub(super) async fn stop_child(&self, task: Ref<Task>) {
        if self.toolstack.running.cancel(task) {
            drop(self.end_of(task).await);
        }
    }

    /// The end of a task that this process carries on, or has carried out.
    async fn end_of(&self, task: Ref<Task>) -> Result<(), ApiError> {
        let mut changes = self.toolstack.store.watch();
        loop {
            changes.mark_unchanged();
            match self.toolstack.store.snapshot().get(task) {
                // Destroyed by a client as soon as it had ended.
                None => return Ok(()),
                Some(row) if row.status == TaskStatusType::Success => return Ok(()),
                Some(row) if row.status != TaskStatusType::Pending => return Err(tasks::error_of(row)),
                Some(_) => {}
            }
            if changes.changed().await.is_err() {
                return std::future::pending().await;
            }
        }
    }
}
