//! The rows of a simulated pool.
//!
//! `Spec` counts objects, `Scenario` names them; both become a `Blueprint`, and every other file here
//! turns one part of a blueprint into rows. Every reference in a row points at a row that is put, and
//! what a real pool computes for itself (`allowed_operations`) is left empty.

mod blueprint;
mod data;
mod disk;
mod graphics;
mod guest;
mod hardware;
mod host;
mod identity;
mod machine;
mod memory;
mod network;
mod pool;
mod scenario;
mod spec;
mod storage;
mod storage_driver;
mod template;
mod version;
mod words;
mod world;

pub use scenario::{Scenario, ScenarioError};
pub use spec::{Spec, SpecError};

use blueprint::Blueprint;
use model::{Date, Host, Network, Pool, Ref, RefId, Row, Sr, Text, Vm};
use world::World;

/// Where rows go.
pub trait Sink {
    fn put(&mut self, id: RefId, row: Box<dyn Row>);
}

impl<F: FnMut(RefId, Box<dyn Row>)> Sink for F {
    fn put(&mut self, id: RefId, row: Box<dyn Row>) {
        self(id, row);
    }
}

/// What was put, in the order in which it was asked for.
#[derive(Clone, Debug, PartialEq)]
pub struct Summary {
    pub pool: Ref<Pool>,
    /// The first one is the coordinator.
    pub hosts: Vec<Ref<Host>>,
    pub control_domains: Vec<Ref<Vm>>,
    /// The first one is the management network.
    pub networks: Vec<Ref<Network>>,
    pub storages: Vec<Ref<Sr>>,
    pub default_storage: Option<Ref<Sr>>,
    /// Named ones; neither control domains nor default templates.
    pub machines: Vec<Ref<Vm>>,
    /// How many rows there are.
    pub rows: usize,
}

/// Put the rows of a pool. Hosts without an address here get one of a private network.
pub fn populate(spec: &Spec, now: Date, addresses: &[Text], sink: &mut dyn Sink) -> Summary {
    put_all(&spec.blueprint(addresses), now, sink)
}

fn put_all(blueprint: &Blueprint, now: Date, sink: &mut dyn Sink) -> Summary {
    let mut world = World::new(blueprint, now, sink);
    pool::put(&mut world);
    host::put(&mut world);
    network::put(&mut world);
    storage::put(&mut world);
    storage_driver::put(&mut world);
    if blueprint.furnished {
        hardware::put(&mut world);
        template::put(&mut world);
    }
    graphics::put(&mut world);
    machine::put(&mut world);
    Summary {
        pool: world.pool(),
        hosts: (0..blueprint.hosts.len()).map(|host| world.host(host)).collect(),
        control_domains: (0..blueprint.hosts.len()).map(|host| world.control_domain(host)).collect(),
        networks: (0..blueprint.networks.len()).map(|network| world.network(network)).collect(),
        storages: (0..blueprint.storages.len()).map(|storage| world.storage(storage)).collect(),
        default_storage: blueprint.default_storage.map(|storage| world.storage(storage)),
        machines: blueprint.machines.iter().map(|plan| world.ids.reference(plan.key())).collect(),
        rows: world.rows,
    }
}
