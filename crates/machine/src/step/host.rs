//! `HostStep`: what is asked of a host itself: power, settings, its hypervisor's log.
//!
//! Power is changed for one boot: a step that was decided on names when that boot began, so doing it
//! again after the host has come back does nothing.

use crate::Disc;
use model::Uuid;
use serde::{Deserialize, Serialize};
use std::fmt;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum HostStep {
    /// Is anybody there, and since when?
    Greet {
        host: Uuid,
    },
    /// Go down soon, and come up again.
    Reboot {
        host: Uuid,
        since_seconds: i64,
    },
    /// Go down soon, and stay down.
    PowerOff {
        host: Uuid,
        since_seconds: i64,
    },
    /// Wake a host that is down: asked of another one.
    PowerOn {
        host: Uuid,
        way: PowerOnWay,
    },
    /// Set something that the host keeps; `before` is what it was.
    Set {
        host: Uuid,
        setting: HostSetting,
        value: String,
        before: String,
    },
    /// Let the hypervisor write of itself into its log.
    DebugKeys {
        host: Uuid,
        keys: String,
    },
    /// Tell the hypervisor's log, and empty it then if asked to.
    ReadLog {
        host: Uuid,
        clear: bool,
    },
    /// Attach a disk to the host itself, now and at each boot.
    HoldDisk {
        host: Uuid,
        disc: Disc,
        reason: String,
    },
    ReleaseDisk {
        host: Uuid,
        disc: Disc,
    },
}

/// How a host is woken.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum PowerOnWay {
    /// A packet to this hardware address.
    WakeOnLan { mac: String },
    /// Its service processor: iLO or another, at an address.
    ServiceProcessor { kind: String, address: String, user: String },
}

/// What a host keeps beside its machines.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum HostSetting {
    Hostname,
    /// Where its log goes; empty: nowhere but to its own disk.
    SyslogDestination,
    /// `cpu`, `core`, `socket`; counts from the next boot.
    SchedulingGranularity,
    MaxCstate,
    Timezone,
    NtpMode,
    /// Parted by spaces.
    NtpServers,
    /// `true` or `false`.
    Ssh,
    ConsoleIdleTimeout,
    IscsiIqn,
    NumaAffinityPolicy,
    /// By how many seconds its clock is ahead.
    ClockAhead,
    /// What guests' agents are told, as JSON.
    GuestAgentConfig,
}

impl HostStep {
    pub fn undo(&self) -> Option<HostStep> {
        match self {
            HostStep::Set { host, setting, value, before } => Some(HostStep::Set {
                host: *host,
                setting: *setting,
                value: before.clone(),
                before: value.clone(),
            }),
            HostStep::HoldDisk { host, disc, .. } => Some(HostStep::ReleaseDisk { host: *host, disc: *disc }),
            _ => None,
        }
    }

    pub fn verb(&self) -> &'static str {
        match self {
            HostStep::Greet { .. } => "greet",
            HostStep::Reboot { .. } => "reboot",
            HostStep::PowerOff { .. } => "power off",
            HostStep::PowerOn { .. } => "power on",
            HostStep::Set { setting, .. } => setting.verb(),
            HostStep::DebugKeys { .. } => "send debug keys to",
            HostStep::ReadLog { clear: false, .. } => "read the log of",
            HostStep::ReadLog { clear: true, .. } => "read and clear the log of",
            HostStep::HoldDisk { .. } => "hold disk",
            HostStep::ReleaseDisk { .. } => "release disk",
        }
    }

    pub fn object(&self) -> Uuid {
        match self {
            HostStep::HoldDisk { disc, .. } | HostStep::ReleaseDisk { disc, .. } => disc.vdi,
            other => other.host(),
        }
    }

    /// The host that it is about.
    pub fn host(&self) -> Uuid {
        match self {
            HostStep::Greet { host }
            | HostStep::Reboot { host, .. }
            | HostStep::PowerOff { host, .. }
            | HostStep::PowerOn { host, .. }
            | HostStep::Set { host, .. }
            | HostStep::DebugKeys { host, .. }
            | HostStep::ReadLog { host, .. }
            | HostStep::HoldDisk { host, .. }
            | HostStep::ReleaseDisk { host, .. } => *host,
        }
    }

    /// Whether another host may do it in the place of one that cannot be reached.
    pub fn anywhere(&self) -> bool {
        matches!(self, HostStep::PowerOn { .. })
    }
}

impl HostSetting {
    fn verb(self) -> &'static str {
        match self {
            HostSetting::Hostname => "set the name of",
            HostSetting::SyslogDestination => "set the log of",
            HostSetting::SchedulingGranularity => "set the scheduling of",
            HostSetting::MaxCstate => "set the idle states of",
            HostSetting::Timezone => "set the time zone of",
            HostSetting::NtpMode | HostSetting::NtpServers => "set the time servers of",
            HostSetting::Ssh => "set the ssh service of",
            HostSetting::ConsoleIdleTimeout => "set the console timeout of",
            HostSetting::IscsiIqn => "set the iscsi name of",
            HostSetting::NumaAffinityPolicy => "set the numa policy of",
            HostSetting::ClockAhead => "set the clock of",
            HostSetting::GuestAgentConfig => "set the guest agents of",
        }
    }
}

impl fmt::Display for HostSetting {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{self:?}")
    }
}
