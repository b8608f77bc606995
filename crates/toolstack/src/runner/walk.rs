//! Over the nodes of a plan, by their numbers.

use super::progress::{Node, Progress};
use crate::plan::Plan;

/// The steps that may have been begun by a process that died: the next ones, as far as is ticked off.
/// Whether they were done nobody knows. Says whether nothing of the plan is left to do.
pub(super) fn mark_uncertain(plan: &Plan, first: usize, progress: &mut Progress) -> bool {
    let mut number = first;
    match plan {
        Plan::Serial(parts) => {
            for part in parts {
                if !mark_uncertain(part, number, progress) {
                    return false;
                }
                number += part.size();
            }
            true
        }
        Plan::Parallel(parts) => parts.iter().fold(true, |whole, part| {
            let done = mark_uncertain(part, number, progress);
            number += part.size();
            whole & done
        }),
        Plan::OrElse(preferred, other) => {
            if progress.node(first) == Node::Todo {
                mark_uncertain(preferred, first + 1, progress)
            } else {
                mark_uncertain(other, first + 1 + preferred.size(), progress)
            }
        }
        // It may have failed, and what comes after it may have begun.
        Plan::BestEffort(part) => {
            mark_uncertain(part, first, progress);
            true
        }
        Plan::Do(..) | Plan::Call { .. } => {
            if progress.node(first) == Node::Todo {
                progress.set(first, Node::Doing);
            }
            progress.node(first) != Node::Doing
        }
        Plan::Write(_) | Plan::Wait(_) | Plan::Expect { .. } | Plan::Pivot => {
            progress.node(first) != Node::Todo
        }
    }
}

pub(super) fn collect_leaves<'a>(plan: &'a Plan, first: usize, leaves: &mut Vec<(usize, &'a Plan)>) {
    match plan {
        Plan::Serial(parts) | Plan::Parallel(parts) => {
            let mut number = first;
            for part in parts {
                collect_leaves(part, number, leaves);
                number += part.size();
            }
        }
        Plan::OrElse(preferred, other) => {
            collect_leaves(preferred, first + 1, leaves);
            collect_leaves(other, first + 1 + preferred.size(), leaves);
        }
        Plan::BestEffort(part) => collect_leaves(part, first, leaves),
        leaf => leaves.push((first, leaf)),
    }
}
