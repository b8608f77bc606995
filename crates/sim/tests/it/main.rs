//! Tests of the simulated pool: one binary.

#![allow(clippy::disallowed_methods, reason = "tests measure time")]

mod machine;
