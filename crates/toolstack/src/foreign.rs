//! Sessions on another database: a file that was kept, say, of a pool that is no more.
//!
//! Such a session is a row like any other, with the rights of who has opened it; but what it reads is
//! that database, and it changes nothing anywhere. The rows are in memory until the session ends.

use crate::accessors;
use crate::arguments::Arguments;
use crate::door::{Answer, fit};
use crate::handler::Call;
use crate::operations;
use crate::toolstack::Toolstack;
use futures_util::future::BoxFuture;
use model::schema::MessageDef;
use model::{ApiError, Ref, Session, Text, Value};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use store::Snapshot;

/// How a toolstack reads files, which are not its own to open.
pub trait Files: Send + Sync {
    /// What is in a file, or why it cannot be read.
    fn read<'a>(&'a self, path: &'a str) -> BoxFuture<'a, Result<Vec<u8>, String>>;
}

/// There are none.
pub struct NoFiles;

impl Files for NoFiles {
    fn read<'a>(&'a self, path: &'a str) -> BoxFuture<'a, Result<Vec<u8>, String>> {
        Box::pin(async move { Err(format!("there is no file {path}")) })
    }
}

/// Marks the rows of such sessions: without its database, after a restart, one is of no use.
const MARK: &str = "xenios:foreign";

/// A database takes as much memory as the pool's own rows.
const MOST: usize = 8;

#[derive(Default)]
pub struct Foreign(Mutex<BTreeMap<Ref<Session>, Arc<Snapshot>>>);

impl Foreign {
    pub fn of(&self, session: Ref<Session>) -> Option<Arc<Snapshot>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(&session).cloned()
    }
    fn add(&self, session: Ref<Session>, rows: Arc<Snapshot>) -> Result<(), ApiError> {
        let mut open = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if open.len() >= MOST {
            return Err(ApiError::too_busy());
        }
        open.insert(session, rows);
        Ok(())
    }
    /// Forget those of sessions that have ended.
    pub fn keep(&self, is_alive: impl Fn(Ref<Session>) -> bool) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).retain(|session, _| is_alive(*session));
    }
}

impl Toolstack {
    /// The other database that a session is on.
    pub fn foreign_rows(&self, pool: &Snapshot, id: Ref<Session>) -> Result<Option<Arc<Snapshot>>, ApiError> {
        let marked = pool.get(id).is_some_and(|session| session.other_config.contains_key(MARK));
        match self.door.foreign.of(id) {
            None if marked => Err(ApiError::session_invalid(id)),
            rows => Ok(rows),
        }
    }
}

/// What a session on this database may do: read it, and log out. `None`: the call goes its usual way.
pub fn answer(
    rows: Arc<Snapshot>,
    message: &'static MessageDef,
    asynchronous: bool,
    arguments: &Arguments,
) -> Option<Result<Answer, ApiError>> {
    if message.full_name == "session.logout" {
        return None;
    }
    let reads = operations::find(message.full_name).is_none() && !accessors::changes(message);
    if asynchronous || !reads {
        let reason = "the session is on another database, which is only read";
        return Some(Err(ApiError::rbac_permission_denied(message.full_name, reason)));
    }
    let there = fit::reject_missing(&rows, message, &arguments.values);
    Some(there.and_then(|()| accessors::read(rows, arguments)))
}

/// Open a session on a `state.db`, with the rights of the caller.
pub async fn open(toolstack: &Arc<Toolstack>, call: &Call, bytes: Vec<u8>) -> Result<Value, ApiError> {
    let read = move || store::statedb::read(&bytes).map(store::statedb::StateDb::into_snapshot);
    let rows = tokio::task::spawn_blocking(read).await.map_err(ApiError::internal_error)?;
    let rows = Arc::new(rows.map_err(|error| ApiError::could_not_import_database(error.to_string()))?);
    let alive = toolstack.store.snapshot();
    toolstack.door.foreign.keep(|session| alive.get(session).is_some());
    let name = "session.create_from_db_file";
    toolstack
        .change(&Call { task: Ref::NULL, ..call.clone() }, name, |change| {
            let caller = change.tx.get(call.session).cloned();
            // The toolstack itself, or somebody who is known to this host alone.
            let caller = caller.unwrap_or(Session { is_local_superuser: true, ..Session::default() });
            let id = change.new_ref::<Session>();
            let row = Session {
                uuid: change.new_uuid(),
                parent: call.session.some().filter(|id| change.tx.get(*id).is_some()).unwrap_or(Ref::NULL),
                this_host: change.toolstack.this_host(),
                last_active: change.now,
                validation_time: change.now,
                other_config: [(Text::new_static(MARK), Text::new_static("true"))].into_iter().collect(),
                ..caller
            };
            change.tx.insert(id, row);
            change.toolstack.door.foreign.add(id, rows.clone())?;
            Ok(Value::Ref(id.id()))
        })
        .await
}
