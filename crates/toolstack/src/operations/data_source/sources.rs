//! The data sources of machines, hosts and storage: names, units, ranges, and values now.

use crate::keepers::metrics;
use crate::placement;
use machine::measure::{DomainMeasures, Measures, Traffic};
use model::{Host, Ref, Sr, Text, Value, Vm, VmPowerState, many};
use std::collections::BTreeMap;
use store::Snapshot;

const KIB: f64 = 1024.0;
const MIB: f64 = 1024.0 * 1024.0;
/// What one request to a disk moves, on average.
const REQUEST_BYTES: f64 = 16.0 * 1024.0;

#[derive(Clone, Debug, PartialEq)]
pub struct Source {
    pub name: String,
    pub description: String,
    pub units: &'static str,
    pub most: f64,
    pub value: f64,
    /// Recorded without anybody asking for it.
    pub standard: bool,
}

impl Source {
    fn new(
        name: impl Into<String>,
        description: impl Into<String>,
        units: &'static str,
        value: f64,
    ) -> Source {
        let most = if units == "(fraction)" { 1.0 } else { f64::INFINITY };
        Source { name: name.into(), description: description.into(), units, most, value, standard: true }
    }
    /// On demand only.
    fn rare(self) -> Source {
        Source { standard: false, ..self }
    }

    pub fn record(&self, enabled: bool) -> Value {
        let member = |name: &'static str, value: Value| (Text::new_static(name), value);
        Value::Struct(vec![
            member("name_label", Value::string(&self.name)),
            member("name_description", Value::string(&self.description)),
            member("enabled", Value::Bool(enabled)),
            member("standard", Value::Bool(self.standard)),
            member("units", Value::string(self.units)),
            member("min", Value::Float(0.0)),
            member("max", Value::Float(self.most)),
            member("value", Value::Float(self.value)),
        ])
    }
}

pub fn of_machine(vm: &Vm, domain: &DomainMeasures) -> Vec<Source> {
    let mut all = Vec::new();
    for (number, load) in domain.vcpus.iter().enumerate() {
        all.push(Source::new(
            format!("cpu{number}"),
            format!("Use of virtual processor {number}"),
            "(fraction)",
            *load,
        ));
    }
    let count = domain.vcpus.len().max(1) as f64;
    let usage = domain.vcpus.iter().sum::<f64>() / count;
    all.push(Source::new("cpu_usage", "Use of all virtual processors", "(fraction)", usage));
    all.push(Source::new("memory", "Memory of the machine", "B", domain.memory_bytes as f64));
    let target = placement::squeeze::target(vm) as f64;
    all.push(Source::new("memory_target", "Memory that its balloon driver is to leave it", "B", target));
    let idle = domain.idle_bytes as f64 / KIB;
    all.push(Source::new("memory_internal_free", "Memory that the guest does not use", "KiB", idle.floor()));
    for (device, (_, traffic)) in &domain.nics {
        let (got, sent) = (traffic.inward, traffic.outward);
        all.push(Source::new(
            format!("vif_{device}_rx"),
            format!("Received by network card {device}"),
            "B/s",
            got,
        ));
        all.push(Source::new(
            format!("vif_{device}_tx"),
            format!("Sent by network card {device}"),
            "B/s",
            sent,
        ));
        for (end, what) in [("rx", "receiving"), ("tx", "sending")] {
            let name = format!("vif_{device}_{end}_errors");
            let what = format!("Failures of network card {device} in {what}");
            all.push(Source::new(name, what, "err/s", 0.0).rare());
        }
    }
    for (device, (_, traffic)) in &domain.drives {
        drive(&mut all, device, traffic);
    }
    let running = if vm.power_state == VmPowerState::Running { usage } else { 0.0 };
    let runnable = domain.vcpus.iter().filter(|load| **load >= 0.5).count() as f64;
    all.push(
        Source::new("runstate_fullrun", "Time in which all virtual processors run", "(fraction)", running)
            .rare(),
    );
    all.push(
        Source::new(
            "runstate_blocked",
            "Time in which all virtual processors wait",
            "(fraction)",
            1.0 - running,
        )
        .rare(),
    );
    all.push(
        Source::new("runnable_any", "Time in which a virtual processor could run", "(fraction)", running)
            .rare(),
    );
    all.push(Source::new("runnable_vcpus", "Virtual processors that could run", "count", runnable).rare());
    all
}

fn drive(all: &mut Vec<Source>, device: &str, traffic: &Traffic) {
    let (read, write) = (traffic.inward, traffic.outward);
    let mut add = |part: &str, what: &str, units: &'static str, value: f64| {
        all.push(Source::new(format!("vbd_{device}_{part}"), format!("{what} {device}"), units, value));
    };
    add("read", "Read from", "B/s", read);
    add("write", "Written to", "B/s", write);
    let wait = |bytes: f64| if bytes > 0.0 { (200.0 + bytes / MIB * 20.0).round() } else { 0.0 };
    add("read_latency", "Time of a read from", "μs", wait(read));
    add("write_latency", "Time of a write to", "μs", wait(write));
    add("io_throughput_read", "Throughput of reads from", "MiB/s", read / MIB);
    add("io_throughput_write", "Throughput of writes to", "MiB/s", write / MIB);
    add("io_throughput_total", "Throughput of", "MiB/s", (read + write) / MIB);
    add("iops_read", "Reads from", "requests/s", (read / REQUEST_BYTES).round());
    add("iops_write", "Writes to", "requests/s", (write / REQUEST_BYTES).round());
    add("iops_total", "Requests to", "requests/s", ((read + write) / REQUEST_BYTES).round());
    let waits = (read + write) / REQUEST_BYTES * wait(read.max(write)) / 1e6;
    add("iowait", "Time that is waited for", "s/s", waits);
    add("inflight", "Requests under way to", "requests", waits.round());
    add("avgqu_sz", "Requests that wait for", "requests", waits);
}

pub fn of_host(pool: &Snapshot, id: Ref<Host>, host: &Host, measured: &Measures) -> Vec<Source> {
    let mut all = Vec::new();
    let count = host.cpu_info.get("cpu_count").and_then(|count| count.parse().ok()).unwrap_or(1);
    let loads = metrics::busy(measured, count);
    for (number, load) in loads.iter().enumerate() {
        all.push(Source::new(
            format!("cpu{number}"),
            format!("Use of processor {number}"),
            "(fraction)",
            *load,
        ));
    }
    let sum: f64 = loads.iter().sum();
    let average = sum / loads.len().max(1) as f64;
    all.push(Source::new("cpu_avg", "Use of all processors", "(fraction)", average));
    let load = Source {
        most: f64::INFINITY,
        ..Source::new("loadavg", "Load of the control domain", "(fraction)", sum)
    };
    all.push(load);
    let wanted: f64 = measured.domains.values().flat_map(|domain| &domain.vcpus).sum();
    let per_processor = wanted / loads.len().max(1) as f64;
    all.push(Source {
        most: f64::INFINITY,
        ..Source::new("hostload", "What is to run for each processor", "(fraction)", per_processor)
    });
    let vcpus = measured.domains.values().map(|domain| domain.vcpus.len()).sum::<usize>();
    all.push(Source::new("running_vcpus", "Virtual processors that run", "count", vcpus as f64));
    // The control domain is one of them.
    all.push(Source::new(
        "running_domains",
        "Domains that run",
        "count",
        measured.domains.len() as f64 + 1.0,
    ));
    let total = pool.get(host.metrics).map_or(0, |metrics| metrics.memory_total) as f64;
    all.push(Source::new("memory_total_kib", "Memory of the host", "KiB", (total / KIB).floor()));
    let free = placement::free_memory(pool, id).max(0) as f64;
    all.push(Source::new("memory_free_kib", "Memory that nobody has", "KiB", (free / KIB).floor()));
    let (reclaimed, most) = reclaimed(pool, id);
    all.push(Source::new("memory_reclaimed", "Memory that machines gave back", "B", reclaimed));
    all.push(Source::new("memory_reclaimed_max", "Memory that machines could give back", "B", most));
    cards(&mut all, pool, id, measured);
    storage(&mut all, pool, id, measured);
    let (sessions, tasks) = (pool.all::<model::Session>().count(), pool.all::<model::Task>().count());
    all.push(Source::new("pool_session_count", "Sessions of the pool", "sessions", sessions as f64));
    all.push(Source::new("pool_task_count", "Tasks of the pool", "tasks", tasks as f64));
    all
}

/// What balloon drivers have given back on a host, and could at most.
fn reclaimed(pool: &Snapshot, host: Ref<Host>) -> (f64, f64) {
    let guests = pool.many_rows(many::HOST_RESIDENT_VMS, host).filter(|(_, vm)| !vm.is_control_domain);
    guests.fold((0.0, 0.0), |(given, most), (_, vm)| {
        let full = vm.memory_dynamic_max;
        let now = placement::squeeze::target(vm);
        (
            given + (full - now).max(0) as f64,
            most + (full - placement::squeeze::least(pool, vm)).max(0) as f64,
        )
    })
}

fn cards(all: &mut Vec<Source>, pool: &Snapshot, host: Ref<Host>, measured: &Measures) {
    let carried = metrics::carried(pool, host, measured);
    let mut devices: BTreeMap<&str, Traffic> = BTreeMap::new();
    for (_, pif) in pool.many_rows(many::HOST_PIFS, host).filter(|(_, pif)| pif.physical) {
        *devices.entry(&pif.device).or_default() += carried.get(&pif.metrics).copied().unwrap_or_default();
    }
    let mut sum = Traffic::default();
    for (device, traffic) in devices {
        sum += traffic;
        all.push(Source::new(
            format!("pif_{device}_rx"),
            format!("Received by {device}"),
            "B/s",
            traffic.inward,
        ));
        all.push(Source::new(
            format!("pif_{device}_tx"),
            format!("Sent by {device}"),
            "B/s",
            traffic.outward,
        ));
    }
    all.push(Source::new("pif_aggr_rx", "Received by all network cards", "B/s", sum.inward));
    all.push(Source::new("pif_aggr_tx", "Sent by all network cards", "B/s", sum.outward));
}

/// What the machines of a host read and write on each storage, by the first letters of its uuid.
fn storage(all: &mut Vec<Source>, pool: &Snapshot, host: Ref<Host>, measured: &Measures) {
    let mut by_storage: BTreeMap<model::Uuid, Traffic> = BTreeMap::new();
    for (_, pbd) in pool.many_rows(many::HOST_PBDS, host).filter(|(_, pbd)| pbd.currently_attached) {
        by_storage.entry(pool.get(pbd.SR).map_or(model::Uuid::NIL, |sr| sr.uuid)).or_default();
    }
    for (disc, traffic) in measured.domains.values().flat_map(|domain| domain.drives.values()) {
        *by_storage.entry(disc.sr).or_default() += *traffic;
    }
    for (uuid, traffic) in by_storage {
        let short = uuid.to_string()[..8].to_string();
        let (read, write) = (traffic.inward, traffic.outward);
        let mut add = |part: &str, what: &str, units: &'static str, value: f64| {
            all.push(Source::new(format!("{part}_{short}"), format!("{what} storage {short}"), units, value));
        };
        add("read", "Read from", "B/s", read);
        add("write", "Written to", "B/s", write);
        add("io_throughput_read", "Throughput of reads from", "MiB/s", read / MIB);
        add("io_throughput_write", "Throughput of writes to", "MiB/s", write / MIB);
        add("io_throughput_total", "Throughput of", "MiB/s", (read + write) / MIB);
        add("iops_read", "Reads from", "requests/s", (read / REQUEST_BYTES).round());
        add("iops_write", "Writes to", "requests/s", (write / REQUEST_BYTES).round());
        add("iops_total", "Requests to", "requests/s", ((read + write) / REQUEST_BYTES).round());
    }
}

pub fn of_storage(sr: &Sr) -> Vec<Source> {
    vec![
        Source::new("size", "Size of the storage", "B", sr.physical_size.max(0) as f64),
        Source::new("physical_utilisation", "What is used of it", "B", sr.physical_utilisation.max(0) as f64),
    ]
}
