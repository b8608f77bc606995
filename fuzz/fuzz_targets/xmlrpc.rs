//! See `wire::fuzzing::xmlrpc`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| wire::fuzzing::xmlrpc(bytes));
