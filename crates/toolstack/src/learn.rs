//! Facts become rows, here and nowhere else.
//!
//! A fact names things by uuid; what is not (or no more) among the rows is not learnt. Learning the
//! same fact twice changes nothing the second time.

pub mod disks;
pub mod host;
pub mod loans;
mod network;
mod storage;
pub mod update;

use machine::{Chance, Fact, NetworkFact, StopReason, StorageFact};
use model::{
    ApiEnum, Class, ClassId, Console, ConsoleProtocol, Date, Host, Ref, Text, TextMap, TristateType, Uuid,
    Vbd, Vdi, Vif, Vm, VmGuestMetrics, VmOperations, VmPowerState, many,
};
use std::collections::{BTreeMap, BTreeSet};
use store::Transaction;

/// What learning may need beside the rows.
pub struct Learner<'a> {
    pub now: Date,
    pub chance: &'a dyn Chance,
}

pub fn learn(tx: &mut Transaction, host: Ref<Host>, fact: &Fact, learner: &Learner) {
    match fact {
        Fact::DomainPresent { vm, domid, paused, memory_bytes, vcpus } => {
            let Some(id) = find::<Vm>(tx, *vm) else { return };
            let Some(row) = tx.get(id) else { return };
            let runs_elsewhere = row.power_state == VmPowerState::Running
                && !row.resident_on.is_null()
                && row.resident_on != host;
            if *paused && runs_elsewhere {
                return; // It is being received: it is there when it runs.
            }
            domain_present(tx, id, host, *domid, *paused, learner);
            measure(tx, id, *memory_bytes, *vcpus, learner);
        }
        Fact::DomainGone { vm, reason } => {
            let Some(id) = find::<Vm>(tx, *vm) else { return };
            let elsewhere =
                tx.get(id).is_some_and(|row| !row.resident_on.is_null() && row.resident_on != host);
            if elsewhere || *reason == StopReason::Moved {
                return;
            }
            domain_gone(tx, id, *reason);
        }
        Fact::DiskPlugged { vbd, device } => {
            update(tx, *vbd, |row: &mut Vbd| {
                row.currently_attached = true;
                row.device = Text::new(device);
            });
        }
        Fact::DiskUnplugged { vbd } => {
            let vm = find::<Vbd>(tx, *vbd).and_then(|id| tx.get(id)).map(|row| row.VM);
            if !vm.is_some_and(|vm| keeps_devices(tx, vm)) {
                update(tx, *vbd, |row: &mut Vbd| row.currently_attached = false);
            }
        }
        Fact::NicPlugged { vif } => update(tx, *vif, |row: &mut Vif| row.currently_attached = true),
        Fact::NicUnplugged { vif } => {
            let vm = find::<Vif>(tx, *vif).and_then(|id| tx.get(id)).map(|row| row.VM);
            if !vm.is_some_and(|vm| keeps_devices(tx, vm)) {
                update(tx, *vif, |row: &mut Vif| row.currently_attached = false);
            }
        }
        Fact::DiscInserted { vbd, disc } => {
            let vdi = find::<Vdi>(tx, disc.vdi).unwrap_or(Ref::NULL);
            update(tx, *vbd, |row: &mut Vbd| {
                row.VDI = vdi;
                row.empty = vdi.is_null();
            });
        }
        Fact::DiscEjected { vbd } => update(tx, *vbd, |row: &mut Vbd| {
            row.VDI = Ref::NULL;
            row.empty = true;
        }),
        Fact::MemoryIs { vm, bytes } => {
            let Some(metrics) = find::<Vm>(tx, *vm).and_then(|id| tx.get(id)).map(|row| row.metrics) else {
                return;
            };
            tx.update(metrics, |row| row.memory_actual = *bytes);
            update(tx, *vm, |row: &mut Vm| row.memory_target = *bytes);
        }
        Fact::VcpusAre { vm, count } => {
            let Some(metrics) = find::<Vm>(tx, *vm).and_then(|id| tx.get(id)).map(|row| row.metrics) else {
                return;
            };
            tx.update(metrics, |row| row.VCPUs_number = *count);
        }
        Fact::GuestSays { vm, networks, os, features, drivers } => {
            guest_says(tx, *vm, [networks, os, features, drivers], learner)
        }
        Fact::DiskPresent { disc, size_bytes, used_bytes } => update(tx, disc.vdi, |row: &mut Vdi| {
            row.virtual_size = *size_bytes;
            row.physical_utilisation = *used_bytes;
        }),
        Fact::Lent { .. } | Fact::TakenBack { .. } | Fact::UsbPlugged { .. } => {
            loans::learn(tx, host, fact, learner)
        }
        Fact::Storage(fact) => storage::learn(tx, host, fact, learner),
        Fact::Host(fact) => host::learn(tx, fact, learner),
        Fact::Update(fact) => update::learn(tx, fact, learner),
        Fact::Network(fact) => network::learn(tx, host, fact, learner),
        Fact::DiskGone { disc } => disks::gone(tx, *disc),
        Fact::Disk(fact) => disks::learn(tx, fact, learner),
    }
}

/// What rows say of a host that has told everything, and that is not so. What an operation works on
/// is left to it.
pub fn learn_absence(tx: &mut Transaction, host: Ref<Host>, facts: &[Fact], learner: &Learner) {
    let mut there: BTreeSet<Uuid> = BTreeSet::new();
    for fact in facts {
        match fact {
            Fact::DomainPresent { vm: uuid, .. }
            | Fact::DiskPlugged { vbd: uuid, .. }
            | Fact::NicPlugged { vif: uuid }
            | Fact::Lent { device: uuid, .. }
            | Fact::Network(NetworkFact::InterfaceUp { pif: uuid, .. })
            | Fact::Storage(StorageFact::Plugged { sr: uuid, .. }) => drop(there.insert(*uuid)),
            _ => {}
        }
    }
    let mut gone = Vec::new();
    for (id, vm) in tx.many_rows(many::HOST_RESIDENT_VMS, host) {
        if vm.is_control_domain || !vm.current_operations.is_empty() {
            continue;
        }
        if !there.contains(&vm.uuid) {
            gone.push(Fact::DomainGone { vm: vm.uuid, reason: StopReason::Halted });
            continue;
        }
        let drives = tx.many_rows(many::VM_VBDS, id).filter(|(_, vbd)| vbd.currently_attached);
        let unplugged = drives.filter(|(_, vbd)| !there.contains(&vbd.uuid));
        gone.extend(unplugged.map(|(_, vbd)| Fact::DiskUnplugged { vbd: vbd.uuid }));
        let cards = tx.many_rows(many::VM_VIFS, id).filter(|(_, vif)| vif.currently_attached);
        let unplugged = cards.filter(|(_, vif)| !there.contains(&vif.uuid));
        gone.extend(unplugged.map(|(_, vif)| Fact::NicUnplugged { vif: vif.uuid }));
        let returned = loans::borrowed(tx, id, vm).into_iter().filter(|device| !there.contains(device));
        gone.extend(returned.map(|device| Fact::TakenBack { vm: vm.uuid, device }));
    }
    gone.extend(network::absent(tx, host, facts, &there));
    gone.extend(storage::absent(tx, host, &there));
    for fact in gone {
        learn(tx, host, &fact, learner);
    }
}

fn find<T: Class>(tx: &Transaction, uuid: Uuid) -> Option<Ref<T>> {
    tx.by_uuid(T::ID, uuid).map(Ref::new)
}

fn update<T: Class>(tx: &mut Transaction, uuid: Uuid, change: impl FnOnce(&mut T)) {
    if let Some(id) = find::<T>(tx, uuid) {
        tx.update(id, change);
    }
}

/// Operations pause domains on their way, which is nobody's business: clients see the state before
/// until there is a new one.
fn passes_through(vm: &Vm) -> bool {
    vm.current_operations.values().any(|op| !matches!(op, VmOperations::Pause | VmOperations::Unpause))
}

fn domain_present(
    tx: &mut Transaction,
    id: Ref<Vm>,
    host: Ref<Host>,
    domid: i64,
    paused: bool,
    learner: &Learner,
) {
    tx.update(id, |row| {
        if !paused {
            row.power_state = VmPowerState::Running;
        } else if !passes_through(row) {
            row.power_state = VmPowerState::Paused;
        }
        row.resident_on = host;
        row.scheduled_to_be_resident_on = Ref::NULL;
        row.domid = domid;
    });
    if tx.many(many::VM_CONSOLES, id).next().is_none() {
        let uuid = learner.chance.uuid();
        let address = tx.get(host).map(|host| host.address.clone()).unwrap_or_default();
        let location = Text::new(format!("https://{address}/console?uuid={uuid}"));
        let console = Console {
            uuid,
            protocol: ConsoleProtocol::Rfb,
            location,
            VM: id,
            port: -1,
            ..Console::default()
        };
        tx.insert(Ref::from_bits(learner.chance.uuid().0), console);
    } else {
        let address = tx.get(host).map(|host| host.address.clone()).unwrap_or_default();
        let consoles: Vec<_> = tx.many(many::VM_CONSOLES, id).collect();
        for console in consoles {
            tx.update(console, |row| {
                row.location = Text::new(format!("https://{address}/console?uuid={}", row.uuid))
            });
        }
    }
}

fn measure(tx: &mut Transaction, id: Ref<Vm>, memory_bytes: i64, vcpus: i64, learner: &Learner) {
    let before = tx.before().get(id);
    let started = before.is_some_and(|row| row.domid == -1) || before.is_none();
    let Some(row) = tx.get(id) else { return };
    let hvm = crate::allowed::vm::is_hvm(row);
    let (metrics, domain_type) = (row.metrics, row.domain_type);
    tx.update(metrics, |metrics| {
        metrics.memory_actual = memory_bytes;
        metrics.VCPUs_number = vcpus;
        metrics.hvm = hvm;
        metrics.current_domain_type = domain_type;
        if started {
            metrics.start_time = learner.now;
        }
    });
}

/// A machine that is being resumed has its devices, whether that works out or not.
fn keeps_devices(tx: &Transaction, vm: Ref<Vm>) -> bool {
    tx.get(vm).is_some_and(resumes)
}

fn resumes(vm: &Vm) -> bool {
    vm.current_operations.values().any(|op| matches!(op, VmOperations::Resume | VmOperations::ResumeOn))
}

fn domain_gone(tx: &mut Transaction, id: Ref<Vm>, reason: StopReason) {
    let Some(row) = tx.get(id) else { return };
    // While it reboots, it has not stopped in the eyes of clients.
    let reboots = row
        .current_operations
        .values()
        .any(|op| matches!(op, VmOperations::CleanReboot | VmOperations::HardReboot));
    if reboots && !matches!(reason, StopReason::Suspended) {
        tx.update(id, |row| row.domid = -1);
        loans::end_all(tx, id);
        return;
    }
    // One that cannot be resumed is suspended still.
    let suspended = reason == StopReason::Suspended || resumes(row);
    let state = if suspended { VmPowerState::Suspended } else { VmPowerState::Halted };
    become_stopped(tx, id, state);
}

/// What goes with becoming halted or suspended.
pub fn become_stopped(tx: &mut Transaction, id: Ref<Vm>, state: VmPowerState) {
    let halted = state == VmPowerState::Halted;
    let Some(row) = tx.get(id) else { return };
    let (guest_metrics, metrics) = (row.guest_metrics, row.metrics);
    tx.update(id, |row| {
        row.power_state = state;
        row.resident_on = Ref::NULL;
        row.scheduled_to_be_resident_on = Ref::NULL;
        row.domid = -1;
        if halted {
            row.requires_reboot = false;
            row.guest_metrics = Ref::NULL;
        }
    });
    tx.update(metrics, |metrics| metrics.memory_actual = if halted { 0 } else { metrics.memory_actual });
    let consoles: Vec<_> = tx.many(many::VM_CONSOLES, id).collect();
    for console in consoles {
        tx.delete(console);
    }
    loans::end_all(tx, id);
    if !halted {
        return;
    }
    tx.delete(guest_metrics);
    let vbds: Vec<_> = tx.many(many::VM_VBDS, id).collect();
    for vbd in vbds {
        tx.update(vbd, |row| {
            row.currently_attached = false;
            row.reserved = false;
        });
    }
    let vifs: Vec<_> = tx.many(many::VM_VIFS, id).collect();
    for vif in vifs {
        tx.update(vif, |row| {
            row.currently_attached = false;
            row.reserved = false;
        });
    }
}

/// After an operation: a machine whose domain is gone does not run, and one that has a domain which
/// was never let go stands still, whatever was to happen.
pub fn settle(tx: &mut Transaction, id: Ref<Vm>) {
    let Some(row) = tx.get(id).filter(|row| !passes_through(row)) else { return };
    let lives = matches!(row.power_state, VmPowerState::Running | VmPowerState::Paused);
    match (lives, row.domid) {
        (true, -1) => become_stopped(tx, id, VmPowerState::Halted),
        (false, domid) if domid != -1 => {
            tx.update(id, |row| row.power_state = VmPowerState::Paused);
        }
        _ => {}
    }
}

fn guest_says(
    tx: &mut Transaction,
    vm: Uuid,
    [networks, os, features, drivers]: [&BTreeMap<String, String>; 4],
    learner: &Learner,
) {
    let Some(id) = find::<Vm>(tx, vm) else { return };
    let Some(row) = tx.get(id) else { return };
    if row.domid == -1 {
        return;
    }
    let text = |map: &BTreeMap<String, String>| -> TextMap {
        map.iter().map(|(key, value)| (Text::new(key), Text::new(value))).collect()
    };
    let metrics = match row.guest_metrics.some().filter(|id| tx.contains(ClassId::VmGuestMetrics, id.id())) {
        Some(metrics) => metrics,
        None => {
            let metrics = Ref::from_bits(learner.chance.uuid().0);
            tx.insert(metrics, VmGuestMetrics { uuid: learner.chance.uuid(), ..VmGuestMetrics::default() });
            tx.update(id, |row| row.guest_metrics = metrics);
            metrics
        }
    };
    tx.update(metrics, |row| {
        row.networks = text(networks);
        row.os_version = text(os);
        row.other = text(features);
        row.last_updated = learner.now;
        row.live = true;
        row.PV_drivers_version = text(drivers);
        row.PV_drivers_detected = !drivers.is_empty();
        row.PV_drivers_up_to_date = !drivers.is_empty();
        row.can_use_hotplug_vbd = TristateType::Yes;
        row.can_use_hotplug_vif = TristateType::Yes;
    });
}

/// The state's name in lower case, as errors spell it.
pub fn lower(state: VmPowerState) -> String {
    state.name().to_lowercase()
}
