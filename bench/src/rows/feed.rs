//! From a change to those who watch.

use crate::Bench;
use crate::connection::{Connection, json_call};
use crate::server::{Server, machines};
use crate::statistics::quantile;
use crate::table::Line;
use anyhow::{Context, Result};
use model::{Ref, Secret, Text, Uuid};
use serde_json::json;
use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};
use store::{Engine, Header, MemoryEngine, Settings, SqliteEngine, Store, StoreError};

const WATCHERS: usize = 100;

pub fn measure(bench: &Bench) -> Result<Vec<Line>> {
    let mut lines = Vec::new();
    for (name, (acknowledged, asked)) in [
        ("kept in memory", in_process(MemoryEngine::default())?),
        ("durable", in_process(SqliteEngine::open(&bench.folder("feed.db"))?)?),
    ] {
        lines.push(
            Line::new(
                format!("commit → {WATCHERS} watchers, in process, {name}"),
                "p99 5 ms at 5,000/s, no gap",
                format!(
                    "p50 {:.2} ms, p99 {:.2} ms at {:.0}/s, {} missed (from the call of `commit`: {:.2} ms, {:.2} ms)",
                    acknowledged.p50_ms, acknowledged.p99_ms, asked.rate, asked.missed, asked.p50_ms, asked.p99_ms
                ),
            )
            .ok(acknowledged.p99_ms <= 5.0 && acknowledged.missed == 0 && acknowledged.rate > 0.95 * FEED_RATE as f64)
            .how(format!(
                "`Store::watch` and `Snapshot::changes_since` in {WATCHERS} tasks, {FEED_CHANGES} commits; from the \
                 acknowledgement of a commit until a watcher holds the row"
            )),
        );
    }
    let (acknowledged, asked) = through_the_server(bench)?;
    for (name, seen) in [("answer", acknowledged), ("request", asked)] {
        lines.push(
            Line::new(
                format!("`event.from`, {WATCHERS} watchers: from the {name} to the event"),
                "",
                format!(
                    "p50 {:.1} ms, p99 {:.1} ms at {:.0}/s, {} missed",
                    seen.p50_ms, seen.p99_ms, seen.rate, seen.missed
                ),
            )
            .how(format!(
                "`xenios up --ephemeral --simulate hosts=8,vms={MACHINES}`; one connection calls `VM.set_name_description` \
                 {API_RATE} times a second, {WATCHERS} sessions follow class vm by token over JSON-RPC. The answers to one session \
                 are 50 ms apart, as in the original: that is nearly all of it"
            )),
        );
    }
    Ok(lines)
}

struct Seen {
    p50_ms: f64,
    p99_ms: f64,
    rate: f64,
    missed: usize,
}

// In process ------------------------------------------------------------------------------------

const FEED_RATE: usize = 5_000;
const FEED_CHANGES: usize = 20_000;
/// So many rows in turn that no watcher sees two changes of one as one.
const FEED_ROWS: usize = 10_000;

/// When each change was asked for and acknowledged, in microseconds.
struct Log {
    begin: Instant,
    asked: Vec<AtomicU64>,
    acknowledged: Vec<AtomicU64>,
}

impl Log {
    fn now(&self) -> u64 {
        self.begin.elapsed().as_micros() as u64
    }
}

/// Seen from the acknowledgement, and from the call of `commit`.
fn in_process(engine: impl Engine) -> Result<(Seen, Seen)> {
    let store = Arc::new(Store::open(engine, Settings::default())?);
    let zeros = || (0..FEED_CHANGES).map(|_| AtomicU64::new(0)).collect();
    let log = Arc::new(Log { begin: Instant::now(), asked: zeros(), acknowledged: zeros() });
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let (rate, seen) = runtime.block_on(async {
        let watchers: Vec<_> =
            (0..WATCHERS).map(|_| tokio::spawn(watch(store.clone(), log.clone()))).collect();
        let mut ticks = tokio::time::interval(Duration::from_millis(2));
        let mut writers = Vec::new();
        while writers.len() < FEED_CHANGES {
            ticks.tick().await;
            for _ in 0..FEED_RATE / 500 {
                writers.push(tokio::spawn(change(store.clone(), log.clone(), writers.len())));
            }
        }
        for writer in writers {
            writer.await??;
        }
        let rate = FEED_CHANGES as f64 / log.begin.elapsed().as_secs_f64();
        let mut seen = Vec::new();
        for watcher in watchers {
            seen.extend(watcher.await?);
        }
        Ok::<_, anyhow::Error>((rate, seen))
    })?;
    let missed = (WATCHERS * FEED_CHANGES).saturating_sub(seen.len());
    let against = |from: &[AtomicU64]| {
        let late = |(number, at): &(usize, u64)| {
            at.saturating_sub(from[*number].load(Ordering::Acquire)) as f64 / 1e3
        };
        let mut all: Vec<f64> = seen.iter().map(late).collect();
        Seen { p50_ms: quantile(&mut all, 0.5), p99_ms: quantile(&mut all, 0.99), rate, missed }
    };
    Ok((against(&log.acknowledged), against(&log.asked)))
}

async fn change(store: Arc<Store>, log: Arc<Log>, number: usize) -> Result<()> {
    let bits = (number % FEED_ROWS) as u128 + 2;
    let row = Secret { uuid: Uuid(bits), value: Text::new(number.to_string()), ..Secret::default() };
    log.asked[number].store(log.now(), Ordering::Release);
    let change = |tx: &mut store::Transaction| Ok::<_, StoreError>(tx.insert(Ref::from_bits(bits), row));
    store.commit(Header::default(), change).await?;
    log.acknowledged[number].store(log.now(), Ordering::Release);
    Ok(())
}

/// When each change was seen. Ends with the last one, or when nothing comes any more.
async fn watch(store: Arc<Store>, log: Arc<Log>) -> Vec<(usize, u64)> {
    let mut changes = store.watch();
    let mut heard = 0;
    let mut seen = Vec::with_capacity(FEED_CHANGES);
    while seen.len() < FEED_CHANGES {
        let Ok(Ok(())) = tokio::time::timeout(Duration::from_secs(2), changes.changed()).await else { break };
        changes.mark_unchanged();
        let snapshot = store.snapshot();
        let now = log.now();
        let number = |entry: &store::Entry| entry.get::<Secret>()?.value.parse::<usize>().ok();
        let news = snapshot.changes_since(heard).present;
        seen.extend(news.iter().filter_map(|(_, _, entry)| Some((number(entry)?, now))));
        heard = snapshot.generation();
    }
    seen
}

// Through the server ----------------------------------------------------------------------------

const MACHINES: usize = 500;
const API_RATE: u32 = 500;
const API_CHANGES: usize = 2_500;

#[derive(Default)]
struct Moments {
    asked: OnceLock<Instant>,
    answered: OnceLock<Instant>,
}

fn through_the_server(bench: &Bench) -> Result<(Seen, Seen)> {
    let server = bench.up(&format!("--ephemeral --simulate hosts=8,vms={MACHINES}"))?;
    let (mut connection, session) = server.login()?;
    let machines = machines(&mut connection, &session)?;
    let moments: Vec<Moments> = (0..API_CHANGES).map(|_| Moments::default()).collect();
    let over = AtomicBool::new(false);
    let logins = (0..WATCHERS).map(|_| server.login()).collect::<Result<Vec<_>>>()?;
    let (rate, seen) = std::thread::scope(|scope| {
        let (over, machine) = (&over, machines[0].as_str());
        let watchers: Vec<_> = logins
            .into_iter()
            .map(|(connection, session)| scope.spawn(move || follow(connection, &session, machine, over)))
            .collect();
        std::thread::sleep(Duration::from_millis(500));
        let rate = change_all(&mut connection, &session, &machines, &moments);
        std::thread::sleep(Duration::from_millis(1500));
        over.store(true, Ordering::Relaxed);
        let seen: Result<Vec<_>> =
            watchers.into_iter().map(|watcher| watcher.join().ok().context("a watcher")?).collect();
        Ok::<_, anyhow::Error>((rate?, seen?))
    })?;
    check_alive(&server)?;
    let missed = seen.iter().map(|arrivals| API_CHANGES.saturating_sub(arrivals.len())).sum();
    let against = |of: fn(&Moments) -> Option<&Instant>| {
        let late = |number: usize, arrival: Instant| {
            let from = *of(moments.get(number)?)?;
            Some(match arrival.checked_duration_since(from) {
                Some(late) => late.as_secs_f64() * 1e3,
                None => -(from - arrival).as_secs_f64() * 1e3,
            })
        };
        let arrivals = seen.iter().flatten();
        let mut all: Vec<f64> = arrivals.filter_map(|(number, arrival)| late(*number, *arrival)).collect();
        Seen { p50_ms: quantile(&mut all, 0.5), p99_ms: quantile(&mut all, 0.99), rate, missed }
    };
    Ok((against(|moments| moments.answered.get()), against(|moments| moments.asked.get())))
}

/// Changes per second.
fn change_all(
    connection: &mut Connection,
    session: &str,
    machines: &[String],
    moments: &[Moments],
) -> Result<f64> {
    let begin = Instant::now();
    for (number, moment) in moments.iter().enumerate() {
        let due = begin + Duration::from_secs(1) / API_RATE * number as u32;
        std::thread::sleep(due.saturating_duration_since(Instant::now()));
        let machine = &machines[number % machines.len()];
        let call =
            json_call("VM.set_name_description", &json!([session, machine, format!("{MARK}{number}")]));
        moment.asked.get_or_init(Instant::now);
        connection.exchange(&call)?;
        moment.answered.get_or_init(Instant::now);
    }
    Ok(moments.len() as f64 / begin.elapsed().as_secs_f64())
}

const MARK: &str = "change number ";

/// When each change arrived.
fn follow(
    mut connection: Connection,
    session: &str,
    machine: &str,
    over: &AtomicBool,
) -> Result<HashMap<usize, Instant>> {
    let mut arrivals = HashMap::with_capacity(API_CHANGES);
    let mut token = connection.text("event.inject", json!([session, "VM", machine]))?;
    while !over.load(Ordering::Relaxed) {
        let call = json_call("event.from", &json!([session, ["vm"], token, 1.0]));
        let answer = connection.exchange(&call)?;
        let now = Instant::now();
        for at in memchr::memmem::find_iter(answer, MARK) {
            let digits = answer[at + MARK.len()..].split(|byte| !byte.is_ascii_digit()).next();
            let number = digits.and_then(|digits| std::str::from_utf8(digits).ok()?.parse().ok());
            arrivals.entry(number.context("an event without a number")?).or_insert(now);
        }
        let start = memchr::memmem::rfind(answer, b"\"token\":\"").context("an answer without a token")? + 9;
        token =
            String::from_utf8_lossy(answer[start..].split(|byte| *byte == b'"').next().unwrap_or_default())
                .into();
    }
    Ok(arrivals)
}

fn check_alive(server: &Server) -> Result<()> {
    Connection::open(server.plain)?.text("system.isAlive", json!(["yes"])).map(drop)
}
