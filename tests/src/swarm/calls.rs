//! Which calls come, and with what.

use super::Swarm;
use crate::world::World;
use model::schema::{MessageDef, Type};
use model::{ClassId, Host, Ref, RefId, Text, Value, Vm, VmPowerState, many};
use std::fmt::Write;
use store::Snapshot;
use toolstack::{Arguments, Handler};

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
    ("VM.wait_memory_target_live", 1),
    ("VM.restart_device_models", 1),
    ("VM.s3_suspend", 1),
    ("VM.s3_resume", 1),
    ("VM.csvm", 1),
    ("VTPM.create", 1),
    ("VTPM.destroy", 1),
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
    ("host.disable", 1),
    ("host.enable", 3),
    ("host.evacuate", 1),
    ("host.reboot", 2),
    ("host.set_max_cstate", 1),
    ("host.disable_ssh", 1),
    ("host.enable_ssh", 1),
    ("VDI.pool_migrate", 3),
    ("VDI.enable_cbt", 2),
    ("VDI.disable_cbt", 1),
    ("VDI.data_destroy", 1),
    ("VDI.list_changed_blocks", 1),
    ("VDI.update", 1),
    ("VM.migrate_send", 6),
    ("SR.scan", 2),
    ("SR.update", 1),
    ("pool.designate_new_master", 1),
    ("host.restart_agent", 1),
    ("VM_appliance.start", 2),
    ("VM_appliance.clean_shutdown", 1),
    ("VM_appliance.hard_shutdown", 1),
    ("VMSS.snapshot_now", 1),
    ("VGPU.destroy", 1),
    ("VUSB.unplug", 1),
    ("VUSB.destroy", 1),
    ("PUSB.scan", 1),
    ("PUSB.set_passthrough_enabled", 1),
    ("VM.provision", 1),
    ("VM.power_state_reset", 1),
    ("tunnel.create", 1),
    ("tunnel.destroy", 2),
    ("network_sriov.create", 1),
    ("network_sriov.destroy", 2),
    ("network.create", 1),
    ("network.destroy", 1),
    ("Bond.set_mode", 1),
    ("host.management_reconfigure", 1),
    ("VDI.forget", 1),
    ("VIF.set_locking_mode", 1),
    ("PBD.unplug", 2),
    ("PBD.plug", 5),
];

/// No more machines, and no more disks, than this: then some go.
const MOST_MACHINES: usize = 30;
const MOST_DISKS: usize = 60;

impl Swarm<'_> {
    pub(super) async fn one_call(&mut self, world: &World) {
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
                (_, Type::Ref(class)) if values.is_empty() => Value::Ref(self.likely(pool, *class, message)?),
                (_, Type::Ref(class)) => Value::Ref(self.any(pool, *class, name)?),
                (_, Type::Record(class)) => self.record(pool, *class)?,
                ("new_name", _) => Value::string(format!("made{}", self.report.calls + 1)),
                ("min" | "max", _) => Value::Int(512 << 20),
                ("nvcpu", _) => Value::Int(1 + self.below(3) as i64),
                ("size", _) => Value::Int((1 + self.below(12) as i64) << 30),
                ("tag" | "VLAN", _) => Value::Int(2 + self.below(4) as i64),
                ("members", _) => self.members(pool)?,
                (_, Type::Int) => Value::Int(0),
                (_, Type::Enum(values)) => Value::string(*self.pick(values.values)?),
                ("value", Type::Bool) => Value::Bool(self.chance(50)),
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

    /// An object that a call may be about now, if one is found soon.
    fn likely(&self, pool: &Snapshot, class: ClassId, message: &MessageDef) -> Option<RefId> {
        let mut id = self.any(pool, class, message.full_name)?;
        if let Some((_, operation)) = message.holds.first().filter(|_| class == message.class) {
            for _ in 0..10 {
                if toolstack::allowed::check(pool, class, id, operation).is_ok() {
                    break;
                }
                id = self.any(pool, class, message.full_name)?;
            }
        }
        Some(id)
    }

    /// An object that a call may be about.
    pub(super) fn any(&self, pool: &Snapshot, class: ClassId, name: &str) -> Option<RefId> {
        let fits = |id: &RefId| match class {
            ClassId::Vm if name == "VM.revert" => {
                pool.get(Ref::<Vm>::new(*id)).is_some_and(|vm| vm.is_a_snapshot)
            }
            ClassId::Vdi if name == "VDI.data_destroy" => {
                pool.get(Ref::<model::Vdi>::new(*id)).is_some_and(|vdi| vdi.is_a_snapshot)
            }
            ClassId::Vbd if name == "VBD.plug" => pool.get(Ref::<model::Vbd>::new(*id)).is_some_and(|vbd| {
                let runs = |vm: &Vm| vm.power_state == VmPowerState::Running && !vm.is_control_domain;
                !vbd.currently_attached && pool.get(vbd.VM).is_some_and(runs)
            }),
            ClassId::Vif if name == "VIF.plug" => pool.get(Ref::<model::Vif>::new(*id)).is_some_and(|vif| {
                let runs = |vm: &Vm| vm.power_state == VmPowerState::Running;
                !vif.currently_attached && pool.get(vif.VM).is_some_and(runs)
            }),
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
            ClassId::Network => {
                vec![member("name_label", Value::string(format!("network{}", self.report.calls + 1)))]
            }
            _ => return None,
        }))
    }
}
