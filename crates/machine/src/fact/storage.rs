//! What a machine says of storage.

use crate::step::storage::{Label, Names, Place};
use model::Uuid;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum StorageFact {
    /// It is plugged into this host.
    Plugged {
        sr: Uuid,
        size_bytes: i64,
    },
    Unplugged {
        sr: Uuid,
    },
    /// All that is on a storage, and what of the known disks is not.
    Scanned {
        sr: Uuid,
        size_bytes: i64,
        disks: Vec<FoundDisk>,
        missing: Vec<Uuid>,
    },
    /// The disks with their sizes and what they use.
    Measured {
        sr: Uuid,
        size_bytes: i64,
        disks: Vec<(Uuid, i64, i64)>,
    },
    /// What can be reached by settings: the driver's text, and the same as data.
    Probed {
        answer: String,
        found: Vec<FoundStorage>,
    },
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FoundDisk {
    pub label: Label,
    pub size_bytes: i64,
    pub used_bytes: i64,
    /// On what it stands.
    pub parent: Option<Uuid>,
    pub hidden: bool,
    /// Its changes are written down.
    pub tracked: bool,
    /// Only what has changed is left of it.
    pub bare: bool,
}

/// A storage that is there, or a place for one.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FoundStorage {
    /// `None`: nothing is there yet.
    pub sr: Option<Uuid>,
    /// The settings, with what was found added to them.
    pub config: BTreeMap<String, String>,
    /// The settings say all that is needed.
    pub complete: bool,
    pub names: Names,
    pub size_bytes: i64,
    pub free_bytes: i64,
}

/// What a storage driver says is wrong.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StorageFault {
    /// In the table of drivers.
    pub number: u16,
    pub about: String,
    /// What could be chosen instead, in the driver's XML.
    pub answer: String,
    /// The same as data.
    #[serde(default)]
    pub found: Vec<FoundStorage>,
}

/// A storage as the rows say it is, plugged anywhere or nowhere.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct BelievedStorage {
    pub place: Place,
    /// The host that it belongs to, if it is of one host only.
    pub host: Option<Uuid>,
    pub names: Names,
    pub capacity_bytes: i64,
    pub labels: Vec<Label>,
}
