//! See `wire::fuzzing::http_head`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| wire::fuzzing::http_head(bytes));
