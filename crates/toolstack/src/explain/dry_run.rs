//! What a call would do, as data: decided as if it were made, without making it.
//!
//! The same checks in the same order as at the door: arity and types, role, references, what is held,
//! and then the handler's own decision. A handler that plans tells its plan, one that changes rows is
//! run in a transaction that is thrown away. Nothing is kept of either.

use super::past::{self, RowChange};
use super::{known_name, name_of, step_on, words};
use crate::accessors;
use crate::arguments::Arguments;
use crate::door::{fit, names};
use crate::handler::{Call, Change, Handler, Planned};
use crate::plan::Plan;
use crate::toolstack::Toolstack;
use crate::{derived, operations, rbac, runner};
use model::schema::Type;
use model::{ApiError, ClassId, RefId, Text, Value};
use std::sync::Arc;
use store::{Header, Snapshot, StoreError};

/// How deep operations within operations are looked into.
const MAX_DEPTH: usize = 4;

/// Members of a struct, in order.
type Members = Vec<(Text, Value)>;

fn member(name: &'static str, value: impl Into<Value>) -> (Text, Value) {
    (Text::new_static(name), value.into())
}

fn text(text: impl AsRef<str>) -> Value {
    Value::string(text)
}

/// Ask for a call by its name and parameters, as a client would make it.
pub async fn ask(
    toolstack: &Arc<Toolstack>,
    call: &Call,
    method: &str,
    values: Vec<Value>,
) -> Result<Value, ApiError> {
    let Some(named) = names::find(method) else { return Err(ApiError::message_method_unknown(method)) };
    let pool = toolstack.store.snapshot();
    let message = named.message;
    let mut told =
        vec![member("call", message.full_name), member("generation", Value::Int(pool.generation() as i64))];
    let received = values.len() as i64;
    let values = named_objects(&pool, message.params.iter().map(|param| &param.ty), values);
    let arguments = fit::parameters(message, values, received).and_then(|values| {
        rbac::check(&pool, call, message, &values)?;
        fit::reject_missing(&pool, message, &values)?;
        Ok(Arguments { message, values })
    });
    match arguments {
        Ok(arguments) => told.extend(decide(toolstack, &pool, call, &arguments, 0).await),
        Err(error) => told.extend(refusal(&pool, &error)),
    }
    Ok(Value::Struct(told))
}

/// References may be names or uuids, as in calls that are written in words.
fn named_objects<'a>(
    pool: &Snapshot,
    types: impl Iterator<Item = &'a Type>,
    values: Vec<Value>,
) -> Vec<Value> {
    let mut types = types;
    let object = |value: Value| match (types.next(), &value) {
        (Some(Type::Ref(class)), Value::String(word)) if RefId::parse(word).is_none() => {
            words::named(pool, *class, word).map_or(value, Value::Ref)
        }
        _ => value,
    };
    values.into_iter().map(object).collect()
}

async fn decide(
    toolstack: &Arc<Toolstack>,
    pool: &Arc<Snapshot>,
    call: &Call,
    arguments: &Arguments,
    depth: usize,
) -> Members {
    let message = arguments.message;
    match operations::find(message.full_name) {
        Some(Handler::Plan(_)) => planned(toolstack, pool, call, arguments, depth),
        Some(Handler::Change(change)) => changed(toolstack, call, |tx| change(tx, arguments)).await,
        Some(Handler::Read(_)) => vec![member("kind", "read"), member("verdict", "answers")],
        Some(Handler::Serve(_) | Handler::Tell(_)) => {
            // It acts as it goes: there is nothing that could be told beforehand.
            vec![member("kind", "serve"), member("verdict", "unknown")]
        }
        None if accessors::changes(message) => {
            changed(toolstack, call, |change| accessors::write(change, arguments)).await
        }
        None => match accessors::read(pool.clone(), arguments) {
            Ok(_) => vec![member("kind", "read"), member("verdict", "answers")],
            Err(error) => refusal(pool, &error),
        },
    }
}

/// The exact refusal; or that the call would wait, and for what.
fn refusal(pool: &Snapshot, error: &ApiError) -> Members {
    let waits = error.code == "OTHER_OPERATION_IN_PROGRESS";
    let words = std::iter::once(&error.code).chain(&error.params);
    let mut told = vec![
        member("verdict", if waits { "waits" } else { "refused" }),
        member("error", Value::Array(words.map(|word| Value::String(word.clone())).collect())),
    ];
    if waits && let [class, id, ..] = error.params.as_slice() {
        told.push(member("conflicts", conflicts(pool, class, id)));
    }
    told
}

/// What runs on the object that is in the way.
fn conflicts(pool: &Snapshot, class: &str, id: &str) -> Value {
    let found = ClassId::by_name(class).zip(RefId::parse(id)).and_then(|(class, id)| {
        let (number, _) = class.definition().field("current_operations")?;
        Some((class, id, pool.entry(class, id)?.row.field(number)?.value()))
    });
    let Some((class, id, Value::Struct(running))) = found else { return Value::Array(Vec::new()) };
    let conflict = |(task, operation): (Text, Value)| {
        let mut told = object(pool, class, id);
        told.push(member("operation", operation));
        told.push(member("task", Value::String(task)));
        Value::Struct(told)
    };
    Value::Array(running.into_iter().map(conflict).collect())
}

fn object(pool: &Snapshot, class: ClassId, id: RefId) -> Members {
    vec![
        member("class", class.name()),
        member("ref", Value::Ref(id)),
        member("name", Value::String(name_of(pool, class, id))),
    ]
}

fn planned(
    toolstack: &Arc<Toolstack>,
    pool: &Arc<Snapshot>,
    call: &Call,
    arguments: &Arguments,
    depth: usize,
) -> Members {
    let mut told = vec![member("kind", "plan")];
    match runner::decide(pool, toolstack, call, arguments) {
        Ok((planned, holds)) => {
            let mut lines = Vec::new();
            let tree = tree(toolstack, pool, call, &planned.plan, depth, &mut lines);
            let Planned { result, result_of, .. } = planned;
            told.push(member("verdict", "runs"));
            told.push(member("plan", tree));
            told.push(member("steps", Value::Array(lines.into_iter().map(Value::from).collect())));
            told.push(member("holds", held(pool, &holds)));
            if result_of.is_none() {
                told.push(member("result", result));
            }
        }
        Err(error) => told.extend(refusal(pool, &error)),
    }
    told
}

fn held(pool: &Snapshot, holds: &[(ClassId, RefId, String)]) -> Value {
    let hold = |(class, id, operation): &(ClassId, RefId, String)| {
        let mut told = object(pool, *class, *id);
        told.push(member("operation", text(operation)));
        Value::Struct(told)
    };
    Value::Array(holds.iter().map(hold).collect())
}

/// The plan as it is built: each node says what it is, leaves say what they do.
fn tree(
    toolstack: &Arc<Toolstack>,
    pool: &Arc<Snapshot>,
    call: &Call,
    plan: &Plan,
    depth: usize,
    lines: &mut Vec<String>,
) -> Value {
    let mut several = |kind: &'static str, parts: Vec<&Plan>| {
        let parts = parts.into_iter().map(|part| tree(toolstack, pool, call, part, depth, lines)).collect();
        Value::Struct(vec![member("kind", kind), member("parts", Value::Array(parts))])
    };
    match plan {
        Plan::Serial(parts) => several("serial", parts.iter().collect()),
        Plan::Parallel(parts) => several("parallel", parts.iter().collect()),
        Plan::OrElse(first, second) => several("or_else", vec![first, second]),
        Plan::BestEffort(part) => several("best_effort", vec![part]),
        Plan::Pivot => Value::Struct(vec![member("kind", "pivot")]),
        Plan::Wait(seconds) => {
            Value::Struct(vec![member("kind", "wait"), member("seconds", Value::Int(*seconds as i64))])
        }
        Plan::Expect { vms, state, .. } => {
            let vms = vms.iter().map(|vm| Value::Ref(*vm)).collect();
            let members = [member("vms", Value::Array(vms)), member("state", text(state))];
            Value::Struct([vec![member("kind", "expect")], members.to_vec()].concat())
        }
        Plan::Do(host, step) => {
            let line = step_on(pool, *host, step);
            lines.push(line.clone());
            let undo = step.undo().map_or(Value::string(""), |undo| text(undo.verb()));
            Value::Struct(vec![
                member("kind", "step"),
                member("host", Value::Ref(host.id())),
                member("verb", step.verb()),
                member("object", text(step.object().to_string())),
                member("undo", undo),
                member("text", line),
            ])
        }
        Plan::Write(edits) => {
            let edits: Vec<String> = edits.iter().map(|edit| super::edit(pool, edit)).collect();
            lines.extend(edits.iter().cloned());
            let edits = edits.into_iter().map(Value::from).collect();
            Value::Struct(vec![member("kind", "write"), member("rows", Value::Array(edits))])
        }
        Plan::Call { message, values, .. } => {
            let name = |value: &Value| match value {
                Value::Ref(id) => known_name(pool, *id),
                other => super::plain(other),
            };
            let words: Vec<String> = values.iter().map(name).collect();
            lines.push(format!("call {message} {}", words.join(" ")));
            let mut told = vec![
                member("kind", "call"),
                member("call", text(message)),
                member("arguments", Value::Array(values.clone())),
            ];
            // As it would be decided now: what comes before it may change that.
            if let Some(named) = names::find(message).filter(|_| depth < MAX_DEPTH) {
                let arguments = Arguments { message: named.message, values: values.clone() };
                if matches!(operations::find(named.message.full_name), Some(Handler::Plan(_))) {
                    told.extend(planned(toolstack, pool, call, &arguments, depth + 1).into_iter().skip(1));
                }
            }
            Value::Struct(told)
        }
    }
}

/// How a dry run of a transaction ends: never in a commit.
enum Ended {
    Would(Value, Vec<RowChange>),
    Refused(ApiError),
}

impl From<StoreError> for Ended {
    fn from(error: StoreError) -> Ended {
        Ended::Refused(error.into())
    }
}

async fn changed(
    toolstack: &Arc<Toolstack>,
    call: &Call,
    run: impl FnOnce(&mut Change) -> Result<Value, ApiError>,
) -> Members {
    let now = toolstack.clock.now();
    let ended = toolstack
        .store
        .commit(Header::default(), |tx| {
            let mut change = Change { tx, now, chance: &*toolstack.chance, call, toolstack, dry: true };
            let result = run(&mut change).map_err(Ended::Refused)?;
            derived::refresh(tx);
            Err::<(), _>(Ended::Would(result, past::of_transaction(tx)))
        })
        .await;
    let pool = toolstack.store.snapshot();
    let mut told = vec![member("kind", "change")];
    match ended {
        Err(Ended::Would(result, changes)) => {
            let changes = changes.iter().filter_map(|change| change.to_value(&pool, call)).collect();
            told.push(member("verdict", "runs"));
            told.push(member("changes", Value::Array(changes)));
            told.push(member("result", result));
        }
        Err(Ended::Refused(error)) => told.extend(refusal(&pool, &error)),
        Ok(()) => {}
    }
    told
}
