//! `DiskStep`: what is done to disks beyond making them: chains, mirrors, tracking of changes.
//!
//! ```text
//!  before        after a snapshot          after it is destroyed     after coalescing
//!  web           base ◄─ web               base ◄─ web               web
//!                     ◄─ snapshot
//! ```
//! A clone or snapshot turns the old content into a hidden disk on which both stand. A hidden disk
//! with a single child may be merged into it; one without children is of no use.

use crate::step::{Disc, Step};
use model::Uuid;
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum DiskStep {
    /// Undo a clone or snapshot: `to` is gone, and `from` is what it was, if nobody else stands on `base`.
    TakeBack {
        from: Disc,
        to: Disc,
        base: Uuid,
    },
    /// Merge a hidden disk into the only one that stands on it. Where that is not so, nothing is done.
    Coalesce {
        child: Disc,
        parent: Uuid,
    },
    /// Write the content of a disk on another one that is there; with a base, only what differs from it.
    CopyInto {
        from: Disc,
        to: Disc,
        base: Option<Disc>,
    },
    /// A copy that follows what is written on the original.
    Mirror {
        from: Disc,
        to: Disc,
    },
    /// The copy goes, and nothing follows the original any more.
    StopMirror {
        from: Disc,
        to: Disc,
    },
    /// A drive of a running domain goes over from a disk to its mirror.
    Switch {
        vm: Uuid,
        vbd: Uuid,
        from: Disc,
        to: Disc,
    },
    /// Keep account of the blocks that are written from now on.
    Track {
        disc: Disc,
    },
    Untrack {
        disc: Disc,
    },
    /// The data goes; what has changed since when stays.
    DestroyData {
        disc: Disc,
    },
    /// Tell which blocks have changed from one tracked disk to a later one.
    ListChanged {
        from: Disc,
        to: Disc,
    },
    /// Tell a sum over all content.
    Checksum {
        disc: Disc,
    },
    /// Tell how large it is, what it takes and on what it stands.
    Look {
        disc: Disc,
    },
    /// The disk is again as it was at the first of these. The first one only remembers how it is.
    Reset {
        disc: Disc,
    },
    /// What is on the disk stays: how it was is forgotten.
    Persist {
        disc: Disc,
    },
    /// Let what the guest asks of a drive wait.
    HoldDrive {
        vm: Uuid,
        vbd: Uuid,
    },
    ReleaseDrive {
        vm: Uuid,
        vbd: Uuid,
    },
}

impl DiskStep {
    pub fn undo(&self) -> Option<Step> {
        Some(match self {
            DiskStep::Mirror { from, to } => DiskStep::StopMirror { from: *from, to: *to }.into(),
            DiskStep::Switch { vm, vbd, from, to } => {
                DiskStep::Switch { vm: *vm, vbd: *vbd, from: *to, to: *from }.into()
            }
            DiskStep::Track { disc } => DiskStep::Untrack { disc: *disc }.into(),
            DiskStep::HoldDrive { vm, vbd } => DiskStep::ReleaseDrive { vm: *vm, vbd: *vbd }.into(),
            _ => return None,
        })
    }

    pub fn vm(&self) -> Option<Uuid> {
        match self {
            DiskStep::Switch { vm, .. }
            | DiskStep::HoldDrive { vm, .. }
            | DiskStep::ReleaseDrive { vm, .. } => Some(*vm),
            _ => None,
        }
    }

    pub fn verb(&self) -> &'static str {
        match self {
            DiskStep::TakeBack { .. } => "take back copy of disk",
            DiskStep::Coalesce { .. } => "coalesce disk",
            DiskStep::CopyInto { .. } => "copy disk over",
            DiskStep::Mirror { .. } => "mirror disk",
            DiskStep::StopMirror { .. } => "stop mirror of disk",
            DiskStep::Switch { .. } => "switch",
            DiskStep::Track { .. } => "track disk",
            DiskStep::Untrack { .. } => "untrack disk",
            DiskStep::DestroyData { .. } => "destroy data of disk",
            DiskStep::Reset { .. } => "reset disk",
            DiskStep::Persist { .. } => "keep disk",
            DiskStep::ListChanged { .. } => "list changes of disk",
            DiskStep::Checksum { .. } => "sum disk",
            DiskStep::Look { .. } => "look at disk",
            DiskStep::HoldDrive { .. } => "hold",
            DiskStep::ReleaseDrive { .. } => "release",
        }
    }

    pub fn object(&self) -> Uuid {
        match self {
            DiskStep::TakeBack { from, .. }
            | DiskStep::CopyInto { from, .. }
            | DiskStep::Mirror { from, .. }
            | DiskStep::StopMirror { from, .. } => from.vdi,
            DiskStep::Coalesce { child, .. } => child.vdi,
            DiskStep::ListChanged { to, .. } => to.vdi,
            DiskStep::Track { disc }
            | DiskStep::Untrack { disc }
            | DiskStep::DestroyData { disc }
            | DiskStep::Reset { disc }
            | DiskStep::Persist { disc }
            | DiskStep::Checksum { disc }
            | DiskStep::Look { disc } => disc.vdi,
            DiskStep::Switch { vbd, .. }
            | DiskStep::HoldDrive { vbd, .. }
            | DiskStep::ReleaseDrive { vbd, .. } => *vbd,
        }
    }
}

impl From<DiskStep> for Step {
    fn from(step: DiskStep) -> Step {
        Step::Disk(step)
    }
}
