//! What hosts say of their network, as rows of PIF, PIF_metrics, network and host.

use super::{Learner, find, update};
use machine::{Card, Fact, NetworkFact};
use model::{
    Host, IpConfigurationMode, Ipv6ConfigurationMode, Network, Pif, PifIgmpStatus, PifMetrics, Pool, Ref,
    Set, Text, Uuid, many,
};
use std::collections::BTreeSet;
use store::Transaction;

pub fn learn(tx: &mut Transaction, host: Ref<Host>, fact: &NetworkFact, learner: &Learner) {
    match fact {
        NetworkFact::InterfaceUp { pif, mtu } => {
            let snooping = tx.first::<Pool>().is_some_and(|(_, pool)| pool.igmp_snooping_enabled);
            update(tx, *pif, |row: &mut Pif| {
                row.currently_attached = true;
                row.MTU = *mtu;
                if snooping && row.VLAN < 0 {
                    row.igmp_snooping_status = PifIgmpStatus::Enabled;
                }
            });
            count_links(tx, *pif);
        }
        NetworkFact::InterfaceDown { pif } => {
            update(tx, *pif, down);
            count_links(tx, *pif);
        }
        NetworkFact::Address { pif, ip, netmask, gateway, dns, ipv6, ipv6_gateway } => {
            update(tx, *pif, |row: &mut Pif| {
                // What an administrator chose stands in the row already.
                if row.ip_configuration_mode == IpConfigurationMode::Dhcp {
                    row.IP = Text::new(ip);
                    row.netmask = Text::new(netmask);
                    row.gateway = Text::new(gateway);
                    row.DNS = Text::new(dns);
                }
                if given_ipv6(row) {
                    row.IPv6 = ipv6.iter().map(Text::new).collect();
                    row.ipv6_gateway = Text::new(ipv6_gateway);
                }
            });
            follow_management(tx, host);
        }
        NetworkFact::Found { pif: None, card } => introduce(tx, host, card, learner),
        NetworkFact::Found { pif: Some(pif), card } => {
            if let Some(id) = find::<Pif>(tx, *pif) {
                describe(tx, id, card, learner);
            }
        }
        NetworkFact::ManagedBy { pif } => {
            let interfaces: Vec<_> =
                tx.many_rows(many::HOST_PIFS, host).map(|(id, row)| (id, Some(row.uuid) == *pif)).collect();
            for (id, management) in interfaces {
                tx.update(id, |row| row.management = management);
            }
            follow_management(tx, host);
        }
        NetworkFact::Snooping { on } => {
            let status = if *on { PifIgmpStatus::Enabled } else { PifIgmpStatus::Disabled };
            let interfaces: Vec<_> = tx.many_rows(many::HOST_PIFS, host).map(|(id, _)| id).collect();
            for id in interfaces {
                tx.update(id, |row| {
                    if row.VLAN < 0 && row.currently_attached {
                        row.igmp_snooping_status = status;
                    }
                });
            }
        }
    }
}

/// Interfaces that rows think are up, on a host that has told which are.
pub fn absent(tx: &Transaction, host: Ref<Host>, facts: &[Fact], there: &BTreeSet<Uuid>) -> Vec<Fact> {
    // A machine that knows nothing of networks says nothing of them either.
    if !facts.iter().any(|fact| matches!(fact, Fact::Network(NetworkFact::ManagedBy { .. }))) {
        return Vec::new();
    }
    let up = tx.many_rows(many::HOST_PIFS, host).filter(|(_, pif)| pif.currently_attached);
    let gone = up.filter(|(_, pif)| !there.contains(&pif.uuid));
    gone.map(|(_, pif)| Fact::Network(NetworkFact::InterfaceDown { pif: pif.uuid })).collect()
}

fn given_ipv6(pif: &Pif) -> bool {
    matches!(pif.ipv6_configuration_mode, Ipv6ConfigurationMode::Dhcp | Ipv6ConfigurationMode::Autoconf)
}

/// What was lent to an interface goes with it.
fn down(row: &mut Pif) {
    row.currently_attached = false;
    if row.ip_configuration_mode == IpConfigurationMode::Dhcp {
        for field in [&mut row.IP, &mut row.netmask, &mut row.gateway, &mut row.DNS] {
            *field = Text::new_static("");
        }
    }
    if given_ipv6(row) {
        row.IPv6 = Set::EMPTY;
        row.ipv6_gateway = Text::new_static("");
    }
}

/// A bond has as many links as members with a carrier, while it is up.
fn count_links(tx: &mut Transaction, pif: Uuid) {
    let Some(id) = find::<Pif>(tx, pif) else { return };
    let up = tx.get(id).is_some_and(|row| row.currently_attached);
    let Some((bond, _)) = tx.many_rows(many::PIF_BOND_MASTER_OF, id).next() else { return };
    let carries = |member: &Pif| tx.get(member.metrics).is_some_and(|metrics| metrics.carrier);
    let links = tx.many_rows(many::BOND_SLAVES, bond).filter(|(_, member)| up && carries(member)).count();
    tx.update(bond, |row| row.links_up = links as i64);
}

/// A host is reached where its management interface is.
fn follow_management(tx: &mut Transaction, host: Ref<Host>) {
    let management = tx.many_rows(many::HOST_PIFS, host).find(|(_, pif)| pif.management);
    let Some(address) = management.and_then(|(_, pif)| crate::interfaces::address(pif)) else { return };
    if tx.get(host).is_some_and(|row| row.address != address) {
        tx.update(host, |row| row.address = address);
    }
}

/// What is written on the card, for an interface that has it.
fn describe(tx: &mut Transaction, id: Ref<Pif>, card: &Card, learner: &Learner) {
    tx.update(id, |row| {
        row.MAC = Text::new(&card.mac);
        if card.functions > 0 {
            row.capabilities.insert(Text::new_static("sriov"));
        }
    });
    let Some(metrics) = tx.get(id).map(|row| row.metrics) else { return };
    tx.update(metrics, |row| {
        row.carrier = card.carrier;
        row.speed = card.speed_mbit;
        row.duplex = card.duplex;
        row.vendor_id = Text::new(&card.vendor_id);
        row.vendor_name = Text::new(&card.vendor_name);
        row.device_id = Text::new(&card.device_id);
        row.device_name = Text::new(&card.device_name);
        row.pci_bus_path = Text::new(&card.pci_bus_path);
        row.last_updated = learner.now;
    });
}

/// A card that a scan has found: it gets an interface, and a network of its name if there is none.
fn introduce(tx: &mut Transaction, host: Ref<Host>, card: &Card, learner: &Learner) {
    let known = tx.many_rows(many::HOST_PIFS, host);
    let known = known.filter(|(_, pif)| pif.physical).find(|(_, pif)| pif.device == card.device);
    if let Some((id, _)) = known {
        return describe(tx, id, card, learner);
    }
    let bridge = Text::new(crate::interfaces::bridge_of_device(&card.device));
    let network = crate::interfaces::network_with_bridge(tx, &bridge).unwrap_or_else(|| {
        let id = Ref::from_bits(learner.chance.uuid().0);
        let name_label = crate::interfaces::network_name_of_device(&card.device);
        let uuid = learner.chance.uuid();
        tx.insert(id, Network { uuid, name_label: Text::new(name_label), bridge, ..Network::default() });
        id
    });
    let metrics: Ref<PifMetrics> = Ref::from_bits(learner.chance.uuid().0);
    tx.insert(metrics, PifMetrics { uuid: learner.chance.uuid(), ..PifMetrics::default() });
    let pif = crate::interfaces::physical(learner.chance.uuid(), host, network, &card.device, metrics);
    let id = Ref::from_bits(learner.chance.uuid().0);
    tx.insert(id, Pif { MTU: card.mtu, ..pif });
    describe(tx, id, card, learner);
}
