//! `Fact`: what a machine says; `Fault`: what it could not do; `Belief`: what it is told to remember.

pub mod host;
pub mod update;

pub use host::{BelievedHost, HostFact};
pub mod disk;
pub mod network;
pub mod storage;

pub use disk::{BelievedChain, DiskFact};

use crate::step::{Disc, DomainSpec, Drive, Loan, Nic, QuorumStep, Step};
use model::Uuid;
use network::{BelievedNetwork, NetworkFact, NetworkFault};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use storage::{BelievedStorage, StorageFact, StorageFault};

/// Something that is so now, asked for or not.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Fact {
    /// A domain is here. `paused`: it does not run at the moment.
    DomainPresent {
        vm: Uuid,
        domid: i64,
        paused: bool,
        memory_bytes: i64,
        vcpus: i64,
    },
    DomainGone {
        vm: Uuid,
        reason: StopReason,
    },
    DiskPlugged {
        vbd: Uuid,
        device: String,
    },
    DiskUnplugged {
        vbd: Uuid,
    },
    NicPlugged {
        vif: Uuid,
    },
    NicUnplugged {
        vif: Uuid,
    },
    DiscInserted {
        vbd: Uuid,
        disc: Disc,
    },
    DiscEjected {
        vbd: Uuid,
    },
    MemoryIs {
        vm: Uuid,
        bytes: i64,
    },
    VcpusAre {
        vm: Uuid,
        count: i64,
    },
    /// What the agent in the guest tells: `networks` as `0/ipv4/0`, `os` as `name`.
    GuestSays {
        vm: Uuid,
        networks: BTreeMap<String, String>,
        os: BTreeMap<String, String>,
        features: BTreeMap<String, String>,
        /// Version of the drivers that help the hypervisor; empty if it has none.
        #[serde(default)]
        drivers: BTreeMap<String, String>,
    },
    DiskPresent {
        disc: Disc,
        size_bytes: i64,
        used_bytes: i64,
    },
    DiskGone {
        disc: Disc,
    },
    /// A thing of the host is lent to a guest.
    Lent {
        vm: Uuid,
        device: Uuid,
        thing: Uuid,
    },
    TakenBack {
        vm: Uuid,
        device: Uuid,
    },
    /// All USB devices that are plugged into the host.
    UsbPlugged {
        devices: Vec<UsbDevice>,
    },

    Host(HostFact),
    Update(update::UpdateFact),
    Network(NetworkFact),
    Disk(DiskFact),
    Storage(StorageFact),
}

/// A USB device, as its host sees it. The path says where it is plugged.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct UsbDevice {
    pub path: String,
    pub vendor_id: String,
    pub vendor: String,
    pub product_id: String,
    pub product: String,
    pub serial: String,
    /// Of the protocol.
    pub version: String,
    pub description: String,
    pub megabits_per_second: f64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum StopReason {
    /// The guest went down by itself, or was told to.
    Halted,
    Rebooted,
    Suspended,
    Crashed,
    /// It runs on another host now.
    Moved,
}

/// Why a step could not be done. What it had begun is taken back.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Fault {
    NoSuchDomain {
        vm: Uuid,
    },
    NoSuchDisk {
        disc: Disc,
    },
    NotEnoughMemory {
        needed_bytes: i64,
        free_bytes: i64,
    },
    StorageFull {
        sr: Uuid,
        needed_bytes: i64,
        free_bytes: i64,
    },
    StorageUnavailable {
        sr: Uuid,
    },
    DiskInUse {
        disc: Disc,
    },
    /// The guest does not react to what it was asked.
    GuestSilent {
        vm: Uuid,
        seconds: u64,
    },
    HostUnreachable {
        host: Uuid,
    },
    /// There is not enough left of a thing that is lent.
    LentOut {
        thing: Uuid,
    },
    Network(NetworkFault),
    Storage(StorageFault),
    /// Anything else, in words.
    Failed {
        reason: String,
    },
}

/// What the rows say about a host. A simulated host, which forgets when its process ends, is told.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Belief {
    pub domains: Vec<BelievedDomain>,
    pub disks: Vec<(Disc, i64, i64)>,
    /// Those of them that stand on others, are stood on, or are tracked.
    pub chains: Vec<(Disc, BelievedChain)>,
    /// Storage that is plugged: capacity in bytes.
    pub storage: Vec<(Uuid, i64)>,
    /// Storage that is there, plugged into any host or none; told once, with one of the hosts.
    pub places: Vec<BelievedStorage>,
    /// Memory of the host in bytes.
    pub memory_bytes: i64,
    /// Steps of unfinished operations whose outcome is in no row: domains that it was made ready to
    /// receive, storage that was formatted.
    pub received: Vec<Step>,
    /// What is plugged into its USB ports.
    pub usb: Vec<UsbDevice>,
    pub host: BelievedHost,
    /// Packages that are not as they were when the host was installed.
    pub software: crate::step::update::Versions,
    pub network: BelievedNetwork,
    /// Steps that left the host armed, or a member of a cluster.
    pub bound: Vec<QuorumStep>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct BelievedDomain {
    pub spec: DomainSpec,
    pub domid: i64,
    pub paused: bool,
    pub drives: Vec<Drive>,
    pub nics: Vec<Nic>,
    /// What it has borrowed of the host.
    pub loans: Vec<Loan>,
    /// The agent of its guest has spoken.
    pub heard: bool,
}
