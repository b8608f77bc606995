//! Storage repositories, their links to hosts, and the images in them that belong to no machine.

use crate::population::blueprint::{GIB, StorageKind, StoragePlan};
use crate::population::disk;
use crate::population::words::iso_date;
use crate::population::world::{World, fixed, pointer};
use model::{Map, Pbd, Ref, Sr, Text, TextMap, Uuid, Vdi};

pub fn put(world: &mut World) {
    let used = disk::space_used(world);
    for (storage, used) in used.into_iter().enumerate() {
        put_storage(world, storage, used);
        put_links(world, storage);
        for image in 0..world.plan.storages[storage].images.len() {
            put_image(world, storage, image);
        }
    }
}

/// Space that the disks of one storage take, in bytes.
#[derive(Clone, Copy, Default)]
pub struct Space {
    pub promised: i64,
    pub used: i64,
}

impl StorageKind {
    /// `SR.type`: the driver.
    pub fn driver(self) -> &'static str {
        match self {
            StorageKind::Nfs => "nfs",
            StorageKind::LvmOverIscsi => "lvmoiscsi",
            StorageKind::Ext => "ext",
            StorageKind::Lvm => "lvm",
            StorageKind::IsoLibrary | StorageKind::Tools => "iso",
            StorageKind::DvdDrives | StorageKind::RemovableStorage => "udev",
        }
    }
    pub fn shared(self) -> bool {
        matches!(
            self,
            StorageKind::Nfs | StorageKind::LvmOverIscsi | StorageKind::IsoLibrary | StorageKind::Tools
        )
    }
    /// Machines can have disks here.
    pub fn holds_disks(self) -> bool {
        matches!(self, StorageKind::Nfs | StorageKind::LvmOverIscsi | StorageKind::Ext | StorageKind::Lvm)
    }
    /// A disk takes all of its size at once.
    pub fn thick(self) -> bool {
        matches!(self, StorageKind::LvmOverIscsi | StorageKind::Lvm)
    }
    fn content_type(self) -> &'static str {
        match self {
            StorageKind::Nfs | StorageKind::LvmOverIscsi => "",
            StorageKind::Ext | StorageKind::Lvm => "user",
            StorageKind::IsoLibrary | StorageKind::Tools | StorageKind::DvdDrives => "iso",
            StorageKind::RemovableStorage => "disk",
        }
    }
}

fn put_storage(world: &mut World, storage: usize, used: Space) {
    let plan = &world.plan.storages[storage];
    let tools = plan.kind == StorageKind::Tools;
    let description = match plan.kind {
        StorageKind::DvdDrives => "Physical DVD drives",
        StorageKind::Tools => "XCP-ng Tools ISOs",
        _ => "",
    };
    // A tools repository has no sizes, and that of drives is the size of what is in them.
    let (promised, used, size) = match plan.kind {
        StorageKind::Tools => (-1, -1, -1),
        StorageKind::DvdDrives => (used.promised, used.used, used.used),
        _ => (used.promised, used.used, plan.size_bytes),
    };
    world.put(
        world.storage(storage),
        Sr {
            uuid: world.ids.uuid::<Sr>(plan.key()),
            name_label: plan.name.clone(),
            name_description: Text::new_static(description),
            virtual_allocation: promised,
            physical_utilisation: used,
            physical_size: size,
            r#type: Text::new_static(plan.kind.driver()),
            content_type: Text::new_static(plan.kind.content_type()),
            shared: plan.kind.shared(),
            other_config: other_config(plan),
            sm_config: sm_config(plan),
            local_cache_enabled: plan.kind == StorageKind::Ext,
            is_tools_sr: tools,
            ..Sr::default()
        },
    );
}

fn other_config(plan: &StoragePlan) -> TextMap {
    match plan.kind {
        StorageKind::Nfs | StorageKind::LvmOverIscsi => fixed([("auto-scan", "false")]),
        StorageKind::IsoLibrary => fixed([("auto-scan", "true")]),
        StorageKind::Ext | StorageKind::Lvm => {
            fixed([("i18n-key", "local-storage"), ("i18n-original-value-name_label", "Local storage")])
        }
        StorageKind::DvdDrives => fixed([
            ("i18n-key", "local-hotplug-cd"),
            ("i18n-original-value-name_label", "DVD drives"),
            ("i18n-original-value-name_description", "Physical DVD drives"),
        ]),
        StorageKind::RemovableStorage => fixed([
            ("i18n-key", "local-hotplug-disk"),
            ("i18n-original-value-name_label", "Removable storage"),
        ]),
        StorageKind::Tools => fixed([
            ("xensource_internal", "true"),
            ("xenserver_tools_sr", "true"),
            ("i18n-key", "xenserver-tools"),
            ("i18n-original-value-name_label", "XCP-ng Tools"),
            ("i18n-original-value-name_description", "XCP-ng Tools ISOs"),
        ]),
    }
}

fn sm_config(plan: &StoragePlan) -> TextMap {
    let mut config = match plan.kind {
        StorageKind::Nfs | StorageKind::Tools => Map::EMPTY,
        StorageKind::Ext => fixed([]),
        StorageKind::Lvm => fixed([("allocation", "thick"), ("use_vhd", "true")]),
        StorageKind::LvmOverIscsi => {
            fixed([("allocation", "thick"), ("use_vhd", "true"), ("multipathable", "true")])
        }
        StorageKind::IsoLibrary => fixed([("iso_type", "nfs_iso")]),
        StorageKind::DvdDrives => fixed([("type", "cd")]),
        StorageKind::RemovableStorage => fixed([("type", "block")]),
    };
    if plan.kind.holds_disks() && plan.kind != StorageKind::Nfs {
        config.insert("devserial", device_serial(plan));
    }
    config
}

fn device_serial(plan: &StoragePlan) -> Text {
    format!("scsi-35000c500{:08x}", plan.number + 1).into()
}

fn device_config(plan: &StoragePlan) -> TextMap {
    const SERVER: &str = "10.10.0.5";
    match plan.kind {
        StorageKind::Nfs => {
            let mut config = fixed([("server", SERVER), ("nfsversion", "4.1")]);
            config.insert("serverpath", format!("/exports/{}", path_of(&plan.name)));
            config
        }
        StorageKind::LvmOverIscsi => {
            let mut config = fixed([("target", SERVER), ("port", "3260")]);
            config.insert("targetIQN", format!("iqn.2026-05.com.example:{}", path_of(&plan.name)));
            config.insert("SCSIid", format!("35000c500{:08x}", plan.number + 1));
            config
        }
        StorageKind::Ext | StorageKind::Lvm => [(
            Text::new_static("device"),
            Text::from(format!("/dev/disk/by-id/{}-part3", device_serial(plan))),
        )]
        .into_iter()
        .collect(),
        StorageKind::IsoLibrary => {
            let mut config = fixed([("type", "nfs_iso")]);
            config.insert("location", format!("{SERVER}:/exports/{}", path_of(&plan.name)));
            config
        }
        StorageKind::Tools => fixed([
            ("path", "/opt/xensource/packages/iso"),
            ("location", "/opt/xensource/packages/iso"),
            ("legacy_mode", "true"),
        ]),
        StorageKind::DvdDrives => fixed([("location", "/dev/xapi/cd")]),
        StorageKind::RemovableStorage => fixed([("location", "/dev/xapi/block")]),
    }
}

fn path_of(name: &str) -> String {
    name.to_lowercase().replace(' ', "-")
}

fn put_links(world: &mut World, storage: usize) {
    let plan = &world.plan.storages[storage];
    let device_config = device_config(plan);
    for &host in &plan.hosts {
        let driver_domain = pointer(world.control_domain(host));
        world.put(
            world.storage_link(storage, host),
            Pbd {
                uuid: world.ids.uuid::<Pbd>(world.storage_link_key(storage, host)),
                host: world.host(host),
                SR: world.storage(storage),
                device_config: device_config.clone(),
                currently_attached: true,
                other_config: [(Text::new_static("storage_driver_domain"), driver_domain)]
                    .into_iter()
                    .collect(),
            },
        );
    }
}

fn put_image(world: &mut World, storage: usize, image: usize) {
    let plan = &world.plan.storages[storage];
    let (kind, key) = (plan.kind, plan.image_key(image));
    let image = &plan.images[image];
    let uuid: Uuid = world.ids.uuid::<Vdi>(key);
    let location = match kind {
        StorageKind::Tools => Text::new_static("guest-tools-8.3-12.iso"),
        StorageKind::DvdDrives => Text::new_static("/dev/xapi/cd/0:0:0:0"),
        StorageKind::IsoLibrary => image.name.clone(),
        _ => uuid.to_string().into(),
    };
    let sm_config = match kind {
        StorageKind::Tools => {
            fixed([("xs-tools-version", "8.3"), ("xs-tools-build", "12"), ("xs-tools", "true")])
        }
        StorageKind::DvdDrives => {
            let mut config = fixed([("image-format", "raw")]);
            config.insert("hotplugged_at", iso_date(world.booted()));
            config
        }
        StorageKind::IsoLibrary => Map::EMPTY,
        _ => fixed([("image-format", "vhd")]),
    };
    let description =
        if kind == StorageKind::DvdDrives { "HL-DT-ST model DVD-ROM rev 1.00 type 5" } else { "" };
    world.put(
        world.ids.reference::<Vdi>(key),
        Vdi {
            uuid,
            name_label: image.name.clone(),
            name_description: Text::new_static(description),
            SR: world.storage(storage),
            virtual_size: image.size_bytes,
            physical_utilisation: disk::image_used_bytes(kind, image.size_bytes),
            r#type: model::VdiType::User,
            read_only: !kind.holds_disks(),
            location,
            managed: true,
            sm_config,
            snapshot_of: Ref::NULL,
            is_tools_iso: kind == StorageKind::Tools,
            ..Vdi::default()
        },
    );
}

/// Sizes of new shared storages come in steps, like real ones.
pub fn roomy_bytes(promised: i64) -> i64 {
    let least = 2048 * GIB;
    let wanted = promised + promised / 2;
    least.max((wanted as u64).next_power_of_two() as i64)
}
