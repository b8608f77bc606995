//! What is measured: data sources, and the few numbers that show in rows.

use model::{ClassId, Ref, RefId, Value, Vm};
use std::collections::BTreeMap;
use std::time::Duration;
use toolstack::keepers::metrics;
use worlds::check::{answered, healthy, refuses};
use worlds::world::{Origin, World, run};

const POOL: &str = "host h1 16GiB; network lan; sr nfs on h1; vm web 2GiB running on h1 vcpus 2 disk nfs nic lan; vm off 1GiB halted";

/// Name, whether it is recorded, and the value.
async fn sources(world: &World, call: &str) -> BTreeMap<String, (bool, f64)> {
    let Value::Array(records) = world.call(call).await.expect("a list") else { panic!("no list") };
    let mut all = BTreeMap::new();
    for record in &records {
        let member = |name: &str| record.member(name).unwrap_or_else(|| panic!("no {name}")).clone();
        let (Value::Bool(enabled), Value::Float(value)) = (member("enabled"), member("value")) else {
            panic!("{record:?}")
        };
        let (Value::Float(min), Value::Float(max)) = (member("min"), member("max")) else {
            panic!("{record:?}")
        };
        assert!((min..=max).contains(&value), "{record:?}");
        let name = member("name_label").as_text().expect("a name").to_string();
        assert!(all.insert(name, (enabled, value)).is_none(), "twice: {record:?}");
    }
    all
}

#[test]
fn a_machine_is_measured_while_it_runs() {
    run(async {
        let world = World::new(Origin::Words(POOL), 1, sim::machine::Speed::Max);
        let web = sources(&world, "VM.get_data_sources web").await;
        for name in ["cpu0", "cpu1", "cpu_usage", "vif_0_rx", "vbd_xvda_write", "vbd_xvda_iops_total"] {
            let (enabled, value) = web[name];
            assert!(enabled && value > 0.0, "{name}: {value}");
        }
        assert_eq!(web["memory"].1, (2_i64 << 30) as f64);
        assert!(!web["runnable_any"].0, "on demand only");
        assert!(sources(&world, "VM.get_data_sources off").await.is_empty());

        world.call("VM.pause web").await.expect("it runs");
        let web = sources(&world, "VM.get_data_sources web").await;
        assert_eq!((web["cpu0"].1, web["vif_0_rx"].1), (0.0, 0.0));
    });
}

#[test]
fn what_a_host_measures_follows_from_its_machines() {
    run(async {
        let world = World::new(Origin::Words(POOL), 1, sim::machine::Speed::Max);
        let busy = sources(&world, "host.get_data_sources h1").await;
        assert_eq!((busy["running_vcpus"].1, busy["running_domains"].1), (2.0, 2.0));
        assert!(busy["cpu_avg"].1 > 0.0 && busy["cpu0"].1 > 0.0);
        let free = busy["memory_free_kib"].1;
        world.call("VM.hard_shutdown web").await.expect("it runs");
        let idle = sources(&world, "host.get_data_sources h1").await;
        assert_eq!((idle["running_vcpus"].1, idle["cpu_avg"].1, idle["pif_aggr_rx"].1), (0.0, 0.0, 0.0));
        assert!(idle["memory_free_kib"].1 > free);
        assert!(sources(&world, "SR.get_data_sources nfs").await["size"].1 > 0.0);
    });
}

#[test]
fn what_is_recorded_stays_so() {
    run(async {
        let world = World::new(Origin::Words(POOL), 1, sim::machine::Speed::Max);
        world.call("VM.record_data_source web runnable_any").await.expect("it is there");
        world.call("VM.forget_data_source_archives web cpu0").await.expect("it is there");
        world.call("VM.query_data_source web runnable_vcpus").await.expect("it is there");
        world.call("host.forget_data_source_archives h1 loadavg").await.expect("it is there");
        let world = world.restart(None);
        let web = sources(&world, "VM.get_data_sources web").await;
        assert_eq!((web["runnable_any"].0, web["cpu0"].0, web["runnable_vcpus"].0), (true, false, true));
        assert!(!sources(&world, "host.get_data_sources h1").await["loadavg"].0);
        world.call("VM.record_data_source web cpu0").await.expect("it is there");
        world.call("VM.hard_shutdown web").await.expect("it runs");
        world.call("VM.destroy web").await.expect("it is halted");
        let left = world
            .pool()
            .all::<model::XeniosSetting>()
            .filter(|(_, row)| row.name.contains("data_source"))
            .count();
        assert_eq!(left, 1, "only the host's");
        healthy(&world);
    });
}

#[test]
fn refusals() {
    for (call, error) in [
        ("VM.query_data_source off memory", "VM_BAD_POWER_STATE[off, running, paused, halted]"),
        ("VM.record_data_source off memory", "VM_BAD_POWER_STATE[off, running, halted]"),
        ("VM.record_data_source web nothing", "INVALID_VALUE[data_source, nothing]"),
        ("VM.query_data_source web ''", "INVALID_VALUE[data_source, ]"),
        ("host.query_data_source h1 nothing", "INVALID_VALUE[data_source, nothing]"),
    ] {
        refuses(POOL, call, error);
    }
    answered(POOL, "host.query_data_source h1 running_domains", "2.0");
}

#[test]
fn rows_follow_the_meters_without_many_words() {
    run(async {
        let machines: String =
            (0..100).map(|number| format!("; vm m{number} 64MiB running vcpus 2")).collect();
        let scenario = format!("host h1 64GiB; sr nfs on h1{machines}");
        let world = World::new(Origin::Words(&scenario), 1, sim::machine::Speed::Max);
        let loads = || -> BTreeMap<Ref<Vm>, f64> {
            let pool = world.pool();
            let load = |vm: &Vm| pool.get(vm.metrics)?.VCPUs_utilisation.get(&0).copied();
            pool.all::<Vm>()
                .filter(|(_, vm)| !vm.is_control_domain)
                .filter_map(|(id, vm)| Some((id, load(vm)?)))
                .collect()
        };
        let touched = async |last: &mut RefId| {
            let before = world.pool();
            metrics::pass(&world.toolstack, last).await.expect("a pass");
            let after = world.pool();
            let rows = after.table(ClassId::VmMetrics).iter();
            rows.filter(|(id, entry)| {
                !before.entry(ClassId::VmMetrics, **id).is_some_and(|old| old.row.same(&*entry.row))
            })
            .count()
        };
        let mut last = RefId::NULL;
        let mut first = 0;
        for _ in 0..10 {
            let now = touched(&mut last).await;
            assert!(now <= 60);
            first += now;
        }
        assert!(first > 30, "{first} of 100 machines do something");
        assert_eq!(touched(&mut last).await, 0, "nothing has moved");
        let then = loads();
        tokio::time::sleep(Duration::from_secs(1800)).await;
        let moved = touched(&mut last).await;
        assert!(moved > 0 && then != loads(), "time goes on");
        healthy(&world);
    });
}
