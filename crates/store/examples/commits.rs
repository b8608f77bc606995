//! Durable commits per second, of 64 threads for 5 seconds:
//!
//! ```text
//! cargo run --release -p store --example commits -- /tmp/pool 64 5
//! ```

#![allow(clippy::disallowed_methods, reason = "it measures time")]

use model::{Ref, Secret, Text, Uuid};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};
use store::{Header, Settings, SqliteEngine, Store, StoreError};

fn main() -> Result<(), StoreError> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let number = |word: &str| word.parse().unwrap_or(1);
    match words.as_slice() {
        [path, threads, seconds] => measure(Path::new(path), number(threads), number(seconds)),
        _ => {
            eprintln!("commits PATH THREADS SECONDS");
            Ok(())
        }
    }
}

fn secret(number: u64) -> (Ref<Secret>, Secret) {
    let bits = u128::from(number) + 2;
    let value = Text::new(number.to_string());
    (Ref::from_bits(bits), Secret { uuid: Uuid(bits), value, ..Secret::default() })
}

fn header() -> Header {
    Header { who: Text::new_static("root"), call: Text::new_static("secret.set_value"), ..Header::default() }
}

/// Each thread changes a row of its own, as fast as it is told that the last change is durable.
fn measure(path: &Path, threads: u64, seconds: u64) -> Result<(), StoreError> {
    let store = Arc::new(Store::open(SqliteEngine::open(path)?, Settings::default())?);
    let (stop, done) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicU64::new(0)));
    let start = Instant::now();
    let workers: Vec<_> = (0..threads)
        .map(|thread| {
            let (store, stop, done) = (store.clone(), stop.clone(), done.clone());
            std::thread::spawn(move || {
                let (id, row) = secret(thread);
                let mut round = 0u64;
                while !stop.load(Ordering::Relaxed) {
                    round += 1;
                    let row = Secret { value: Text::new(round.to_string()), ..row.clone() };
                    let change = |tx: &mut store::Transaction| Ok::<_, StoreError>(tx.insert(id, row));
                    if let Err(error) = store.commit_blocking(header(), change) {
                        return eprintln!("{error}");
                    }
                    done.fetch_add(1, Ordering::Relaxed);
                }
            })
        })
        .collect();
    std::thread::sleep(Duration::from_secs(seconds));
    stop.store(true, Ordering::Relaxed);
    for worker in workers {
        drop(worker.join());
    }
    let (done, elapsed) = (done.load(Ordering::Relaxed), start.elapsed());
    drop(store);
    let generation = Store::open(SqliteEngine::open(path)?, Settings::default())?.snapshot().generation();
    println!(
        "{threads} threads: {:.0} commits/s; {done} in all, {generation} on disk",
        done as f64 / elapsed.as_secs_f64()
    );
    Ok(())
}
