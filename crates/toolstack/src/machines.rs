//! `Machines`: the machine of each host. Hosts join and leave while the toolstack runs.

use machine::Machine;
use model::{Host, Ref};
use std::collections::BTreeMap;
use std::sync::Arc;
use tokio::sync::watch;

type Table = BTreeMap<Ref<Host>, Arc<dyn Machine>>;

/// A table that is replaced whole: who reads it holds nothing.
pub struct Machines(watch::Sender<Arc<Table>>);

impl Machines {
    pub fn new(machines: Table) -> Machines {
        Machines(watch::Sender::new(Arc::new(machines)))
    }
    pub fn get(&self, host: &Ref<Host>) -> Option<Arc<dyn Machine>> {
        self.0.borrow().get(host).cloned()
    }
    pub fn all(&self) -> Arc<Table> {
        self.0.borrow().clone()
    }
    pub fn hosts(&self) -> Vec<Ref<Host>> {
        self.0.borrow().keys().copied().collect()
    }
    pub fn put(&self, host: Ref<Host>, machine: Arc<dyn Machine>) {
        self.0.send_modify(|table| _ = Arc::make_mut(table).insert(host, machine));
    }
    pub fn remove(&self, host: Ref<Host>) -> Option<Arc<dyn Machine>> {
        let mut removed = None;
        self.0.send_modify(|table| removed = Arc::make_mut(table).remove(&host));
        removed
    }
    /// The table, and how to wait for the next one.
    pub fn watch(&self) -> watch::Receiver<Arc<Table>> {
        self.0.subscribe()
    }
}
