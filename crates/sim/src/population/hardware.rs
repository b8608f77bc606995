//! What hosts are built of: processors, PCI devices, graphics cards. One model for all hosts.

use crate::population::identity::Key;
use crate::population::world::{World, fixed};
use model::{GpuGroup, HostCpu, Pci, Pgpu, Text, TextMap};

/// Logical processors of a host.
pub const CORES: i64 = 16;
pub const VENDOR: &str = "GenuineIntel";
pub const FEATURES_PV_HOST: &str = "1fc9cbf5-f6d83203-28100800-00000121-00000001-000c0b29-00000000-00000000-00001000-ac000400-00000000-00000000-00000000-00000000-00000000-00000000-0c000000-00000000-00000000-00000000-00000000-00000000";
pub const FEATURES_HVM_HOST: &str = "1fcbfbff-f7fa3203-2c100800-00000121-00000001-001c0fab-00000000-00000000-00101000-bc000400-00000000-00000000-00000000-00000000-00000000-00000000-0c000000-00000000-00000000-00000000-00000000-00000000";
const FEATURES_PV: &str = "1fc9cbf5-f6f83203-2991cbf5-00000123-00000001-000c0b39-00000000-00000100-00001000-ac000c00-00000000-00000000-00000000-00000000-00000000-00000000-1c020004-00000000-00000000-00000000-00000000-00000000";
const FEATURES_HVM: &str = "1fcbfbff-f7fa3223-2d93fbff-00000523-00000001-001c0fbb-00000000-00000100-00101000-bc000c00-00000000-00000000-00000000-00000000-00000000-00000000-1c020004-00000000-00000000-00000000-00000000-00000000";
const MODEL_NAME: &str = "Intel(R) Xeon(R) CPU D-1548 @ 2.00GHz";
const FLAGS: &str = "fpu de tsc msr pae mce cx8 apic sep mca cmov pat clflush acpi mmx fxsr sse sse2 ss ht syscall nx rdtscp lm constant_tsc rep_good nopl nonstop_tsc cpuid pni pclmulqdq monitor est ssse3 fma cx16 sse4_1 sse4_2 movbe popcnt aes xsave avx f16c rdrand hypervisor lahf_lm abm 3dnowprefetch cpuid_fault ssbd ibrs ibpb stibp fsgsbase bmi1 avx2 bmi2 erms rtm rdseed adx xsaveopt arch_capabilities";
const SOCKETS: &str = "1";

/// `host.cpu_info`.
pub fn processor() -> TextMap {
    let mut info = fixed([
        ("socket_count", SOCKETS),
        ("threads_per_core", "2"),
        ("nr_nodes", "1"),
        ("vendor", VENDOR),
        ("speed", "1995.380"),
        ("modelname", MODEL_NAME),
        ("family", "6"),
        ("model", "86"),
        ("stepping", "3"),
        ("flags", FLAGS),
        ("features_pv", FEATURES_PV),
        ("features_hvm", FEATURES_HVM),
        ("features_pv_host", FEATURES_PV_HOST),
        ("features_hvm_host", FEATURES_HVM_HOST),
    ]);
    info.insert("cpu_count", CORES.to_string());
    info
}

/// `host.bios_strings`; the serial number is that of the host.
pub fn bios_strings(number: usize) -> TextMap {
    const PRODUCT: &str = "ProLiant m510 Server Cartridge";
    let mut strings = fixed([
        ("bios-vendor", "HP"),
        ("bios-version", "H05"),
        ("system-manufacturer", "HP"),
        ("system-product-name", PRODUCT),
        ("system-version", ""),
        ("baseboard-manufacturer", "HP"),
        ("baseboard-product-name", PRODUCT),
        ("baseboard-version", ""),
        ("oem-1", "Xen"),
        ("oem-2", "MS_VM_CERT/SHA1/bdbeb6e0a816d43fa6d3fe8aaef04c2bad9d3e3d"),
        ("oem-3", "PSF:"),
        ("hp-rombios", ""),
    ]);
    let serial = format!("SIM{:07}", number + 1);
    strings.insert("system-serial-number", serial.as_str());
    strings.insert("baseboard-serial-number", serial);
    strings
}

/// A PCI device that every host has.
struct Device {
    class: (&'static str, &'static str),
    vendor: (&'static str, &'static str),
    device: (&'static str, &'static str),
    address: &'static str,
    subsystem_vendor: (&'static str, &'static str),
    subsystem_device: (&'static str, &'static str),
    driver: &'static str,
}

const DEVICES: [Device; 3] = [
    Device {
        class: ("0300", "VGA compatible controller"),
        vendor: ("102b", "Matrox Electronics Systems Ltd."),
        device: ("0534", "G200eR2"),
        address: "0000:0a:00.0",
        subsystem_vendor: ("1028", "Dell"),
        subsystem_device: ("0601", "PowerEdge R730"),
        driver: "mgag200",
    },
    Device {
        class: ("0200", "Ethernet controller"),
        vendor: ("15b3", "Mellanox Technologies"),
        device: ("1007", "MT27520 Family [ConnectX-3 Pro]"),
        address: "0000:04:00.0",
        subsystem_vendor: ("15b3", "Mellanox Technologies"),
        subsystem_device: ("0050", ""),
        driver: "mlx4_core",
    },
    Device {
        class: ("0108", "Non-Volatile memory controller"),
        vendor: ("1179", "Toshiba Corporation"),
        device: ("011a", "XG5 NVMe SSD Controller"),
        address: "0000:0d:00.0",
        subsystem_vendor: ("1179", "Toshiba Corporation"),
        subsystem_device: ("0001", ""),
        driver: "nvme",
    },
];
const GRAPHICS: usize = 0;
/// The network cards are ports of this device.
pub const NETWORK: usize = 1;

/// The key of one of the devices of a host.
pub fn device_key(host: Key, device: usize) -> Key {
    host.part(device)
}

pub fn put(world: &mut World) {
    let group_key = Key::named("graphics cards");
    let group = world.ids.reference::<GpuGroup>(group_key);
    let graphics = &DEVICES[GRAPHICS];
    world.put(
        group,
        GpuGroup {
            uuid: world.ids.uuid::<GpuGroup>(group_key),
            name_label: format!("Group of {} {} GPUs", graphics.vendor.1, graphics.device.1).into(),
            GPU_types: [Text::from(format!("{}/{}", graphics.vendor.0, graphics.device.0))]
                .into_iter()
                .collect(),
            ..GpuGroup::default()
        },
    );
    for host in 0..world.plan.hosts.len() {
        let key = world.plan.hosts[host].key();
        for (number, device) in DEVICES.iter().enumerate() {
            put_device(world, host, device_key(key, number), device);
        }
        world.put(
            world.ids.reference::<Pgpu>(key),
            Pgpu {
                uuid: world.ids.uuid::<Pgpu>(key),
                PCI: world.ids.reference(device_key(key, GRAPHICS)),
                GPU_group: group,
                host: world.host(host),
                is_system_display_device: true,
                ..Pgpu::default()
            },
        );
        for core in 0..CORES {
            put_core(world, host, key.part(core as usize), core);
        }
    }
}

fn put_device(world: &mut World, host: usize, key: Key, device: &Device) {
    let word = Text::new_static;
    world.put(
        world.ids.reference::<Pci>(key),
        Pci {
            uuid: world.ids.uuid::<Pci>(key),
            class_id: word(device.class.0),
            class_name: word(device.class.1),
            vendor_id: word(device.vendor.0),
            vendor_name: word(device.vendor.1),
            device_id: word(device.device.0),
            device_name: word(device.device.1),
            host: world.host(host),
            pci_id: word(device.address),
            subsystem_vendor_id: word(device.subsystem_vendor.0),
            subsystem_vendor_name: word(device.subsystem_vendor.1),
            subsystem_device_id: word(device.subsystem_device.0),
            subsystem_device_name: word(device.subsystem_device.1),
            driver_name: word(device.driver),
            ..Pci::default()
        },
    );
}

fn put_core(world: &mut World, host: usize, key: Key, core: i64) {
    world.put(
        world.ids.reference::<HostCpu>(key),
        HostCpu {
            uuid: world.ids.uuid::<HostCpu>(key),
            host: world.host(host),
            number: core,
            vendor: Text::new_static(VENDOR),
            speed: 1995,
            modelname: Text::new_static(MODEL_NAME),
            family: 6,
            model: 86,
            stepping: Text::new_static("3"),
            flags: Text::new_static(FLAGS),
            ..HostCpu::default()
        },
    );
}
