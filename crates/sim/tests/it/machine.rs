//! The simulated machine: it keeps the contract, fails when told to, and is never found half way.

use ::machine::contract::{self, Fixture};
use ::machine::{
    Belief, BelievedDomain, BelievedHost, BelievedNetwork, Disc, DomainSpec, Drive, Fact, Fault, Machine,
    Nic, Seeded, ShutdownKind, Step, StopReason, TokioClock,
};
use model::Uuid;
use sim::machine::{SimHost, Simulation, Speed, When};
use std::sync::Arc;
use std::time::Duration;

const GIB: i64 = 1 << 30;
const VM: Uuid = Uuid(0x1000);
const SHARED: Uuid = Uuid(0x5001);
const ISOS: Uuid = Uuid(0x5002);
const DISC: Disc = Disc { sr: SHARED, vdi: Uuid(0xd1) };
const ISO: Disc = Disc { sr: ISOS, vdi: Uuid(0xd9) };

struct Pool {
    world: Arc<Simulation>,
    one: Arc<SimHost>,
    two: Arc<SimHost>,
}

/// A host that is up since the first second.
fn up() -> BelievedHost {
    BelievedHost { since_seconds: 1, ..BelievedHost::default() }
}

/// A bridge for the guest's card.
fn bridged() -> BelievedNetwork {
    BelievedNetwork { bridges: vec!["xenbr0".into()], ..BelievedNetwork::default() }
}

/// Two hosts of 8 GiB with a shared storage of 100 GiB, and an ISO.
fn pool(speed: Speed) -> Pool {
    let world =
        Simulation::new(Arc::new(TokioClock::starting_at(1_000_000)), Arc::new(Seeded::new(7)), speed);
    let belief = Belief {
        domains: Vec::new(),
        disks: vec![(ISO, GIB, GIB)],
        storage: vec![(SHARED, 100 * GIB), (ISOS, 2 * GIB)],
        memory_bytes: 8 * GIB,
        host: up(),
        network: bridged(),
        ..Belief::default()
    };
    let one = world.host(Uuid(0xa1), belief.clone());
    let two = world.host(Uuid(0xa2), belief);
    Pool { world, one, two }
}

fn spec() -> DomainSpec {
    DomainSpec {
        vm: VM,
        name: "web".into(),
        memory_bytes: 2 * GIB,
        vcpus: 2,
        hvm: true,
        ..DomainSpec::default()
    }
}

fn drive() -> Drive {
    Drive { vbd: Uuid(0xb1), userdevice: "0".into(), read_only: false, cd: false, disc: Some(DISC) }
}

fn nic() -> Nic {
    let (device, mac) = ("0".into(), "02:11:22:33:44:55".into());
    Nic { vif: Uuid(0xc1), device, mac, bridge: "xenbr0".into(), mtu: 1500, ..Nic::default() }
}

fn start() -> Vec<Step> {
    vec![
        Step::CreateDisk { disc: DISC, size_bytes: 10 * GIB },
        Step::CreateDomain { spec: spec() },
        Step::PlugDisk { vm: VM, drive: drive() },
        Step::PlugNic { vm: VM, nic: nic() },
        Step::StartDeviceModel { vm: VM },
        Step::Unpause { vm: VM },
    ]
}

async fn boot(host: &SimHost) {
    for step in start() {
        host.perform(&step).await.unwrap_or_else(|fault| panic!("{step}: {fault:?}"));
    }
}

/// What a paused runtime makes of a future that may wait for ever.
async fn within<T>(seconds: u64, future: impl Future<Output = T>) -> Option<T> {
    tokio::time::timeout(Duration::from_secs(seconds), future).await.ok()
}

async fn keeps_the_contract(speed: Speed) {
    let pool = pool(speed);
    let before = pool.world.describe();
    let fixture = Fixture {
        spec: spec(),
        host: Some(pool.one.uuid()),
        bridge: "xenbr0".into(),
        cards: vec!["eth2".into(), "eth3".into()],
        discs: [1, 2, 3].map(|number| Disc { sr: SHARED, vdi: Uuid(0xd0 + number) }),
        disk_bytes: 4 * GIB,
        too_large_bytes: Some(101 * GIB),
        too_much_memory_bytes: Some(9 * GIB),
        iso: Some(ISO),
        guest_answers: true,
        guest_speaks: true,
        neighbour: Some((pool.two.uuid(), &*pool.two)),
    };
    let breaches = contract::run(&*pool.one, &fixture).await;
    assert!(
        breaches.is_empty(),
        "{}",
        breaches.iter().map(|breach| format!("{breach}\n")).collect::<String>()
    );
    assert_eq!(pool.world.describe(), before);
}

#[tokio::test(start_paused = true)]
async fn keeps_the_contract_at_every_speed() {
    keeps_the_contract(Speed::Max).await;
    keeps_the_contract(Speed::Default).await;
    keeps_the_contract(Speed::Divided(3)).await;
}

/// A clock that nobody may ask.
struct NoClock;
impl ::machine::Clock for NoClock {
    fn micros(&self) -> i64 {
        panic!("the clock was asked")
    }
    fn sleep(&self, _: Duration) -> futures_util::future::BoxFuture<'static, ()> {
        panic!("the clock was asked to sleep")
    }
}

#[tokio::test]
async fn full_speed_asks_no_clock() {
    let world = Simulation::new(Arc::new(NoClock), Arc::new(Seeded::new(1)), Speed::Max);
    let network = bridged();
    let belief = Belief {
        storage: vec![(SHARED, 100 * GIB)],
        memory_bytes: 8 * GIB,
        network,
        host: up(),
        ..Belief::default()
    };
    let host = world.host(Uuid(0xa1), belief);
    boot(&host).await;
    assert!(matches!(host.next_fact().await, Fact::GuestSays { .. }));
}

#[tokio::test(start_paused = true)]
async fn a_guest_speaks_two_seconds_after_it_runs() {
    let pool = pool(Speed::Default);
    boot(&pool.one).await;
    assert_eq!(within(1, pool.one.next_fact()).await, None);
    let Some(Fact::GuestSays { networks, os, .. }) = within(2, pool.one.next_fact()).await else {
        panic!("it is silent")
    };
    assert_eq!(networks["0/ip"], "10.179.68.86");
    assert_eq!(networks["0/ipv4/0"], "10.179.68.86");
    assert_eq!(os["distro"], "debian");
    assert_eq!(within(100, pool.one.next_fact()).await, None);
}

#[tokio::test(start_paused = true)]
async fn a_silent_guest_does_not_answer() {
    let pool = pool(Speed::Default);
    pool.one.set_silent(VM);
    boot(&pool.one).await;
    let ask = Step::AskGuest { vm: VM, kind: ShutdownKind::Shutdown, timeout_seconds: 60 };
    let begun = tokio::time::Instant::now();
    assert_eq!(pool.one.perform(&ask).await, Err(Fault::GuestSilent { vm: VM, seconds: 60 }));
    assert!(begun.elapsed() >= Duration::from_secs(5));
    assert_eq!(within(100, pool.one.next_fact()).await, None);
}

#[tokio::test]
async fn guests_end_by_themselves() {
    let pool = pool(Speed::Max);
    pool.one.set_silent(VM);
    type End = fn(&SimHost, Uuid) -> bool;
    let ends: [(End, StopReason); 3] = [
        (SimHost::crash_guest, StopReason::Crashed),
        (SimHost::stop_guest, StopReason::Halted),
        (SimHost::reboot_guest, StopReason::Rebooted),
    ];
    for (end, reason) in ends {
        boot(&pool.one).await;
        assert!(end(&pool.one, VM));
        assert!(!end(&pool.one, VM));
        assert_eq!(pool.one.next_fact().await, Fact::DomainGone { vm: VM, reason });
    }
}

#[tokio::test]
async fn a_fault_before_does_nothing_and_a_fault_after_does_all() {
    let pool = pool(Speed::Max);
    let fault = Fault::Failed { reason: "on demand".into() };
    let empty = pool.world.describe();
    let create = Step::CreateDisk { disc: DISC, size_bytes: GIB };
    let disks = |step: &Step| matches!(step, Step::CreateDisk { .. });
    pool.one.fail_next(When::Before, 1, disks, fault.clone());
    assert_eq!(pool.two.perform(&Step::DestroyDisk { disc: DISC }).await.map(|_| ()), Ok(()));
    assert_eq!(pool.one.perform(&create).await, Err(fault.clone()));
    assert_eq!(pool.world.describe(), empty);

    pool.one.fail_next(When::After, 2, disks, fault.clone());
    assert!(pool.one.perform(&create).await.is_ok());
    let made = pool.world.describe();
    pool.one.perform(&Step::DestroyDisk { disc: DISC }).await.expect("it is free");
    assert_eq!(pool.one.perform(&create).await, Err(fault));
    assert_eq!(pool.world.describe(), made);
    assert!(pool.one.perform(&create).await.is_ok());
    assert_eq!(pool.world.taken().len(), 5);
    assert_eq!(pool.world.taken()[1], (pool.one.uuid(), create));
}

#[tokio::test(start_paused = true)]
async fn a_dropped_step_has_not_happened() {
    let pool = pool(Speed::Default);
    for step in start() {
        let before = pool.world.describe();
        let dropped = tokio::time::timeout(Duration::from_millis(1), pool.one.perform(&step)).await;
        assert!(dropped.is_err(), "{step}");
        assert_eq!(pool.world.describe(), before, "{step}");
        pool.one.perform(&step).await.unwrap_or_else(|fault| panic!("{step}: {fault:?}"));
    }
}

#[tokio::test(start_paused = true)]
async fn a_host_without_power_answers_nothing_and_frees_its_disks() {
    let pool = pool(Speed::Default);
    boot(&pool.one).await;
    let pause = Step::Pause { vm: VM };
    let unreachable = Err(Fault::HostUnreachable { host: pool.one.uuid() });
    let (asked, ()) = tokio::join!(pool.one.perform(&pause), async { pool.one.power_off() });
    assert_eq!(asked, unreachable);
    assert_eq!(pool.one.perform(&pause).await, unreachable);
    assert_eq!(pool.one.inspect().await, []);
    boot(&pool.two).await;
    pool.one.power_on();
    assert_eq!(pool.one.perform(&pause).await, Err(Fault::NoSuchDomain { vm: VM }));
    assert_eq!(pool.one.free_memory_bytes(), 8 * GIB);
    let plug = Step::PlugDisk { vm: VM, drive: drive() };
    pool.one.perform(&Step::CreateDomain { spec: spec() }).await.expect("there is room");
    assert_eq!(pool.one.perform(&plug).await, Err(Fault::DiskInUse { disc: DISC }));
}

#[tokio::test]
async fn what_is_believed_is_what_is_inspected() {
    let pool = pool(Speed::Max);
    boot(&pool.one).await;
    let _ = pool.one.next_fact().await;
    let told = pool.one.inspect().await;
    let Some(&Fact::DomainPresent { domid, .. }) = told.get(1) else { panic!("{told:?}") };

    let believed = BelievedDomain {
        spec: spec(),
        domid,
        paused: false,
        drives: vec![drive()],
        nics: vec![nic()],
        heard: true,
        ..BelievedDomain::default()
    };
    let belief = Belief {
        domains: vec![believed],
        disks: vec![(ISO, GIB, GIB), (DISC, 10 * GIB, 64 << 10)],
        storage: vec![(SHARED, 100 * GIB), (ISOS, 2 * GIB)],
        memory_bytes: 8 * GIB,
        host: up(),
        network: bridged(),
        ..Belief::default()
    };
    let world = Simulation::new(Arc::new(TokioClock::starting_at(0)), Arc::new(Seeded::new(7)), Speed::Max);
    let again = world.host(pool.one.uuid(), belief);
    let spoken = told.into_iter().filter(|fact| !matches!(fact, Fact::GuestSays { .. }));
    assert_eq!(again.inspect().await, spoken.collect::<Vec<_>>());
    assert_eq!(again.free_memory_bytes(), 6 * GIB);

    // A toolstack that restarts meets the same host again, whatever it believes.
    let same = world.host(pool.one.uuid(), Belief::default());
    assert_eq!(same.inspect().await, again.inspect().await);
}

#[tokio::test]
async fn a_copy_has_the_content_until_one_is_written() {
    let pool = pool(Speed::Max);
    boot(&pool.one).await;
    pool.one.write_to_disks(VM);
    let snapshot = Disc { vdi: Uuid(0xd2), ..DISC };
    pool.one
        .perform(&Step::SnapshotDisk { from: DISC, to: snapshot, base: Uuid(0xd3) })
        .await
        .expect("there is room");
    let content = |disc: Disc| {
        let text = pool.world.describe();
        let line = text.lines().find(|line| line.contains(&format!("disk {}", disc.vdi)));
        line.and_then(|line| line.rsplit(", ").next()).map(str::to_string)
    };
    assert_eq!(content(DISC), content(snapshot));
    assert_eq!(content(DISC).as_deref(), Some("content 1"));
    pool.one.write_to_disks(VM);
    assert_ne!(content(DISC), content(snapshot));
}

#[tokio::test]
async fn what_arrives_is_heard_there_once() {
    let pool = pool(Speed::Max);
    boot(&pool.one).await;
    let receive = Step::ReceiveDomain { spec: spec(), drives: vec![drive()], nics: vec![nic()] };
    pool.two.perform(&receive).await.expect("there is room");
    let send = Step::SendDomain { vm: VM, to: pool.two.uuid() };
    let told = pool.one.perform(&send).await.expect("it is ready");
    pool.one.perform(&send).await.expect("it is done already");
    assert_eq!(Some(&pool.two.next_fact().await), told.last());
    assert!(matches!(pool.two.next_fact().await, Fact::GuestSays { .. }));
    assert_eq!(pool.one.free_memory_bytes(), 8 * GIB);
    assert_eq!(pool.two.free_memory_bytes(), 6 * GIB);
}

#[tokio::test(start_paused = true)]
async fn the_same_seed_is_the_same_world() {
    async fn once() -> (String, i64, Option<Fact>) {
        let pool = pool(Speed::Divided(7));
        let begun = tokio::time::Instant::now();
        boot(&pool.one).await;
        let fact = within(100, pool.one.next_fact()).await;
        (pool.world.describe(), begun.elapsed().as_millis() as i64, fact)
    }
    assert_eq!(once().await, once().await);
}
