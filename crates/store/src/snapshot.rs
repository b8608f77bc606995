//! `Snapshot`: all rows of a pool at one generation, immutable and free to keep.
//!
//! Tables are ordered by reference, so whatever walks them is the same in every run. Beside the
//! rows stand three indexes, kept in step by `Transaction`: uuids, names, and references (who
//! points at whom), from which the sets of one-to-many relations are read. The last changes are
//! remembered for those who ask "what is new since".

use crate::recent::Recent;
use imbl::{OrdMap, OrdSet};
use model::schema::{ClassDef, RelationKind, Type};
use model::{Class, ClassId, Many, Ref, RefId, Row, Uuid};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::{Arc, OnceLock};

/// A row with the generations of its making and its last change.
#[derive(Clone, Debug)]
pub struct Entry {
    pub created: u64,
    pub modified: u64,
    pub row: Arc<dyn Row>,
}

impl Entry {
    pub fn get<T: Class>(&self) -> Option<&T> {
        self.row.as_any().downcast_ref()
    }
}

pub type Table = OrdMap<RefId, Entry>;

/// Who points at whom: target, class and field of the pointing row, pointing row.
pub(crate) type References = OrdSet<(RefId, ClassId, u8, RefId)>;

#[derive(Clone)]
pub struct Snapshot {
    pub(crate) generation: u64,
    pub(crate) tables: Box<[Table]>,
    pub(crate) references: References,
    /// More than one row has a uuid only until the commit is refused.
    pub(crate) uuids: OrdSet<(ClassId, Uuid, RefId)>,
    pub(crate) names: OrdSet<(ClassId, u64, RefId)>,
    pub(crate) recent: Recent,
}

impl Default for Snapshot {
    fn default() -> Self {
        Snapshot {
            generation: 0,
            tables: ClassId::all().map(|_| Table::new()).collect(),
            references: OrdSet::new(),
            uuids: OrdSet::new(),
            names: OrdSet::new(),
            recent: Recent::default(),
        }
    }
}

impl Snapshot {
    /// The number of the last change.
    pub fn generation(&self) -> u64 {
        self.generation
    }
    pub fn table(&self, class: ClassId) -> &Table {
        &self.tables[class as usize]
    }
    pub fn entry(&self, class: ClassId, id: RefId) -> Option<&Entry> {
        self.table(class).get(&id)
    }
    pub fn contains(&self, class: ClassId, id: RefId) -> bool {
        self.table(class).contains_key(&id)
    }
    pub fn get<T: Class>(&self, id: Ref<T>) -> Option<&T> {
        self.entry(T::ID, id.id())?.get()
    }
    /// All rows of a class, by reference.
    pub fn all<T: Class>(&self) -> impl Iterator<Item = (Ref<T>, &T)> {
        self.table(T::ID).iter().filter_map(|(id, entry)| Some((Ref::new(*id), entry.get()?)))
    }
    /// The only row of a class that has one, such as `pool`.
    pub fn first<T: Class>(&self) -> Option<(Ref<T>, &T)> {
        self.all().next()
    }
    pub fn by_uuid(&self, class: ClassId, uuid: Uuid) -> Option<RefId> {
        self.holders(class, uuid).next()
    }
    /// Every row that has this uuid.
    pub(crate) fn holders(&self, class: ClassId, uuid: Uuid) -> impl Iterator<Item = RefId> {
        let from = self.uuids.range((class, uuid, RefId(0))..);
        from.take_while(move |key| (key.0, key.1) == (class, uuid)).map(|(_, _, id)| *id)
    }
    /// The rows with this `name_label`.
    pub fn by_name(&self, class: ClassId, name: &str) -> impl Iterator<Item = RefId> {
        let hash = hash_of(name);
        let number = class.definition().field("name_label").map(|(number, _)| number);
        let wanted = model::Value::string(name);
        let named = move |id: &RefId| {
            let row = &self.entry(class, *id)?.row;
            Some(row.field(number?)?.value() == wanted)
        };
        let range = (class, hash, RefId(0))..=(class, hash, RefId(u128::MAX));
        self.names.range(range).map(|(_, _, id)| *id).filter(move |id| named(id).unwrap_or(false))
    }
    /// The rows of `B` that belong to this row of `A`.
    pub fn many<A, B: Class>(&self, relation: Many<A, B>, one: Ref<A>) -> impl Iterator<Item = Ref<B>> {
        self.referrers(one.id(), B::ID, relation.field).map(Ref::new)
    }
    /// The same with their rows.
    pub fn many_rows<A, B: Class>(
        &self,
        relation: Many<A, B>,
        one: Ref<A>,
    ) -> impl Iterator<Item = (Ref<B>, &B)> {
        self.many(relation, one).filter_map(|id| Some((id, self.get(id)?)))
    }
    /// The rows of a class whose field points at `target`.
    pub fn referrers(&self, target: RefId, class: ClassId, field: usize) -> impl Iterator<Item = RefId> {
        let field = field as u8;
        // Looking for the end as well would take as long as looking for the start.
        let from = self.references.range((target, class, field, RefId(0))..);
        from.take_while(move |key| (key.0, key.1, key.2) == (target, class, field)).map(|(_, _, _, id)| *id)
    }
    /// Every row that points at `target`, with the field that does.
    pub fn all_referrers(&self, target: RefId) -> impl Iterator<Item = (ClassId, usize, RefId)> {
        let from = self.references.range((target, ClassId::Session, 0, RefId(0))..);
        let theirs = from.take_while(move |key| key.0 == target);
        theirs.map(|(_, class, field, id)| (*class, usize::from(*field), *id))
    }
    /// What changed after a generation, newest state of each object only. See `Recent`.
    pub fn changes_since(&self, generation: u64) -> crate::recent::Changes<'_> {
        self.recent.since(self, generation)
    }
    pub fn len(&self) -> usize {
        self.tables.iter().map(Table::len).sum()
    }
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Check every rule on every row. For tests, tools and doubt; a commit checks what it touches.
    pub fn verify(&self) -> Result<(), crate::invariants::Broken> {
        for class in ClassId::all() {
            for (id, entry) in self.table(class) {
                crate::invariants::check_row(self, class, *id, entry)?;
            }
        }
        crate::invariants::check_indexes(self)
    }

    /// Put a row into its table and all indexes; the one that was there comes back.
    pub(crate) fn put(&mut self, class: ClassId, id: RefId, entry: Entry) -> Option<Entry> {
        let old = self.tables[class as usize].insert(id, entry.clone());
        self.reindex(class, id, old.as_ref().map(|old| &*old.row), Some(&*entry.row));
        old
    }
    pub(crate) fn take(&mut self, class: ClassId, id: RefId) -> Option<Entry> {
        let old = self.tables[class as usize].remove(&id)?;
        self.reindex(class, id, Some(&*old.row), None);
        Some(old)
    }

    fn reindex(&mut self, class: ClassId, id: RefId, old: Option<&dyn Row>, new: Option<&dyn Row>) {
        let layout = Layout::of(class);
        let (mut before, mut after) = (Vec::new(), Vec::new());
        for number in layout.references.iter().copied() {
            let of = |row: Option<&dyn Row>, targets: &mut Vec<RefId>| {
                targets.clear();
                if let Some(field) = row.and_then(|row| row.field(number)) {
                    field.references(&mut |target| targets.push(target));
                }
            };
            of(old, &mut before);
            of(new, &mut after);
            if before == after {
                continue;
            }
            for target in before.iter().filter(|target| !after.contains(target)) {
                self.references.remove(&(*target, class, number as u8, id));
            }
            for target in after.iter().filter(|target| !before.contains(target)) {
                self.references.insert((*target, class, number as u8, id));
            }
        }
        let (before, after) =
            (old.map_or(Uuid::NIL, |row| row.uuid()), new.map_or(Uuid::NIL, |row| row.uuid()));
        if before != after {
            if before != Uuid::NIL {
                self.uuids.remove(&(class, before, id));
            }
            if after != Uuid::NIL {
                self.uuids.insert((class, after, id));
            }
        }
        if let Some(number) = layout.name {
            let of = |row: Option<&dyn Row>| name_hash(row?, number);
            let (before, after) = (of(old), of(new));
            if before != after {
                if let Some(hash) = before {
                    self.names.remove(&(class, hash, id));
                }
                if let Some(hash) = after {
                    self.names.insert((class, hash, id));
                }
            }
        }
    }
}

pub(crate) fn name_hash(row: &dyn Row, number: usize) -> Option<u64> {
    let value = row.field(number)?.value();
    value.as_text().map(|text| hash_of(&text))
}

fn hash_of(name: &str) -> u64 {
    // The default hasher has fixed keys, so the order of names is the same in every run.
    let mut hasher = DefaultHasher::new();
    name.hash(&mut hasher);
    hasher.finish()
}

/// What the store must know of a class, read once from its table.
pub(crate) struct Layout {
    /// Fields that hold references, loose ones left out.
    pub references: Vec<usize>,
    pub name: Option<usize>,
    /// The fields that are references of a one-to-many relation.
    pub ones: Vec<usize>,
}

impl Layout {
    pub fn of(class: ClassId) -> &'static Layout {
        static LAYOUTS: OnceLock<Vec<Layout>> = OnceLock::new();
        &LAYOUTS.get_or_init(|| ClassId::all().map(|class| Layout::read(class.definition())).collect())
            [class as usize]
    }
    fn read(class: &ClassDef) -> Layout {
        let numbers = |wanted: &dyn Fn(&model::schema::FieldDef) -> bool| -> Vec<usize> {
            class
                .fields
                .iter()
                .enumerate()
                .filter(|(_, field)| wanted(field))
                .map(|(number, _)| number)
                .collect()
        };
        Layout {
            references: numbers(&|field| !field.loose && !field.derived() && target_of(&field.ty).is_some()),
            name: class.field("name_label").map(|(number, _)| number),
            ones: numbers(&|field| field.relation.is_some_and(|relation| relation.kind == RelationKind::One)),
        }
    }
}

/// The class at which references of this type point.
pub(crate) fn target_of(ty: &Type) -> Option<ClassId> {
    match ty {
        Type::Ref(class) => class.definition().new_row.map(|_| *class),
        Type::Set(item) | Type::Option(item) => target_of(item),
        Type::Map(key, value) => target_of(key).or_else(|| target_of(value)),
        _ => None,
    }
}
