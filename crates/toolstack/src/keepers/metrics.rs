//! Meters that show in rows: how busy processors and network cards are.
//!
//! The original keeps such numbers out of its rows, and clients that want a curve ask for data
//! sources. So that old fields tell the truth without filling the event streams, a row is written
//! only when its number has moved noticeably, and no more than a few rows in a pass: the next pass goes
//! on with those that come after.

use crate::handler::Call;
use crate::toolstack::Toolstack;
use machine::measure::{Measures, Traffic};
use model::{ApiError, Host, HostCpu, Map, PifMetrics, Ref, RefId, Value, VmMetrics, many};
use std::collections::BTreeMap;
use std::sync::Arc;
use store::Snapshot;

/// Rows written in one pass, of all kinds together.
const MOST_ROWS: usize = 60;
/// Less of a processor than this is no news.
const NOTICEABLE: f64 = 0.1;
const NOTICEABLE_KBS: f64 = 100.0;

/// A row that reads otherwise now.
#[derive(Clone, Debug, PartialEq)]
pub enum News {
    Machine(Ref<VmMetrics>, Map<i64, f64>),
    Processor(Ref<HostCpu>, f64),
    Card(Ref<PifMetrics>, f64, f64),
}

impl News {
    fn id(&self) -> RefId {
        match self {
            News::Machine(id, _) => id.id(),
            News::Processor(id, _) => id.id(),
            News::Card(id, ..) => id.id(),
        }
    }
}

/// Everything that has moved noticeably.
pub fn news(pool: &Snapshot, measures: &BTreeMap<Ref<Host>, Measures>) -> Vec<News> {
    let mut news = Vec::new();
    for (host, measured) in measures.iter().map(|(host, measured)| (*host, measured)) {
        for (_, vm) in pool.many_rows(many::HOST_RESIDENT_VMS, host).filter(|(_, vm)| !vm.is_control_domain) {
            let Some(domain) = measured.domains.get(&vm.uuid) else { continue };
            let Some(metrics) = pool.get(vm.metrics) else { continue };
            let now = domain.vcpus.iter().enumerate().map(|(number, load)| (number as i64, round(*load)));
            let now: Map<i64, f64> = now.collect();
            let before = |number: &i64| metrics.VCPUs_utilisation.get(number).copied().unwrap_or(0.0);
            if now.iter().any(|(number, load)| (load - before(number)).abs() >= NOTICEABLE) {
                news.push(News::Machine(vm.metrics, now));
            }
        }
        processors(pool, host, measured, &mut news);
        cards(pool, host, measured, &mut news);
    }
    news
}

fn round(load: f64) -> f64 {
    (load * 100.0).round() / 100.0
}

/// How busy each processor of a host is: what virtual processors do is spread over all.
pub fn busy(measured: &Measures, processors: usize) -> Vec<f64> {
    let mut loads = vec![0.0; processors];
    let works = measured.domains.values().flat_map(|domain| &domain.vcpus);
    for (number, load) in works.enumerate() {
        if let Some(sum) = loads.get_mut(number % processors.max(1)) {
            *sum += load;
        }
    }
    loads.into_iter().map(|load: f64| load.min(1.0)).collect()
}

fn processors(pool: &Snapshot, host: Ref<Host>, measured: &Measures, news: &mut Vec<News>) {
    let rows: Vec<(Ref<HostCpu>, &HostCpu)> = pool.many_rows(many::HOST_HOST_CPUS, host).collect();
    let loads = busy(measured, rows.len());
    for (id, row) in rows {
        let now =
            usize::try_from(row.number).ok().and_then(|number| loads.get(number)).copied().unwrap_or(0.0);
        if (now - row.utilisation).abs() >= NOTICEABLE {
            news.push(News::Processor(id, round(now)));
        }
    }
}

/// What the network cards of a host carry, by the row that has their numbers.
pub fn carried(pool: &Snapshot, host: Ref<Host>, measured: &Measures) -> BTreeMap<Ref<PifMetrics>, Traffic> {
    let mut by_bridge: BTreeMap<&str, Traffic> = BTreeMap::new();
    for (bridge, traffic) in measured.domains.values().flat_map(|domain| domain.nics.values()) {
        *by_bridge.entry(bridge).or_default() += *traffic;
    }
    let mut sums: BTreeMap<Ref<PifMetrics>, Traffic> = BTreeMap::new();
    for (_, pif) in pool.many_rows(many::HOST_PIFS, host) {
        let bridge = pool.get(pif.network).map_or("", |network| network.bridge.as_str());
        *sums.entry(pif.metrics).or_default() += by_bridge.get(bridge).copied().unwrap_or_default();
    }
    sums
}

fn cards(pool: &Snapshot, host: Ref<Host>, measured: &Measures, news: &mut Vec<News>) {
    for (id, traffic) in carried(pool, host, measured) {
        let Some(row) = pool.get(id) else { continue };
        let (read, write) = ((traffic.inward / 1024.0).round(), (traffic.outward / 1024.0).round());
        let moved = |before: f64, now: f64| (now - before).abs() >= NOTICEABLE_KBS.max(before * 0.25);
        if moved(row.io_read_kbs, read) || moved(row.io_write_kbs, write) {
            news.push(News::Card(id, read, write));
        }
    }
}

/// What all machines read off their meters.
pub async fn measure(toolstack: &Toolstack) -> BTreeMap<Ref<Host>, Measures> {
    let mut all = BTreeMap::new();
    for (host, machine) in toolstack.machines.all().iter() {
        all.insert(*host, machine.measure().await);
    }
    all
}

/// Read the meters for as long as the future is polled.
pub async fn run(toolstack: Arc<Toolstack>) {
    let mut last = RefId::NULL;
    loop {
        toolstack.clock.sleep(super::INTERVAL).await;
        if let Err(error) = pass(&toolstack, &mut last).await {
            tracing::warn!(%error, "what the meters show could not be written down");
        }
    }
}

/// `last`: the row at which the pass before ended.
pub async fn pass(toolstack: &Arc<Toolstack>, last: &mut RefId) -> Result<(), ApiError> {
    let measures = measure(toolstack).await;
    let mut news = news(&toolstack.store.snapshot(), &measures);
    news.sort_by_key(|piece| (piece.id() <= *last, piece.id()));
    news.truncate(MOST_ROWS);
    let Some(end) = news.last() else { return Ok(()) };
    *last = end.id();
    toolstack
        .change(&Call::own("keeper"), "keeper", |change| {
            for piece in news {
                match piece {
                    News::Machine(id, loads) => {
                        change.tx.update(id, |row| row.VCPUs_utilisation = loads);
                    }
                    News::Processor(id, load) => {
                        change.tx.update(id, |row| row.utilisation = load);
                    }
                    News::Card(id, read, write) => {
                        change.tx.update(id, |row| {
                            row.io_read_kbs = read;
                            row.io_write_kbs = write;
                        });
                    }
                }
            }
            Ok(Value::VOID)
        })
        .await
        .map(drop)
}
