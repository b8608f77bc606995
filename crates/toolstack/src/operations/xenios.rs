//! `xenios`: what is asked beside XenAPI. See `docs/additions.md`.

use crate::accessors;
use crate::arguments::Arguments;
use crate::door::fit;
use crate::explain::{dry_run, past, words};
use crate::handler::{Call, Change, Handler};
use crate::rbac;
use crate::toolstack::Toolstack;
use model::schema::{MessageDef, MessageKind};
use model::{ApiError, ClassId, Date, RefId, Row, Text, Value};
use std::sync::Arc;
use store::record::What;
use store::{Snapshot, StoreError};

pub const HANDLERS: &[(&str, Handler)] = &[
    ("xenios.plan", Handler::Serve(|toolstack, call, arguments| Box::pin(plan(toolstack, call, arguments)))),
    (
        "xenios.history",
        Handler::Serve(|toolstack, call, arguments| Box::pin(history(toolstack, call, arguments))),
    ),
    ("xenios.diff", Handler::Serve(|toolstack, call, arguments| Box::pin(diff(toolstack, call, arguments)))),
    (
        "xenios.revert",
        Handler::Serve(|toolstack, call, arguments| Box::pin(revert(toolstack, call, arguments))),
    ),
];

/// More is not told at once.
const MOST_CHANGES: i64 = 1000;

async fn plan(toolstack: Arc<Toolstack>, call: Call, arguments: Arguments) -> Result<Value, ApiError> {
    let Value::Array(values) = arguments.value("arguments")? else {
        return Err(ApiError::invalid_value("arguments", ""));
    };
    dry_run::ask(&toolstack, &call, &arguments.text("call")?, values.clone()).await
}

/// The object that the words are about: also one that is gone, by its reference.
fn object(pool: &Snapshot, arguments: &Arguments) -> Result<(ClassId, RefId), ApiError> {
    let (class_name, word) = (arguments.text("cls")?, arguments.text("object")?);
    let class = ClassId::by_name(&class_name).or_else(|| ClassId::by_lower_name(&class_name));
    let class = class.filter(|class| !class.definition().own && class.definition().new_row.is_some());
    let class = class.ok_or_else(|| ApiError::invalid_value("cls", &class_name))?;
    if let Some(id) = RefId::parse(&word).filter(|id| !id.is_null()) {
        return Ok((class, id));
    }
    let id = words::named(pool, class, &word).map_err(|_| ApiError::handle_invalid(class.name(), &word))?;
    Ok((class, id))
}

fn forgotten(generation: i64) -> impl Fn(StoreError) -> ApiError {
    move |error| match error {
        StoreError::Forgotten => ApiError::invalid_value("generation", generation),
        other => other.into(),
    }
}

/// Reading the past is reading the disk: other calls go on meanwhile.
async fn read<T: Send + 'static>(
    toolstack: &Arc<Toolstack>,
    run: impl FnOnce(&store::Store) -> Result<T, ApiError> + Send + 'static,
) -> Result<T, ApiError> {
    let store = toolstack.store.clone();
    let reading = tokio::task::spawn_blocking(move || run(&store));
    reading.await.map_err(|error| ApiError::internal_error(format!("reading history broke off: {error}")))?
}

/// The rows as they were; -1 is as they are.
async fn as_of(toolstack: &Arc<Toolstack>, generation: i64) -> Result<Arc<Snapshot>, ApiError> {
    let now = toolstack.store.snapshot();
    if generation == -1 {
        return Ok(now);
    }
    let wanted = u64::try_from(generation).ok().filter(|wanted| *wanted <= now.generation());
    let wanted = wanted.ok_or_else(|| ApiError::invalid_value("generation", generation))?;
    read(toolstack, move |store| store.as_of(wanted).map(Arc::new).map_err(forgotten(generation))).await
}

async fn history(toolstack: Arc<Toolstack>, call: Call, arguments: Arguments) -> Result<Value, ApiError> {
    let pool = toolstack.store.snapshot();
    let (class, id) = object(&pool, &arguments)?;
    let limit = arguments.int("limit")?;
    if !(1..=MOST_CHANGES).contains(&limit) {
        return Err(ApiError::invalid_value("limit", limit));
    }
    let events =
        read(&toolstack, move |store| store.history(class, id, limit as usize).map_err(ApiError::from))
            .await?;
    if events.is_empty() {
        return Err(accessors::missing(class, id));
    }
    let member = |name: &'static str, value: Value| (Text::new_static(name), value);
    let told = events.into_iter().map(|event| {
        let what = match &event.what {
            What::Made { .. } => "made",
            What::Changed { .. } => "changed",
            What::Gone { .. } => "gone",
        };
        let some = |value: &Value| Some(value.clone()).filter(|value| *value != Value::Nil);
        let fields = event.fields(class).into_iter().filter_map(|(name, old, new)| {
            let (_, field) = class.definition().field(name)?;
            past::changed_field(&call, field, some(&old).as_ref(), some(&new).as_ref())
        });
        let at = Date::from_seconds(event.header.at_micros.div_euclid(1_000_000));
        Value::Struct(vec![
            member("generation", Value::Int(event.generation as i64)),
            member("at", Value::DateTime(at)),
            member("who", Value::String(event.header.who.clone())),
            member("call", Value::String(event.header.call.clone())),
            member("task", Value::Ref(event.header.task)),
            member("what", what.into()),
            member("fields", Value::Array(fields.collect())),
        ])
    });
    Ok(Value::Array(told.collect()))
}

async fn diff(toolstack: Arc<Toolstack>, call: Call, arguments: Arguments) -> Result<Value, ApiError> {
    let now = toolstack.store.snapshot();
    let only = if arguments.text("cls")?.is_empty() { None } else { Some(object(&now, &arguments)?) };
    let old = as_of(&toolstack, arguments.int("from")?).await?;
    let new = as_of(&toolstack, arguments.int("to")?).await?;
    let changes = past::between(&old, &new, only, MOST_CHANGES as usize);
    let named = |change: &past::RowChange| {
        // A name is that of the side on which the object is.
        let pool = if new.contains(change.class, change.id) { &new } else { &old };
        change.to_value(pool, &call)
    };
    Ok(Value::Array(changes.iter().filter_map(named).collect()))
}

/// Every field that differs and that a client can set is set, by the very message that a client would
/// send: with its role and its checks, all in one transaction or none.
async fn revert(toolstack: Arc<Toolstack>, call: Call, arguments: Arguments) -> Result<Value, ApiError> {
    let (class, id) = object(&toolstack.store.snapshot(), &arguments)?;
    let generation = arguments.int("generation")?;
    let past = as_of(&toolstack, generation).await?;
    let Some(old) = past.entry(class, id).map(|entry| entry.row.clone()) else {
        return Err(ApiError::invalid_value("generation", generation));
    };
    toolstack
        .change(&call, "xenios.revert", |change| {
            let Some(now) = change.tx.entry(class, id).map(|entry| entry.row.clone()) else {
                return Err(accessors::missing(class, id));
            };
            let (mut reverted, mut kept) = (Vec::new(), Vec::new());
            for (number, field) in class.definition().fields.iter().enumerate() {
                let value = |row: &dyn Row| row.field(number).map(|field| field.value());
                let (Some(before), Some(after)) = (value(&*old), value(&*now)) else { continue };
                if before == after || field.internal || field.derived() {
                    continue;
                }
                let list = match setter(class, number, field.name) {
                    Some(message) => {
                        let values = vec![Value::Ref(id), before];
                        rbac::check(change.tx, &call, message, &values)?;
                        fit::reject_missing(change.tx, message, &values)?;
                        set(change, &Arguments { message, values })?;
                        &mut reverted
                    }
                    None => &mut kept,
                };
                list.push(Value::from(field.name));
            }
            Ok(Value::Struct(vec![
                (Text::new_static("reverted"), Value::Array(reverted)),
                (Text::new_static("kept"), Value::Array(kept)),
            ]))
        })
        .await
}

/// The message by which a client sets a field and nothing else.
fn setter(class: ClassId, number: usize, name: &str) -> Option<&'static MessageDef> {
    class.definition().messages().iter().find(|message| {
        let handler = crate::operations::find(message.full_name);
        let simple = message.params.len() == 2 && !message.removed && !message.pool_internal;
        simple
            && match (message.kind, handler) {
                (MessageKind::Set(field), None) => field == number,
                (_, Some(Handler::Change(_))) => message.name.strip_prefix("set_") == Some(name),
                _ => false,
            }
    })
}

fn set(change: &mut Change, arguments: &Arguments) -> Result<Value, ApiError> {
    match crate::operations::find(arguments.message.full_name) {
        Some(Handler::Change(run)) => run(change, arguments),
        _ => accessors::write(change, arguments),
    }
}
