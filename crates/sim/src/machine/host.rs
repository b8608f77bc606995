//! `SimHost`: one host of the simulated world, as its toolstack sees it, and as a test mistreats it.

use super::apply::{Later, apply};
use super::durations::{self, AGENT_WAKES};
use super::failures::{self, When};
use super::guest::{self, Next};
use super::world::World;
use super::{Simulation, facts, meters, power, quorum, rebuild};
use futures_util::future::{BoxFuture, select};
use machine::measure::Measures;
use machine::{Fact, Fault, HostStep, Machine, Step, StopReason};
use model::Uuid;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Notify;

/// How many done steps are remembered.
const REMEMBERED_STEPS: usize = 16_384;

pub struct SimHost {
    pub(super) simulation: Arc<Simulation>,
    pub(super) uuid: Uuid,
}

impl Machine for SimHost {
    fn perform<'a>(&'a self, step: &'a Step) -> BoxFuture<'a, Result<Vec<Fact>, Fault>> {
        Box::pin(self.do_step(step))
    }

    fn inspect(&self) -> BoxFuture<'_, Vec<Fact>> {
        Box::pin(async { facts::inspect(&self.simulation.world(), self.uuid) })
    }

    fn next_fact(&self) -> BoxFuture<'_, Fact> {
        Box::pin(self.hear())
    }

    fn measure(&self) -> BoxFuture<'_, Measures> {
        Box::pin(async {
            let seconds = self.simulation.clock.micros() / 1_000_000;
            meters::read(&self.simulation.world(), self.uuid, seconds)
        })
    }
}

impl SimHost {
    pub fn uuid(&self) -> Uuid {
        self.uuid
    }

    /// The `nth` step of this host (the next one is 1) that matches fails once.
    pub fn fail_next(
        &self,
        when: When,
        nth: usize,
        matching: impl Fn(&Step) -> bool + Send + 'static,
        fault: Fault,
    ) {
        let uuid = self.uuid;
        self.simulation.fail_next(when, nth, move |host, step| host == uuid && matching(step), fault);
    }

    /// The guest hears nothing and says nothing from now on.
    pub fn set_silent(&self, vm: Uuid) {
        self.simulation.set_silent(vm);
    }

    /// The guest crashes. Whether it was here.
    pub fn crash_guest(&self, vm: Uuid) -> bool {
        guest::end(&mut self.simulation.world(), self.uuid, vm, StopReason::Crashed)
    }

    /// The guest shuts itself down. Whether it was here.
    pub fn stop_guest(&self, vm: Uuid) -> bool {
        guest::end(&mut self.simulation.world(), self.uuid, vm, StopReason::Halted)
    }

    /// The guest reboots by itself; its toolstack makes it anew. Whether it was here.
    pub fn reboot_guest(&self, vm: Uuid) -> bool {
        guest::end(&mut self.simulation.world(), self.uuid, vm, StopReason::Rebooted)
    }

    /// The guest writes on its disks: their content is another one from now on.
    pub fn write_to_disks(&self, vm: Uuid) {
        guest::write_to_disks(&mut self.simulation.world(), self.uuid, vm);
    }

    /// Whether it has power.
    pub fn is_up(&self) -> bool {
        self.simulation.world().host(self.uuid).is_ok()
    }

    /// The power fails: every domain is gone, and nothing can be asked or heard.
    pub fn power_off(&self) {
        power::down(&mut self.simulation.world(), self.uuid);
    }

    pub fn power_on(&self) {
        let now = self.simulation.clock.micros() / 1_000_000;
        power::up(&mut self.simulation.world(), self.uuid, now);
    }

    /// Plug a USB device into this host; another one at the same path goes.
    pub fn plug_usb(&self, device: machine::UsbDevice) {
        if let Ok(host) = self.simulation.world().host_mut(self.uuid) {
            host.usb.insert(device.path.clone(), device);
        }
    }

    pub fn unplug_usb(&self, path: &str) {
        if let Ok(host) = self.simulation.world().host_mut(self.uuid) {
            host.usb.remove(path);
        }
    }

    /// Plug a storage into this host; the first host to do so says how large it is.
    pub fn attach_storage(&self, sr: Uuid, capacity_bytes: i64) {
        rebuild::attach(&mut self.simulation.world(), self.uuid, sr, capacity_bytes);
    }

    /// The storage is out of this host's sight; what is on it stays.
    pub fn detach_storage(&self, sr: Uuid) {
        let mut world = self.simulation.world();
        if let Some(host) = world.hosts.get_mut(&self.uuid) {
            host.storage.remove(&sr);
        }
        self.fence_if_needed(&mut world);
    }

    /// The network of this host fails, or works again: it runs on, and nobody hears of it.
    pub fn cut_off(&self, cut_off: bool) {
        let mut world = self.simulation.world();
        if let Some(host) = world.hosts.get_mut(&self.uuid) {
            host.cut_off = cut_off;
            host.facts.bell.notify_one();
        }
        self.fence_if_needed(&mut world);
    }

    fn fence_if_needed(&self, world: &mut World) {
        if quorum::must_fence(world, self.uuid) {
            power::down(world, self.uuid);
        }
    }

    pub fn has_power(&self) -> bool {
        self.simulation.world().hosts.get(&self.uuid).is_some_and(|host| host.powered)
    }

    pub fn free_memory_bytes(&self) -> i64 {
        self.simulation.world().host(self.uuid).map_or(0, |host| host.free_bytes())
    }

    async fn do_step(&self, step: &Step) -> Result<Vec<Fact>, Fault> {
        let (real, boots, failure) = self.begin(step)?;
        if let Some((When::Before, fault)) = failure {
            return Err(fault);
        }
        self.simulation.pause(real).await;
        let facts = self.finish(step, boots)?;
        match failure {
            Some((_, fault)) => Err(fault),
            None => Ok(facts),
        }
    }

    /// How long the step takes, by which power, and whether it is to fail.
    fn begin(&self, step: &Step) -> Result<(Duration, u64, Option<(When, Fault)>), Fault> {
        let mut world = self.simulation.world();
        let boots = self.boots(&world, step)?;
        let failure = failures::meet(&mut world, self.uuid, step);
        Ok((durations::real(&world, self.uuid, step), boots, failure))
    }

    fn finish(&self, step: &Step, boots: u64) -> Result<Vec<Fact>, Fault> {
        let later = Later { wakes: self.simulation.moment_in(AGENT_WAKES), power: self.simulation.moments() };
        let mut world = self.simulation.world();
        if self.boots(&world, step)? != boots {
            return Err(Fault::HostUnreachable { host: self.uuid });
        }
        let facts = apply(&mut world, self.uuid, step, later)?;
        remember(&mut world, self.uuid, step);
        Ok(facts)
    }

    /// By which power a step is done. To order down what is down already needs none.
    fn boots(&self, world: &World, step: &Step) -> Result<u64, Fault> {
        match step {
            Step::Host(HostStep::Reboot { host, .. } | HostStep::PowerOff { host, .. })
                if *host == self.uuid =>
            {
                Ok(0)
            }
            _ => world.host(self.uuid).map(|host| host.boots),
        }
    }

    async fn hear(&self) -> Fact {
        let simulation = &self.simulation;
        loop {
            let bell = self.bell();
            let (next, turn) = {
                let mut world = simulation.world();
                let next = guest::next(&mut world, self.uuid, || simulation.clock.micros());
                (next, power::next_moment(&world, self.uuid))
            };
            let next = match (next, turn) {
                (Next::At(moment), Some(turn)) => Next::At(moment.min(turn)),
                (Next::Someday, Some(turn)) => Next::At(turn),
                (next, _) => next,
            };
            match next {
                Next::Now(fact) => return fact,
                Next::Someday => bell.notified().await,
                Next::At(moment) => {
                    let wait = Duration::from_micros((moment - simulation.clock.micros()).max(1) as u64);
                    let _ = select(pin!(bell.notified()), simulation.clock.sleep(wait)).await;
                }
            }
        }
    }

    /// Rings, also if nobody listened at that moment, when there is something to hear.
    fn bell(&self) -> Arc<Notify> {
        let world = self.simulation.world();
        world.hosts.get(&self.uuid).map(|host| host.facts.bell.clone()).unwrap_or_default()
    }
}

fn remember(world: &mut World, host: Uuid, step: &Step) {
    if world.taken.len() == REMEMBERED_STEPS {
        world.taken.pop_front();
    }
    world.taken.push_back((host, step.clone()));
}
