//! Networks, and the interfaces by which hosts reach them.

use crate::cards;
use crate::population::blueprint::Wiring;
use crate::population::hardware;
use crate::population::identity::Key;
use crate::population::world::{World, fixed};
use model::{Host, IpConfigurationMode, Network, Pif, PifMetrics, Ref, Text, TextMap, Vlan};

/// The position of the card that carries management and tagged networks.
const MANAGEMENT_CARD: usize = 0;

pub fn put(world: &mut World) {
    let properties = fixed([("gro", "on")]);
    let mut bridges_made = 0;
    for number in 0..world.plan.networks.len() {
        let plan = &world.plan.networks[number];
        let bridge = match plan.wiring {
            Wiring::Card(position) => format!("xenbr{position}"),
            Wiring::Tag(_) | Wiring::Private => {
                bridges_made += 1;
                format!("xapi{bridges_made}")
            }
        };
        put_network(world, plan.key(), plan.name.clone(), bridge.into());
        for &host in &plan.hosts {
            match plan.wiring {
                Wiring::Card(position) => put_card(world, number, host, position, &properties),
                Wiring::Tag(tag) => put_tagged(world, number, host, tag),
                Wiring::Private => {}
            }
        }
    }
    if world.plan.furnished {
        put_internal(world);
    }
}

fn put_network(world: &mut World, key: Key, name: Text, bridge: Text) {
    world.put(
        world.ids.reference::<Network>(key),
        Network { uuid: world.ids.uuid::<Network>(key), name_label: name, bridge, ..Network::default() },
    );
}

/// The network between a host and its guests, which no interface leaves.
fn put_internal(world: &mut World) {
    let key = Key::named("host internal network");
    world.put(
        world.ids.reference::<Network>(key),
        Network {
            uuid: world.ids.uuid::<Network>(key),
            name_label: Text::new_static("Host internal management network"),
            name_description: Text::new_static("Reaches from a guest to its host and no further."),
            other_config: fixed([
                ("is_guest_installer_network", "true"),
                ("is_host_internal_management_network", "true"),
                ("ip_begin", "169.254.0.1"),
                ("ip_end", "169.254.255.254"),
                ("netmask", "255.255.0.0"),
            ]),
            bridge: Text::new_static("xenapi"),
            ..Network::default()
        },
    );
}

/// The key of the card of a host at this position.
fn card_key(world: &World, host: usize, position: usize) -> Key {
    world.plan.hosts[host].key().part(position)
}

/// The card of a host at this position.
fn card(world: &World, host: usize, position: usize) -> machine::Card {
    cards::card(world.ids.uuid::<Host>(world.plan.hosts[host].key()), position)
}

fn put_card(world: &mut World, network: usize, host: usize, position: usize, properties: &TextMap) {
    let key = card_key(world, host, position);
    let management = network == 0;
    let card = card(world, host, position);
    let address = &world.plan.hosts[host].address;
    let static_text = |text: &'static str| Text::new_static(if management { text } else { "" });
    // A host elsewhere than on the simulated network has no gateway that we know.
    let gateway = static_text(if address.starts_with("10.10.") { "10.10.0.1" } else { "" });
    let metrics = world.ids.reference::<PifMetrics>(key);
    let device = if world.plan.furnished {
        world.ids.reference(hardware::device_key(world.plan.hosts[host].key(), hardware::NETWORK))
    } else {
        Ref::NULL
    };
    world.put(
        world.ids.reference::<Pif>(key),
        Pif {
            uuid: world.ids.uuid::<Pif>(key),
            device: Text::new(&card.device),
            device_name: Text::new(&card.device),
            network: world.network(network),
            host: world.host(host),
            MAC: Text::new(&card.mac),
            MTU: 1500,
            VLAN: -1,
            metrics,
            physical: true,
            ip_configuration_mode: if management {
                IpConfigurationMode::Static
            } else {
                IpConfigurationMode::None
            },
            IP: if management { address.clone() } else { Text::new_static("") },
            netmask: static_text("255.255.0.0"),
            gateway: gateway.clone(),
            DNS: gateway,
            bond_slave_of: Ref::NULL,
            VLAN_master_of: Ref::NULL,
            management,
            properties: properties.clone(),
            capabilities: (card.functions > 0).then(|| Text::new_static("sriov")).into_iter().collect(),
            PCI: device,
            ..Pif::default()
        },
    );
    world.put(
        metrics,
        PifMetrics {
            uuid: world.ids.uuid::<PifMetrics>(key),
            carrier: card.carrier,
            vendor_id: Text::new(&card.vendor_id),
            vendor_name: Text::new(&card.vendor_name),
            device_id: Text::new(&card.device_id),
            device_name: Text::new(&card.device_name),
            speed: card.speed_mbit,
            duplex: card.duplex,
            pci_bus_path: Text::new(&card.pci_bus_path),
            last_updated: world.now,
            ..PifMetrics::default()
        },
    );
}

/// The untagged end of a tagged network shares device, address and metrics with its card.
fn put_tagged(world: &mut World, network: usize, host: usize, tag: i64) {
    let card_row = card_key(world, host, MANAGEMENT_CARD);
    let key = world.plan.networks[network].key().part(host);
    let (pif, vlan) = (world.ids.reference::<Pif>(key), world.ids.reference::<Vlan>(key));
    world.put(
        pif,
        Pif {
            uuid: world.ids.uuid::<Pif>(key),
            device: format!("eth{MANAGEMENT_CARD}").into(),
            network: world.network(network),
            host: world.host(host),
            MAC: Text::new(card(world, host, MANAGEMENT_CARD).mac),
            MTU: 1500,
            VLAN: tag,
            metrics: world.ids.reference(card_row),
            bond_slave_of: Ref::NULL,
            VLAN_master_of: vlan,
            IPv6: [Text::new_static("")].into_iter().collect(),
            ..Pif::default()
        },
    );
    world.put(
        vlan,
        Vlan {
            uuid: world.ids.uuid::<Vlan>(key),
            tagged_PIF: world.ids.reference(card_row),
            untagged_PIF: pif,
            tag,
            ..Vlan::default()
        },
    );
}
