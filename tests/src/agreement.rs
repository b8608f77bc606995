//! Whether rows and machines say the same: at rest there is nothing that only one of them knows.

use crate::World;
use futures_util::FutureExt;
use machine::{Disc, DiskFact, Fact, Machine, NetworkFact};
use model::{ClassId, Uuid, Vm, VmPowerState, many};
use std::collections::{BTreeMap, BTreeSet};
use store::Snapshot;

/// Everything that both sides can tell.
#[derive(Debug, Default, PartialEq)]
struct Account {
    /// Host, and whether it stands still.
    domains: BTreeMap<Uuid, (Uuid, bool)>,
    /// Drives, network cards and borrowed devices.
    plugged: BTreeSet<Uuid>,
    /// Storage and disk, and how large it is.
    disks: BTreeMap<(Uuid, Uuid), i64>,
    /// What each disk takes.
    used: BTreeMap<(Uuid, Uuid), i64>,
    /// Disks that stand on another one, and which that is.
    chains: BTreeMap<(Uuid, Uuid), Uuid>,
    /// Interfaces that are up.
    up: BTreeSet<Uuid>,
    management: BTreeSet<Uuid>,
}

pub fn check(world: &World) {
    let (rows, mut machines) = (of_rows(world, &world.pool()), of_machines(world));
    // A row may be forgotten while its interface is up.
    machines.up.retain(|pif| world.pool().by_uuid(ClassId::Pif, *pif).is_some());
    machines.management.retain(|pif| world.pool().by_uuid(ClassId::Pif, *pif).is_some());
    let differences = differences(&world.pool(), &rows, &machines);
    assert!(differences.is_empty(), "rows and machines disagree\n{}", differences.join("\n"));
    let described = world.simulation.describe();
    assert!(!described.contains(": receiving"), "a domain is being received at rest\n{described}");
}

/// No machine runs on two hosts, whatever is going on.
pub fn check_single(world: &World) {
    let described = world.simulation.describe();
    let mut seen = BTreeSet::new();
    for line in described.lines().filter(|line| !line.contains(": receiving")) {
        if let Some(rest) = line.trim_start().strip_prefix("domain ") {
            let uuid = rest.split(' ').next().unwrap_or_default();
            assert!(seen.insert(uuid.to_string()), "{uuid} runs twice\n{described}");
        }
    }
}

/// Whether rows and machines say the same of what disks take. What guests write is told to nobody, so
/// this is only so where none has written since.
pub fn check_space(world: &World) {
    let (rows, machines) = (of_rows(world, &world.pool()), of_machines(world));
    assert_eq!(rows.used, machines.used, "rows and machines disagree on what disks take");
}

fn of_rows(world: &World, pool: &Snapshot) -> Account {
    let mut account = Account::default();
    for (id, vm) in pool.all::<Vm>().filter(|(_, vm)| !vm.is_control_domain) {
        let alive = matches!(vm.power_state, VmPowerState::Running | VmPowerState::Paused);
        if alive {
            let host = pool.get(vm.resident_on).map_or(Uuid::NIL, |host| host.uuid);
            account.domains.insert(vm.uuid, (host, vm.power_state == VmPowerState::Paused));
        }
        let suspended = vm.power_state == VmPowerState::Suspended;
        let drives = pool.many_rows(many::VM_VBDS, id).filter(|(_, vbd)| vbd.currently_attached);
        let cards = pool.many_rows(many::VM_VIFS, id).filter(|(_, vif)| vif.currently_attached);
        let plugged = drives.map(|(_, vbd)| vbd.uuid).chain(cards.map(|(_, vif)| vif.uuid));
        // A suspended machine keeps the devices that it will have again.
        account.plugged.extend(plugged.filter(|_| !suspended));
        let loans = toolstack::placement::loans::present(pool, id, vm);
        account.plugged.extend(loans.into_iter().map(|loan| loan.device));
    }
    // A host without power tells nothing of its interfaces.
    let answers = |host| world.hosts.get(&host).is_none_or(|machine| machine.is_up());
    for (_, pif) in pool.all::<model::Pif>().filter(|(_, pif)| answers(pif.host)) {
        account.up.extend(pif.currently_attached.then_some(pif.uuid));
        account.management.extend(pif.management.then_some(pif.uuid));
    }
    for (_, vdi) in pool.all::<model::Vdi>() {
        let Some(sr) = pool.get(vdi.SR) else { continue };
        // What no host sees no machine can tell of.
        if !pool.many_rows(many::SR_PBDS, vdi.SR).any(|(_, pbd)| pbd.currently_attached) {
            continue;
        }
        account.disks.insert((sr.uuid, vdi.uuid), vdi.virtual_size);
        account.used.insert((sr.uuid, vdi.uuid), vdi.physical_utilisation);
        if let Some(parent) = vdi.sm_config.get("vhd-parent").and_then(|parent| Uuid::parse(parent)) {
            account.chains.insert((sr.uuid, vdi.uuid), parent);
        }
    }
    account
}

fn of_machines(world: &World) -> Account {
    let mut account = Account::default();
    for host in world.hosts.values() {
        for fact in host.inspect().now_or_never().expect("the simulation knows at once") {
            match fact {
                Fact::DomainPresent { vm, paused, .. } => {
                    let twice = account.domains.insert(vm, (host.uuid(), paused));
                    assert_eq!(twice, None, "{vm} is on two hosts");
                }
                Fact::DiskPlugged { vbd, .. } => drop(account.plugged.insert(vbd)),
                Fact::NicPlugged { vif } => drop(account.plugged.insert(vif)),
                Fact::Lent { device, .. } => drop(account.plugged.insert(device)),
                Fact::Network(NetworkFact::InterfaceUp { pif, .. }) => drop(account.up.insert(pif)),
                Fact::Network(NetworkFact::ManagedBy { pif }) => account.management.extend(pif),
                Fact::DiskPresent { disc: Disc { sr, vdi }, size_bytes, used_bytes } => {
                    account.disks.insert((sr, vdi), size_bytes);
                    account.used.insert((sr, vdi), used_bytes);
                }
                Fact::Disk(DiskFact::Base { disc: Disc { sr, vdi }, parent, size_bytes, used_bytes }) => {
                    account.disks.insert((sr, vdi), size_bytes);
                    account.used.insert((sr, vdi), used_bytes);
                    account.chains.extend(parent.map(|parent| ((sr, vdi), parent)));
                }
                Fact::Disk(DiskFact::Parent { disc: Disc { sr, vdi }, parent }) => {
                    account.chains.extend(parent.map(|parent| ((sr, vdi), parent)));
                }
                _ => {}
            }
        }
    }
    account
}

fn differences(pool: &Snapshot, rows: &Account, machines: &Account) -> Vec<String> {
    let name = |uuid: Uuid| {
        let classes = [
            ClassId::Vm,
            ClassId::Vbd,
            ClassId::Vif,
            ClassId::Vdi,
            ClassId::Host,
            ClassId::Pif,
            ClassId::Vgpu,
            ClassId::Vusb,
            ClassId::Pci,
        ];
        let found = classes.into_iter().find_map(|class| Some((class, pool.by_uuid(class, uuid)?)));
        found.map_or(uuid.to_string(), |(class, id)| {
            format!("{} ({uuid})", toolstack::explain::name_of(pool, class, id))
        })
    };
    let mut found = Vec::new();
    let vms: BTreeSet<&Uuid> = rows.domains.keys().chain(machines.domains.keys()).collect();
    for vm in vms {
        let (row, machine) = (rows.domains.get(vm), machines.domains.get(vm));
        if row != machine {
            let place = |place: Option<&(Uuid, bool)>| match place {
                Some((host, paused)) => {
                    format!("on {}{}", name(*host), if *paused { ", paused" } else { "" })
                }
                None => "nowhere".into(),
            };
            found.push(format!("{}: row {}, machine {}", name(*vm), place(row), place(machine)));
        }
    }
    for device in rows.plugged.symmetric_difference(&machines.plugged) {
        let who = if rows.plugged.contains(device) { "row" } else { "machine" };
        found.push(format!("{}: plugged by the {who} only", name(*device)));
    }
    for pif in rows.up.symmetric_difference(&machines.up) {
        let who = if rows.up.contains(pif) { "row" } else { "machine" };
        found.push(format!("{}: up in the {who} only", name(*pif)));
    }
    for pif in rows.management.symmetric_difference(&machines.management) {
        let who = if rows.management.contains(pif) { "row" } else { "machine" };
        found.push(format!("{}: management in the {who} only", name(*pif)));
    }
    let disks: BTreeSet<_> = rows.disks.keys().chain(machines.disks.keys()).collect();
    for disk in disks {
        let (row, machine) = (rows.disks.get(disk), machines.disks.get(disk));
        if row != machine {
            found.push(format!("disk {}: row {row:?}, machine {machine:?}", name(disk.1)));
        }
    }
    let standing: BTreeSet<_> = rows.chains.keys().chain(machines.chains.keys()).collect();
    for disk in standing {
        let (row, machine) = (rows.chains.get(disk), machines.chains.get(disk));
        if row != machine {
            found.push(format!("disk {}: row on {row:?}, machine on {machine:?}", name(disk.1)));
        }
    }
    found
}
