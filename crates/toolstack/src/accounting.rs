//! Sums that must add up: the space of storage, the free memory of hosts.

use crate::placement;
use model::{ClassId, Host, Ref, Sr, Vdi, Vm};
use std::collections::{BTreeMap, BTreeSet};
use store::Transaction;

pub fn refresh(tx: &mut Transaction) {
    let mut space: BTreeMap<Ref<Sr>, (i64, i64)> = BTreeMap::new();
    let mut hosts: BTreeSet<Ref<Host>> = BTreeSet::new();
    for (class, id) in tx.touched() {
        match class {
            ClassId::Vdi => {
                let id: Ref<Vdi> = Ref::new(*id);
                for (row, sign) in [(tx.before().get(id), -1), (tx.get(id), 1)] {
                    let Some(row) = row else { continue };
                    let sums = space.entry(row.SR).or_default();
                    sums.0 = sums.0.saturating_add(row.virtual_size.saturating_mul(sign));
                    sums.1 = sums.1.saturating_add(row.physical_utilisation.saturating_mul(sign));
                }
            }
            ClassId::Vm => {
                let id: Ref<Vm> = Ref::new(*id);
                let places = |row: &Vm| [row.resident_on, row.scheduled_to_be_resident_on];
                let rows = [tx.before().get(id), tx.get(id)];
                hosts.extend(rows.into_iter().flatten().flat_map(places).filter(|host| !host.is_null()));
            }
            _ => {}
        }
    }
    for (sr, (virtual_bytes, physical_bytes)) in space {
        if virtual_bytes != 0 || physical_bytes != 0 {
            tx.update(sr, |row| {
                row.virtual_allocation = row.virtual_allocation.saturating_add(virtual_bytes).max(0);
                row.physical_utilisation = row.physical_utilisation.saturating_add(physical_bytes).max(0);
            });
        }
    }
    for host in hosts {
        let Some(metrics) = tx.get(host).map(|host| host.metrics) else { continue };
        let free = placement::free_memory(tx, host);
        tx.update(metrics, |metrics| metrics.memory_free = free.max(0));
    }
}
