//! Disks and drives of machines, and the space that they take.

use crate::machine::thick_bytes;
use crate::population::blueprint::{DrivePlan, MIB, MachinePlan, StorageKind, StoragePlan};
use crate::population::identity::{Identity, Key};
use crate::population::storage::Space;
use crate::population::words;
use crate::population::world::{World, fixed};
use model::{Ref, Text, TextMap, Vbd, VbdMetrics, VbdMode, VbdType, Vdi, VdiType, Vm, VmPowerState};

/// Where clients put the CD drive.
const DRIVE_POSITION: usize = 3;
/// The part of a machine that its suspend image is.
const SUSPEND_IMAGE: usize = 1000;

/// Maps that disks share.
pub struct Shared {
    owner: TextMap,
    detached: TextMap,
    /// For every host: a disk in use there.
    attached: Vec<TextMap>,
}

impl Shared {
    pub fn new(world: &World) -> Shared {
        let attached = |host: usize| {
            let uuid = world.ids.uuid::<model::Host>(world.plan.hosts[host].key());
            let mut config = fixed([("image-format", "vhd")]);
            config.insert(format!("host_{}", world.host(host)), "RW");
            config.insert(format!("read-caching-enabled-on-{uuid}"), "false");
            config.insert(format!("read-caching-reason-{uuid}"), "SR_NOT_SUPPORTED");
            config
        };
        Shared {
            owner: fixed([("owner", "")]),
            detached: fixed([("image-format", "vhd")]),
            attached: (0..world.plan.hosts.len()).map(attached).collect(),
        }
    }
}

/// Put the disks of a machine, its drive, and what it was suspended to, which is the answer.
pub fn put_all(world: &mut World, machine: &MachinePlan, shared: &Shared) -> Ref<Vdi> {
    let mut position = 0;
    for number in 0..machine.disks.len() {
        if position == DRIVE_POSITION && machine.drive.is_some() {
            position += 1;
        }
        put_disk(world, machine, number, position, shared);
        position += 1;
    }
    if let Some(drive) = machine.drive {
        put_drive(world, machine, drive);
    }
    put_suspend_image(world, machine, shared)
}

fn put_disk(world: &mut World, machine: &MachinePlan, number: usize, position: usize, shared: &Shared) {
    let disk = machine.disks[number];
    let storage = &world.plan.storages[disk.storage];
    let key = machine.key().part(number);
    let vdi = match disk.image {
        Some(image) => world.ids.reference::<Vdi>(storage.image_key(image)),
        None => world.ids.reference::<Vdi>(key),
    };
    if disk.image.is_none() {
        let uuid = world.ids.uuid::<Vdi>(key);
        let sm_config = machine.host.map_or(&shared.detached, |host| &shared.attached[host]);
        let physical_utilisation = disk_used_bytes(world.ids, storage.kind, key, disk.size_bytes);
        world.put(
            vdi,
            Vdi {
                uuid,
                name_label: format!("{} disk {number}", machine.name).into(),
                SR: world.storage(disk.storage),
                virtual_size: disk.size_bytes,
                physical_utilisation,
                r#type: if number == 0 { VdiType::System } else { VdiType::User },
                location: uuid.to_string().into(),
                managed: true,
                sm_config: sm_config.clone(),
                snapshot_of: Ref::NULL,
                ..Vdi::default()
            },
        );
    }
    let device = Vbd {
        VDI: vdi,
        bootable: position == 0,
        mode: VbdMode::Rw,
        r#type: VbdType::Disk,
        other_config: shared.owner.clone(),
        ..Vbd::default()
    };
    put_device(world, machine, position, device);
}

fn put_drive(world: &mut World, machine: &MachinePlan, drive: DrivePlan) {
    let medium = match drive {
        DrivePlan::Empty => Ref::NULL,
        DrivePlan::Loaded { storage, image } => {
            world.ids.reference(world.plan.storages[storage].image_key(image))
        }
    };
    let device = Vbd {
        VDI: medium,
        mode: VbdMode::Ro,
        r#type: VbdType::Cd,
        empty: medium.is_null(),
        ..Vbd::default()
    };
    put_device(world, machine, DRIVE_POSITION, device);
}

fn put_device(world: &mut World, machine: &MachinePlan, position: usize, device: Vbd) {
    let key = machine.key().part(position);
    let metrics = world.ids.reference::<VbdMetrics>(key);
    // A suspended machine keeps its devices; one that never ran has not named them.
    let attached = machine.state != VmPowerState::Halted;
    world.put(
        world.ids.reference::<Vbd>(key),
        Vbd {
            uuid: world.ids.uuid::<Vbd>(key),
            VM: world.ids.reference::<Vm>(machine.key()),
            device: if attached { words::disk_device(position) } else { Text::new_static("") },
            userdevice: position.to_string().into(),
            unpluggable: true,
            currently_attached: attached,
            metrics,
            ..device
        },
    );
    world.put(metrics, VbdMetrics { uuid: world.ids.uuid::<VbdMetrics>(key), ..VbdMetrics::default() });
}

fn put_suspend_image(world: &mut World, machine: &MachinePlan, shared: &Shared) -> Ref<Vdi> {
    let Some(storage) = suspend_storage(world, machine) else { return Ref::NULL };
    let key = machine.key().part(SUSPEND_IMAGE);
    let (image, uuid) = (world.ids.reference::<Vdi>(key), world.ids.uuid::<Vdi>(key));
    let size_bytes = suspend_image_bytes(machine);
    world.put(
        image,
        Vdi {
            uuid,
            name_label: Text::new_static("Suspend image"),
            SR: world.storage(storage),
            virtual_size: size_bytes,
            physical_utilisation: disk_used_bytes(
                world.ids,
                world.plan.storages[storage].kind,
                key,
                size_bytes,
            ),
            r#type: VdiType::Suspend,
            location: uuid.to_string().into(),
            managed: true,
            sm_config: shared.detached.clone(),
            snapshot_of: Ref::NULL,
            ..Vdi::default()
        },
    );
    image
}

/// Where the memory of a suspended machine is: with its first disk, or on the default storage.
fn suspend_storage(world: &World, machine: &MachinePlan) -> Option<usize> {
    if machine.state != VmPowerState::Suspended {
        return None;
    }
    machine.disks.first().map(|disk| disk.storage).or(world.plan.default_storage)
}

fn suspend_image_bytes(machine: &MachinePlan) -> i64 {
    let bytes = machine.memory_bytes + machine.memory_bytes / 10;
    (bytes / MIB + 8) / 2 * 2 * MIB
}

/// For every storage, what all of its images take.
pub fn space_used(world: &World) -> Vec<Space> {
    let image_space = |storage: &StoragePlan| {
        storage.images.iter().fold(Space::default(), |sum, image| Space {
            promised: sum.promised + image.size_bytes,
            used: sum.used + image_used_bytes(storage.kind, image.size_bytes),
        })
    };
    let mut spaces: Vec<Space> = world.plan.storages.iter().map(image_space).collect();
    let mut take = |storage: usize, key: Key, size_bytes: i64| {
        let kind = world.plan.storages[storage].kind;
        spaces[storage].promised += size_bytes;
        spaces[storage].used += disk_used_bytes(world.ids, kind, key, size_bytes);
    };
    for machine in &world.plan.machines {
        for (number, disk) in machine.disks.iter().enumerate() {
            if disk.image.is_none() {
                take(disk.storage, machine.key().part(number), disk.size_bytes);
            }
        }
        if let Some(storage) = suspend_storage(world, machine) {
            take(storage, machine.key().part(SUSPEND_IMAGE), suspend_image_bytes(machine));
        }
    }
    spaces
}

/// A thin disk takes between a tenth and six tenths of its size.
fn disk_used_bytes(ids: Identity, kind: StorageKind, key: Key, size_bytes: i64) -> i64 {
    if kind.thick() {
        return thick_bytes(size_bytes);
    }
    let percent = 10 + (ids.number("fill", key) % 50) as i64;
    size_bytes / 100 * percent / (2 * MIB) * (2 * MIB)
}

/// What an image that belongs to no machine takes.
pub fn image_used_bytes(kind: StorageKind, size_bytes: i64) -> i64 {
    match kind {
        _ if kind.thick() => thick_bytes(size_bytes),
        _ if kind.holds_disks() => size_bytes / 4,
        _ => size_bytes,
    }
}
