//! Updates: reading what is offered, and bringing the software of a host to other versions.

use super::Disc;
use model::Uuid;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Packages by name, with a version each. The empty version says: not there.
pub type Versions = BTreeMap<String, String>;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum UpdateStep {
    /// What a repository offers.
    ReadRepository { repository: Uuid, url: String },
    /// The update on a disk, if there is one.
    ReadPackage { disc: Disc },
    /// Bring packages of a host to these versions. `from`: what they are now, for the way back.
    Install { host: Uuid, to: Versions, from: Versions },
}

impl UpdateStep {
    pub fn undo(&self) -> Option<UpdateStep> {
        match self {
            UpdateStep::Install { host, to, from } => {
                Some(UpdateStep::Install { host: *host, to: from.clone(), from: to.clone() })
            }
            _ => None,
        }
    }

    /// Whether another host may do it in the place of one that cannot be reached.
    pub fn anywhere(&self) -> bool {
        !matches!(self, UpdateStep::Install { .. })
    }

    pub fn verb(&self) -> &'static str {
        match self {
            UpdateStep::ReadRepository { .. } => "read repository",
            UpdateStep::ReadPackage { .. } => "read update",
            UpdateStep::Install { .. } => "install updates",
        }
    }

    pub fn object(&self) -> Uuid {
        match self {
            UpdateStep::ReadRepository { repository, .. } => *repository,
            UpdateStep::ReadPackage { disc } => disc.vdi,
            UpdateStep::Install { host, .. } => *host,
        }
    }
}
