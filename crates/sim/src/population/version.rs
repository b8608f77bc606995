//! What hosts say they are: one identity for the whole pool, an XCP-ng 8.3 host with the interface of
//! the model. Clients compare these texts, so they are not ours to improve.

use crate::population::words::iso_date;
use crate::population::world::fixed;
use model::{Date, Text, TextMap};

pub const API_MAJOR: i64 = 2;
pub const API_MINOR: i64 = 23;
pub const API_VENDOR: &str = "XenSource";

pub fn software_version(installed: Date) -> TextMap {
    let mut version = fixed([
        ("product_version", "8.3.0"),
        ("product_version_text", "8.3"),
        ("product_version_text_short", "8.3"),
        ("platform_name", "XCP"),
        ("platform_version", "3.4.0"),
        ("product_brand", "XCP-ng"),
        ("build_number", "8.3.0"),
        ("git_id", "0"),
        ("hostname", "localhost"),
        ("dbv", "2026.0202"),
        ("xapi", "26.17"),
        ("xapi_build", "26.17.0"),
        ("xen", "4.17.6-2"),
        ("linux", "4.19.0+1"),
        ("xencenter_min", "2.23"),
        ("xencenter_max", "2.23"),
        ("network_backend", "openvswitch"),
        ("db_schema", "5.909"),
        ("xenios", env!("CARGO_PKG_VERSION")),
    ]);
    version.insert("date", iso_date(installed).split('T').next().unwrap_or_default());
    version
}

/// What the edition does not offer: nothing is withheld but the corosync cluster.
pub fn restrictions() -> TextMap {
    let word = |flag: bool| Text::new_static(if flag { "true" } else { "false" });
    let restricted =
        RESTRICTABLE.iter().map(|name| (Text::new(format!("restrict_{name}")), word(*name == "corosync")));
    let others = [("enable_xha", true), ("platform_filter", false), ("regular_nag_dialog", false)];
    restricted.chain(others.map(|(name, flag)| (Text::new_static(name), word(flag)))).collect()
}

#[rustfmt::skip]
const RESTRICTABLE: &[&str] = &[
    "ad", "batch_hotfix_apply", "cbt", "certificate_verification", "checkpoint", "cifs", "cloud_management",
    "cluster_address", "connection", "corosync", "cpu_masking", "dmc", "dr", "email_alerting", "equalogic",
    "export_resource_data", "gpu", "guest_agent_auto_update", "guest_ip_setting", "health_check",
    "historical_performance", "hotfix_apply", "igmp_snooping", "integrated_gpu_passthrough", "intellicache",
    "internal_repo_access", "lab", "live_patching", "management_on_vlan", "marathon", "nested_virt",
    "netapp", "network_sriov", "nrpe", "pci_device_for_auto_update", "pool_attached_storage",
    "pool_secret_rotation", "pool_size", "pooling", "pvs_proxy", "qos", "rbac", "read_caching", "rpu",
    "set_vcpus_number_live", "stage", "storage_xen_motion", "storagelink", "storagelink_site_recovery",
    "updates", "usb_passthrough", "vgpu", "vif_locking", "vlan", "vm_appliance_start", "vm_groups",
    "vm_memory_introspection", "vm_start", "vmpr", "vmss", "vss", "vswitch_controller", "vtpm",
    "web_selfservice", "web_selfservice_manager", "wlb", "ws_proxy", "xcm", "xen_motion", "zstd_export",
];
