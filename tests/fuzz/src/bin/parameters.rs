//! libFuzzer on the target `parameters`.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| fuzz::try_on("parameters", input));
