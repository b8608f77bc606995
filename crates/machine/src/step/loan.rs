//! Things of a host that are lent to a guest: PCI devices, shares of graphics cards, USB devices.
//!
//! Every such thing has a number of units, and a loan takes some of them: a whole device is one of
//! one. So one rule holds for all of them: no more is lent than there is.

use super::Step;
use model::Uuid;
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum LoanStep {
    Lend {
        vm: Uuid,
        loan: Loan,
    },
    TakeBack {
        vm: Uuid,
        device: Uuid,
    },
    /// Tell which USB devices are plugged into this host.
    LookForUsb {
        host: Uuid,
    },
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Loan {
    /// What the guest has of it: a vGPU, a virtual USB slot, or the PCI device itself.
    pub device: Uuid,
    /// What it is of: a graphics card, a USB device, a PCI device.
    pub thing: Uuid,
    pub units: i64,
    /// How many units the thing has.
    pub of_units: i64,
}

impl Loan {
    /// A thing as a whole.
    pub fn whole(device: Uuid, thing: Uuid) -> Loan {
        Loan { device, thing, units: 1, of_units: 1 }
    }
}

impl LoanStep {
    pub fn undo(&self) -> Option<Step> {
        match self {
            LoanStep::Lend { vm, loan } => {
                Some(Step::Loan(LoanStep::TakeBack { vm: *vm, device: loan.device }))
            }
            LoanStep::TakeBack { .. } | LoanStep::LookForUsb { .. } => None,
        }
    }
    pub fn vm(&self) -> Option<Uuid> {
        match self {
            LoanStep::Lend { vm, .. } | LoanStep::TakeBack { vm, .. } => Some(*vm),
            LoanStep::LookForUsb { .. } => None,
        }
    }
    pub fn verb(&self) -> &'static str {
        match self {
            LoanStep::Lend { .. } => "lend",
            LoanStep::TakeBack { .. } => "take back",
            LoanStep::LookForUsb { .. } => "look for usb devices",
        }
    }
    pub fn object(&self) -> Uuid {
        match self {
            LoanStep::Lend { loan, .. } => loan.device,
            LoanStep::TakeBack { device, .. } => *device,
            LoanStep::LookForUsb { host } => *host,
        }
    }
}
