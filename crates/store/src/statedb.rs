//! `state.db`: the file in which XAPI keeps a pool.
//!
//! An XML document of one table per class and one element per row; every value is an attribute,
//! written as text (`text`). We read such a file to take over or to simulate a pool, and write it
//! for members, for backups and for those who go back. What only Xenios has is never in it.
//!
//! A file that breaks the format is an error. A row that points at nothing is not: the original
//! never checked, real files have such rows, and so the reference becomes null and a warning says so.

mod mend;
mod read;
mod text;
mod write;

pub use read::read;
pub use write::write;

use crate::bulk::Bulk;
use crate::snapshot::{Entry, Snapshot};
use model::schema::{ClassDef, FieldDef};
use model::{ClassId, RefId, Row};
use std::sync::Arc;

/// What a file said.
#[derive(Debug)]
pub struct StateDb {
    /// Major and minor version of the schema with which it was written.
    pub schema: (i64, i64),
    /// The number of the last change.
    pub generation: u64,
    pub rows: Vec<LoadedRow>,
    /// What was left out or put right, for the administrator.
    pub warnings: Vec<String>,
}

#[derive(Debug)]
pub struct LoadedRow {
    pub id: RefId,
    pub created: u64,
    pub modified: u64,
    pub row: Box<dyn Row>,
}

/// Why a file cannot be taken.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum StateDbError {
    #[error("line {line}: {reason}")]
    Format { line: usize, reason: String },
    #[error("{class} {id}: {reason}")]
    Row { class: &'static str, id: RefId, reason: String },
    #[error("the file is larger than {0} bytes or has more than {1} rows")]
    TooLarge(usize, usize),
}

impl StateDb {
    /// The rows with the generations that they had, as a snapshot to read from.
    pub fn into_snapshot(self) -> Snapshot {
        let mut bulk = Bulk::default();
        for LoadedRow { id, created, modified, row } in self.rows {
            bulk.add(id, Entry { created, modified, row: Arc::from(row) });
        }
        bulk.snapshot(self.generation)
    }
}

/// The tables that the file has, in its order: by name, since the original keeps them in a map.
fn tables() -> Vec<&'static ClassDef> {
    let mut classes: Vec<_> =
        ClassId::all().map(ClassId::definition).filter(|class| class.in_database && !class.own).collect();
    classes.sort_by_key(|class| class.name);
    classes
}

/// Removed fields are written as long as rows have them, and not read any more.
fn is_read(field: &FieldDef) -> bool {
    field.state != "removed" && !field.derived()
}

/// For the fuzzer.
pub mod fuzzing {
    /// Whatever the bytes are, there is an answer; and what was read can be written and read again.
    pub fn statedb(bytes: &[u8]) {
        let Ok(read) = super::read(bytes) else { return };
        let snapshot = read.into_snapshot();
        let mut written = Vec::new();
        if super::write(&snapshot, &mut written).is_ok() {
            let again = super::read(&written);
            assert!(again.is_ok(), "what was written must be readable: {:?}", again.err());
        }
    }
}

#[cfg(test)]
mod tests;
