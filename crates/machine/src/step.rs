//! `Step`: what a toolstack may ask of a machine.
//!
//! Steps are data: printed, written to the journal, sent to other hosts. The enum is versioned by
//! its journal (`xenios_operation.version`): variants and members are only ever added, members with
//! a serde default, so that a host of the version before can read a plan of this one.
//! Every step is idempotent, and so is its `undo`.

pub mod host;
mod live;
mod loan;
pub mod network;
mod quorum;
mod role;
pub mod update;

pub use host::{HostSetting, HostStep, PowerOnWay};
pub use live::LiveStep;
pub use loan::{Loan, LoanStep};
pub use quorum::QuorumStep;
pub use role::RoleStep;
pub mod disk;
pub mod storage;

pub use disk::DiskStep;

use model::Uuid;
use network::{NetworkStep, NicRules};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;
use storage::StorageStep;
use update::UpdateStep;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Step {
    // Domains.
    /// Make a domain, paused and without devices.
    CreateDomain {
        spec: DomainSpec,
    },
    /// Pull the plug: the domain and its devices are gone.
    DestroyDomain {
        vm: Uuid,
    },
    PlugDisk {
        vm: Uuid,
        drive: Drive,
    },
    UnplugDisk {
        vm: Uuid,
        vbd: Uuid,
    },
    PlugNic {
        vm: Uuid,
        nic: Nic,
    },
    UnplugNic {
        vm: Uuid,
        vif: Uuid,
    },
    /// Emulated devices and firmware, for guests that need them.
    StartDeviceModel {
        vm: Uuid,
    },
    Unpause {
        vm: Uuid,
    },
    Pause {
        vm: Uuid,
    },
    /// Ask the guest to go down, and wait until it has.
    AskGuest {
        vm: Uuid,
        kind: ShutdownKind,
        timeout_seconds: u64,
    },
    /// Write the memory of a paused domain to a disk; the domain is gone afterwards.
    SaveMemory {
        vm: Uuid,
        image: Disc,
    },
    /// Make a domain from saved memory, paused and without devices.
    RestoreMemory {
        spec: DomainSpec,
        image: Disc,
    },
    /// Write the memory of a domain to a disk while it goes on.
    CopyMemory {
        vm: Uuid,
        image: Disc,
    },
    /// Receive a domain: everything is made ready here, nothing runs.
    ReceiveDomain {
        spec: DomainSpec,
        drives: Vec<Drive>,
        nics: Vec<Nic>,
    },
    /// Move a running domain to the host that is ready to receive it.
    SendDomain {
        vm: Uuid,
        to: Uuid,
    },
    InsertDisc {
        vm: Uuid,
        vbd: Uuid,
        disc: Disc,
    },
    EjectDisc {
        vm: Uuid,
        vbd: Uuid,
    },
    SetMemory {
        vm: Uuid,
        bytes: i64,
    },
    SetVcpus {
        vm: Uuid,
        count: i64,
    },

    // Disks.
    CreateDisk {
        disc: Disc,
        size_bytes: i64,
    },
    DestroyDisk {
        disc: Disc,
    },
    /// A disk with the same content on the same storage, sharing what it can: what was written so far
    /// is then in a hidden disk `base`. Storage without hidden disks (nil) copies.
    CloneDisk {
        from: Disc,
        to: Disc,
        #[serde(default)]
        base: Uuid,
    },
    /// A disk with the same content that will not change.
    SnapshotDisk {
        from: Disc,
        to: Disc,
        #[serde(default)]
        base: Uuid,
    },
    /// A full copy, also to another storage.
    CopyDisk {
        from: Disc,
        to: Disc,
    },
    ResizeDisk {
        disc: Disc,
        size_bytes: i64,
    },

    /// Things of the host that guests borrow.
    Loan(LoanStep),
    /// Changes of a domain that runs.
    Live(LiveStep),
    /// Hosts themselves.
    Host(HostStep),
    /// Software of hosts.
    Update(UpdateStep),
    Network(NetworkStep),
    /// The part that the host plays in its pool.
    Role(RoleStep),
    Disk(DiskStep),
    /// What holds the hosts of a pool together.
    Quorum(QuorumStep),
    /// Storage repositories.
    Storage(StorageStep),
}

/// A disk, by its storage and its own uuid.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Disc {
    pub sr: Uuid,
    pub vdi: Uuid,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct DomainSpec {
    pub vm: Uuid,
    pub name: String,
    pub memory_bytes: i64,
    pub vcpus: i64,
    /// Needs emulated hardware (`hvm`), or boots on its own (`pv`, `pvh`).
    pub hvm: bool,
    /// What else the hypervisor is told: `weight`, `cap`, `mask`, `shadow_multiplier`.
    #[serde(default)]
    pub settings: BTreeMap<String, String>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Drive {
    pub vbd: Uuid,
    pub userdevice: String,
    pub read_only: bool,
    pub cd: bool,
    /// `None`: an empty CD drive.
    pub disc: Option<Disc>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Nic {
    pub vif: Uuid,
    pub device: String,
    pub mac: String,
    pub bridge: String,
    pub mtu: i64,
    /// Its network leads nowhere: the bridge is made when it is needed.
    #[serde(default)]
    pub internal: bool,
    #[serde(default)]
    pub rules: Box<NicRules>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ShutdownKind {
    Shutdown,
    Reboot,
    Suspend,
}

impl Step {
    /// What takes this step back; `None` if nothing needs to be, or nothing can.
    pub fn undo(&self) -> Option<Step> {
        Some(match self {
            Step::Role(step) => return step.undo(),
            Step::Storage(step) => return step.undo().map(Step::Storage),
            Step::CreateDomain { spec }
            | Step::RestoreMemory { spec, .. }
            | Step::ReceiveDomain { spec, .. } => Step::DestroyDomain { vm: spec.vm },
            Step::PlugDisk { vm, drive } => Step::UnplugDisk { vm: *vm, vbd: drive.vbd },
            Step::PlugNic { vm, nic } => Step::UnplugNic { vm: *vm, vif: nic.vif },
            Step::Unpause { vm } => Step::Pause { vm: *vm },
            // A guest that was asked to suspend stands still.
            Step::Pause { vm } | Step::AskGuest { vm, kind: ShutdownKind::Suspend, .. } => {
                Step::Unpause { vm: *vm }
            }
            Step::InsertDisc { vm, vbd, .. } => Step::EjectDisc { vm: *vm, vbd: *vbd },
            Step::Host(step) => return step.undo().map(Step::Host),
            Step::Update(step) => return step.undo().map(Step::Update),
            Step::CreateDisk { disc, .. } => Step::DestroyDisk { disc: *disc },
            Step::CloneDisk { from, to, base } | Step::SnapshotDisk { from, to, base } => {
                DiskStep::TakeBack { from: *from, to: *to, base: *base }.into()
            }
            Step::Loan(step) => return step.undo(),
            Step::Live(step) => return step.undo(),
            Step::Network(step) => Step::Network(step.undo()?),
            Step::CopyDisk { to, .. } => Step::DestroyDisk { disc: *to },
            Step::Disk(step) => return step.undo(),
            Step::Quorum(step) => return step.undo().map(Step::Quorum),
            Step::DestroyDomain { .. }
            | Step::UnplugDisk { .. }
            | Step::UnplugNic { .. }
            | Step::StartDeviceModel { .. }
            | Step::AskGuest { .. }
            | Step::SaveMemory { .. }
            | Step::CopyMemory { .. }
            | Step::SendDomain { .. }
            | Step::EjectDisc { .. }
            | Step::SetMemory { .. }
            | Step::SetVcpus { .. }
            | Step::DestroyDisk { .. }
            | Step::ResizeDisk { .. } => return None,
        })
    }

    /// The machine that this step is about, if it is about one.
    pub fn vm(&self) -> Option<Uuid> {
        match self {
            Step::CreateDomain { spec }
            | Step::RestoreMemory { spec, .. }
            | Step::ReceiveDomain { spec, .. } => Some(spec.vm),
            Step::DestroyDomain { vm }
            | Step::PlugDisk { vm, .. }
            | Step::UnplugDisk { vm, .. }
            | Step::PlugNic { vm, .. }
            | Step::UnplugNic { vm, .. }
            | Step::StartDeviceModel { vm }
            | Step::Unpause { vm }
            | Step::Pause { vm }
            | Step::AskGuest { vm, .. }
            | Step::SaveMemory { vm, .. }
            | Step::CopyMemory { vm, .. }
            | Step::SendDomain { vm, .. }
            | Step::InsertDisc { vm, .. }
            | Step::EjectDisc { vm, .. }
            | Step::SetMemory { vm, .. }
            | Step::SetVcpus { vm, .. } => Some(*vm),
            Step::Loan(step) => step.vm(),
            Step::Live(step) => Some(step.vm()),
            Step::Network(step) => step.vm(),
            Step::Disk(step) => step.vm(),
            _ => None,
        }
    }

    /// Whether any host that reaches what it is about may do it.
    pub fn anywhere(&self) -> bool {
        match self {
            Step::Host(step) => step.anywhere(),
            Step::Update(step) => step.anywhere(),
            Step::Network(_) | Step::Role(_) | Step::Quorum(_) | Step::Loan(_) => false,
            Step::Storage(step) => step.anywhere(),
            step => step.vm().is_none(),
        }
    }

    /// The verb, as a plan prints it.
    pub fn verb(&self) -> &'static str {
        match self {
            Step::Role(step) => step.verb(),
            Step::CreateDomain { .. } => "create",
            Step::DestroyDomain { .. } => "destroy",
            Step::PlugDisk { .. } => "plug disk",
            Step::UnplugDisk { .. } => "unplug disk",
            Step::PlugNic { .. } => "plug nic",
            Step::UnplugNic { .. } => "unplug nic",
            Step::StartDeviceModel { .. } => "device model",
            Step::Unpause { .. } => "unpause",
            Step::Pause { .. } => "pause",
            Step::AskGuest { kind: ShutdownKind::Shutdown, .. } => "ask to shut down",
            Step::AskGuest { kind: ShutdownKind::Reboot, .. } => "ask to reboot",
            Step::AskGuest { kind: ShutdownKind::Suspend, .. } => "ask to suspend",
            Step::SaveMemory { .. } => "save memory",
            Step::RestoreMemory { .. } => "restore memory",
            Step::CopyMemory { .. } => "copy memory",
            Step::ReceiveDomain { .. } => "receive",
            Step::SendDomain { .. } => "send",
            Step::InsertDisc { .. } => "insert disc",
            Step::EjectDisc { .. } => "eject disc",
            Step::SetMemory { .. } => "set memory",
            Step::SetVcpus { .. } => "set vcpus",
            Step::CreateDisk { .. } => "create disk",
            Step::DestroyDisk { .. } => "destroy disk",
            Step::CloneDisk { .. } => "clone disk",
            Step::SnapshotDisk { .. } => "snapshot disk",
            Step::CopyDisk { .. } => "copy disk",
            Step::ResizeDisk { .. } => "resize disk",
            Step::Loan(step) => step.verb(),
            Step::Live(step) => step.verb(),
            Step::Host(step) => step.verb(),
            Step::Update(step) => step.verb(),
            Step::Network(step) => step.verb(),
            Step::Disk(step) => step.verb(),
            Step::Quorum(step) => step.verb(),
            Step::Storage(step) => step.verb(),
        }
    }

    /// What the verb acts on, by uuid: the device or disk if there is one, else the machine.
    pub fn object(&self) -> Uuid {
        match self {
            Step::Role(step) => step.host(),
            Step::Storage(step) => step.object(),
            Step::PlugDisk { drive, .. } => drive.vbd,
            Step::UnplugDisk { vbd, .. } | Step::InsertDisc { vbd, .. } | Step::EjectDisc { vbd, .. } => *vbd,
            Step::PlugNic { nic, .. } => nic.vif,
            Step::UnplugNic { vif, .. } => *vif,
            Step::CreateDisk { disc, .. } | Step::DestroyDisk { disc } | Step::ResizeDisk { disc, .. } => {
                disc.vdi
            }
            Step::CloneDisk { from, .. } | Step::SnapshotDisk { from, .. } | Step::CopyDisk { from, .. } => {
                from.vdi
            }
            Step::Loan(step) => step.object(),
            Step::Host(step) => step.object(),
            Step::Update(step) => step.object(),
            Step::Network(step) => step.object(),
            Step::Disk(step) => step.object(),
            Step::Quorum(step) => step.object(),
            other => other.vm().unwrap_or(Uuid::NIL),
        }
    }
}

impl fmt::Display for Step {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{} {}", self.verb(), self.object())
    }
}
