//! Rows of class `task`: how they begin and end. What clients do to them is in `operations/task`.

use crate::handler::Call;
use model::{
    ApiError, Date, EnumSet, Ref, Session, Task, TaskAllowedOperations, TaskStatusType, Text, Uuid, Value,
    XeniosOperation,
};
use store::Transaction;

/// A pending task for a call, named as XAPI names it: `Async.VM.start`.
pub fn insert(tx: &mut Transaction, id: Ref<Task>, uuid: Uuid, label: &str, call: &Call, now: Date) {
    let resident_on = tx.get(call.session).map_or(Ref::NULL, |session| session.this_host);
    let session = if tx.get(call.session).is_some() { call.session } else { Ref::NULL };
    let row = Task {
        uuid,
        name_label: Text::new(label),
        created: now,
        finished: now,
        status: TaskStatusType::Pending,
        resident_on,
        session,
        subtask_of: if tx.get(call.task).is_some() { call.task } else { Ref::NULL },
        ..Task::default()
    };
    tx.insert(id, row);
}

/// The journal's word that a call without a plan works on this task. It cannot be taken up again:
/// after a crash the task ends with an error.
pub fn insert_unrepeatable(tx: &mut Transaction, task: Ref<Task>, message: &'static str) {
    let row = XeniosOperation {
        uuid: Uuid(task.id().0),
        task,
        message: Text::new_static(message),
        ..XeniosOperation::default()
    };
    tx.insert(Ref::new(task.id()), row);
}

/// Whether an entry of the journal is of a call that cannot be taken up again.
pub fn is_unrepeatable(row: &XeniosOperation) -> bool {
    row.decision.is_empty() && row.request.is_empty()
}

/// Whether a task may be cancelled now: while it waits or runs.
pub fn set_cancellable(tx: &mut Transaction, id: Ref<Task>, cancellable: bool) {
    let operations: EnumSet<TaskAllowedOperations> =
        cancellable.then_some(TaskAllowedOperations::Cancel).into_iter().collect();
    tx.update(id, |task| task.allowed_operations = operations);
}

/// Complete a task. One that is not pending any more stays as it is.
pub fn finish(tx: &mut Transaction, id: Ref<Task>, outcome: &Result<Value, ApiError>, now: Date) {
    tx.delete(Ref::<XeniosOperation>::new(id.id()));
    if tx.get(id).is_some_and(is_unwanted) {
        tx.delete(id);
        return;
    }
    tx.update(id, |task| {
        if task.status != TaskStatusType::Pending {
            return;
        }
        task.allowed_operations = EnumSet::EMPTY;
        task.current_operations = model::Map::EMPTY;
        task.finished = now;
        task.progress = 1.0;
        match outcome {
            Ok(value) => {
                task.status = TaskStatusType::Success;
                // Quirk xml-result: the result is XML text, also for clients that speak JSON.
                task.result = Text::new(wire::xmlrpc::value_text(value));
            }
            Err(error) => {
                let cancelled = error.code == "TASK_CANCELLED";
                task.status = if cancelled { TaskStatusType::Cancelled } else { TaskStatusType::Failure };
                task.error_info = error.description().into_iter().collect();
                task.backtrace = Text::new_static("()");
            }
        }
    });
}

/// The error of a task that failed, as the call that waited for it would have seen it.
pub fn error_of(task: &Task) -> ApiError {
    let mut parts = task.error_info.iter().cloned();
    match parts.next() {
        Some(code) => ApiError::from_parts(code, parts.collect()),
        None => ApiError::internal_error("the task failed without an error"),
    }
}

pub fn session_of(tx: &Transaction, id: Ref<Task>) -> Option<Ref<Session>> {
    tx.get(id)?.session.some()
}

/// Whether somebody asked for the task to end early.
pub fn is_cancelled(task: &Task) -> bool {
    task.current_operations.values().any(|operation| *operation == TaskAllowedOperations::Cancel)
}

/// Whether somebody asked for the task to go when it ends.
fn is_unwanted(task: &Task) -> bool {
    task.current_operations.values().any(|operation| *operation == TaskAllowedOperations::Destroy)
}

/// Whether the toolstack itself will complete the task: an operation of the journal, or a call that
/// runs. What clients made with `task.create` only they complete.
pub fn is_driven(pool: &store::Snapshot, id: Ref<Task>) -> bool {
    let Some(task) = pool.get(id) else { return false };
    task.status == TaskStatusType::Pending && (!task.allowed_operations.is_empty() || has_journal(pool, id))
}

/// Whether the journal holds an operation for this task.
pub fn has_journal(pool: &store::Snapshot, id: Ref<Task>) -> bool {
    pool.all::<XeniosOperation>().any(|(_, operation)| operation.task == id)
}
