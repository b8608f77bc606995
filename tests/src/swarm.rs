//! The swarm: a pool lives for days under random calls, faults, power cuts and crashes.
//!
//! ```text
//!  life ─► burst ─► think ─► burst ─► think … rest ─► burst …       a life ends in the middle of anything,
//!    ▲       calls, faults, mischief            │ nothing broken:   after a number of commits
//!    └────── the toolstack dies ◄───────────────┘ all must be well
//! ```
//! Everything follows from the seed: the pool, the calls, the mischief, the moments of death. What
//! happened is told line by line, and is the same for the same seed, byte for byte.

mod calls;
mod mischief;
mod rest;
mod sagas;
mod scenario;

use crate::world::{Origin, World, run};
use machine::{Chance, Clock, Seeded};
use mischief::Trouble;
use model::{Ref, Task, Uuid, Vm};
use sim::machine::Speed;
use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

/// What a seed has to tell.
#[derive(Default)]
pub struct Report {
    pub hours: f64,
    pub calls: usize,
    pub succeeded: usize,
    pub commits: usize,
    pub lives: usize,
}

struct Swarm<'a> {
    /// Told every line of the story.
    tell: &'a mut dyn FnMut(&str),
    dice: Seeded,
    report: Report,
    end_micros: i64,
    troubles: Vec<(i64, Trouble)>,
    /// The tasks of calls that have not been seen to end, by the number of the call.
    open: BTreeMap<usize, Ref<Task>>,
    /// What is yet to be said of a story that has begun.
    saga: VecDeque<String>,
    /// Whether the pool is highly available.
    guarded: bool,
    /// Whether much is asked at once.
    busy: bool,
}

/// Whether much is asked at once in this seed: then its hours are long.
pub fn is_busy(seed: u64) -> bool {
    seed.is_multiple_of(4)
}

/// Live through a seed for so many simulated hours. Panics when something is not as it must be.
pub fn live(seed: u64, hours: u64, tell: &mut dyn FnMut(&str)) -> Report {
    let dice = Seeded::new(seed.wrapping_mul(0x9e37_79b9).wrapping_add(1));
    let mut swarm = Swarm {
        tell,
        dice,
        report: Report::default(),
        end_micros: (crate::world::BEGIN + hours as i64 * 3600) * 1_000_000,
        troubles: Vec::new(),
        open: BTreeMap::new(),
        saga: VecDeque::new(),
        guarded: seed.is_multiple_of(3),
        busy: is_busy(seed),
    };
    let scenario = swarm.scenario();
    swarm.note(scenario.clone());
    let mut world =
        Some(run(async { World::new(Origin::Words(&scenario), seed, Speed::Default).watched().end() }));
    let mut lost = false;
    loop {
        let commits = 5 + swarm.below(160) as usize;
        let (before, over) = run(async {
            let world = world.take().expect("a world");
            let world = if lost {
                world.reborn_as(Speed::Default, Some(commits))
            } else {
                world.restart(Some(commits))
            };
            let over = tokio::select! {
                biased;
                () = world.died() => false,
                () = swarm.life(&world) => true,
            };
            (world.end(), over)
        });
        swarm.report.lives += 1;
        swarm.report.commits += before.commits();
        if let Some(broken) = before.broken() {
            panic!("a commit broke a rule: {broken}");
        }
        if over {
            break;
        }
        lost = swarm.chance(20);
        swarm.note(format!("the toolstack dies{}", if lost { ", and the machines with it" } else { "" }));
        if lost {
            swarm.troubles.retain(|(_, trouble)| matches!(trouble, Trouble::DiskFull));
        }
        world = Some(before);
    }
    swarm.report.hours = hours as f64;
    swarm.report
}
impl Swarm<'_> {
    pub(super) fn below(&self, limit: u64) -> u64 {
        self.dice.below(limit)
    }
    pub(super) fn chance(&self, percent: u64) -> bool {
        self.below(100) < percent
    }
    pub(super) fn pick<'t, T>(&self, things: &'t [T]) -> Option<&'t T> {
        things.get(self.below(things.len() as u64) as usize)
    }
    pub(super) fn note(&mut self, line: String) {
        (self.tell)(&line);
    }
    pub(super) fn say(&mut self, world: &World, line: String) {
        let seconds = world.clock.micros() as f64 / 1e6 - crate::world::BEGIN as f64;
        self.note(format!("{seconds:.3} {line}"));
    }

    /// From a start of the toolstack until its death, or until time is over.
    async fn life(&mut self, world: &World) {
        self.say(world, "the toolstack starts".into());
        let listening = world.toolstack.clone();
        tokio::spawn(async move {
            toolstack::listen::inspect(&listening).await;
            toolstack::runner::resume(&listening);
            toolstack::listen::run(listening).await;
        });
        tokio::spawn(toolstack::keepers::hosts::run(world.toolstack.clone()));
        tokio::spawn(toolstack::keepers::schedules::run(world.toolstack.clone()));
        tokio::spawn(toolstack::keepers::ha::run(world.toolstack.clone()));
        if self.guarded {
            self.guard(world).await;
        }
        let mut seen = Default::default();
        let mut bursts = 0;
        loop {
            let most = if self.busy { 25 } else { 5 };
            for _ in 0..1 + self.below(most) {
                if self.chance(25) {
                    self.tell_on(world).await;
                } else {
                    self.one_call(world).await;
                }
                self.sleep(world, Duration::from_millis(self.below(4_000))).await;
                if self.chance(35) {
                    self.mischief(world);
                }
            }
            let minutes = 2 + self.below(if self.busy { 15 } else { 90 });
            self.sleep(world, Duration::from_secs(60 * minutes)).await;
            self.look_at_tasks(world);
            let _ = toolstack::keepers::pass(&world.toolstack, &mut seen).await;
            bursts += 1;
            let over = world.clock.micros() > self.end_micros;
            if bursts % 6 == 0 || over {
                self.rest(world).await;
            }
            if over {
                return;
            }
        }
    }

    /// Protect some machines, and keep watch.
    async fn guard(&mut self, world: &World) {
        let is_on = |world: &World| toolstack::ha::is_enabled(&world.pool());
        if !is_on(world) {
            let protectable: Vec<Uuid> = world
                .pool()
                .all::<Vm>()
                .filter(|(_, vm)| toolstack::ha::can_be_protected(vm))
                .map(|(_, vm)| vm.uuid)
                .collect();
            for vm in protectable {
                let priority = self.pick(&["restart", "restart", "best-effort", "''"]).expect("a priority");
                let _ = world.call(&format!("VM.set_ha_restart_priority {vm} {priority}")).await;
            }
            let outcome = world.call("pool.enable_ha").await.map(drop).map_err(|error| error.to_string());
            self.say(world, format!("the pool is to be highly available: {outcome:?}"));
        }
    }
}
