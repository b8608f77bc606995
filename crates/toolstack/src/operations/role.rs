//! `role`: the fixed roles, and the permissions that they are made of.
//!
//! A permission is a role as well, one that nothing is made of. There are some thousands of them; they
//! are no rows, but each has a reference, and its getters work.

use crate::arguments::Arguments;
use crate::handler::{Handler, Reading};
use crate::{accessors, rbac};
use model::schema::{MessageKind, Rank};
use model::{ApiError, Class, ClassId, Ref, RefId, Role, Row, Text, Value};

pub const HANDLERS: &[(&str, Handler)] = &[
    ("role.get_permissions", Handler::Read(permissions)),
    ("role.get_permissions_name_label", Handler::Read(permission_names)),
    ("role.get_by_permission", Handler::Read(by_permission)),
    ("role.get_by_permission_name_label", Handler::Read(by_permission_name)),
    ("role.get_record", Handler::Read(get)),
    ("role.get_uuid", Handler::Read(get)),
    ("role.get_name_label", Handler::Read(get)),
    ("role.get_name_description", Handler::Read(get)),
    ("role.get_subroles", Handler::Read(get)),
    ("role.get_is_internal", Handler::Read(get)),
    ("role.get_by_uuid", Handler::Read(by_uuid)),
    ("role.get_by_name_label", Handler::Read(by_name)),
];

fn rank(reading: &Reading, role: Ref<Role>) -> Result<Rank, ApiError> {
    let row = reading.pool.get(role).ok_or_else(|| ApiError::handle_invalid("role", role))?;
    Ok(rbac::rank_named(&row.name_label).unwrap_or(Rank::ReadOnly))
}

fn permissions(reading: &Reading, arguments: &Arguments) -> Result<Value, ApiError> {
    let rank = rank(reading, arguments.reference("self")?)?;
    let names = rbac::permissions(rank);
    Ok(Value::Array(names.iter().map(|name| Value::Ref(rbac::permission_id(name))).collect()))
}

fn permission_names(reading: &Reading, arguments: &Arguments) -> Result<Value, ApiError> {
    let rank = rank(reading, arguments.reference("self")?)?;
    Ok(Value::Array(rbac::permissions(rank).into_iter().map(Value::String).collect()))
}

fn by_permission(reading: &Reading, arguments: &Arguments) -> Result<Value, ApiError> {
    let id: Ref<Role> = arguments.reference("permission")?;
    let name = rbac::permission_named(id.id()).ok_or_else(|| ApiError::handle_invalid("role", id))?;
    Ok(holders(reading, name))
}

fn by_permission_name(reading: &Reading, arguments: &Arguments) -> Result<Value, ApiError> {
    Ok(holders(reading, &arguments.text("label")?))
}

fn holders(reading: &Reading, permission: &str) -> Value {
    let holds = |role: &Role| {
        let rank = rbac::rank_named(&role.name_label);
        rank.is_some_and(|rank| rbac::permissions(rank).iter().any(|name| name == permission))
    };
    let roles = reading.pool.all::<Role>().filter(|(_, role)| holds(role));
    Value::Array(roles.map(|(id, _)| Value::Ref(id.id())).collect())
}

/// A derived getter, of a role in the pool or of a permission.
fn get(reading: &Reading, arguments: &Arguments) -> Result<Value, ApiError> {
    let id = arguments.this()?;
    let permission = rbac::permission_named(id).map(|name| row(id, name));
    let kept = reading.pool.get(Ref::<Role>::new(id)).cloned();
    let row = kept.or(permission).ok_or_else(|| accessors::missing(ClassId::Role, id))?;
    let value = |number: usize| row.field(number).map(|field| field.value());
    match arguments.message.kind {
        MessageKind::Get(number) => value(number).ok_or_else(|| accessors::missing(ClassId::Role, id)),
        _ => {
            let fields = Role::ID.definition().fields.iter().enumerate();
            let member = |(number, field): (usize, &model::schema::FieldDef)| {
                Some((Text::new_static(field.name), value(number)?))
            };
            Ok(Value::Struct(fields.filter_map(member).collect()))
        }
    }
}

fn row(id: RefId, name: &str) -> Role {
    Role { uuid: model::Uuid(id.0), name_label: Text::new(name), is_internal: true, ..Role::default() }
}

fn by_uuid(reading: &Reading, arguments: &Arguments) -> Result<Value, ApiError> {
    let text = arguments.text("uuid")?;
    let permission = model::Uuid::parse(&text).map(|uuid| RefId(uuid.0));
    match permission.filter(|id| rbac::permission_named(*id).is_some()) {
        Some(id) => Ok(Value::Ref(id)),
        None => accessors::by_uuid(reading.pool, ClassId::Role, &text).map(crate::Answer::into_value),
    }
}

fn by_name(reading: &Reading, arguments: &Arguments) -> Result<Value, ApiError> {
    let label = arguments.text("label")?;
    let permission = rbac::permission_id(&label);
    let permission = rbac::permission_named(permission).map(|_| permission);
    let kept = reading.pool.by_name(ClassId::Role, &label);
    Ok(Value::Array(kept.into_iter().chain(permission).map(Value::Ref).collect()))
}
