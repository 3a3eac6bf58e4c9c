//! libFuzzer on the target `wire`.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| fuzz::try_on("wire", input));
