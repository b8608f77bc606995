//! Machines that do not exist: hosts, their storage and their guests, in memory only.
//!
//! ```text
//!  toolstack ── Step ──► SimHost ──► apply ──► World        one for all hosts, behind one lock
//!            ◄── Fact ──    │                    ▲
//!                           └── a pause ─────────┘          how long a step takes
//! ```
//!
//! A step pauses first and then happens whole, under the lock, without waiting in between: so a step
//! that is dropped half way has not happened, and nobody sees half a step. Decisions are made above;
//! here only the physics is: what does not fit, what is held by another, which guest answers.

mod apply;
mod blocks;
mod chains;
mod changes;
mod describe;
mod device_name;
mod devices;
mod disks;
mod domains;
mod durations;
mod fabric;
mod facts;
mod failures;
mod guest;
mod host;
mod host_state;
mod library;
mod live;
mod loans;
mod memory_image;
mod meters;
mod mirrors;
mod moving;
mod network;
mod power;
mod probe;
mod quorum;
mod rebuild;
mod role;
mod shelf;
mod storage;
mod updates;
mod world;

pub use durations::Speed;
pub use failures::When;
pub use host::SimHost;
pub use world::thick_bytes;

use failures::Failure;
use machine::{Belief, Chance, Clock, Disc, Fault, Step};
use model::Uuid;
use shelf::Shelf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use world::World;

/// A shared world of hosts, storage, disks and guests.
pub struct Simulation {
    clock: Arc<dyn Clock>,
    chance: Arc<dyn Chance>,
    speed: Speed,
    world: Mutex<World>,
    keep: Mutex<Option<Keep>>,
}

/// Who keeps what must outlive a simulation.
type Keep = Box<dyn Fn(&str) + Send>;

impl Simulation {
    pub fn new(clock: Arc<dyn Clock>, chance: Arc<dyn Chance>, speed: Speed) -> Arc<Simulation> {
        Arc::new(Simulation { clock, chance, speed, world: Mutex::default(), keep: Mutex::default() })
    }

    /// The machine of a host. A host that the world does not know yet is built as it is believed to
    /// be; one that it knows stays as it is, and only storage that is new to it is attached.
    pub fn host(self: &Arc<Simulation>, uuid: Uuid, belief: Belief) -> Arc<SimHost> {
        rebuild::host(&mut self.world(), uuid, belief, || self.clock.micros() / 1_000_000);
        Arc::new(SimHost { simulation: self.clone(), uuid })
    }

    /// What is on storage that no host has plugged, for another life of this simulation.
    pub fn shelves(&self) -> String {
        let shelves: Vec<Shelf> = self.world().shelves.values().cloned().collect();
        serde_json::to_string(&shelves).unwrap_or_default()
    }

    /// What another life has left, before there is any host.
    pub fn recall(&self, shelves: &str) -> Result<(), serde_json::Error> {
        let shelves = serde_json::from_str(shelves)?;
        shelf::recall(&mut self.world(), shelves);
        Ok(())
    }

    /// From now on this is told the shelves whenever they have changed.
    pub fn keep_shelves(&self, keep: impl Fn(&str) + Send + 'static) {
        *self.keep.lock().unwrap_or_else(PoisonError::into_inner) = Some(Box::new(keep));
    }

    fn keep_if_changed(&self) {
        let keep = self.keep.lock().unwrap_or_else(PoisonError::into_inner);
        let changed = std::mem::take(&mut self.world().shelves_changed);
        if let Some(keep) = keep.as_ref().filter(|_| changed) {
            keep(&self.shelves());
        }
    }

    /// From now on the guest hears nothing and says nothing, wherever it runs.
    pub fn set_silent(&self, vm: Uuid) {
        self.world().silent.insert(vm);
    }

    pub fn set_talkative(&self, vm: Uuid) {
        self.world().silent.remove(&vm);
    }

    /// Somebody writes so many blocks of 64 KiB on a disk, from the first of them on.
    pub fn write_blocks(&self, disc: Disc, first: u64, count: u64) {
        let mut world = self.world();
        let content = blocks::Content(world.fresh_content());
        guest::write(&mut world, disc, blocks::Run { first, count, content });
    }

    /// The `nth` step (the next one is 1) that matches, on whatever host, fails once.
    pub fn fail_next(
        &self,
        when: When,
        nth: usize,
        matching: impl Fn(Uuid, &Step) -> bool + Send + 'static,
        fault: Fault,
    ) {
        self.world().failures.push(Failure { when, nth: nth.max(1), matching: Box::new(matching), fault });
    }

    /// What was asked to fail and did not yet will not.
    pub fn forget_failures(&self) {
        self.world().failures.clear();
    }

    /// The steps that were done, oldest first, by host; the last 16,384 of them.
    pub fn taken(&self) -> Vec<(Uuid, Step)> {
        self.world().taken.iter().cloned().collect()
    }

    pub fn forget_taken(&self) {
        self.world().taken.clear();
    }

    /// The whole world in canonical words: two worlds that no client could tell apart read the same,
    /// however many tries it took to get there.
    pub fn describe(&self) -> String {
        describe::describe(&self.world())
    }

    /// The world as it is by now.
    /// The rows of a pool that are written on a disk.
    pub fn database_on(&self, disc: machine::Disc) -> Option<String> {
        self.world().storage.get(&disc.sr)?.databases.get(&disc.vdi).cloned()
    }

    fn world(&self) -> MutexGuard<'_, World> {
        let mut world = self.world.lock().unwrap_or_else(PoisonError::into_inner);
        power::settle(&mut world, || self.clock.micros());
        world
    }

    /// What really takes this long, scaled and a little uneven; never asks the clock at full speed.
    async fn pause(&self, real: Duration) {
        let scaled = self.speed.of(real);
        if !scaled.is_zero() {
            let permille = 900 + self.chance.below(201) as u32;
            self.clock.sleep(scaled * permille / 1000).await;
        }
    }

    /// When orders about power that come now will be followed.
    fn moments(&self) -> power::Moments {
        let at = |real| self.moment_in(real);
        power::Moments { down: at(power::FUSE), back: at(power::FUSE + power::BOOT), up: at(power::BOOT) }
    }

    /// When something happens that really takes this long; 0 is at once.
    fn moment_in(&self, real: Duration) -> i64 {
        let scaled = self.speed.of(real);
        if scaled.is_zero() { 0 } else { self.clock.micros() + scaled.as_micros() as i64 }
    }
}
