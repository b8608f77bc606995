//! The model of XenAPI: its classes, fields, messages, roles and errors, and the types they use.
//!
//! `classes/*.toml` is the source; `generated/` is printed from it by `cargo xtask codegen` and
//! checked in. This crate knows nobody, does no I/O and holds no state.

pub mod driver;
pub mod error;
pub mod field;
#[rustfmt::skip]
pub mod generated;
pub mod row;
pub mod schema;
pub mod types;
pub mod value;

pub use error::ApiError;
pub use field::{Field, Item, Key, Misfit};
pub use generated::enums::*;
pub use generated::many;
pub use generated::rows::*;
pub use row::{Class, Many, Row};
pub use schema::ClassId;
pub use types::{ApiEnum, Date, EnumSet, Map, Ref, RefId, Set, TextMap, Uuid};
pub use value::{Text, Value, ValueWriter};
