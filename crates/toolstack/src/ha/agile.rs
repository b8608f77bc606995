//! Which machines could run on any host that is there: all that they need is everywhere.

use crate::handler::Find;
use model::{ApiError, Host, Network, Ref, Sr, Vm, many};
use std::collections::{BTreeMap, BTreeSet};
use store::Snapshot;

/// What is known already of storage and networks, when many machines are looked at.
pub struct Everywhere<'a> {
    pool: &'a Snapshot,
    hosts: BTreeSet<Ref<Host>>,
    storage: BTreeMap<Ref<Sr>, bool>,
    networks: BTreeMap<Ref<Network>, bool>,
}

impl<'a> Everywhere<'a> {
    pub fn of(pool: &'a Snapshot) -> Everywhere<'a> {
        let lives = |host: &Host| pool.get(host.metrics).is_some_and(|metrics| metrics.live);
        let hosts = pool.all::<Host>().filter(|(_, host)| lives(host)).map(|(id, _)| id).collect();
        Everywhere { pool, hosts, storage: BTreeMap::new(), networks: BTreeMap::new() }
    }

    /// The first thing that ties a machine to some of the hosts.
    pub fn check(&mut self, vm: Ref<Vm>) -> Result<(), ApiError> {
        for (_, vbd) in self.pool.many_rows(many::VM_VBDS, vm) {
            let Some(vdi) = self.pool.get(vbd.VDI) else { continue };
            if !self.has_storage(vdi.SR) {
                return Err(ApiError::ha_constraint_violation_sr_not_shared(vdi.SR));
            }
        }
        for (_, vif) in self.pool.many_rows(many::VM_VIFS, vm) {
            if !self.has_network(vif.network) {
                return Err(ApiError::ha_constraint_violation_network_not_shared(vif.network));
            }
        }
        Ok(())
    }

    /// Shared, and plugged into every host.
    pub fn has_storage(&mut self, sr: Ref<Sr>) -> bool {
        let (pool, hosts) = (self.pool, &self.hosts);
        *self.storage.entry(sr).or_insert_with(|| {
            let plugs = pool.many_rows(many::SR_PBDS, sr).filter(|(_, pbd)| pbd.currently_attached);
            let plugged: BTreeSet<Ref<Host>> = plugs.map(|(_, pbd)| pbd.host).collect();
            pool.get(sr).is_some_and(|sr| sr.shared) && hosts.is_subset(&plugged)
        })
    }

    /// Without any card, or with one that is up in every host.
    pub fn has_network(&mut self, network: Ref<Network>) -> bool {
        let (pool, hosts) = (self.pool, &self.hosts);
        *self.networks.entry(network).or_insert_with(|| {
            let mut cards = pool.many_rows(many::NETWORK_PIFS, network).peekable();
            let inside = cards.peek().is_none();
            let wired = cards.filter(|(_, pif)| pif.currently_attached).map(|(_, pif)| pif.host);
            inside || hosts.is_subset(&wired.collect())
        })
    }
}

pub fn assert_agile(pool: &Snapshot, vm: Ref<Vm>) -> Result<(), ApiError> {
    pool.find(vm)?;
    Everywhere::of(pool).check(vm)
}
