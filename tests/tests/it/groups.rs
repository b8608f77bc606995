//! What is done to machines in groups, and by the clock: appliances, schedules, anti-affinity, clusters.

use machine::Clock;
use model::{
    ClassId, Cluster, ClusterHost, Message, PlacementPolicy, Ref, RefId, TaskStatusType, Text, Value, Vm,
    VmAppliance, VmGroup, Vmss, VmssFrequency, VmssType,
};
use sim::machine::Speed;
use std::time::Duration;
use store::{Header, StoreError, Transaction};
use worlds::check::healthy;
use worlds::world::{Origin, World, run};

const POOL: &str = "host h1 16GiB; host h2 16GiB; sr nfs; vm a 1GiB halted disk nfs; vm b 1GiB halted disk nfs; \
                    vm c 1GiB halted disk nfs; vm other 1GiB halted disk nfs";

/// Hear what guests say.
fn listen(world: &World) {
    let listening = world.toolstack.clone();
    tokio::spawn(async move { toolstack::listen::run(listening).await });
}

async fn edit(world: &World, run: impl FnOnce(&mut Transaction)) {
    let change = |tx: &mut Transaction| {
        run(tx);
        toolstack::derived::refresh(tx);
        Ok::<_, StoreError>(())
    };
    world.toolstack.store.commit(Header::default(), change).await.expect("rows that fit");
}

fn named(world: &World, class: ClassId, name: &str) -> RefId {
    worlds::words::named(&world.pool(), class, name)
}

fn vm(world: &World, name: &str) -> Vm {
    world.pool().get(Ref::<Vm>::new(named(world, ClassId::Vm, name))).expect("a machine").clone()
}

fn began(world: &World, name: &str) -> i64 {
    world.pool().get(vm(world, name).metrics).expect("metrics").start_time.seconds()
}

fn state(world: &World, names: &[&str]) -> Vec<&'static str> {
    names.iter().map(|name| model::ApiEnum::name(vm(world, name).power_state)).collect()
}

/// An appliance of a, b and c: c first, then a and b side by side.
async fn appliance(speed: Speed) -> World {
    let world = World::new(Origin::Words(POOL), 1, speed);
    listen(&world);
    let row =
        VmAppliance { uuid: world.chance.uuid(), name_label: Text::new("shop"), ..VmAppliance::default() };
    let id: Ref<VmAppliance> = Ref::from_bits(world.chance.uuid().0);
    edit(&world, |tx| tx.insert(id, row)).await;
    for words in [
        "VM.set_appliance a shop",
        "VM.set_appliance b shop",
        "VM.set_appliance c shop",
        "VM.set_order a 1",
        "VM.set_order b 1",
        "VM.set_start_delay c 30",
        "VM.set_shutdown_delay a 20",
    ] {
        world.prepare(words).await;
    }
    world
}

#[test]
fn an_appliance_starts_in_order_and_stops_against_it() {
    run(async {
        let world = appliance(Speed::Default).await;
        world.call("VM_appliance.start shop false").await.expect("a start");
        assert_eq!(state(&world, &["a", "b", "c", "other"]), ["Running", "Running", "Running", "Halted"]);
        assert!(began(&world, "a") >= began(&world, "c") + 30, "after the delay");
        assert!((began(&world, "a") - began(&world, "b")).abs() <= 1, "side by side");
        // Until the guests have said that they can be asked.
        world.clock.sleep(Duration::from_secs(30)).await;
        let before = world.clock.now().seconds();
        world.call("VM_appliance.clean_shutdown shop").await.expect("an end");
        assert!(world.clock.now().seconds() >= before + 20, "after the delay");
        assert_eq!(state(&world, &["a", "b", "c"]), ["Halted"; 3]);
        world.call("VM_appliance.start shop true").await.expect("a start");
        assert_eq!(state(&world, &["a", "b", "c"]), ["Paused"; 3]);
        world.call("VM_appliance.hard_shutdown shop").await.expect("an end");
        world.quiet().await;
        healthy(&world);
    });
}

#[test]
fn an_appliance_that_starts_in_part_says_which_failed() {
    run(async {
        let world = appliance(Speed::Max).await;
        world.prepare("set VM b blocked_operations {start: no}").await;
        let error = world.call("VM_appliance.start shop false").await.expect_err("b cannot");
        assert_eq!(error.code, "OPERATION_PARTIALLY_FAILED");
        assert_eq!(
            error.params,
            [Text::new("VM_appliance.start"), Text::new(named(&world, ClassId::Vm, "b").to_string())]
        );
        assert_eq!(state(&world, &["a", "b", "c"]), ["Running", "Halted", "Running"]);
        let allowed = world.pool().first::<VmAppliance>().expect("it").1.allowed_operations;
        assert_eq!(
            allowed.iter().map(model::ApiEnum::name).collect::<Vec<_>>(),
            ["shutdown", "hard_shutdown", "clean_shutdown", "start"]
        );
        world.call("VM_appliance.shutdown shop").await.expect("an end");
        healthy(&world);
    });
}

#[test]
fn an_appliance_refuses_what_it_cannot_do() {
    run(async {
        let world = appliance(Speed::Max).await;
        let code = |outcome: Result<Value, model::ApiError>| outcome.expect_err("a refusal").to_string();
        assert!(code(world.call("VM_appliance.hard_shutdown shop").await).contains("already halted"));
        assert!(code(world.call("VM_appliance.clean_shutdown shop").await).contains("is running"));
        world.prepare("set VM a is_a_template true").await;
        assert!(code(world.call("VM.set_appliance a shop").await).contains("Control domains, templates"));
        for name in ["b", "c"] {
            world.prepare(&format!("VM.set_appliance {name} null")).await;
        }
        world.prepare("set VM a appliance null").await;
        assert!(code(world.call("VM_appliance.start shop false").await).contains("Appliance has no VMs"));
    });
}

#[test]
fn an_appliance_goes_on_after_a_crash() {
    for limit in 1..24 {
        let (world, task) = run(async {
            let world = appliance(Speed::Max).await.restart(Some(limit));
            let task = tokio::select! {
                biased;
                () = world.died() => None,
                task = world.begin("VM_appliance.start shop false") => {
                    tokio::select! { biased; () = world.died() => {}, () = world.quiet() => {} }
                    task.ok()
                }
            };
            (world.end(), task)
        });
        run(async {
            let world = world.restart(None);
            world.settle().await;
            if let Some(task) = task {
                let status = world.pool().get(task).expect("the task").status;
                assert_eq!(status, TaskStatusType::Success, "after {limit} commits");
                assert_eq!(state(&world, &["a", "b", "c"]), ["Running"; 3], "after {limit} commits");
            }
            healthy(&world);
        });
    }
}

#[test]
fn a_cancelled_appliance_starts_nothing_more() {
    run(async {
        let world = appliance(Speed::Default).await;
        let task = world.begin("VM_appliance.start shop false").await.expect("a task");
        world.clock.sleep(Duration::from_secs(10)).await;
        assert_eq!(state(&world, &["a", "b", "c"]), ["Halted", "Halted", "Running"], "the delay of c");
        assert!(world.toolstack.running.cancel(task));
        world.quiet().await;
        assert_eq!(world.pool().get(task).expect("the task").status, TaskStatusType::Cancelled);
        assert_eq!(state(&world, &["a", "b", "c"]), ["Halted", "Halted", "Running"]);
        healthy(&world);
    });
}

/// A schedule for a and b.
async fn schedule(kind: VmssType, frequency: VmssFrequency, entries: &[(&str, &str)]) -> (World, Ref<Vmss>) {
    let world = World::new(Origin::Words(POOL), 1, Speed::Default);
    let schedule = entries.iter().map(|(key, value)| (Text::new(key), Text::new(value))).collect();
    let row = Vmss {
        uuid: world.chance.uuid(),
        name_label: Text::new("nightly"),
        r#type: kind,
        frequency,
        schedule,
        retained_snapshots: 2,
        enabled: true,
        ..Vmss::default()
    };
    let id: Ref<Vmss> = Ref::from_bits(world.chance.uuid().0);
    edit(&world, |tx| tx.insert(id, row)).await;
    world.prepare("VM.set_snapshot_schedule a nightly").await;
    world.prepare("VM.set_snapshot_schedule b nightly").await;
    (world, id)
}

fn snapshots(world: &World) -> usize {
    world.pool().all::<Vm>().filter(|(_, vm)| vm.is_vmss_snapshot).count()
}

fn alerts(world: &World, name: &str) -> usize {
    world.pool().all::<Message>().filter(|(_, message)| message.name == name).count()
}

#[test]
fn a_schedule_takes_snapshots_by_the_clock_and_keeps_the_last() {
    run(async {
        let (world, id) = schedule(VmssType::Snapshot, VmssFrequency::Hourly, &[("min", "30")]).await;
        tokio::spawn(toolstack::keepers::schedules::run(world.toolstack.clone()));
        world.clock.sleep(Duration::from_secs(29 * 60)).await;
        assert_eq!(snapshots(&world), 0, "it is not time yet");
        world.clock.sleep(Duration::from_secs(3 * 60)).await;
        assert_eq!(snapshots(&world), 2);
        assert_eq!(world.pool().get(id).expect("it").last_run_time.seconds(), 1_767_225_600 + 1800);
        world.clock.sleep(Duration::from_secs(4 * 3600)).await;
        world.quiet().await;
        assert_eq!(snapshots(&world), 4, "two of each machine are kept");
        assert_eq!(alerts(&world, "VMSS_SNAPSHOT_SUCCEEDED"), 5);
        world.prepare("VMSS.set_enabled nightly false").await;
        world.clock.sleep(Duration::from_secs(4 * 3600)).await;
        assert_eq!(alerts(&world, "VMSS_SNAPSHOT_SUCCEEDED"), 5);
        healthy(&world);
    });
}

#[test]
fn a_schedule_runs_now_if_asked() {
    run(async {
        let (world, _) =
            schedule(VmssType::Snapshot, VmssFrequency::Daily, &[("hour", "3"), ("min", "0")]).await;
        assert_eq!(world.call("VMSS.snapshot_now nightly").await, Ok(Value::string("")));
        assert_eq!(snapshots(&world), 2);
        world.prepare("VM.snapshot a mine").await;
        assert_eq!(snapshots(&world), 2, "those that somebody takes are not of the schedule");
        world.prepare("set VM b blocked_operations {snapshot: no}").await;
        world.call("VMSS.snapshot_now nightly").await.expect("an answer");
        assert_eq!((snapshots(&world), alerts(&world, "VMSS_SNAPSHOT_FAILED")), (3, 1));
        healthy(&world);
    });
}

#[test]
fn quiesced_snapshots_are_refused_and_told_of() {
    run(async {
        let (world, _) = schedule(VmssType::SnapshotWithQuiesce, VmssFrequency::Daily, &[]).await;
        world.call("VMSS.snapshot_now nightly").await.expect("an answer");
        assert_eq!((snapshots(&world), alerts(&world, "VMSS_SNAPSHOT_FAILED")), (0, 1));
    });
}

#[test]
fn a_schedule_that_was_missed_is_told_of() {
    let (world, id) = run(async {
        let (world, id) = schedule(VmssType::Snapshot, VmssFrequency::Hourly, &[("min", "0")]).await;
        world.call("VMSS.snapshot_now nightly").await.expect("a first run");
        world.clock.sleep(Duration::from_secs(3600 + 1200)).await;
        (world.end(), id)
    });
    run(async {
        let world = world.restart(None);
        tokio::spawn(toolstack::keepers::schedules::run(world.toolstack.clone()));
        world.clock.sleep(Duration::from_secs(600)).await;
        assert_eq!((snapshots(&world), alerts(&world, "VMSS_SNAPSHOT_MISSED_EVENT")), (2, 1));
        assert!(world.pool().get(id).is_some());
    });
}

#[test]
fn schedules_have_values_that_fit() {
    run(async {
        let (world, id) = schedule(VmssType::Snapshot, VmssFrequency::Hourly, &[("min", "0")]).await;
        let refusal = async |words: &str| world.call(words).await.expect_err("a refusal").to_string();
        assert!(refusal("VMSS.set_retained_snapshots nightly 11").await.starts_with("INVALID_VALUE"));
        assert!(refusal("VMSS.set_retained_snapshots nightly 0").await.starts_with("INVALID_VALUE"));
        assert!(refusal("VMSS.add_to_schedule nightly min 7").await.starts_with("INVALID_VALUE"));
        assert!(refusal("VMSS.add_to_schedule nightly year 7").await.starts_with("INVALID_VALUE"));
        assert!(refusal("VMSS.set_schedule nightly {min: -15}").await.starts_with("INVALID_VALUE"));
        assert!(refusal("VMSS.destroy nightly").await.starts_with("VMSS_HAS_VM"));
        world.prepare("VMSS.set_frequency nightly weekly").await;
        world.prepare("VMSS.add_to_schedule nightly days 'monday,friday'").await;
        let text =
            |key: &str| world.pool().get(id).expect("it").schedule.get(key).cloned().unwrap_or_default();
        assert_eq!(
            (text("days").as_str(), text("hour").as_str(), text("min").as_str()),
            ("monday,friday", "0", "0")
        );
        world.prepare("VMSS.remove_from_schedule nightly days").await;
        assert_eq!(text("days"), "monday");
    });
}

#[test]
fn machines_of_a_group_keep_apart() {
    run(async {
        let world = World::new(Origin::Words(POOL), 1, Speed::Max);
        listen(&world);
        let id: Ref<VmGroup> = Ref::from_bits(world.chance.uuid().0);
        let row = VmGroup {
            uuid: world.chance.uuid(),
            name_label: Text::new("apart"),
            placement: PlacementPolicy::AntiAffinity,
            ..VmGroup::default()
        };
        edit(&world, |tx| tx.insert(id, row)).await;
        for name in ["a", "b", "c"] {
            world.prepare(&format!("VM.set_groups {name} [apart]")).await;
        }
        assert_eq!(world.pool().get(id).expect("it").VMs.len(), 3, "both ends agree");
        for name in ["a", "b", "other", "c"] {
            world.prepare(&format!("VM.start {name}")).await;
        }
        assert_ne!(vm(&world, "a").resident_on, vm(&world, "b").resident_on);
        world.prepare("VM.hard_shutdown c").await;
        let told = toolstack::explain::verdict(&world.toolstack, ["VM.start", "c", "false", "false"])
            .expect("a verdict");
        assert!(told.contains("1 of its group there"), "{told}");
        world.clock.sleep(Duration::from_secs(1)).await;
        // All on one host: told of once, and taken back when they part.
        let to = world.pool().get(vm(&world, "a").resident_on).expect("a host").name_label.clone();
        world.prepare(&format!("VM.pool_migrate b {to} {{}}")).await;
        let alert = "ALL_RUNNING_VMS_IN_ANTI_AFFINITY_GRP_ON_SINGLE_HOST";
        let mut watch = Default::default();
        for _ in 0..2 {
            toolstack::keepers::schedules::pass(&world.toolstack, &mut watch).await.expect("a look");
            assert_eq!(alerts(&world, alert), 1);
        }
        world.prepare("VM.hard_shutdown b").await;
        toolstack::keepers::schedules::pass(&world.toolstack, &mut watch).await.expect("a look");
        assert_eq!(alerts(&world, alert), 0);
        let two = world.call("VM.set_groups a [apart,apart]").await;
        assert!(two.is_ok() || two.expect_err("a refusal").code == "TOO_MANY_GROUPS");
        healthy(&world);
    });
}

/// A pool whose management cards may carry a cluster.
async fn clustered() -> World {
    let world = World::new(Origin::Words("host h1 8GiB; host h2 8GiB; host h3 8GiB; sr nfs"), 1, Speed::Max);
    let pifs: Vec<Ref<model::Pif>> = world.pool().all::<model::Pif>().map(|(id, _)| id).collect();
    edit(&world, |tx| pifs.into_iter().for_each(|pif| _ = tx.update(pif, |row| row.disallow_unplug = true)))
        .await;
    world
}

fn member(world: &World, host: &str) -> (Ref<ClusterHost>, ClusterHost) {
    let host: Ref<model::Host> = Ref::new(named(world, ClassId::Host, host));
    let pool = world.pool();
    let found = pool.all::<ClusterHost>().find(|(_, member)| member.host == host);
    found.map(|(id, row)| (id, row.clone())).expect("a member")
}

async fn on_member(world: &World, message: &str, host: &str) -> Result<Value, model::ApiError> {
    let message = worlds::words::message(message);
    let values = vec![Value::Ref(member(world, host).0.id())];
    world.run(toolstack::Arguments { message, values }).await?.outcome.await
}

async fn on_cluster(world: &World, message: &str) -> Result<Value, model::ApiError> {
    let message = worlds::words::message(message);
    let values = vec![Value::Ref(world.pool().first::<Cluster>().expect("a cluster").0.id())];
    world.run(toolstack::Arguments { message, values }).await?.outcome.await
}

#[test]
fn a_cluster_is_made_of_the_pool_and_dissolved() {
    run(async {
        let world = clustered().await;
        world.call("Cluster.pool_create management corosync").await.expect("a cluster");
        let row = world.pool().first::<Cluster>().expect("a cluster").1.clone();
        assert_eq!((row.live_hosts, row.expected_hosts, row.quorum, row.is_quorate), (3, 3, 2, true));
        assert_eq!(world.simulation.describe().matches("is in cluster").count(), 3);
        let again = world.call("Cluster.pool_create management corosync").await;
        assert_eq!(again.expect_err("a second one").code, "CLUSTER_ALREADY_EXISTS");
        on_member(&world, "Cluster_host.disable", "h3").await.expect("h3 is out");
        let row = world.pool().first::<Cluster>().expect("a cluster").1.clone();
        assert_eq!((row.live_hosts, row.expected_hosts, row.is_quorate), (2, 3, true));
        assert_eq!(
            on_member(&world, "Cluster_host.destroy", "h3").await.expect_err("disabled").code,
            "CLUSTERING_DISABLED"
        );
        assert_eq!(
            on_cluster(&world, "Cluster.pool_destroy").await.expect_err("disabled").code,
            "CLUSTERING_DISABLED"
        );
        on_cluster(&world, "Cluster.pool_resync").await.expect("h3 is back");
        assert!(member(&world, "h3").1.enabled);
        on_member(&world, "Cluster_host.destroy", "h3").await.expect("h3 leaves");
        on_cluster(&world, "Cluster.pool_resync").await.expect("h3 joins");
        assert_eq!(
            on_cluster(&world, "Cluster.destroy").await.expect_err("three").code,
            "CLUSTER_DOES_NOT_HAVE_ONE_NODE"
        );
        on_cluster(&world, "Cluster.pool_destroy").await.expect("the end");
        assert!(!world.simulation.describe().contains("is in cluster"));
        assert_eq!(world.pool().table(ClassId::ClusterHost).len(), 0);
        healthy(&world);
    });
}

#[test]
fn a_cluster_refuses_what_does_not_fit() {
    run(async {
        let world = clustered().await;
        let refusal = async |words: &str| world.call(words).await.expect_err("a refusal").code.to_string();
        assert_eq!(refusal("Cluster.pool_create management heartbeat").await, "INVALID_CLUSTER_STACK");
        assert_eq!(refusal("Cluster.pool_create management corosync 0.5").await, "INVALID_VALUE");
        assert_eq!(refusal("Cluster.pool_create management corosync 20 0.1").await, "INVALID_VALUE");
        let pif = world.pool().all::<model::Pif>().next().map(|(id, _)| id).expect("a card");
        edit(&world, |tx| _ = tx.update(pif, |row| row.currently_attached = false)).await;
        assert_eq!(refusal("Cluster.pool_create management corosync").await, "REQUIRED_PIF_IS_UNPLUGGED");
        edit(&world, |tx| _ = tx.update(pif, |row| row.disallow_unplug = false)).await;
        assert_eq!(refusal("Cluster.pool_create management corosync").await, "PIF_ALLOWS_UNPLUG");
        assert_eq!(world.pool().table(ClassId::Cluster).len(), 0);
    });
}
