//! libFuzzer on the target `filter`.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| fuzz::try_on("filter", input));
