//! Networks in words: what clients can see of them.

use model::{ApiEnum, Bond, ClassId, Network, Pif, Ref, Tunnel, Vif, Vlan};
use store::Snapshot;

fn name(pool: &Snapshot, class: ClassId, id: model::RefId) -> String {
    if id.is_null() { "-".into() } else { toolstack::explain::name_of(pool, class, id).to_string() }
}

fn interface(pool: &Snapshot, id: Ref<Pif>) -> String {
    name(pool, ClassId::Pif, id.id())
}

/// A card of a machine.
pub fn card(pool: &Snapshot, vif: &Vif) -> String {
    let network = name(pool, ClassId::Network, vif.network.id());
    let filter = (vif.locking_mode != Default::default()).then(|| vif.locking_mode.name());
    let allowed = vif.ipv4_allowed.iter().chain(vif.ipv6_allowed.iter()).map(|text| text.to_string());
    let told = vif.ipv4_addresses.iter().chain(vif.ipv6_addresses.iter()).map(|text| text.to_string());
    let more: Vec<String> = filter.map(str::to_string).into_iter().chain(allowed).chain(told).collect();
    let trunks: Vec<i64> = vif.trunks.iter().copied().collect();
    format!("nic{}@{} on {network} {more:?} {trunks:?}", vif.device, vif.currently_attached)
}

pub fn summary(pool: &Snapshot) -> Vec<String> {
    let mut lines = Vec::new();
    for (id, pif) in pool.all::<Pif>() {
        lines.push(format!(
            "pif {} on {} attached={} management={} {} {:?} {:?} {:?} {} {} {} of {} unplug={} {} {:?} {:?}",
            interface(pool, id),
            name(pool, ClassId::Network, pif.network.id()),
            pif.currently_attached,
            pif.management,
            pif.ip_configuration_mode.name(),
            pif.IP,
            pif.gateway,
            pif.DNS,
            pif.ipv6_configuration_mode.name(),
            pif.IPv6.join(","),
            pif.MAC,
            pool.get(pif.bond_slave_of).map_or("-".into(), |bond| interface(pool, bond.master)),
            !pif.disallow_unplug,
            pif.MTU,
            pif.properties,
            pif.capabilities,
        ));
    }
    for (_, vlan) in pool.all::<Vlan>() {
        let (on, made) = (interface(pool, vlan.tagged_PIF), interface(pool, vlan.untagged_PIF));
        lines.push(format!("vlan {} of {on} is {made}", vlan.tag));
    }
    for (_, bond) in pool.all::<Bond>() {
        let (made, first) = (interface(pool, bond.master), interface(pool, bond.primary_slave));
        let mode = bond.mode.name();
        lines.push(format!("bond {made} {mode} first {first} links {} {:?}", bond.links_up, bond.properties));
    }
    for (_, tunnel) in pool.all::<Tunnel>() {
        let (made, through) = (interface(pool, tunnel.access_PIF), interface(pool, tunnel.transport_PIF));
        lines.push(format!("tunnel {made} through {through} {}", tunnel.protocol.name()));
    }
    for (_, network) in pool.all::<Network>() {
        let Network { name_label, bridge, default_locking_mode, .. } = network;
        let purposes: Vec<&str> = network.purpose.iter().map(|purpose| purpose.name()).collect();
        lines.push(format!("network {name_label} {bridge} {} {purposes:?}", default_locking_mode.name()));
    }
    for (_, host) in pool.all::<model::Host>() {
        lines.push(format!("host {} at {}", host.name_label, host.address));
    }
    for (_, row) in pool.all::<model::Pool>() {
        lines.push(format!(
            "pool snooping {} steered by {:?}",
            row.igmp_snooping_enabled, row.vswitch_controller
        ));
    }
    for class in [
        ClassId::Network,
        ClassId::Pif,
        ClassId::PifMetrics,
        ClassId::Vlan,
        ClassId::Bond,
        ClassId::Tunnel,
        ClassId::NetworkSriov,
        ClassId::SdnController,
        ClassId::PvsSite,
        ClassId::PvsServer,
        ClassId::PvsProxy,
        ClassId::PvsCacheStorage,
    ] {
        lines.push(format!("{} rows: {}", class.name(), pool.table(class).len()));
    }
    lines
}
