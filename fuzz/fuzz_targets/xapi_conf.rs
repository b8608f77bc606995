//! Target of `cargo fuzz`: settings in the form of `xapi.conf`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| toolstack::settings::fuzz(bytes));
