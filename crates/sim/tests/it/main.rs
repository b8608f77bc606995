//! Tests of the simulated pool: one binary.

mod machine;
