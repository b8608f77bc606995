//! What goes wrong, and when it is right again.

use super::Swarm;
use crate::world::World;
use machine::{Clock, Fault};
use model::{Host, Pbd, Ref, Sr, Uuid, Vm, VmPowerState};
use sim::machine::When;
use std::time::Duration;

/// What is wrong for a while, and when it will be right again.
pub(super) enum Trouble {
    DiskFull,
    NoPower(Ref<Host>),
    Silent(Uuid),
    /// The network of a host.
    CutOff(Ref<Host>),
    /// A host does not see a storage.
    Unseen(Ref<Host>, Ref<Sr>),
}

impl Swarm<'_> {
    /// Sleep, and mend on the way what is to be mended by then.
    pub(super) async fn sleep(&mut self, world: &World, duration: Duration) {
        let until = world.clock.micros() + duration.as_micros() as i64;
        loop {
            let next = self.troubles.iter().map(|(at, _)| *at).min().unwrap_or(until).min(until);
            let wait = next - world.clock.micros();
            if wait > 0 {
                // Timers count in milliseconds.
                world.clock.sleep(Duration::from_micros(wait as u64) + Duration::from_millis(1)).await;
            }
            crate::agreement::check_single(world);
            let now = world.clock.micros();
            while let Some(due) = self.troubles.iter().position(|(at, _)| *at <= now) {
                let (_, trouble) = self.troubles.remove(due);
                self.mend(world, trouble).await;
            }
            if now >= until {
                return;
            }
        }
    }

    pub(super) async fn mend(&mut self, world: &World, trouble: Trouble) {
        match trouble {
            Trouble::DiskFull => {
                self.say(world, "the disk has room again".into());
                world.disk.set_broken(false);
            }
            Trouble::NoPower(host) => {
                self.say(world, format!("{host} has power again"));
                if let Some(machine) = world.hosts.get(&host) {
                    machine.power_on();
                }
                let toolstack = world.toolstack.clone();
                tokio::spawn(async move { toolstack::listen::look(&toolstack, host).await });
            }
            Trouble::CutOff(host) => {
                self.say(world, format!("{host} has its network again"));
                if let Some(machine) = world.hosts.get(&host) {
                    machine.cut_off(false);
                }
            }
            Trouble::Unseen(host, sr) => {
                let pool = world.pool();
                let plug = |pbd: &Pbd| pbd.host == host && pbd.SR == sr && pbd.currently_attached;
                let plugged = pool.all::<Pbd>().any(|(_, pbd)| plug(pbd));
                self.say(world, format!("{host} sees {sr} again: {plugged}"));
                if let (true, Some(machine), Some(row)) = (plugged, world.hosts.get(&host), pool.get(sr)) {
                    machine.attach_storage(row.uuid, row.physical_size);
                }
            }
            Trouble::Silent(vm) => {
                self.say(world, format!("{vm} hears again"));
                world.simulation.set_talkative(vm);
            }
        }
    }

    pub(super) fn mischief(&mut self, world: &World) {
        let pool = world.pool();
        let running: Vec<(Uuid, Ref<Host>)> = pool
            .all::<Vm>()
            .filter(|(_, vm)| vm.power_state == VmPowerState::Running && !vm.is_control_domain)
            .map(|(_, vm)| (vm.uuid, vm.resident_on))
            .collect();
        let guest = self.pick(&running).copied();
        let machine = guest.and_then(|(_, host)| world.hosts.get(&host));
        let soon = |seconds: u64| world.clock.micros() + (seconds * 1_000_000) as i64;
        match self.below(14) {
            0..=3 => {
                let when = if self.chance(50) { When::Before } else { When::After };
                let nth = 1 + self.below(8) as usize;
                self.say(world, format!("a step will fail: {when:?} {nth}"));
                let fault = Fault::Failed { reason: "bad luck".into() };
                world.simulation.fail_next(when, nth, |_, _| true, fault);
            }
            4 => {
                let open: Vec<_> = self.open.values().copied().collect();
                if let Some(task) = self.pick(&open) {
                    let cancelled = world.toolstack.running.cancel(*task);
                    self.say(world, format!("{task} is cancelled: {cancelled}"));
                }
            }
            kind @ 5..=7 => {
                let (Some((vm, _)), Some(machine)) = (guest, machine) else { return };
                let (what, there) = match kind {
                    5 => ("crashes", machine.crash_guest(vm)),
                    6 => ("stops", machine.stop_guest(vm)),
                    _ => ("reboots", machine.reboot_guest(vm)),
                };
                self.say(world, format!("{vm} {what} by itself: {there}"));
            }
            8 => {
                let Some((vm, _)) = guest else { return };
                self.say(world, format!("{vm} goes silent"));
                world.simulation.set_silent(vm);
                self.troubles.push((soon(60 + self.below(4000)), Trouble::Silent(vm)));
            }
            9 => {
                let Some((vm, _)) = guest else { return };
                if let Some(machine) = machine {
                    machine.write_to_disks(vm);
                }
            }
            10 => {
                let dark = self.troubles.iter().any(|(_, trouble)| matches!(trouble, Trouble::NoPower(_)));
                let hosts: Vec<_> = world.hosts.keys().copied().collect();
                let Some(host) = self.pick(&hosts).copied().filter(|_| !dark) else { return };
                self.say(world, format!("{host} loses its power"));
                world.hosts[&host].power_off();
                self.troubles.push((soon(30 + self.below(1800)), Trouble::NoPower(host)));
            }
            11 => {
                let hosts: Vec<_> = world.hosts.keys().copied().collect();
                let Some(host) = self.pick(&hosts).copied() else { return };
                self.say(world, format!("{host} is cut off"));
                world.hosts[&host].cut_off(true);
                self.troubles.push((soon(10 + self.below(900)), Trouble::CutOff(host)));
            }
            12 => {
                let plugs: Vec<_> = pool.all::<Pbd>().filter(|(_, pbd)| pbd.currently_attached).collect();
                let Some((_, pbd)) = self.pick(&plugs).copied() else { return };
                let (Some(machine), Some(sr)) = (world.hosts.get(&pbd.host), pool.get(pbd.SR)) else {
                    return;
                };
                self.say(world, format!("{} does not see {} any more", pbd.host, pbd.SR));
                machine.detach_storage(sr.uuid);
                self.troubles.push((soon(10 + self.below(1800)), Trouble::Unseen(pbd.host, pbd.SR)));
            }
            _ => {
                self.say(world, "the disk is full".into());
                world.disk.set_broken(true);
                self.troubles.push((soon(1 + self.below(300)), Trouble::DiskFull));
            }
        }
    }
}
