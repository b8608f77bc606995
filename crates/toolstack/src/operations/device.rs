//! Rows of a machine and its devices, as steps want them.

use super::vm::seat::Seat;
use crate::allowed::vm::is_hvm;
use crate::placement::squeeze;
use crate::plan::{Plan, on_together};
use machine::step::network::{Filter, GuestAddresses, NicRules};
use machine::{Disc, DiskStep, DomainSpec, Drive, Loan, LoanStep, Nic, Step};
use model::{
    Host, Network, NetworkDefaultLockingMode as ByDefault, OnBoot, Ref, Text, Uuid, Vbd, VbdMode, VbdType,
    Vdi, Vif, VifIpv4ConfigurationMode, VifIpv6ConfigurationMode, VifLockingMode, Vm, many,
};
use std::collections::BTreeMap;
use store::Snapshot;

pub fn spec(vm: &Vm) -> DomainSpec {
    DomainSpec {
        vm: vm.uuid,
        name: vm.name_label.to_string(),
        memory_bytes: squeeze::target(vm),
        vcpus: vm.VCPUs_at_startup,
        hvm: is_hvm(vm),
        settings: settings(vm),
    }
}

/// What the hypervisor is told beside the size of a machine.
pub fn settings(vm: &Vm) -> BTreeMap<String, String> {
    let known = vm.VCPUs_params.iter().filter(|(key, _)| SCHEDULING.contains(&key.as_str()));
    let mut settings: BTreeMap<String, String> =
        known.map(|(key, value)| (key.to_string(), value.to_string())).collect();
    if vm.HVM_shadow_multiplier != 1.0 {
        settings.insert("shadow_multiplier".into(), vm.HVM_shadow_multiplier.to_string());
    }
    settings
}

/// Those of `VCPUs_params` that the scheduler knows.
pub const SCHEDULING: [&str; 3] = ["weight", "cap", "mask"];

pub fn disc(pool: &Snapshot, vdi: Ref<Vdi>) -> Option<Disc> {
    let row = pool.get(vdi)?;
    Some(Disc { sr: pool.get(row.SR)?.uuid, vdi: row.uuid })
}

/// A host that reaches a disk, and the disk.
pub fn place_of(pool: &Snapshot, vdi: Ref<Vdi>) -> Result<(Ref<Host>, Disc), model::ApiError> {
    use crate::handler::Find;
    let row = pool.find(vdi)?;
    let disc = disc(pool, vdi).ok_or_else(|| model::ApiError::vdi_not_available(vdi))?;
    Ok((host_of_sr(pool, row.SR)?, disc))
}

pub fn drive(pool: &Snapshot, vbd: &Vbd) -> Drive {
    Drive {
        vbd: vbd.uuid,
        userdevice: vbd.userdevice.to_string(),
        read_only: vbd.mode == VbdMode::Ro,
        cd: vbd.r#type == VbdType::Cd,
        disc: disc(pool, vbd.VDI),
    }
}

pub fn nic(pool: &Snapshot, vif: &Vif) -> Nic {
    let network = pool.get(vif.network);
    Nic {
        vif: vif.uuid,
        device: vif.device.to_string(),
        mac: vif.MAC.to_string(),
        bridge: network.map(|network| network.bridge.to_string()).unwrap_or_default(),
        mtu: vif.MTU,
        internal: pool.many(many::NETWORK_PIFS, vif.network).next().is_none(),
        rules: Box::new(NicRules {
            filter: filter(network, vif),
            trunks: vif.trunks.iter().copied().collect(),
            addresses: guest_addresses(vif),
        }),
    }
}

fn filter(network: Option<&Network>, vif: &Vif) -> Filter {
    let texts = |set: &model::Set<Text>| set.iter().map(Text::to_string).collect();
    let closed = || network.is_some_and(|network| network.default_locking_mode == ByDefault::Disabled);
    match vif.locking_mode {
        VifLockingMode::Locked => {
            Filter::Locked { ipv4: texts(&vif.ipv4_allowed), ipv6: texts(&vif.ipv6_allowed) }
        }
        VifLockingMode::Disabled => Filter::Disabled,
        VifLockingMode::NetworkDefault if closed() => Filter::Disabled,
        VifLockingMode::NetworkDefault | VifLockingMode::Unlocked => Filter::Unlocked,
    }
}

fn guest_addresses(vif: &Vif) -> GuestAddresses {
    let first = |set: &model::Set<Text>| set.first().map(Text::to_string).unwrap_or_default();
    let mut told = GuestAddresses::default();
    if vif.ipv4_configuration_mode == VifIpv4ConfigurationMode::Static {
        told.ipv4 = first(&vif.ipv4_addresses);
        told.ipv4_gateway = vif.ipv4_gateway.to_string();
    }
    if vif.ipv6_configuration_mode == VifIpv6ConfigurationMode::Static {
        told.ipv6 = first(&vif.ipv6_addresses);
        told.ipv6_gateway = vif.ipv6_gateway.to_string();
    }
    told
}

/// The drives of a machine by their place: those that hold a disk, and CD drives even if empty.
pub fn drives(pool: &Snapshot, vm: Ref<Vm>) -> Vec<Drive> {
    let mut drives: Vec<Drive> = pool
        .many_rows(many::VM_VBDS, vm)
        .map(|(_, vbd)| drive(pool, vbd))
        .filter(|drive| drive.disc.is_some() || drive.cd)
        .collect();
    drives.sort_by_key(|drive| place(&drive.userdevice));
    drives
}

pub fn nics(pool: &Snapshot, vm: Ref<Vm>) -> Vec<Nic> {
    let mut nics: Vec<Nic> = pool.many_rows(many::VM_VIFS, vm).map(|(_, vif)| nic(pool, vif)).collect();
    nics.sort_by_key(|nic| place(&nic.device));
    nics
}

/// The drives that a machine has plugged now.
pub fn plugged_drives(pool: &Snapshot, vm: Ref<Vm>) -> Vec<Drive> {
    let plugged =
        |uuid| pool.many_rows(many::VM_VBDS, vm).any(|(_, vbd)| vbd.uuid == uuid && vbd.currently_attached);
    drives(pool, vm).into_iter().filter(|drive| plugged(drive.vbd)).collect()
}

/// The network cards that a machine has plugged now.
pub fn plugged_nics(pool: &Snapshot, vm: Ref<Vm>) -> Vec<Nic> {
    let plugged =
        |uuid| pool.many_rows(many::VM_VIFS, vm).any(|(_, vif)| vif.uuid == uuid && vif.currently_attached);
    nics(pool, vm).into_iter().filter(|nic| plugged(nic.vif)).collect()
}

/// The number of a device, if it is spelled as numbers are: no sign, no leading zero.
pub fn number(device: &str) -> Option<u32> {
    let number: u32 = device.parse().ok()?;
    (number.to_string() == device).then_some(number)
}

/// Device names in the order of their numbers, named ones after numbered ones.
pub fn place(device: &str) -> (u64, String) {
    (device.parse().unwrap_or(u64::MAX), device.to_string())
}

/// Bring a domain to life from nothing: paused, devices, device model.
pub fn boot(pool: &Snapshot, id: Ref<Vm>, vm: &Vm, host: Ref<Host>, seat: &Seat) -> Plan {
    let spec = DomainSpec { memory_bytes: seat.bytes, ..spec(vm) };
    let furnish = furnish(pool, id, vm, host, Step::CreateDomain { spec }, seat);
    let resets: Vec<Plan> = resets(pool, id, host).collect();
    if resets.is_empty() { furnish } else { Plan::Serial(vec![Plan::Parallel(resets), furnish]) }
}

/// Disks that forget at each boot what was written on them.
fn resets(pool: &Snapshot, vm: Ref<Vm>, host: Ref<Host>) -> impl Iterator<Item = Plan> {
    let forgets = move |vdi: &Ref<Vdi>| pool.get(*vdi).is_some_and(|vdi| vdi.on_boot == OnBoot::Reset);
    let disks = pool.many_rows(many::VM_VBDS, vm).map(|(_, vbd)| vbd.VDI).filter(forgets);
    disks.filter_map(move |vdi| Some(Plan::Do(host, DiskStep::Reset { disc: disc(pool, vdi)? }.into())))
}

/// The same with a domain that another step makes.
pub fn furnish(pool: &Snapshot, id: Ref<Vm>, vm: &Vm, host: Ref<Host>, create: Step, seat: &Seat) -> Plan {
    let lend = |loan: &Loan| Step::Loan(LoanStep::Lend { vm: vm.uuid, loan: loan.clone() });
    let lends = seat.loans.iter().map(lend);
    let disks = drives(pool, id).into_iter().map(|drive| Step::PlugDisk { vm: vm.uuid, drive });
    let nics = nics(pool, id).into_iter().map(|nic| Step::PlugNic { vm: vm.uuid, nic });
    let mut parts = crate::interfaces::needed(pool, id, host);
    parts.extend([Plan::Do(host, create), on_together(host, disks.chain(nics).chain(lends))]);
    if is_hvm(vm) {
        parts.push(Plan::Do(host, Step::StartDeviceModel { vm: vm.uuid }));
    }
    Plan::Serial(parts)
}

/// A host that reaches a storage: the pool's coordinator first.
pub fn host_of_sr(pool: &Snapshot, sr: Ref<model::Sr>) -> Result<Ref<Host>, model::ApiError> {
    let coordinator = pool.first::<model::Pool>().map(|(_, pool)| pool.master);
    let attached = |host: &Ref<Host>| {
        pool.get(*host).and_then(|host| pool.get(host.metrics)).is_some_and(|metrics| metrics.live)
    };
    let hosts =
        pool.many_rows(many::SR_PBDS, sr).filter(|(_, pbd)| pbd.currently_attached).map(|(_, pbd)| pbd.host);
    hosts
        .filter(attached)
        .min_by_key(|host| (Some(*host) != coordinator, *host))
        .ok_or_else(|| model::ApiError::sr_has_no_pbds(sr))
}

/// The uuid of a host.
pub fn host_uuid(pool: &Snapshot, host: Ref<Host>) -> Uuid {
    pool.get(host).map_or(Uuid::NIL, |host| host.uuid)
}
