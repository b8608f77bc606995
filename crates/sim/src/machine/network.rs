//! The network of a host: cards, interfaces, bridges, and who manages it by which.
//!
//! ```text
//!  card ─┐
//!        ├─► link (card, bond, tunnel, functions) ─► tag ─► interface ─► bridge ─► guests' cards
//!  card ─┘
//! ```
//! A card is in one bond, or carries interfaces of its own, never both. A bridge is there for as long
//! as an interface or a guest's card is on it, or it was made for itself.

use super::guest;
use super::world::{Host, World};
use crate::cards;
use machine::step::network::{Addressing, Link, V4, V6};
use machine::{BelievedNetwork, Card, Fact, Fault, Interface, NetworkFact, NetworkFault, NetworkStep, Nic};
use model::Uuid;
use std::collections::{BTreeMap, BTreeSet};

#[derive(Default)]
pub struct HostNetwork {
    pub cards: BTreeMap<String, Card>,
    pub up: BTreeMap<Uuid, Interface>,
    /// Made for themselves.
    pub bridges: BTreeSet<String>,
    pub management: Option<Uuid>,
    pub controller: String,
    pub snooping: bool,
}

/// The cards that rows know, and those that nobody has introduced.
pub fn believed(host: Uuid, belief: BelievedNetwork) -> HostNetwork {
    let spare = (0..cards::FEWEST).map(|position| cards::card(host, position));
    // A row without an address knows nothing of its card yet.
    let all = spare.chain(belief.cards.into_iter().filter(|card| !card.mac.is_empty()));
    HostNetwork {
        cards: all.map(|card| (card.device.clone(), card)).collect(),
        up: belief.interfaces.into_iter().map(|interface| (interface.pif, interface)).collect(),
        bridges: belief.bridges.into_iter().collect(),
        management: belief.management,
        controller: belief.controller,
        snooping: belief.snooping,
    }
}

pub fn apply(world: &mut World, host: Uuid, step: &NetworkStep, wakes: i64) -> Result<Vec<Fact>, Fault> {
    let facts = match step {
        NetworkStep::BringUp { interface, .. } => bring_up(world.host_mut(host)?, interface)?,
        NetworkStep::TakeDown { interface, unless_used } => {
            take_down(world.host_mut(host)?, interface, *unless_used)
        }
        NetworkStep::Adjust { to, .. } => adjust(world.host_mut(host)?, to)?,
        NetworkStep::MakeBridge { bridge, .. } => {
            world.host_mut(host)?.network.bridges.insert(bridge.clone());
            Vec::new()
        }
        NetworkStep::RemoveBridge { bridge, .. } => {
            world.host_mut(host)?.network.bridges.remove(bridge);
            Vec::new()
        }
        NetworkStep::ManageBy { to, .. } => {
            world.host_mut(host)?.network.management = *to;
            vec![NetworkFact::ManagedBy { pif: *to }]
        }
        NetworkStep::FindCards { .. } => {
            let cards = world.host(host)?.network.cards.values();
            cards.map(|card| NetworkFact::Found { pif: None, card: Box::new(card.clone()) }).collect()
        }
        NetworkStep::FindCard { pif, device, mac } => {
            let card = world.host(host)?.network.cards.get(device);
            match card.filter(|card| mac.is_empty() || card.mac.eq_ignore_ascii_case(mac)) {
                Some(card) => vec![NetworkFact::Found { pif: Some(*pif), card: Box::new(card.clone()) }],
                None => {
                    let (device, mac) = (device.clone(), mac.clone());
                    return Err(Fault::Network(NetworkFault::NoCard { device, mac }));
                }
            }
        }
        NetworkStep::SetController { to, .. } => {
            world.host_mut(host)?.network.controller = to.clone();
            Vec::new()
        }
        NetworkStep::SetSnooping { to, .. } => {
            world.host_mut(host)?.network.snooping = *to;
            vec![NetworkFact::Snooping { on: *to }]
        }
        NetworkStep::AdjustNic { vm, to, .. } => return adjust_nic(world, host, *vm, to, wakes),
    };
    Ok(facts.into_iter().map(Fact::Network).collect())
}

fn bring_up(host: &mut Host, interface: &Interface) -> Result<Vec<NetworkFact>, Fault> {
    let misfit = |reason: String| Fault::Network(NetworkFault::Misfit { pif: interface.pif, reason });
    for device in interface.cards() {
        if !host.network.cards.contains_key(device) {
            let (device, mac) = (device.to_string(), interface.mac.clone());
            return Err(Fault::Network(NetworkFault::NoCard { device, mac }));
        }
    }
    if let Link::Functions { device } = &interface.link
        && host.network.cards.get(device).is_none_or(|card| card.functions == 0)
    {
        return Err(misfit(format!("{device} makes no virtual functions")));
    }
    let others = host.network.up.values().filter(|other| other.pif != interface.pif);
    if let Some(other) = others.clone().find(|other| !share(interface, other)) {
        return Err(misfit(format!("{} is in use by {}", interface.device(), other.device())));
    }
    // The same place under another name: whoever comes last has it.
    let same = |other: &Interface| (other.device(), other.tag) == (interface.device(), interface.tag);
    let same_kind = |other: &Interface| {
        matches!(other.link, Link::Functions { .. }) == matches!(interface.link, Link::Functions { .. })
    };
    let replaced: Vec<Uuid> =
        others.filter(|other| same(other) && same_kind(other)).map(|other| other.pif).collect();
    for pif in replaced {
        host.network.up.remove(&pif);
    }
    host.network.up.insert(interface.pif, interface.clone());
    Ok(says(interface))
}

/// Whether two interfaces can be up side by side.
fn share(one: &Interface, other: &Interface) -> bool {
    let same_bond = match (&one.link, &other.link) {
        (Link::Bond { device: one, .. }, Link::Bond { device: other, .. }) => one == other,
        (Link::Bond { .. }, _) | (_, Link::Bond { .. }) => false,
        _ => true,
    };
    same_bond || !one.cards().iter().any(|card| other.cards().contains(card))
}

fn take_down(host: &mut Host, interface: &Interface, unless_used: bool) -> Vec<NetworkFact> {
    let used = host.nics().any(|nic| nic.bridge == interface.bridge);
    if let Some(up) = host.network.up.get(&interface.pif).filter(|_| unless_used && used) {
        return says(up);
    }
    host.network.up.remove(&interface.pif);
    let pifs = std::iter::once(interface.pif).chain(interface.members());
    pifs.map(|pif| NetworkFact::InterfaceDown { pif }).collect()
}

fn adjust(host: &mut Host, to: &Interface) -> Result<Vec<NetworkFact>, Fault> {
    if !host.network.up.contains_key(&to.pif) {
        let reason = "it is not up".into();
        return Err(Fault::Network(NetworkFault::Misfit { pif: to.pif, reason }));
    }
    bring_up(host, to)
}

fn adjust_nic(world: &mut World, host: Uuid, vm: Uuid, to: &Nic, wakes: i64) -> Result<Vec<Fact>, Fault> {
    let domain = world.domain_mut(host, vm)?;
    let Some(nic) = domain.nics.get_mut(&to.vif) else {
        return Err(Fault::Failed { reason: format!("adjust card {}: it is not plugged", to.vif) });
    };
    if nic != to {
        *nic = to.clone();
        guest::speak_again(world, host, vm, wakes);
    }
    Ok(vec![Fact::NicPlugged { vif: to.vif }])
}

/// Whether a guest's card finds its bridge here, and a function of its own if it needs one.
pub fn accepts(host: &Host, nic: &Nic) -> Result<(), Fault> {
    let bridge = || nic.bridge.clone();
    let leads_out = host.network.up.values().find(|interface| interface.bridge == nic.bridge);
    let there = nic.internal
        || leads_out.is_some()
        || host.network.bridges.contains(&nic.bridge)
        || host.nics().any(|other| other.bridge == nic.bridge);
    if !there {
        return Err(Fault::Network(NetworkFault::NoBridge { bridge: bridge() }));
    }
    if let Some(Link::Functions { device }) = leads_out.map(|interface| &interface.link) {
        let functions = host.network.cards.get(device).map_or(0, |card| card.functions as usize);
        let taken = host.nics().filter(|other| other.bridge == nic.bridge && other.vif != nic.vif).count();
        if taken >= functions {
            return Err(Fault::Network(NetworkFault::NoFunction { bridge: bridge() }));
        }
    }
    Ok(())
}

/// Everything that a host sees of its network.
pub fn inspect(network: &HostNetwork) -> Vec<Fact> {
    let managed = NetworkFact::ManagedBy { pif: network.management };
    network.up.values().flat_map(says).chain([managed]).map(Fact::Network).collect()
}

fn says(interface: &Interface) -> Vec<NetworkFact> {
    let pifs = std::iter::once(interface.pif).chain(interface.members());
    let mut facts: Vec<NetworkFact> =
        pifs.map(|pif| NetworkFact::InterfaceUp { pif, mtu: interface.mtu }).collect();
    facts.push(address(interface));
    facts
}

fn address(interface: &Interface) -> NetworkFact {
    let Addressing { v4, v6, dns } = &interface.addressing;
    let (ip, netmask, gateway) = match v4 {
        V4::None => Default::default(),
        V4::Static { address, netmask, gateway } => (address.clone(), netmask.clone(), gateway.clone()),
        V4::Dhcp => (lease(interface), "255.255.0.0".into(), DHCP_SERVER.into()),
    };
    let (ipv6, ipv6_gateway) = match v6 {
        V6::None => Default::default(),
        V6::Static { address, gateway } => (vec![address.clone()], gateway.clone()),
        V6::Dhcp | V6::Autoconf => (vec![format!("{}/64", own_ipv6(&interface.mac))], "fe80::1".into()),
    };
    let dns = if *v4 == V4::Dhcp { DHCP_SERVER.to_string() } else { dns.clone() };
    NetworkFact::Address { pif: interface.pif, ip, netmask, gateway, dns, ipv6, ipv6_gateway }
}

/// Gives out addresses on every simulated network, is the way out of it and knows all names.
const DHCP_SERVER: &str = "10.10.0.1";

/// What an interface gets follows from its hardware address and its tag.
fn lease(interface: &Interface) -> String {
    let [.., area, host] = bytes(&interface.mac);
    let tag = interface.tag.unwrap_or(0) as u8;
    format!("10.10.{}.{}", 128 | (area ^ tag), host % 254 + 1)
}

/// The address that a card gives itself in the simulated network's prefix.
fn own_ipv6(mac: &str) -> String {
    let [a, b, c, d, e, f] = bytes(mac);
    format!(
        "fd10::{:x}:{:x}:{:x}:{:x}",
        u16::from_be_bytes([a ^ 2, b]),
        u16::from_be_bytes([c, 0xff]),
        u16::from_be_bytes([0xfe, d]),
        u16::from_be_bytes([e, f])
    )
}

fn bytes(mac: &str) -> [u8; 6] {
    let mut bytes = mac.split(':').map(|byte| u8::from_str_radix(byte, 16).unwrap_or(0));
    std::array::from_fn(|_| bytes.next().unwrap_or(0))
}
