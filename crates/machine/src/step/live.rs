//! What is changed about a domain while it runs.

use super::Step;
use model::Uuid;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum LiveStep {
    /// Let the guest give memory back, or take some, until it has this much.
    Balloon {
        vm: Uuid,
        from_bytes: i64,
        to_bytes: i64,
    },
    /// Tell the hypervisor `DomainSpec::settings` that are new.
    Adjust {
        vm: Uuid,
        settings: BTreeMap<String, String>,
    },
    /// Start the device model anew; the guest does not notice.
    RestartDeviceModel {
        vm: Uuid,
    },
    /// Ask the guest to sleep (ACPI S3). Its memory stays where it is.
    Sleep {
        vm: Uuid,
    },
    WakeUp {
        vm: Uuid,
    },
}

impl LiveStep {
    pub fn undo(&self) -> Option<Step> {
        match self {
            LiveStep::Balloon { vm, from_bytes, to_bytes } => {
                Some(Step::Live(LiveStep::Balloon { vm: *vm, from_bytes: *to_bytes, to_bytes: *from_bytes }))
            }
            LiveStep::Sleep { vm } => Some(Step::Live(LiveStep::WakeUp { vm: *vm })),
            LiveStep::Adjust { .. } | LiveStep::RestartDeviceModel { .. } | LiveStep::WakeUp { .. } => None,
        }
    }
    pub fn vm(&self) -> Uuid {
        match self {
            LiveStep::Balloon { vm, .. }
            | LiveStep::Adjust { vm, .. }
            | LiveStep::RestartDeviceModel { vm }
            | LiveStep::Sleep { vm }
            | LiveStep::WakeUp { vm } => *vm,
        }
    }
    pub fn verb(&self) -> &'static str {
        match self {
            LiveStep::Balloon { from_bytes, to_bytes, .. } if to_bytes < from_bytes => "squeeze",
            LiveStep::Balloon { .. } => "inflate",
            LiveStep::Adjust { .. } => "adjust",
            LiveStep::RestartDeviceModel { .. } => "restart device model",
            LiveStep::Sleep { .. } => "ask to sleep",
            LiveStep::WakeUp { .. } => "wake up",
        }
    }
}
