//! Hosts, each with its metrics, its certificates and its control domain.

use crate::population::hardware;
use crate::population::identity::Key;
use crate::population::memory;
use crate::population::version;
use crate::population::words;
use crate::population::world::{World, fixed, pointer};
use model::{
    ApiEnum, Certificate, CertificateType, Console, ConsoleProtocol, DomainType, Host, HostMetrics, Map,
    OnCrashBehaviour, OnNormalExit, Ref, Text, TextMap, Vm, VmMetrics, VmPowerState,
};

/// Virtual processors of a control domain.
pub const CONTROL_DOMAIN_VCPUS: i64 = 8;

pub fn put(world: &mut World) {
    let free = memory::free_bytes(world.plan, CONTROL_DOMAIN_VCPUS);
    let shared = Shared {
        software_version: version::software_version(world.installed()),
        license_params: version::restrictions(),
        processor: hardware::processor(),
        perfmon: words::control_domain_alarms(),
    };
    for (host, free_bytes) in free.into_iter().enumerate() {
        put_host(world, host, &shared);
        put_metrics(world, host, free_bytes.max(0));
        put_control_domain(world, host, &shared);
        if world.plan.furnished {
            put_certificates(world, host);
        }
    }
}

/// What all hosts say alike.
struct Shared {
    software_version: TextMap,
    license_params: TextMap,
    processor: TextMap,
    perfmon: Text,
}

fn put_host(world: &mut World, host: usize, shared: &Shared) {
    let plan = &world.plan.hosts[host];
    let key = plan.key();
    let local_storage = plan.local_storage.map_or(Ref::NULL, |storage| world.storage(storage));
    let hypervisor_bytes = memory::hypervisor_bytes(plan);
    let iqn = Text::from(format!("iqn.2026-05.com.example:{:08x}", world.ids.number("iqn", key) as u32));
    let seconds = |date: model::Date| Text::from(format!("{}.", date.seconds()));
    let other_config = [
        ("agent_start_time", seconds(world.ago(86400 - 66))),
        ("boot_time", seconds(world.booted())),
        ("iscsi_iqn", iqn.clone()),
        ("rpm_patch_installation_time", seconds(world.installed())),
    ];
    let capabilities =
        ["xen-3.0-x86_64", "hvm-3.0-x86_32", "hvm-3.0-x86_32p", "hvm-3.0-x86_64", ""].map(Text::new_static);
    world.put(
        world.host(host),
        Host {
            uuid: world.ids.uuid::<Host>(key),
            name_label: plan.name.clone(),
            name_description: Text::new_static("Default install"),
            memory_overhead: hypervisor_bytes,
            API_version_major: version::API_MAJOR,
            API_version_minor: version::API_MINOR,
            API_version_vendor: Text::new_static(version::API_VENDOR),
            enabled: true,
            software_version: shared.software_version.clone(),
            other_config: other_config
                .into_iter()
                .map(|(key, value)| (Text::new_static(key), value))
                .collect(),
            capabilities: capabilities.into_iter().collect(),
            sched_policy: Text::new_static("credit"),
            supported_bootloaders: ["pygrub", "eliloader"].map(Text::new_static).into_iter().collect(),
            suspend_image_sr: local_storage,
            crash_dump_sr: local_storage,
            local_cache_sr: local_storage,
            cpu_info: shared.processor.clone(),
            hostname: plan.name.clone(),
            address: plan.address.clone(),
            metrics: world.ids.reference(key),
            license_params: shared.license_params.clone(),
            boot_free_mem: plan.memory_bytes - hypervisor_bytes - memory::control_domain_bytes(plan),
            edition: Text::new_static("xcp-ng"),
            editions: [Text::new_static("xcp-ng")].into_iter().collect(),
            bios_strings: hardware::bios_strings(host),
            chipset_info: fixed([("iommu", "true")]),
            ssl_legacy: false,
            virtual_hardware_platform_versions: [0, 1, 2].into_iter().collect(),
            control_domain: world.control_domain(host),
            iscsi_iqn: iqn,
            tls_verification_enabled: true,
            last_software_update: world.installed(),
            ..Host::default()
        },
    );
}

fn put_metrics(world: &mut World, host: usize, free_bytes: i64) {
    let plan = &world.plan.hosts[host];
    let key = plan.key();
    world.put(
        world.ids.reference::<HostMetrics>(key),
        HostMetrics {
            uuid: world.ids.uuid::<HostMetrics>(key),
            memory_total: plan.memory_bytes,
            memory_free: free_bytes,
            live: true,
            last_updated: world.now,
            other_config: Map::EMPTY,
        },
    );
}

fn put_control_domain(world: &mut World, host: usize, shared: &Shared) {
    let plan = &world.plan.hosts[host];
    let key = world.control_domain_key(host);
    let memory_bytes = memory::control_domain_bytes(plan);
    let mut other_config = fixed([("is_system_domain", "true")]);
    other_config.insert("perfmon", shared.perfmon.clone());
    let reaches = |storage: &usize| world.plan.storages[*storage].hosts.contains(&host);
    if let Some(storage) = (0..world.plan.storages.len()).find(reaches) {
        other_config.insert("storage_driver_domain", pointer(world.storage_link(storage, host)));
    }
    let metrics = world.ids.reference::<VmMetrics>(key);
    world.put(
        world.control_domain(host),
        Vm {
            uuid: world.ids.uuid::<Vm>(key),
            name_label: format!("Control domain on host: {}", plan.name).into(),
            name_description: Text::new_static(
                "The domain that runs this host: its storage, networks and devices.",
            ),
            power_state: VmPowerState::Running,
            user_version: 1,
            resident_on: world.host(host),
            affinity: world.host(host),
            memory_overhead: memory::control_domain_overhead_bytes(memory_bytes, CONTROL_DOMAIN_VCPUS),
            memory_target: memory_bytes,
            memory_static_max: memory_bytes,
            memory_dynamic_max: memory_bytes,
            memory_dynamic_min: memory_bytes,
            memory_static_min: memory_bytes,
            VCPUs_max: CONTROL_DOMAIN_VCPUS,
            VCPUs_at_startup: CONTROL_DOMAIN_VCPUS,
            actions_after_shutdown: OnNormalExit::Destroy,
            actions_after_reboot: OnNormalExit::Destroy,
            actions_after_crash: OnCrashBehaviour::Destroy,
            other_config,
            domid: 0,
            domarch: Text::new_static("x64"),
            is_control_domain: true,
            metrics,
            snapshot_of: Ref::NULL,
            parent: Ref::NULL,
            generation_id: Text::new_static(""),
            has_vendor_device: false,
            domain_type: DomainType::Pv,
            ..Vm::default()
        },
    );
    world.put(
        metrics,
        VmMetrics {
            uuid: world.ids.uuid::<VmMetrics>(key),
            memory_actual: memory_bytes,
            VCPUs_number: CONTROL_DOMAIN_VCPUS,
            VCPUs_utilisation: (1..=CONTROL_DOMAIN_VCPUS).map(|number| (number, 0.0)).collect(),
            current_domain_type: DomainType::Pv,
            ..VmMetrics::default()
        },
    );
    for (number, protocol) in [ConsoleProtocol::Rfb, ConsoleProtocol::Vt100].into_iter().enumerate() {
        let console = world.ids.reference::<Console>(key.part(number));
        let address = &world.plan.hosts[host].address;
        world.put(
            console,
            Console {
                uuid: world.ids.uuid::<Console>(key.part(number)),
                protocol,
                location: format!("https://{address}/console?ref={console}").into(),
                VM: world.control_domain(host),
                other_config: Map::EMPTY,
                port: if protocol == ConsoleProtocol::Rfb { 5900 } else { 9500 },
            },
        );
    }
}

fn put_certificates(world: &mut World, host: usize) {
    for kind in [CertificateType::Host, CertificateType::HostInternal] {
        let key = world.plan.hosts[host].key().part(kind.index());
        let sha256 = fingerprint(world, key, 32);
        world.put(
            world.ids.reference::<Certificate>(key),
            Certificate {
                uuid: world.ids.uuid::<Certificate>(key),
                r#type: kind,
                host: world.host(host),
                not_before: world.installed(),
                not_after: world.ago(-10 * 365 * 86400),
                fingerprint: sha256.clone(),
                fingerprint_sha256: sha256,
                fingerprint_sha1: fingerprint(world, key, 20),
                ..Certificate::default()
            },
        );
    }
}

/// There is no certificate behind it: the one that a server shows is the business of who serves.
fn fingerprint(world: &World, key: Key, length: usize) -> Text {
    let byte =
        |at: usize| format!("{:02X}", world.ids.number("fingerprint", key.part(length).part(at)) as u8);
    (0..length).map(byte).collect::<Vec<_>>().join(":").into()
}
