//! The derived messages: `get_*`, `set_*`, `add_*`, `remove_*`, records, constructors.
//!
//! A few functions serve all 1,580 of them: the message says which field of which class, and the
//! row gives the field by its number.

mod construct;
pub mod filter;

use crate::arguments::Arguments;
use crate::door::Answer;
use crate::door::answer::field_value;
use crate::handler::Change;
use model::schema::{FieldDef, MessageDef, MessageKind};
use model::{ApiError, ClassId, Field, Misfit, RefId, Text, Uuid, Value};
use std::sync::Arc;
use store::{Snapshot, Transaction};

/// Whether the message changes rows.
pub fn changes(message: &MessageDef) -> bool {
    use MessageKind::{Add, Create, Destroy, Remove, Set};
    matches!(message.kind, Set(_) | Add(_) | Remove(_) | Create | Destroy)
}

pub fn read(pool: Arc<Snapshot>, arguments: &Arguments) -> Result<Answer, ApiError> {
    let message = arguments.message;
    let class = message.class;
    match message.kind {
        MessageKind::Get(number) => {
            let id = arguments.this()?;
            field_value(&pool, class, id, number).map(Answer::Value).ok_or_else(|| missing(class, id))
        }
        MessageKind::GetRecord => record(pool, class, arguments.this()?),
        MessageKind::GetByUuid => by_uuid(&pool, class, &first_text(arguments)?),
        MessageKind::GetByNameLabel => {
            let label = first_text(arguments)?;
            Ok(refs(pool.by_name(class, &label)))
        }
        MessageKind::GetAll => Ok(refs(pool.table(class).keys().copied())),
        MessageKind::GetAllRecords => Ok(Answer::Records { snapshot: pool, class, ids: None }),
        MessageKind::GetAllWhere => Ok(refs(matching(&pool, class, arguments)?)),
        MessageKind::GetAllRecordsWhere => {
            let ids = Some(matching(&pool, class, arguments)?);
            Ok(Answer::Records { snapshot: pool, class, ids })
        }
        _ => Err(ApiError::not_implemented(message.full_name)),
    }
}

pub fn record(snapshot: Arc<Snapshot>, class: ClassId, id: RefId) -> Result<Answer, ApiError> {
    if snapshot.contains(class, id) {
        Ok(Answer::Record { snapshot, class, id })
    } else {
        Err(missing(class, id))
    }
}

pub fn by_uuid(pool: &Snapshot, class: ClassId, text: &str) -> Result<Answer, ApiError> {
    let uuid = Uuid::parse(text).filter(|uuid| *uuid != Uuid::NIL);
    match uuid.and_then(|uuid| pool.by_uuid(class, uuid)) {
        Some(id) => Ok(Value::Ref(id).into()),
        None => Err(ApiError::uuid_invalid(class.name(), text)),
    }
}

pub fn matching(pool: &Snapshot, class: ClassId, arguments: &Arguments) -> Result<Vec<RefId>, ApiError> {
    let text = first_text(arguments)?;
    let filter =
        filter::Filter::parse(class, &text).map_err(|reason| ApiError::invalid_value(&text, reason))?;
    Ok(filter.select(pool))
}

pub fn refs(ids: impl IntoIterator<Item = RefId>) -> Answer {
    Value::Array(ids.into_iter().map(Value::Ref).collect()).into()
}

/// Carry out a derived message that changes rows.
pub fn write(change: &mut Change, arguments: &Arguments) -> Result<Value, ApiError> {
    let message = arguments.message;
    let class = message.class;
    match (message.kind, arguments.values.as_slice()) {
        (MessageKind::Create, [members]) => construct::create(change, message, members),
        (MessageKind::Destroy, [Value::Ref(id)]) => {
            if !change.tx.delete_row(class, *id) {
                return Err(missing(class, *id));
            }
            Ok(Value::VOID)
        }
        (MessageKind::Set(number), [Value::Ref(id), value]) => {
            edit(change, class, *id, number, |_, field| assign(field, value))
        }
        (MessageKind::Add(number), [Value::Ref(id), key, value]) => {
            let uuid = change.tx.entry(class, *id).map(|entry| entry.row.uuid()).unwrap_or_default();
            edit(change, class, *id, number, |definition, field| {
                let (Value::Struct(mut members), Some(key)) = (field.value(), key.as_text()) else {
                    return Err(unfit(definition));
                };
                if members.iter().any(|(known, _)| *known == key) {
                    return Err(ApiError::map_duplicate_key(class.name(), definition.db_name, uuid, key));
                }
                members.push((key, value.clone()));
                assign(field, &Value::Struct(members))
            })
        }
        (MessageKind::Remove(number), [Value::Ref(id), gone])
        | (MessageKind::Add(number), [Value::Ref(id), gone]) => {
            let adding = matches!(message.kind, MessageKind::Add(_));
            edit(change, class, *id, number, |_, field| {
                let next = match field.value() {
                    Value::Struct(mut members) => {
                        members.retain(|(key, _)| Some(key) != gone.as_text().as_ref());
                        Value::Struct(members)
                    }
                    Value::Array(mut items) if adding => {
                        if !items.contains(gone) {
                            items.push(gone.clone());
                        }
                        Value::Array(items)
                    }
                    Value::Array(mut items) => {
                        items.retain(|item| item != gone);
                        Value::Array(items)
                    }
                    other => other,
                };
                assign(field, &next)
            })
        }
        _ => Err(ApiError::not_implemented(message.full_name)),
    }
}

/// Set a field that holds references, and the other end of its relation.
pub fn set_list(tx: &mut Transaction, class: ClassId, id: RefId, field: &str, items: Vec<RefId>) {
    let Some((number, _)) = class.definition().field(field) else { return };
    let before = construct::references(tx, class, id, number);
    tx.update_row(class, id, |row| {
        // The commit finds a list that does not fit.
        let list = Value::Array(items.into_iter().map(Value::Ref).collect());
        row.field_mut(number).map(|field| field.assign(&list))
    });
    construct::mirror(tx, class, id, number, &before);
}

/// Change one field, and the other end of its relation.
fn edit(
    change: &mut Change,
    class: ClassId,
    id: RefId,
    number: usize,
    run: impl FnOnce(&FieldDef, &mut dyn Field) -> Result<(), ApiError>,
) -> Result<Value, ApiError> {
    let definition = &class.definition().fields[number];
    let before = construct::references(change.tx, class, id, number);
    let done = change.tx.update_row(class, id, |row| match row.field_mut(number) {
        Some(field) => run(definition, field),
        None => Err(unfit(definition)),
    });
    done.ok_or_else(|| missing(class, id))??;
    construct::mirror(change.tx, class, id, number, &before);
    Ok(Value::VOID)
}

pub(super) fn assign(field: &mut dyn Field, value: &Value) -> Result<(), ApiError> {
    let text = |misfit: Misfit| {
        ApiError::internal_error(format!("expected {}, got {}", misfit.expected, misfit.found))
    };
    field.assign(value).map_err(text)
}

fn unfit(field: &FieldDef) -> ApiError {
    ApiError::internal_error(format!("{} cannot be changed so", field.name))
}

pub fn missing(class: ClassId, id: RefId) -> ApiError {
    ApiError::handle_invalid(class.name(), id)
}

fn first_text(arguments: &Arguments) -> Result<Text, ApiError> {
    let text = arguments.values.first().and_then(Value::as_text);
    text.ok_or_else(|| ApiError::internal_error(format!("{} takes a text", arguments.message.full_name)))
}
