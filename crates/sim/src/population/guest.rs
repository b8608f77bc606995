//! What is installed in a machine, and what its agent tells: the maps that machines of one sort share.

use crate::population::blueprint::GIB;
use crate::population::data::{self, GuestData};
use crate::population::hardware;
use crate::population::identity::Identity;
use crate::population::template::{Inheritance, inheritance};
use crate::population::world::fixed;
use model::{Set, Text, TextMap};

pub struct Guest {
    pub inherited: Inheritance,
    /// `platform` once the machine has run.
    pub platform_started: TextMap,
    pub tags: Set<Text>,
    pub os_version: TextMap,
    pub drivers: TextMap,
    pub agent: TextMap,
    pub nvram: TextMap,
    pub windows: bool,
    /// Disk of its first system, in bytes.
    pub disk_bytes: i64,
}

/// Maps that all machines share once they have run.
pub struct Started {
    pub bios_strings: TextMap,
    pub xenstore_data: TextMap,
    pub boot_flags: TextMap,
}

/// Every sort of guest, in the order of the data file.
pub fn all(ids: Identity) -> Vec<Guest> {
    data::guests().iter().map(|guest| make(ids, guest)).collect()
}

fn make(ids: Identity, guest: &GuestData) -> Guest {
    let mut inherited = inheritance(ids, &guest.template).expect("guests.toml names templates.toml");
    inherited.other_config.insert("base_template_name", inherited.name.clone());
    let mut platform_started = inherited.platform.clone();
    platform_started.insert("timeoffset", "0");
    platform_started
        .insert("device-model", if inherited.uefi { "qemu-upstream-uefi" } else { "qemu-upstream-compat" });
    if platform_started.get("secureboot").is_some_and(|mode| mode == "auto") {
        platform_started.insert("secureboot", "false");
    }
    let windows = guest.os.get("distro").is_some_and(|distro| distro == "windows");
    Guest {
        platform_started,
        tags: guest.tags.iter().map(Text::new).collect(),
        os_version: guest.os.iter().map(|(key, value)| (Text::new(key), Text::new(value))).collect(),
        drivers: if windows { windows_drivers() } else { linux_drivers() },
        agent: if windows { windows_agent() } else { linux_agent() },
        nvram: if inherited.uefi { fixed([("EFI-variables", NO_VARIABLES)]) } else { TextMap::EMPTY },
        windows,
        disk_bytes: inherited.disk_bytes.unwrap_or(8 * GIB),
        inherited,
    }
}

/// A store of UEFI variables with none in it: `VARS`, version 2, sizes of zero, in base 64.
const NO_VARIABLES: &str = "VkFSUwIAAAAAAAAAAAAAAAAAAAAAAAAA";

impl Started {
    pub fn new() -> Started {
        Started {
            bios_strings: fixed([
                ("bios-vendor", "Xen"),
                ("bios-version", ""),
                ("system-manufacturer", "Xen"),
                ("system-product-name", "HVM domU"),
                ("system-version", ""),
                ("system-serial-number", ""),
                ("baseboard-manufacturer", ""),
                ("baseboard-product-name", ""),
                ("baseboard-version", ""),
                ("baseboard-serial-number", ""),
                ("baseboard-asset-tag", ""),
                ("baseboard-location-in-chassis", ""),
                ("enclosure-asset-tag", ""),
                ("hp-rombios", ""),
                ("oem-1", "Xen"),
                ("oem-2", "MS_VM_CERT/SHA1/bdbeb6e0a816d43fa6d3fe8aaef04c2bad9d3e3d"),
            ]),
            xenstore_data: fixed([("vm-data", ""), ("vm-data/mmio-hole-size", "268435456")]),
            boot_flags: fixed([("vendor", hardware::VENDOR), ("features", hardware::FEATURES_HVM_HOST)]),
        }
    }
}

fn linux_drivers() -> TextMap {
    fixed([("major", "8"), ("minor", "4"), ("micro", "0"), ("build", "1")])
}
fn windows_drivers() -> TextMap {
    fixed([("major", "9"), ("minor", "4"), ("micro", "1"), ("build", "146")])
}

fn linux_agent() -> TextMap {
    fixed([
        ("feature-balloon", "1"),
        ("feature-shutdown", "1"),
        ("feature-reboot", "1"),
        ("feature-poweroff", "1"),
        ("feature-halt", "1"),
        ("feature-suspend", "1"),
        ("feature-vcpu-hotplug", "1"),
        ("has-vendor-device", "0"),
        ("platform-feature-multiprocessor-suspend", "1"),
        ("platform-feature-xs_reset_watches", "1"),
    ])
}
fn windows_agent() -> TextMap {
    let mut agent = linux_agent();
    let more = ["feature-ts", "feature-ts2", "feature-static-ip-setting", "feature-setcomputername"];
    for feature in more.into_iter().chain(["feature-xs-batcmd", "feature-s3", "feature-s4"]) {
        agent.insert(feature, "1");
    }
    agent
}
