//! Steps that hold the hosts of a pool together: the guard of high availability, and the cluster stack.
//!
//! A host that is armed watches its statefile and the others. If it loses either it cuts its own power,
//! so that what ran on it can be started elsewhere without ever running twice.

use super::Disc;
use model::Uuid;
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum QuorumStep {
    /// Watch this statefile from now on. `host`: who is armed.
    Arm {
        host: Uuid,
        statefile: Disc,
    },
    /// Watch it no more.
    Disarm {
        host: Uuid,
        statefile: Disc,
    },
    /// Tell whether the host is there and armed; fails if it is not.
    Beat {
        host: Uuid,
    },
    /// Run the cluster stack as a member of this cluster.
    JoinCluster {
        host: Uuid,
        cluster: Uuid,
    },
    LeaveCluster {
        host: Uuid,
        cluster: Uuid,
    },
}

impl QuorumStep {
    pub fn undo(&self) -> Option<QuorumStep> {
        match *self {
            QuorumStep::Arm { host, statefile } => Some(QuorumStep::Disarm { host, statefile }),
            QuorumStep::Disarm { host, statefile } => Some(QuorumStep::Arm { host, statefile }),
            QuorumStep::JoinCluster { host, cluster } => Some(QuorumStep::LeaveCluster { host, cluster }),
            QuorumStep::LeaveCluster { host, cluster } => Some(QuorumStep::JoinCluster { host, cluster }),
            QuorumStep::Beat { .. } => None,
        }
    }

    pub fn verb(&self) -> &'static str {
        match self {
            QuorumStep::Arm { .. } => "arm",
            QuorumStep::Disarm { .. } => "disarm",
            QuorumStep::Beat { .. } => "listen for",
            QuorumStep::JoinCluster { .. } => "join cluster",
            QuorumStep::LeaveCluster { .. } => "leave cluster",
        }
    }

    pub fn object(&self) -> Uuid {
        match self {
            QuorumStep::Arm { host, .. }
            | QuorumStep::Disarm { host, .. }
            | QuorumStep::Beat { host }
            | QuorumStep::JoinCluster { host, .. }
            | QuorumStep::LeaveCluster { host, .. } => *host,
        }
    }
}
