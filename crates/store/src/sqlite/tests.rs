//! The store on disk: what is written is read again, and what is damaged is refused.

use super::SqliteEngine;
use crate::engine::{Engine, EngineError, Loader, StoredRow};
use crate::record::{Header, Record};
use model::{RefId, Text};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Remembers what it was told.
#[derive(Default, Debug, PartialEq)]
struct Heard {
    dictionary: Vec<u8>,
    generation: u64,
    rows: Vec<StoredRow>,
    records: Vec<Record>,
}

impl Loader for Heard {
    fn dictionary(&mut self, bytes: &[u8]) -> Result<(), EngineError> {
        self.dictionary = bytes.to_vec();
        Ok(())
    }
    fn checkpoint(&mut self, generation: u64) -> Result<(), EngineError> {
        self.generation = generation;
        Ok(())
    }
    fn row(&mut self, row: StoredRow) -> Result<(), EngineError> {
        self.rows.push(row);
        Ok(())
    }
    fn record(&mut self, record: Record) -> Result<(), EngineError> {
        self.records.push(record);
        Ok(())
    }
}

fn record(first: u64, last: u64) -> Arc<Record> {
    let header =
        Header { at_micros: -5, who: Text::new("root"), call: Text::new("VM.start"), task: RefId(9) };
    Arc::new(Record { first, last, header, body: vec![first as u8; 40] })
}
fn row(id: u128) -> StoredRow {
    StoredRow { class: 3, id: RefId(id), created: 1, modified: 2, body: vec![id as u8; 30] }
}
fn checkpoint(
    engine: &mut SqliteEngine,
    generation: u64,
    dictionary: &[u8],
    rows: &[StoredRow],
    gone: &[u128],
) {
    let mut gone = gone.iter().map(|id| (3, RefId(*id)));
    engine.checkpoint(generation, dictionary, &mut rows.iter().cloned(), &mut gone).unwrap();
}
fn load(engine: &mut SqliteEngine) -> Result<Heard, EngineError> {
    let mut heard = Heard::default();
    engine.load(&mut heard).map(|()| heard)
}
fn reasons(path: &Path) -> String {
    match SqliteEngine::open(path).and_then(|mut engine| load(&mut engine)) {
        Err(EngineError::Unusable(reason)) => reason,
        other => panic!("{other:?}"),
    }
}
fn folder() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store");
    (folder, path)
}
/// Two rows and three records behind them.
fn filled(path: &Path) -> Heard {
    let mut engine = SqliteEngine::open(path).unwrap();
    checkpoint(&mut engine, 2, b"words", &[row(1), row(2)], &[]);
    engine.append(&[record(3, 3), record(4, 6)]).unwrap();
    engine.append(&[record(7, 7)]).unwrap();
    load(&mut engine).unwrap()
}
fn sql(path: &Path, text: &str) {
    rusqlite::Connection::open(path).unwrap().execute_batch(text).unwrap();
}

#[test]
fn what_was_written_is_read_again() {
    let (_folder, path) = folder();
    assert_eq!(load(&mut SqliteEngine::open(&path).unwrap()).unwrap(), Heard::default());
    let heard = filled(&path);
    assert_eq!(heard.rows, [row(1), row(2)]);
    assert_eq!(heard.records, [record(3, 3), record(4, 6), record(7, 7)].map(|record| (*record).clone()));
    let mut engine = SqliteEngine::open(&path).unwrap();
    assert_eq!(load(&mut engine).unwrap(), heard);
    checkpoint(&mut engine, 7, b"new words", &[row(2), row(5)], &[]);
    assert_eq!(load(&mut engine).unwrap().rows, [row(2), row(5)], "new words come with all rows");
    checkpoint(&mut engine, 7, b"new words", &[row(6)], &[5]);
    engine.append(&[record(9, 9)]).unwrap_err();
    engine.append(&[record(8, 8)]).unwrap();
    drop(engine);
    let heard = load(&mut SqliteEngine::open(&path).unwrap()).unwrap();
    assert_eq!((heard.dictionary.as_slice(), heard.generation), (b"new words".as_slice(), 7));
    assert_eq!(heard.rows, [row(2), row(6)]);
    assert_eq!(heard.records, [(*record(8, 8)).clone()]);
}

#[test]
fn history_is_read_backwards_with_the_dictionary_of_its_time() {
    let (_folder, path) = folder();
    filled(&path);
    let mut engine = SqliteEngine::open(&path).unwrap();
    checkpoint(&mut engine, 7, b"new words", &[], &[]);
    engine.append(&[record(8, 9)]).unwrap();
    let mut seen = Vec::new();
    engine
        .records(5, 8, &mut |words, record| {
            seen.push((words.to_vec(), record.first));
            true
        })
        .unwrap();
    let expected: Vec<(Vec<u8>, u64)> =
        [(b"new words".as_slice(), 8), (b"words", 7), (b"words", 4)].map(|(w, f)| (w.to_vec(), f)).into();
    assert_eq!(seen, expected);
    engine.forget(6).unwrap();
    let mut left = Vec::new();
    engine
        .records(0, u64::MAX, &mut |_, record| {
            left.push(record.first);
            true
        })
        .unwrap();
    assert_eq!(left, [8, 7, 4]);
    engine.forget(100).unwrap();
    assert_eq!(load(&mut engine).unwrap().records.len(), 1, "what is behind the checkpoint stays");
}

#[test]
fn a_foreign_file_is_left_alone() {
    let (_folder, path) = folder();
    for bytes in [b"just some text".to_vec(), b"SQLite format 3\0".to_vec(), vec![0; 4096]] {
        std::fs::write(&path, &bytes).unwrap();
        assert!(reasons(&path).contains("is not a store of Xenios"));
        assert_eq!(std::fs::read(&path).unwrap(), bytes);
    }
    std::fs::remove_file(&path).unwrap();
    sql(&path, "CREATE TABLE theirs (x); PRAGMA application_id = 5");
    let before = std::fs::read(&path).unwrap();
    assert!(reasons(&path).contains("is not a store of Xenios"));
    assert_eq!(std::fs::read(&path).unwrap(), before);
}

#[test]
fn a_newer_format_is_left_alone() {
    let (_folder, path) = folder();
    filled(&path);
    sql(&path, "PRAGMA user_version = 2; PRAGMA wal_checkpoint(TRUNCATE)");
    let before = std::fs::read(&path).unwrap();
    assert!(reasons(&path).contains("written by a newer Xenios"));
    assert_eq!(std::fs::read(&path).unwrap(), before);
}

#[test]
fn damage_is_noticed() {
    for (damage, said) in [
        ("UPDATE rows SET body = x'00' WHERE id = (SELECT max(id) FROM rows)", "row"),
        ("UPDATE rows SET modified = 9", "row"),
        ("UPDATE records SET who = 'me' WHERE first = 4", "the record of change 4"),
        ("UPDATE records SET last = 5 WHERE first = 4", "the record of change 4"),
        ("DELETE FROM records WHERE first = 4", "the log has a gap"),
        ("UPDATE dictionaries SET bytes = x'00'", "the dictionary"),
        ("DROP TABLE rows", "no such table"),
    ] {
        let (_folder, path) = folder();
        filled(&path);
        sql(&path, damage);
        let outcome = SqliteEngine::open(&path).and_then(|mut engine| load(&mut engine));
        let reason = outcome.unwrap_err().to_string();
        assert!(reason.contains(said), "{damage}: {reason}");
    }
}

#[test]
fn broken_pages_are_noticed() {
    let (_folder, path) = folder();
    {
        let mut engine = SqliteEngine::open(&path).unwrap();
        let rows: Vec<StoredRow> = (0..2000).map(row).collect();
        checkpoint(&mut engine, 2, b"words", &rows, &[]);
    }
    let mut bytes = std::fs::read(&path).unwrap();
    let middle = bytes.len() / 2;
    // As much as a page: less could be a place that nothing is kept in.
    bytes[middle..middle + 16_384].fill(0xa5);
    std::fs::write(&path, bytes).unwrap();
    assert!(reasons(&path).contains("damaged"));
}

#[test]
fn the_file_belongs_to_one_at_a_time() {
    let (_folder, path) = folder();
    let mut first = SqliteEngine::open(&path).unwrap();
    assert!(reasons(&path).contains("is in use by another process"));
    checkpoint(&mut first, 1, b"words", &[row(1)], &[]);
    drop(first);
    SqliteEngine::open(&path).unwrap();
}

#[test]
fn a_full_disk_fails_the_batch_and_later_ones_work() {
    let (_folder, path) = folder();
    filled(&path);
    let mut engine = SqliteEngine::open(&path).unwrap();
    engine.set_max_pages(Some(engine.pages() + 4));
    let big = |number: u64| {
        let body = vec![number as u8; 3000];
        Arc::new(Record { body, ..(*record(number, number)).clone() })
    };
    let mut next = 8;
    let error = loop {
        match engine.append(&[big(next)]) {
            Ok(()) => next += 1,
            Err(error) => break error,
        }
    };
    assert!(matches!(&error, EngineError::Failed(reason) if reason.contains("full")), "{error}");
    assert!(engine.append(&[big(next)]).is_err());
    assert_eq!(load(&mut engine).unwrap().records.last().unwrap().last, next - 1);
    engine.set_max_pages(None);
    engine.append(&[big(next), big(next + 1)]).unwrap();
    drop(engine);
    let heard = load(&mut SqliteEngine::open(&path).unwrap()).unwrap();
    assert_eq!(heard.records.last().unwrap().last, next + 1);
}

#[test]
fn after_trouble_the_file_says_what_was_acknowledged() {
    let (_folder, path) = folder();
    filled(&path);
    let mut engine = SqliteEngine::open(&path).unwrap();
    // A batch that came through although its sync failed.
    engine.append(&[record(8, 8)]).unwrap();
    engine.acknowledged = 7;
    engine.connection = None;
    assert_eq!(load(&mut engine).unwrap().records.last().unwrap().last, 7);
    engine.append(&[record(8, 9)]).unwrap();
    // A batch that was acknowledged and is gone.
    engine.acknowledged = 12;
    engine.connection = None;
    assert!(matches!(engine.append(&[record(13, 13)]), Err(EngineError::Unusable(_))));
}
