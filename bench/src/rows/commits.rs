//! Changes that are on disk when they are acknowledged.

use crate::Bench;
use crate::load::together;
use crate::server::machines;
use crate::statistics::median;
use crate::table::Line;
use anyhow::{Context, Result};
use model::{Ref, Secret, Text, Uuid};
use serde_json::json;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};
use store::{Header, Settings, SqliteEngine, Store, StoreError};

const WRITERS: usize = 64;
const ROUNDS: usize = 3;
const TIME: Duration = Duration::from_secs(2);

pub fn measure(bench: &Bench) -> Result<Vec<Line>> {
    let (rate, cpu_us, lost) = through_the_server(bench)?;
    let inside = in_process(bench)?;
    Ok(vec![
        Line::new(
            format!("durable commits, {WRITERS} writers, in process"),
            "5,000/s",
            format!("{inside:.0}/s"),
        )
        .ok(inside >= 5000.0)
        .how(format!(
            "`Store::open(SqliteEngine)`, {WRITERS} threads that each change a row of their own; {ROUNDS} rounds of {} s",
            TIME.as_secs()
        )),
        Line::new(
            format!("`VM.set_name_description` with `--data`, {WRITERS} connections"),
            "5,000/s, none lost on `kill -9`",
            format!("{rate:.0}/s ({cpu_us:.0} µs server CPU), {lost} lost"),
        )
        .ok(rate >= 5000.0 && lost == 0)
        .how(format!(
            "`xenios up --data DIR --simulate hosts=3,vms={WRITERS}`; JSON-RPC, each connection changes a machine of its own; \
             {ROUNDS} rounds of {} s, `kill -9`, start, and every acknowledged change must be there",
            TIME.as_secs()
        )),
    ])
}

/// Calls per second, server CPU of each in microseconds, and how many machines fell back.
fn through_the_server(bench: &Bench) -> Result<(f64, f64, usize)> {
    let folder = bench.folder("commits");
    let options = format!("--data {} --simulate hosts=3,vms={WRITERS}", folder.display());
    let server = bench.up(&options)?;
    let (mut connection, session) = server.login()?;
    let machines = machines(&mut connection, &session)?;
    let mut rates = Vec::new();
    let mut costs = Vec::new();
    let mut last = Vec::new();
    for round in 0..ROUNDS {
        let (before, begin) = (server.cpu()?, Instant::now());
        last = together(server.plain, WRITERS, |number, mut connection| {
            let (mut count, mut text) = (0u64, String::new());
            while begin.elapsed() < TIME {
                text = format!("{round}-{count:08}");
                connection.call("VM.set_name_description", json!([session, machines[number], text]))?;
                count += 1;
            }
            Ok((count, text))
        })?;
        let calls = last.iter().map(|(count, _)| *count).sum::<u64>() as f64;
        rates.push(calls / begin.elapsed().as_secs_f64());
        costs.push((server.cpu()? - before).as_secs_f64() * 1e6 / calls);
    }
    drop(server);
    let server = bench.up(&format!("--data {}", folder.display()))?;
    let (mut connection, session) = server.login()?;
    let mut lost = 0;
    for ((_, acknowledged), machine) in last.iter().zip(&machines) {
        let kept = connection.text("VM.get_name_description", json!([session, machine]))?;
        lost += usize::from(kept != *acknowledged);
    }
    Ok((median(rates), median(costs), lost))
}

fn in_process(bench: &Bench) -> Result<f64> {
    let store = Store::open(SqliteEngine::open(&bench.folder("commits.db"))?, Settings::default())?;
    let mut rates = Vec::new();
    for _ in 0..ROUNDS {
        let (stop, begin) = (AtomicBool::new(false), Instant::now());
        let done: Result<u64> = std::thread::scope(|scope| {
            let (store, stop) = (&store, &stop);
            let writers: Vec<_> =
                (0..WRITERS).map(|number| scope.spawn(move || write(store, stop, number))).collect();
            std::thread::sleep(TIME);
            stop.store(true, Ordering::Relaxed);
            writers.into_iter().map(|writer| writer.join().ok().context("a writer")?).sum()
        });
        rates.push(done? as f64 / begin.elapsed().as_secs_f64());
    }
    Ok(median(rates))
}

fn write(store: &Store, stop: &AtomicBool, number: usize) -> Result<u64> {
    let bits = number as u128 + 2;
    let mut count = 0;
    while !stop.load(Ordering::Relaxed) {
        let row = Secret { uuid: Uuid(bits), value: Text::new(format!("{count}")), ..Secret::default() };
        let header = Header {
            who: Text::new_static("root"),
            call: Text::new_static("secret.set_value"),
            ..Header::default()
        };
        store.commit_blocking(header, |tx| Ok::<_, StoreError>(tx.insert(Ref::from_bits(bits), row)))?;
        count += 1;
    }
    Ok(count)
}
