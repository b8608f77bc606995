//! Members that are other processes: a pool over several toolstacks.
//!
//! ```text
//!  coordinator ── runner ── Step ──► RemoteMachine ═ question ═► service ──► the member's own machine
//!              ── listen ◄─ Fact ──              ◄═  answer  ═
//! ```
//!
//! The coordinator has all rows. A member keeps its own from before, hidden; when it is ejected they
//! are cut down to its hardware, and it is a pool again. What both sides ask each other is in
//! `language`; each question carries the pool's secret and goes to a certificate that is known.

pub mod arrival;
pub mod language;
mod remote;
mod role;
mod service;

pub use remote::RemoteMachine;
pub use role::{Following, Role, following};
pub use service::{Telling, answer};

use crate::handler::Call;
use crate::kept;
use crate::peers::{Peer, PeerError};
use crate::toolstack::{Toolstack, coordinator};
use language::{Ask, Question, Reply};
use machine::Belief;
use model::{ClassId, Host, Ref, Text, Uuid};
use std::sync::Arc;
use std::time::Duration;
use store::Snapshot;

/// Under this name and its uuid a member's certificate is kept: its fingerprint.
const MEMBER: &str = "member ";

/// The hosts whose machines are in other processes.
pub fn remote(pool: &Snapshot) -> Vec<Ref<Host>> {
    let uuids = kept::all(pool, MEMBER).into_iter().filter_map(|(uuid, _)| Uuid::parse(uuid));
    uuids.filter_map(|uuid| pool.by_uuid(ClassId::Host, uuid)).map(Ref::new).collect()
}

pub fn is_remote(pool: &Snapshot, host: Ref<Host>) -> bool {
    pool.get(host).is_some_and(|row| fingerprint(pool, row.uuid).is_some())
}

fn fingerprint(pool: &Snapshot, host: Uuid) -> Option<Text> {
    kept::get(pool, &format!("{MEMBER}{host}")).cloned()
}

/// How to reach a member; `None` if it is in this process.
pub fn peer_of(pool: &Snapshot, host: Ref<Host>) -> Option<Peer> {
    let row = pool.get(host)?;
    Some(Peer { address: row.address.clone(), fingerprint: Some(fingerprint(pool, row.uuid)?) })
}

/// After a start: be coordinator or member, as is kept, and reach the members.
pub fn start(toolstack: &Arc<Toolstack>) {
    toolstack.take_up_role();
    if role::following(&toolstack.store.snapshot()).is_some_and(|following| following.pending) {
        tokio::spawn(crate::operations::pool::join::find_out(toolstack.clone()));
    }
    for host in remote(&toolstack.store.snapshot()) {
        toolstack.machines.put(host, Arc::new(RemoteMachine::new(toolstack, host)));
    }
}

/// Ask a member something, as its coordinator.
pub fn ask(
    toolstack: &crate::toolstack::Parts,
    host: Ref<Host>,
    ask: Ask,
) -> impl Future<Output = Result<Reply, PeerError>> + Send + use<> {
    let pool = toolstack.store.snapshot();
    let secret = kept::get(&pool, crate::begin::POOL_SECRET).cloned().unwrap_or_default();
    let nonsense = |error: serde_json::Error| PeerError::Unreachable(error.to_string());
    let asking = peer_of(&pool, host)
        .ok_or_else(|| PeerError::Unreachable("the host has left".into()))
        .and_then(|peer| Ok((peer, serde_json::to_string(&Question { secret, ask }).map_err(nonsense)?)))
        .map(|(peer, question)| toolstack.peers.ask(&peer, question));
    async move { serde_json::from_str(&asking?.await?).map_err(nonsense) }
}

/// Ask the coordinator something, as its member or as one that wants to be.
pub async fn ask_coordinator(
    toolstack: &Toolstack,
    following: &Following,
    ask: Ask,
) -> Result<Reply, PeerError> {
    let nonsense = |error: serde_json::Error| PeerError::Unreachable(error.to_string());
    let question = Question { secret: following.secret.clone(), ask };
    let question = serde_json::to_string(&question).map_err(nonsense)?;
    let reply = toolstack.peers.ask(&following.peer(), question).await?;
    serde_json::from_str(&reply).map_err(nonsense)
}

/// What the coordinator knows of this member's machine; asked until it answers.
pub async fn recall(toolstack: &Toolstack) -> Option<(Ref<Host>, Uuid, Belief)> {
    loop {
        let pool = toolstack.store.snapshot();
        let following = following(&pool).filter(|following| !following.pending)?;
        let host = coordinator(&pool);
        let uuid = pool.get(host)?.uuid;
        match ask_coordinator(toolstack, &following, Ask::Belief { host: uuid }).await {
            Ok(Reply::Belief(belief)) => return Some((host, uuid, *belief)),
            Ok(Reply::Refused { code, .. }) => {
                tracing::warn!(%code, "the coordinator does not know this host")
            }
            Ok(_) => {}
            Err(error) => tracing::info!(?error, "the coordinator cannot be reached"),
        }
        toolstack.clock.sleep(RECALL_AGAIN).await;
    }
}

const RECALL_AGAIN: Duration = Duration::from_secs(5);

/// The call under which members are served.
fn own_call() -> Call {
    Call::own("member")
}
