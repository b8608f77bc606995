//! One world: a disk, a simulation, and a toolstack that can be killed and started again.

use crate::words;
use futures_util::future::BoxFuture;
use machine::{Belief, Chance, Clock, Machine, Seeded};
use model::{ApiError, ClassId, Ref, RefId, Row, Task, Value};
use sim::machine::{SimHost, Simulation, Speed};
use sim::population::{Scenario, Spec};
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError, Weak};
use std::time::Duration;
use store::engine::{Engine, EngineError, Loader, StoredRow};
use store::record::Record;
use store::{MemoryEngine, Settings, Snapshot, Store};
use tokio::sync::Notify;
use toolstack::handler::Handler;
use toolstack::runner::Running;
use toolstack::{Arguments, Toolstack};

/// The moment at which every world begins: 2026-01-01T00:00:00Z.
pub const BEGIN: i64 = 1_767_225_600;

pub struct World {
    pub disk: MemoryEngine,
    pub simulation: Arc<Simulation>,
    pub hosts: BTreeMap<Ref<model::Host>, Arc<SimHost>>,
    pub toolstack: Arc<Toolstack>,
    pub chance: Arc<dyn Chance>,
    pub clock: Arc<WorldClock>,
    ended_micros: Option<i64>,
    life: Life,
}

/// Virtual time that goes on from life to life, each of which has a runtime of its own.
pub struct WorldClock(Mutex<(i64, tokio::time::Instant)>);

impl WorldClock {
    fn state(&self) -> MutexGuard<'_, (i64, tokio::time::Instant)> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
    /// Another life begins at the moment at which the one before ended.
    fn carry_on(&self, from_micros: i64) {
        *self.state() = (from_micros, tokio::time::Instant::now());
    }
}

impl Clock for WorldClock {
    fn micros(&self) -> i64 {
        let state = self.state();
        state.0 + state.1.elapsed().as_micros() as i64
    }
    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        Box::pin(tokio::time::sleep(duration))
    }
}

/// When the toolstack of a world dies: after a number of commits. After each of them every rule of
/// the store is verified, if the world is watched.
#[derive(Clone, Default)]
pub struct Life {
    appends: Arc<AtomicUsize>,
    limit: Option<usize>,
    over: Arc<Notify>,
    watched: bool,
    store: Arc<OnceLock<Weak<Store>>>,
    broken: Arc<Mutex<Option<String>>>,
}

impl Life {
    /// What was committed last is there when the next commit comes.
    fn verify(&self) {
        let Some(store) = self.store.get().and_then(Weak::upgrade).filter(|_| self.watched) else { return };
        if let Err(broken) = store.snapshot().verify() {
            let mut first = self.broken.lock().unwrap_or_else(PoisonError::into_inner);
            first.get_or_insert_with(|| broken.to_string());
        }
    }
}

/// A disk that takes a number of commits and then no more: what a crash leaves of the rest.
struct MortalEngine {
    disk: MemoryEngine,
    life: Life,
}

impl Engine for MortalEngine {
    fn load(&mut self, loader: &mut dyn Loader) -> Result<(), EngineError> {
        self.disk.load(loader)
    }
    fn append(&mut self, batch: &[Arc<Record>]) -> Result<(), EngineError> {
        self.life.verify();
        let number = self.life.appends.fetch_add(1, Ordering::Relaxed);
        if self.life.limit.is_some_and(|limit| number >= limit) {
            self.life.over.notify_one();
            return Err(EngineError::Failed("the process is dead".into()));
        }
        self.disk.append(batch)
    }
    fn checkpoint(
        &mut self,
        generation: u64,
        dictionary: &[u8],
        rows: &mut dyn Iterator<Item = StoredRow>,
        gone: &mut dyn Iterator<Item = (u16, RefId)>,
    ) -> Result<(), EngineError> {
        self.disk.checkpoint(generation, dictionary, rows, gone)
    }
    fn records(
        &mut self,
        first: u64,
        last: u64,
        visit: &mut dyn FnMut(&[u8], Record) -> bool,
    ) -> Result<(), EngineError> {
        self.disk.records(first, last, visit)
    }
    fn forget(&mut self, before: u64) -> Result<(), EngineError> {
        self.disk.forget(before)
    }
}

/// Where the first rows of a world come from.
pub enum Origin<'a> {
    Words(&'a str),
    Numbers(&'a str),
}

impl World {
    /// A new world. Call inside a runtime with virtual time.
    pub fn new(origin: Origin, seed: u64, speed: Speed) -> World {
        let disk = MemoryEngine::default();
        let store = Store::open_inline(disk.clone(), Settings::default()).expect("a new disk");
        let now = model::Date::from_seconds(BEGIN);
        store
            .seed(
                |put| {
                    let mut sink = |id: RefId, row: Box<dyn Row>| put(id, row);
                    match origin {
                        Origin::Words(text) => {
                            let scenario: Scenario = text.parse().unwrap_or_else(|error| panic!("{error}"));
                            scenario.populate(now, &mut sink);
                        }
                        Origin::Numbers(text) => {
                            let spec: Spec = text.parse().unwrap_or_else(|error| panic!("{error}"));
                            sim::population::populate(&spec, now, &[], &mut sink);
                        }
                    }
                },
                toolstack::allowed::corrected,
            )
            .expect("rows that fit");
        store.snapshot().verify().expect("a pool that keeps the rules");
        drop(store);
        let chance: Arc<dyn Chance> = Arc::new(Seeded::new(seed));
        let clock = Arc::new(WorldClock(Mutex::new((BEGIN * 1_000_000, tokio::time::Instant::now()))));
        let simulation = Simulation::new(clock.clone(), chance.clone(), speed);
        World::open(disk, simulation, chance, clock, Life::default())
    }

    /// A toolstack on what is there.
    fn open(
        disk: MemoryEngine,
        simulation: Arc<Simulation>,
        chance: Arc<dyn Chance>,
        clock: Arc<WorldClock>,
        life: Life,
    ) -> World {
        // Small enough that a long story makes checkpoints and forgets.
        let settings = Settings { checkpoint_bytes: 256 << 10, history_generations: 1000 };
        let engine = MortalEngine { disk: disk.clone(), life: life.clone() };
        let store = Arc::new(Store::open_inline(engine, settings).expect("a disk of ours"));
        life.store.get_or_init(|| Arc::downgrade(&store));
        let pool = store.snapshot();
        let beliefs: BTreeMap<_, Belief> = toolstack::belief::of_hosts(&pool);
        let hosts: BTreeMap<_, _> = beliefs
            .into_iter()
            .filter_map(|(host, belief)| Some((host, simulation.host(pool.get(host)?.uuid, belief))))
            .collect();
        let machines =
            hosts.iter().map(|(host, machine)| (*host, machine.clone() as Arc<dyn Machine>)).collect();
        let toolstack = Arc::new(Toolstack::new(
            store,
            clock.clone(),
            chance.clone(),
            machines,
            toolstack::Settings { messages_limit: 100, ..toolstack::Settings::default() },
        ));
        World { disk, simulation, hosts, toolstack, chance, clock, ended_micros: None, life }
    }

    /// The same world, new as it is, with neighbours: its coordinator answers at this address.
    pub async fn on(self, street: &crate::street::Street, address: &str) -> World {
        let World { toolstack, .. } = self;
        let toolstack = Arc::into_inner(toolstack).expect("nobody uses a new toolstack yet");
        let toolstack = toolstack.with_peers(street.door());
        let toolstack = Arc::new(toolstack.with_passwords(toolstack::passwords::Passwords::quick()));
        let world = World { toolstack, ..self };
        street.move_in(address, &world.toolstack);
        let here = world.toolstack.this_host();
        let change = |tx: &mut store::Transaction| {
            tx.update(here, |host| host.address = model::Text::new(address));
            Ok::<_, store::StoreError>(())
        };
        world.toolstack.store.commit(store::Header::default(), change).await.expect("an address");
        toolstack::begin::prepare(&world.toolstack).await.expect("a pool that can begin");
        world.toolstack.set_password("root", "secret").await.expect("a password");
        world
    }

    /// The same world after a crash of the toolstack, which dies again after `limit` commits. Call in
    /// the runtime of the new life.
    pub fn restart(self, limit: Option<usize>) -> World {
        let life = Life { limit, watched: self.life.watched, ..Life::default() };
        let World { disk, simulation, chance, clock, ended_micros, .. } = self;
        clock.carry_on(ended_micros.unwrap_or_else(|| clock.micros()));
        World::open(disk, simulation, chance, clock, life)
    }
    /// The same, but the machines have died with the toolstack: they are what rows and journal say.
    pub fn reborn(self) -> World {
        self.reborn_as(Speed::Max, None)
    }
    /// The same, with machines of this speed, and another death after `limit` commits.
    pub fn reborn_as(self, speed: Speed, limit: Option<usize>) -> World {
        let simulation = Simulation::new(self.clock.clone(), self.chance.clone(), speed);
        // Storage that is plugged nowhere does not die with anybody.
        simulation.recall(&self.simulation.shelves()).expect("shelves");
        World { simulation, ..self }.restart(limit)
    }
    /// The life is over: time stands still until the next one. Call in the runtime of this one.
    pub fn end(self) -> World {
        World { ended_micros: Some(self.clock.micros()), ..self }
    }
    /// From the next life on, every commit is verified.
    pub fn watched(mut self) -> World {
        self.life.watched = true;
        self
    }
    /// The first rule that a commit of this life broke.
    pub fn broken(&self) -> Option<String> {
        self.life.verify();
        self.life.broken.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub fn pool(&self) -> Arc<Snapshot> {
        self.toolstack.store.snapshot()
    }
    /// Commits so far.
    pub fn commits(&self) -> usize {
        self.life.appends.load(Ordering::Relaxed)
    }
    /// Whether the toolstack has died: nothing can be committed any more.
    pub fn is_dead(&self) -> bool {
        self.life.limit.is_some_and(|limit| self.commits() > limit)
    }
    /// Until the toolstack has died.
    pub async fn died(&self) {
        self.life.over.notified().await;
    }
    /// Take up what the journal knows, and wait until nothing runs any more.
    pub async fn settle(&self) {
        toolstack::runner::resume(&self.toolstack);
        self.quiet().await;
    }
    /// Until no operation runs.
    pub async fn quiet(&self) {
        for _ in 0..100_000 {
            if self.toolstack.running.is_empty() && self.pool().table(ClassId::XeniosOperation).is_empty() {
                return;
            }
            tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        }
        panic!(
            "operations do not end: {:?}",
            self.pool().all::<model::XeniosOperation>().collect::<Vec<_>>()
        );
    }

    /// A call in words: `VM.start web`. See `words`.
    pub async fn call(&self, words: &str) -> Result<Value, ApiError> {
        if let Some(running) = self.keeper(words).await {
            return running?.outcome.await;
        }
        let arguments = self.arguments(words);
        match toolstack::operations::find(arguments.message.full_name) {
            Some(Handler::Plan(_)) => self.run(arguments).await?.outcome.await,
            _ => {
                let call = toolstack::listen::own_call();
                let answer = self.toolstack.perform(self.pool(), call, arguments).await;
                answer.map(toolstack::Answer::into_value)
            }
        }
    }

    /// The task of a call that is begun but not waited for.
    pub async fn begin(&self, words: &str) -> Result<Ref<Task>, ApiError> {
        if let Some(running) = self.keeper(words).await {
            return Ok(running?.task);
        }
        Ok(self.run(self.arguments(words)).await?.task)
    }

    /// What a keeper begins by itself, in words: `coalesce SR`.
    async fn keeper(&self, words: &str) -> Option<Result<Running, ApiError>> {
        let sr = Ref::new(words::named(&self.pool(), ClassId::Sr, words.strip_prefix("coalesce ")?));
        Some(toolstack::keepers::coalesce::start(&self.toolstack, sr).await)
    }

    /// Begin an operation, as `Async.` calls do.
    pub async fn run(&self, arguments: Arguments) -> Result<Running, ApiError> {
        let name = arguments.message.full_name;
        let Some(Handler::Plan(planner)) = toolstack::operations::find(name) else {
            panic!("{name} has no plan")
        };
        let call = toolstack::listen::own_call();
        let label = format!("Async.{name}");
        toolstack::runner::start(self.toolstack.clone(), call, arguments, *planner, &label).await
    }

    /// What a test needs before its call: other calls, `set CLASS OBJECT FIELD VALUE` for rows as no
    /// call makes them, `silent VM` for a guest that hears nothing, `write VDI FIRST COUNT` for blocks
    /// that change, `dead HOST` for a host that is off.
    pub async fn prepare(&self, words: &str) {
        if let Some(name) = words.strip_prefix("silent ") {
            let vm = Ref::<model::Vm>::new(words::named(&self.pool(), ClassId::Vm, name));
            self.simulation.set_silent(self.pool().get(vm).expect("a machine").uuid);
        } else if let Some(words) = words.strip_prefix("write ") {
            self.write(words);
        } else if let Some(name) = words.strip_prefix("dead ") {
            let host = Ref::<model::Host>::new(words::named(&self.pool(), ClassId::Host, name));
            self.hosts[&host].power_off();
            let fact = machine::HostFact::Unheard { host: self.hosts[&host].uuid() };
            toolstack::listen::learn_about(&self.toolstack, host, &[machine::Fact::Host(fact)]).await;
        } else if let Some(words) = words.strip_prefix("set ") {
            let (class, id, field, value) = words::field(&self.pool(), words);
            let change = |tx: &mut store::Transaction| {
                tx.update_row(class, id, |row| {
                    row.field_mut(field).expect("a field").assign(&value).expect("a value that fits");
                });
                toolstack::derived::refresh(tx);
                Ok::<_, store::StoreError>(())
            };
            self.toolstack.store.commit(store::Header::default(), change).await.expect("a row that fits");
        } else {
            self.call(words).await.unwrap_or_else(|error| panic!("{words}: {error}"));
            self.quiet().await;
        }
    }

    /// Somebody writes on a disk: `web/disk0 16 4` is four blocks from the sixteenth on.
    pub fn write(&self, words: &str) {
        let parts: Vec<&str> = words.split(' ').collect();
        let [disk, first, count] = parts[..] else { panic!("{words}: disk, first block, count") };
        let pool = self.pool();
        let row = pool.get(Ref::<model::Vdi>::new(words::named(&pool, ClassId::Vdi, disk))).expect("a disk");
        let disc = machine::Disc { sr: pool.get(row.SR).expect("a storage").uuid, vdi: row.uuid };
        let number = |text: &str| text.parse().expect("a number");
        self.simulation.write_blocks(disc, number(first), number(count));
    }

    pub fn arguments(&self, words: &str) -> Arguments {
        words::arguments(&self.pool(), words)
    }

    /// The world in names: machines, disks and where they are. The same for two worlds that clients cannot tell apart.
    pub fn summary(&self) -> String {
        crate::check::summary(&self.pool())
    }
}

/// Run a world's story in virtual time, on one thread. Whatever still runs at the end is killed.
pub fn run<T>(story: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()
        .expect("a runtime");
    runtime.block_on(story)
}

/// A place to leave something when a story is broken off.
pub type Left<T> = Arc<Mutex<Option<T>>>;
