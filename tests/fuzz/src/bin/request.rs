//! libFuzzer on the target `request`.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| fuzz::try_on("request", input));
