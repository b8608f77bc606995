//! Random transactions, restarts, checkpoints and failing disks, compared with a map that does the
//! same without any cleverness.

use model::{Class, ClassId, Ref, RefId, Row, Set, Text, Uuid, Value, Vbd, Vdi, Vm, VmGroup, many};
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use store::record::What;
use store::{Engine, Header, MemoryEngine, Settings, Snapshot, SqliteEngine, Store, StoreError, Transaction};

/// What is done to a row, with small numbers for which one. Numbers of rows that are not there are
/// part of the game.
#[derive(Clone, Debug)]
enum Op {
    Vm {
        vm: u8,
        name: u8,
        uuid: u8,
    },
    Vdi {
        vdi: u8,
        parent: Option<u8>,
    },
    Vbd {
        vbd: u8,
        vm: Option<u8>,
        vdi: Option<u8>,
    },
    Group {
        group: u8,
    },
    Rename {
        vm: u8,
        name: u8,
    },
    Move {
        vbd: u8,
        vm: Option<u8>,
    },
    /// Both sides of a relation of many to many.
    Join {
        vm: u8,
        group: u8,
    },
    /// One side only, which no commit may contain.
    HalfJoin {
        vm: u8,
        group: u8,
    },
    Delete {
        class: u8,
        number: u8,
    },
}

#[derive(Clone, Debug)]
enum Step {
    Commit(Vec<Op>),
    /// The caller changes its mind.
    Abandon(Vec<Op>),
    /// The disk says no.
    Refuse(Vec<Op>),
    Restart,
    Checkpoint,
}

fn op() -> impl Strategy<Value = Op> {
    let few = || 0..5u8;
    let maybe = || prop::option::of(0..5u8);
    prop_oneof![
        (few(), few(), 0..40u8).prop_map(|(vm, name, uuid)| Op::Vm { vm, name, uuid }),
        (few(), maybe()).prop_map(|(vdi, parent)| Op::Vdi { vdi, parent }),
        (few(), maybe(), maybe()).prop_map(|(vbd, vm, vdi)| Op::Vbd { vbd, vm, vdi }),
        few().prop_map(|group| Op::Group { group }),
        (few(), few()).prop_map(|(vm, name)| Op::Rename { vm, name }),
        (few(), maybe()).prop_map(|(vbd, vm)| Op::Move { vbd, vm }),
        (few(), few()).prop_map(|(vm, group)| Op::Join { vm, group }),
        (few(), few()).prop_map(|(vm, group)| Op::HalfJoin { vm, group }),
        (0..4u8, few()).prop_map(|(class, number)| Op::Delete { class, number }),
    ]
}

fn step() -> impl Strategy<Value = Step> {
    let ops = || prop::collection::vec(op(), 1..4);
    prop_oneof![
        8 => ops().prop_map(Step::Commit),
        1 => ops().prop_map(Step::Abandon),
        1 => ops().prop_map(Step::Refuse),
        1 => Just(Step::Restart),
        1 => Just(Step::Checkpoint),
    ]
}

fn id(class: ClassId, number: u8) -> RefId {
    RefId((class as u128 + 1) * 1000 + u128::from(number))
}
fn to<T: Class>(number: u8) -> Ref<T> {
    Ref::new(id(T::ID, number))
}
fn maybe_to<T: Class>(number: Option<u8>) -> Ref<T> {
    number.map_or(Ref::NULL, to)
}
fn with<T: Clone + PartialEq>(set: &Set<T>, member: T) -> Set<T> {
    let mut set = set.clone();
    set.insert(member);
    set
}
const CLASSES: [ClassId; 4] = [ClassId::Vm, ClassId::Vdi, ClassId::Vbd, ClassId::VmGroup];

fn vm(name: u8, uuid: u8) -> Vm {
    Vm { name_label: Text::new(format!("vm {name}")), uuid: Uuid(u128::from(uuid)), ..Vm::default() }
}

/// The same op on a transaction …
fn act(tx: &mut Transaction, op: &Op) {
    match *op {
        Op::Vm { vm: number, name, uuid } => tx.insert(to(number), vm(name, uuid)),
        Op::Vdi { vdi, parent } => tx.insert(to(vdi), Vdi { parent: maybe_to(parent), ..Vdi::default() }),
        Op::Vbd { vbd, vm, vdi } => {
            tx.insert(to(vbd), Vbd { VM: maybe_to(vm), VDI: maybe_to(vdi), ..Vbd::default() });
        }
        Op::Group { group } => tx.insert(to(group), VmGroup::default()),
        Op::Rename { vm: number, name } => {
            tx.update(to::<Vm>(number), |row| row.name_label = vm(name, 0).name_label);
        }
        Op::Move { vbd, vm } => {
            tx.update(to::<Vbd>(vbd), |row| row.VM = maybe_to(vm));
        }
        Op::Join { vm, group } => {
            tx.update(to::<Vm>(vm), |row| row.groups = with(&row.groups, to(group)));
            tx.update(to::<VmGroup>(group), |row| row.VMs = with(&row.VMs, to(vm)));
        }
        Op::HalfJoin { vm, group } => {
            tx.update(to::<Vm>(vm), |row| row.groups = with(&row.groups, to(group)));
        }
        Op::Delete { class, number } => {
            let class = CLASSES[usize::from(class)];
            tx.delete_row(class, id(class, number));
        }
    }
}

/// … and on the map.
#[derive(Default)]
struct Naive {
    rows: BTreeMap<(ClassId, RefId), Box<dyn Row>>,
}

impl Clone for Naive {
    fn clone(&self) -> Self {
        Naive { rows: self.rows.iter().map(|(key, row)| (*key, row.clone_row())).collect() }
    }
}

impl Naive {
    fn put<T: Class>(&mut self, number: u8, row: T) {
        self.rows.insert((T::ID, id(T::ID, number)), Box::new(row));
    }
    fn get<T: Class>(&mut self, number: u8) -> Option<&mut T> {
        self.rows.get_mut(&(T::ID, id(T::ID, number)))?.as_any_mut().downcast_mut()
    }
    fn all<T: Class>(&self) -> impl Iterator<Item = (RefId, &T)> {
        self.rows.iter().filter_map(|((_, id), row)| Some((*id, row.as_any().downcast_ref()?)))
    }

    fn act(&mut self, op: &Op) {
        match *op {
            Op::Vm { vm: number, name, uuid } => self.put(number, vm(name, uuid)),
            Op::Vdi { vdi, parent } => self.put(vdi, Vdi { parent: maybe_to(parent), ..Vdi::default() }),
            Op::Vbd { vbd, vm, vdi } => {
                self.put(vbd, Vbd { VM: maybe_to(vm), VDI: maybe_to(vdi), ..Vbd::default() });
            }
            Op::Group { group } => self.put(group, VmGroup::default()),
            Op::Rename { vm: number, name } => {
                if let Some(row) = self.get::<Vm>(number) {
                    row.name_label = vm(name, 0).name_label;
                }
            }
            Op::Move { vbd, vm } => {
                if let Some(row) = self.get::<Vbd>(vbd) {
                    row.VM = maybe_to(vm);
                }
            }
            Op::Join { vm, group } => {
                self.act(&Op::HalfJoin { vm, group });
                if let Some(row) = self.get::<VmGroup>(group) {
                    row.VMs = with(&row.VMs, to(vm));
                }
            }
            Op::HalfJoin { vm, group } => {
                if let Some(row) = self.get::<Vm>(vm) {
                    row.groups = with(&row.groups, to(group));
                }
            }
            Op::Delete { class, number } => {
                let class = CLASSES[usize::from(class)];
                let gone = id(class, number);
                if self.rows.remove(&(class, gone)).is_some() {
                    for row in self.rows.values_mut() {
                        for number in 0..row.definition().fields.len() {
                            if let Some(field) = row.field_mut(number) {
                                field.replace_reference(gone, RefId::NULL);
                            }
                        }
                    }
                }
            }
        }
    }

    /// Whether a commit may end like this.
    fn is_right(&self) -> bool {
        let there = |class, id: RefId| id.is_null() || self.rows.contains_key(&(class, id));
        let uuids: Vec<Uuid> =
            self.all::<Vm>().map(|(_, vm)| vm.uuid).filter(|uuid| *uuid != Uuid::NIL).collect();
        let joined: BTreeSet<_> = self
            .all::<Vm>()
            .flat_map(|(id, vm)| vm.groups.iter().map(move |group| (id, group.id())).collect::<Vec<_>>())
            .collect();
        let joined_back: BTreeSet<_> = self
            .all::<VmGroup>()
            .flat_map(|(id, group)| group.VMs.iter().map(move |vm| (vm.id(), id)).collect::<Vec<_>>())
            .collect();
        uuids.iter().collect::<BTreeSet<_>>().len() == uuids.len()
            && joined == joined_back
            && joined.iter().all(|(vm, group)| there(ClassId::Vm, *vm) && there(ClassId::VmGroup, *group))
            && self
                .all::<Vbd>()
                .all(|(_, row)| there(ClassId::Vm, row.VM.id()) && there(ClassId::Vdi, row.VDI.id()))
            && self.all::<Vdi>().all(|(_, row)| there(ClassId::Vdi, row.parent.id()))
    }

    fn compare(&self, pool: &Snapshot) {
        pool.verify().unwrap();
        assert_eq!(pool.len(), self.rows.len());
        for ((class, id), row) in &self.rows {
            let entry = pool.entry(*class, *id).unwrap();
            assert!(entry.row.same(&**row), "{:?} is {row:?}", entry.row);
        }
        for (id, row) in self.all::<Vm>() {
            let disks: Vec<RefId> =
                self.all::<Vbd>().filter(|(_, vbd)| vbd.VM.id() == id).map(|(id, _)| id).collect();
            assert_eq!(pool.many(many::VM_VBDS, Ref::new(id)).map(Ref::id).collect::<Vec<_>>(), disks);
            let same: Vec<RefId> = self
                .all::<Vm>()
                .filter(|(_, vm)| vm.name_label == row.name_label)
                .map(|(id, _)| id)
                .collect();
            assert_eq!(pool.by_name(ClassId::Vm, &row.name_label).collect::<Vec<_>>(), same);
            if row.uuid != Uuid::NIL {
                assert_eq!(pool.by_uuid(ClassId::Vm, row.uuid), Some(id));
            }
        }
    }
}

/// A disk that outlives the store, and can be made to refuse.
trait Disk {
    type Engine: Engine;
    fn engine(&self) -> Self::Engine;
    fn set_broken(&self, broken: bool);
}

impl Disk for MemoryEngine {
    type Engine = MemoryEngine;
    fn engine(&self) -> MemoryEngine {
        self.clone()
    }
    fn set_broken(&self, broken: bool) {
        MemoryEngine::set_broken(self, broken);
    }
}

impl Disk for tempfile::TempDir {
    type Engine = SqliteEngine;
    fn engine(&self) -> SqliteEngine {
        SqliteEngine::open(&self.path().join("store")).unwrap()
    }
    fn set_broken(&self, _broken: bool) {}
}

fn same_entries(one: &Snapshot, other: &Snapshot) {
    assert_eq!((one.generation(), one.len()), (other.generation(), other.len()));
    for class in CLASSES {
        for (id, entry) in one.table(class) {
            let again = other.entry(class, *id).unwrap();
            assert_eq!((entry.created, entry.modified), (again.created, again.modified), "{class:?} {id}");
            assert!(entry.row.same(&*again.row));
        }
    }
}

/// Each change names the one before it, back to the making.
fn check_history(store: &Store, class: ClassId, id: RefId) {
    let pool = store.snapshot();
    let entry = pool.entry(class, id).unwrap();
    let events = store.history(class, id, 10_000).unwrap();
    let mut expected = Some(entry.modified);
    let mut values: BTreeMap<u16, Value> = BTreeMap::new();
    for event in &events {
        assert_eq!(Some(event.generation), expected);
        match &event.what {
            What::Made { fields } => {
                expected = None;
                for (number, value) in fields {
                    values.entry(*number).or_insert_with(|| value.clone());
                }
            }
            What::Changed { previous, fields } => {
                expected = Some(*previous);
                for (number, _, new) in fields {
                    values.entry(*number).or_insert_with(|| new.clone());
                }
            }
            What::Gone { .. } => panic!("it is there"),
        }
    }
    assert_eq!((expected, events.last().map(|event| event.generation)), (None, Some(entry.created)));
    for (number, value) in values {
        assert_eq!(entry.row.field(usize::from(number)).unwrap().value(), value);
    }
}

fn play<D: Disk>(disk: &D, steps: &[Step], can_refuse: bool) {
    let settings = Settings { checkpoint_bytes: 2_000, history_generations: u64::MAX >> 1 };
    let open = || Store::open_inline(disk.engine(), settings).unwrap();
    let mut store = Some(open());
    let mut naive = Naive::default();
    let mut seen = vec![store.as_ref().unwrap().snapshot()];
    for step in steps {
        match (step, store.as_ref().unwrap()) {
            (Step::Commit(ops), store) => {
                let mut next = naive.clone();
                ops.iter().for_each(|op| next.act(op));
                let change = |tx: &mut Transaction| Ok(ops.iter().for_each(|op| act(tx, op)));
                let outcome: Result<(), StoreError> = store.commit_blocking(Header::default(), change);
                assert_eq!(outcome.is_ok(), next.is_right(), "{ops:?}: {outcome:?}");
                if outcome.is_ok() {
                    naive = next;
                }
            }
            (Step::Abandon(ops), store) => {
                let change = |tx: &mut Transaction| {
                    ops.iter().for_each(|op| act(tx, op));
                    Err::<(), _>(StoreError::Closed)
                };
                assert!(store.commit_blocking(Header::default(), change).is_err());
            }
            (Step::Refuse(ops), store) if can_refuse => {
                disk.set_broken(true);
                let generation = store.snapshot().generation();
                let change = |tx: &mut Transaction| Ok(ops.iter().for_each(|op| act(tx, op)));
                let outcome: Result<(), StoreError> = store.commit_blocking(Header::default(), change);
                assert_eq!(store.snapshot().generation(), generation);
                // What changes nothing needs no disk, and may still break no rule.
                if outcome.is_ok() {
                    let mut next = naive.clone();
                    ops.iter().for_each(|op| next.act(op));
                    next.compare(&store.snapshot());
                }
                disk.set_broken(false);
            }
            (Step::Refuse(_), _) => {}
            (Step::Restart, _) => {
                let before = store.take().unwrap().snapshot();
                store = Some(open());
                same_entries(&before, &store.as_ref().unwrap().snapshot());
            }
            (Step::Checkpoint, store) => store.checkpoint().unwrap(),
        }
        let pool = store.as_ref().unwrap().snapshot();
        naive.compare(&pool);
        seen.push(pool);
    }
    let store = store.unwrap();
    for past in &seen {
        let again = store.as_of(past.generation()).unwrap();
        again.verify().unwrap();
        same_entries(past, &again);
    }
    for (class, id) in naive.rows.keys() {
        check_history(&store, *class, *id);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(150) })]

    #[test]
    fn the_store_does_what_a_map_does(steps in prop::collection::vec(step(), 1..40)) {
        play(&MemoryEngine::default(), &steps, true);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(30) })]

    #[test]
    fn and_so_it_does_on_disk(steps in prop::collection::vec(step(), 1..40)) {
        play(&tempfile::tempdir().unwrap(), &steps, false);
    }
}
