//! Interfaces of hosts: rows of PIF as steps want them, and what has to be up for whom.

use crate::plan::Plan;
use machine::step::network::{Addressing, Link, Member, V4, V6};
use machine::{BelievedNetwork, Card, Interface, NetworkStep, Step};
use model::{
    ApiEnum, ApiError, Host, IpConfigurationMode as Mode, Ipv6ConfigurationMode as Mode6, Network, Pif,
    PifMetrics, Pool, PrimaryAddressType, Ref, SdnController, SdnControllerProtocol, Text, TextMap, Uuid, Vm,
    VmPowerState, XeniosOperation, many,
};
use std::collections::{BTreeMap, BTreeSet};
use store::Snapshot;

/// Bonds and VLANs lie on each other at most this deep.
const DEEPEST: usize = 4;

/// An interface as its host needs to know it.
pub fn of(pool: &Snapshot, id: Ref<Pif>) -> Option<Interface> {
    let row = pool.get(id)?;
    let network = pool.get(row.network);
    Some(Interface {
        pif: row.uuid,
        bridge: network.map(|network| network.bridge.to_string()).unwrap_or_default(),
        mac: row.MAC.to_string(),
        mtu: network.map_or(1500, |network| network.MTU),
        link: link(pool, id, row, DEEPEST),
        tag: (row.VLAN >= 0).then_some(row.VLAN),
        addressing: addressing(row),
        properties: strings(&row.properties),
    })
}

fn link(pool: &Snapshot, id: Ref<Pif>, row: &Pif, depth: usize) -> Link {
    let device = row.device.to_string();
    let tagged = pool.get(row.VLAN_master_of).map(|vlan| vlan.tagged_PIF).filter(|_| depth > 0);
    if let Some((tagged, below)) = tagged.and_then(|tagged| Some((tagged, pool.get(tagged)?))) {
        return link(pool, tagged, below, depth - 1);
    }
    if let Some((bond, made)) = pool.many_rows(many::PIF_BOND_MASTER_OF, id).next() {
        let member = |(_, pif): (Ref<Pif>, &Pif)| Member { pif: pif.uuid, device: pif.device.to_string() };
        let mut members: Vec<Member> = pool.many_rows(many::BOND_SLAVES, bond).map(member).collect();
        members.sort_by(|one, other| one.device.cmp(&other.device));
        return Link::Bond {
            device,
            members,
            mode: made.mode.name().to_string(),
            properties: strings(&made.properties),
        };
    }
    if let Some((_, tunnel)) = pool.many_rows(many::PIF_TUNNEL_ACCESS_PIF_OF, id).next() {
        let transport = pool.get(tunnel.transport_PIF).map_or(Uuid::NIL, |pif| pif.uuid);
        return Link::Tunnel { device, transport, protocol: tunnel.protocol.name().to_string() };
    }
    if pool.many(many::PIF_SRIOV_LOGICAL_PIF_OF, id).next().is_some() {
        return Link::Functions { device };
    }
    Link::Card { device }
}

fn addressing(row: &Pif) -> Addressing {
    let first = || row.IPv6.first().map(Text::to_string).unwrap_or_default();
    Addressing {
        v4: match row.ip_configuration_mode {
            Mode::None => V4::None,
            Mode::Dhcp => V4::Dhcp,
            Mode::Static => V4::Static {
                address: row.IP.to_string(),
                netmask: row.netmask.to_string(),
                gateway: row.gateway.to_string(),
            },
        },
        v6: match row.ipv6_configuration_mode {
            Mode6::None => V6::None,
            Mode6::Dhcp => V6::Dhcp,
            Mode6::Autoconf => V6::Autoconf,
            Mode6::Static => V6::Static { address: first(), gateway: row.ipv6_gateway.to_string() },
        },
        // What comes with a lease is not asked for.
        dns: if row.ip_configuration_mode == Mode::Dhcp { String::new() } else { row.DNS.to_string() },
    }
}

fn strings(map: &TextMap) -> BTreeMap<String, String> {
    map.iter().map(|(key, value)| (key.to_string(), value.to_string())).collect()
}

/// Where an interface can be reached, by the kind of address that counts for it.
pub fn address(pif: &Pif) -> Option<Text> {
    let address = match pif.primary_address_type {
        PrimaryAddressType::IPv4 => pif.IP.clone(),
        PrimaryAddressType::IPv6 => {
            Text::new(pif.IPv6.first().and_then(|address| address.split('/').next()).unwrap_or_default())
        }
    };
    (!address.is_empty()).then_some(address)
}

pub fn bring_up(pool: &Snapshot, id: Ref<Pif>) -> Plan {
    on_host(pool, id, |interface| NetworkStep::BringUp { interface, lent: false })
}

pub fn take_down(pool: &Snapshot, id: Ref<Pif>) -> Plan {
    on_host(pool, id, |interface| NetworkStep::TakeDown { interface, unless_used: false })
}

/// The same interface before and after edits.
pub fn adjust(before: &Snapshot, after: &Snapshot, id: Ref<Pif>) -> Plan {
    match of(before, id) {
        Some(from) => {
            let from = Box::new(from);
            on_host(after, id, |to| NetworkStep::Adjust { to, from })
        }
        None => Plan::nothing(),
    }
}

fn on_host(pool: &Snapshot, id: Ref<Pif>, step: impl FnOnce(Box<Interface>) -> NetworkStep) -> Plan {
    match (pool.get(id), of(pool, id)) {
        (Some(row), Some(interface)) => Plan::Do(row.host, Step::Network(step(Box::new(interface)))),
        _ => Plan::nothing(),
    }
}

/// The interface of a host on a network: there is one at the most.
pub fn on_network(pool: &Snapshot, network: Ref<Network>, host: Ref<Host>) -> Option<(Ref<Pif>, &Pif)> {
    pool.many_rows(many::NETWORK_PIFS, network).find(|(_, pif)| pif.host == host)
}

/// Whether a machine on this network can run on this host.
pub fn reaches(pool: &Snapshot, host: Ref<Host>, network: Ref<Network>) -> bool {
    if pool.many(many::NETWORK_PIFS, network).next().is_some() {
        // A member of a bond carries nothing of its own.
        return on_network(pool, network, host).is_some_and(|(_, pif)| pool.get(pif.bond_slave_of).is_none());
    }
    let assumed = pool.get(network).and_then(|network| network.other_config.get("assume_network_is_shared"));
    if assumed.is_some_and(|assumed| assumed == "true") {
        return true;
    }
    // A network that leads nowhere is where its machines are.
    let machines = pool.many_rows(many::NETWORK_VIFS, network).filter_map(|(_, vif)| pool.get(vif.VM));
    let places: BTreeSet<Ref<Host>> =
        machines.filter(|vm| vm.power_state == VmPowerState::Running).map(|vm| vm.resident_on).collect();
    places.is_empty() || places.contains(&host)
}

/// What must be brought up on a host before this machine can be plugged in there.
pub fn needed(pool: &Snapshot, vm: Ref<Vm>, host: Ref<Host>) -> Vec<Plan> {
    let networks: BTreeSet<Ref<Network>> =
        pool.many_rows(many::VM_VIFS, vm).map(|(_, vif)| vif.network).collect();
    networks.into_iter().flat_map(|network| lend(pool, network, host)).collect()
}

/// What must be brought up for one network: nothing, most of the time.
pub fn lend(pool: &Snapshot, network: Ref<Network>, host: Ref<Host>) -> Option<Plan> {
    let (id, _) = on_network(pool, network, host)
        .filter(|(_, pif)| !pif.currently_attached && pif.managed && pool.get(pif.bond_slave_of).is_none())?;
    Some(on_host(pool, id, |interface| NetworkStep::BringUp { interface, lent: true }))
}

/// How a device's bridge is called.
pub fn bridge_of_device(device: &str) -> String {
    match device.strip_prefix("eth") {
        Some(position) => format!("xenbr{position}"),
        None => format!("br{device}"),
    }
}

pub fn network_name_of_device(device: &str) -> String {
    match device.strip_prefix("eth").filter(|position| position.parse::<u32>().is_ok()) {
        Some(position) => format!("Pool-wide network {position}"),
        None => format!("Pool-wide network associated with {device}"),
    }
}

/// The one network with this bridge.
pub fn network_with_bridge(pool: &Snapshot, bridge: &str) -> Option<Ref<Network>> {
    let mut hits = pool.all::<Network>().filter(|(_, network)| network.bridge == bridge);
    let (id, _) = hits.next()?;
    hits.next().is_none().then_some(id)
}

/// The row of a card that was just introduced: down, without addresses.
pub fn physical(
    uuid: Uuid,
    host: Ref<Host>,
    network: Ref<Network>,
    device: &str,
    metrics: Ref<PifMetrics>,
) -> Pif {
    Pif {
        uuid,
        device: Text::new(device),
        device_name: Text::new(device),
        network,
        host,
        VLAN: -1,
        MTU: 1500,
        metrics,
        physical: true,
        currently_attached: false,
        bond_slave_of: Ref::NULL,
        VLAN_master_of: Ref::NULL,
        properties: [(Text::new_static("gro"), Text::new_static("on"))].into_iter().collect(),
        ..Pif::default()
    }
}

/// What rows say of the network of a host.
pub fn believed(pool: &Snapshot, host: Ref<Host>) -> BelievedNetwork {
    let rows = || pool.many_rows(many::HOST_PIFS, host);
    // A host that is down has all of them again when it comes up.
    let down = pool.get(host).and_then(|row| pool.get(row.metrics)).is_some_and(|metrics| !metrics.live);
    let goes_up = |pif: &Pif| (pif.currently_attached || down) && pool.get(pif.bond_slave_of).is_none();
    let up = rows().filter(|(_, pif)| goes_up(pif));
    BelievedNetwork {
        cards: rows().filter(|(_, pif)| pif.physical).map(|(_, pif)| card(pool, pif)).collect(),
        interfaces: up.filter_map(|(id, _)| of(pool, id)).collect(),
        bridges: Vec::new(),
        management: rows().find(|(_, pif)| pif.management).map(|(_, pif)| pif.uuid),
        controller: controller(pool),
        snooping: pool.first::<Pool>().is_some_and(|(_, pool)| pool.igmp_snooping_enabled),
    }
}

/// Virtual functions of a card that can make any.
const FUNCTIONS: u32 = 8;

fn card(pool: &Snapshot, pif: &Pif) -> Card {
    let metrics = pool.get(pif.metrics).cloned().unwrap_or_default();
    let capable = pif.capabilities.iter().any(|capability| capability == "sriov");
    Card {
        device: pif.device.to_string(),
        mac: pif.MAC.to_string(),
        mtu: 1500,
        carrier: metrics.carrier,
        speed_mbit: metrics.speed,
        duplex: metrics.duplex,
        vendor_id: metrics.vendor_id.to_string(),
        vendor_name: metrics.vendor_name.to_string(),
        device_id: metrics.device_id.to_string(),
        device_name: metrics.device_name.to_string(),
        pci_bus_path: metrics.pci_bus_path.to_string(),
        functions: if capable { FUNCTIONS } else { 0 },
    }
}

/// How many more machines find a virtual function on this interface.
pub fn functions_left(pool: &Snapshot, logical: &Pif) -> i64 {
    let taken = pool.many_rows(many::NETWORK_VIFS, logical.network).filter(|(_, vif)| {
        vif.currently_attached && pool.get(vif.VM).is_some_and(|vm| vm.resident_on == logical.host)
    });
    i64::from(FUNCTIONS) - taken.count() as i64
}

/// Who steers the switches, as they are told it; empty for nobody.
pub fn controller(pool: &Snapshot) -> String {
    match pool.first::<SdnController>() {
        Some((_, row)) if row.protocol == SdnControllerProtocol::Pssl => format!("pssl:{}", row.port),
        Some((_, row)) => format!("ssl:{}:{}", row.address, row.port),
        None => String::new(),
    }
}

/// Operations on the networks of hosts come one after the other: each is decided on rows that the one
/// before has left.
pub fn in_turn(pool: &Snapshot) -> Result<(), ApiError> {
    const KINDS: [&str; 8] = [
        "PIF.",
        "VLAN.",
        "Bond.",
        "tunnel.",
        "network_sriov.",
        "pool.create_VLAN",
        "host.management_",
        "pool.management_",
    ];
    let of_networks = |message: &str| KINDS.iter().any(|kind| message.starts_with(kind));
    let mut running = pool.all::<XeniosOperation>().filter(|(_, row)| !row.decision.is_empty());
    match running.find(|(_, row)| of_networks(&row.message)) {
        Some((_, row)) => {
            Err(ApiError::other_operation_in_progress("PIF", Ref::<Pif>::NULL, &row.message, row.task))
        }
        None => Ok(()),
    }
}

/// Whether a text is an address of the fourth version, or of the sixth.
pub fn is_ipv4(text: &str) -> bool {
    text.parse::<std::net::Ipv4Addr>().is_ok()
}

pub fn is_ipv6(text: &str) -> bool {
    text.parse::<std::net::Ipv6Addr>().is_ok()
}

/// The address and the length of the prefix of `10.0.0.1/24`.
pub fn cidr(text: &str) -> Option<(&str, u32)> {
    let (address, length) = text.split_once('/')?;
    let length: u32 = length.parse().ok()?;
    let fits = (is_ipv4(address) && length <= 32) || (is_ipv6(address) && length <= 128);
    fits.then_some((address, length))
}
