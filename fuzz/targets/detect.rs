//! Arbitrary bytes, read as whatever they look like.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| travaux_fuzz::check(bytes, None));
