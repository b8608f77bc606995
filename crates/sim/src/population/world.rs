//! The world while it is made: the blueprint, the identities and the way out.

use crate::population::Sink;
use crate::population::blueprint::Blueprint;
use crate::population::identity::{Identity, Key, reference_text};
use model::{Class, Date, Host, Network, Pbd, Pool, Ref, Sr, Text, TextMap, Vm};

pub struct World<'a> {
    pub plan: &'a Blueprint,
    pub ids: Identity,
    pub now: Date,
    /// Rows put so far.
    pub rows: usize,
    sink: &'a mut dyn Sink,
}

impl<'a> World<'a> {
    pub fn new(plan: &'a Blueprint, now: Date, sink: &'a mut dyn Sink) -> World<'a> {
        World { plan, ids: Identity::new(plan.seed), now, rows: 0, sink }
    }

    pub fn put<T: Class>(&mut self, at: Ref<T>, row: T) {
        self.rows += 1;
        self.sink.put(at.id(), Box::new(row));
    }

    pub fn ago(&self, seconds: i64) -> Date {
        Date::from_seconds(self.now.seconds() - seconds)
    }
    /// When hosts were installed: a week before now.
    pub fn installed(&self) -> Date {
        self.ago(7 * 86400)
    }
    /// When hosts came up: a day before now.
    pub fn booted(&self) -> Date {
        self.ago(86400)
    }

    pub fn pool(&self) -> Ref<Pool> {
        self.ids.reference(Key::named("pool"))
    }
    pub fn host(&self, host: usize) -> Ref<Host> {
        self.ids.reference(self.plan.hosts[host].key())
    }
    pub fn control_domain_key(&self, host: usize) -> Key {
        self.plan.hosts[host].key().part(0)
    }
    pub fn control_domain(&self, host: usize) -> Ref<Vm> {
        self.ids.reference(self.control_domain_key(host))
    }
    pub fn network(&self, network: usize) -> Ref<Network> {
        self.ids.reference(self.plan.networks[network].key())
    }
    pub fn storage(&self, storage: usize) -> Ref<Sr> {
        self.ids.reference(self.plan.storages[storage].key())
    }
    /// The link between a storage and one of its hosts.
    pub fn storage_link(&self, storage: usize, host: usize) -> Ref<Pbd> {
        self.ids.reference(self.storage_link_key(storage, host))
    }
    pub fn storage_link_key(&self, storage: usize, host: usize) -> Key {
        self.plan.storages[storage].key().part(host)
    }
}

/// A map of texts that stand in the program.
pub fn fixed<const N: usize>(pairs: [(&'static str, &'static str); N]) -> TextMap {
    pairs.into_iter().map(|(key, value)| (Text::new_static(key), Text::new_static(value))).collect()
}

/// A reference as the value of a text map.
pub fn pointer<T>(to: Ref<T>) -> Text {
    reference_text(to.id())
}
