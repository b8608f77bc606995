// Printed by `cargo xtask codegen` from crates/model/classes/*.toml and model.toml. Do not edit.

#![expect(non_snake_case, reason = "fields keep the names they have on the wire")]

use crate::generated::enums::*;
use crate::row;
use crate::types::{Date, EnumSet, Map, Ref, Set, Uuid};
use crate::value::Text;

row! {
    /// A logged-in API connection, whose reference goes into every further call.
    Session = Session {
        0 uuid: Uuid = Uuid::NIL,
        1 this_host: Ref<Host> = Ref::NULL,
        2 this_user: Ref<User> = Ref::NULL,
        3 last_active: Date = Date::EPOCH,
        4 pool: bool = false,
        5 other_config: Map<Text, Text> = Map::EMPTY,
        6 is_local_superuser: bool = false,
        7 subject: Ref<Subject> = Ref::NULL,
        8 validation_time: Date = Date::EPOCH,
        9 auth_user_sid: Text = Text::new_static(""),
        10 auth_user_name: Text = Text::new_static(""),
        11 rbac_permissions: Set<Text> = Set::EMPTY,
        13 parent: Ref<Session> = Ref::NULL,
        14 originator: Text = Text::new_static(""),
        15 client_certificate: bool = false,
    }
}

/// The lookup of users and groups in the external directory service.
#[derive(Clone, Debug, PartialEq)]
pub enum Auth {}

row! {
    /// A user or group of an external directory allowed to log in.
    Subject = Subject {
        0 uuid: Uuid = Uuid::NIL,
        1 subject_identifier: Text = Text::new_static(""),
        2 other_config: Map<Text, Text> = Map::EMPTY,
        3 roles: Set<Ref<Role>> = [Ref::NULL].into_iter().collect(),
    }
}

row! {
    /// A set of permissions that can be granted to a subject, possibly nested.
    Role = Role {
        0 uuid: Uuid = Uuid::NIL,
        1 name_label: Text = Text::new_static(""),
        2 name_description: Text = Text::new_static(""),
        3 subroles: Set<Ref<Role>> = Set::EMPTY,
        4 is_internal: bool = false,
    }
}

row! {
    /// A long-running operation that can be watched for progress, result or failure.
    Task = Task {
        0 uuid: Uuid = Uuid::NIL,
        1 name_label: Text = Text::new_static(""),
        2 name_description: Text = Text::new_static(""),
        3 allowed_operations: EnumSet<TaskAllowedOperations> = EnumSet::EMPTY,
        4 current_operations: Map<Text, TaskAllowedOperations> = Map::EMPTY,
        5 created: Date = Date::EPOCH,
        6 finished: Date = Date::EPOCH,
        7 status: TaskStatusType = TaskStatusType::default(),
        8 session: Ref<Session> = Ref::NULL,
        9 resident_on: Ref<Host> = Ref::NULL,
        10 progress: f64 = 0.0,
        11 externalpid: i64 = 0,
        12 stunnelpid: i64 = 0,
        13 forwarded: bool = false,
        14 forwarded_to: Ref<Host> = Ref::NULL,
        15 r#type: Text = Text::new_static(""),
        16 result: Text = Text::new_static(""),
        17 error_info: Set<Text> = Set::EMPTY,
        18 other_config: Map<Text, Text> = Map::EMPTY,
        19 subtask_of: Ref<Task> = Ref::EMPTY,
        21 backtrace: Text = Text::new_static("()"),
    }
}

/// A notice that an object was added, changed or deleted.
#[derive(Clone, Debug, PartialEq)]
pub enum Event {}

row! {
    /// The one pool-wide object, holding the settings shared by every host.
    Pool = Pool {
        0 uuid: Uuid = Uuid::NIL,
        1 name_label: Text = Text::new_static(""),
        2 name_description: Text = Text::new_static(""),
        3 master: Ref<Host> = Ref::NULL,
        4 default_SR: Ref<Sr> = Ref::NULL,
        5 suspend_image_SR: Ref<Sr> = Ref::NULL,
        6 crash_dump_SR: Ref<Sr> = Ref::NULL,
        7 other_config: Map<Text, Text> = Map::EMPTY,
        8 ha_enabled: bool = false,
        9 ha_configuration: Map<Text, Text> = Map::EMPTY,
        10 ha_statefiles: Set<Text> = Set::EMPTY,
        11 ha_host_failures_to_tolerate: i64 = 0,
        12 ha_plan_exists_for: i64 = 0,
        13 ha_allow_overcommit: bool = false,
        14 ha_overcommitted: bool = false,
        15 blobs: Map<Text, Ref<Blob>> = Map::EMPTY,
        16 tags: Set<Text> = Set::EMPTY,
        17 gui_config: Map<Text, Text> = Map::EMPTY,
        18 health_check_config: Map<Text, Text> = Map::EMPTY,
        19 wlb_url: Text = Text::new_static(""),
        20 wlb_username: Text = Text::new_static(""),
        21 wlb_password: Ref<Secret> = Ref::NULL,
        22 wlb_enabled: bool = false,
        23 wlb_verify_cert: bool = false,
        24 redo_log_enabled: bool = false,
        25 redo_log_vdi: Ref<Vdi> = Ref::NULL,
        26 vswitch_controller: Text = Text::new_static(""),
        27 restrictions: Map<Text, Text> = Map::EMPTY,
        29 ha_cluster_stack: Text = Text::new_static(""),
        30 allowed_operations: EnumSet<PoolAllowedOperations> = EnumSet::EMPTY,
        31 current_operations: Map<Text, PoolAllowedOperations> = Map::EMPTY,
        32 guest_agent_config: Map<Text, Text> = Map::EMPTY,
        33 cpu_info: Map<Text, Text> = Map::EMPTY,
        34 policy_no_vendor_device: bool = false,
        35 live_patching_disabled: bool = false,
        36 igmp_snooping_enabled: bool = false,
        37 uefi_certificates: Text = Text::new_static(""),
        38 custom_uefi_certificates: Text = Text::new_static(""),
        39 is_psr_pending: bool = false,
        40 tls_verification_enabled: bool = false,
        41 repositories: Set<Ref<Repository>> = Set::EMPTY,
        42 client_certificate_auth_enabled: bool = false,
        43 client_certificate_auth_name: Text = Text::new_static(""),
        44 repository_proxy_url: Text = Text::new_static(""),
        45 repository_proxy_username: Text = Text::new_static(""),
        46 repository_proxy_password: Ref<Secret> = Ref::NULL,
        47 migration_compression: bool = false,
        48 coordinator_bias: bool = true,
        49 local_auth_max_threads: i64 = 8,
        50 ext_auth_max_threads: i64 = 1,
        51 ext_auth_cache_enabled: bool = true,
        52 ext_auth_cache_size: i64 = 50,
        53 ext_auth_cache_expiry: i64 = 300,
        54 telemetry_uuid: Ref<Secret> = Ref::NULL,
        55 telemetry_frequency: TelemetryFrequency = TelemetryFrequency::Weekly,
        56 telemetry_next_collection: Date = Date::EPOCH,
        57 last_update_sync: Date = Date::EPOCH,
        58 update_sync_frequency: UpdateSyncFrequency = UpdateSyncFrequency::Weekly,
        59 update_sync_day: i64 = 0,
        60 update_sync_enabled: bool = false,
        61 recommendations: Map<Text, Text> = Map::EMPTY,
        62 license_server: Map<Text, Text> = Map::EMPTY,
        63 ha_reboot_vm_on_internal_shutdown: bool = true,
        64 limit_console_sessions: bool = false,
        65 vm_console_idle_timeout: i64 = 0,
        66 auto_update_vm_secureboot_certificates: bool = false,
    }
}

row! {
    /// An older-style patch record, deprecated and kept as a wrapper around pool_update.
    PoolPatch = PoolPatch {
        0 uuid: Uuid = Uuid::NIL,
        1 name_label: Text = Text::new_static(""),
        2 name_description: Text = Text::new_static(""),
        3 version: Text = Text::new_static(""),
        4 filename: Text = Text::new_static(""),
        5 size: i64 = 0,
        6 pool_applied: bool = false,
        8 after_apply_guidance: EnumSet<AfterApplyGuidance> = EnumSet::EMPTY,
        9 pool_update: Ref<PoolUpdate> = Ref::NULL,
        10 other_config: Map<Text, Text> = Map::EMPTY,
    }
}

row! {
    /// An update package uploaded to the pool, with the hosts that have it.
    PoolUpdate = PoolUpdate {
        0 uuid: Uuid = Uuid::NIL,
        1 name_label: Text = Text::new_static(""),
        2 name_description: Text = Text::new_static(""),
        3 version: Text = Text::new_static(""),
        4 installation_size: i64 = 0,
        5 key: Text = Text::new_static(""),
        6 after_apply_guidance: EnumSet<UpdateAfterApplyGuidance> = EnumSet::EMPTY,
        7 vdi: Ref<Vdi> = Ref::NULL,
        8 hosts: Set<Ref<Host>> = Set::EMPTY,
        9 other_config: Map<Text, Text> = Map::EMPTY,
        10 enforce_homogeneity: bool = false,
    }
}

row! {
    /// A virtual machine, a template or a snapshot, told apart by flags.
    Vm = Vm {
        0 uuid: Uuid = Uuid::NIL,
        1 allowed_operations: EnumSet<VmOperations> = EnumSet::EMPTY,
        2 current_operations: Map<Text, VmOperations> = Map::EMPTY,
        3 name_label: Text = Text::new_static(""),
        4 name_description: Text = Text::new_static(""),
        5 power_state: VmPowerState = VmPowerState::Halted,
        6 user_version: i64 = 0,
        7 is_a_template: bool = false,
        8 is_default_template: bool = false,
        9 suspend_VDI: Ref<Vdi> = Ref::NULL,
        10 resident_on: Ref<Host> = Ref::NULL,
        11 scheduled_to_be_resident_on: Ref<Host> = Ref::NULL,
        12 affinity: Ref<Host> = Ref::NULL,
        13 memory_overhead: i64 = 0,
        14 memory_target: i64 = 0,
        15 memory_static_max: i64 = 0,
        16 memory_dynamic_max: i64 = 0,
        17 memory_dynamic_min: i64 = 0,
        18 memory_static_min: i64 = 0,
        19 VCPUs_params: Map<Text, Text> = Map::EMPTY,
        20 VCPUs_max: i64 = 0,
        21 VCPUs_at_startup: i64 = 0,
        22 actions_after_softreboot: OnSoftrebootBehavior = OnSoftrebootBehavior::SoftReboot,
        23 actions_after_shutdown: OnNormalExit = OnNormalExit::default(),
        24 actions_after_reboot: OnNormalExit = OnNormalExit::default(),
        25 actions_after_crash: OnCrashBehaviour = OnCrashBehaviour::default(),
        32 PV_bootloader: Text = Text::new_static(""),
        33 PV_kernel: Text = Text::new_static(""),
        34 PV_ramdisk: Text = Text::new_static(""),
        35 PV_args: Text = Text::new_static(""),
        36 PV_bootloader_args: Text = Text::new_static(""),
        37 PV_legacy_args: Text = Text::new_static(""),
        38 HVM_boot_policy: Text = Text::new_static(""),
        39 HVM_boot_params: Map<Text, Text> = Map::EMPTY,
        40 HVM_shadow_multiplier: f64 = 1.0,
        41 platform: Map<Text, Text> = Map::EMPTY,
        42 PCI_bus: Text = Text::new_static(""),
        43 other_config: Map<Text, Text> = Map::EMPTY,
        44 domid: i64 = 0,
        45 domarch: Text = Text::new_static(""),
        46 last_boot_CPU_flags: Map<Text, Text> = Map::EMPTY,
        47 is_control_domain: bool = false,
        48 metrics: Ref<VmMetrics> = Ref::NULL,
        49 guest_metrics: Ref<VmGuestMetrics> = Ref::NULL,
        50 last_booted_record: Text = Text::new_static(""),
        51 recommendations: Text = Text::new_static(""),
        52 xenstore_data: Map<Text, Text> = Map::EMPTY,
        53 ha_always_run: bool = false,
        54 ha_restart_priority: Text = Text::new_static(""),
        55 is_a_snapshot: bool = false,
        56 snapshot_of: Ref<Vm> = Ref::EMPTY,
        58 snapshot_time: Date = Date::EPOCH,
        59 transportable_snapshot_id: Text = Text::new_static(""),
        60 blobs: Map<Text, Ref<Blob>> = Map::EMPTY,
        61 tags: Set<Text> = Set::EMPTY,
        62 blocked_operations: Map<VmOperations, Text> = Map::EMPTY,
        63 snapshot_info: Map<Text, Text> = Map::EMPTY,
        64 snapshot_metadata: Text = Text::new_static(""),
        65 parent: Ref<Vm> = Ref::EMPTY,
        67 bios_strings: Map<Text, Text> = Map::EMPTY,
        68 protection_policy: Ref<Vmpp> = Ref::NULL,
        69 is_snapshot_from_vmpp: bool = false,
        70 snapshot_schedule: Ref<Vmss> = Ref::NULL,
        71 is_vmss_snapshot: bool = false,
        72 appliance: Ref<VmAppliance> = Ref::NULL,
        73 start_delay: i64 = 0,
        74 shutdown_delay: i64 = 0,
        75 order: i64 = 0,
        77 attached_PCIs: Set<Ref<Pci>> = Set::EMPTY,
        78 suspend_SR: Ref<Sr> = Ref::NULL,
        79 version: i64 = 0,
        80 generation_id: Text = Text::new_static("0:0"),
        81 hardware_platform_version: i64 = 0,
        82 has_vendor_device: bool = true,
        83 requires_reboot: bool = false,
        84 reference_label: Text = Text::new_static(""),
        85 domain_type: DomainType = DomainType::Unspecified,
        86 NVRAM: Map<Text, Text> = Map::EMPTY,
        87 pending_guidances: EnumSet<UpdateGuidances> = EnumSet::EMPTY,
        88 recommended_guidances: EnumSet<UpdateGuidances> = EnumSet::EMPTY,
        89 pending_guidances_recommended: EnumSet<UpdateGuidances> = EnumSet::EMPTY,
        90 pending_guidances_full: EnumSet<UpdateGuidances> = EnumSet::EMPTY,
        91 groups: Set<Ref<VmGroup>> = Set::EMPTY,
        92 secureboot_certificates_state: VmSecurebootCertificatesState = VmSecurebootCertificatesState::Ok,
    }
}

row! {
    /// Measurements and state of a virtual machine, such as its memory and start time.
    VmMetrics = VmMetrics {
        0 uuid: Uuid = Uuid::NIL,
        1 memory_actual: i64 = 0,
        2 VCPUs_number: i64 = 0,
        3 VCPUs_utilisation: Map<i64, f64> = Map::EMPTY,
        4 VCPUs_CPU: Map<i64, i64> = Map::EMPTY,
        5 VCPUs_params: Map<Text, Text> = Map::EMPTY,
        6 VCPUs_flags: Map<i64, Set<Text>> = Map::EMPTY,
        7 state: Set<Text> = Set::EMPTY,
        8 start_time: Date = Date::EPOCH,
        9 install_time: Date = Date::EPOCH,
        10 last_updated: Date = Date::EPOCH,
        11 other_config: Map<Text, Text> = Map::EMPTY,
        12 hvm: bool = false,
        13 nested_virt: bool = false,
        14 nomigrate: bool = false,
        15 current_domain_type: DomainType = DomainType::Unspecified,
        16 numa_optimised: bool = false,
        17 numa_nodes: i64 = 0,
        18 numa_node_memory: Map<i64, i64> = Map::EMPTY,
    }
}

row! {
    /// The state reported by the guest agent, such as OS, addresses and drivers.
    VmGuestMetrics = VmGuestMetrics {
        0 uuid: Uuid = Uuid::NIL,
        1 os_version: Map<Text, Text> = Map::EMPTY,
        2 netbios_name: Map<Text, Text> = Map::EMPTY,
        3 PV_drivers_version: Map<Text, Text> = Map::EMPTY,
        4 PV_drivers_up_to_date: bool = false,
        5 memory: Map<Text, Text> = Map::EMPTY,
        6 disks: Map<Text, Text> = Map::EMPTY,
        7 networks: Map<Text, Text> = Map::EMPTY,
        8 other: Map<Text, Text> = Map::EMPTY,
        9 last_updated: Date = Date::EPOCH,
        10 other_config: Map<Text, Text> = Map::EMPTY,
        11 live: bool = false,
        12 can_use_hotplug_vbd: TristateType = TristateType::Unspecified,
        13 can_use_hotplug_vif: TristateType = TristateType::Unspecified,
        14 PV_drivers_detected: bool = false,
        15 services: Map<Text, Text> = Map::EMPTY,
    }
}

row! {
    /// A machine protection policy for scheduled snapshots and archives, a feature now removed.
    Vmpp = Vmpp {
        0 uuid: Uuid = Uuid::NIL,
        1 name_label: Text = Text::new_static(""),
        2 name_description: Text = Text::new_static(""),
        3 is_policy_enabled: bool = true,
        4 backup_type: VmppBackupType = VmppBackupType::Snapshot,
        5 backup_retention_value: i64 = 7,
        6 backup_frequency: VmppBackupFrequency = VmppBackupFrequency::Daily,
        7 backup_schedule: Map<Text, Text> = Map::EMPTY,
        8 is_backup_running: bool = false,
        9 backup_last_run_time: Date = Date::EPOCH,
        10 archive_target_type: VmppArchiveTargetType = VmppArchiveTargetType::None,
        11 archive_target_config: Map<Text, Text> = Map::EMPTY,
        12 archive_frequency: VmppArchiveFrequency = VmppArchiveFrequency::Never,
        13 archive_schedule: Map<Text, Text> = Map::EMPTY,
        14 is_archive_running: bool = false,
        15 archive_last_run_time: Date = Date::EPOCH,
        17 is_alarm_enabled: bool = false,
        18 alarm_config: Map<Text, Text> = Map::EMPTY,
        19 recent_alerts: Set<Text> = Set::EMPTY,
    }
}

row! {
    /// A schedule by which snapshots of chosen virtual machines are taken and rotated.
    Vmss = Vmss {
        0 uuid: Uuid = Uuid::NIL,
        1 name_label: Text = Text::new_static(""),
        2 name_description: Text = Text::new_static(""),
        3 enabled: bool = true,
        4 r#type: VmssType = VmssType::default(),
        5 retained_snapshots: i64 = 7,
        6 frequency: VmssFrequency = VmssFrequency::default(),
        7 schedule: Map<Text, Text> = Map::EMPTY,
        8 last_run_time: Date = Date::EPOCH,
    }
}

row! {
    /// A group of machines started and stopped together in order.
    VmAppliance = VmAppliance {
        0 uuid: Uuid = Uuid::NIL,
        1 name_label: Text = Text::new_static(""),
        2 name_description: Text = Text::new_static(""),
        3 allowed_operations: EnumSet<VmApplianceOperation> = EnumSet::EMPTY,
        4 current_operations: Map<Text, VmApplianceOperation> = Map::EMPTY,
    }
}

row! {
    /// A disaster recovery attempt and the storage repositories it brought in.
    DrTask = DrTask {
        0 uuid: Uuid = Uuid::NIL,
    }
}

row! {
    /// A physical server in the pool, with its hypervisor, hardware and settings.
    Host = Host {
        0 uuid: Uuid = Uuid::NIL,
        1 name_label: Text = Text::new_static(""),
        2 name_description: Text = Text::new_static(""),
        3 memory_overhead: i64 = 0,
        4 allowed_operations: EnumSet<HostAllowedOperations> = EnumSet::EMPTY,
        5 current_operations: Map<Text, HostAllowedOperations> = Map::EMPTY,
        6 API_version_major: i64 = 0,
        7 API_version_minor: i64 = 0,
        8 API_version_vendor: Text = Text::new_static(""),
        9 API_version_vendor_implementation: Map<Text, Text> = Map::EMPTY,
        10 enabled: bool = false,
        11 software_version: Map<Text, Text> = Map::EMPTY,
        12 other_config: Map<Text, Text> = Map::EMPTY,
        13 capabilities: Set<Text> = Set::EMPTY,
        14 cpu_configuration: Map<Text, Text> = Map::EMPTY,
        15 sched_policy: Text = Text::new_static(""),
        16 supported_bootloaders: Set<Text> = Set::EMPTY,
        18 logging: Map<Text, Text> = Map::EMPTY,
        20 suspend_image_sr: Ref<Sr> = Ref::NULL,
        21 crash_dump_sr: Ref<Sr> = Ref::NULL,
        24 updates: Set<Ref<PoolUpdate>> = Set::EMPTY,
        27 cpu_info: Map<Text, Text> = Map::EMPTY,
        28 hostname: Text = Text::new_static(""),
        29 address: Text = Text::new_static(""),
        30 metrics: Ref<HostMetrics> = Ref::NULL,
        31 license_params: Map<Text, Text> = Map::EMPTY,
        32 boot_free_mem: i64 = 0,
        33 ha_statefiles: Set<Text> = Set::EMPTY,
        34 ha_network_peers: Set<Text> = Set::EMPTY,
        35 blobs: Map<Text, Ref<Blob>> = Map::EMPTY,
        36 tags: Set<Text> = Set::EMPTY,
        37 external_auth_type: Text = Text::new_static(""),
        38 external_auth_service_name: Text = Text::new_static(""),
        39 external_auth_configuration: Map<Text, Text> = Map::EMPTY,
        40 edition: Text = Text::new_static(""),
        41 license_server: Map<Text, Text> = [(Text::new_static("address"), Text::new_static("localhost")), (Text::new_static("port"), Text::new_static("27000"))].into_iter().collect(),
        42 bios_strings: Map<Text, Text> = Map::EMPTY,
        43 power_on_mode: Text = Text::new_static(""),
        44 power_on_config: Map<Text, Text> = Map::EMPTY,
        45 local_cache_sr: Ref<Sr> = Ref::NULL,
        46 chipset_info: Map<Text, Text> = Map::EMPTY,
        50 ssl_legacy: bool = true,
        51 guest_VCPUs_params: Map<Text, Text> = Map::EMPTY,
        52 display: HostDisplay = HostDisplay::Enabled,
        53 virtual_hardware_platform_versions: Set<i64> = [0].into_iter().collect(),
        54 control_domain: Ref<Vm> = Ref::NULL,
        55 updates_requiring_reboot: Set<Ref<PoolUpdate>> = Set::EMPTY,
        57 iscsi_iqn: Text = Text::new_static(""),
        58 multipathing: bool = false,
        59 uefi_certificates: Text = Text::new_static(""),
        61 editions: Set<Text> = Set::EMPTY,
        62 pending_guidances: EnumSet<UpdateGuidances> = EnumSet::EMPTY,
        63 tls_verification_enabled: bool = false,
        64 last_software_update: Date = Date::EPOCH,
        65 https_only: bool = false,
        66 recommended_guidances: EnumSet<UpdateGuidances> = EnumSet::EMPTY,
        67 latest_synced_updates_applied: LatestSyncedUpdatesAppliedState = LatestSyncedUpdatesAppliedState::Unknown,
        68 numa_affinity_policy: HostNumaAffinityPolicy = HostNumaAffinityPolicy::DefaultPolicy,
        69 pending_guidances_recommended: EnumSet<UpdateGuidances> = EnumSet::EMPTY,
        70 pending_guidances_full: EnumSet<UpdateGuidances> = EnumSet::EMPTY,
        71 last_update_hash: Text = Text::new_static(""),
        72 ssh_enabled: bool = true,
        73 ssh_enabled_timeout: i64 = 0,
        74 ssh_expiry: Date = Date::EPOCH,
        75 console_idle_timeout: i64 = 0,
        76 ssh_auto_mode: bool = false,
        77 max_cstate: Text = Text::new_static(""),
        78 secure_boot: bool = false,
        79 ntp_mode: HostNtpMode = HostNtpMode::Factory,
        80 ntp_custom_servers: Set<Text> = Set::EMPTY,
        81 timezone: Text = Text::new_static("UTC"),
    }
}

row! {
    /// A dump left on disk by a crash of a host.
    HostCrashdump = HostCrashdump {
        0 uuid: Uuid = Uuid::NIL,
        1 host: Ref<Host> = Ref::NULL,
        2 timestamp: Date = Date::EPOCH,
        3 size: i64 = 0,
        4 filename: Text = Text::new_static(""),
        5 other_config: Map<Text, Text> = Map::EMPTY,
    }
}

row! {
    /// A patch as present on one host; a legacy class, superseded by pool_patch.
    HostPatch = HostPatch {
        0 uuid: Uuid = Uuid::NIL,
        1 name_label: Text = Text::new_static(""),
        2 name_description: Text = Text::new_static(""),
        3 version: Text = Text::new_static(""),
        4 host: Ref<Host> = Ref::NULL,
        5 filename: Text = Text::new_static(""),
        6 applied: bool = false,
        7 timestamp_applied: Date = Date::EPOCH,
        8 size: i64 = 0,
        9 pool_patch: Ref<PoolPatch> = Ref::EMPTY,
        10 other_config: Map<Text, Text> = Map::EMPTY,
    }
}

row! {
    /// The memory figures and liveness of a host, updated now and then.
    HostMetrics = HostMetrics {
        0 uuid: Uuid = Uuid::NIL,
        1 memory_total: i64 = 0,
        2 memory_free: i64 = 0,
        3 live: bool = false,
        4 last_updated: Date = Date::EPOCH,
        5 other_config: Map<Text, Text> = Map::EMPTY,
    }
}

row! {
    /// One physical processor of a host; deprecated in favour of cpu_info on the host.
    HostCpu = HostCpu {
        0 uuid: Uuid = Uuid::NIL,
        1 host: Ref<Host> = Ref::NULL,
        2 number: i64 = 0,
        3 vendor: Text = Text::new_static(""),
        4 speed: i64 = 0,
        5 modelname: Text = Text::new_static(""),
        6 family: i64 = 0,
        7 model: i64 = 0,
        8 stepping: Text = Text::new_static(""),
        9 flags: Text = Text::new_static(""),
        10 features: Text = Text::new_static(""),
        11 utilisation: f64 = 0.0,
        12 other_config: Map<Text, Text> = Map::EMPTY,
    }
}

row! {
    /// A virtual switch to which VIFs and physical interfaces connect.
    Network = Network {
        0 uuid: Uuid = Uuid::NIL,
        1 name_label: Text = Text::new_static(""),
        2 name_description: Text = Text::new_static(""),
        3 allowed_operations: EnumSet<NetworkOperations> = EnumSet::EMPTY,
        4 current_operations: Map<Text, NetworkOperations> = Map::EMPTY,
        7 MTU: i64 = 1500,
        8 other_config: Map<Text, Text> = Map::EMPTY,
        9 bridge: Text = Text::new_static(""),
        10 managed: bool = true,
        11 blobs: Map<Text, Ref<Blob>> = Map::EMPTY,
        12 tags: Set<Text> = Set::EMPTY,
        13 default_locking_mode: NetworkDefaultLockingMode = NetworkDefaultLockingMode::Unlocked,
        14 assigned_ips: Map<Ref<Vif>, Text> = Map::EMPTY,
        15 purpose: EnumSet<NetworkPurpose> = EnumSet::EMPTY,
    }
}

row! {
    /// A virtual network card joining a machine to a network.
    Vif = Vif {
        0 uuid: Uuid = Uuid::NIL,
        1 allowed_operations: EnumSet<VifOperations> = EnumSet::EMPTY,
        2 current_operations: Map<Text, VifOperations> = Map::EMPTY,
        3 device: Text = Text::new_static(""),
        4 network: Ref<Network> = Ref::NULL,
        5 VM: Ref<Vm> = Ref::NULL,
        6 MAC: Text = Text::new_static(""),
        7 MTU: i64 = 0,
        8 reserved: bool = false,
        9 other_config: Map<Text, Text> = Map::EMPTY,
        10 currently_attached: bool = false,
        11 status_code: i64 = 0,
        12 status_detail: Text = Text::new_static(""),
        13 runtime_properties: Map<Text, Text> = Map::EMPTY,
        14 qos_algorithm_type: Text = Text::new_static(""),
        15 qos_algorithm_params: Map<Text, Text> = Map::EMPTY,
        16 qos_supported_algorithms: Set<Text> = Set::EMPTY,
        17 metrics: Ref<VifMetrics> = Ref::NULL,
        18 MAC_autogenerated: bool = false,
        19 locking_mode: VifLockingMode = VifLockingMode::NetworkDefault,
        20 ipv4_allowed: Set<Text> = Set::EMPTY,
        21 ipv6_allowed: Set<Text> = Set::EMPTY,
        22 ipv4_configuration_mode: VifIpv4ConfigurationMode = VifIpv4ConfigurationMode::None,
        23 ipv4_addresses: Set<Text> = Set::EMPTY,
        24 ipv4_gateway: Text = Text::new_static(""),
        25 ipv6_configuration_mode: VifIpv6ConfigurationMode = VifIpv6ConfigurationMode::None,
        26 ipv6_addresses: Set<Text> = Set::EMPTY,
        27 ipv6_gateway: Text = Text::new_static(""),
        28 reserved_pci: Ref<Pci> = Ref::NULL,
        29 trunks: Set<i64> = Set::EMPTY,
    }
}

row! {
    /// The former traffic figures of a VIF, in KiB per second.
    VifMetrics = VifMetrics {
        0 uuid: Uuid = Uuid::NIL,
        1 io_read_kbs: f64 = 0.0,
        2 io_write_kbs: f64 = 0.0,
        3 last_updated: Date = Date::EPOCH,
        4 other_config: Map<Text, Text> = Map::EMPTY,
    }
}

row! {
    /// A network interface of one host: a physical card, VLAN, bond or tunnel endpoint.
    Pif = Pif {
        0 uuid: Uuid = Uuid::NIL,
        1 device: Text = Text::new_static(""),
        2 network: Ref<Network> = Ref::NULL,
        3 host: Ref<Host> = Ref::NULL,
        4 MAC: Text = Text::new_static(""),
        5 MTU: i64 = 0,
        6 VLAN: i64 = 0,
        7 device_name: Text = Text::new_static(""),
        8 metrics: Ref<PifMetrics> = Ref::NULL,
        9 physical: bool = false,
        10 currently_attached: bool = true,
        11 ip_configuration_mode: IpConfigurationMode = IpConfigurationMode::None,
        12 IP: Text = Text::new_static(""),
        13 netmask: Text = Text::new_static(""),
        14 gateway: Text = Text::new_static(""),
        15 DNS: Text = Text::new_static(""),
        16 bond_slave_of: Ref<Bond> = Ref::EMPTY,
        18 VLAN_master_of: Ref<Vlan> = Ref::EMPTY,
        20 management: bool = false,
        21 other_config: Map<Text, Text> = Map::EMPTY,
        22 disallow_unplug: bool = false,
        25 ipv6_configuration_mode: Ipv6ConfigurationMode = Ipv6ConfigurationMode::None,
        26 IPv6: Set<Text> = Set::EMPTY,
        27 ipv6_gateway: Text = Text::new_static(""),
        28 primary_address_type: PrimaryAddressType = PrimaryAddressType::IPv4,
        29 managed: bool = true,
        30 properties: Map<Text, Text> = Map::EMPTY,
        31 capabilities: Set<Text> = Set::EMPTY,
        32 igmp_snooping_status: PifIgmpStatus = PifIgmpStatus::Unknown,
        35 PCI: Ref<Pci> = Ref::NULL,
    }
}

row! {
    /// The link state and hardware details of a physical network interface.
    PifMetrics = PifMetrics {
        0 uuid: Uuid = Uuid::NIL,
        1 io_read_kbs: f64 = 0.0,
        2 io_write_kbs: f64 = 0.0,
        3 carrier: bool = false,
        4 vendor_id: Text = Text::new_static(""),
        5 vendor_name: Text = Text::new_static(""),
        6 device_id: Text = Text::new_static(""),
        7 device_name: Text = Text::new_static(""),
        8 speed: i64 = 0,
        9 duplex: bool = false,
        10 pci_bus_path: Text = Text::new_static(""),
        11 last_updated: Date = Date::EPOCH,
        12 other_config: Map<Text, Text> = Map::EMPTY,
    }
}

row! {
    /// Several physical interfaces joined into one for resilience or bandwidth.
    Bond = Bond {
        0 uuid: Uuid = Uuid::NIL,
        1 master: Ref<Pif> = Ref::EMPTY,
        3 other_config: Map<Text, Text> = Map::EMPTY,
        4 primary_slave: Ref<Pif> = Ref::NULL,
        5 mode: BondMode = BondMode::BalanceSlb,
        6 properties: Map<Text, Text> = Map::EMPTY,
        7 links_up: i64 = 0,
        8 auto_update_mac: bool = true,
    }
}

row! {
    /// A pairing of a trunk interface with a tagged virtual interface on top.
    Vlan = Vlan {
        0 uuid: Uuid = Uuid::NIL,
        1 tagged_PIF: Ref<Pif> = Ref::EMPTY,
        2 untagged_PIF: Ref<Pif> = Ref::EMPTY,
        3 tag: i64 = -1,
        4 other_config: Map<Text, Text> = Map::EMPTY,
    }
}

row! {
    /// A storage plugin that drives one type of storage repository.
    Sm = Sm {
        0 uuid: Uuid = Uuid::NIL,
        1 name_label: Text = Text::new_static(""),
        2 name_description: Text = Text::new_static(""),
        3 r#type: Text = Text::new_static(""),
        4 vendor: Text = Text::new_static(""),
        5 copyright: Text = Text::new_static(""),
        6 version: Text = Text::new_static(""),
        7 required_api_version: Text = Text::new_static(""),
        8 configuration: Map<Text, Text> = Map::EMPTY,
        9 capabilities: Set<Text> = Set::EMPTY,
        10 features: Map<Text, i64> = Map::EMPTY,
        11 host_pending_features: Map<Ref<Host>, Set<Text>> = Map::EMPTY,
        12 other_config: Map<Text, Text> = Map::EMPTY,
        13 driver_filename: Text = Text::new_static(""),
        14 required_cluster_stack: Set<Text> = Set::EMPTY,
        15 supported_image_formats: EnumSet<ImageFormatType> = EnumSet::EMPTY,
    }
}

row! {
    /// A storage repository, the place where virtual disks are kept.
    Sr = Sr {
        0 uuid: Uuid = Uuid::NIL,
        1 name_label: Text = Text::new_static(""),
        2 name_description: Text = Text::new_static(""),
        3 allowed_operations: EnumSet<StorageOperations> = EnumSet::EMPTY,
        4 current_operations: Map<Text, StorageOperations> = Map::EMPTY,
        7 virtual_allocation: i64 = 0,
        8 physical_utilisation: i64 = 0,
        9 physical_size: i64 = 0,
        10 r#type: Text = Text::new_static(""),
        11 content_type: Text = Text::new_static(""),
        12 shared: bool = false,
        13 other_config: Map<Text, Text> = Map::EMPTY,
        14 tags: Set<Text> = Set::EMPTY,
        15 default_vdi_visibility: bool = false,
        16 sm_config: Map<Text, Text> = Map::EMPTY,
        17 blobs: Map<Text, Ref<Blob>> = Map::EMPTY,
        18 local_cache_enabled: bool = false,
        19 introduced_by: Ref<DrTask> = Ref::NULL,
        20 clustered: bool = false,
        21 is_tools_sr: bool = false,
    }
}

/// The health and space figures of an SR as told by its driver.
#[derive(Clone, Debug, PartialEq)]
pub enum SrStat {}

/// A finding of a storage probe, with settings that may reach it.
#[derive(Clone, Debug, PartialEq)]
pub enum ProbeResult {}

row! {
    /// An entry point for maintenance of LVM-based storage repositories.
    Lvhd = Lvhd {
        0 uuid: Uuid = Uuid::NIL,
    }
}

row! {
    /// A virtual disk image, stored on one storage repository.
    Vdi = Vdi {
        0 uuid: Uuid = Uuid::NIL,
        1 name_label: Text = Text::new_static(""),
        2 name_description: Text = Text::new_static(""),
        3 allowed_operations: EnumSet<VdiOperations> = EnumSet::EMPTY,
        4 current_operations: Map<Text, VdiOperations> = Map::EMPTY,
        5 SR: Ref<Sr> = Ref::NULL,
        8 virtual_size: i64 = 0,
        9 physical_utilisation: i64 = 0,
        10 r#type: VdiType = VdiType::default(),
        11 sharable: bool = false,
        12 read_only: bool = false,
        13 other_config: Map<Text, Text> = Map::EMPTY,
        14 storage_lock: bool = false,
        15 location: Text = Text::new_static(""),
        16 managed: bool = false,
        17 missing: bool = false,
        18 parent: Ref<Vdi> = Ref::NULL,
        19 xenstore_data: Map<Text, Text> = Map::EMPTY,
        20 sm_config: Map<Text, Text> = Map::EMPTY,
        21 is_a_snapshot: bool = false,
        22 snapshot_of: Ref<Vdi> = Ref::EMPTY,
        24 snapshot_time: Date = Date::EPOCH,
        25 tags: Set<Text> = Set::EMPTY,
        26 allow_caching: bool = false,
        27 on_boot: OnBoot = OnBoot::Persist,
        28 metadata_of_pool: Ref<Pool> = Ref::NULL,
        29 metadata_latest: bool = false,
        30 is_tools_iso: bool = false,
        31 cbt_enabled: bool = false,
    }
}

row! {
    /// A virtual disk or CD drive slot joining a machine to a VDI.
    Vbd = Vbd {
        0 uuid: Uuid = Uuid::NIL,
        1 allowed_operations: EnumSet<VbdOperations> = EnumSet::EMPTY,
        2 current_operations: Map<Text, VbdOperations> = Map::EMPTY,
        3 VM: Ref<Vm> = Ref::NULL,
        4 VDI: Ref<Vdi> = Ref::NULL,
        5 device: Text = Text::new_static(""),
        6 userdevice: Text = Text::new_static(""),
        7 bootable: bool = false,
        8 mode: VbdMode = VbdMode::default(),
        9 r#type: VbdType = VbdType::default(),
        10 unpluggable: bool = true,
        11 storage_lock: bool = false,
        12 empty: bool = false,
        13 reserved: bool = false,
        14 other_config: Map<Text, Text> = Map::EMPTY,
        15 currently_attached: bool = false,
        16 status_code: i64 = 0,
        17 status_detail: Text = Text::new_static(""),
        18 runtime_properties: Map<Text, Text> = Map::EMPTY,
        19 qos_algorithm_type: Text = Text::new_static(""),
        20 qos_algorithm_params: Map<Text, Text> = Map::EMPTY,
        21 qos_supported_algorithms: Set<Text> = Set::EMPTY,
        22 metrics: Ref<VbdMetrics> = Ref::NULL,
    }
}

row! {
    /// Read and write rates of a virtual block device; obsolete, see archived metrics.
    VbdMetrics = VbdMetrics {
        0 uuid: Uuid = Uuid::NIL,
        1 io_read_kbs: f64 = 0.0,
        2 io_write_kbs: f64 = 0.0,
        3 last_updated: Date = Date::EPOCH,
        4 other_config: Map<Text, Text> = Map::EMPTY,
    }
}

row! {
    /// The link by which one host reaches one storage repository.
    Pbd = Pbd {
        0 uuid: Uuid = Uuid::NIL,
        1 host: Ref<Host> = Ref::NULL,
        2 SR: Ref<Sr> = Ref::NULL,
        3 device_config: Map<Text, Text> = Map::EMPTY,
        4 currently_attached: bool = false,
        5 other_config: Map<Text, Text> = Map::EMPTY,
    }
}

row! {
    /// A memory dump from a crashed virtual machine, stored in a disk image.
    Crashdump = Crashdump {
        0 uuid: Uuid = Uuid::NIL,
        1 VM: Ref<Vm> = Ref::NULL,
        2 VDI: Ref<Vdi> = Ref::NULL,
        3 other_config: Map<Text, Text> = Map::EMPTY,
    }
}

row! {
    /// A virtual TPM attached to a machine, with its stored state.
    Vtpm = Vtpm {
        0 uuid: Uuid = Uuid::NIL,
        1 allowed_operations: EnumSet<VtpmOperations> = EnumSet::EMPTY,
        2 current_operations: Map<Text, VtpmOperations> = Map::EMPTY,
        3 VM: Ref<Vm> = Ref::NULL,
        4 backend: Ref<Vm> = Ref::NULL,
        5 persistence_backend: PersistenceBackend = PersistenceBackend::Xapi,
        6 is_unique: bool = false,
        7 is_protected: bool = false,
        8 contents: Ref<Secret> = Ref::NULL,
    }
}

row! {
    /// A text or graphical console of a machine, reached through its location URL.
    Console = Console {
        0 uuid: Uuid = Uuid::NIL,
        1 protocol: ConsoleProtocol = ConsoleProtocol::default(),
        2 location: Text = Text::new_static(""),
        3 VM: Ref<Vm> = Ref::NULL,
        4 other_config: Map<Text, Text> = Map::EMPTY,
        5 port: i64 = 0,
    }
}

row! {
    /// A local user account, deprecated and hardly used beside the root login.
    User = User {
        0 uuid: Uuid = Uuid::NIL,
        1 short_name: Text = Text::new_static(""),
        2 fullname: Text = Text::new_static(""),
        3 other_config: Map<Text, Text> = Map::EMPTY,
    }
}

/// One metric that can be recorded, with its unit, range and latest value.
#[derive(Clone, Debug, PartialEq)]
pub enum DataSource {}

row! {
    /// A piece of binary data kept on the pool and moved over HTTP.
    Blob = Blob {
        0 uuid: Uuid = Uuid::NIL,
        1 name_label: Text = Text::new_static(""),
        2 name_description: Text = Text::new_static(""),
        3 size: i64 = 0,
        4 public: bool = false,
        5 last_updated: Date = Date::EPOCH,
        6 mime_type: Text = Text::new_static(""),
    }
}

row! {
    /// A notice or alert raised about some object, with a priority and text.
    Message = Message {
        0 uuid: Uuid = Uuid::NIL,
        1 name: Text = Text::new_static(""),
        2 priority: i64 = 0,
        3 cls: Cls = Cls::default(),
        4 obj_uuid: Text = Text::new_static(""),
        5 timestamp: Date = Date::EPOCH,
        6 body: Text = Text::new_static(""),
    }
}

row! {
    /// A stored password or similar value that other objects refer to by UUID.
    Secret = Secret {
        0 uuid: Uuid = Uuid::NIL,
        1 value: Text = Text::new_static(""),
        2 other_config: Map<Text, Text> = Map::EMPTY,
    }
}

row! {
    /// An encapsulated link giving hosts a private network over an existing interface.
    Tunnel = Tunnel {
        0 uuid: Uuid = Uuid::NIL,
        1 access_PIF: Ref<Pif> = Ref::EMPTY,
        2 transport_PIF: Ref<Pif> = Ref::EMPTY,
        3 status: Map<Text, Text> = [(Text::new_static("active"), Text::new_static("false"))].into_iter().collect(),
        4 other_config: Map<Text, Text> = Map::EMPTY,
        5 protocol: TunnelProtocol = TunnelProtocol::Gre,
    }
}

row! {
    /// A link between a physical SR-IOV interface and its logical counterpart on one host.
    NetworkSriov = NetworkSriov {
        0 uuid: Uuid = Uuid::NIL,
        1 physical_PIF: Ref<Pif> = Ref::EMPTY,
        2 logical_PIF: Ref<Pif> = Ref::EMPTY,
        3 requires_reboot: bool = false,
        4 configuration_mode: SriovConfigurationMode = SriovConfigurationMode::Unknown,
    }
}

row! {
    /// A PCI device found on a host.
    Pci = Pci {
        0 uuid: Uuid = Uuid::NIL,
        1 class_id: Text = Text::new_static(""),
        2 class_name: Text = Text::new_static(""),
        3 vendor_id: Text = Text::new_static(""),
        4 vendor_name: Text = Text::new_static(""),
        5 device_id: Text = Text::new_static(""),
        6 device_name: Text = Text::new_static(""),
        7 host: Ref<Host> = Ref::NULL,
        8 pci_id: Text = Text::new_static(""),
        9 functions: i64 = 1,
        11 physical_function: Ref<Pci> = Ref::NULL,
        12 attached_VMs: Set<Ref<Vm>> = Set::EMPTY,
        13 dependencies: Set<Ref<Pci>> = Set::EMPTY,
        14 other_config: Map<Text, Text> = Map::EMPTY,
        15 subsystem_vendor_id: Text = Text::new_static(""),
        16 subsystem_vendor_name: Text = Text::new_static(""),
        17 subsystem_device_id: Text = Text::new_static(""),
        18 subsystem_device_name: Text = Text::new_static(""),
        19 scheduled_to_be_attached_to: Ref<Vm> = Ref::NULL,
        20 driver_name: Text = Text::new_static(""),
    }
}

row! {
    /// A physical graphics card in a host, shareable among virtual GPUs.
    Pgpu = Pgpu {
        0 uuid: Uuid = Uuid::NIL,
        1 PCI: Ref<Pci> = Ref::NULL,
        2 GPU_group: Ref<GpuGroup> = Ref::NULL,
        3 host: Ref<Host> = Ref::NULL,
        4 other_config: Map<Text, Text> = Map::EMPTY,
        5 supported_VGPU_types: Set<Ref<VgpuType>> = Set::EMPTY,
        6 enabled_VGPU_types: Set<Ref<VgpuType>> = Set::EMPTY,
        8 size: i64 = 1048576,
        9 supported_VGPU_max_capacities: Map<Ref<VgpuType>, i64> = Map::EMPTY,
        10 dom0_access: PciDom0Access = PciDom0Access::Enabled,
        11 is_system_display_device: bool = false,
        12 compatibility_metadata: Map<Text, Text> = Map::EMPTY,
    }
}

row! {
    /// A pool-wide set of similar graphics cards from which guests draw virtual GPUs.
    GpuGroup = GpuGroup {
        0 uuid: Uuid = Uuid::NIL,
        1 name_label: Text = Text::new_static(""),
        2 name_description: Text = Text::new_static(""),
        5 GPU_types: Set<Text> = Set::EMPTY,
        6 other_config: Map<Text, Text> = Map::EMPTY,
        7 allocation_algorithm: AllocationAlgorithm = AllocationAlgorithm::DepthFirst,
        8 supported_VGPU_types: Set<Ref<VgpuType>> = Set::EMPTY,
        9 enabled_VGPU_types: Set<Ref<VgpuType>> = Set::EMPTY,
    }
}

row! {
    /// A virtual graphics card of a machine, drawn from a GPU group.
    Vgpu = Vgpu {
        0 uuid: Uuid = Uuid::NIL,
        1 VM: Ref<Vm> = Ref::NULL,
        2 GPU_group: Ref<GpuGroup> = Ref::NULL,
        3 device: Text = Text::new_static("0"),
        4 currently_attached: bool = false,
        5 other_config: Map<Text, Text> = Map::EMPTY,
        6 r#type: Ref<VgpuType> = Ref::NULL,
        7 resident_on: Ref<Pgpu> = Ref::NULL,
        8 scheduled_to_be_resident_on: Ref<Pgpu> = Ref::NULL,
        9 compatibility_metadata: Map<Text, Text> = Map::EMPTY,
        10 extra_args: Text = Text::new_static(""),
        11 PCI: Ref<Pci> = Ref::NULL,
    }
}

row! {
    /// A model of virtual GPU that supporting physical GPUs can offer.
    VgpuType = VgpuType {
        0 uuid: Uuid = Uuid::NIL,
        1 vendor_name: Text = Text::new_static(""),
        2 model_name: Text = Text::new_static(""),
        3 framebuffer_size: i64 = 0,
        4 max_heads: i64 = 0,
        5 max_resolution_x: i64 = 0,
        6 max_resolution_y: i64 = 0,
        7 size: i64 = 0,
        8 supported_on_PGPUs: Set<Ref<Pgpu>> = Set::EMPTY,
        9 enabled_on_PGPUs: Set<Ref<Pgpu>> = Set::EMPTY,
        11 internal_config: Map<Text, Text> = Map::EMPTY,
        12 supported_on_GPU_groups: Set<Ref<GpuGroup>> = Set::EMPTY,
        13 enabled_on_GPU_groups: Set<Ref<GpuGroup>> = Set::EMPTY,
        14 implementation: VgpuTypeImplementation = VgpuTypeImplementation::Passthrough,
        15 identifier: Text = Text::new_static(""),
        16 experimental: bool = false,
        17 compatible_types_in_vm: Set<Ref<VgpuType>> = Set::EMPTY,
        18 compatible_types_on_pgpu: Set<Ref<VgpuType>> = Set::EMPTY,
    }
}

row! {
    /// A Citrix Provisioning site whose disk streams can be cached on hosts.
    PvsSite = PvsSite {
        0 uuid: Uuid = Uuid::NIL,
        1 name_label: Text = Text::new_static(""),
        2 name_description: Text = Text::new_static(""),
        3 PVS_uuid: Text = Text::new_static(""),
    }
}

row! {
    /// A range of addresses and ports where a Citrix Provisioning server answers.
    PvsServer = PvsServer {
        0 uuid: Uuid = Uuid::NIL,
        1 addresses: Set<Text> = Set::EMPTY,
        2 first_port: i64 = 0,
        3 last_port: i64 = 0,
        4 site: Ref<PvsSite> = Ref::NULL,
    }
}

row! {
    /// A cache proxy between one virtual interface and a provisioning services site.
    PvsProxy = PvsProxy {
        0 uuid: Uuid = Uuid::NIL,
        1 site: Ref<PvsSite> = Ref::NULL,
        2 VIF: Ref<Vif> = Ref::NULL,
        3 currently_attached: bool = false,
        4 status: PvsProxyStatus = PvsProxyStatus::Stopped,
    }
}

row! {
    /// The storage a host sets aside to cache one provisioning services site.
    PvsCacheStorage = PvsCacheStorage {
        0 uuid: Uuid = Uuid::NIL,
        1 host: Ref<Host> = Ref::NULL,
        2 SR: Ref<Sr> = Ref::NULL,
        3 site: Ref<PvsSite> = Ref::NULL,
        4 size: i64 = 21474836480,
        5 VDI: Ref<Vdi> = Ref::NULL,
    }
}

row! {
    /// An optional product feature on a host, either enabled or disabled.
    Feature = Feature {
        0 uuid: Uuid = Uuid::NIL,
        1 name_label: Text = Text::new_static(""),
        2 name_description: Text = Text::new_static(""),
        3 enabled: bool = false,
        4 experimental: bool = false,
        5 version: Text = Text::new_static("1.0"),
        6 host: Ref<Host> = Ref::NULL,
    }
}

row! {
    /// An external controller that steers the virtual switches of the pool.
    SdnController = SdnController {
        0 uuid: Uuid = Uuid::NIL,
        1 protocol: SdnControllerProtocol = SdnControllerProtocol::Ssl,
        2 address: Text = Text::new_static(""),
        3 port: i64 = 0,
    }
}

/// The address, export name and certificate for reaching a VDI over NBD.
#[derive(Clone, Debug, PartialEq)]
pub enum VdiNbdServerInfo {}

row! {
    /// A physical USB device plugged into a host.
    Pusb = Pusb {
        0 uuid: Uuid = Uuid::NIL,
        1 USB_group: Ref<UsbGroup> = Ref::NULL,
        2 host: Ref<Host> = Ref::NULL,
        3 path: Text = Text::new_static(""),
        4 vendor_id: Text = Text::new_static(""),
        5 vendor_desc: Text = Text::new_static(""),
        6 product_id: Text = Text::new_static(""),
        7 product_desc: Text = Text::new_static(""),
        8 serial: Text = Text::new_static(""),
        9 version: Text = Text::new_static(""),
        10 description: Text = Text::new_static(""),
        11 passthrough_enabled: bool = false,
        12 other_config: Map<Text, Text> = Map::EMPTY,
        13 speed: f64 = -1.0,
    }
}

row! {
    /// A set of interchangeable physical USB devices across the pool.
    UsbGroup = UsbGroup {
        0 uuid: Uuid = Uuid::NIL,
        1 name_label: Text = Text::new_static(""),
        2 name_description: Text = Text::new_static(""),
        5 other_config: Map<Text, Text> = Map::EMPTY,
    }
}

row! {
    /// A virtual USB slot joining a machine to a USB group.
    Vusb = Vusb {
        0 uuid: Uuid = Uuid::NIL,
        1 allowed_operations: EnumSet<VusbOperations> = EnumSet::EMPTY,
        2 current_operations: Map<Text, VusbOperations> = Map::EMPTY,
        3 VM: Ref<Vm> = Ref::NULL,
        4 USB_group: Ref<UsbGroup> = Ref::NULL,
        5 other_config: Map<Text, Text> = Map::EMPTY,
        6 currently_attached: bool = false,
    }
}

row! {
    /// A group of hosts kept in agreement by a cluster stack such as corosync.
    Cluster = Cluster {
        0 uuid: Uuid = Uuid::NIL,
        2 pending_forget: Set<Text> = Set::EMPTY,
        3 cluster_token: Text = Text::new_static(""),
        4 cluster_stack: Text = Text::new_static("corosync"),
        5 cluster_stack_version: i64 = 2,
        6 is_quorate: bool = false,
        7 quorum: i64 = 0,
        8 live_hosts: i64 = 0,
        9 expected_hosts: i64 = 0,
        10 allowed_operations: EnumSet<ClusterOperation> = EnumSet::EMPTY,
        11 current_operations: Map<Text, ClusterOperation> = Map::EMPTY,
        12 pool_auto_join: bool = true,
        13 token_timeout: f64 = 20.0,
        14 token_timeout_coefficient: f64 = 1.0,
        15 cluster_config: Map<Text, Text> = Map::EMPTY,
        16 other_config: Map<Text, Text> = Map::EMPTY,
    }
}

row! {
    /// The membership of one host in a cluster.
    ClusterHost = ClusterHost {
        0 uuid: Uuid = Uuid::NIL,
        1 cluster: Ref<Cluster> = Ref::NULL,
        2 host: Ref<Host> = Ref::NULL,
        3 enabled: bool = false,
        4 PIF: Ref<Pif> = Ref::NULL,
        5 joined: bool = true,
        6 live: bool = false,
        7 last_update_live: Date = Date::EPOCH,
        8 allowed_operations: EnumSet<ClusterHostOperation> = EnumSet::EMPTY,
        9 current_operations: Map<Text, ClusterHostOperation> = Map::EMPTY,
        10 other_config: Map<Text, Text> = Map::EMPTY,
    }
}

row! {
    /// An X.509 certificate of a host or trusted authority, with its validity period.
    Certificate = Certificate {
        0 uuid: Uuid = Uuid::NIL,
        1 name: Text = Text::new_static(""),
        2 r#type: CertificateType = CertificateType::Host,
        3 host: Ref<Host> = Ref::NULL,
        4 not_before: Date = Date::EPOCH,
        5 not_after: Date = Date::EPOCH,
        6 fingerprint: Text = Text::new_static(""),
        7 fingerprint_sha256: Text = Text::new_static(""),
        8 fingerprint_sha1: Text = Text::new_static(""),
        9 purpose: EnumSet<CertificatePurpose> = EnumSet::EMPTY,
    }
}

/// Calls that inspect the inner workings of the management agent; no objects exist.
#[derive(Clone, Debug, PartialEq)]
pub enum Diagnostics {}

row! {
    /// A source of updates that the pool can synchronise from and install.
    Repository = Repository {
        0 uuid: Uuid = Uuid::NIL,
        1 name_label: Text = Text::new_static(""),
        2 name_description: Text = Text::new_static(""),
        3 binary_url: Text = Text::new_static(""),
        4 source_url: Text = Text::new_static(""),
        5 update: bool = false,
        6 hash: Text = Text::new_static(""),
        7 up_to_date: bool = false,
        8 gpgkey_path: Text = Text::new_static(""),
        9 origin: Origin = Origin::Remote,
        10 certificate: Text = Text::new_static(""),
    }
}

row! {
    /// A tracing setup saying which components emit spans and where they go.
    Observer = Observer {
        0 uuid: Uuid = Uuid::NIL,
        1 name_label: Text = Text::new_static(""),
        2 name_description: Text = Text::new_static(""),
        3 hosts: Set<Ref<Host>> = Set::EMPTY,
        4 attributes: Map<Text, Text> = Map::EMPTY,
        5 endpoints: Set<Text> = Set::EMPTY,
        6 components: Set<Text> = Set::EMPTY,
        7 enabled: bool = false,
    }
}

row! {
    /// A set of virtual machines sharing one placement rule, such as anti-affinity.
    VmGroup = VmGroup {
        0 uuid: Uuid = Uuid::NIL,
        1 name_label: Text = Text::new_static(""),
        2 name_description: Text = Text::new_static(""),
        3 placement: PlacementPolicy = PlacementPolicy::Normal,
        4 VMs: Set<Ref<Vm>> = Set::EMPTY,
    }
}

row! {
    /// A kernel driver on a host that comes in several variants.
    HostDriver = HostDriver {
        0 uuid: Uuid = Uuid::NIL,
        1 host: Ref<Host> = Ref::EMPTY,
        2 name: Text = Text::new_static(""),
        3 friendly_name: Text = Text::new_static(""),
        5 active_variant: Ref<DriverVariant> = Ref::NULL,
        6 selected_variant: Ref<DriverVariant> = Ref::NULL,
        7 r#type: Text = Text::new_static(""),
        8 description: Text = Text::new_static(""),
        9 info: Text = Text::new_static(""),
    }
}

row! {
    /// One version of a host driver that can be chosen for use.
    DriverVariant = DriverVariant {
        0 uuid: Uuid = Uuid::NIL,
        1 name: Text = Text::new_static(""),
        2 driver: Ref<HostDriver> = Ref::NULL,
        3 version: Text = Text::new_static(""),
        4 hardware_present: bool = false,
        5 priority: f64 = 0.0,
        6 status: Text = Text::new_static(""),
    }
}

row! {
    /// A known API client, grouped and rate limited by user agent and address.
    Caller = Caller {
        0 uuid: Uuid = Uuid::NIL,
        1 name_label: Text = Text::new_static(""),
        2 name_description: Text = Text::new_static(""),
        3 user_agent: Text = Text::new_static(""),
        4 client_ip: Text = Text::new_static(""),
        5 last_access: Date = Date::EPOCH,
        6 groups: Set<Text> = Set::EMPTY,
        7 rate_limit: Ref<RateLimit> = Ref::NULL,
        8 auto_registered: bool = false,
    }
}

row! {
    /// A token bucket limiting the API request rate of its callers.
    RateLimit = RateLimit {
        0 uuid: Uuid = Uuid::NIL,
        1 name_label: Text = Text::new_static(""),
        2 name_description: Text = Text::new_static(""),
        4 burst_size: f64 = 0.0,
        5 fill_rate: f64 = 0.0,
    }
}

/// Questions that only Xenios answers: what a call would do, who did what, and how to go back.
#[derive(Clone, Debug, PartialEq)]
pub enum Xenios {}

row! {
    /// The journal of an operation: its plan and how far it has come.
    XeniosOperation = XeniosOperation {
        0 uuid: Uuid = Uuid::NIL,
        1 task: Ref<Task> = Ref::NULL,
        2 message: Text = Text::new_static(""),
        3 request: Text = Text::new_static(""),
        4 decision: Text = Text::new_static(""),
        5 progress: Text = Text::new_static(""),
        6 notes: Text = Text::new_static(""),
        7 trouble: Text = Text::new_static(""),
        8 version: i64 = 1,
    }
}

row! {
    /// A local user who may log in, with the hash of the password.
    XeniosAccount = XeniosAccount {
        0 uuid: Uuid = Uuid::NIL,
        1 name: Text = Text::new_static(""),
        2 password_hash: Text = Text::new_static(""),
    }
}

row! {
    /// A small fact that the toolstack must keep: secrets, versions, counters.
    XeniosSetting = XeniosSetting {
        0 uuid: Uuid = Uuid::NIL,
        1 name: Text = Text::new_static(""),
        2 value: Text = Text::new_static(""),
    }
}

