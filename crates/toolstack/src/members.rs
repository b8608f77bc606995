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
use crate::peers::Peer;
use crate::toolstack::Toolstack;
use model::{ClassId, Host, Ref, Text, Uuid};
use std::sync::Arc;
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

/// The call under which members are served.
fn own_call() -> Call {
    Call::own("member")
}
