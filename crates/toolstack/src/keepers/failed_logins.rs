//! Logins that failed are told together, as often as `failed-login-alert-freq` says.

use crate::handler::Call;
use crate::messages;
use crate::toolstack::Toolstack;
use model::{ApiError, Cls, Pool, Value};
use std::sync::Arc;

const ALERT: &str = "FAILED_LOGIN_ATTEMPTS";

pub async fn run(toolstack: Arc<Toolstack>) {
    loop {
        toolstack.clock.sleep(toolstack.settings.failed_login_alert_interval).await;
        if let Err(error) = pass(&toolstack).await {
            tracing::warn!(%error, "that logins failed could not be told");
        }
    }
}

pub async fn pass(toolstack: &Arc<Toolstack>) -> Result<(), ApiError> {
    let Some(body) = toolstack.door.failed_logins.tell() else { return Ok(()) };
    let pool = toolstack.store.snapshot();
    let Some((_, row)) = pool.first::<Pool>() else { return Ok(()) };
    toolstack
        .change(&Call::own("keeper"), "keeper", |change| {
            let (priority, uuid) = (messages::priority(ALERT), row.uuid.to_string());
            messages::send(change.tx, change.chance, change.now, ALERT, priority, Cls::Pool, &uuid, &body);
            Ok(Value::VOID)
        })
        .await
        .map(drop)
}
