//! One world: a disk, a simulation, and a toolstack that can be killed and started again.

use machine::{Belief, Chance, Clock, Machine, Seeded, TokioClock};
use model::schema::{MessageDef, Type};
use model::{ApiError, ClassId, Ref, RefId, Row, Task, Value};
use sim::machine::{SimHost, Simulation, Speed};
use sim::population::{Scenario, Spec};
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use store::engine::{Engine, EngineError, Loader, StoredRow};
use store::record::Record;
use store::{MemoryEngine, Settings, Snapshot, Store};
use tokio::sync::Notify;
use toolstack::handler::{Call, Handler};
use toolstack::{Arguments, Toolstack};

/// The moment at which every world begins: 2026-01-01T00:00:00Z.
pub const BEGIN: i64 = 1_767_225_600;

pub struct World {
    pub disk: MemoryEngine,
    pub simulation: Arc<Simulation>,
    pub hosts: BTreeMap<Ref<model::Host>, Arc<SimHost>>,
    pub toolstack: Arc<Toolstack>,
    pub chance: Arc<dyn Chance>,
    life: Life,
}

/// When the toolstack of a world dies: after a number of commits.
#[derive(Clone, Default)]
pub struct Life {
    appends: Arc<AtomicUsize>,
    limit: Option<usize>,
    over: Arc<Notify>,
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
        let clock: Arc<dyn Clock> = Arc::new(TokioClock::starting_at(BEGIN * 1_000_000));
        let simulation = Simulation::new(clock.clone(), chance.clone(), speed);
        World::open(disk, simulation, chance, clock, None)
    }

    /// A toolstack on what is there. It dies after `limit` commits.
    pub fn open(
        disk: MemoryEngine,
        simulation: Arc<Simulation>,
        chance: Arc<dyn Chance>,
        clock: Arc<dyn Clock>,
        limit: Option<usize>,
    ) -> World {
        let life = Life { limit, ..Life::default() };
        let engine = MortalEngine { disk: disk.clone(), life: life.clone() };
        let store = Arc::new(Store::open_inline(engine, Settings::default()).expect("a disk of ours"));
        let pool = store.snapshot();
        let beliefs: BTreeMap<_, Belief> = toolstack::belief::of_hosts(&pool);
        let hosts: BTreeMap<_, _> = beliefs
            .into_iter()
            .filter_map(|(host, belief)| Some((host, simulation.host(pool.get(host)?.uuid, belief))))
            .collect();
        let machines =
            hosts.iter().map(|(host, machine)| (*host, machine.clone() as Arc<dyn Machine>)).collect();
        let this_host = pool.first::<model::Pool>().map_or(Ref::NULL, |(_, pool)| pool.master);
        let toolstack = Arc::new(Toolstack::new(
            store,
            clock,
            chance.clone(),
            machines,
            this_host,
            toolstack::Settings::default(),
        ));
        World { disk, simulation, hosts, toolstack, chance, life }
    }

    /// The same world after a crash of the toolstack, which dies again after `limit` commits.
    pub fn restart(self, limit: Option<usize>) -> World {
        let clock: Arc<dyn Clock> = Arc::new(TokioClock::starting_at(BEGIN * 1_000_000));
        World::open(self.disk, self.simulation, self.chance, clock, limit)
    }

    pub fn pool(&self) -> Arc<Snapshot> {
        self.toolstack.store.snapshot()
    }
    /// Commits so far.
    pub fn commits(&self) -> usize {
        self.life.appends.load(Ordering::Relaxed)
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

    /// A call in words: `VM.start web`, `VBD.unplug web/disk0`, `VM.set_memory_dynamic_range web 1GiB 2GiB`.
    pub async fn call(&self, words: &str) -> Result<Value, ApiError> {
        let arguments = self.arguments(words);
        let handler = toolstack::operations::find(arguments.message.full_name);
        let call: Call = toolstack::listen::own_call();
        match handler.unwrap_or_else(|| panic!("{} is not implemented", arguments.message.full_name)) {
            Handler::Plan(planner) => {
                let label = arguments.message.full_name;
                let running =
                    toolstack::runner::start(self.toolstack.clone(), call, arguments, *planner, label)
                        .await?;
                running.outcome.await
            }
            _ => {
                self.toolstack.perform(self.pool(), call, arguments).await.map(toolstack::Answer::into_value)
            }
        }
    }

    /// The task of a call that is begun but not waited for.
    pub async fn begin(&self, words: &str) -> Result<Ref<Task>, ApiError> {
        let arguments = self.arguments(words);
        let Some(Handler::Plan(planner)) = toolstack::operations::find(arguments.message.full_name) else {
            panic!("{} has no plan", arguments.message.full_name)
        };
        let label = format!("Async.{}", arguments.message.full_name);
        let running = toolstack::runner::start(
            self.toolstack.clone(),
            toolstack::listen::own_call(),
            arguments,
            *planner,
            &label,
        )
        .await?;
        Ok(running.task)
    }

    pub fn arguments(&self, words: &str) -> Arguments {
        let mut words = words.split_whitespace();
        let name = words.next().expect("a call");
        let message = message(name);
        let pool = self.pool();
        let values = message
            .params
            .iter()
            .map(|param| match words.next() {
                Some(word) => value_of(&pool, &param.ty, word),
                None => param.default.map_or_else(
                    || empty(&param.ty),
                    |default| value_of_constant(&param.ty, default.value()),
                ),
            })
            .collect();
        Arguments { message, values }
    }

    /// The world in names: machines, disks and where they are. The same for two worlds that clients cannot tell apart.
    pub fn summary(&self) -> String {
        crate::check::summary(&self.pool())
    }
}

fn message(name: &str) -> &'static MessageDef {
    let messages = model::generated::schema::MESSAGES.iter();
    messages
        .into_iter()
        .find(|message| message.full_name == name)
        .unwrap_or_else(|| panic!("no message {name}"))
}

fn value_of_constant(ty: &Type, value: Value) -> Value {
    match (ty, &value) {
        (Type::Ref(_), Value::String(text)) => Value::Ref(RefId::parse(text).unwrap_or(RefId::NULL)),
        _ => value,
    }
}

fn empty(ty: &Type) -> Value {
    match ty {
        Type::Bool => Value::Bool(false),
        Type::Int => Value::Int(0),
        Type::Float => Value::Float(0.0),
        Type::Ref(_) => Value::Ref(RefId::NULL),
        Type::Set(_) => Value::Array(Vec::new()),
        Type::Map(..) => Value::Struct(Vec::new()),
        _ => Value::string(""),
    }
}

fn value_of(pool: &Snapshot, ty: &Type, word: &str) -> Value {
    match ty {
        Type::Bool => Value::Bool(word == "true"),
        Type::Int => Value::Int(bytes(word)),
        Type::Float => Value::Float(word.parse().expect("a number")),
        Type::Ref(class) => Value::Ref(named(pool, *class, word)),
        Type::Set(item) => Value::Array(word.split(',').map(|word| value_of(pool, item, word)).collect()),
        Type::Map(..) => Value::Struct(Vec::new()),
        _ => Value::string(word),
    }
}

/// `4GiB`, `512MiB`, or a plain number.
fn bytes(word: &str) -> i64 {
    let (digits, unit) = word.split_at(word.find(|c: char| !c.is_ascii_digit()).unwrap_or(word.len()));
    let number: i64 = digits.parse().expect("a number");
    match unit {
        "GiB" => number << 30,
        "MiB" => number << 20,
        _ => number,
    }
}

/// An object by the name that a plan prints for it.
pub fn named(pool: &Snapshot, class: ClassId, name: &str) -> RefId {
    let hit = |id: &RefId| toolstack::explain::name_of(pool, class, *id) == name;
    let found = pool.table(class).keys().copied().find(hit);
    found.unwrap_or_else(|| panic!("no {} is called {name}", class.name()))
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
