//! `DiskFact`: what a machine says of disks beyond their being there.

use crate::step::Disc;
use model::Uuid;
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum DiskFact {
    /// A hidden disk, on which others stand.
    Base {
        disc: Disc,
        parent: Option<Uuid>,
        size_bytes: i64,
        used_bytes: i64,
    },
    /// On what a disk that is not hidden stands.
    Parent {
        disc: Disc,
        parent: Option<Uuid>,
    },
    /// A drive has another disk than before.
    Switched {
        vbd: Uuid,
        disc: Disc,
    },
    /// Whether it is written down which blocks change.
    Tracked {
        disc: Disc,
        on: bool,
    },
    /// The data is gone, and only what has changed is known.
    DataGone {
        disc: Disc,
    },
    /// One bit for each 64 KiB of the later disk, first block in the highest bit of the first byte, in base64.
    Changed {
        from: Disc,
        to: Disc,
        bitmap: String,
    },
    Sum {
        disc: Disc,
        sum: String,
    },
}

impl DiskFact {
    /// The disk that it is about, if it says something that lasts.
    pub fn disc(&self) -> Option<Disc> {
        match self {
            DiskFact::Base { disc, .. }
            | DiskFact::Parent { disc, .. }
            | DiskFact::Tracked { disc, .. }
            | DiskFact::DataGone { disc } => Some(*disc),
            DiskFact::Switched { .. } | DiskFact::Changed { .. } | DiskFact::Sum { .. } => None,
        }
    }
}

/// How a disk stands to others, as rows say it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct BelievedChain {
    pub parent: Option<Uuid>,
    pub hidden: bool,
    /// Its changes are written down.
    pub tracked: bool,
    /// The tracked disk since which they are.
    pub since: Option<Uuid>,
    /// Only what has changed is left of it.
    pub bare: bool,
}
