//! libFuzzer on the target `keys`.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| fuzz::try_on("keys", input));
