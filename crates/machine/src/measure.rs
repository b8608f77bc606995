//! `Measures`: what a machine reads off its meters. Nothing of it is a fact that rows must keep.

use crate::step::Disc;
use model::Uuid;
use std::collections::BTreeMap;

/// What goes in and out, in bytes per second.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Traffic {
    /// Read, or received.
    pub inward: f64,
    /// Written, or sent.
    pub outward: f64,
}

/// What the domains of a host do now.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Measures {
    pub domains: BTreeMap<Uuid, DomainMeasures>,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct DomainMeasures {
    /// The part of its time that each virtual processor works, from 0 to 1.
    pub vcpus: Vec<f64>,
    pub memory_bytes: i64,
    /// What the guest itself does not use.
    pub idle_bytes: i64,
    /// By the number of the card: its bridge and what it carries.
    pub nics: BTreeMap<String, (String, Traffic)>,
    /// By the name that the guest sees: the disk and what goes to it.
    pub drives: BTreeMap<String, (Disc, Traffic)>,
}

impl std::ops::AddAssign for Traffic {
    fn add_assign(&mut self, other: Traffic) {
        self.inward += other.inward;
        self.outward += other.outward;
    }
}
