//! What goes with a host: all rows that make no sense without it.
//!
//! References to what is gone become null by themselves; the tables here say which rows do not outlive
//! what they point at, and which belong to the row that points at them.

use crate::begin::POOL_SECRET;
use crate::toolstack::coordinator;
use machine::Chance;
use model::{
    ClassId, Host, Network, Pbd, Pif, Pool, Ref, RefId, Sr, Uuid, Vbd, VbdType, Vm, XeniosSetting, many,
};
use std::collections::BTreeSet;
use store::{Snapshot, Transaction};

pub type Rows = BTreeSet<(ClassId, RefId)>;

/// A row goes when what this field points at goes.
const GOES_WITH: &[(&str, &str)] = &[
    ("PBD", "host"),
    ("PBD", "SR"),
    ("VDI", "SR"),
    ("VBD", "VM"),
    ("VIF", "VM"),
    ("VGPU", "VM"),
    ("VTPM", "VM"),
    ("VUSB", "VM"),
    ("console", "VM"),
    ("crashdump", "VM"),
    ("VM", "snapshot_of"),
    ("PIF", "host"),
    ("Bond", "master"),
    ("VLAN", "tagged_PIF"),
    ("VLAN", "untagged_PIF"),
    ("tunnel", "access_PIF"),
    ("tunnel", "transport_PIF"),
    ("network_sriov", "physical_PIF"),
    ("network_sriov", "logical_PIF"),
    ("host_cpu", "host"),
    ("host_crashdump", "host"),
    ("host_patch", "host"),
    ("PCI", "host"),
    ("PGPU", "host"),
    ("PUSB", "host"),
    ("Certificate", "host"),
    ("Feature", "host"),
    ("Cluster_host", "host"),
    ("Host_driver", "host"),
    ("Driver_variant", "driver"),
    ("PVS_proxy", "VIF"),
];

/// What this field points at goes with the row.
const TAKES_ALONG: &[(&str, &str)] = &[
    ("host", "metrics"),
    ("host", "control_domain"),
    ("VM", "metrics"),
    ("VM", "guest_metrics"),
    ("VBD", "metrics"),
    ("VIF", "metrics"),
    ("PIF", "metrics"),
];

/// These rows, with all that goes with them.
pub fn with_company(pool: &Snapshot, roots: impl IntoIterator<Item = (ClassId, RefId)>) -> Rows {
    let mut gone = Rows::new();
    let mut next: Vec<(ClassId, RefId)> = roots.into_iter().collect();
    while let Some((class, id)) = next.pop() {
        if !pool.contains(class, id) || !gone.insert((class, id)) {
            continue;
        }
        for (other, field, referrer) in pool.all_referrers(id) {
            let name = other.definition().fields[field].name;
            if GOES_WITH.contains(&(other.name(), name)) {
                next.push((other, referrer));
            }
        }
        if class == ClassId::Vdi {
            next.extend(machines_on(pool, Ref::new(id)).map(|vm| (ClassId::Vm, vm.id())));
        }
        for (_, field) in TAKES_ALONG.iter().filter(|(owner, _)| *owner == class.name()) {
            let Some((number, definition)) = class.definition().field(field) else { continue };
            let model::schema::Type::Ref(target) = definition.ty else { continue };
            if let Some(value) = pool.entry(class, id).and_then(|entry| entry.row.field(number)) {
                value.references(&mut |owned| next.push((target, owned)));
            }
        }
    }
    gone
}

/// The machines that cannot be without a disk: those that have it, and those whose memory is on it.
fn machines_on(pool: &Snapshot, disk: Ref<model::Vdi>) -> impl Iterator<Item = Ref<Vm>> {
    let drives = pool
        .many_rows(many::VDI_VBDS, disk)
        .filter(|(_, vbd): &(Ref<Vbd>, &Vbd)| vbd.r#type == VbdType::Disk);
    let suspended = ClassId::Vm.definition().field("suspend_VDI").map(|(number, _)| number);
    let images = suspended.into_iter().flat_map(move |field| pool.referrers(disk.id(), ClassId::Vm, field));
    drives.map(|(_, vbd)| vbd.VM).chain(images.map(Ref::new))
}

/// The storage that only this host has.
pub fn local_storage(pool: &Snapshot, host: Ref<Host>) -> Vec<Ref<Sr>> {
    let plugged_here = pool.many_rows(many::HOST_PBDS, host).map(|(_, pbd): (Ref<Pbd>, &Pbd)| pbd.SR);
    let only_here = |sr: &Ref<Sr>| {
        pool.get(*sr).is_some_and(|row| !row.shared)
            && pool.many_rows(many::SR_PBDS, *sr).all(|(_, pbd)| pbd.host == host)
    };
    plugged_here.filter(only_here).collect::<BTreeSet<_>>().into_iter().collect()
}

/// All that leaves a pool with a host.
pub fn of_host(pool: &Snapshot, host: Ref<Host>) -> Rows {
    let storage = local_storage(pool, host).into_iter().map(|sr| (ClassId::Sr, sr.id()));
    with_company(pool, storage.chain([(ClassId::Host, host.id())]))
}

/// Make the rows of a pool those of a pool of one host: it starts anew, with its own hardware, its
/// local storage empty, and no machine but templates.
pub fn stand_alone(tx: &mut Transaction, host: Ref<Host>, chance: &dyn Chance) {
    let own: BTreeSet<Ref<Sr>> = local_storage(tx, host).into_iter().collect();
    let everywhere = |sr: &Sr| sr.is_tools_sr;
    let mut roots: Vec<(ClassId, RefId)> = Vec::new();
    roots.extend(tx.all::<Host>().filter(|(id, _)| *id != host).map(|(id, _)| (ClassId::Host, id.id())));
    roots.extend(
        tx.all::<Sr>()
            .filter(|(id, sr)| !own.contains(id) && !everywhere(sr))
            .map(|(id, _)| (ClassId::Sr, id.id())),
    );
    roots.extend(
        tx.all::<model::Vdi>()
            .filter(|(_, vdi)| own.contains(&vdi.SR))
            .map(|(id, _)| (ClassId::Vdi, id.id())),
    );
    let goes = |vm: &Vm| if vm.is_control_domain { vm.resident_on != host } else { !vm.is_default_template };
    roots.extend(tx.all::<Vm>().filter(|(_, vm)| goes(vm)).map(|(id, _)| (ClassId::Vm, id.id())));
    roots.extend(composed(tx));
    for class in PASSING {
        roots.extend(tx.table(*class).keys().map(|id| (*class, *id)));
    }
    for (class, id) in with_company(tx, roots) {
        tx.delete_row(class, id);
    }
    let empty: Vec<Ref<Network>> = tx
        .all::<Network>()
        .filter(|(id, network)| {
            let internal = network.other_config.contains_key("is_host_internal_management_network");
            !internal && tx.many(many::NETWORK_PIFS, *id).next().is_none()
        })
        .map(|(id, _)| id)
        .collect();
    for network in empty {
        tx.delete(network);
    }
    // Members of the other pool know its secret.
    let secrets = tx.all::<XeniosSetting>().filter(|(_, setting)| setting.name == POOL_SECRET);
    for secret in secrets.map(|(id, _)| id).collect::<Vec<_>>() {
        tx.delete(secret);
    }
    let storage = own.into_iter().find(|sr| tx.get(*sr).is_some_and(|sr| sr.content_type == "user"));
    let uuid = chance.uuid();
    if let Some((id, _)) = tx.first::<Pool>() {
        tx.update(id, |pool| {
            *pool = Pool {
                uuid,
                name_label: Default::default(),
                name_description: Default::default(),
                master: host,
                default_SR: storage.unwrap_or(Ref::NULL),
                other_config: Default::default(),
                tags: Default::default(),
                gui_config: Default::default(),
                current_operations: Default::default(),
                ..pool.clone()
            }
        });
    }
    tx.update(host, |host| {
        host.enabled = true;
        host.current_operations = Default::default();
    });
    debug_assert!(coordinator(tx) == host);
}

/// Interfaces that are made of others, but for those that the one with the address stands on.
fn composed(pool: &Snapshot) -> Vec<(ClassId, RefId)> {
    let mut kept = BTreeSet::new();
    let mut next: Vec<Ref<Pif>> =
        pool.all::<Pif>().filter(|(_, pif)| pif.management).map(|(id, _)| id).collect();
    while let Some(id) = next.pop() {
        if let Some(pif) = pool.get(id).filter(|_| kept.insert(id)) {
            next.extend(pool.get(pif.VLAN_master_of).map(|vlan| vlan.tagged_PIF));
        }
    }
    let goes = |id: &Ref<Pif>, pif: &Pif| !pif.physical && !kept.contains(id);
    pool.all::<Pif>().filter(|(id, pif)| goes(id, pif)).map(|(id, _)| (ClassId::Pif, id.id())).collect()
}

/// What belonged to the life in the other pool.
const PASSING: &[ClassId] = &[
    ClassId::Blob,
    ClassId::Caller,
    ClassId::Cluster,
    ClassId::Observer,
    ClassId::PvsSite,
    ClassId::PvsServer,
    ClassId::RateLimit,
    ClassId::Repository,
    ClassId::SdnController,
    ClassId::VmGroup,
    ClassId::Session,
    ClassId::Task,
    ClassId::Message,
    ClassId::XeniosOperation,
    ClassId::VmAppliance,
    ClassId::Vmss,
    ClassId::Subject,
];

/// Uuids of rows.
pub fn uuids<T: model::Class>(pool: &Snapshot, ids: &[Ref<T>]) -> Vec<Uuid> {
    ids.iter().filter_map(|id| pool.entry(T::ID, id.id())).map(|entry| entry.row.uuid()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tables_name_fields_that_are_there() {
        for (class, field) in GOES_WITH.iter().chain(TAKES_ALONG) {
            let class = ClassId::by_name(class).unwrap_or_else(|| panic!("no class {class}"));
            assert!(class.definition().field(field).is_some(), "{} has no {field}", class.name());
        }
    }
}
