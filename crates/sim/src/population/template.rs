//! The default templates, and what the machines made of them inherit.
//!
//! Their uuids are the same in every pool; their references are not.

use crate::population::blueprint::{GIB, MIB};
use crate::population::data::{self, Family, Recommends, TemplateData};
use crate::population::identity::{Identity, Key, reference_text};
use crate::population::memory;
use crate::population::words;
use crate::population::world::World;
use model::types::parse_uuid;
use model::{
    DomainType, OnCrashBehaviour, OnNormalExit, Ref, RefId, Text, TextMap, Uuid, Vm, VmMetrics, VmPowerState,
};
use std::collections::BTreeMap;

/// Keeps a machine that has the label of a template for its name apart from the template.
const DEFAULT: usize = 1000;

pub fn put(world: &mut World) {
    for template in &data::templates().templates {
        put_template(world, template);
    }
}

/// What a machine keeps of the template that it was made of. Cheap to clone: all is shared.
#[derive(Clone)]
pub struct Inheritance {
    pub label: Text,
    pub name: Text,
    pub description: Text,
    pub platform: TextMap,
    pub boot_params: TextMap,
    pub recommendations: Text,
    pub other_config: TextMap,
    pub generation_id: Text,
    pub uefi: bool,
    pub disk_bytes: Option<i64>,
}

/// What the template with this label hands down.
pub fn inheritance(ids: Identity, label: &str) -> Option<Inheritance> {
    data::templates().templates.iter().find(|template| template.label == label).map(|data| inherit(ids, data))
}

fn inherit(ids: Identity, template: &TemplateData) -> Inheritance {
    let family = &data::templates().families[&template.family];
    let mut other_config = merged(&family.other_config, &template.other_config);
    // The task that imported the template is long gone; its reference stays.
    let task = ids.loose("import task", key(template));
    other_config.insert("import_task", reference_text(RefId(task.0)));
    let boot_params = [("firmware", &family.firmware), ("order", &family.boot_order)];
    Inheritance {
        label: Text::new(&template.label),
        name: Text::new(&template.name),
        description: Text::new(&family.description),
        platform: merged(&family.platform, &template.platform),
        boot_params: boot_params
            .into_iter()
            .map(|(key, value)| (Text::new_static(key), Text::new(value)))
            .collect(),
        recommendations: recommendations(family, template),
        other_config,
        generation_id: Text::new(&family.generation_id),
        uefi: family.firmware == "uefi",
        disk_bytes: template.disk_gib.map(|gib| gib * GIB),
    }
}

fn key(template: &TemplateData) -> Key {
    Key::named(&template.label).part(DEFAULT)
}

fn merged(base: &BTreeMap<String, String>, own: &BTreeMap<String, String>) -> TextMap {
    base.iter().chain(own).map(|(key, value)| (Text::new(key), Text::new(value))).collect()
}

fn put_template(world: &mut World, template: &TemplateData) {
    let key = key(template);
    let inherited = inherit(world.ids, template);
    let mut other_config = inherited.other_config;
    other_config.insert("default_template", "true");
    other_config.insert("mac_seed", world.ids.loose("mac seed", key).to_string());
    if let Some(size_bytes) = inherited.disk_bytes {
        other_config.insert("disks", words::provision(size_bytes, template.family != "windows"));
    }
    let memory_bytes = 2 * template.memory_mib * MIB;
    let metrics = world.ids.reference::<VmMetrics>(key);
    world.put(
        world.ids.reference::<Vm>(key),
        Vm {
            uuid: Uuid(parse_uuid(&template.uuid).expect("templates.toml spells the uuids of templates")),
            name_label: inherited.name,
            name_description: inherited.description,
            power_state: VmPowerState::Halted,
            user_version: 1,
            version: 1,
            is_a_template: true,
            is_default_template: true,
            memory_overhead: memory::overhead_bytes(memory_bytes, template.vcpus),
            memory_static_min: template.memory_mib * MIB,
            memory_static_max: memory_bytes,
            memory_dynamic_min: memory_bytes,
            memory_dynamic_max: memory_bytes,
            VCPUs_max: template.vcpus,
            VCPUs_at_startup: template.vcpus,
            actions_after_shutdown: OnNormalExit::Destroy,
            actions_after_reboot: OnNormalExit::Restart,
            actions_after_crash: OnCrashBehaviour::Restart,
            HVM_boot_policy: Text::new_static("BIOS order"),
            HVM_boot_params: inherited.boot_params,
            platform: inherited.platform,
            other_config,
            domid: -1,
            metrics,
            recommendations: inherited.recommendations,
            snapshot_of: Ref::NULL,
            parent: Ref::NULL,
            generation_id: inherited.generation_id,
            has_vendor_device: false,
            reference_label: inherited.label,
            domain_type: DomainType::Hvm,
            ..Vm::default()
        },
    );
    world.put(metrics, VmMetrics { uuid: world.ids.uuid::<VmMetrics>(key), ..VmMetrics::default() });
}

/// The restrictions as XML, in the order that templates have them.
fn recommendations(family: &Family, template: &TemplateData) -> Text {
    let recommends = template.recommends.or(family.recommends);
    let yes_no = |flag: Option<bool>| if flag.unwrap_or(true) { "yes" } else { "no" };
    let mut xml = String::from("<restrictions>");
    let mut field = |name: &str, attribute: &str, value: &str| {
        xml.push_str(&format!("<restriction field=\"{name}\" {attribute}=\"{value}\"/>"));
    };
    let memory_max = recommends.memory_max_gib.unwrap_or(1536) * GIB;
    field("memory-static-max", "max", &memory_max.to_string());
    if let Some(least) = recommends.vcpus_min {
        field("vcpus-min", "min", &least.to_string());
    }
    field("vcpus-max", "max", "64");
    field("has-vendor-device", "value", &recommends.vendor_device.unwrap_or(false).to_string());
    if recommends.gpu.unwrap_or(false) {
        field("allow-gpu-passthrough", "value", "1");
        field("allow-vgpu", "value", "1");
    }
    if recommends.network_sriov.unwrap_or(false) {
        field("allow-network-sriov", "value", "1");
    }
    field("supports-bios", "value", yes_no(recommends.supports_bios));
    field("supports-uefi", "value", yes_no(recommends.supports_uefi));
    field("supports-secure-boot", "value", yes_no(recommends.supports_secure_boot));
    xml.push_str("<restriction max=\"255\" property=\"number-of-vbds\"/>");
    xml.push_str("<restriction max=\"7\" property=\"number-of-vifs\"/></restrictions>");
    xml.into()
}

impl Recommends {
    /// These, and where they say nothing, those of the family.
    fn or(self, family: Recommends) -> Recommends {
        Recommends {
            memory_max_gib: self.memory_max_gib.or(family.memory_max_gib),
            vcpus_min: self.vcpus_min.or(family.vcpus_min),
            vendor_device: self.vendor_device.or(family.vendor_device),
            gpu: self.gpu.or(family.gpu),
            network_sriov: self.network_sriov.or(family.network_sriov),
            supports_bios: self.supports_bios.or(family.supports_bios),
            supports_uefi: self.supports_uefi.or(family.supports_uefi),
            supports_secure_boot: self.supports_secure_boot.or(family.supports_secure_boot),
        }
    }
}
