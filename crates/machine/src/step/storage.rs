//! Steps of storage: formatted, plugged into hosts, looked through.
//!
//! A storage is known by its uuid wherever it is plugged; where it is stands in its `Place`.

use super::Disc;
use model::Uuid;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum StorageStep {
    /// Format what is there for this storage; what was on it is gone.
    Create {
        place: Place,
        names: Names,
    },
    /// Wipe a storage that is plugged nowhere.
    Destroy {
        place: Place,
    },
    Plug {
        place: Place,
    },
    Unplug {
        place: Place,
    },
    /// Write down on the storage what its disks are called, so that another pool can tell.
    Label {
        sr: Uuid,
        names: Names,
        labels: Vec<Label>,
    },
    /// Look which disks are there. Of those that are `known` it is told which are missing.
    Scan {
        sr: Uuid,
        known: Vec<Uuid>,
    },
    /// How large the storage and its disks are.
    Measure {
        sr: Uuid,
    },
    /// Write the rows of a pool on a disk.
    WriteDatabase {
        disc: Disc,
        text: String,
    },
    /// Look what is at a place that is not quite known yet, without changing anything.
    Probe {
        driver: String,
        config: BTreeMap<String, String>,
    },
}

/// A storage, its driver, and the settings by which the driver finds it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Place {
    pub sr: Uuid,
    pub driver: String,
    pub config: BTreeMap<String, String>,
}

/// What a storage is called.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Names {
    pub label: String,
    pub description: String,
}

/// What a storage keeps of a disk beside its content.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Label {
    pub vdi: Uuid,
    pub names: Names,
    /// `user`, `system`, `suspend`.
    pub kind: String,
    pub location: String,
    pub read_only: bool,
    pub snapshot_of: Option<Uuid>,
    pub is_a_snapshot: bool,
    /// Seconds since 1970.
    pub snapshot_time: i64,
    pub sm_config: BTreeMap<String, String>,
}

impl StorageStep {
    pub fn undo(&self) -> Option<StorageStep> {
        Some(match self {
            StorageStep::Create { place, .. } => StorageStep::Destroy { place: place.clone() },
            StorageStep::Plug { place } => StorageStep::Unplug { place: place.clone() },
            StorageStep::Unplug { place } => StorageStep::Plug { place: place.clone() },
            StorageStep::Destroy { .. }
            | StorageStep::Label { .. }
            | StorageStep::Scan { .. }
            | StorageStep::Measure { .. }
            | StorageStep::WriteDatabase { .. }
            | StorageStep::Probe { .. } => return None,
        })
    }

    pub fn verb(&self) -> &'static str {
        match self {
            StorageStep::Create { .. } => "create storage",
            StorageStep::Destroy { .. } => "destroy storage",
            StorageStep::Plug { .. } => "plug storage",
            StorageStep::Unplug { .. } => "unplug storage",
            StorageStep::Label { .. } => "label disks of",
            StorageStep::Scan { .. } => "scan",
            StorageStep::Measure { .. } => "measure",
            StorageStep::WriteDatabase { .. } => "write rows on",
            StorageStep::Probe { .. } => "probe",
        }
    }

    /// The storage; none if it is yet to be found.
    pub fn object(&self) -> Uuid {
        match self {
            StorageStep::Create { place, .. }
            | StorageStep::Destroy { place }
            | StorageStep::Plug { place }
            | StorageStep::Unplug { place } => place.sr,
            StorageStep::Label { sr, .. } | StorageStep::Scan { sr, .. } | StorageStep::Measure { sr } => *sr,
            StorageStep::WriteDatabase { disc, .. } => disc.vdi,
            StorageStep::Probe { .. } => Uuid::NIL,
        }
    }

    /// Whether any host that reaches the storage may do it.
    pub fn anywhere(&self) -> bool {
        matches!(
            self,
            StorageStep::Destroy { .. }
                | StorageStep::Label { .. }
                | StorageStep::Scan { .. }
                | StorageStep::Measure { .. }
                | StorageStep::WriteDatabase { .. }
        )
    }
}
