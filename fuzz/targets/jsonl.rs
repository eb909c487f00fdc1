//! Arbitrary bytes, read as jsonl.

#![no_main]

use travaux::report::Format;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| travaux_fuzz::check(bytes, Some(Format::Jsonl)));
