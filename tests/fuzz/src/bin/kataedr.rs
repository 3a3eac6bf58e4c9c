//! libFuzzer on the target `kataedr`.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| fuzz::try_on("kataedr", input));
