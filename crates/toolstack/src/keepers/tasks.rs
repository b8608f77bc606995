//! Which tasks go: those that ended long ago, those that nobody seems to work on any more, and the
//! oldest that have ended where there are too many. One that runs never goes.

use super::Seen;
use crate::settings::Settings;
use model::{Date, Ref, Task, TaskStatusType, XeniosOperation};
use std::collections::BTreeSet;
use store::Snapshot;

pub fn stale(pool: &Snapshot, settings: &Settings, now: Date, seen: &Seen) -> Vec<Ref<Task>> {
    let in_journal: BTreeSet<Ref<Task>> =
        pool.all::<XeniosOperation>().map(|(_, operation)| operation.task).collect();
    let (done, pending) =
        (settings.completed_task_timeout.as_secs() as i64, settings.pending_task_timeout.as_secs() as i64);
    let mut gone = Vec::new();
    let mut ended = Vec::new();
    let mut count = 0;
    for (id, task) in pool.all::<Task>().filter(|(id, _)| !in_journal.contains(id)) {
        count += 1;
        if is_pending(task) {
            let stands_still = seen.get(&id) == Some(&task.progress);
            if stands_still && now.seconds() - task.created.seconds() > pending {
                gone.push(id);
            }
        } else if pool.get(task.subtask_of).is_some_and(is_pending) {
            // What it came to is asked for by the task that it is a part of.
        } else if now.seconds() - task.finished.seconds() > done {
            gone.push(id);
        } else {
            ended.push((task.finished, id));
        }
    }
    let excess = (count - gone.len()).saturating_sub(settings.task_limit);
    ended.sort();
    gone.extend(ended.into_iter().take(excess).map(|(_, id)| id));
    gone
}

/// How far each pending task is.
pub fn progress(pool: &Snapshot) -> Seen {
    pool.all::<Task>().filter(|(_, task)| is_pending(task)).map(|(id, task)| (id, task.progress)).collect()
}

pub fn unchanged(before: &Snapshot, now: &Snapshot, id: Ref<Task>) -> bool {
    let state = |pool: &Snapshot| pool.get(id).map(|task| (task.status, task.progress));
    state(before) == state(now)
}

fn is_pending(task: &Task) -> bool {
    matches!(task.status, TaskStatusType::Pending | TaskStatusType::Cancelling)
}
