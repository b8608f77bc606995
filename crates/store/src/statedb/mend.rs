//! References that point at nothing, and relations of which only one side knows.
//!
//! The original tolerates both, our store does not: such a reference becomes null, or leaves its set.

use super::LoadedRow;
use crate::snapshot::{Layout, target_of};
use model::schema::RelationKind;
use model::{ClassId, RefId};
use std::collections::{HashMap, HashSet};

/// Texts for the administrator, not more than can be read.
#[derive(Default)]
pub struct Warnings {
    texts: Vec<String>,
    more: usize,
}

impl Warnings {
    const KEPT: usize = 1000;

    pub fn add(&mut self, text: String) {
        if self.texts.len() < Self::KEPT {
            self.texts.push(text);
        } else {
            self.more += 1;
        }
    }
    pub fn texts(mut self) -> Vec<String> {
        if self.more > 0 {
            self.texts.push(format!("and {} more", self.more));
        }
        self.texts
    }
}

pub fn mend(rows: &mut [LoadedRow], warnings: &mut Warnings) {
    let classes: HashMap<RefId, ClassId> =
        rows.iter().map(|loaded| (loaded.id, loaded.row.class())).collect();
    let pairs = pairs(rows);
    for loaded in rows {
        let class = loaded.row.class();
        for number in Layout::of(class).references.iter().copied() {
            let field = &class.definition().fields[number];
            let Some(target_class) = target_of(&field.ty) else { continue };
            let both_know = field.relation.filter(|relation| relation.kind == RelationKind::ManyToMany);
            let mut wrong = Vec::new();
            if let Some(value) = loaded.row.field(number) {
                value.references(&mut |target| {
                    let there = classes.get(&target) == Some(&target_class);
                    let mutual = both_know.is_none_or(|relation| {
                        pairs.contains(&(relation.class, relation.field, target, loaded.id))
                    });
                    if !(there && mutual) {
                        wrong.push((target, there));
                    }
                });
            }
            for (target, there) in wrong {
                // Rows of such classes are never in the file.
                if target_class.definition().persistent {
                    let reason = if there { "which does not hold it" } else { "which is not there" };
                    let (class, id) = (class.name(), loaded.id);
                    warnings.add(format!("{class} {id}: {} points at {target}, {reason}", field.name));
                }
                if let Some(value) = loaded.row.field_mut(number) {
                    value.replace_reference(target, RefId::NULL);
                }
            }
        }
    }
}

/// Every reference of a relation that both sides hold: class, field, row, target.
fn pairs(rows: &[LoadedRow]) -> HashSet<(ClassId, usize, RefId, RefId)> {
    let mut pairs = HashSet::new();
    for loaded in rows {
        let class = loaded.row.class();
        for number in Layout::of(class).references.iter().copied() {
            let relation = class.definition().fields[number].relation;
            if relation.is_some_and(|relation| relation.kind == RelationKind::ManyToMany)
                && let Some(value) = loaded.row.field(number)
            {
                value.references(&mut |target| {
                    pairs.insert((class, number, loaded.id, target));
                });
            }
        }
    }
    pairs
}
