//! What is told about updates.

use crate::Disc;
use crate::step::update::Versions;
use model::Uuid;
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum UpdateFact {
    RepositoryOffers {
        repository: Uuid,
        updates: Vec<Update>,
    },
    PackageIs {
        disc: Disc,
        package: Package,
    },
    /// All packages of a host that are not as they were when it was installed.
    SoftwareIs {
        host: Uuid,
        versions: Versions,
    },
}

/// An update as a repository describes it. Guidances are in the words of XenAPI's `update_guidances`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Update {
    pub id: String,
    pub summary: String,
    /// `security`, `bugfix`, `enhancement`.
    pub kind: String,
    pub severity: String,
    pub packages: Versions,
    pub mandatory: Vec<String>,
    pub recommended: Vec<String>,
    /// What it would take to have every effect of it.
    pub full: Vec<String>,
}

/// An update of the older sort: a disk with one package. Guidances are in the words of
/// `update_after_apply_guidance`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Package {
    pub uuid: Uuid,
    pub name: String,
    pub description: String,
    pub version: String,
    pub key: String,
    pub size_bytes: i64,
    pub guidance: Vec<String>,
}
