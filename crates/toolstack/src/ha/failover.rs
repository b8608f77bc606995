//! From rows to the planner: hosts with their free memory, and the machines that are protected.

use super::agile::Everywhere;
use super::planner::{Planner, Room, place};
use crate::placement::{free_memory, memory_needed};
use model::{ApiError, Host, Ref, Vm, many};
use std::collections::BTreeMap;
use store::Snapshot;

/// The pool as a failover sees it.
#[derive(Clone)]
pub struct Failover {
    /// The hosts that are there, each with its room. One that is disabled takes nobody.
    hosts: BTreeMap<Ref<Host>, Room>,
    homeless: Vec<i64>,
    /// Protected machines that can run on some hosts only: nothing can be promised for them.
    pub not_agile: usize,
}

impl Failover {
    /// As it is now.
    pub fn of(pool: &Snapshot) -> Failover {
        Failover::if_protected(pool, |_, vm| super::is_protected(vm))
    }

    /// As it would be if just these machines were protected.
    pub fn if_protected(pool: &Snapshot, protected: impl Fn(Ref<Vm>, &Vm) -> bool) -> Failover {
        let room = |(id, host): (Ref<Host>, &Host)| {
            let free = if host.enabled { free_memory(pool, id) } else { 0 };
            (id, Room { free, guests: Vec::new() })
        };
        let lives = |host: &Host| pool.get(host.metrics).is_some_and(|metrics| metrics.live);
        let hosts = pool.all::<Host>().filter(|(_, host)| lives(host)).map(room).collect();
        let mut failover = Failover { hosts, homeless: Vec::new(), not_agile: 0 };
        let mut everywhere = Everywhere::of(pool);
        for (id, vm) in pool.all::<Vm>() {
            if super::can_be_protected(vm) && protected(id, vm) {
                if everywhere.check(id).is_err() {
                    failover.not_agile += 1;
                } else {
                    failover.protect(vm, place_of(vm));
                }
            }
        }
        failover
    }

    fn protect(&mut self, vm: &Vm, host: Ref<Host>) {
        let size = memory_needed(vm);
        match self.hosts.get_mut(&host) {
            Some(room) => room.guests.push(size),
            None => self.homeless.push(size),
        }
    }

    /// One more machine is to run on a host.
    pub fn starting(mut self, pool: &Snapshot, id: Ref<Vm>, vm: &Vm, host: Ref<Host>) -> Failover {
        if place_of(vm) == host {
            return self;
        }
        if let Some(room) = self.hosts.get_mut(&host) {
            room.free -= memory_needed(vm);
        }
        if vm.ha_restart_priority == super::RESTART && Everywhere::of(pool).check(id).is_ok() {
            self.protect(vm, host);
        }
        self
    }

    /// A host goes, with what runs on it.
    pub fn without(mut self, host: Ref<Host>) -> Failover {
        if let Some(room) = self.hosts.remove(&host) {
            self.homeless.extend(room.guests);
        }
        self
    }

    fn planner(&self) -> Planner {
        Planner::new(self.hosts.values().cloned().collect(), self.homeless.clone())
    }

    /// Whether all agile machines find room after so many failures.
    pub fn survives(&self, failures: i64) -> bool {
        usize::try_from(failures).is_ok_and(|failures| self.planner().survives(failures))
    }

    /// The most failures for which there is a plan for every protected machine.
    pub fn most_failures(&self) -> i64 {
        if self.not_agile > 0 { 0 } else { self.planner().most_failures() as i64 }
    }
}

/// Where a machine is, or will be.
fn place_of(vm: &Vm) -> Ref<Host> {
    vm.resident_on.some().unwrap_or(vm.scheduled_to_be_resident_on)
}

/// A host for each machine, with these hosts out of the game; or why there is none.
pub fn plan_for(
    pool: &Snapshot,
    vms: &[Ref<Vm>],
    failed: &[Ref<Host>],
) -> Vec<(Ref<Vm>, Result<Ref<Host>, ApiError>)> {
    let mut everywhere = Everywhere::of(pool);
    let lives = |host: &Host| host.enabled && pool.get(host.metrics).is_some_and(|metrics| metrics.live);
    let hosts: Vec<Ref<Host>> = pool
        .all::<Host>()
        .filter(|(id, host)| lives(host) && !failed.contains(id))
        .map(|(id, _)| id)
        .collect();
    let mut answers = Vec::new();
    let mut moving: Vec<(i64, Ref<Vm>)> = Vec::new();
    for id in vms {
        let Some(vm) = pool.get(*id) else { continue };
        match everywhere.check(*id) {
            Err(error) => answers.push((*id, Err(error))),
            Ok(()) => moving.push((memory_needed(vm), *id)),
        }
    }
    moving.sort_by(|one, other| other.cmp(one));
    let mut rooms: Vec<i64> = hosts.iter().map(|host| free_memory(pool, *host)).collect();
    let sizes: Vec<i64> = moving.iter().map(|(size, _)| *size).collect();
    match place(&sizes, &rooms) {
        Some(chosen) => {
            answers.extend(moving.iter().zip(chosen).map(|((_, vm), room)| (*vm, Ok(hosts[room]))))
        }
        // Not all of them fit: as many as do, the largest first.
        None => {
            for (size, vm) in moving {
                let roomiest =
                    (0..rooms.len()).filter(|room| rooms[*room] >= size).max_by_key(|room| rooms[*room]);
                answers.push(match roomiest {
                    Some(room) => {
                        rooms[room] -= size;
                        (vm, Ok(hosts[room]))
                    }
                    None => {
                        let free = rooms.iter().copied().max().unwrap_or(0);
                        (vm, Err(ApiError::host_not_enough_free_memory(size, free)))
                    }
                });
            }
        }
    }
    answers
}

/// Machines of a host that a failover would have to start elsewhere.
pub fn protected_on(pool: &Snapshot, host: Ref<Host>) -> Vec<Ref<Vm>> {
    let residents = pool.many_rows(many::HOST_RESIDENT_VMS, host);
    residents.filter(|(_, vm)| super::is_protected(vm)).map(|(id, _)| id).collect()
}
