//! What is true of every row after every commit.

use crate::snapshot::{Entry, Layout, Snapshot, name_hash, target_of};
use imbl::OrdSet;
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
    let (mut references, mut uuids, mut names) = (Vec::new(), Vec::new(), Vec::new());
    for class in ClassId::all() {
        let layout = Layout::of(class);
        for (id, entry) in snapshot.table(class) {
            for number in layout.references.iter().copied() {
                if let Some(field) = entry.row.field(number) {
                    field.references(&mut |target| references.push((target, class, number as u8, *id)));
                }
            }
            let uuid = entry.row.uuid();
            if uuid != Uuid::NIL {
                uuids.push((class, uuid, *id));
            }
            if let Some(hash) = layout.name.and_then(|number| name_hash(&*entry.row, number)) {
                names.push((class, hash, *id));
            }
        }
    }
    let rule = if !is_index_of(&snapshot.references, references) {
        "the index of references is wrong"
    } else if !is_index_of(&snapshot.uuids, uuids) {
        "the index of uuids is wrong"
    } else if !is_index_of(&snapshot.names, names) {
        "the index of names is wrong"
    } else {
        return Ok(());
    };
    Err(Broken { class: "snapshot", id: RefId::NULL, rule: rule.into() })
}

fn is_index_of<T: Ord + Clone>(index: &OrdSet<T>, mut entries: Vec<T>) -> bool {
    entries.sort_unstable();
    entries.dedup();
    index.len() == entries.len() && index.iter().eq(&entries)
}
