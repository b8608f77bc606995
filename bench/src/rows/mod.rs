//! What is measured, one file each.

mod commits;
mod feed;
mod fleet;
mod groups;
mod operations;
mod records;
mod restart;
mod small_calls;
mod start_up;

use crate::Bench;
use crate::table::Line;
use anyhow::Result;

pub type Row = fn(&Bench) -> Result<Vec<Line>>;

/// In the order of their numbers.
pub const ALL: &[(&str, Row)] = &[
    ("start", start_up::measure),
    ("100,000 machines", fleet::measure),
    ("records", records::measure),
    ("small calls", small_calls::measure),
    ("durable commits", commits::measure),
    ("commit to watcher", feed::measure),
    ("operations", operations::measure),
    ("restart", restart::measure),
    ("groups", groups::measure),
];
