//! Graphics cards that machines can share or get, and USB devices that they can get.

use crate::population::blueprint::{Blueprint, GpuPlan, StickPlan};
use crate::population::identity::Key;
use crate::population::world::World;
use model::{
    GpuGroup, Pci, Pgpu, Pusb, Ref, Text, UsbGroup, VgpuType, VgpuTypeImplementation as Implementation,
};

/// Units of a card.
const CARD_UNITS: i64 = 1 << 20;
const MIB: i64 = 1 << 20;

/// A share of a card: model, how many there are on a card, memory, screens and their size.
struct Share(&'static str, i64, i64, i64, (i64, i64));

/// Those of an NVIDIA GRID K1; the first is the card as a whole.
const SHARES: [Share; 5] = [
    Share("passthrough", 1, 0, 0, (0, 0)),
    Share("GRID K100", 8, 256, 2, (1920, 1200)),
    Share("GRID K140Q", 4, 960, 2, (2560, 1600)),
    Share("GRID K160Q", 2, 1984, 4, (2560, 1600)),
    Share("GRID K180Q", 1, 3968, 4, (2560, 1600)),
];

pub fn put(world: &mut World) {
    if !world.plan.gpus.is_empty() {
        for number in 0..SHARES.len() {
            put_kind(world, number);
        }
    }
    for plan in &world.plan.gpus {
        put_group(world, plan);
    }
    for plan in &world.plan.sticks {
        put_stick(world, plan);
    }
}

fn kinds(world: &World) -> Vec<Ref<VgpuType>> {
    (0..SHARES.len()).map(|number| world.ids.reference(kind_key(number))).collect()
}

fn kind_key(number: usize) -> Key {
    Key::named("vgpu types").part(number)
}

/// Every card of the pool: its group, its host, its number there.
fn cards(plan: &Blueprint) -> impl Iterator<Item = (&GpuPlan, usize, usize)> {
    let mut on_host = vec![0; plan.hosts.len()];
    let all = plan
        .gpus
        .iter()
        .flat_map(|gpu| gpu.hosts.iter().flat_map(move |host| std::iter::repeat_n((gpu, *host), gpu.count)));
    all.map(move |(gpu, host)| {
        on_host[host] += 1;
        (gpu, host, on_host[host] - 1)
    })
}

fn card_key(world: &World, host: usize, number: usize) -> Key {
    world.plan.hosts[host].key().part(100 + number)
}

fn put_kind(world: &mut World, number: usize) {
    let Share(model, per_card, framebuffer_mib, heads, (width, height)) = SHARES[number];
    let whole = number == 0;
    let all: Vec<Ref<Pgpu>> = cards(world.plan)
        .map(|(_, host, number)| world.ids.reference(card_key(world, host, number)))
        .collect();
    let groups: Vec<Ref<GpuGroup>> =
        world.plan.gpus.iter().map(|gpu| world.ids.reference(Key::named(&gpu.name))).collect();
    let mut row = VgpuType {
        uuid: world.ids.uuid::<VgpuType>(kind_key(number)),
        vendor_name: Text::new_static(if whole { "" } else { "NVIDIA Corporation" }),
        model_name: Text::new_static(model),
        framebuffer_size: framebuffer_mib * MIB,
        max_heads: heads,
        max_resolution_x: width,
        max_resolution_y: height,
        size: if whole { 0 } else { CARD_UNITS / per_card },
        implementation: if whole { Implementation::Passthrough } else { Implementation::Nvidia },
        identifier: if whole { "0001:passthrough".into() } else { format!("0001:10de,0ff2,{model}").into() },
        ..VgpuType::default()
    };
    row.supported_on_PGPUs = all.iter().copied().collect();
    row.enabled_on_PGPUs = all.into_iter().collect();
    row.supported_on_GPU_groups = groups.iter().copied().collect();
    row.enabled_on_GPU_groups = groups.into_iter().collect();
    world.put(world.ids.reference(kind_key(number)), row);
}

fn put_group(world: &mut World, plan: &GpuPlan) {
    let key = Key::named(&plan.name);
    let group: Ref<GpuGroup> = world.ids.reference(key);
    let kinds = kinds(world);
    world.put(
        group,
        GpuGroup {
            uuid: world.ids.uuid::<GpuGroup>(key),
            name_label: plan.name.clone(),
            GPU_types: [Text::new_static("10de/0ff2")].into_iter().collect(),
            supported_VGPU_types: kinds.iter().copied().collect(),
            enabled_VGPU_types: kinds.iter().copied().collect(),
            ..GpuGroup::default()
        },
    );
    let ours: Vec<(usize, usize)> = cards(world.plan)
        .filter(|(gpu, ..)| gpu.name == plan.name)
        .map(|(_, host, number)| (host, number))
        .collect();
    for (host, number) in ours {
        put_card(world, host, number, group, &kinds);
    }
}

fn put_card(world: &mut World, host: usize, number: usize, group: Ref<GpuGroup>, kinds: &[Ref<VgpuType>]) {
    let key = card_key(world, host, number);
    let pci: Ref<Pci> = world.ids.reference(key);
    world.put(
        pci,
        Pci {
            uuid: world.ids.uuid::<Pci>(key),
            class_id: Text::new_static("0300"),
            class_name: Text::new_static("VGA compatible controller"),
            vendor_id: Text::new_static("10de"),
            vendor_name: Text::new_static("NVIDIA Corporation"),
            device_id: Text::new_static("0ff2"),
            device_name: Text::new_static("GK107GL [GRID K1]"),
            host: world.host(host),
            pci_id: format!("0000:{:02x}:00.0", 0x81 + number).into(),
            driver_name: Text::new_static("nvidia"),
            ..Pci::default()
        },
    );
    let capacities = kinds.iter().zip(&SHARES).map(|(kind, share)| (*kind, share.1));
    world.put(
        world.ids.reference::<Pgpu>(key),
        Pgpu {
            uuid: world.ids.uuid::<Pgpu>(key),
            PCI: pci,
            GPU_group: group,
            host: world.host(host),
            supported_VGPU_types: kinds.iter().copied().collect(),
            enabled_VGPU_types: kinds.iter().copied().collect(),
            size: CARD_UNITS,
            supported_VGPU_max_capacities: capacities.collect(),
            ..Pgpu::default()
        },
    );
}

fn put_stick(world: &mut World, plan: &StickPlan) {
    let key = Key::named(&plan.name);
    let group: Ref<UsbGroup> = world.ids.reference(key);
    let name = plan.name.clone();
    world.put(
        group,
        UsbGroup { uuid: world.ids.uuid::<UsbGroup>(key), name_label: name.clone(), ..UsbGroup::default() },
    );
    let number = world.ids.number("usb serial", key) as u32;
    world.put(
        world.ids.reference::<Pusb>(key),
        Pusb {
            uuid: world.ids.uuid::<Pusb>(key),
            USB_group: group,
            host: world.host(plan.host),
            path: format!("2-{}", 1 + plan.port).into(),
            vendor_id: Text::new_static("0951"),
            vendor_desc: Text::new_static("Kingston Technology"),
            product_id: Text::new_static("1666"),
            product_desc: name,
            serial: format!("{number:08X}").into(),
            version: Text::new_static("3.00"),
            description: Text::new_static("Kingston Technology_DataTraveler"),
            passthrough_enabled: plan.passthrough,
            speed: 5000.0,
            ..Pusb::default()
        },
    );
}
