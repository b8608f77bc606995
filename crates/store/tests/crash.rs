//! A process that commits is killed at any moment: what it was told is durable is there afterwards.

#![allow(clippy::disallowed_methods, reason = "another process is waited for")]

use model::{Ref, Secret, Text, Uuid};
use std::io::{Read, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use store::{Header, Settings, SqliteEngine, Store, StoreError};

/// In the process that is killed: the file to write to.
const VICTIM: &str = "XENIOS_TEST_VICTIM";

fn id_of(number: u64) -> Ref<Secret> {
    Ref::from_bits(u128::from(number) + 2)
}

/// Not a test by itself: it commits numbers from four threads and prints each once it is
/// acknowledged, until it is killed.
#[test]
fn victim() {
    let Some(path) = std::env::var_os(VICTIM) else { return };
    // Small checkpoints, so that the end may come in the middle of one.
    let settings = Settings { checkpoint_bytes: 20_000, history_generations: 50 };
    let engine = SqliteEngine::open(Path::new(&path)).expect("the file is whole");
    let store = Store::open(engine, settings).expect("the log is whole");
    let newest = store.snapshot().all::<Secret>().map(|(id, _)| id.id().0).max().unwrap_or(0);
    let next = AtomicU64::new(newest as u64);
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                loop {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    let value = Text::new(number.to_string());
                    let row = Secret { uuid: Uuid(id_of(number).id().0), value, ..Secret::default() };
                    let change =
                        |tx: &mut store::Transaction| Ok::<_, StoreError>(tx.insert(id_of(number), row));
                    store.commit_blocking(Header::default(), change).expect("the disk takes it");
                    let mut out = std::io::stdout().lock();
                    writeln!(out, "{number}").and_then(|()| out.flush()).expect("somebody reads");
                }
            });
        }
    });
}

/// Let a victim run a while, kill it, and return the numbers it printed.
fn run(path: &Path, while_for: Duration) -> Vec<u64> {
    let program = std::env::current_exe().expect("this program");
    let mut child = Command::new(program)
        .args(["--exact", "victim", "--nocapture"])
        .env(VICTIM, path)
        .stdout(Stdio::piped())
        .spawn()
        .expect("it starts");
    let mut stdout = child.stdout.take().expect("it has an output");
    let reader = std::thread::spawn(move || {
        let mut text = String::new();
        stdout.read_to_string(&mut text).map(|_| text)
    });
    std::thread::sleep(while_for);
    child.kill().expect("it can be killed");
    child.wait().expect("it ends");
    let text = reader.join().expect("no panic").expect("its output is text");
    // The last line may be cut off: then nobody was told that number.
    let complete = text.rfind('\n').map_or("", |end| &text[..end]);
    // The frame of the test prints words of its own.
    complete.lines().filter_map(|line| line.parse().ok()).collect()
}

#[test]
fn nothing_acknowledged_is_lost_when_the_process_is_killed() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("store");
    let mut printed = Vec::new();
    for round in 0..20u64 {
        // Spread over the first milliseconds, in which the file is made, and the later ones.
        let millis = if round < 5 { 2 + round * 7 } else { 10 + round * 37 % 90 };
        printed.extend(run(&path, Duration::from_millis(millis)));
        let engine = SqliteEngine::open(&path).expect("the file is whole");
        let store = Store::open(engine, Settings::default()).expect("the log is whole");
        let pool = store.snapshot();
        pool.verify().expect("every rule holds");
        for number in &printed {
            let secret =
                pool.get(id_of(*number)).unwrap_or_else(|| panic!("{number} is lost, round {round}"));
            assert_eq!(secret.value, number.to_string());
        }
    }
    assert!(printed.len() > 100, "it must have done something: {}", printed.len());
}
