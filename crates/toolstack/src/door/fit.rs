//! Fits what a client sent to the parameters of the table.
//!
//! Afterwards every parameter is there, has its type, and enums are spelled as the model spells
//! them. A reference that cannot be one stays a string: `reject_missing`, which runs after the
//! session and role are known, answers `HANDLE_INVALID` with the text as it came.

use model::schema::{Access, FieldDef, MessageDef, MessageKind, ParamDef, Type};
use model::{ApiError, ClassId, Date, Item, RefId, Text, Value};
use store::Snapshot;

/// The parameters without the session, in the order of the table.
pub fn parameters(
    message: &'static MessageDef,
    sent: Vec<Value>,
    received: i64,
) -> Result<Vec<Value>, ApiError> {
    let required = message.params.iter().filter(|param| param.default.is_none()).count();
    if sent.len() < required || sent.len() > message.params.len() {
        return Err(ApiError::message_parameter_count_mismatch(message.full_name, required, received));
    }
    let mut sent = sent.into_iter();
    message.params.iter().map(|param| parameter(message, param, sent.next())).collect()
}

fn parameter(message: &MessageDef, param: &ParamDef, sent: Option<Value>) -> Result<Value, ApiError> {
    let value = match (sent, param.default) {
        (Some(value), _) => value,
        (None, Some(default)) => default.value(),
        (None, None) => return Err(ApiError::internal_error(format!("parameter {} is missing", param.name))),
    };
    match &param.ty {
        Type::Record(class) => constructor(message, *class, &value),
        ty => fit(ty, value, param.name),
    }
}

/// The one struct of `create`: members that may be left out get the default of their field, unknown
/// ones and those that only the server sets are ignored.
fn constructor(message: &MessageDef, class: ClassId, value: &Value) -> Result<Value, ApiError> {
    let Value::Struct(_) = value else { return Err(wrong("args", "struct", value)) };
    let definition = class.definition();
    let fresh = definition.new_row.map(|new_row| new_row());
    let mut members = Vec::with_capacity(message.members.len());
    for (number, required) in message.members {
        let field = &definition.fields[*number];
        let default = || fresh.as_ref().and_then(|row| row.field(*number)).map(|field| field.value());
        let member = match value.member(field.name) {
            Some(given) => Some(fit(&field.ty, given.clone(), field.name)?),
            None if *required => {
                return Err(ApiError::internal_error(format!("member {} is missing", field.name)));
            }
            None => default(),
        };
        members.extend(member.map(|member| (Text::new_static(field.name), member)));
    }
    Ok(Value::Struct(members))
}

fn fit(ty: &Type, value: Value, name: &str) -> Result<Value, ApiError> {
    Ok(match (ty, value) {
        (Type::String, value @ Value::String(_)) => value,
        (Type::String, Value::Ref(id)) => Value::String(Text::new(id.to_string())),
        (Type::Int, value @ (Value::Int(_) | Value::String(_))) => {
            Value::Int(i64::from_value(&value).map_err(|_| wrong(name, "int", &value))?)
        }
        (Type::Float, value @ (Value::Float(_) | Value::Int(_) | Value::String(_))) => {
            Value::Float(f64::from_value(&value).map_err(|_| wrong(name, "float", &value))?)
        }
        (Type::Bool, value @ Value::Bool(_)) => value,
        (Type::DateTime, value @ (Value::DateTime(_) | Value::String(_))) => {
            Value::DateTime(Date::from_value(&value).map_err(|_| wrong(name, "datetime", &value))?)
        }
        (Type::Enum(values), Value::String(text)) => {
            // Quirk enum-case: values are matched without regard to case.
            match values.values.iter().find(|known| known.eq_ignore_ascii_case(&text)) {
                Some(known) => Value::String(Text::new_static(known)),
                None => {
                    return Err(ApiError::internal_error(format!("{name}: {text} is no {}", values.name)));
                }
            }
        }
        (Type::Ref(_), value @ Value::Ref(_)) => value,
        (Type::Ref(_), Value::String(text)) => match RefId::parse(&text) {
            Some(id) => Value::Ref(id),
            None => Value::String(text),
        },
        (Type::Set(item), Value::Array(items)) => {
            Value::Array(items.into_iter().map(|value| fit(item, value, name)).collect::<Result<_, _>>()?)
        }
        (Type::Map(key, item), Value::Struct(members)) => {
            let member = |(member, value): (Text, Value)| {
                fit(key, Value::String(member.clone()), name)?;
                Ok((member, fit(item, value, name)?))
            };
            Value::Struct(members.into_iter().map(member).collect::<Result<_, ApiError>>()?)
        }
        // Whoever takes anything looks at it himself.
        (Type::AnyRecord, value) => value,
        (Type::Option(_), Value::Nil) => Value::Nil,
        (Type::Option(item), value) => fit(item, value, name)?,
        (ty, value) => return Err(wrong(name, kind(ty), &value)),
    })
}

fn wrong(name: &str, expected: &str, found: &Value) -> ApiError {
    ApiError::internal_error(format!("{name}: expected {expected}, got {}", found.kind()))
}

fn kind(ty: &Type) -> &'static str {
    match ty {
        Type::Void | Type::AnyRecord => "nothing",
        Type::String => "string",
        Type::Int => "int",
        Type::Float => "float",
        Type::Bool => "bool",
        Type::DateTime => "datetime",
        Type::Enum(values) => values.name,
        Type::Ref(_) => "reference",
        Type::Record(_) | Type::Map(..) => "struct",
        Type::Set(_) => "array",
        Type::Option(item) => kind(item),
    }
}

/// Every reference must be one, and point at a row; null only where a null says something.
pub fn reject_missing(pool: &Snapshot, message: &MessageDef, values: &[Value]) -> Result<(), ApiError> {
    for (position, (param, value)) in message.params.iter().zip(values).enumerate() {
        match &param.ty {
            Type::Record(class) => {
                for (number, _) in message.members {
                    let field = &class.definition().fields[*number];
                    if let Some(member) = value.member(field.name) {
                        let null = field.access != Access::Dynamic;
                        each_reference(&field.ty, member, &mut |class, id| {
                            check(pool, class, id, null, field.loose)
                        })?;
                    }
                }
            }
            ty => {
                let stored = stored_in(message, param.name);
                let null = position > 0 && (may_be_null(message, param) || stored.is_some());
                // A session of another pool is not ours to know.
                let loose = stored.is_some_and(|field| field.loose) || param.name == "remote_session";
                each_reference(ty, value, &mut |class, id| check(pool, class, id, null, loose))?;
            }
        }
    }
    Ok(())
}

/// The field that a parameter is stored in.
fn stored_in(message: &MessageDef, param: &str) -> Option<&'static FieldDef> {
    match message.kind {
        MessageKind::Set(number) | MessageKind::Add(number) | MessageKind::Remove(number)
            if param != "self" =>
        {
            message.class.definition().fields.get(number)
        }
        _ => None,
    }
}

/// Parameters where a null says "none of them" or "as it is".
fn may_be_null(message: &MessageDef, param: &ParamDef) -> bool {
    const NAMED: &[(&str, &str)] = &[
        ("VM.copy", "sr"),
        ("VDI.copy", "base_vdi"),
        ("VDI.copy", "into_vdi"),
        ("PIF.db_introduce", "bond_slave_of"),
        ("PIF.db_introduce", "VLAN_master_of"),
        ("PIF.pool_introduce", "bond_slave_of"),
        ("PIF.pool_introduce", "VLAN_master_of"),
    ];
    param.default.is_some()
        || message.name.starts_with("set_")
        || NAMED.contains(&(message.full_name, param.name))
}

fn check(
    pool: &Snapshot,
    class: ClassId,
    value: Result<RefId, &str>,
    null: bool,
    loose: bool,
) -> Result<(), ApiError> {
    let id = value.map_err(|text| ApiError::handle_invalid(class.name(), text))?;
    let known = if id.is_null() { null } else { loose || pool.contains(class, id) };
    // Permissions are roles without rows.
    let known = known || (class == ClassId::Role && crate::rbac::permission_named(id).is_some());
    // Classes without rows hold objects that the store does not know.
    if known || class.definition().new_row.is_none() {
        return Ok(());
    }
    Err(ApiError::handle_invalid(class.name(), id))
}

type Visit<'a> = &'a mut dyn FnMut(ClassId, Result<RefId, &str>) -> Result<(), ApiError>;

fn each_reference(ty: &Type, value: &Value, visit: Visit) -> Result<(), ApiError> {
    match (ty, value) {
        (Type::Ref(class), Value::Ref(id)) => visit(*class, Ok(*id)),
        (Type::Ref(class), Value::String(text)) => visit(*class, Err(text)),
        (Type::Option(item), value) => each_reference(item, value, visit),
        (Type::Set(item), Value::Array(items)) => {
            items.iter().try_for_each(|value| each_reference(item, value, visit))
        }
        (Type::Map(key, item), Value::Struct(members)) => members.iter().try_for_each(|(name, value)| {
            if let Type::Ref(class) = key {
                visit(*class, RefId::parse(name).ok_or(name.as_str()))?;
            }
            each_reference(item, value, visit)
        }),
        _ => Ok(()),
    }
}
