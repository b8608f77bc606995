//! Quiet: nothing is broken, nothing runs, and all must be well.

use super::{Swarm, Trouble};
use crate::check::healthy;
use crate::world::World;
use machine::Clock;
use model::{ClassId, Host, HostMetrics, Sr, Task, TaskStatusType, Vm, VmPowerState, many};
use std::time::Duration;

impl Swarm<'_> {
    /// All that is broken is mended, all that runs ends; then everything must be well.
    pub(super) async fn rest(&mut self, world: &World) {
        for (_, trouble) in std::mem::take(&mut self.troubles) {
            self.mend(world, trouble).await;
        }
        world.simulation.forget_failures();
        let dark: Vec<_> = world.pool().all::<Host>().map(|(id, _)| id).collect();
        for host in dark {
            if world.hosts.get(&host).is_some_and(|machine| !machine.has_power()) {
                self.mend(world, Trouble::NoPower(host)).await;
            }
        }
        let patience = world.clock.micros() + 6 * 3600 * 1_000_000;
        while !(world.toolstack.running.is_empty() && world.pool().table(ClassId::XeniosOperation).is_empty())
        {
            let stuck: Vec<_> =
                world.pool().all::<model::XeniosOperation>().map(|(_, row)| row.clone()).collect();
            assert!(world.clock.micros() < patience, "operations do not end: {stuck:#?}");
            world.clock.sleep(Duration::from_secs(10)).await;
        }
        // Guests that have just begun to run say something yet, and what must run is started.
        world.clock.sleep(Duration::from_secs(if self.guarded { 900 } else { 60 })).await;
        while !world.toolstack.running.is_empty() {
            assert!(world.clock.micros() < patience, "something is begun again and again");
            world.clock.sleep(Duration::from_secs(60)).await;
        }
        if toolstack::ha::is_enabled(&world.pool()) {
            self.look_at_protected(world);
        }
        self.look_at_tasks(world);
        assert!(self.open.is_empty(), "nothing runs, and tasks are pending: {:?}", self.open);
        for (_, task) in world.pool().all::<Task>() {
            assert!(task.status != TaskStatusType::Pending, "nothing runs, and a task is pending: {task:#?}");
        }
        for (_, host) in world.pool().all::<Host>() {
            let live = world.pool().get(host.metrics).is_some_and(|metrics: &HostMetrics| metrics.live);
            assert!(live, "{} has power and is not live", host.name_label);
        }
        let closed = world
            .pool()
            .all::<Host>()
            .filter(|(_, host)| !host.enabled)
            .map(|(id, _)| id)
            .collect::<Vec<_>>();
        for host in closed {
            let outcome = world.call(&format!("host.enable {host}")).await.map(drop);
            self.say(world, format!("{host} is opened: {:?}", outcome.map_err(|error| error.to_string())));
        }
        for (host, step) in world.simulation.taken() {
            self.note(format!("  {host}: {step}"));
        }
        world.simulation.forget_taken();
        self.say(world, "all must be well".into());
        // What was forgotten and is there is found.
        self.scan_all(world).await;
        healthy(world);
        crate::agreement::check_space(world);
        if let Some(broken) = world.broken() {
            panic!("a commit broke a rule: {broken}");
        }
    }

    /// Calls that have ended since somebody looked, and that none is lost.
    pub(super) fn look_at_tasks(&mut self, world: &World) {
        let pool = world.pool();
        for (number, task) in self.open.clone() {
            let row = pool.get(task).unwrap_or_else(|| panic!("the task of call {number} is lost"));
            if row.status == TaskStatusType::Pending {
                continue;
            }
            self.open.remove(&number);
            self.report.succeeded += usize::from(row.status == TaskStatusType::Success);
            let error = row.error_info.join(", ");
            self.say(world, format!("call {number} ended: {} {error}", model::ApiEnum::name(row.status)));
        }
    }

    /// What must run and can does, when there was time enough.
    fn look_at_protected(&mut self, world: &World) {
        let pool = world.pool();
        for (id, vm) in pool.all::<Vm>().filter(|(_, vm)| toolstack::ha::is_protected(vm)) {
            let mut drives = pool.many_rows(many::VM_VBDS, id).map(|(vbd, _)| vbd.id());
            let ready =
                drives.all(|vbd| toolstack::allowed::check(&pool, ClassId::Vbd, vbd, "attach").is_ok());
            let place = toolstack::placement::best(&pool, id, vm, |_| true);
            let lives = matches!(vm.power_state, VmPowerState::Running | VmPowerState::Paused);
            let starts = pool.all::<Task>().filter(|(_, task)| task.name_label.starts_with("VM.start"));
            let why: Vec<_> = starts.map(|(_, task)| task.error_info.join(", ")).collect();
            assert!(
                lives || !ready || place.is_err(),
                "{} is {:?}, must run, could on {place:?}, and does not: {why:?}",
                vm.name_label,
                vm.power_state
            );
        }
    }

    /// Each storage is looked through, and then rows and machines agree on what disks take.
    async fn scan_all(&mut self, world: &World) {
        let pool = world.pool();
        for (id, sr) in pool.all::<Sr>() {
            let plugged = pool.many_rows(many::SR_PBDS, id).any(|(_, pbd)| pbd.currently_attached);
            if plugged && toolstack::allowed::check(&pool, ClassId::Sr, id.id(), "scan").is_ok() {
                let scanned = world.call(&format!("SR.scan {id}")).await;
                if world.is_dead() {
                    std::future::pending::<()>().await;
                }
                assert!(scanned.is_ok(), "{} cannot be scanned at rest: {scanned:?}", sr.name_label);
            }
        }
        world.quiet().await;
    }
}
