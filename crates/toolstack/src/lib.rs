//! The toolstack of one pool: it decides, runs and tells.
//!
//! A call comes in by `door` (method table, session, role, types), is answered from a snapshot by
//! `accessors`, or by an operation: a pure function that returns a `Plan`, which the `runner`
//! carries out on machines. What machines say is turned into rows by `learn`, and only there.

pub mod accessors;
pub mod accounting;
pub mod allowed;
pub mod arguments;
pub mod arrival;
pub mod begin;
pub mod belief;
pub mod certificates;
pub mod chains;
pub mod client_certificates;
pub mod derived;
pub mod directory;
pub mod door;
pub mod ending;
pub mod evacuation;
pub mod events;
pub mod explain;
pub mod faults;
pub mod foreign;
pub mod guidance;
pub mod ha;
pub mod handler;
pub mod http;
pub mod interfaces;
pub mod keepers;
pub mod kept;
pub mod learn;
pub mod listen;
pub mod localdb;
pub mod mac;
pub mod machines;
pub mod members;
pub mod messages;
pub mod operations;
pub mod packing;
pub mod passwords;
pub mod peers;
pub mod placement;
pub mod plan;
pub mod rbac;
pub mod removal;
pub mod runner;
pub mod sessions;
pub mod settings;
pub mod tasks;
pub mod toolstack;

pub use arguments::Arguments;
pub use door::{Answer, Incoming};
pub use handler::{Call, Change, Handler, Planned, Planning};
pub use settings::Settings;
pub use toolstack::Toolstack;

/// The rows that a decision reads.
pub type Pool = store::Snapshot;
