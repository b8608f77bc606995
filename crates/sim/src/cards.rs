//! The network cards that a simulated host has, by its uuid: the same for its rows and its machine.

use machine::Card;
use model::Uuid;

/// Every host has at least so many, whether anybody has introduced them or not.
pub const FEWEST: usize = 4;
/// From this position on they can make virtual functions.
const FIRST_WITH_FUNCTIONS: usize = 2;

pub fn card(host: Uuid, position: usize) -> Card {
    let functions = position >= FIRST_WITH_FUNCTIONS;
    let (vendor_id, vendor_name, device_id, device_name, slot) = if functions {
        ("8086", "Intel Corporation", "1572", "Ethernet Controller X710 for 10GbE SFP+", 0x81)
    } else {
        ("15b3", "Mellanox Technologies", "1007", "MT27520 Family [ConnectX-3 Pro]", 4)
    };
    Card {
        device: format!("eth{position}"),
        mac: mac(host, position),
        mtu: 1500,
        carrier: true,
        speed_mbit: 10_000,
        duplex: true,
        vendor_id: vendor_id.into(),
        vendor_name: vendor_name.into(),
        device_id: device_id.into(),
        device_name: device_name.into(),
        pci_bus_path: format!("0000:{slot:02x}:00.{}", position % 8),
        functions: if functions { 8 } else { 0 },
    }
}

fn mac(host: Uuid, position: usize) -> String {
    let mixed = (host.0 ^ host.0 >> 64) as u64;
    let mixed = (mixed ^ mixed >> 32).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 40;
    let [_, one, two, _] = (mixed as u32).to_be_bytes();
    format!("ec:eb:b8:{:02x}:{one:02x}:{two:02x}", 0x10 + position % 0xe0)
}
