//! High availability: what is protected runs again when its host is gone, once and in order.

use expect_test::expect;
use machine::Clock;
use model::{ClassId, Host, Message, Pool, Ref, Value, Vdi, Vm, VmPowerState};
use sim::machine::Speed;
use std::time::Duration;
use toolstack::keepers::ha;
use worlds::check;
use worlds::check::healthy;
use worlds::world::{Origin, World, run};

const POOL: &str = "host h1 16GiB; host h2 16GiB; host h3 16GiB; sr nfs; network lan; \
                    vm web 2GiB running on h1 disk nfs nic lan; vm db 2GiB running on h1 disk nfs nic lan; \
                    vm test 1GiB running on h1 disk nfs; vm idle 1GiB halted disk nfs; \
                    vm away 1GiB running on h2 disk nfs";

#[test]
fn is_turned_on_with_a_statefile_and_every_host_armed() {
    check(
        "host h1 8GiB; host h2 8GiB; sr nfs; vm web 1GiB running on h1 disk nfs",
        "pool.enable_ha [nfs] {}",
        expect![[r#"
            h1: create disk of 4 MiB
            h1: create disk of 4096 MiB
            h2: arm h2
            h1: arm h1
        "#]],
    );
}

#[test]
fn is_turned_off_and_leaves_nothing() {
    check(
        "host h1 8GiB; host h2 8GiB; sr nfs; vm web 1GiB running on h1 disk nfs",
        "pool.enable_ha [nfs] {}; pool.disable_ha",
        expect![[r#"
            h2: disarm h2
            h1: disarm h1
            h1: destroy disk Metadata for HA
            h1: destroy disk Statefile for HA
        "#]],
    );
}

#[test]
fn refuses_what_cannot_be() {
    for (scenario, calls, expected) in [
        (
            "host h1 8GiB; sr ext ext on h1",
            "pool.enable_ha [ext] {}",
            expect![[r#"
            HA_CONSTRAINT_VIOLATION_SR_NOT_SHARED[ext]
        "#]],
        ),
        (
            "host h1 8GiB; sr ext ext on h1",
            "pool.enable_ha [] {}",
            expect![[r#"
            CANNOT_CREATE_STATE_FILE[]
        "#]],
        ),
        (
            "host h1 8GiB; sr nfs",
            "pool.enable_ha [] {}; pool.enable_ha [] {}",
            expect![[r#"
            HA_IS_ENABLED[]
        "#]],
        ),
        (
            "host h1 8GiB; sr nfs",
            "pool.disable_ha",
            expect![[r#"
            HA_NOT_ENABLED[]
        "#]],
        ),
        (
            "host h1 8GiB; sr nfs",
            "host.emergency_ha_disable",
            expect![[r#"
            HA_NOT_ENABLED[]
        "#]],
        ),
        (
            "host h1 8GiB; sr nfs",
            "pool.ha_prevent_restarts_for 10",
            expect![[r#"
            HA_NOT_ENABLED[]
        "#]],
        ),
        (
            "host h1 8GiB; vm web 1GiB halted",
            "VM.set_ha_restart_priority web always",
            expect![[r#"
            INVALID_VALUE[ha_restart_priority, always]
        "#]],
        ),
        (
            "host h1 8GiB; sr nfs",
            "pool.set_ha_host_failures_to_tolerate pool -1",
            expect![[r#"
            INVALID_VALUE[ha_host_failures_to_tolerate, -1]
        "#]],
        ),
        (
            "host h1 8GiB; host h2 2GiB; sr nfs; vm web 4GiB running on h1 disk nfs",
            "VM.set_ha_restart_priority web restart; pool.enable_ha [] {}; \
             pool.set_ha_host_failures_to_tolerate pool 1",
            expect![[r#"
                HA_NO_PLAN[]
            "#]],
        ),
        (
            "host h1 8GiB; host h2 8GiB; sr nfs; vm web 4GiB running on h1 disk nfs; vm big 4GiB halted disk nfs",
            "VM.set_ha_restart_priority web restart; pool.enable_ha [] {}; \
             pool.set_ha_host_failures_to_tolerate pool 1; VM.start big",
            expect![[r#"
                HA_OPERATION_WOULD_BREAK_FAILOVER_PLAN[]
            "#]],
        ),
        (
            "host h1 8GiB; host h2 8GiB; sr nfs; vm web 4GiB running on h1 disk nfs; vm big 5GiB running on h2 disk nfs",
            "pool.enable_ha [] {}; VM.set_ha_restart_priority web restart; \
             pool.set_ha_host_failures_to_tolerate pool 0; set pool pool ha_host_failures_to_tolerate 1; \
             VM.set_ha_restart_priority big restart",
            expect![[r#"
                HA_OPERATION_WOULD_BREAK_FAILOVER_PLAN[]
            "#]],
        ),
        (
            "host h1 8GiB; sr nfs; vdi data on nfs; vm web 1GiB halted; vm x 1GiB halted disk data",
            "pool.enable_ha [] {}; VDI.destroy 'Statefile for HA'",
            expect![[r#"
                HA_IS_ENABLED[]
            "#]],
        ),
    ] {
        check(scenario, calls, expected);
    }
}

/// A world whose keeper watches, with high availability on.
async fn guarded(scenario: &str, protect: &[&str]) -> World {
    let world = World::new(Origin::Words(scenario), 1, Speed::Default);
    let listening = world.toolstack.clone();
    tokio::spawn(async move { toolstack::listen::run(listening).await });
    for words in protect {
        world.prepare(words).await;
    }
    world.prepare("pool.enable_ha [] {}").await;
    tokio::spawn(ha::run(world.toolstack.clone()));
    seconds(&world, 30).await;
    world
}

async fn seconds(world: &World, seconds: u64) {
    world.clock.sleep(Duration::from_secs(seconds)).await;
}

fn host(world: &World, name: &str) -> Ref<Host> {
    Ref::new(worlds::words::named(&world.pool(), ClassId::Host, name))
}

fn vm(world: &World, name: &str) -> Vm {
    let pool = world.pool();
    pool.get(Ref::<Vm>::new(worlds::words::named(&pool, ClassId::Vm, name))).expect("a machine").clone()
}

fn place(world: &World, name: &str) -> String {
    let row = vm(world, name);
    let host = world.pool().get(row.resident_on).map(|host| host.name_label.to_string());
    format!("{} {}", model::ApiEnum::name(row.power_state), host.unwrap_or_default())
}

fn alerts(world: &World) -> Vec<String> {
    let mut names: Vec<String> = world
        .pool()
        .all::<Message>()
        .filter(|(_, message)| message.name.starts_with("HA_"))
        .map(|(_, message)| message.name.to_string())
        .collect();
    names.sort();
    names
}

/// On how many hosts a machine really is.
fn copies(world: &World, name: &str) -> usize {
    let uuid = format!("domain {} ", vm(world, name).uuid);
    world.simulation.describe().matches(&uuid).count()
}

#[test]
fn what_is_protected_runs_again_when_its_host_fails() {
    run(async {
        let world = guarded(
            POOL,
            &["VM.set_ha_restart_priority web restart", "VM.set_ha_restart_priority db best-effort"],
        )
        .await;
        world.hosts[&host(&world, "h1")].power_off();
        seconds(&world, 40).await;
        assert_eq!(place(&world, "web"), "Running h1", "nobody knows yet whether it is dead");
        seconds(&world, 80).await;
        world.quiet().await;
        assert!(place(&world, "web").starts_with("Running h"), "{}", place(&world, "web"));
        assert_ne!(place(&world, "web"), "Running h1");
        assert!(place(&world, "db").starts_with("Running h"), "tried once");
        assert_eq!(place(&world, "test"), "Halted ", "nobody protects it");
        let leads = world.pool().first::<Pool>().expect("the pool").1.master;
        assert_ne!(leads, host(&world, "h1"), "another host leads");
        assert_eq!(place(&world, "away"), "Running h2");
        assert_eq!(copies(&world, "web"), 1);
        assert_eq!(alerts(&world), ["HA_HOST_FAILED", "HA_POOL_DROP_IN_PLAN_EXISTS_FOR"]);
        assert!(
            !world
                .pool()
                .get(host(&world, "h1"))
                .and_then(|row| world.pool().get(row.metrics).map(|m| m.live))
                .expect("metrics")
        );
        world.hosts[&host(&world, "h1")].power_on();
        seconds(&world, 60).await;
        let pool = world.pool();
        let row = pool.get(host(&world, "h1")).expect("the host");
        assert!(pool.get(row.metrics).is_some_and(|metrics| metrics.live), "it is back");
        assert_eq!(row.ha_statefiles.len(), 1, "and armed");
        healthy(&world);
    });
}

#[test]
fn a_host_that_is_cut_off_fences_itself_and_nothing_runs_twice() {
    run(async {
        let world = guarded(POOL, &["VM.set_ha_restart_priority web restart"]).await;
        let h1 = world.hosts[&host(&world, "h1")].clone();
        h1.cut_off(true);
        for _ in 0..300 {
            seconds(&world, 1).await;
            assert!(copies(&world, "web") <= 1, "two copies of a machine run");
        }
        assert_ne!(place(&world, "web"), "Running h1");
        assert_eq!(copies(&world, "web"), 1);
        h1.cut_off(false);
        h1.power_on();
        seconds(&world, 60).await;
        healthy(&world);
    });
}

#[test]
fn a_host_that_loses_its_statefile_fences_itself() {
    run(async {
        let world = guarded(POOL, &["VM.set_ha_restart_priority web restart"]).await;
        let pool = world.pool();
        let sr = pool.all::<model::Sr>().find(|(_, sr)| sr.name_label == "nfs").expect("nfs").1.uuid;
        world.hosts[&host(&world, "h1")].detach_storage(sr);
        seconds(&world, 150).await;
        world.quiet().await;
        assert_ne!(place(&world, "web"), "Running h1");
        assert_eq!(copies(&world, "web"), 1);
        assert_eq!(copies(&world, "test"), 0);
    });
}

#[test]
fn orders_and_delays_are_kept() {
    run(async {
        let world = guarded(
            POOL,
            &[
                "VM.set_ha_restart_priority web restart",
                "VM.set_ha_restart_priority db restart",
                "VM.set_ha_restart_priority test restart",
                "VM.set_order web 2",
                "VM.set_order db 1",
                "VM.set_order test 0",
                "VM.set_start_delay db 50",
            ],
        )
        .await;
        world.hosts[&host(&world, "h1")].power_off();
        seconds(&world, 300).await;
        let pool = world.pool();
        let began = |name: &str| pool.get(vm(&world, name).metrics).expect("metrics").start_time.seconds();
        assert!(began("test") <= began("db"), "in their order");
        assert!(began("web") >= began("db") + 50, "after the delay: {} {}", began("db"), began("web"));
        assert!(began("web") < began("db") + 60, "and not much later");
        healthy_but_for_power(&world);
    });
}

/// A host without power has rows that no machine answers for.
fn healthy_but_for_power(world: &World) {
    world.hosts.values().for_each(|host| host.power_on());
    healthy(world);
}

#[test]
fn a_protected_guest_that_ends_by_itself_runs_again() {
    run(async {
        let world = guarded(
            POOL,
            &["VM.set_ha_restart_priority web restart", "VM.set_ha_restart_priority db restart"],
        )
        .await;
        let h1 = world.hosts[&host(&world, "h1")].clone();
        world.prepare("set VM web actions_after_crash destroy").await;
        h1.crash_guest(vm(&world, "web").uuid);
        h1.stop_guest(vm(&world, "db").uuid);
        seconds(&world, 60).await;
        assert_eq!(vm(&world, "web").power_state, VmPowerState::Running);
        assert_eq!(vm(&world, "db").power_state, VmPowerState::Running);
        // What a client stops stays down.
        world.call("VM.hard_shutdown web").await.expect("a shutdown");
        world.prepare("set pool pool ha_reboot_vm_on_internal_shutdown false").await;
        let at = vm(&world, "db").resident_on;
        world.hosts[&at].stop_guest(vm(&world, "db").uuid);
        seconds(&world, 300).await;
        assert_eq!(vm(&world, "web").power_state, VmPowerState::Halted);
        assert_eq!(vm(&world, "db").power_state, VmPowerState::Halted);
        assert!(!vm(&world, "db").ha_always_run);
        healthy(&world);
    });
}

#[test]
fn what_finds_no_room_is_told_of_once_and_tried_again() {
    run(async {
        let scenario = "host h1 8GiB; host h2 4GiB; sr nfs; vm web 4GiB running on h1 disk nfs";
        let world = guarded(scenario, &["VM.set_ha_restart_priority web restart"]).await;
        world.hosts[&host(&world, "h1")].power_off();
        seconds(&world, 400).await;
        assert_eq!(place(&world, "web"), "Halted ");
        assert_eq!(alerts(&world), ["HA_HOST_FAILED", "HA_PROTECTED_VM_RESTART_FAILED"]);
        world.hosts[&host(&world, "h1")].power_on();
        seconds(&world, 400).await;
        assert_eq!(place(&world, "web"), "Running h1");
        healthy(&world);
    });
}

#[test]
fn restarts_wait_while_an_administrator_says_so() {
    run(async {
        let world = guarded(POOL, &["VM.set_ha_restart_priority web restart"]).await;
        world.call("pool.ha_prevent_restarts_for 600").await.expect("a pause");
        world.hosts[&host(&world, "h1")].power_off();
        seconds(&world, 500).await;
        assert_eq!(place(&world, "web"), "Halted ");
        seconds(&world, 200).await;
        assert!(place(&world, "web").starts_with("Running"));
    });
}

#[test]
fn a_coordinator_that_shall_not_decide_starts_nothing() {
    run(async {
        let world = guarded(POOL, &["VM.set_ha_restart_priority away restart"]).await;
        assert_ne!(world.toolstack.this_host(), host(&world, "h2"));
        let name = world.pool().get(world.toolstack.this_host()).expect("a host").name_label.clone();
        world.call(&format!("host.ha_disable_failover_decisions {name}")).await.expect("a promise");
        world.hosts[&host(&world, "h2")].power_off();
        seconds(&world, 700).await;
        assert_eq!(place(&world, "away"), "Halted ");
    });
}

#[test]
fn the_plan_is_kept_up_to_date_and_told_of() {
    run(async {
        let scenario = "host h1 8GiB; host h2 8GiB; sr nfs; vm web 4GiB running on h1 disk nfs";
        let world = guarded(scenario, &["VM.set_ha_restart_priority web restart"]).await;
        let pool = |world: &World| world.pool().first::<Pool>().expect("the pool").1.clone();
        assert_eq!(pool(&world).ha_plan_exists_for, 1);
        world.call("pool.set_ha_host_failures_to_tolerate pool 1").await.expect("there is a plan");
        assert!(!pool(&world).ha_overcommitted);
        world.hosts[&host(&world, "h2")].power_off();
        seconds(&world, 120).await;
        assert_eq!(pool(&world).ha_plan_exists_for, 0);
        assert!(pool(&world).ha_overcommitted);
        assert_eq!(
            alerts(&world),
            ["HA_HOST_FAILED", "HA_POOL_DROP_IN_PLAN_EXISTS_FOR", "HA_POOL_OVERCOMMITTED"]
        );
        world.hosts[&host(&world, "h2")].power_on();
        seconds(&world, 60).await;
        assert_eq!(pool(&world).ha_plan_exists_for, 1);
        assert!(!pool(&world).ha_overcommitted);
    });
}

#[test]
fn the_plan_answers_what_it_is_asked() {
    run(async {
        let world = guarded(POOL, &["VM.set_ha_restart_priority web restart"]).await;
        assert_eq!(world.call("pool.ha_compute_max_host_failures_to_tolerate").await, Ok(Value::Int(2)));
        assert_eq!(world.call("pool.ha_failover_plan_exists 2").await, Ok(Value::Bool(true)));
        assert_eq!(world.call("pool.ha_failover_plan_exists 3").await, Ok(Value::Bool(false)));
        assert_eq!(world.call("pool.ha_failover_plan_exists -1").await, Ok(Value::Bool(false)));
        let answer = world.call("pool.ha_compute_vm_failover_plan [h1] [web,db]").await.expect("a plan");
        let Value::Struct(members) = answer else { panic!("a map") };
        assert_eq!(members.len(), 2);
        for (_, place) in members {
            let chosen = place.member("host").and_then(Value::as_text).expect("a host");
            assert_ne!(chosen, host(&world, "h1").to_string());
        }
    });
}

/// The toolstack dies after any commit of a failover; the next one brings it to its end.
#[test]
fn a_failover_survives_crashes() {
    for limit in (1..40).step_by(3) {
        let world = run(async {
            let world = guarded(
                POOL,
                &["VM.set_ha_restart_priority web restart", "VM.set_ha_restart_priority db best-effort"],
            )
            .await;
            world.end()
        });
        let world = run(async {
            let world = world.restart(Some(limit));
            tokio::spawn(ha::run(world.toolstack.clone()));
            world.hosts[&host(&world, "h1")].power_off();
            tokio::select! { biased; () = world.died() => {}, () = seconds(&world, 300) => {} }
            world.end()
        });
        run(async {
            let world = world.restart(None);
            toolstack::begin::prepare(&world.toolstack).await.expect("a start");
            toolstack::runner::resume(&world.toolstack);
            tokio::spawn(ha::run(world.toolstack.clone()));
            seconds(&world, 400).await;
            world.quiet().await;
            for name in ["web", "db"] {
                let place = place(&world, name);
                assert!(
                    place == "Running h2" || place == "Running h3",
                    "after {limit} commits: {name} {place}"
                );
                assert_eq!(copies(&world, name), 1);
            }
            healthy_but_for_power(&world);
        });
    }
}

#[test]
fn an_emergency_ends_it_without_the_others() {
    run(async {
        let world = guarded(POOL, &["VM.set_ha_restart_priority web restart"]).await;
        world.hosts[&host(&world, "h3")].power_off();
        assert_eq!(world.call("pool.disable_ha").await.expect_err("a host is silent").code, "HOST_OFFLINE");
        world.call("host.emergency_ha_disable").await.expect("the end");
        let pool = world.pool();
        assert!(!pool.first::<Pool>().expect("the pool").1.ha_enabled);
        assert!(!pool.all::<Vdi>().any(|(_, vdi)| vdi.r#type == model::VdiType::HaStatefile));
        assert!(!world.simulation.describe().contains("is armed"));
    });
}

#[test]
fn a_host_that_the_plan_needs_is_not_disabled() {
    check(
        "host h1 8GiB; host h2 8GiB; sr nfs; vm web 4GiB running on h1 disk nfs",
        "VM.set_ha_restart_priority web restart; pool.enable_ha; \
         pool.set_ha_host_failures_to_tolerate pool 1; host.disable h2",
        expect![[r#"
            HA_OPERATION_WOULD_BREAK_FAILOVER_PLAN[]
        "#]],
    );
}

#[test]
fn protected_machines_get_no_disk_of_one_host_only() {
    run(async {
        let scenario = "host h1 8GiB; host h2 8GiB; sr nfs; sr ext on h1; vdi data on ext; vm web 1GiB running on h1 disk nfs";
        let world = guarded(scenario, &["VM.set_ha_restart_priority web restart"]).await;
        let record = "{VM: web, VDI: data, userdevice: autodetect, mode: RW, type: Disk, empty: false}";
        let error = world.call(&format!("VBD.create {record}")).await.expect_err("a local disk");
        assert_eq!(error.code, "HA_CONSTRAINT_VIOLATION_SR_NOT_SHARED");
        assert_eq!(world.call("VM.assert_agile web").await, Ok(Value::VOID));
    });
}

/// A host that goes down in good order has not failed.
#[test]
fn an_orderly_reboot_is_no_failure() {
    run(async {
        let world = guarded(POOL, &["VM.set_ha_restart_priority away restart"]).await;
        for call in
            ["VM.hard_shutdown web", "VM.hard_shutdown db", "VM.hard_shutdown test", "host.disable h3"]
        {
            world.call(call).await.unwrap_or_else(|error| panic!("{call}: {error}"));
        }
        world.call("host.reboot h3").await.expect("a reboot");
        seconds(&world, 300).await;
        let pool = world.pool();
        let row = pool.get(host(&world, "h3")).expect("the host");
        assert!(pool.get(row.metrics).is_some_and(|metrics| metrics.live));
        assert_eq!(row.ha_statefiles.len(), 1, "it is armed again");
        assert!(!alerts(&world).contains(&"HA_HOST_FAILED".to_string()), "{:?}", alerts(&world));
        assert_eq!(place(&world, "away"), "Running h2");
        healthy(&world);
    });
}

#[test]
fn a_soft_emergency_lasts_until_the_next_start() {
    let world = run(async {
        let world = guarded(POOL, &[]).await;
        world.call("host.emergency_ha_disable true").await.expect("a pause");
        seconds(&world, 120).await;
        let this = world.toolstack.this_host();
        assert!(world.pool().get(this).expect("the host").ha_statefiles.is_empty());
        assert_eq!(world.simulation.describe().matches("is armed").count(), 2);
        assert!(toolstack::ha::is_enabled(&world.pool()));
        world.end()
    });
    run(async {
        let world = world.restart(None);
        toolstack::begin::prepare(&world.toolstack).await.expect("a start");
        tokio::spawn(ha::run(world.toolstack.clone()));
        seconds(&world, 60).await;
        assert_eq!(world.simulation.describe().matches("is armed").count(), 3);
    });
}

/// Machines that die with the toolstack come back as armed as they were.
#[test]
fn what_is_armed_is_so_after_a_new_beginning() {
    let world = run(async { guarded(POOL, &["VM.set_ha_restart_priority web restart"]).await.end() });
    run(async {
        let world = world.reborn();
        assert_eq!(world.simulation.describe().matches("is armed").count(), 3);
        tokio::spawn(ha::run(world.toolstack.clone()));
        seconds(&world, 120).await;
        assert_eq!(place(&world, "web"), "Running h1");
        assert_eq!(alerts(&world), Vec::<String>::new());
        healthy(&world);
    });
}

/// Two of three hosts fail at once, one of them the coordinator.
#[test]
fn the_last_host_takes_it_all() {
    run(async {
        let world = guarded(
            POOL,
            &["VM.set_ha_restart_priority web restart", "VM.set_ha_restart_priority away restart"],
        )
        .await;
        world.hosts[&host(&world, "h1")].power_off();
        world.hosts[&host(&world, "h2")].power_off();
        seconds(&world, 200).await;
        assert_eq!((place(&world, "web"), place(&world, "away")), ("Running h3".into(), "Running h3".into()));
        assert_eq!(world.pool().first::<Pool>().expect("the pool").1.master, host(&world, "h3"));
        world.call("VM.start idle").await.expect("life goes on");
    });
}
