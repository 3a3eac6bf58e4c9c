//! libFuzzer on the target `settings`.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| fuzz::try_on("settings", input));
