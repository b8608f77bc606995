//! `RoleStep`: which part a host plays in its pool.
//!
//! A change of coordinator has two phases: every host agrees first, then every host does as agreed.

use super::{Disc, Step};
use model::Uuid;
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum RoleStep {
    /// Agree to follow the host at this address, and to nobody else meanwhile.
    Agree { host: Uuid, address: String },
    /// Forget what was agreed to.
    Disagree { host: Uuid },
    /// Follow the host at this address; the one that is at it leads.
    Follow { host: Uuid, address: String },
    /// A storage that others have too is in sight, with these disks: size and what is used of it. Real
    /// hosts see that by themselves; one that is simulated in another process has to be told.
    See { host: Uuid, storage: Uuid, capacity_bytes: i64, disks: Vec<(Disc, i64, i64)> },
    /// Leave the pool for good: what is on these storages, which only this host has, is gone.
    Leave { host: Uuid, storages: Vec<Uuid> },
}

impl RoleStep {
    pub fn undo(&self) -> Option<Step> {
        match self {
            RoleStep::Agree { host, .. } => Some(Step::Role(RoleStep::Disagree { host: *host })),
            _ => None,
        }
    }
    pub fn verb(&self) -> &'static str {
        match self {
            RoleStep::Agree { .. } => "agree to follow",
            RoleStep::Disagree { .. } => "disagree",
            RoleStep::Follow { .. } => "follow",
            RoleStep::See { .. } => "see",
            RoleStep::Leave { .. } => "leave the pool",
        }
    }
    /// The host that plays the part.
    pub fn host(&self) -> Uuid {
        match self {
            RoleStep::Agree { host, .. }
            | RoleStep::Disagree { host }
            | RoleStep::Follow { host, .. }
            | RoleStep::See { host, .. }
            | RoleStep::Leave { host, .. } => *host,
        }
    }
}
