//! Steps on the network of a host: interfaces, bridges, management, and the cards of its guests.
//!
//! A step carries the whole interface as it is to be, and where it replaces something, that as well:
//! so its undo needs nobody's memory.

use super::Nic;
use crate::fact::network::Card;
use model::Uuid;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum NetworkStep {
    /// Bring an interface up with all that it needs: its bond, its tag, its bridge, its addresses.
    /// `lent`: somebody is about to use it; when that is taken back it stays if others use it by then.
    BringUp { interface: Box<Interface>, lent: bool },
    /// Take an interface down. Its bridge stays for as long as guests hang on it, and leads nowhere.
    TakeDown { interface: Box<Interface>, unless_used: bool },
    /// An interface that is up gets another shape.
    Adjust { to: Box<Interface>, from: Box<Interface> },
    /// A bridge that leads nowhere: an internal network.
    MakeBridge { network: Uuid, bridge: String },
    /// It stays while guests hang on it.
    RemoveBridge { network: Uuid, bridge: String },
    /// The interface by which the host is managed.
    ManageBy { host: Uuid, to: Option<Uuid>, from: Option<Uuid> },
    /// Look which network cards there are.
    FindCards { host: Uuid },
    /// Look for one card; without a hardware address the device alone counts.
    FindCard { pif: Uuid, device: String, mac: String },
    /// Who steers the switch; empty for nobody.
    SetController { host: Uuid, to: String, from: String },
    /// Whether the switch listens to who wants which multicasts.
    SetSnooping { host: Uuid, to: bool, from: bool },
    /// A guest's card that is plugged gets another bridge, filter or addresses.
    AdjustNic { vm: Uuid, to: Box<Nic>, from: Box<Nic> },
}

/// An interface of a host, with all that is needed to bring it up.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Interface {
    pub pif: Uuid,
    pub bridge: String,
    pub mac: String,
    pub mtu: i64,
    pub link: Link,
    /// The VLAN that it sees; `None` for all that has no tag.
    #[serde(default)]
    pub tag: Option<i64>,
    #[serde(default)]
    pub addressing: Addressing,
    /// Switches of the driver, such as `gro`.
    #[serde(default)]
    pub properties: BTreeMap<String, String>,
}

/// What carries an interface.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Link {
    Card {
        device: String,
    },
    Bond {
        device: String,
        members: Vec<Member>,
        mode: String,
        properties: BTreeMap<String, String>,
    },
    Tunnel {
        device: String,
        transport: Uuid,
        protocol: String,
    },
    /// The virtual functions of a card.
    Functions {
        device: String,
    },
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Member {
    pub pif: Uuid,
    pub device: String,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Addressing {
    #[serde(default)]
    pub v4: V4,
    #[serde(default)]
    pub v6: V6,
    #[serde(default)]
    pub dns: String,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub enum V4 {
    #[default]
    None,
    Dhcp,
    Static {
        address: String,
        netmask: String,
        gateway: String,
    },
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub enum V6 {
    #[default]
    None,
    Dhcp,
    Autoconf,
    /// With the length of its prefix.
    Static {
        address: String,
        gateway: String,
    },
}

/// What goes through a guest's card, and what its guest is told.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct NicRules {
    #[serde(default)]
    pub filter: Filter,
    /// VLANs that pass with their tags.
    #[serde(default)]
    pub trunks: Vec<i64>,
    #[serde(default)]
    pub addresses: GuestAddresses,
}

/// What a guest's card may send.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub enum Filter {
    #[default]
    Unlocked,
    Disabled,
    /// Only from these addresses.
    Locked {
        ipv4: Vec<String>,
        ipv6: Vec<String>,
    },
}

/// Addresses that the guest's agent is told to use; empty ones are the guest's own business.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct GuestAddresses {
    pub ipv4: String,
    pub ipv4_gateway: String,
    pub ipv6: String,
    pub ipv6_gateway: String,
}

impl Interface {
    /// The cards that only this interface, and others on the same link, may use.
    pub fn cards(&self) -> Vec<&str> {
        match &self.link {
            Link::Card { device } | Link::Functions { device } => vec![device],
            Link::Bond { members, .. } => members.iter().map(|member| member.device.as_str()).collect(),
            Link::Tunnel { .. } => Vec::new(),
        }
    }

    /// The device that it is named after.
    pub fn device(&self) -> &str {
        match &self.link {
            Link::Card { device }
            | Link::Functions { device }
            | Link::Bond { device, .. }
            | Link::Tunnel { device, .. } => device,
        }
    }

    /// Members of a bond are up and down with it; a tag on the bond does not touch them.
    pub fn members(&self) -> impl Iterator<Item = Uuid> + '_ {
        let members = match &self.link {
            Link::Bond { members, .. } if self.tag.is_none() => members.as_slice(),
            _ => &[],
        };
        members.iter().map(|member| member.pif)
    }

    pub fn runs_on(&self, card: &Card) -> bool {
        self.cards().contains(&card.device.as_str())
    }
}

impl NetworkStep {
    pub fn undo(&self) -> Option<NetworkStep> {
        Some(match self {
            NetworkStep::BringUp { interface, lent } => {
                NetworkStep::TakeDown { interface: interface.clone(), unless_used: *lent }
            }
            NetworkStep::TakeDown { interface, .. } => {
                NetworkStep::BringUp { interface: interface.clone(), lent: false }
            }
            NetworkStep::Adjust { to, from } => NetworkStep::Adjust { to: from.clone(), from: to.clone() },
            NetworkStep::MakeBridge { network, bridge } => {
                NetworkStep::RemoveBridge { network: *network, bridge: bridge.clone() }
            }
            NetworkStep::ManageBy { host, to, from } => {
                NetworkStep::ManageBy { host: *host, to: *from, from: *to }
            }
            NetworkStep::SetController { host, to, from } => {
                NetworkStep::SetController { host: *host, to: from.clone(), from: to.clone() }
            }
            NetworkStep::SetSnooping { host, to, from } => {
                NetworkStep::SetSnooping { host: *host, to: *from, from: *to }
            }
            NetworkStep::AdjustNic { vm, to, from } => {
                NetworkStep::AdjustNic { vm: *vm, to: from.clone(), from: to.clone() }
            }
            // A bridge that nobody uses is made again by who needs it.
            NetworkStep::RemoveBridge { .. }
            | NetworkStep::FindCards { .. }
            | NetworkStep::FindCard { .. } => {
                return None;
            }
        })
    }

    pub fn vm(&self) -> Option<Uuid> {
        match self {
            NetworkStep::AdjustNic { vm, .. } => Some(*vm),
            _ => None,
        }
    }

    pub fn verb(&self) -> &'static str {
        match self {
            NetworkStep::BringUp { .. } => "bring up",
            NetworkStep::TakeDown { .. } => "take down",
            NetworkStep::Adjust { .. } => "adjust",
            NetworkStep::MakeBridge { .. } => "make bridge of",
            NetworkStep::RemoveBridge { .. } => "remove bridge of",
            NetworkStep::ManageBy { to: Some(_), .. } => "manage by",
            NetworkStep::ManageBy { to: None, .. } => "stop managing",
            NetworkStep::FindCards { .. } => "find cards of",
            NetworkStep::FindCard { .. } => "find card of",
            NetworkStep::SetController { .. } => "set controller of",
            NetworkStep::SetSnooping { .. } => "set snooping of",
            NetworkStep::AdjustNic { .. } => "adjust",
        }
    }

    pub fn object(&self) -> Uuid {
        match self {
            NetworkStep::BringUp { interface, .. } | NetworkStep::TakeDown { interface, .. } => interface.pif,
            NetworkStep::Adjust { to, .. } => to.pif,
            NetworkStep::MakeBridge { network, .. } | NetworkStep::RemoveBridge { network, .. } => *network,
            NetworkStep::ManageBy { host, to, .. } => to.unwrap_or(*host),
            NetworkStep::FindCards { host }
            | NetworkStep::SetController { host, .. }
            | NetworkStep::SetSnooping { host, .. } => *host,
            NetworkStep::FindCard { pif, .. } => *pif,
            NetworkStep::AdjustNic { to, .. } => to.vif,
        }
    }
}
