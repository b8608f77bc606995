//! Certificates that end soon are told: thirty, fourteen and seven days before, and when it has happened.
//!
//! What is told follows from the rows alone: a message that is no longer true is taken back.

use crate::handler::Call;
use crate::messages;
use crate::toolstack::Toolstack;
use model::{ApiError, Certificate, CertificateType, Cls, Message, Ref, Value};
use std::sync::Arc;
use std::time::Duration;
use store::Snapshot;

const INTERVAL: Duration = Duration::from_secs(86_400);
const DAY: i64 = 86_400;

/// From so many days before the end on, this is said.
const STAGES: [(i64, &str, &str); 4] = [
    (0, "EXPIRED", "has expired"),
    (7, "EXPIRING_07", "expires in less than 7 days"),
    (14, "EXPIRING_14", "expires in less than 14 days"),
    (30, "EXPIRING_30", "expires in less than 30 days"),
];

const SORTS: [&str; 4] = [
    "HOST_SERVER_CERTIFICATE_",
    "HOST_INTERNAL_CERTIFICATE_",
    "POOL_CA_CERTIFICATE_",
    "POOL_PINNED_CERTIFICATE_",
];

pub async fn run(toolstack: Arc<Toolstack>) {
    loop {
        if let Err(error) = pass(&toolstack).await {
            tracing::warn!(%error, "the certificates could not be looked at");
        }
        toolstack.clock.sleep(INTERVAL).await;
    }
}

/// Alert, class and uuid of what it is about, and the text.
type News = (String, Cls, String, String);

pub async fn pass(toolstack: &Arc<Toolstack>) -> Result<(), ApiError> {
    let pool = toolstack.store.snapshot();
    let now = toolstack.clock.now().seconds();
    let mut news: Vec<News> =
        pool.all::<Certificate>().filter_map(|(_, row)| alert(&pool, row, now)).collect();
    let told = |message: &Message, (name, _, uuid, body): &News| {
        message.name == name.as_str() && message.obj_uuid == uuid.as_str() && message.body == body.as_str()
    };
    let ours = |message: &Message| SORTS.iter().any(|sort| message.name.starts_with(sort));
    let old: Vec<(Ref<Message>, &Message)> =
        pool.all::<Message>().filter(|(_, message)| ours(message)).collect();
    let untrue: Vec<Ref<Message>> = old
        .iter()
        .filter(|(_, message)| !news.iter().any(|news| told(message, news)))
        .map(|(id, _)| *id)
        .collect();
    news.retain(|news| !old.iter().any(|(_, message)| told(message, news)));
    if news.is_empty() && untrue.is_empty() {
        return Ok(());
    }
    toolstack
        .change(&Call::own("keeper"), "keeper", |change| {
            untrue.into_iter().for_each(|id| _ = change.tx.delete(id));
            for (name, class, uuid, body) in news {
                let priority = messages::priority(&name);
                messages::send(change.tx, change.chance, change.now, &name, priority, class, &uuid, &body);
            }
            Ok(Value::VOID)
        })
        .await
        .map(drop)
}

fn alert(pool: &Snapshot, row: &Certificate, now: i64) -> Option<News> {
    let left = row.not_after.seconds() - now;
    let (_, stage, what) = STAGES.iter().find(|(days, ..)| left <= days * DAY)?;
    let of_host = || pool.get(row.host).map(|host| (Cls::Host, host.uuid.to_string()));
    let of_pool = || Some((Cls::Certificate, row.uuid.to_string()));
    let (sort, about, noun) = match row.r#type {
        CertificateType::Host => (SORTS[0], of_host()?, "The server certificate"),
        CertificateType::HostInternal => (SORTS[1], of_host()?, "The internal certificate"),
        CertificateType::Ca => (SORTS[2], of_pool()?, "The CA certificate"),
        CertificateType::Pinned => (SORTS[3], of_pool()?, "The pinned certificate"),
    };
    let body = format!("<body><message>{noun} {what}.</message><date>{}</date></body>", row.not_after);
    Some((format!("{sort}{stage}"), about.0, about.1, body))
}
