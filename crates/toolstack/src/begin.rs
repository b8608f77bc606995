//! What a toolstack sees to before it answers: that the pool has roles and a secret, and that no task
//! waits for a call that died with the process before.

use crate::handler::Call;
use crate::toolstack::Toolstack;
use crate::{rbac, tasks};
use model::{ApiError, ClassId, Ref, Task, Text, Value, XeniosOperation, XeniosSetting};
use std::sync::Arc;

pub const POOL_SECRET: &str = "pool_secret";

pub async fn prepare(toolstack: &Arc<Toolstack>) -> Result<(), ApiError> {
    toolstack
        .change(&Call::own("toolstack"), "start", |change| {
            if change.tx.table(ClassId::Role).is_empty() {
                rbac::seed_roles(change.tx);
            }
            if !change.tx.all::<XeniosSetting>().any(|(_, setting)| setting.name == POOL_SECRET) {
                let secret = format!("{}/{}", change.new_uuid(), change.new_uuid());
                let row = XeniosSetting {
                    uuid: change.new_uuid(),
                    name: Text::new_static(POOL_SECRET),
                    value: Text::new(secret),
                };
                change.tx.insert(change.new_ref(), row);
            }
            let this = change.toolstack.this_host();
            let started = Text::new(format!("{}.", change.now.seconds()));
            change
                .tx
                .update(this, |host| host.other_config.insert(Text::new_static("agent_start_time"), started));
            // Asked for until now only.
            let soft = crate::operations::ha::members::recalled(
                change.tx,
                crate::operations::ha::members::SOFTLY_DISARMED,
            );
            if let Some(id) = soft.map(|(id, _)| id) {
                change.tx.delete(id);
            }
            for task in interrupted(change.tx) {
                let error =
                    ApiError::internal_error("the toolstack was restarted before this call had ended");
                tasks::finish(change.tx, task, &Err(error), change.now);
            }
            Ok(Value::VOID)
        })
        .await
        .map(drop)
}

/// Tasks of calls that nobody carries on: those of plans are taken up again, and tasks that a client
/// made are the client's.
fn interrupted(tx: &store::Transaction) -> Vec<Ref<Task>> {
    let entries = tx.all::<XeniosOperation>().map(|(_, row)| row);
    entries.filter(|row| tasks::is_unrepeatable(row)).map(|row| row.task).collect()
}
