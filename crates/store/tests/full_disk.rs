//! A full disk: the call fails, everything else goes on, and when there is room again it works.

use model::{Ref, RefId, Secret, Text};
use std::sync::{Arc, Mutex};
use store::engine::{Loader, StoredRow};
use store::record::Record;
use store::{Engine, EngineError, Header, Settings, SqliteEngine, Store, StoreError};

/// The engine, with the disk's size in the hands of the test.
#[derive(Clone)]
struct Disk(Arc<Mutex<SqliteEngine>>);

impl Disk {
    fn with<T>(&self, run: impl FnOnce(&mut SqliteEngine) -> T) -> T {
        run(&mut self.0.lock().unwrap())
    }
}

impl Engine for Disk {
    fn load(&mut self, loader: &mut dyn Loader) -> Result<(), EngineError> {
        self.with(|engine| engine.load(loader))
    }
    fn append(&mut self, batch: &[Arc<Record>]) -> Result<(), EngineError> {
        self.with(|engine| engine.append(batch))
    }
    fn checkpoint(
        &mut self,
        generation: u64,
        dictionary: &[u8],
        rows: &mut dyn Iterator<Item = StoredRow>,
        gone: &mut dyn Iterator<Item = (u16, RefId)>,
    ) -> Result<(), EngineError> {
        self.with(|engine| engine.checkpoint(generation, dictionary, rows, gone))
    }
    fn records(
        &mut self,
        first: u64,
        last: u64,
        visit: &mut dyn FnMut(&[u8], Record) -> bool,
    ) -> Result<(), EngineError> {
        self.with(|engine| engine.records(first, last, visit))
    }
    fn forget(&mut self, before: u64) -> Result<(), EngineError> {
        self.with(|engine| engine.forget(before))
    }
}

fn insert(store: &Store, number: u128) -> Result<(), StoreError> {
    let row = Secret { value: Text::new("x".repeat(2000)), ..Secret::default() };
    store.commit_blocking(Header::default(), |tx| Ok(tx.insert(Ref::from_bits(number), row)))
}

#[test]
fn calls_fail_while_the_disk_is_full_and_work_again_later() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store");
    let disk = Disk(Arc::new(Mutex::new(SqliteEngine::open(&path).unwrap())));
    // Checkpoints come often, so that they meet the full disk as well.
    let settings = Settings { checkpoint_bytes: 8_000, history_generations: 1_000 };
    let store = Store::open(disk.clone(), settings).unwrap();
    let mut written = Vec::new();
    for round in 0..3u128 {
        disk.with(|engine| {
            let pages = engine.pages();
            engine.set_max_pages(Some(pages + 5));
        });
        let mut refused = 0;
        for number in 0..60 {
            let number = 1000 * (round + 1) + number;
            match insert(&store, number) {
                Ok(()) => written.push(number),
                Err(StoreError::NotDurable(reason)) => {
                    assert!(reason.contains("full"), "{reason}");
                    refused += 1;
                }
                Err(other) => panic!("{other}"),
            }
            assert_eq!(store.snapshot().len(), written.len(), "what was refused is not seen");
        }
        assert!(refused > 0, "the disk was meant to be full");
        disk.with(|engine| engine.set_max_pages(None));
        insert(&store, 500 + round).unwrap();
        written.push(500 + round);
    }
    store.checkpoint().unwrap();
    drop((store, disk));
    let store = Store::open(SqliteEngine::open(&path).unwrap(), settings).unwrap();
    let pool = store.snapshot();
    pool.verify().unwrap();
    written.sort();
    assert_eq!(pool.all::<Secret>().map(|(id, _)| id.id().0).collect::<Vec<_>>(), written);
}
