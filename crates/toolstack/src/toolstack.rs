//! `Toolstack`: what one running toolstack consists of.
//!
//! It only holds the parts together; what is done with them stands in `door`, `runner`, `keepers`.

use crate::settings::Settings;
use machine::{Chance, Clock, Machine};
use model::{Host, Ref};
use std::collections::BTreeMap;
use std::sync::Arc;
use store::Store;

pub struct Toolstack {
    pub store: Arc<Store>,
    pub clock: Arc<dyn Clock>,
    pub chance: Arc<dyn Chance>,
    /// The machines of the pool's hosts, as far as this process drives them.
    pub machines: BTreeMap<Ref<Host>, Arc<dyn Machine>>,
    /// The host that this toolstack is.
    pub this_host: Ref<Host>,
    pub settings: Settings,
    /// The operations that run in this process.
    pub running: crate::runner::Registry,
    pub door: crate::door::Door,
    /// When the agent of a guest was last called, in microseconds.
    pub guest_calls: std::sync::Mutex<BTreeMap<Ref<model::Vm>, i64>>,
}

impl Toolstack {
    pub fn new(
        store: Arc<Store>,
        clock: Arc<dyn Clock>,
        chance: Arc<dyn Chance>,
        machines: BTreeMap<Ref<Host>, Arc<dyn Machine>>,
        this_host: Ref<Host>,
        settings: Settings,
    ) -> Toolstack {
        let (running, door, guest_calls) = Default::default();
        Toolstack { store, clock, chance, machines, this_host, settings, running, door, guest_calls }
    }
}
