//! `event`: waiting for changes.

use crate::arguments::Arguments;
use crate::door::Answer;
use crate::events::{Batch, Form, Subscriptions, Token, size};
use crate::handler::{Call, Handler, Reading};
use crate::toolstack::Toolstack;
use model::{ApiError, ClassId, RefId, Set, Text, Value};
use std::sync::Arc;
use std::time::Duration;
use store::Snapshot;
use tokio::sync::watch;

pub const HANDLERS: &[(&str, Handler)] = &[
    ("event.from", Handler::Tell(|toolstack, call, arguments| Box::pin(from(toolstack, call, arguments)))),
    ("event.next", Handler::Tell(|toolstack, call, _| Box::pin(next(toolstack, call)))),
    ("event.register", Handler::Read(register)),
    ("event.unregister", Handler::Read(unregister)),
    (
        "event.inject",
        Handler::Serve(|toolstack, call, arguments| Box::pin(inject(toolstack, call, arguments))),
    ),
    ("event.get_current_id", Handler::Read(|reading, _| Ok(Value::Int(reading.pool.generation() as i64)))),
];

/// Nobody waits longer than this, whatever they ask for.
const LONGEST: Duration = Duration::from_secs(24 * 3600);

async fn from(toolstack: Arc<Toolstack>, call: Call, arguments: Arguments) -> Result<Answer, ApiError> {
    let classes: Set<Text> = arguments.set("classes")?;
    let wanted = Subscriptions::parse(classes.iter().map(Text::as_str));
    let token = Token::parse(&arguments.text("token")?)?;
    let deadline = Deadline::after(&toolstack, arguments.float("timeout")?);
    let settings = &toolstack.settings;
    let (before, between) =
        if wanted.only_tasks() { settings.event_from_task_delay } else { settings.event_from_delay };
    let mut changes = toolstack.store.watch();
    let registrations = &toolstack.door.registrations;
    let pause = |delay| registrations.pause(call.session, toolstack.clock.micros(), delay);
    deadline.sleep(&toolstack, pause(before)).await;
    // What has been looked through without finding anything need not be looked through again.
    let mut looked = token;
    loop {
        changes.mark_unchanged();
        let snapshot = alive(&toolstack, &call)?;
        let generation = snapshot.generation();
        let batch = Batch::since(snapshot, looked, &wanted);
        if !batch.events.is_empty() || deadline.is_over(&toolstack) {
            registrations.answer(call.session, toolstack.clock.micros());
            return Ok(Answer::Events(batch));
        }
        looked = Token { rows: generation.max(token.rows), messages: generation.max(token.messages) };
        if deadline.wait(&toolstack, &mut changes).await {
            deadline.sleep(&toolstack, pause(between)).await;
        }
    }
}

async fn next(toolstack: Arc<Toolstack>, call: Call) -> Result<Answer, ApiError> {
    let not_registered = || ApiError::session_not_registered(call.session);
    let registrations = &toolstack.door.registrations;
    let (before, between) = toolstack.settings.event_next_delay;
    let mut changes = toolstack.store.watch();
    registrations.get(call.session).ok_or_else(not_registered)?;
    toolstack.clock.sleep(before).await;
    loop {
        changes.mark_unchanged();
        let snapshot = alive(&toolstack, &call)?;
        let registration = registrations.get(call.session).ok_or_else(not_registered)?;
        let generation = snapshot.generation();
        let token = Token { rows: registration.heard, messages: registration.heard };
        let mut batch = Batch::since(snapshot, token, &registration.wanted);
        registrations.heard(call.session, generation);
        if !batch.events.is_empty() {
            batch.form = Form::Next(toolstack.clock.now());
            if size(&batch) > toolstack.settings.event_queue_bytes {
                return Err(ApiError::events_lost());
            }
            return Ok(Answer::Events(batch));
        }
        if changes.changed().await.is_err() {
            return Err(ApiError::internal_error("the store is closed"));
        }
        toolstack.clock.sleep(between).await;
    }
}

/// The newest rows, if the session still is one of them.
fn alive(toolstack: &Toolstack, call: &Call) -> Result<Arc<Snapshot>, ApiError> {
    let snapshot = toolstack.store.snapshot();
    match snapshot.get(call.session) {
        Some(_) => Ok(snapshot),
        None => Err(ApiError::session_invalid(call.session)),
    }
}

fn register(reading: &Reading, arguments: &Arguments) -> Result<Value, ApiError> {
    let classes: Set<Text> = arguments.set("classes")?;
    reading.toolstack.door.registrations.register(
        reading.call.session,
        &classes,
        reading.pool.generation(),
    )?;
    Ok(Value::VOID)
}

fn unregister(reading: &Reading, arguments: &Arguments) -> Result<Value, ApiError> {
    let classes: Set<Text> = arguments.set("classes")?;
    reading.toolstack.door.registrations.unregister(reading.call.session, &classes);
    Ok(Value::VOID)
}

/// A change that changes nothing, for clients that wait until they have heard of all before it.
async fn inject(toolstack: Arc<Toolstack>, call: Call, arguments: Arguments) -> Result<Value, ApiError> {
    let (class, reference) = (arguments.text("class")?, arguments.text("ref")?);
    let invalid = || ApiError::handle_invalid(&class, &reference);
    let known = ClassId::by_lower_name(&class.to_lowercase()).filter(|class| !class.definition().own);
    let (table, id) = known.zip(RefId::parse(&reference)).ok_or_else(invalid)?;
    let mut before = 0;
    toolstack
        .change(&call, "event.inject", |change| {
            if !change.tx.contains(table, id) {
                return Err(invalid());
            }
            before = change.tx.generation();
            change.tx.bump(table, id);
            Ok(Value::VOID)
        })
        .await?;
    // The row was given the next generation.
    Ok(Value::from(Token { rows: before, messages: 0 }.to_string()))
}

/// When an `event.from` gives up.
struct Deadline(i64);

impl Deadline {
    /// Quirk long-timeout: what is no number, or too large a one, is a day.
    fn after(toolstack: &Toolstack, seconds: f64) -> Deadline {
        let usable = seconds.is_finite() && seconds <= LONGEST.as_secs_f64();
        let wait = if usable { Duration::from_secs_f64(seconds.max(0.0)) } else { LONGEST };
        Deadline(toolstack.clock.micros() + wait.as_micros() as i64)
    }
    fn left(&self, toolstack: &Toolstack) -> Duration {
        Duration::from_micros((self.0 - toolstack.clock.micros()).max(0) as u64)
    }
    fn is_over(&self, toolstack: &Toolstack) -> bool {
        self.left(toolstack).is_zero()
    }
    /// Gather changes for a while, but not beyond the deadline.
    async fn sleep(&self, toolstack: &Toolstack, delay: Duration) {
        let delay = delay.min(self.left(toolstack));
        if !delay.is_zero() {
            toolstack.clock.sleep(delay).await;
        }
    }
    /// Wait for a change; false if the time is over first.
    async fn wait(&self, toolstack: &Toolstack, changes: &mut watch::Receiver<u64>) -> bool {
        tokio::select! {
            biased;
            changed = changes.changed() => changed.is_ok(),
            () = toolstack.clock.sleep(self.left(toolstack)) => false,
        }
    }
}
