//! `subject`: whom the directory knows, and which roles they have here.

use crate::arguments::Arguments;
use crate::handler::{Change, Handler, Reading};
use crate::rbac;
use model::{ApiError, Ref, Role, Session, Set, Subject, Text, TextMap, Value};

pub const HANDLERS: &[(&str, Handler)] = &[
    ("subject.create", Handler::Change(create)),
    ("subject.destroy", Handler::Change(destroy)),
    ("subject.add_to_roles", Handler::Change(add_to_roles)),
    ("subject.remove_from_roles", Handler::Change(remove_from_roles)),
    ("subject.get_permissions_name_label", Handler::Read(permissions)),
];

fn create(change: &mut Change, arguments: &Arguments) -> Result<Value, ApiError> {
    let sid = arguments.member("subject_identifier").and_then(Value::as_text).unwrap_or_default();
    if change.tx.all::<Subject>().any(|(_, subject)| subject.subject_identifier == sid) {
        return Err(ApiError::subject_already_exists());
    }
    let mut other_config = TextMap::EMPTY;
    if let Some(Value::Struct(members)) = arguments.member("other_config") {
        let pairs = members.iter().map(|(key, value)| (key.clone(), value.as_text().unwrap_or_default()));
        other_config = pairs.collect();
    }
    // A new subject has no role, and so may do nothing.
    let row = Subject { uuid: change.new_uuid(), subject_identifier: sid, other_config, roles: Set::EMPTY };
    let id: Ref<Subject> = change.new_ref();
    change.tx.insert(id, row);
    Ok(Value::Ref(id.id()))
}

fn destroy(change: &mut Change, arguments: &Arguments) -> Result<Value, ApiError> {
    let subject: Ref<Subject> = arguments.reference("self")?;
    let sessions: Vec<Ref<Session>> = change
        .tx
        .all::<Session>()
        .filter(|(_, session)| session.subject == subject)
        .map(|(id, _)| id)
        .collect();
    for session in sessions {
        change.tx.delete(session);
    }
    change.tx.delete(subject);
    Ok(Value::VOID)
}

fn add_to_roles(change: &mut Change, arguments: &Arguments) -> Result<Value, ApiError> {
    let (subject, role): (Ref<Subject>, Ref<Role>) =
        (arguments.reference("self")?, arguments.reference("role")?);
    let known = change.tx.get(role).is_some_and(|role| rbac::rank_named(&role.name_label).is_some());
    if !known {
        return Err(ApiError::role_not_found());
    }
    match change.tx.update(subject, |subject| subject.roles.insert(role)) {
        Some(true) => Ok(Value::VOID),
        _ => Err(ApiError::role_already_exists()),
    }
}

fn remove_from_roles(change: &mut Change, arguments: &Arguments) -> Result<Value, ApiError> {
    let (subject, role): (Ref<Subject>, Ref<Role>) =
        (arguments.reference("self")?, arguments.reference("role")?);
    match change.tx.update(subject, |subject| subject.roles.remove(&role)) {
        Some(true) => Ok(Value::VOID),
        _ => Err(ApiError::role_not_found()),
    }
}

fn permissions(reading: &Reading, arguments: &Arguments) -> Result<Value, ApiError> {
    let rank = rbac::rank_of_subject(reading.pool, arguments.reference("self")?);
    let names: Vec<Text> = rank.map_or(Vec::new(), rbac::permissions);
    Ok(Value::Array(names.into_iter().map(Value::String).collect()))
}
