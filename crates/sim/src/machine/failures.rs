//! Failures that a test asks for, below the decisions: the step fails, whoever asked for it.

use super::world::World;
use machine::{Fault, Step};
use model::Uuid;

/// Whether the step is done although its fault is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    /// Nothing is done.
    Before,
    /// All is done, and the answer is lost.
    After,
}

pub struct Failure {
    pub when: When,
    /// Counts down with each step that matches.
    pub nth: usize,
    pub matching: Box<dyn Fn(Uuid, &Step) -> bool + Send>,
    pub fault: Fault,
}

/// The failure that this step meets, if one was asked for. Every failure counts every step.
pub fn meet(world: &mut World, host: Uuid, step: &Step) -> Option<(When, Fault)> {
    for failure in &mut world.failures {
        if (failure.matching)(host, step) {
            failure.nth = failure.nth.saturating_sub(1);
        }
    }
    let due = world.failures.iter().position(|failure| failure.nth == 0)?;
    let failure = world.failures.remove(due);
    Some((failure.when, failure.fault))
}
