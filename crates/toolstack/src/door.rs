//! The door: every call comes in here, by whatever protocol, and is answered here.
//!
//! ```text
//!  name ─► arity, types ─► session ─► role ─► references ─► accessor, or operation
//!                                                  └─ Async: all that under a task of its own
//! ```
//!
//! What is decided by the table is decided here, once for all messages: names, defaults, types, who
//! may, what is logged. A message without behaviour of its own is an accessor; one that should have
//! some and has none answers `NOT_IMPLEMENTED`.

mod admit;
pub mod answer;
pub mod audit;
mod background;
pub mod callers;
pub mod failed_logins;
pub mod fit;
pub mod names;

pub use answer::Answer;

use crate::arguments::Arguments;
use crate::handler::{Call, Change, Handler, Origin, Reading};
use crate::toolstack::Toolstack;
use crate::{accessors, derived, operations, rbac, runner};
use model::schema::MessageDef;
use model::{ApiError, Text, Value};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use store::{Header, Snapshot};
use tracing::Instrument;

/// A call as it came in.
#[derive(Clone, Debug)]
pub struct Incoming {
    pub method: Text,
    pub params: Vec<Value>,
    pub origin: Origin,
    /// What the client says it is.
    pub client: Text,
}

/// What the door keeps in memory: nothing that a restart may not forget.
#[derive(Default)]
pub struct Door {
    pub passwords: crate::passwords::Passwords,
    pub local_sessions: crate::sessions::LocalSessions,
    pub registrations: crate::events::Registrations,
    pub callers: callers::Callers,
    pub failed_logins: failed_logins::FailedLogins,
    pub foreign: crate::foreign::Foreign,
    requests: AtomicU64,
    answered: AtomicU64,
    failed: AtomicU64,
}

impl Door {
    /// Calls since the start: those that succeeded, those that failed.
    pub fn counts(&self) -> (u64, u64) {
        (self.answered.load(Ordering::Relaxed), self.failed.load(Ordering::Relaxed))
    }
}

impl Toolstack {
    pub async fn call(self: &Arc<Self>, incoming: Incoming) -> Result<Answer, ApiError> {
        let request = self.door.requests.fetch_add(1, Ordering::Relaxed);
        let span = tracing::info_span!("call", request, method = %incoming.method);
        let outcome = self.receive_in_turn(incoming).instrument(span).await;
        let counter = if outcome.is_ok() { &self.door.answered } else { &self.door.failed };
        counter.fetch_add(1, Ordering::Relaxed);
        outcome
    }

    /// A caller that asks too often waits here.
    async fn receive_in_turn(self: &Arc<Self>, incoming: Incoming) -> Result<Answer, ApiError> {
        let (pool, now) = (self.store.snapshot(), self.clock.micros());
        let Incoming { origin, client, .. } = &incoming;
        let wait = self.door.callers.charge(&pool, &self.settings, *origin, client, now)?;
        drop(pool);
        if !wait.is_zero() {
            self.clock.sleep(wait).await;
        }
        self.receive(incoming).await
    }

    async fn receive(self: &Arc<Self>, incoming: Incoming) -> Result<Answer, ApiError> {
        let Incoming { method, params, origin, client } = incoming;
        if method == "system.listMethods" {
            return Ok(Value::Array(names::all().map(Value::from).collect()).into());
        }
        if method == "system.isAlive" || method.starts_with("system.isAlive:") {
            return Ok(params.into_iter().next().unwrap_or(Value::VOID).into());
        }
        let Some(named) = names::find(&method) else {
            return Err(self.unknown(&method, params, origin, client).await);
        };
        let message = named.message;
        if message.removed {
            return Err(ApiError::message_removed());
        }
        if named.asynchronous && !message.is_async {
            let text = format!("{} cannot be called asynchronously", message.full_name);
            return Err(ApiError::from_parts("Fault".into(), vec![text.into()]));
        }
        let received = params.len() as i64 - i64::from(message.session);
        let mut params = params.into_iter();
        let session = if message.session { params.next() } else { None };
        let values = fit::parameters(message, params.collect(), received)?;
        let pool = self.store.snapshot();
        let call = match session {
            Some(session) => self.admit(&pool, message, session, origin, client).await?,
            None if message.session => return Err(count_mismatch(message, received)),
            None => Call::nobody(origin, client),
        };
        if named.internal && !pool.get(call.session).is_some_and(|session| session.pool) {
            return Err(ApiError::internal_error("only members of the pool may call this"));
        }
        if message.session {
            rbac::check(&pool, &call, message, &values)
                .inspect_err(|error| audit::denied(message, &call, error))?;
        }
        let arguments = Arguments { message, values };
        let foreign = self.foreign_rows(&pool, call.session)?;
        let foreign =
            foreign.and_then(|rows| crate::foreign::answer(rows, message, named.asynchronous, &arguments));
        if let Some(answer) = foreign {
            return answer;
        }
        if named.asynchronous {
            return self.begin(call, arguments).await.map(Answer::Value);
        }
        let logged = audit::has_effect(message).then(|| (call.clone(), arguments.values.clone()));
        let outcome = self.perform(pool, call, arguments).await;
        if let Some((call, values)) = logged {
            audit::done(message, &call, &values, outcome.as_ref().map(|_| ()));
        }
        outcome
    }

    /// Answer an admitted call.
    pub async fn perform(
        self: &Arc<Self>,
        pool: Arc<Snapshot>,
        call: Call,
        arguments: Arguments,
    ) -> Result<Answer, ApiError> {
        let message = arguments.message;
        // A member of another process does not know what its pool's references point at.
        if self.role.coordinator().is_none() {
            fit::reject_missing(&pool, message, &arguments.values)?;
        }
        match operations::find(message.full_name) {
            Some(Handler::Read(read)) => {
                let reading = Reading { pool: &pool, call: &call, toolstack: self };
                read(&reading, &arguments).map(Answer::Value)
            }
            Some(Handler::Change(change)) => {
                self.change(&call, message.full_name, |tx| change(tx, &arguments)).await.map(Answer::Value)
            }
            Some(Handler::Serve(serve)) => serve(self.clone(), call, arguments).await.map(Answer::Value),
            Some(Handler::Tell(tell)) => tell(self.clone(), call, arguments).await,
            Some(Handler::Plan(planner)) => {
                let running = runner::start_waited_for(self.clone(), call, arguments, *planner).await?;
                running.outcome.await.map(Answer::Value)
            }
            None if accessors::changes(message) => self
                .change(&call, message.full_name, |change| accessors::write(change, &arguments))
                .await
                .map(Answer::Value),
            None => accessors::read(pool, &arguments),
        }
    }

    /// One transaction on behalf of a call. If the call has a task, the change completes it, so that
    /// neither is ever there without the other.
    pub async fn change(
        self: &Arc<Self>,
        call: &Call,
        name: &'static str,
        run: impl FnOnce(&mut Change) -> Result<Value, ApiError>,
    ) -> Result<Value, ApiError> {
        let now = self.clock.now();
        self.store
            .commit(self.header(call, name), |tx| {
                let mut change = Change { tx, now, chance: &*self.chance, call, toolstack: self, dry: false };
                let outcome = run(&mut change)?;
                if !call.task.is_null() {
                    crate::tasks::finish(tx, call.task, &Ok(outcome.clone()), now);
                }
                derived::refresh(tx);
                Ok(outcome)
            })
            .await
    }

    fn header(&self, call: &Call, name: &'static str) -> Header {
        Header {
            at_micros: self.clock.micros(),
            who: call.who.clone(),
            call: Text::new_static(name),
            task: call.task.id(),
        }
    }

    /// A name that no message has could be an extension of a host, for those who may call one.
    async fn unknown(
        self: &Arc<Self>,
        method: &Text,
        params: Vec<Value>,
        origin: Origin,
        client: Text,
    ) -> ApiError {
        let extension = names::find("host.call_extension").map(|named| named.message);
        let (Some(session), Some(extension)) = (params.into_iter().next(), extension) else {
            return ApiError::message_method_unknown(method);
        };
        let pool = self.store.snapshot();
        match self.admit(&pool, extension, session, origin, client).await {
            Err(error) => error,
            Ok(call) => match rbac::check(&pool, &call, extension, &[]) {
                Err(error) => {
                    audit::denied(extension, &call, &error);
                    error
                }
                Ok(()) => ApiError::message_method_unknown(method),
            },
        }
    }
}

fn count_mismatch(message: &MessageDef, received: i64) -> ApiError {
    let required = message.params.iter().filter(|param| param.default.is_none()).count();
    ApiError::message_parameter_count_mismatch(message.full_name, required, received)
}
