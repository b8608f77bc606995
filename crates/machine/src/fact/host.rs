//! `HostFact`: what is so of a host itself.

use crate::step::host::HostSetting;
use model::Uuid;
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum HostFact {
    /// It is up since this moment, with this storage in its sight. Another moment than before: it was
    /// down meanwhile, and nothing runs of what ran.
    Up {
        host: Uuid,
        since_seconds: i64,
        storage: Vec<Uuid>,
    },
    /// It goes down, as it was told to.
    Down {
        host: Uuid,
    },
    /// Nobody has heard of it for so long that it counts as dead. Said by who listened.
    Unheard {
        host: Uuid,
    },
    SettingIs {
        host: Uuid,
        setting: HostSetting,
        value: String,
    },
    /// The hypervisor's log.
    Log {
        host: Uuid,
        text: String,
    },
    DiskHeld {
        host: Uuid,
        vdi: Uuid,
        reason: String,
    },
    DiskReleased {
        host: Uuid,
        vdi: Uuid,
    },
}

impl HostFact {
    pub fn host(&self) -> Uuid {
        match self {
            HostFact::Up { host, .. }
            | HostFact::Down { host }
            | HostFact::Unheard { host }
            | HostFact::SettingIs { host, .. }
            | HostFact::Log { host, .. }
            | HostFact::DiskHeld { host, .. }
            | HostFact::DiskReleased { host, .. } => *host,
        }
    }
}

/// What rows say of a host itself.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct BelievedHost {
    /// It has no power.
    pub down: bool,
    /// It was told to reboot and is not back yet.
    pub coming_up: bool,
    /// When it came up; 0 if nobody knows.
    pub since_seconds: i64,
    pub settings: Vec<(HostSetting, String)>,
    /// Disks that it holds itself, and why.
    pub held: Vec<(crate::Disc, String)>,
}
