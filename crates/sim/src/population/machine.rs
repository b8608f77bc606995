//! The machines that were asked for, with all that hangs on them.

use crate::population::blueprint::MachinePlan;
use crate::population::data;
use crate::population::disk;
use crate::population::guest::{self, Guest, Started};
use crate::population::identity::Key;
use crate::population::memory;
use crate::population::words::iso_date;
use crate::population::world::World;
use machine::mac;
use model::{
    Console, ConsoleProtocol, Date, DomainType, Map, OnCrashBehaviour, OnNormalExit, Ref, Text, TextMap,
    TristateType, Uuid, Vdi, Vif, VifLockingMode, VifMetrics, Vm, VmGuestMetrics, VmMetrics, VmPowerState,
};

pub fn put(world: &mut World) {
    let shared = Shared {
        guests: guest::all(world.ids),
        started: Started::new(),
        disks: disk::Shared::new(world),
        utilisation: [(0, 0.0)].into_iter().collect(),
    };
    let mut domains = vec![0; world.plan.hosts.len()];
    for machine in &world.plan.machines {
        let domid = match machine.host {
            Some(host) => {
                domains[host] += 1;
                domains[host]
            }
            None => -1,
        };
        put_machine(world, machine, domid, &shared);
    }
}

/// What machines have in common.
struct Shared {
    guests: Vec<Guest>,
    started: Started,
    disks: disk::Shared,
    utilisation: Map<i64, f64>,
}

/// A machine was installed an hour before it was started.
fn installed(world: &World, machine: &MachinePlan) -> Date {
    world.ago(3600 + 3600 + (machine.number as i64 % 72) * 1200)
}
fn started(world: &World, machine: &MachinePlan) -> Date {
    Date::from_seconds(installed(world, machine).seconds() + 3600)
}

fn put_machine(world: &mut World, machine: &MachinePlan, domid: i64, shared: &Shared) {
    let guest = &shared.guests[machine.guest];
    let seed = world.ids.loose("mac seed", machine.key()).to_string();
    let suspended_to = disk::put_all(world, machine, &shared.disks);
    put_vm(world, machine, domid, shared, &seed, suspended_to);
    put_metrics(world, machine, shared);
    let mut first_mac = None;
    for (device, &network) in machine.cards.iter().enumerate() {
        let mac = mac::from_seed(&seed, device as u64);
        put_card(world, machine, network, device, &mac);
        first_mac.get_or_insert(mac);
    }
    if machine.alive() {
        put_console(world, machine);
        put_guest_metrics(world, machine, guest, first_mac.as_deref());
    }
}

fn put_vm(
    world: &mut World,
    machine: &MachinePlan,
    domid: i64,
    shared: &Shared,
    mac_seed: &str,
    suspended_to: Ref<Vdi>,
) {
    let guest = &shared.guests[machine.guest];
    let key = machine.key();
    let uuid = world.ids.uuid::<Vm>(key);
    let has_run = machine.state != VmPowerState::Halted;
    let if_run = |map: &TextMap| if has_run { map.clone() } else { Map::EMPTY };
    let mut other_config = guest.inherited.other_config.clone();
    other_config.insert("mac_seed", mac_seed);
    if world.plan.furnished {
        let (name, value) = creation(world, machine, uuid, &guest.inherited.label);
        other_config.insert(name, value);
    }
    let generation_id = if guest.windows {
        let half = |purpose: &str| world.ids.number(purpose, key);
        format!("{}:{}", half("generation high"), half("generation low")).into()
    } else {
        guest.inherited.generation_id.clone()
    };
    let alive = machine.alive();
    world.put(
        world.ids.reference::<Vm>(key),
        Vm {
            uuid,
            name_label: machine.name.clone(),
            power_state: machine.state,
            user_version: 1,
            is_a_template: machine.is_a_template,
            suspend_VDI: suspended_to,
            resident_on: machine.host.map_or(Ref::NULL, |host| world.host(host)),
            memory_overhead: memory::overhead_bytes(machine.memory_bytes, machine.vcpus),
            memory_target: if has_run { machine.memory_bytes } else { 0 },
            memory_static_max: machine.memory_bytes,
            memory_dynamic_max: machine.memory_bytes,
            memory_dynamic_min: machine.least_memory_bytes,
            memory_static_min: (machine.memory_bytes / 2).min(machine.least_memory_bytes),
            VCPUs_max: machine.vcpus,
            VCPUs_at_startup: machine.vcpus,
            actions_after_shutdown: OnNormalExit::Destroy,
            actions_after_reboot: OnNormalExit::Restart,
            actions_after_crash: OnCrashBehaviour::Restart,
            HVM_boot_policy: Text::new_static("BIOS order"),
            HVM_boot_params: guest.inherited.boot_params.clone(),
            platform: if has_run { guest.platform_started.clone() } else { guest.inherited.platform.clone() },
            other_config,
            domid,
            last_boot_CPU_flags: if_run(&shared.started.boot_flags),
            metrics: world.ids.reference(key),
            guest_metrics: if alive { world.ids.reference(key) } else { Ref::NULL },
            recommendations: guest.inherited.recommendations.clone(),
            xenstore_data: if_run(&shared.started.xenstore_data),
            snapshot_of: Ref::NULL,
            parent: Ref::NULL,
            tags: if world.plan.furnished { guest.tags.clone() } else { model::Set::EMPTY },
            bios_strings: if_run(&shared.started.bios_strings),
            generation_id,
            has_vendor_device: false,
            reference_label: guest.inherited.label.clone(),
            domain_type: DomainType::Hvm,
            NVRAM: if_run(&guest.nvram),
            ..Vm::default()
        },
    );
}

/// What Xen Orchestra notes of the machines that it makes.
fn creation(world: &World, machine: &MachinePlan, uuid: Uuid, label: &str) -> (String, String) {
    let date = iso_date(installed(world, machine));
    let template = data::templates().templates.iter().find(|template| template.label == label);
    let user = world.ids.loose("orchestra user", Key::named("admin"));
    let note = format!(
        "{{\"creation\":{{\"date\":\"{}.000Z\",\"template\":\"{}\",\"user\":\"{user}\"}}}}",
        date.trim_end_matches('Z'),
        template.map_or("", |template| &template.uuid),
    );
    (format!("xo:{}", &uuid.to_string()[..8]), note)
}

fn put_metrics(world: &mut World, machine: &MachinePlan, shared: &Shared) {
    let key = machine.key();
    let alive = machine.alive();
    world.put(
        world.ids.reference::<VmMetrics>(key),
        VmMetrics {
            uuid: world.ids.uuid::<VmMetrics>(key),
            // The ballooning driver ends two pages below its target.
            memory_actual: if alive { machine.memory_bytes - 8192 } else { 0 },
            VCPUs_number: if alive { machine.vcpus } else { 0 },
            VCPUs_utilisation: shared.utilisation.clone(),
            start_time: if alive { started(world, machine) } else { Date::EPOCH },
            install_time: installed(world, machine),
            hvm: alive,
            current_domain_type: if alive { DomainType::Hvm } else { DomainType::Unspecified },
            ..VmMetrics::default()
        },
    );
}

fn put_card(world: &mut World, machine: &MachinePlan, network: usize, device: usize, mac: &str) {
    let key = machine.key().part(device);
    let metrics = world.ids.reference::<VifMetrics>(key);
    world.put(
        world.ids.reference::<Vif>(key),
        Vif {
            uuid: world.ids.uuid::<Vif>(key),
            device: device.to_string().into(),
            network: world.network(network),
            VM: world.ids.reference::<Vm>(machine.key()),
            MAC: mac.into(),
            MTU: 1500,
            currently_attached: machine.state != VmPowerState::Halted,
            metrics,
            MAC_autogenerated: true,
            locking_mode: VifLockingMode::NetworkDefault,
            ..Vif::default()
        },
    );
    world.put(metrics, VifMetrics { uuid: world.ids.uuid::<VifMetrics>(key), ..VifMetrics::default() });
}

fn put_console(world: &mut World, machine: &MachinePlan) {
    let key = machine.key();
    let uuid = world.ids.uuid::<Console>(key);
    let address = machine.host.map_or("", |host| &world.plan.hosts[host].address);
    world.put(
        world.ids.reference::<Console>(key),
        Console {
            uuid,
            protocol: ConsoleProtocol::Rfb,
            location: format!("https://{address}/console?uuid={uuid}").into(),
            VM: world.ids.reference::<Vm>(key),
            other_config: Map::EMPTY,
            port: 5900,
        },
    );
}

fn put_guest_metrics(world: &mut World, machine: &MachinePlan, guest: &Guest, mac: Option<&str>) {
    let key = machine.key();
    let hotplug = if guest.windows { TristateType::Yes } else { TristateType::Unspecified };
    world.put(
        world.ids.reference::<VmGuestMetrics>(key),
        VmGuestMetrics {
            uuid: world.ids.uuid::<VmGuestMetrics>(key),
            os_version: guest.os_version.clone(),
            PV_drivers_version: guest.drivers.clone(),
            PV_drivers_up_to_date: true,
            networks: mac.map_or(Map::EMPTY, |mac| addresses(machine.number, mac)),
            other: guest.agent.clone(),
            last_updated: Date::from_seconds(started(world, machine).seconds() + 60),
            live: true,
            can_use_hotplug_vbd: hotplug,
            can_use_hotplug_vif: hotplug,
            PV_drivers_detected: true,
            ..VmGuestMetrics::default()
        },
    );
}

/// The addresses of the first card: one of 10.16.0.0/12 by the number of the machine, and the one
/// that IPv6 makes of its hardware address.
fn addresses(number: usize, mac: &str) -> TextMap {
    let (block, host) = (number / 254, number % 254 + 1);
    let ipv4 = Text::from(format!("10.{}.{}.{host}", 16 + block / 256, block % 256));
    let byte = |at: usize| u8::from_str_radix(&mac[3 * at..3 * at + 2], 16).unwrap_or_default();
    let ipv6 = format!(
        "fe80::{:x}:{:x}:{:x}:{:x}",
        u16::from_be_bytes([byte(0) ^ 2, byte(1)]),
        u16::from_be_bytes([byte(2), 0xff]),
        u16::from_be_bytes([0xfe, byte(3)]),
        u16::from_be_bytes([byte(4), byte(5)]),
    );
    [("0/ip", ipv4.clone()), ("0/ipv4/0", ipv4), ("0/ipv6/0", ipv6.into())]
        .into_iter()
        .map(|(key, value)| (Text::new_static(key), value))
        .collect()
}
