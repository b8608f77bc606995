//! What `cargo xtask codegen` prints from `classes/*.toml` and `model.toml`. Never edited.

pub mod drivers;
pub mod enums;
pub mod errors;
pub mod many;
pub mod rows;
pub mod schema;
