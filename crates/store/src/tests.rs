//! What a store promises: order, invariants, history, failures.

use crate::*;
use model::{ApiError, ClassId, Ref, Text, Uuid, Value, Vbd, Vm, many};

fn header() -> Header {
    Header { at_micros: 1, who: Text::new("root"), call: Text::new("test"), ..Header::default() }
}
fn vm(number: u128) -> Ref<Vm> {
    Ref::from_bits(100 + number)
}
fn vbd(number: u128) -> Ref<Vbd> {
    Ref::from_bits(200 + number)
}
fn named(name: &str, uuid: u128) -> Vm {
    Vm { name_label: Text::new(name), uuid: Uuid(uuid), ..Vm::default() }
}
fn open(engine: &MemoryEngine) -> Store {
    Store::open_inline(engine.clone(), Settings::default()).unwrap()
}
fn commit<T>(
    store: &Store,
    change: impl FnOnce(&mut Transaction) -> Result<T, ApiError>,
) -> Result<T, ApiError> {
    store.commit_blocking(header(), change)
}

#[test]
fn a_commit_survives_a_restart() {
    let engine = MemoryEngine::default();
    let store = open(&engine);
    commit(&store, |tx| Ok(tx.insert(vm(1), named("web", 7)))).unwrap();
    commit(&store, |tx| Ok(tx.insert(vbd(1), Vbd { VM: vm(1), uuid: Uuid(8), ..Vbd::default() }))).unwrap();
    commit(&store, |tx| Ok(tx.update(vm(1), |vm| vm.name_label = Text::new("db")))).unwrap();
    for round in 0..2 {
        let again = open(&engine);
        let pool = again.snapshot();
        assert_eq!(pool.generation(), 4, "a VM, a VBD and the VM it belongs to, the VM again");
        assert_eq!(pool.get(vm(1)).unwrap().name_label, "db");
        assert_eq!(pool.many(many::VM_VBDS, vm(1)).collect::<Vec<_>>(), [vbd(1)]);
        assert_eq!(pool.by_name(ClassId::Vm, "db").count(), 1);
        assert_eq!(pool.by_name(ClassId::Vm, "web").count(), 0);
        assert_eq!(pool.by_uuid(ClassId::Vm, Uuid(7)), Some(vm(1).id()));
        pool.verify().unwrap();
        if round == 0 {
            again.checkpoint().unwrap();
        }
    }
}

#[test]
fn what_breaks_a_rule_does_not_happen() {
    let store = open(&MemoryEngine::default());
    let nowhere = commit(&store, |tx| Ok(tx.insert(vbd(1), Vbd { VM: vm(9), ..Vbd::default() })));
    assert!(nowhere.unwrap_err().params[0].contains("VM points at"));
    commit(&store, |tx| Ok(tx.insert(vm(1), named("a", 7)))).unwrap();
    assert!(commit(&store, |tx| Ok(tx.insert(vm(2), named("b", 7)))).is_err(), "a uuid twice");
    assert_eq!(store.snapshot().generation(), 1);
    store.snapshot().verify().unwrap();
}

#[test]
fn references_to_what_is_gone_become_null() {
    let store = open(&MemoryEngine::default());
    commit(&store, |tx| {
        tx.insert(vm(1), named("a", 7));
        tx.insert(vbd(1), Vbd { VM: vm(1), ..Vbd::default() });
        Ok(())
    })
    .unwrap();
    commit(&store, |tx| Ok(tx.delete(vm(1)))).unwrap();
    assert_eq!(store.snapshot().get(vbd(1)).unwrap().VM, Ref::NULL);
    store.snapshot().verify().unwrap();
}

#[test]
fn setting_the_same_value_is_no_change() {
    let store = open(&MemoryEngine::default());
    commit(&store, |tx| Ok(tx.insert(vm(1), named("a", 7)))).unwrap();
    commit(&store, |tx| Ok(tx.update(vm(1), |vm| vm.name_label = Text::new("a")))).unwrap();
    assert_eq!(store.snapshot().generation(), 1);
}

#[test]
fn a_full_disk_fails_the_call_and_only_that() {
    let engine = MemoryEngine::default();
    let store = open(&engine);
    commit(&store, |tx| Ok(tx.insert(vm(1), named("a", 7)))).unwrap();
    engine.set_broken(true);
    let error = commit(&store, |tx| Ok(tx.delete(vm(1)))).unwrap_err();
    assert!(error.params[0].contains("no space left"), "{error}");
    assert!(store.snapshot().get(vm(1)).is_some());
    engine.set_broken(false);
    commit(&store, |tx| Ok(tx.delete(vm(1)))).unwrap();
    assert!(open(&engine).snapshot().get(vm(1)).is_none());
}

#[test]
fn the_feed_tells_the_newest_state_of_each_object() {
    let store = open(&MemoryEngine::default());
    commit(&store, |tx| Ok(tx.insert(vm(1), named("a", 7)))).unwrap();
    let token = store.snapshot().generation();
    commit(&store, |tx| Ok(tx.insert(vm(2), named("b", 8)))).unwrap();
    commit(&store, |tx| Ok(tx.update(vm(1), |vm| vm.memory_target = 5))).unwrap();
    commit(&store, |tx| Ok(tx.insert(vm(3), named("short", 9)))).unwrap();
    commit(&store, |tx| Ok(tx.delete(vm(3)))).unwrap();
    let pool = store.snapshot();
    let changes = pool.changes_since(token);
    assert_eq!(changes.present.iter().map(|(_, id, _)| *id).collect::<Vec<_>>(), [vm(2).id(), vm(1).id()]);
    assert!(changes.gone.is_empty(), "made and gone in between is silent");
    commit(&store, |tx| Ok(tx.delete(vm(2)))).unwrap();
    let pool = store.snapshot();
    let gone: Vec<_> = pool.changes_since(token + 4).gone.iter().map(|(_, _, id)| *id).collect();
    assert_eq!(gone, [vm(2).id()]);
}

#[test]
fn the_past_can_be_asked() {
    let store = open(&MemoryEngine::default());
    commit(&store, |tx| Ok(tx.insert(vm(1), named("a", 7)))).unwrap();
    let then = store.snapshot();
    commit(&store, |tx| Ok(tx.update(vm(1), |vm| vm.name_label = Text::new("b")))).unwrap();
    commit(&store, |tx| Ok(tx.insert(vbd(1), Vbd { VM: vm(1), ..Vbd::default() }))).unwrap();
    commit(&store, |tx| Ok(tx.delete(vm(1)))).unwrap();
    let past = store.as_of(then.generation()).unwrap();
    past.verify().unwrap();
    assert_eq!(past.get(vm(1)), then.get(vm(1)));
    assert!(past.get(vbd(1)).is_none());
    let history = store.history(ClassId::Vm, vm(1).id(), 10).unwrap();
    let calls: Vec<_> = history.iter().map(|event| event.fields(ClassId::Vm).len()).collect();
    assert_eq!(calls.len(), 4, "made, renamed, given a disk, gone: {history:?}");
    let renamed = &history[2];
    assert_eq!(renamed.fields(ClassId::Vm), [("name_label", Value::string("a"), Value::string("b"))]);
    assert_eq!(renamed.header, header());
}

#[test]
fn writers_in_many_threads_share_batches() {
    let store = std::sync::Arc::new(Store::open(MemoryEngine::default(), Settings::default()).unwrap());
    let threads: Vec<_> = (0..8u128)
        .map(|thread| {
            let store = store.clone();
            std::thread::spawn(move || {
                for number in 0..50 {
                    let id = 1000 * (thread + 1) + number;
                    commit(&store, |tx| Ok(tx.insert(vm(id), named("x", id)))).unwrap();
                    assert!(store.snapshot().get(vm(id)).is_some(), "what is acknowledged is seen");
                }
            })
        })
        .collect();
    threads.into_iter().for_each(|thread| thread.join().unwrap());
    assert_eq!(store.snapshot().generation(), 400);
    store.snapshot().verify().unwrap();
}
