//! Hosts go down and come up, and whoever watches learns of it.

use machine::Clock;
use model::{ClassId, Host, Ref, Value, Vm, VmPowerState, many};
use sim::machine::Speed;
use std::time::Duration;
use toolstack::keepers::hosts::{Heard, beat};
use worlds::check::healthy;
use worlds::world::{Origin, World, run};

const POOL: &str = "host h1 8GiB; host h2 16GiB; sr nfs on h1 h2; sr disks ext on h2; network lan; \
                    vm web 2GiB running on h2 disk nfs nic lan; vm db 1GiB running on h2 disk disks; \
                    vm idle 1GiB halted disk nfs";

/// A world that listens to its machines, and in which things take their time.
fn world(speed: Speed) -> World {
    let world = World::new(Origin::Words(POOL), 1, speed);
    tokio::spawn(toolstack::listen::run(world.toolstack.clone()));
    world
}

fn host(world: &World, name: &str) -> Ref<Host> {
    Ref::new(worlds::words::named(&world.pool(), ClassId::Host, name))
}

fn row(world: &World, name: &str) -> Host {
    world.pool().get(host(world, name)).expect("a host").clone()
}

fn live(world: &World, name: &str) -> bool {
    let pool = world.pool();
    pool.get(row(world, name).metrics).expect("metrics").live
}

fn plugged(world: &World, name: &str) -> (bool, bool) {
    let (pool, id) = (world.pool(), host(world, name));
    let storage = pool.many_rows(many::HOST_PBDS, id).all(|(_, pbd)| pbd.currently_attached);
    (storage, pool.many_rows(many::HOST_PIFS, id).all(|(_, pif)| pif.currently_attached))
}

fn state(world: &World, name: &str) -> VmPowerState {
    let id = Ref::<Vm>::new(worlds::words::named(&world.pool(), ClassId::Vm, name));
    world.pool().get(id).expect("a machine").power_state
}

async fn seconds(count: u64) {
    tokio::time::sleep(Duration::from_secs(count)).await;
}

async fn call(world: &World, words: &str) -> Value {
    world.call(words).await.unwrap_or_else(|error| panic!("{words}: {error}"))
}

async fn refused(world: &World, words: &str) -> String {
    world.call(words).await.expect_err(words).code.to_string()
}

/// Without the machine that only this host can run.
async fn empty(world: &World, name: &str) {
    call(world, "VM.hard_shutdown db").await;
    call(world, &format!("host.disable {name}")).await;
    call(world, &format!("host.evacuate {name}")).await;
}

#[test]
fn a_host_reboots_and_takes_machines_again() {
    run(async {
        let world = world(Speed::Default);
        empty(&world, "h2").await;
        let booted = row(&world, "h2").other_config.get("boot_time").cloned();
        call(&world, "host.reboot h2").await;
        assert!(live(&world, "h2"), "it goes down some seconds after the call has returned");
        assert_eq!(refused(&world, "host.enable h2").await, "HOST_DISABLED_UNTIL_REBOOT");
        seconds(2).await;
        assert!(!live(&world, "h2"));
        assert_eq!(plugged(&world, "h2"), (false, false));
        assert_eq!(refused(&world, "host.reboot h2").await, "HOST_OFFLINE");
        assert_eq!(refused(&world, "VM.start_on idle h2 false false").await, "HOST_NOT_LIVE");
        seconds(12).await;
        assert!(live(&world, "h2") && row(&world, "h2").enabled);
        assert_eq!(plugged(&world, "h2"), (true, true));
        assert_ne!(row(&world, "h2").other_config.get("boot_time").cloned(), booted);
        call(&world, "VM.start_on idle h2 false false").await;
        world.quiet().await;
        healthy(&world);
    });
}

#[test]
fn a_host_that_is_disabled_for_good_stays_so() {
    run(async {
        let world = world(Speed::Max);
        call(&world, "VM.hard_shutdown db").await;
        call(&world, "host.disable h2 false").await;
        call(&world, "host.evacuate h2").await;
        call(&world, "host.reboot h2").await;
        seconds(1).await;
        assert!(live(&world, "h2") && !row(&world, "h2").enabled);
        call(&world, "host.enable h2").await;
        assert!(row(&world, "h2").enabled);
        healthy(&world);
    });
}

#[test]
fn a_host_goes_down_and_is_woken() {
    run(async {
        let world = world(Speed::Max);
        empty(&world, "h2").await;
        call(&world, "host.set_power_on_mode h2 wake-on-lan {}").await;
        call(&world, "host.shutdown h2").await;
        seconds(1).await;
        assert!(!live(&world, "h2"));
        call(&world, "host.power_on h2").await;
        seconds(1).await;
        assert!(live(&world, "h2") && row(&world, "h2").enabled);
        assert_eq!(plugged(&world, "h2"), (true, true));
        healthy(&world);
    });
}

#[test]
fn a_host_that_is_down_stays_down_when_all_processes_die() {
    let world = run(async {
        let world = world(Speed::Max);
        empty(&world, "h2").await;
        call(&world, "host.shutdown h2").await;
        seconds(1).await;
        world.end()
    });
    run(async {
        let world = world.reborn();
        let machine = world.hosts.get(&host(&world, "h2")).expect("its machine");
        assert!(!machine.is_up());
        machine.power_on();
        beat(&world.toolstack, &mut Heard::new()).await;
        assert!(live(&world, "h2"));
        assert_eq!(plugged(&world, "h2"), (true, true));
        healthy(&world);
    });
}

#[test]
fn a_host_that_reboots_while_all_processes_die_comes_back() {
    let world = run(async {
        let world = world(Speed::Default);
        empty(&world, "h2").await;
        call(&world, "host.reboot h2").await;
        seconds(3).await;
        assert!(!live(&world, "h2"));
        world.end()
    });
    run(async {
        let world = world.reborn();
        beat(&world.toolstack, &mut Heard::new()).await;
        assert!(live(&world, "h2") && row(&world, "h2").enabled);
        healthy(&world);
    });
}

#[test]
fn a_host_that_crashes_is_missed_after_a_while() {
    run(async {
        let world = world(Speed::Max);
        let id = host(&world, "h2");
        let mut heard = Heard::new();
        beat(&world.toolstack, &mut heard).await;
        world.hosts[&id].power_off();
        for _ in 0..19 {
            seconds(30).await;
            beat(&world.toolstack, &mut heard).await;
        }
        assert!(live(&world, "h2"), "it may only be slow");
        seconds(30).await;
        beat(&world.toolstack, &mut heard).await;
        assert!(!live(&world, "h2"));
        // Who knows what runs there: nobody but an operator may say that nothing does.
        assert_eq!(state(&world, "web"), VmPowerState::Running);
        assert_eq!(refused(&world, "host.destroy h2").await, "HOST_HAS_RESIDENT_VMS");
        call(&world, "host.declare_dead h2").await;
        assert_eq!((state(&world, "web"), state(&world, "db")), (VmPowerState::Halted, VmPowerState::Halted));
        call(&world, "VM.start web false false").await;
        assert_eq!(state(&world, "web"), VmPowerState::Running);
        call(&world, "host.destroy h2").await;
        assert!(world.pool().get(id).is_none());
        world.pool().verify().expect("a pool that keeps the rules");
    });
}

#[test]
fn a_host_that_crashes_and_comes_back_has_nothing_running() {
    run(async {
        let world = world(Speed::Max);
        let id = host(&world, "h2");
        world.hosts[&id].power_off();
        seconds(5).await;
        world.hosts[&id].power_on();
        seconds(5).await;
        assert!(live(&world, "h2") && row(&world, "h2").enabled);
        assert_eq!((state(&world, "web"), state(&world, "db")), (VmPowerState::Halted, VmPowerState::Halted));
        call(&world, "VM.start db false false").await;
        healthy(&world);
    });
}

#[test]
fn ssh_is_closed_when_its_time_is_over() {
    run(async {
        let world = world(Speed::Max);
        let mut heard = Heard::new();
        call(&world, "host.set_ssh_enabled_timeout h1 60").await;
        call(&world, "host.enable_ssh h1").await;
        seconds(59).await;
        beat(&world.toolstack, &mut heard).await;
        assert!(row(&world, "h1").ssh_enabled);
        seconds(2).await;
        beat(&world.toolstack, &mut heard).await;
        let host = row(&world, "h1");
        assert!(!host.ssh_enabled && host.ssh_expiry.seconds() == 0);
        healthy(&world);
    });
}

#[test]
fn a_clock_that_is_wrong_is_told_about_once() {
    run(async {
        let world = world(Speed::Max);
        let mut heard = Heard::new();
        call(&world, "host.set_ntp_mode h2 Disabled").await;
        call(&world, "host.set_servertime h2 20260101T01:00:00Z").await;
        let Value::DateTime(time) = call(&world, "host.get_servertime h2").await else { panic!("a time") };
        assert_eq!(time.seconds() - world.clock.micros() / 1_000_000, 3600);
        for _ in 0..3 {
            beat(&world.toolstack, &mut heard).await;
        }
        let told = world
            .pool()
            .all::<model::Message>()
            .filter(|(_, message)| message.name == "HOST_CLOCK_SKEW_DETECTED")
            .count();
        assert_eq!(told, 1);
        call(&world, "host.set_ntp_mode h2 Factory").await;
        assert_eq!(call(&world, "host.get_ntp_synchronized h2").await, Value::Bool(true));
    });
}

#[test]
fn the_log_of_the_hypervisor_is_read_and_cleared() {
    run(async {
        let world = world(Speed::Max);
        call(&world, "host.send_debug_keys h2 q").await;
        let Value::String(text) = call(&world, "host.dmesg_clear h2").await else { panic!("a text") };
        assert!(text.contains("(XEN) 'q' pressed") && text.contains("(XEN) Domain "), "{text}");
        assert_eq!(call(&world, "host.dmesg h2").await, Value::string(""));
    });
}
