//! The one store of a pool: typed rows in memory, a log of changes on disk.
//!
//! `Snapshot` is read, `Transaction` is written, `Store` makes transactions durable through an
//! `Engine` and tells the world. Nothing here knows what a virtual machine is: the rules it checks
//! at commit are those of the model.

mod bulk;
pub mod engine;
pub mod history;
mod interned;
mod invariants;
mod recent;
pub mod record;
mod snapshot;
pub mod sqlite;
pub mod statedb;
mod store;
mod transaction;

pub use engine::{Engine, EngineError, MemoryEngine};
pub use invariants::Broken;
pub use recent::Changes;
pub use record::Header;
pub use snapshot::{Entry, Snapshot, Table};
pub use sqlite::SqliteEngine;
pub use store::{Settings, Store, StoreError};
pub use transaction::Transaction;

#[cfg(test)]
mod tests;
