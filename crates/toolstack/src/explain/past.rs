//! What is different between two states of the rows, as a caller may see it.

use super::name_of;
use crate::handler::Call;
use model::schema::FieldDef;
use model::{ClassId, RefId, Row, Text, Value};
use store::{Snapshot, Transaction};

/// How one object differs: fields with their old and new value, none where there was or is no object.
pub struct RowChange {
    pub class: ClassId,
    pub id: RefId,
    pub what: &'static str,
    pub fields: Vec<(usize, Option<Value>, Option<Value>)>,
}

/// One that clients never see.
fn is_hidden(class: ClassId) -> bool {
    class.definition().own
}

impl RowChange {
    fn between(class: ClassId, id: RefId, old: Option<&dyn Row>, new: Option<&dyn Row>) -> Option<RowChange> {
        let what = match (old, new) {
            (None, Some(_)) => "made",
            (Some(_), None) => "gone",
            _ => "changed",
        };
        let value = |row: Option<&dyn Row>, number: usize| Some(row?.field(number)?.value());
        let fields = (0..class.definition().fields.len()).filter_map(|number| {
            let (old, new) = (value(old, number), value(new, number));
            (old != new).then_some((number, old, new))
        });
        let fields: Vec<_> = fields.collect();
        (what != "changed" || !fields.is_empty()).then_some(RowChange { class, id, what, fields })
    }

    /// None if clients do not see such objects.
    pub fn to_value(&self, pool: &Snapshot, call: &Call) -> Option<Value> {
        if is_hidden(self.class) {
            return None;
        }
        let member = |name: &'static str, value: Value| (Text::new_static(name), value);
        let fields = self.fields.iter().filter_map(|(number, old, new)| {
            let field = self.class.definition().fields.get(*number)?;
            changed_field(call, field, old.as_ref(), new.as_ref())
        });
        Some(Value::Struct(vec![
            member("class", self.class.name().into()),
            member("ref", Value::Ref(self.id)),
            member("name", Value::String(name_of(pool, self.class, self.id))),
            member("what", self.what.into()),
            member("fields", Value::Array(fields.collect())),
        ]))
    }
}

/// `{name, old, new}`: without a side that there is not, and with a word in place of a value that the
/// caller could not read. None for fields that are never told.
pub fn changed_field(
    call: &Call,
    field: &FieldDef,
    old: Option<&Value>,
    new: Option<&Value>,
) -> Option<Value> {
    if field.internal {
        return None;
    }
    let readable = call.superuser || call.rank >= field.read_role;
    let mut told = vec![(Text::new_static("name"), Value::from(field.name))];
    for (side, value) in [("old", old), ("new", new)] {
        if let Some(value) = value {
            let value = if readable { value.clone() } else { Value::from("(not for this role)") };
            told.push((Text::new_static(side), value));
        }
    }
    Some(Value::Struct(told))
}

/// What a transaction has changed so far.
pub fn of_transaction(tx: &Transaction) -> Vec<RowChange> {
    let change = |(class, id): &(ClassId, RefId)| {
        let (old, new) = (tx.before().entry(*class, *id), tx.entry(*class, *id));
        RowChange::between(*class, *id, old.map(|old| &*old.row), new.map(|new| &*new.row))
    };
    tx.touched().iter().filter_map(change).collect()
}

/// What is different between two snapshots: of one object, or of all that clients see.
pub fn between(
    old: &Snapshot,
    new: &Snapshot,
    only: Option<(ClassId, RefId)>,
    most: usize,
) -> Vec<RowChange> {
    let mut changes = Vec::new();
    for class in ClassId::all().filter(|class| !is_hidden(*class)) {
        if only.is_some_and(|(wanted, _)| wanted != class) {
            continue;
        }
        let gone = old.table(class).keys().filter(|id| !new.contains(class, **id));
        for id in new.table(class).keys().chain(gone) {
            if changes.len() >= most {
                return changes;
            }
            if only.is_some_and(|(_, wanted)| wanted != *id) {
                continue;
            }
            let (old, new) = (old.entry(class, *id), new.entry(class, *id));
            let same = old.zip(new).is_some_and(|(old, new)| old.modified == new.modified);
            if !same {
                let rows = (old.map(|old| &*old.row), new.map(|new| &*new.row));
                changes.extend(RowChange::between(class, *id, rows.0, rows.1));
            }
        }
    }
    changes
}
