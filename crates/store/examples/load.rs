//! How long a large pool takes to write and to read again, and how much memory it needs:
//!
//! ```text
//! cargo run --release -p store --example load -- write /tmp/pool 100000
//! cargo run --release -p store --example load -- read /tmp/pool
//! ```

#![allow(clippy::disallowed_methods, reason = "it measures time")]

use model::*;
use std::path::Path;
use std::time::Instant;
use store::{Settings, SqliteEngine, Store, StoreError};

fn main() -> Result<(), StoreError> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["write", path, vms] => write(Path::new(path), vms.parse().unwrap_or(100_000)),
        ["read", path] => read(Path::new(path)),
        _ => {
            eprintln!("load write PATH VMS | load read PATH");
            Ok(())
        }
    }
}

fn write(path: &Path, vms: u128) -> Result<(), StoreError> {
    let store = Store::open(SqliteEngine::open(path)?, Settings::default())?;
    let start = Instant::now();
    store.seed(|put| (0..vms).for_each(|number| machine(number, put)), |_, _, _| None)?;
    let pool = store.snapshot();
    println!("{} rows written in {:?}, {} MB resident", pool.len(), start.elapsed(), resident_mb());
    Ok(())
}

fn read(path: &Path) -> Result<(), StoreError> {
    let start = Instant::now();
    let store = Store::open(SqliteEngine::open(path)?, Settings::default())?;
    let pool = store.snapshot();
    println!("{} rows read in {:?}, {} MB resident", pool.len(), start.elapsed(), resident_mb());
    Ok(())
}

/// One running machine with a disk, an empty drive and a network interface, as real pools have them.
fn machine(number: u128, put: &mut dyn FnMut(RefId, Box<dyn Row>)) {
    // Spread like random references, and the same in every run.
    let id =
        |kind: u128| RefId((number * 16 + kind + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835));
    let uuid = |kind: u128| Uuid(id(kind + 16).0);
    let text = |text: &str| Text::new(text);
    let map = |pairs: &[(&str, &str)]| -> TextMap {
        pairs.iter().map(|(key, value)| (Text::new(key), Text::new(value))).collect()
    };
    let (sr, network) = (RefId(11), RefId(12));
    if number == 0 {
        put(sr, Box::new(Sr { uuid: Uuid(1), name_label: text("shared"), ..Sr::default() }));
        put(network, Box::new(Network { uuid: Uuid(2), name_label: text("lan"), ..Network::default() }));
    }
    let base = uuid(0);
    put(
        id(0),
        Box::new(Vm {
            uuid: base,
            name_label: text(&format!("vm-{number:06}")),
            name_description: text("A virtual machine of the simulated pool"),
            power_state: VmPowerState::Running,
            memory_target: 4 << 30,
            memory_static_max: 4 << 30,
            memory_dynamic_max: 4 << 30,
            memory_dynamic_min: 4 << 30,
            memory_static_min: 1 << 30,
            VCPUs_max: 2,
            VCPUs_at_startup: 2,
            metrics: Ref::new(id(5)),
            guest_metrics: Ref::new(id(6)),
            other_config: map(&[
                ("base_template_name", "Debian Bookworm 12"),
                ("install-methods", "cdrom,nfs,http,ftp"),
                ("linux_template", "true"),
                ("import_task", "OpaqueRef:4a5cbf2b-1a9e-4c1c-8d0e-1f8f6f8d4a11"),
                ("mac_seed", base.to_string().as_str()),
            ]),
            platform: map(&[
                ("acpi", "1"),
                ("apic", "true"),
                ("pae", "true"),
                ("viridian", "false"),
                ("nx", "true"),
                ("device-model", "qemu-upstream-compat"),
                ("vga", "std"),
                ("videoram", "8"),
            ]),
            HVM_boot_params: map(&[("order", "cdn"), ("firmware", "uefi")]),
            HVM_boot_policy: text("BIOS order"),
            tags: [text("prod"), text("web")].into_iter().collect(),
            domid: number as i64 % 60_000,
            domarch: text("x86_64"),
            hardware_platform_version: 2,
            ..Vm::default()
        }),
    );
    put(
        id(1),
        Box::new(Vdi {
            uuid: uuid(1),
            name_label: text(&format!("vm-{number:06} disk 0")),
            name_description: text("Created by template provisioner"),
            SR: Ref::new(sr),
            virtual_size: 10 << 30,
            physical_utilisation: 5 << 30,
            location: text(&uuid(1).to_string()),
            managed: true,
            sm_config: map(&[("vhd-parent", uuid(2).to_string().as_str()), ("image-format", "vhd")]),
            other_config: map(&[("content_id", uuid(3).to_string().as_str())]),
            ..Vdi::default()
        }),
    );
    for (kind, metrics, device, vdi) in [(2, 7, "xvda", id(1)), (3, 8, "xvdd", RefId::NULL)] {
        put(id(metrics), Box::new(VbdMetrics { uuid: uuid(metrics), ..VbdMetrics::default() }));
        put(
            id(kind),
            Box::new(Vbd {
                uuid: uuid(kind),
                VM: Ref::new(id(0)),
                VDI: Ref::new(vdi),
                device: text(device),
                userdevice: text("0"),
                metrics: Ref::new(id(metrics)),
                other_config: map(&[("owner", "")]),
                ..Vbd::default()
            }),
        );
    }
    put(id(9), Box::new(VifMetrics { uuid: uuid(9), ..VifMetrics::default() }));
    put(
        id(4),
        Box::new(Vif {
            uuid: uuid(4),
            VM: Ref::new(id(0)),
            network: Ref::new(network),
            device: text("0"),
            MAC: text(&format!(
                "0e:64:{:02x}:{:02x}:{:02x}:01",
                number >> 16 & 255,
                number >> 8 & 255,
                number & 255
            )),
            MTU: 1500,
            metrics: Ref::new(id(9)),
            MAC_autogenerated: true,
            ..Vif::default()
        }),
    );
    put(
        id(5),
        Box::new(VmMetrics {
            uuid: uuid(5),
            memory_actual: 4 << 30,
            VCPUs_number: 2,
            start_time: Date::from_seconds(1_760_000_000 + number as i64),
            ..VmMetrics::default()
        }),
    );
    put(
        id(6),
        Box::new(VmGuestMetrics {
            uuid: uuid(6),
            os_version: map(&[
                ("name", "Debian GNU/Linux 12 (bookworm)"),
                ("distro", "debian"),
                ("major", "12"),
            ]),
            networks: map(&[("0/ip", format!("10.0.{}.{}", number >> 8 & 255, number & 255).as_str())]),
            PV_drivers_version: map(&[("major", "8"), ("minor", "4"), ("micro", "0"), ("build", "1")]),
            PV_drivers_up_to_date: true,
            last_updated: Date::from_seconds(1_760_000_000),
            ..VmGuestMetrics::default()
        }),
    );
}

fn resident_mb() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap_or_default();
    line.trim().trim_end_matches(" kB").parse::<u64>().unwrap_or(0) / 1024
}
