//! `Answer`: what a call returns, written straight from the snapshot.
//!
//! A thousand records never exist as a tree: the encoder is told field by field. Internal fields and
//! empty optional ones are left out, the sets of one-to-many relations come from the index.

use crate::events::Batch;
use model::schema::{ClassDef, FieldDef, RelationKind, Type};
use model::{ClassId, RefId, Row, Value, ValueWriter};
use std::sync::Arc;
use store::Snapshot;

pub enum Answer {
    Value(Value),
    Record {
        snapshot: Arc<Snapshot>,
        class: ClassId,
        id: RefId,
    },
    /// A map from references to records. `None`: the whole table.
    Records {
        snapshot: Arc<Snapshot>,
        class: ClassId,
        ids: Option<Vec<RefId>>,
    },
    Events(Batch),
}

impl From<Value> for Answer {
    fn from(value: Value) -> Answer {
        Answer::Value(value)
    }
}

impl Answer {
    pub fn write(&self, out: &mut dyn ValueWriter) {
        match self {
            Answer::Value(value) => value.write(out),
            Answer::Record { snapshot, class, id } => match snapshot.entry(*class, *id) {
                Some(entry) => write_record(snapshot, *id, &*entry.row, out),
                None => out.nil(),
            },
            Answer::Records { snapshot, class, ids } => {
                out.begin_struct();
                let mut member = |id: RefId, row: &dyn Row| {
                    out.member(id.encode(&mut [0; 46]));
                    write_record(snapshot, id, row, out);
                };
                let table = snapshot.table(*class);
                match ids {
                    None => table.iter().for_each(|(id, entry)| member(*id, &*entry.row)),
                    Some(ids) => {
                        let rows = ids.iter().filter_map(|id| Some((*id, table.get(id)?)));
                        rows.for_each(|(id, entry)| member(id, &*entry.row));
                    }
                }
                out.end_struct();
            }
            Answer::Events(batch) => batch.write(out),
        }
    }

    /// As a tree, for results of tasks and for callers inside the process.
    pub fn into_value(self) -> Value {
        match self {
            Answer::Value(value) => value,
            Answer::Record { snapshot, class, id } => record(&snapshot, class, id),
            Answer::Records { snapshot, class, ids } => {
                let ids = ids.unwrap_or_else(|| snapshot.table(class).keys().copied().collect());
                records(&snapshot, class, ids)
            }
            Answer::Events(batch) => batch.to_value(),
        }
    }
}

/// The fields that clients see, with their numbers.
pub fn visible(class: &'static ClassDef) -> impl Iterator<Item = (usize, &'static FieldDef)> {
    class.fields.iter().enumerate().filter(|(_, field)| !field.internal)
}

/// One record, field by field.
pub fn write_record(snapshot: &Snapshot, id: RefId, row: &dyn Row, out: &mut dyn ValueWriter) {
    // In the order of classes and fields. One look into the index serves all sets of the record.
    let referrers: Vec<_> = snapshot.all_referrers(id).collect();
    out.begin_struct();
    for (number, field) in visible(row.definition()) {
        if let Some(relation) = field.relation.filter(|relation| relation.kind == RelationKind::Many) {
            out.member(field.name);
            out.begin_array();
            let end = (relation.class, relation.field);
            let first = referrers.partition_point(|(class, field, _)| (*class, *field) < end);
            let theirs = referrers[first..].iter().take_while(|(class, field, _)| (*class, *field) == end);
            theirs.for_each(|(_, _, referrer)| out.reference(*referrer));
            out.end_array();
        } else if let Some(value) = row.field(number) {
            if matches!(field.ty, Type::Option(_)) && value.value() == Value::Nil {
                continue;
            }
            out.member(field.name);
            value.write(out);
        }
    }
    out.end_struct();
}

/// One field as a client sees it.
pub fn field_value(snapshot: &Snapshot, class: ClassId, id: RefId, number: usize) -> Option<Value> {
    let entry = snapshot.entry(class, id)?;
    let field = class.definition().fields.get(number)?;
    match field.relation {
        Some(relation) if relation.kind == RelationKind::Many => Some(Value::Array(
            snapshot.referrers(id, relation.class, relation.field).map(Value::Ref).collect(),
        )),
        _ => entry.row.field(number).map(|field| field.value()),
    }
}

/// One record as a tree; nil if the row is gone.
pub fn record(snapshot: &Snapshot, class: ClassId, id: RefId) -> Value {
    if !snapshot.contains(class, id) {
        return Value::Nil;
    }
    let members = visible(class.definition()).filter_map(|(number, field)| {
        let value = field_value(snapshot, class, id, number)?;
        (value != Value::Nil).then(|| (field.name.into(), value))
    });
    Value::Struct(members.collect())
}

/// A map from references to records, as a tree.
pub fn records(snapshot: &Snapshot, class: ClassId, ids: impl IntoIterator<Item = RefId>) -> Value {
    let member = |id: RefId| (id.to_string().into(), record(snapshot, class, id));
    Value::Struct(ids.into_iter().map(member).collect())
}
