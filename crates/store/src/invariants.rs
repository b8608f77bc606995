//! What is true of every row after every commit.

use crate::snapshot::{Entry, Layout, Snapshot, target_of};
use model::schema::RelationKind;
use model::{ClassId, RefId, Uuid};
use std::collections::HashSet;

/// A rule that a change would break.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[error("{class} {id}: {rule}")]
pub struct Broken {
    pub class: &'static str,
    pub id: RefId,
    pub rule: String,
}

/// References point at rows that are there, both sides of a relation agree, the uuid is its own.
pub(crate) fn check_row(snapshot: &Snapshot, class: ClassId, id: RefId, entry: &Entry) -> Result<(), Broken> {
    let broken = |rule: String| Err(Broken { class: class.name(), id, rule });
    let definition = class.definition();
    for number in &Layout::of(class).references {
        let field = &definition.fields[*number];
        let Some(target_class) = target_of(&field.ty) else { continue };
        let mut missing = None;
        let mut one_sided = None;
        if let Some(value) = entry.row.field(*number) {
            value.references(&mut |target| match snapshot.entry(target_class, target) {
                None => missing = Some(target),
                Some(other) => {
                    let relation =
                        field.relation.filter(|relation| relation.kind == RelationKind::ManyToMany);
                    if let Some(back) = relation.and_then(|relation| other.row.field(relation.field)) {
                        let mut mutual = false;
                        back.references(&mut |back| mutual |= back == id);
                        if !mutual {
                            one_sided = Some(target);
                        }
                    }
                }
            });
        }
        // Those who hold this row must be held by it: their own rows may be untouched.
        if let Some(relation) = field.relation.filter(|relation| relation.kind == RelationKind::ManyToMany) {
            let mut held = HashSet::new();
            if let Some(value) = entry.row.field(*number) {
                value.references(&mut |target| {
                    held.insert(target);
                });
            }
            let mut holders = snapshot.referrers(id, relation.class, relation.field);
            if let Some(holder) = holders.find(|holder| !held.contains(holder)) {
                return broken(format!("{} lacks {holder}, which holds it", field.name));
            }
        }
        if let Some(target) = missing {
            return broken(format!("{} points at {target}, which is not there", field.name));
        }
        if let Some(target) = one_sided {
            return broken(format!("{} holds {target}, which does not hold it", field.name));
        }
    }
    let uuid = entry.row.uuid();
    if uuid != Uuid::NIL && snapshot.holders(class, uuid).any(|holder| holder != id) {
        return broken(format!("uuid {uuid} belongs to another row"));
    }
    if class == ClassId::Pool && snapshot.table(class).len() > 1 {
        return broken("there is exactly one pool".into());
    }
    Ok(())
}

/// The indexes say what the rows say, no more and no less.
pub(crate) fn check_indexes(snapshot: &Snapshot) -> Result<(), Broken> {
    let mut fresh = Snapshot::default();
    for class in ClassId::all() {
        for (id, entry) in snapshot.table(class) {
            fresh.put(class, *id, entry.clone());
        }
    }
    let rule = if fresh.references != snapshot.references {
        "the index of references is wrong"
    } else if fresh.uuids != snapshot.uuids {
        "the index of uuids is wrong"
    } else if fresh.names != snapshot.names {
        "the index of names is wrong"
    } else {
        return Ok(());
    };
    Err(Broken { class: "snapshot", id: RefId::NULL, rule: rule.into() })
}
