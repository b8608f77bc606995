//! Target of `cargo fuzz`: `state.db` from anywhere.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| store::statedb::fuzzing::statedb(bytes));
