//! Load: many connections at once, one thread each, every one waiting for its answer.

use crate::connection::Connection;
use anyhow::{Context, Result};
use std::net::SocketAddr;
use std::sync::Barrier;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// Calls per second of `connections` that each send the same request again and again.
pub fn rate(address: SocketAddr, connections: usize, time: Duration, request: &[u8]) -> Result<f64> {
    let stop = AtomicBool::new(false);
    let numbers: Vec<usize> = (0..connections).collect();
    let begin = Barrier::new(connections + 1);
    std::thread::scope(|scope| {
        let workers: Vec<_> = numbers
            .iter()
            .map(|_| {
                scope.spawn(|| {
                    let connection = Connection::open(address);
                    begin.wait();
                    let mut connection = connection?;
                    let mut calls = 0u64;
                    while !stop.load(Ordering::Relaxed) {
                        connection.exchange(request)?;
                        calls += 1;
                    }
                    Ok::<_, anyhow::Error>(calls)
                })
            })
            .collect();
        begin.wait();
        let started = Instant::now();
        std::thread::sleep(time);
        stop.store(true, Ordering::Relaxed);
        let elapsed = started.elapsed().as_secs_f64();
        let calls: Result<u64> =
            workers.into_iter().map(|worker| worker.join().ok().context("a worker")?).sum();
        Ok(calls? as f64 / elapsed)
    })
}

/// Run the same on many connections, each with its number, and wait for all.
pub fn together<T: Send>(
    address: SocketAddr,
    connections: usize,
    run: impl Fn(usize, Connection) -> Result<T> + Sync,
) -> Result<Vec<T>> {
    std::thread::scope(|scope| {
        let run = &run;
        let start = |number| scope.spawn(move || run(number, Connection::open(address)?));
        let workers: Vec<_> = (0..connections).map(start).collect();
        workers.into_iter().map(|worker| worker.join().ok().context("a worker")?).collect()
    })
}
