//! A thousand hours of random life, and the proof that a seed tells the whole story.

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use worlds::swarm::{Report, is_busy, live};

/// Each of them lives for so long; one in which much is asked at once, for less.
const HOURS: u64 = 60;
const BUSY_HOURS: u64 = 3;
const SEEDS: u64 = 22;
const THREADS: usize = 2;

/// A seed that failed is lived again with `XENIOS_SEED=7 cargo test -p worlds swarm`.
#[test]
fn a_swarm_of_calls_faults_and_restarts_leaves_every_pool_whole() {
    let wanted = std::env::var("XENIOS_SEED").ok().and_then(|seed| seed.parse::<u64>().ok());
    let (first, last) = wanted.map_or((1, SEEDS), |seed| (seed, seed));
    let next = AtomicU64::new(first);
    let reports: Mutex<Vec<Report>> = Mutex::default();
    let failed: Mutex<Vec<u64>> = Mutex::default();
    std::thread::scope(|scope| {
        for _ in 0..THREADS {
            scope.spawn(|| {
                loop {
                    let seed = next.fetch_add(1, Ordering::Relaxed);
                    if seed > last {
                        return;
                    }
                    match told(seed, wanted.is_some()) {
                        Some(report) => reports.lock().expect("no panic").push(report),
                        None => failed.lock().expect("no panic").push(seed),
                    }
                }
            });
        }
    });
    let reports = reports.into_inner().expect("no panic");
    let sum = |value: fn(&Report) -> usize| reports.iter().map(value).sum::<usize>();
    println!(
        "{:.0} hours, {} calls of which {} succeeded, {} commits, {} lives",
        reports.iter().map(|report| report.hours).sum::<f64>(),
        sum(|report| report.calls),
        sum(|report| report.succeeded),
        sum(|report| report.commits),
        sum(|report| report.lives),
    );
    let failed = failed.into_inner().expect("no panic");
    assert!(failed.is_empty(), "seeds that failed: {failed:?}");
}

/// Live through a seed; if it fails, say how it ended and how to see it again. One that is lived
/// alone tells its story as it goes.
fn told(seed: u64, alone: bool) -> Option<Report> {
    let mut last = VecDeque::new();
    let mut tell = |line: &str| {
        if alone {
            println!("{line}");
        }
        last.truncate(59);
        last.push_front(line.to_string());
    };
    let hours = if is_busy(seed) { BUSY_HOURS } else { HOURS };
    let outcome = catch_unwind(AssertUnwindSafe(|| live(seed, hours, &mut tell)));
    if outcome.is_err() {
        let lines: Vec<String> = last.into_iter().rev().filter(|_| !alone).collect();
        eprintln!(
            "{}\nseed {seed} failed; again with XENIOS_SEED={seed} cargo test -p worlds swarm",
            lines.join("\n")
        );
    }
    outcome.ok()
}

#[test]
fn a_seed_tells_the_whole_story() {
    let story = || {
        let mut lines = Vec::new();
        live(1, 24, &mut |line| lines.push(line.to_string()));
        lines
    };
    let (one, other) = (story(), story());
    let differs = one.iter().zip(&other).find(|(one, other)| one != other);
    assert!(one == other, "the same seed, another story: {differs:?}");
    assert!(one.len() > 100, "a story");
}
