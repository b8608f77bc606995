//! `secret.introduce`: a secret under a uuid that the caller chose. The rest of the class is derived.

use crate::arguments::Arguments;
use crate::handler::{Change, Handler};
use model::{ApiError, ClassId, Secret, Uuid, Value};

pub const HANDLERS: &[(&str, Handler)] = &[("secret.introduce", Handler::Change(introduce))];

fn introduce(change: &mut Change, arguments: &Arguments) -> Result<Value, ApiError> {
    let text = arguments.text("uuid")?;
    let uuid = Uuid::parse(&text).filter(|uuid| *uuid != Uuid::NIL);
    let uuid = uuid.ok_or_else(|| ApiError::uuid_invalid("secret", &text))?;
    if change.tx.by_uuid(ClassId::Secret, uuid).is_some() {
        return Err(ApiError::db_uniqueness_constraint_violation("secret", "uuid", uuid));
    }
    let row = Secret { uuid, value: arguments.text("value")?, other_config: arguments.map("other_config")? };
    let id = change.new_ref();
    change.tx.insert(id, row);
    Ok(Value::Ref(id.id()))
}
