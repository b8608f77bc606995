//! `task`: what clients do to tasks, their own and those of others.

use crate::arguments::Arguments;
use crate::handler::{Call, Change, Find, Handler};
use crate::toolstack::Toolstack;
use crate::{rbac, tasks};
use model::{
    ApiError, EnumSet, Map, Ref, Session, Set, Task, TaskAllowedOperations, TaskStatusType, Text, TextMap,
    Value,
};
use std::sync::Arc;
use store::Snapshot;

pub const HANDLERS: &[(&str, Handler)] = &[
    ("task.create", Handler::Change(create)),
    ("task.destroy", Handler::Change(destroy)),
    (
        "task.cancel",
        Handler::Serve(|toolstack, call, arguments| Box::pin(cancel(toolstack, call, arguments))),
    ),
    ("task.set_status", Handler::Change(set_status)),
    ("task.set_progress", Handler::Change(set_progress)),
    ("task.set_result", Handler::Change(set_result)),
    ("task.set_error_info", Handler::Change(set_error_info)),
    ("task.set_other_config", Handler::Change(set_other_config)),
    ("task.add_to_other_config", Handler::Change(add_to_other_config)),
    ("task.remove_from_other_config", Handler::Change(remove_from_other_config)),
];

/// How many tasks may wait for somebody at a time. The original knows no limit but its memory.
const MOST_PENDING: usize = 10_000;

fn create(change: &mut Change, arguments: &Arguments) -> Result<Value, ApiError> {
    let (label, description) = (arguments.text("label")?, arguments.text("description")?);
    let pending = |task: &Task| task.status == TaskStatusType::Pending;
    if change.tx.all::<Task>().filter(|(_, task)| pending(task)).count() >= MOST_PENDING {
        return Err(ApiError::too_many_pending_tasks());
    }
    let id: Ref<Task> = change.new_ref();
    tasks::insert(change.tx, id, change.new_uuid(), &label, change.call, change.now);
    change.tx.update(id, |task| task.name_description = description);
    Ok(Value::Ref(id.id()))
}

/// A task that still runs is only marked: it goes when it ends.
fn destroy(change: &mut Change, arguments: &Arguments) -> Result<Value, ApiError> {
    let id: Ref<Task> = arguments.reference("self")?;
    may_touch(change.tx, change.call, id)?;
    if tasks::is_driven(change.tx, id) {
        let key = Text::new(change.call.session.to_string());
        change.tx.update(id, |task| task.current_operations.insert(key, TaskAllowedOperations::Destroy));
    } else {
        change.tx.delete(id);
    }
    Ok(Value::VOID)
}

/// Quirk cancel-anything: a task that cannot be cancelled, or has ended, is cancelled with success
/// and without effect.
async fn cancel(toolstack: Arc<Toolstack>, call: Call, arguments: Arguments) -> Result<Value, ApiError> {
    let id: Ref<Task> = arguments.reference("task")?;
    toolstack
        .change(&call, "task.cancel", |change| {
            may_touch(change.tx, change.call, id)?;
            if change.tx.find(id)?.status == TaskStatusType::Pending {
                let key = Text::new(change.new_ref::<Task>().to_string());
                change.tx.update(id, |task| {
                    if !task
                        .current_operations
                        .values()
                        .any(|operation| *operation == TaskAllowedOperations::Cancel)
                    {
                        task.current_operations.insert(key, TaskAllowedOperations::Cancel);
                    }
                });
            }
            Ok(Value::VOID)
        })
        .await?;
    toolstack.running.cancel(id);
    Ok(Value::VOID)
}

fn set_status(change: &mut Change, arguments: &Arguments) -> Result<Value, ApiError> {
    let status: TaskStatusType = arguments.choice("value")?;
    let now = change.now;
    edit(change, arguments, |task| {
        task.status = status;
        if status != TaskStatusType::Pending {
            task.finished = now;
            task.allowed_operations = EnumSet::EMPTY;
            task.current_operations = Map::EMPTY;
        }
    })
}

fn set_progress(change: &mut Change, arguments: &Arguments) -> Result<Value, ApiError> {
    let progress = arguments.float("value")?;
    edit(change, arguments, |task| task.progress = progress)
}

fn set_result(change: &mut Change, arguments: &Arguments) -> Result<Value, ApiError> {
    let result = arguments.text("value")?;
    edit(change, arguments, |task| task.result = result)
}

fn set_error_info(change: &mut Change, arguments: &Arguments) -> Result<Value, ApiError> {
    let error_info: Set<Text> = arguments.set("value")?;
    edit(change, arguments, |task| task.error_info = error_info)
}

fn set_other_config(change: &mut Change, arguments: &Arguments) -> Result<Value, ApiError> {
    let map: TextMap = arguments.map("value")?;
    edit(change, arguments, |task| task.other_config = map)
}

fn add_to_other_config(change: &mut Change, arguments: &Arguments) -> Result<Value, ApiError> {
    let (key, value) = (arguments.text("key")?, arguments.text("value")?);
    let task = change.tx.find::<Task>(arguments.reference("self")?)?;
    if task.other_config.contains_key(&key) {
        return Err(ApiError::map_duplicate_key("task", "other_config", task.uuid, key));
    }
    edit(change, arguments, |task| {
        task.other_config.insert(key, value);
    })
}

fn remove_from_other_config(change: &mut Change, arguments: &Arguments) -> Result<Value, ApiError> {
    let key = arguments.text("key")?;
    edit(change, arguments, |task| {
        task.other_config.remove(&key);
    })
}

fn edit(change: &mut Change, arguments: &Arguments, run: impl FnOnce(&mut Task)) -> Result<Value, ApiError> {
    let id: Ref<Task> = arguments.reference("self")?;
    may_touch(change.tx, change.call, id)?;
    change.tx.update(id, run);
    Ok(Value::VOID)
}

/// One's own tasks, or those of anybody for who may destroy any.
fn may_touch(pool: &Snapshot, call: &Call, id: Ref<Task>) -> Result<(), ApiError> {
    let sid = |session: Ref<Session>| pool.get(session).map(|session| session.auth_user_sid.clone());
    let (owner, caller) = (sid(pool.find(id)?.session), sid(call.session));
    if owner.is_some() && owner == caller {
        return Ok(());
    }
    rbac::check_extra(call, "task.destroy/any")
}
