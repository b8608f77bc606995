//! Where the rows of a pool come from at the first start: numbers, words, or a `state.db`.

use anyhow::{Context, Result, bail};
use machine::{Chance, Clock, Machine};
use model::{Host, Ref, RefId, Row, Text};
use sim::machine::{Simulation, Speed};
use sim::population::{Scenario, Spec};
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use store::{Engine, MemoryEngine, SqliteEngine, Store};

/// Open the store of a data folder, or one that is forgotten at the end.
pub fn open(folder: Option<&Path>) -> Result<Store> {
    fn with(engine: impl Engine) -> Result<Store> {
        Ok(Store::open(engine, store::Settings::default())?)
    }
    match folder {
        None => with(MemoryEngine::default()),
        Some(folder) => {
            let path = folder.join("pool.db");
            let engine = SqliteEngine::open(&path).with_context(|| format!("open {}", path.display()))?;
            with(engine).with_context(|| format!("read {}", path.display()))
        }
    }
}

/// How many hosts such a pool has.
pub fn count_hosts(simulate: &str, now: model::Date) -> Result<usize> {
    let store = open(None)?;
    fill(&store, simulate, now, &[])?;
    Ok(store.snapshot().table(model::ClassId::Host).len())
}

/// Fill an empty store by what `--simulate` says.
pub fn fill(store: &Store, simulate: &str, now: model::Date, addresses: &[Text]) -> Result<()> {
    let path = Path::new(simulate);
    if path.is_file() {
        let bytes = std::fs::read(path).with_context(|| format!("read {simulate}"))?;
        return if bytes.trim_ascii_start().starts_with(b"<") {
            from_state_db(store, &bytes, simulate)
        } else {
            from_words(store, &bytes, simulate, now, addresses)
        };
    }
    let spec: Spec = simulate
        .parse()
        .with_context(|| format!("--simulate {simulate}: neither a file nor a list of numbers"))?;
    seed(store, |put| {
        sim::population::populate(&spec, now, addresses, &mut |id: RefId, row: Box<dyn Row>| put(id, row));
    })
}

fn from_words(store: &Store, bytes: &[u8], name: &str, now: model::Date, addresses: &[Text]) -> Result<()> {
    let text = std::str::from_utf8(bytes).with_context(|| format!("{name} is not text"))?;
    let scenario: Scenario = text.parse().with_context(|| format!("read the scenario {name}"))?;
    let scenario = scenario.furnished().at(addresses);
    seed(store, |put| {
        scenario.populate(now, &mut |id: RefId, row: Box<dyn Row>| put(id, row));
    })
}

fn from_state_db(store: &Store, bytes: &[u8], name: &str) -> Result<()> {
    let state = store::statedb::read(bytes).with_context(|| format!("read {name} as a state.db"))?;
    let (major, minor) = model::generated::schema::SCHEMA_VERSION;
    if state.schema > (major, minor) {
        bail!(
            "{name} has the schema {}.{}, which is newer than {major}.{minor}",
            state.schema.0,
            state.schema.1
        );
    }
    for warning in &state.warnings {
        tracing::warn!(%warning, "state.db");
    }
    let snapshot = state.into_snapshot();
    if snapshot.first::<model::Pool>().is_none() {
        bail!("{name} holds no pool");
    }
    store.seed(
        |put| {
            for class in model::ClassId::all() {
                for (id, entry) in snapshot.table(class) {
                    put(*id, entry.row.clone_row());
                }
            }
        },
        toolstack::derived::corrected,
    )?;
    store.snapshot().verify().with_context(|| format!("{name} breaks a rule"))?;
    Ok(())
}

fn seed(store: &Store, populate: impl FnOnce(&mut dyn FnMut(RefId, Box<dyn Row>))) -> Result<()> {
    store.seed(populate, toolstack::allowed::corrected)?;
    Ok(())
}

/// The simulated machines of all hosts, as the rows say they are.
pub fn machines(
    store: &Store,
    clock: Arc<dyn Clock>,
    chance: Arc<dyn Chance>,
    speed: Speed,
) -> BTreeMap<Ref<Host>, Arc<dyn Machine>> {
    let pool = store.snapshot();
    // What a member has is known where its coordinator is.
    if toolstack::members::following(&pool).is_some_and(|following| !following.pending) {
        return BTreeMap::new();
    }
    let simulation = Simulation::new(clock, chance, speed);
    let elsewhere = toolstack::members::remote(&pool);
    let machine = |(host, belief): (Ref<Host>, machine::Belief)| {
        if elsewhere.contains(&host) {
            return None;
        }
        Some((host, simulation.host(pool.get(host)?.uuid, belief) as Arc<dyn Machine>))
    };
    toolstack::belief::of_hosts(&pool).into_iter().filter_map(machine).collect()
}

/// Build a member's machine as its coordinator knows it.
pub async fn recall(toolstack: Arc<toolstack::Toolstack>, speed: Speed) {
    if let Some((host, uuid, belief)) = toolstack::members::recall(&toolstack).await {
        let simulation = Simulation::new(toolstack.clock.clone(), toolstack.chance.clone(), speed);
        toolstack.role.let_drive(host, simulation.host(uuid, belief));
    }
}
