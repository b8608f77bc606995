//! The way back: what was done is undone, last first.

use super::carry::Run;
use super::progress::Node;
use super::walk::collect_leaves;
use crate::plan::Plan;
use machine::{Fact, Step};
use model::{ApiError, Host, Ref};
use std::time::Duration;

/// How often an undo is tried before it is given up.
const UNDO_ATTEMPTS: u32 = 5;

impl Run {
    /// The error is written down first: a process that takes this up knows that it goes back.
    pub(super) async fn turn_back(&self, error: &ApiError) {
        let first = self.state().trouble.is_none();
        if first {
            self.state().trouble = Some(error.clone());
            if let Err(broken) = self.persist(&[], &[]).await {
                tracing::error!(%broken, task = %self.task, "trouble does not fit the rows");
            }
        }
    }

    /// Take back what is ticked off of a plan whose first node has this number, last leaf first, as
    /// far as it is in `range`.
    pub(super) async fn undo(&self, plan: &Plan, first: usize, range: std::ops::Range<usize>) {
        let mut leaves = Vec::new();
        collect_leaves(plan, first, &mut leaves);
        for (number, leaf) in leaves.into_iter().rev().filter(|(number, _)| range.contains(number)) {
            if !matches!(self.state().progress.node(number), Node::Done | Node::Doing) {
                continue;
            }
            match leaf {
                Plan::Do(host, step) => {
                    let facts = match step.undo() {
                        Some(undo) => self.undo_step(*host, &undo).await,
                        None => Vec::new(),
                    };
                    self.tick(number, Node::Undone, &facts, &[]).await;
                }
                Plan::Write(_) => {
                    let inverse = self
                        .state()
                        .notes
                        .inverse
                        .iter()
                        .find(|(of, _)| *of == number)
                        .map(|(_, edits)| edits.clone());
                    self.tick(number, Node::Undone, &[], &inverse.unwrap_or_default()).await;
                }
                Plan::Call { task, .. } => self.stop_child(Ref::new(*task)).await,
                _ => {}
            }
        }
    }

    async fn undo_step(&self, host: Ref<Host>, undo: &Step) -> Vec<(Ref<Host>, Fact)> {
        for attempt in 1..=UNDO_ATTEMPTS {
            match self.perform_once(host, undo).await {
                Ok(facts) => return facts.into_iter().map(|fact| (host, fact)).collect(),
                Err(fault) => {
                    tracing::warn!(?fault, step = %undo, attempt, "an undo failed");
                    self.toolstack.clock.sleep(Duration::from_secs(u64::from(attempt))).await;
                }
            }
        }
        Vec::new()
    }
}
