//! What a host says of its network, and what it is told to remember of it.

use crate::step::network::Interface;
use model::Uuid;
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum NetworkFact {
    InterfaceUp {
        pif: Uuid,
        mtu: i64,
    },
    InterfaceDown {
        pif: Uuid,
    },
    /// The addresses that an interface has, whoever gave them; empty where it has none.
    Address {
        pif: Uuid,
        ip: String,
        netmask: String,
        gateway: String,
        dns: String,
        ipv6: Vec<String>,
        ipv6_gateway: String,
    },
    /// A card was found. `pif`: the interface for which it was looked for.
    Found {
        pif: Option<Uuid>,
        card: Box<Card>,
    },
    /// The interface by which the host is managed.
    ManagedBy {
        pif: Option<Uuid>,
    },
    Snooping {
        on: bool,
    },
}

/// A network card as its driver describes it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Card {
    pub device: String,
    pub mac: String,
    pub mtu: i64,
    pub carrier: bool,
    pub speed_mbit: i64,
    pub duplex: bool,
    pub vendor_id: String,
    pub vendor_name: String,
    pub device_id: String,
    pub device_name: String,
    pub pci_bus_path: String,
    /// How many virtual functions it has; 0 if it cannot make any.
    #[serde(default)]
    pub functions: u32,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum NetworkFault {
    /// There is nothing on this host to plug a guest's card into.
    NoBridge {
        bridge: String,
    },
    NoCard {
        device: String,
        mac: String,
    },
    /// All virtual functions of the card are taken.
    NoFunction {
        bridge: String,
    },
    /// The interface cannot have this shape now.
    Misfit {
        pif: Uuid,
        reason: String,
    },
}

/// What the rows say about the network of a host.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct BelievedNetwork {
    pub cards: Vec<Card>,
    /// Those that are up.
    pub interfaces: Vec<Interface>,
    /// Bridges that lead nowhere and are there all the same.
    pub bridges: Vec<String>,
    pub management: Option<Uuid>,
    pub controller: String,
    pub snooping: bool,
}
