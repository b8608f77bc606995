//! `message`: alerts about objects.

use crate::accessors;
use crate::arguments::Arguments;
use crate::door::Answer;
use crate::handler::{Call, Change, Handler};
use crate::messages;
use crate::toolstack::Toolstack;
use model::{ApiEnum, ApiError, ClassId, Cls, Date, Message, Ref, RefId, Set, Text, Value};
use std::sync::Arc;
use store::Snapshot;

pub const HANDLERS: &[(&str, Handler)] = &[
    ("message.create", Handler::Change(create)),
    ("message.destroy", Handler::Change(destroy)),
    ("message.destroy_many", Handler::Change(destroy_many)),
    ("message.destroy_all", Handler::Change(destroy_all)),
    (
        "message.get",
        Handler::Tell(|toolstack, _, arguments| Box::pin(async move { get(toolstack, &arguments) })),
    ),
    (
        "message.get_since",
        Handler::Tell(|toolstack, _, arguments| Box::pin(async move { get_since(toolstack, &arguments) })),
    ),
    (
        "message.get_all",
        Handler::Read(|reading, _| {
            Ok(Value::Array(reading.pool.table(ClassId::Message).keys().map(|id| Value::Ref(*id)).collect()))
        }),
    ),
    (
        "message.get_record",
        Handler::Tell(|toolstack, _, arguments| {
            Box::pin(async move {
                accessors::record(toolstack.store.snapshot(), ClassId::Message, arguments.this()?)
            })
        }),
    ),
    (
        "message.get_by_uuid",
        Handler::Tell(|toolstack, _, arguments| {
            Box::pin(async move {
                accessors::by_uuid(&toolstack.store.snapshot(), ClassId::Message, &arguments.text("uuid")?)
            })
        }),
    ),
    (
        "message.get_all_records",
        Handler::Tell(|toolstack: Arc<Toolstack>, _: Call, _| {
            Box::pin(async move { Ok(records(toolstack.store.snapshot(), None)) })
        }),
    ),
    (
        "message.get_all_records_where",
        Handler::Tell(|toolstack, _, arguments| {
            Box::pin(async move {
                let snapshot = toolstack.store.snapshot();
                let ids = accessors::matching(&snapshot, ClassId::Message, &arguments)?;
                Ok(records(snapshot, Some(ids)))
            })
        }),
    ),
];

fn records(snapshot: Arc<Snapshot>, ids: Option<Vec<RefId>>) -> Answer {
    Answer::Records { snapshot, class: ClassId::Message, ids }
}

fn create(change: &mut Change, arguments: &Arguments) -> Result<Value, ApiError> {
    let class: Cls = arguments.choice("cls")?;
    let uuid = arguments.text("obj_uuid")?;
    if !messages::is_about_something(change.tx, class, &uuid) {
        return Err(ApiError::uuid_invalid(class.name(), uuid));
    }
    let (name, priority, body) =
        (arguments.text("name")?, arguments.int("priority")?, arguments.text("body")?);
    let id = messages::send(change.tx, change.chance, change.now, &name, priority, class, &uuid, &body);
    Ok(Value::Ref(id.id()))
}

fn destroy(change: &mut Change, arguments: &Arguments) -> Result<Value, ApiError> {
    change.tx.delete::<Message>(arguments.reference("self")?);
    Ok(Value::VOID)
}

fn destroy_many(change: &mut Change, arguments: &Arguments) -> Result<Value, ApiError> {
    let messages: Set<Ref<Message>> = arguments.set("messages")?;
    for message in messages.iter() {
        change.tx.delete(*message);
    }
    Ok(Value::VOID)
}

/// Filters that are known: `priority`, `before`, `after`, `cls`, `obj_uuid`, `name`.
fn destroy_all(change: &mut Change, arguments: &Arguments) -> Result<Value, ApiError> {
    let mut gone: Vec<Ref<Message>> = change.tx.all::<Message>().map(|(id, _)| id).collect();
    for (key, value) in arguments.map("filters")?.iter() {
        let wrong = || ApiError::invalid_value(key, value);
        let keeps: Box<dyn Fn(&Message) -> bool> = match key.as_str() {
            "priority" => {
                let priority: i64 = value.parse().map_err(|_| wrong())?;
                Box::new(move |message| message.priority == priority)
            }
            "before" | "after" => {
                let (date, before) = (Date::parse(value).ok_or_else(wrong)?, key == "before");
                Box::new(
                    move |message| if before { message.timestamp < date } else { message.timestamp > date },
                )
            }
            "cls" => {
                let class = Cls::parse(value).ok_or_else(wrong)?;
                Box::new(move |message| message.cls == class)
            }
            "obj_uuid" => Box::new(move |message| message.obj_uuid == *value),
            "name" => Box::new(move |message| message.name == *value),
            _ => return Err(wrong()),
        };
        gone.retain(|id| change.tx.get(*id).is_some_and(&keeps));
    }
    for id in gone {
        change.tx.delete(id);
    }
    Ok(Value::VOID)
}

fn get(toolstack: Arc<Toolstack>, arguments: &Arguments) -> Result<Answer, ApiError> {
    let (class, uuid, since): (Cls, Text, Date) =
        (arguments.choice("cls")?, arguments.text("obj_uuid")?, arguments.date("since")?);
    Ok(chosen(toolstack, |message| {
        message.cls == class && message.obj_uuid == uuid && message.timestamp > since
    }))
}

fn get_since(toolstack: Arc<Toolstack>, arguments: &Arguments) -> Result<Answer, ApiError> {
    let since = arguments.date("since")?;
    Ok(chosen(toolstack, |message| message.timestamp > since))
}

fn chosen(toolstack: Arc<Toolstack>, wanted: impl Fn(&Message) -> bool) -> Answer {
    let snapshot = toolstack.store.snapshot();
    let ids =
        snapshot.all::<Message>().filter(|(_, message)| wanted(message)).map(|(id, _)| id.id()).collect();
    records(snapshot, Some(ids))
}
