//! What a pool is made of, before it has rows.
//!
//! A spec and a scenario both end here, so that both give the same kind of rows. Objects point at
//! each other by their position in these lists; positions are checked by those who make a blueprint.

use crate::population::identity::Key;
use crate::population::memory;
use model::{Text, VmPowerState};

pub const KIB: i64 = 1 << 10;
pub const MIB: i64 = 1 << 20;
pub const GIB: i64 = 1 << 30;
pub const TIB: i64 = 1 << 40;

#[derive(Clone, Debug)]
pub struct Blueprint {
    pub seed: u64,
    pub pool_name: Text,
    pub hosts: Vec<HostPlan>,
    /// The first one carries the management interfaces.
    pub networks: Vec<NetworkPlan>,
    pub storages: Vec<StoragePlan>,
    pub default_storage: Option<usize>,
    pub machines: Vec<MachinePlan>,
    pub gpus: Vec<GpuPlan>,
    pub sticks: Vec<StickPlan>,
    /// With all that a real pool has but no operation asks for: processors, PCI devices,
    /// certificates, the default templates, every storage driver.
    pub furnished: bool,
}

#[derive(Clone, Debug)]
pub struct HostPlan {
    pub name: Text,
    pub address: Text,
    pub memory_bytes: i64,
    pub local_storage: Option<usize>,
}

impl HostPlan {
    pub fn key(&self) -> Key {
        Key::named(&self.name)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wiring {
    /// A network card at this position of every host.
    Card(usize),
    /// A tag on the management card.
    Tag(i64),
    /// Between the machines of one host only.
    Private,
}

#[derive(Clone, Debug)]
pub struct NetworkPlan {
    pub name: Text,
    pub wiring: Wiring,
    /// Hosts that reach it.
    pub hosts: Vec<usize>,
}

impl NetworkPlan {
    pub fn key(&self) -> Key {
        Key::named(&self.name)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StorageKind {
    Nfs,
    LvmOverIscsi,
    Ext,
    Lvm,
    IsoLibrary,
    Tools,
    DvdDrives,
    RemovableStorage,
}

#[derive(Clone, Debug)]
pub struct StoragePlan {
    pub name: Text,
    pub kind: StorageKind,
    /// Hosts that reach it.
    pub hosts: Vec<usize>,
    pub size_bytes: i64,
    /// Images that belong to no machine.
    pub images: Vec<ImagePlan>,
    /// Tells apart what has the same name on every host.
    pub number: usize,
}

impl StoragePlan {
    pub fn key(&self) -> Key {
        Key::named(&self.name).part(self.number)
    }
    pub fn image_key(&self, image: usize) -> Key {
        self.key().part(image)
    }
}

#[derive(Clone, Debug)]
pub struct ImagePlan {
    pub name: Text,
    pub size_bytes: i64,
}

#[derive(Clone, Debug)]
pub struct MachinePlan {
    pub name: Text,
    pub state: VmPowerState,
    /// Where it runs; `None` if it has no domain.
    pub host: Option<usize>,
    pub memory_bytes: i64,
    /// How far its memory can be squeezed.
    pub least_memory_bytes: i64,
    pub vcpus: i64,
    /// Position in the list of guests: what is installed in it.
    pub guest: usize,
    pub is_a_template: bool,
    pub disks: Vec<DiskPlan>,
    pub drive: Option<DrivePlan>,
    /// Networks of its cards.
    pub cards: Vec<usize>,
    /// Its place among the machines, from which its addresses come.
    pub number: usize,
}

impl MachinePlan {
    pub fn key(&self) -> Key {
        Key::named(&self.name)
    }
    /// It has a domain.
    pub fn alive(&self) -> bool {
        matches!(self.state, VmPowerState::Running | VmPowerState::Paused)
    }
    /// What a host gives up to run it.
    pub fn footprint_bytes(&self) -> i64 {
        self.memory_bytes + memory::overhead_bytes(self.memory_bytes, self.vcpus)
    }
}

/// Graphics cards in a group of this name: so many in each of the hosts.
#[derive(Clone, Debug)]
pub struct GpuPlan {
    pub name: Text,
    pub hosts: Vec<usize>,
    pub count: usize,
}

/// A USB device in a host.
#[derive(Clone, Debug)]
pub struct StickPlan {
    pub name: Text,
    pub host: usize,
    /// Its place among the devices of the pool.
    pub port: usize,
    pub passthrough: bool,
}

#[derive(Clone, Copy, Debug)]
pub struct DiskPlan {
    pub storage: usize,
    pub size_bytes: i64,
    /// One of the images of the storage, instead of a disk of its own.
    pub image: Option<usize>,
}

/// A CD drive and what is in it: storage and image.
#[derive(Clone, Copy, Debug)]
pub enum DrivePlan {
    Empty,
    Loaded { storage: usize, image: usize },
}
