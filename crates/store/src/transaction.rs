//! `Transaction`: a private copy of the snapshot that is changed freely, then becomes the next one.
//!
//! Reading through it sees its own changes. What was touched is remembered, so that the commit can
//! tell what really changed, number it, check it and write it down. A transaction that is dropped
//! leaves no trace.

use crate::invariants::{Broken, check_row};
use crate::recent::Change as Recent;
use crate::record::{Change, What, changed_fields, full_fields};
use crate::snapshot::{Entry, Layout, Snapshot};
use model::{Class, ClassId, Ref, RefId, Row};
use std::collections::HashSet;
use std::ops::Deref;
use std::sync::Arc;

pub struct Transaction {
    base: Snapshot,
    work: Snapshot,
    /// In the order of the first touch, which is the order of generations.
    order: Vec<(ClassId, RefId)>,
    touched: HashSet<(ClassId, RefId)>,
    /// Rows whose derived sets changed: they count as changed even if they are the same.
    bumped: HashSet<(ClassId, RefId)>,
}

impl Deref for Transaction {
    type Target = Snapshot;
    fn deref(&self) -> &Snapshot {
        &self.work
    }
}

impl Transaction {
    pub(crate) fn new(base: &Snapshot) -> Transaction {
        Transaction {
            base: base.clone(),
            work: base.clone(),
            order: Vec::new(),
            touched: HashSet::new(),
            bumped: HashSet::new(),
        }
    }

    /// One that nobody will commit: to see what edits would make.
    pub fn imagined(base: &Snapshot) -> Transaction {
        Transaction::new(base)
    }

    /// The state before this transaction.
    pub fn before(&self) -> &Snapshot {
        &self.base
    }
    /// The objects touched so far, in order.
    pub fn touched(&self) -> &[(ClassId, RefId)] {
        &self.order
    }

    pub fn insert<T: Class>(&mut self, id: Ref<T>, row: T) {
        self.put(id.id(), Arc::new(row));
    }
    pub fn insert_row(&mut self, id: RefId, row: Box<dyn Row>) {
        self.put(id, Arc::from(row));
    }

    /// Change a row in place. `None` if it is not there.
    pub fn update<T: Class, R>(&mut self, id: Ref<T>, change: impl FnOnce(&mut T) -> R) -> Option<R> {
        let mut row = self.work.get(id)?.clone();
        let result = change(&mut row);
        self.put(id.id(), Arc::new(row));
        Some(result)
    }
    /// The same when the class is known only at run time.
    pub fn update_row<R>(
        &mut self,
        class: ClassId,
        id: RefId,
        change: impl FnOnce(&mut dyn Row) -> R,
    ) -> Option<R> {
        let mut row = self.work.entry(class, id)?.row.clone_row();
        let result = change(&mut *row);
        self.put(id, Arc::from(row));
        Some(result)
    }

    /// Take a row out. References to it become null, and it leaves every set.
    pub fn delete<T: Class>(&mut self, id: Ref<T>) -> bool {
        self.delete_row(T::ID, id.id())
    }
    pub fn delete_row(&mut self, class: ClassId, id: RefId) -> bool {
        if !self.work.contains(class, id) {
            return false;
        }
        let referrers: Vec<_> = self.work.all_referrers(id).collect();
        for (class, field, referrer) in referrers {
            self.update_row(class, referrer, |row| {
                if let Some(field) = row.field_mut(field) {
                    field.replace_reference(id, RefId::NULL);
                }
            });
        }
        self.touch(class, id);
        if let Some(old) = self.work.take(class, id) {
            self.bump_ones(class, Some(&*old.row), None);
        }
        true
    }

    /// Count a row as changed although it is the same.
    pub fn bump(&mut self, class: ClassId, id: RefId) {
        if self.work.contains(class, id) {
            self.touch(class, id);
            self.bumped.insert((class, id));
        }
    }

    fn put(&mut self, id: RefId, row: Arc<dyn Row>) {
        let class = row.class();
        self.touch(class, id);
        // A row that was deleted and comes again in one transaction never went.
        let (created, modified) =
            self.base.entry(class, id).map_or((0, 0), |old| (old.created, old.modified));
        let old = self.work.put(class, id, Entry { created, modified, row: row.clone() });
        self.bump_ones(class, old.as_ref().map(|old| &*old.row), Some(&*row));
    }

    fn touch(&mut self, class: ClassId, id: RefId) {
        if self.touched.insert((class, id)) {
            self.order.push((class, id));
        }
    }

    /// The "one" ends of a row's relations show another set now.
    fn bump_ones(&mut self, class: ClassId, old: Option<&dyn Row>, new: Option<&dyn Row>) {
        for number in &Layout::of(class).ones {
            let of = |row: Option<&dyn Row>| {
                let mut target = None;
                row.and_then(|row| row.field(*number))
                    .inspect(|field| field.references(&mut |id| target = Some(id)));
                target
            };
            let (before, after) = (of(old), of(new));
            let Some(relation) = class.definition().fields[*number].relation.filter(|_| before != after)
            else {
                continue;
            };
            for target in [before, after].into_iter().flatten() {
                self.bump(relation.class, target);
            }
        }
    }

    /// Number what changed, check it, and hand out the next snapshot with the list of changes.
    pub(crate) fn finish(mut self) -> Result<(Snapshot, Vec<Change>), Broken> {
        let mut changes = Vec::new();
        let order = std::mem::take(&mut self.order);
        for (class, id) in order.iter().copied() {
            let old = self.base.entry(class, id);
            let what = match (old, self.work.entry(class, id)) {
                (None, None) => continue,
                (Some(old), Some(new)) if old.row.same(&*new.row) && !self.bumped.contains(&(class, id)) => {
                    continue;
                }
                (None, Some(new)) => What::Made { fields: full_fields(&*new.row) },
                (Some(old), Some(new)) => {
                    What::Changed { previous: old.modified, fields: changed_fields(&*old.row, &*new.row) }
                }
                (Some(old), None) => What::Gone {
                    created: old.created,
                    modified: old.modified,
                    fields: full_fields(&*old.row),
                },
            };
            self.work.generation += 1;
            let generation = self.work.generation;
            let deleted = match &what {
                What::Gone { created, .. } => Some(*created),
                _ => None,
            };
            if let Some(entry) = self.work.tables[class as usize].get_mut(&id) {
                entry.modified = generation;
                if entry.created == 0 {
                    entry.created = generation;
                }
            }
            self.work.recent.push(generation, Recent { class, id, deleted });
            changes.push(Change { class, id, generation, what });
        }
        // Also those that are as they were: what they point at may be gone.
        for (class, id) in order {
            if let Some(entry) = self.work.entry(class, id) {
                check_row(&self.work, class, id, entry)?;
            }
        }
        Ok((self.work, changes))
    }
}
