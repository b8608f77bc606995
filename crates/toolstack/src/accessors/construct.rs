//! `create` for classes whose objects are nothing but their row.

use super::assign;
use crate::handler::Change;
use model::schema::{MessageDef, RelationKind};
use model::{ApiError, ClassId, RefId, Value};
use store::{Snapshot, Transaction};

/// A new row of the class: what the client gave, defaults for the rest, a uuid of its own.
pub fn create(change: &mut Change, message: &MessageDef, members: &Value) -> Result<Value, ApiError> {
    let class = message.class;
    let definition = class.definition();
    let Some(new_row) = definition.new_row else { return Err(ApiError::not_implemented(message.full_name)) };
    let mut row = new_row();
    for (number, _) in message.members {
        if let (Some(member), Some(field)) =
            (members.member(definition.fields[*number].name), row.field_mut(*number))
        {
            assign(field, member)?;
        }
    }
    let uuid = Value::string(change.new_uuid().to_string());
    if let Some(field) = definition.field("uuid").and_then(|(number, _)| row.field_mut(number)) {
        assign(field, &uuid)?;
    }
    let id = change.new_ref::<()>().id();
    change.tx.insert_row(id, row);
    for (number, _) in message.members {
        mirror(change.tx, class, id, *number, &[]);
    }
    Ok(Value::Ref(id))
}

/// The rows that a field points at.
pub fn references(pool: &Snapshot, class: ClassId, id: RefId, number: usize) -> Vec<RefId> {
    let mut targets = Vec::new();
    if let Some(field) = pool.entry(class, id).and_then(|entry| entry.row.field(number)) {
        field.references(&mut |target| targets.push(target));
    }
    targets
}

/// Keep the other end of a many-to-many relation in step with this end. `before`: what it held.
pub fn mirror(tx: &mut Transaction, class: ClassId, id: RefId, number: usize, before: &[RefId]) {
    let relation = class.definition().fields[number].relation;
    let Some(relation) = relation.filter(|relation| relation.kind == RelationKind::ManyToMany) else {
        return;
    };
    let after = references(tx, class, id, number);
    let mut edit = |target: RefId, change: &dyn Fn(&mut Vec<Value>)| {
        tx.update_row(relation.class, target, |row| {
            if let Some(field) = row.field_mut(relation.field)
                && let Value::Array(mut items) = field.value()
            {
                change(&mut items);
                // The commit finds it if the two ends do not agree.
                let _ = field.assign(&Value::Array(items));
            }
        });
    };
    for target in after.iter().filter(|target| !before.contains(target)) {
        edit(*target, &|items| items.push(Value::Ref(id)));
    }
    for target in before.iter().filter(|target| !after.contains(target)) {
        edit(*target, &|items| items.retain(|item| *item != Value::Ref(id)));
    }
}
