//! The swarm: a pool lives for days under random calls, faults, power cuts and crashes.
//!
//! ```text
//!  life ─► burst ─► think ─► burst ─► think … rest ─► burst …       a life ends in the middle of anything,
//!    ▲       calls, faults, mischief            │ nothing broken:   after a number of commits
//!    └────── the toolstack dies ◄───────────────┘ all must be well
//! ```
//! Everything follows from the seed: the pool, the calls, the mischief, the moments of death. What
//! happened is told line by line, and is the same for the same seed, byte for byte.

use crate::check::healthy;
use crate::world::{Origin, World, run};
use machine::{Chance, Clock, Fault, Seeded};
use model::schema::Type;
use model::{ClassId, Host, Ref, RefId, Task, TaskStatusType, Text, Uuid, Value, Vm, VmPowerState, many};
use sim::machine::{Speed, When};
use std::collections::BTreeMap;
use std::fmt::Write;
use std::time::Duration;
use store::Snapshot;
use toolstack::{Arguments, Handler};

/// What a seed has to tell.
#[derive(Default)]
pub struct Report {
    pub hours: f64,
    pub calls: usize,
    pub succeeded: usize,
    pub commits: usize,
    pub lives: usize,
}

/// Messages, and how often each is called.
const CALLS: &[(&str, u64)] = &[
    ("VM.clone", 3),
    ("VM.copy", 2),
    ("VM.start", 12),
    ("VM.start_on", 3),
    ("VM.pause", 3),
    ("VM.unpause", 4),
    ("VM.suspend", 4),
    ("VM.resume", 5),
    ("VM.resume_on", 2),
    ("VM.clean_shutdown", 4),
    ("VM.hard_shutdown", 4),
    ("VM.shutdown", 3),
    ("VM.clean_reboot", 3),
    ("VM.hard_reboot", 3),
    ("VM.pool_migrate", 8),
    ("VM.snapshot", 4),
    ("VM.checkpoint", 4),
    ("VM.revert", 5),
    ("VM.destroy", 4),
    ("VM.set_memory_dynamic_range", 3),
    ("VM.set_VCPUs_number_live", 2),
    ("VBD.create", 3),
    ("VBD.destroy", 2),
    ("VBD.plug", 3),
    ("VBD.unplug", 3),
    ("VBD.unplug_force", 1),
    ("VBD.insert", 3),
    ("VBD.eject", 3),
    ("VIF.create", 2),
    ("VIF.destroy", 2),
    ("VIF.plug", 3),
    ("VIF.unplug", 3),
    ("VIF.move", 4),
    ("PIF.plug", 2),
    ("PIF.unplug", 3),
    ("PIF.reconfigure_ip", 2),
    ("PIF.scan", 1),
    ("VLAN.create", 3),
    ("VLAN.destroy", 3),
    ("pool.create_VLAN_from_PIF", 1),
    ("Bond.create", 3),
    ("Bond.destroy", 3),
    ("VDI.create", 3),
    ("VDI.clone", 2),
    ("VDI.snapshot", 2),
    ("VDI.copy", 2),
    ("VDI.resize", 2),
    ("VDI.resize_online", 1),
    ("VDI.destroy", 6),
    ("VDI.pool_migrate", 3),
    ("VDI.enable_cbt", 2),
    ("VDI.disable_cbt", 1),
    ("VDI.data_destroy", 1),
    ("VDI.list_changed_blocks", 1),
    ("VDI.update", 1),
    ("VM.migrate_send", 6),
];

/// No more machines, and no more disks, than this: then some go.
const MOST_MACHINES: usize = 30;
const MOST_DISKS: usize = 60;

/// What is wrong for a while, and when it will be right again.
enum Trouble {
    DiskFull,
    NoPower(Ref<Host>),
    Silent(Uuid),
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
    /// Whether the pool is highly available.
    guarded: bool,
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
        guarded: seed.is_multiple_of(3),
    };
    let scenario = swarm.scenario();
    swarm.note(scenario.clone());
    let mut world =
        Some(run(async { World::new(Origin::Words(&scenario), seed, Speed::Default).watched().end() }));
    loop {
        let commits = 5 + swarm.below(160) as usize;
        let (before, over) = run(async {
            let world = world.take().map(|world| world.restart(Some(commits))).expect("a world");
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
        swarm.note("the toolstack dies".into());
        world = Some(before);
    }
    swarm.report.hours = hours as f64;
    swarm.report
}

impl Swarm<'_> {
    fn below(&self, limit: u64) -> u64 {
        self.dice.below(limit)
    }
    fn chance(&self, percent: u64) -> bool {
        self.below(100) < percent
    }
    fn pick<'t, T>(&self, things: &'t [T]) -> Option<&'t T> {
        things.get(self.below(things.len() as u64) as usize)
    }
    fn note(&mut self, line: String) {
        (self.tell)(&line);
    }
    fn say(&mut self, world: &World, line: String) {
        let seconds = world.clock.micros() as f64 / 1e6 - crate::world::BEGIN as f64;
        self.note(format!("{seconds:.3} {line}"));
    }

    /// Three to five hosts, eight to twenty machines on two storages.
    fn scenario(&self) -> String {
        let hosts = 3 + self.below(3);
        let mut text = String::new();
        for host in 1..=hosts {
            let _ = write!(text, "host h{host} {}GiB; ", 12 + self.below(3) * 4);
        }
        text +=
            "sr nfs 400GiB; sr iscsi lvmoiscsi 300GiB; sr isos iso; vdi debian.iso on isos; network lan; ";
        text += "network dmz private; network san; network back private; network spare private";
        for vm in 0..8 + self.below(13) {
            let state = ["halted", "halted", "running", "running", "running", "paused"];
            let state = self.pick(&state).expect("a state");
            let sr = if self.chance(50) { "nfs" } else { "iscsi" };
            let _ = write!(text, "; vm vm{vm} {}MiB {state} vcpus 2", 512 << self.below(3));
            let _ = write!(text, " disk {sr} {}GiB", 1 + self.below(6));
            text += if self.chance(30) { " disk nfs 2GiB" } else { "" };
            text += if self.chance(50) { " cd" } else { "" };
            text += if self.chance(70) { " nic lan" } else { " nic dmz" };
        }
        text
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
        if self.guarded {
            self.guard(world).await;
        }
        let mut seen = Default::default();
        let mut bursts = 0;
        loop {
            for _ in 0..1 + self.below(5) {
                self.one_call(world).await;
                self.sleep(world, Duration::from_millis(self.below(4_000))).await;
                if self.chance(35) {
                    self.mischief(world);
                }
            }
            let minutes = 2 + self.below(90);
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
            let names: Vec<Text> = world
                .pool()
                .all::<Vm>()
                .filter(|(_, vm)| toolstack::ha::can_be_protected(vm))
                .map(|(_, vm)| vm.name_label.clone())
                .collect();
            for name in names {
                let priority = self.pick(&["restart", "restart", "best-effort", "''"]).expect("a priority");
                let _ = world.call(&format!("VM.set_ha_restart_priority {name} {priority}")).await;
            }
            let outcome = world.call("pool.enable_ha").await.map(drop).map_err(|error| error.to_string());
            self.say(world, format!("the pool is to be highly available: {outcome:?}"));
        }
        tokio::spawn(toolstack::keepers::ha::run(world.toolstack.clone()));
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

    /// Sleep, and mend on the way what is to be mended by then.
    async fn sleep(&mut self, world: &World, duration: Duration) {
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

    async fn mend(&mut self, world: &World, trouble: Trouble) {
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
            Trouble::Silent(vm) => {
                self.say(world, format!("{vm} hears again"));
                world.simulation.set_talkative(vm);
            }
        }
    }

    async fn one_call(&mut self, world: &World) {
        let Some((arguments, words)) = self.invent(&world.pool()) else { return };
        self.report.calls += 1;
        let number = self.report.calls;
        self.say(world, format!("call {number}: {words}"));
        match toolstack::operations::find(arguments.message.full_name) {
            Some(Handler::Plan(_)) => match world.run(arguments).await {
                Ok(running) => drop(self.open.insert(number, running.task)),
                Err(error) => self.say(world, format!("call {number} was refused: {error}")),
            },
            _ => {
                let call = toolstack::listen::own_call();
                let outcome = world.toolstack.perform(world.pool(), call, arguments).await;
                self.report.succeeded += usize::from(outcome.is_ok());
                let outcome = outcome.map(|_| ()).map_err(|error| error.to_string());
                self.say(world, format!("call {number}: {outcome:?}"));
            }
        }
    }

    /// A call that would be allowed now, most of the time.
    fn invent(&self, pool: &Snapshot) -> Option<(Arguments, String)> {
        let machines = pool.all::<Vm>().filter(|(_, vm)| !vm.is_control_domain).count();
        let disks = pool.table(ClassId::Vdi).len();
        let mut last = None;
        for _ in 0..6 {
            let name = if machines > MOST_MACHINES && self.chance(60) {
                "VM.destroy"
            } else if disks > MOST_DISKS && self.chance(60) {
                "VDI.destroy"
            } else {
                self.message()
            };
            let makes = matches!(name, "VM.clone" | "VM.copy" | "VM.snapshot" | "VM.checkpoint");
            if makes && machines > MOST_MACHINES + 5 || (name == "VM.destroy" && machines < 6) {
                continue;
            }
            let Some(call) = self.call_of(pool, name) else { continue };
            let (class, id) = (call.0.message.class, call.0.this().unwrap_or(RefId::NULL));
            let held = call.0.message.holds.first().map(|(_, operation)| *operation);
            let allowed =
                held.is_none_or(|operation| toolstack::allowed::check(pool, class, id, operation).is_ok());
            last = Some(call);
            if allowed || self.chance(15) {
                break;
            }
        }
        last
    }

    fn message(&self) -> &'static str {
        let mut left = self.below(CALLS.iter().map(|(_, weight)| weight).sum());
        for (name, weight) in CALLS {
            match left.checked_sub(*weight) {
                Some(rest) => left = rest,
                None => return name,
            }
        }
        "VM.start"
    }

    fn call_of(&self, pool: &Snapshot, name: &'static str) -> Option<(Arguments, String)> {
        let message = crate::words::message(name);
        let mut words = name.to_string();
        let mut values = Vec::new();
        for param in message.params {
            let value = match (param.name, &param.ty) {
                ("into_vdi" | "base_vdi", _) => Value::Ref(RefId::NULL),
                (_, Type::Ref(class)) => Value::Ref(self.any(pool, *class, name)?),
                (_, Type::Record(class)) => self.record(pool, *class)?,
                ("new_name", _) => Value::string(format!("made{}", self.report.calls + 1)),
                ("min" | "max", _) => Value::Int(512 << 20),
                ("nvcpu", _) => Value::Int(1 + self.below(3) as i64),
                ("size", _) => Value::Int((1 + self.below(12) as i64) << 30),
                ("tag" | "VLAN", _) => Value::Int(2 + self.below(4) as i64),
                ("members", _) => self.members(pool)?,
                ("mode", Type::Enum(values)) => Value::string(*self.pick(values.values)?),
                ("start_paused", _) => Value::Bool(self.chance(15)),
                ("live", Type::Bool) => Value::Bool(true),
                (_, Type::Bool) => Value::Bool(false),
                ("dest", _) => {
                    let host = self.any(pool, ClassId::Host, name)?;
                    Value::Struct(vec![(Text::new_static("host"), Value::from(host.to_string()))])
                }
                ("vdi_map", _) => self.vdi_map(pool, values.first()),
                (_, Type::Set(_)) => Value::Array(Vec::new()),
                (_, Type::Map(..)) => Value::Struct(Vec::new()),
                _ => Value::string(""),
            };
            let _ = match (&value, &param.ty) {
                (Value::Ref(id), Type::Ref(class)) => {
                    write!(words, " {}", toolstack::explain::name_of(pool, *class, *id))
                }
                (Value::Array(_) | Value::Bool(_), _) => Ok(()),
                (value, _) => write!(words, " {value:?}"),
            };
            values.push(value);
        }
        Some((Arguments { message, values }, words))
    }

    /// Some disks of a machine, and storage for each.
    fn vdi_map(&self, pool: &Snapshot, vm: Option<&Value>) -> Value {
        let Some(Value::Ref(vm)) = vm else { return Value::Struct(Vec::new()) };
        let disks = pool.many_rows(many::VM_VBDS, Ref::<Vm>::new(*vm)).map(|(_, vbd)| vbd.VDI);
        let wanted = disks.filter(|vdi| !vdi.is_null() && self.chance(60));
        let place = |vdi: Ref<model::Vdi>| {
            Some((Text::new(vdi.to_string()), Value::Ref(self.any(pool, ClassId::Sr, "")?)))
        };
        Value::Struct(wanted.filter_map(place).collect())
    }

    /// An object that a call may be about.
    fn any(&self, pool: &Snapshot, class: ClassId, name: &str) -> Option<RefId> {
        let fits = |id: &RefId| match class {
            ClassId::Vm => pool.get(Ref::<Vm>::new(*id)).is_some_and(|vm| !vm.is_control_domain),
            ClassId::Sr => pool.get(Ref::<model::Sr>::new(*id)).is_some_and(|sr| sr.r#type != "iso"),
            ClassId::Vdi if !pool.get(Ref::<model::Vdi>::new(*id)).is_some_and(|vdi| vdi.managed) => {
                self.chance(3)
            }
            // What is made gets a network that leads nowhere yet.
            ClassId::Network if name.contains("create") && name != "VIF.create" => {
                pool.many(many::NETWORK_PIFS, Ref::<model::Network>::new(*id)).next().is_none()
            }
            // Disks that nobody has go first.
            ClassId::Vdi if name == "VDI.destroy" => {
                let vdi = Ref::<model::Vdi>::new(*id);
                let used = pool.many(many::VDI_VBDS, vdi).next().is_some();
                let image = pool.all::<Vm>().any(|(_, vm)| vm.suspend_VDI == vdi);
                !image && (!used || self.chance(5))
            }
            ClassId::Vbd => pool
                .get(Ref::<model::Vbd>::new(*id))
                .is_some_and(|vbd| pool.get(vbd.VM).is_some_and(|vm| !vm.is_control_domain)),
            _ => true,
        };
        let all: Vec<RefId> = pool.table(class).keys().copied().filter(fits).collect();
        self.pick(&all).copied()
    }

    /// Two interfaces of one host.
    fn members(&self, pool: &Snapshot) -> Option<Value> {
        let host = self.any(pool, ClassId::Host, "")?;
        let cards = pool.many_rows(many::HOST_PIFS, Ref::<Host>::new(host)).filter(|(_, pif)| pif.physical);
        let cards: Vec<Ref<model::Pif>> = cards.map(|(id, _)| id).collect();
        let pair = [*self.pick(&cards)?, *self.pick(&cards)?];
        Some(Value::Array(pair.map(|id| Value::Ref(id.id())).to_vec()))
    }

    fn record(&self, pool: &Snapshot, class: ClassId) -> Option<Value> {
        let member = |name: &str, value: Value| (Text::new(name), value);
        let vm = |name| self.any(pool, ClassId::Vm, "").map(|id| member(name, Value::Ref(id)));
        Some(Value::Struct(match class {
            ClassId::Vbd => vec![
                vm("VM")?,
                member("VDI", Value::Ref(self.any(pool, ClassId::Vdi, "VDI.destroy")?)),
                member("userdevice", Value::string("autodetect")),
                member("mode", Value::string("RW")),
                member("type", Value::string("Disk")),
                member("unpluggable", Value::Bool(true)),
                member("empty", Value::Bool(false)),
            ],
            ClassId::Vif => vec![
                vm("VM")?,
                member("network", Value::Ref(self.any(pool, ClassId::Network, "")?)),
                member("device", Value::string(self.below(5).to_string())),
                member("MTU", Value::Int(1500)),
            ],
            ClassId::Vdi => vec![
                member("name_label", Value::string(format!("disk{}", self.report.calls + 1))),
                member("SR", Value::Ref(self.any(pool, ClassId::Sr, "")?)),
                member("virtual_size", Value::Int((1 + self.below(6) as i64) << 30)),
                member("type", Value::string("user")),
            ],
            _ => return None,
        }))
    }

    fn mischief(&mut self, world: &World) {
        let pool = world.pool();
        let running: Vec<(Uuid, Ref<Host>)> = pool
            .all::<Vm>()
            .filter(|(_, vm)| vm.power_state == VmPowerState::Running && !vm.is_control_domain)
            .map(|(_, vm)| (vm.uuid, vm.resident_on))
            .collect();
        let guest = self.pick(&running).copied();
        let machine = guest.and_then(|(_, host)| world.hosts.get(&host));
        let soon = |seconds: u64| world.clock.micros() + (seconds * 1_000_000) as i64;
        match self.below(12) {
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
            _ => {
                self.say(world, "the disk is full".into());
                world.disk.set_broken(true);
                self.troubles.push((soon(1 + self.below(300)), Trouble::DiskFull));
            }
        }
    }

    /// Calls that have ended since somebody looked, and that none is lost.
    fn look_at_tasks(&mut self, world: &World) {
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

    /// All that is broken is mended, all that runs ends; then everything must be well.
    async fn rest(&mut self, world: &World) {
        for (_, trouble) in std::mem::take(&mut self.troubles) {
            self.mend(world, trouble).await;
        }
        world.simulation.forget_failures();
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
        for (host, step) in world.simulation.taken() {
            self.note(format!("  {host}: {step}"));
        }
        world.simulation.forget_taken();
        self.say(world, "all must be well".into());
        healthy(world);
        if let Some(broken) = world.broken() {
            panic!("a commit broke a rule: {broken}");
        }
    }
}
