//! Whether rows and machines say the same: at rest there is nothing that only one of them knows.

use crate::World;
use futures_util::FutureExt;
use machine::{Disc, Fact, Machine, StorageFact};
use model::{ClassId, Uuid, Vm, VmPowerState, many};
use std::collections::{BTreeMap, BTreeSet};
use store::Snapshot;

/// Everything that both sides can tell.
#[derive(Debug, Default, PartialEq)]
struct Account {
    /// Host, and whether it stands still.
    domains: BTreeMap<Uuid, (Uuid, bool)>,
    /// Drives and network cards.
    plugged: BTreeSet<Uuid>,
    /// Storage and disk, and how large it is. How much is written on it only the machine knows.
    disks: BTreeMap<(Uuid, Uuid), i64>,
    /// Host and storage.
    storage: BTreeSet<(Uuid, Uuid)>,
}

pub fn check(world: &World) {
    let (rows, machines) = (of_rows(&world.pool()), of_machines(world));
    let differences = differences(&world.pool(), &rows, &machines);
    assert!(differences.is_empty(), "rows and machines disagree\n{}", differences.join("\n"));
    let described = world.simulation.describe();
    assert!(!described.contains(": receiving"), "a domain is being received at rest\n{described}");
}

fn of_rows(pool: &Snapshot) -> Account {
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
    }
    for (_, vdi) in pool.all::<model::Vdi>() {
        let Some(sr) = pool.get(vdi.SR) else { continue };
        // Nobody sees what is plugged nowhere.
        if !pool.many_rows(many::SR_PBDS, vdi.SR).any(|(_, pbd)| pbd.currently_attached) {
            continue;
        }
        account.disks.insert((sr.uuid, vdi.uuid), vdi.virtual_size);
    }
    for (_, pbd) in pool.all::<model::Pbd>().filter(|(_, pbd)| pbd.currently_attached) {
        if let (Some(host), Some(sr)) = (pool.get(pbd.host), pool.get(pbd.SR)) {
            account.storage.insert((host.uuid, sr.uuid));
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
                Fact::DiskPresent { disc: Disc { sr, vdi }, size_bytes, .. } => {
                    account.disks.insert((sr, vdi), size_bytes);
                }
                // A host that has left the pool has storage of its own.
                Fact::Storage(StorageFact::Plugged { sr, .. })
                    if world.pool().by_uuid(ClassId::Host, host.uuid()).is_some() =>
                {
                    account.storage.insert((host.uuid(), sr));
                }
                _ => {}
            }
        }
    }
    account
}

fn differences(pool: &Snapshot, rows: &Account, machines: &Account) -> Vec<String> {
    let name = |uuid: Uuid| {
        let classes = [ClassId::Vm, ClassId::Vbd, ClassId::Vif, ClassId::Vdi, ClassId::Host, ClassId::Sr];
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
    for (host, sr) in rows.storage.symmetric_difference(&machines.storage) {
        let who = if rows.storage.contains(&(*host, *sr)) { "row" } else { "machine" };
        found.push(format!("{}: plugged into {} by the {who} only", name(*sr), name(*host)));
    }
    let disks: BTreeSet<_> = rows.disks.keys().chain(machines.disks.keys()).collect();
    for disk in disks {
        let (row, machine) = (rows.disks.get(disk), machines.disks.get(disk));
        if row != machine {
            found.push(format!("disk {}: row {row:?}, machine {machine:?}", name(disk.1)));
        }
    }
    found
}
