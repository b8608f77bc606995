//! From statements to a blueprint: names become positions.

use super::ScenarioError;
use super::parse::{Machine, Statement, Word};
use crate::population::blueprint::{
    Blueprint, DiskPlan, DrivePlan, GIB, GpuPlan, HostPlan, ImagePlan, MIB, MachinePlan, NetworkPlan,
    StickPlan, StorageKind, StoragePlan, TIB, Wiring,
};
use crate::population::host::CONTROL_DOMAIN_VCPUS;
use crate::population::memory;
use crate::population::spec::default_address;
use model::{Text, VmPowerState};
use std::collections::BTreeSet;

const MANAGEMENT: &str = "management";

pub fn blueprint(statements: &[(Word, Statement)]) -> Result<Blueprint, ScenarioError> {
    let mut names = BTreeSet::from([MANAGEMENT]);
    if let Some((name, _)) = statements.iter().find(|(name, _)| !names.insert(name.text)) {
        return Err(name.error("this name is used twice"));
    }
    let mut plan = Blueprint {
        seed: 1,
        pool_name: Text::new_static("pool"),
        hosts: Vec::new(),
        networks: Vec::new(),
        storages: Vec::new(),
        default_storage: None,
        machines: Vec::new(),
        gpus: Vec::new(),
        sticks: Vec::new(),
        furnished: false,
    };
    add_hosts(&mut plan, statements)?;
    add_networks(&mut plan, statements)?;
    add_storages(&mut plan, statements)?;
    add_images(&mut plan, statements)?;
    add_devices(&mut plan, statements)?;
    add_machines(&mut plan, statements)?;
    Ok(plan)
}

fn add_hosts(plan: &mut Blueprint, statements: &[(Word, Statement)]) -> Result<(), ScenarioError> {
    for (name, statement) in statements {
        if let Statement::Host { memory_bytes } = statement {
            plan.hosts.push(HostPlan {
                name: name.text.into(),
                address: default_address(plan.hosts.len()),
                memory_bytes: *memory_bytes,
                local_storage: None,
            });
        }
    }
    if plan.hosts.is_empty() {
        let reason = "a pool has at least one host".into();
        return Err(ScenarioError { line: 1, word: String::new(), reason });
    }
    Ok(())
}

/// Every network without a tag has a card of its own, after that of the management network.
fn add_networks(plan: &mut Blueprint, statements: &[(Word, Statement)]) -> Result<(), ScenarioError> {
    let everywhere: Vec<usize> = (0..plan.hosts.len()).collect();
    let management = Text::new_static(MANAGEMENT);
    plan.networks.push(NetworkPlan { name: management, wiring: Wiring::Card(0), hosts: everywhere.clone() });
    let mut cards = 1;
    for (name, statement) in statements {
        if let Statement::Network { tag, private, hosts } = statement {
            let wiring = match (tag, private) {
                (_, true) => Wiring::Private,
                (Some(tag), false) => Wiring::Tag(*tag),
                (None, false) => Wiring::Card(cards),
            };
            cards += usize::from(matches!(wiring, Wiring::Card(_)));
            let hosts = if hosts.is_empty() { everywhere.clone() } else { host_positions(plan, hosts)? };
            plan.networks.push(NetworkPlan { name: name.text.into(), wiring, hosts });
        }
    }
    Ok(())
}

fn add_storages(plan: &mut Blueprint, statements: &[(Word, Statement)]) -> Result<(), ScenarioError> {
    for (name, statement) in statements {
        let Statement::Storage { kind, hosts, size_bytes } = statement else { continue };
        let hosts = match (&hosts[..], kind.shared()) {
            ([], true) => (0..plan.hosts.len()).collect(),
            ([], false) => vec![0],
            ([_, second, ..], false) => {
                return Err(second.error("storage of this sort is on one host only"));
            }
            (named, _) => host_positions(plan, named)?,
        };
        let number = plan.storages.len();
        if !kind.shared() {
            plan.hosts[hosts[0]].local_storage.get_or_insert(number);
        }
        plan.storages.push(StoragePlan {
            name: name.text.into(),
            kind: *kind,
            hosts,
            size_bytes: size_bytes.unwrap_or(TIB),
            images: Vec::new(),
            number: 0,
        });
    }
    let best = |storage: &StoragePlan| storage.kind.holds_disks() && storage.kind.shared();
    plan.default_storage = plan.storages.iter().position(best);
    Ok(())
}

fn add_images(plan: &mut Blueprint, statements: &[(Word, Statement)]) -> Result<(), ScenarioError> {
    for (name, statement) in statements {
        if let Statement::Image { storage, size_bytes } = statement {
            let position = position(storage, "sr", plan.storages.iter().map(|storage| &storage.name))?;
            let library = plan.storages[position].kind == StorageKind::IsoLibrary;
            let usual = if library { 512 * MIB } else { 8 * GIB };
            let size_bytes = size_bytes.unwrap_or(usual);
            plan.storages[position].images.push(ImagePlan { name: name.text.into(), size_bytes });
        }
    }
    Ok(())
}

fn add_devices(plan: &mut Blueprint, statements: &[(Word, Statement)]) -> Result<(), ScenarioError> {
    for (name, statement) in statements {
        match statement {
            Statement::Gpu { hosts, count } => {
                let hosts = match &hosts[..] {
                    [] => (0..plan.hosts.len()).collect(),
                    named => host_positions(plan, named)?,
                };
                plan.gpus.push(GpuPlan { name: name.text.into(), hosts, count: *count });
            }
            Statement::Usb { host, passthrough } => {
                let host = host.as_ref().map_or(Ok(0), |host| host_position(plan, host))?;
                let (port, passthrough) = (plan.sticks.len(), *passthrough);
                plan.sticks.push(StickPlan { name: name.text.into(), host, port, passthrough });
            }
            _ => {}
        }
    }
    Ok(())
}

fn add_machines(plan: &mut Blueprint, statements: &[(Word, Statement)]) -> Result<(), ScenarioError> {
    // Those that say where they run come first, so that the others see what is left.
    for pass_placed in [true, false] {
        for (name, statement) in statements {
            if let Statement::Machine(machine) = statement
                && machine.host.is_some() == pass_placed
            {
                let number = plan.machines.len();
                let machine = machine_plan(plan, *name, machine, number)?;
                plan.machines.push(machine);
            }
        }
    }
    // The order of the text is the order of the summary.
    let order = |machine: &MachinePlan| statements.iter().position(|(name, _)| name.text == machine.name);
    plan.machines.sort_by_key(order);
    Ok(())
}

fn machine_plan(
    plan: &Blueprint,
    name: Word,
    machine: &Machine,
    number: usize,
) -> Result<MachinePlan, ScenarioError> {
    let disk = |(place, size_bytes): &(Word, Option<i64>)| disk_plan(plan, *place, *size_bytes);
    let drive = match machine.drive {
        None => None,
        Some(None) => Some(DrivePlan::Empty),
        Some(Some(image)) => {
            let (storage, image) =
                find_image(plan, image.text).ok_or_else(|| image.error("no vdi has this name"))?;
            Some(DrivePlan::Loaded { storage, image })
        }
    };
    let network = |card: &Word| position(card, "network", plan.networks.iter().map(|network| &network.name));
    let mut planned = MachinePlan {
        name: name.text.into(),
        state: machine.state,
        host: None,
        memory_bytes: machine.memory_bytes.unwrap_or(2 * GIB),
        least_memory_bytes: machine.least_memory_bytes.or(machine.memory_bytes).unwrap_or(2 * GIB),
        vcpus: machine.vcpus.unwrap_or(1),
        guest: 0,
        is_a_template: machine.is_a_template,
        disks: machine.disks.iter().map(disk).collect::<Result<_, _>>()?,
        drive,
        cards: machine.cards.iter().map(network).collect::<Result<_, _>>()?,
        number,
    };
    if planned.is_a_template && planned.state != VmPowerState::Halted {
        return Err(name.error("a template is halted"));
    }
    if let Some(host) = &machine.host {
        planned.host = Some(host_position(plan, host)?);
    } else if planned.alive() {
        let roomiest = memory::free_bytes(plan, CONTROL_DOMAIN_VCPUS).into_iter().enumerate();
        // The first one of those that have the most.
        let (host, free) = roomiest.rev().max_by_key(|(_, free)| *free).unwrap_or((0, 0));
        if free < planned.footprint_bytes() {
            return Err(name.error("no host has room for it; say which with `on`"));
        }
        planned.host = Some(host);
    }
    if !planned.alive() {
        planned.host = None;
    }
    Ok(planned)
}

/// On a storage a new disk, else an image by its name.
fn disk_plan(plan: &Blueprint, place: Word, size_bytes: Option<i64>) -> Result<DiskPlan, ScenarioError> {
    if let Some((storage, image)) = find_image(plan, place.text) {
        let size_bytes = plan.storages[storage].images[image].size_bytes;
        return Ok(DiskPlan { storage, size_bytes, image: Some(image) });
    }
    let storages = plan.storages.iter().map(|storage| &storage.name);
    let storage = position(&place, "sr or vdi", storages)?;
    if !plan.storages[storage].kind.holds_disks() {
        return Err(place.error("storage of this sort holds no disks"));
    }
    Ok(DiskPlan { storage, size_bytes: size_bytes.unwrap_or(8 * GIB), image: None })
}

fn find_image(plan: &Blueprint, name: &str) -> Option<(usize, usize)> {
    plan.storages.iter().enumerate().find_map(|(storage, candidate)| {
        Some((storage, candidate.images.iter().position(|image| image.name == name)?))
    })
}

fn host_positions(plan: &Blueprint, names: &[Word]) -> Result<Vec<usize>, ScenarioError> {
    names.iter().map(|name| host_position(plan, name)).collect()
}

fn host_position(plan: &Blueprint, name: &Word) -> Result<usize, ScenarioError> {
    position(name, "host", plan.hosts.iter().map(|host| &host.name))
}

fn position<'a>(
    name: &Word,
    what: &str,
    mut names: impl Iterator<Item = &'a Text>,
) -> Result<usize, ScenarioError> {
    names
        .position(|candidate| candidate == name.text)
        .ok_or_else(|| name.error(format!("no {what} has this name")))
}
