//! Digests: the same on every replica and in every version.

use aws_lc_rs::digest::{SHA256, digest};
use serde::Serialize;

/// SHA-256 of a value's JSON.
pub fn of(value: &impl Serialize) -> [u8; 32] {
    of_bytes(&serde_json::to_vec(value).expect("what is digested is plain data"))
}

/// SHA-256 of bytes.
#[must_use]
pub fn of_bytes(bytes: &[u8]) -> [u8; 32] {
    let digest = digest(&SHA256, bytes);
    digest.as_ref().try_into().expect("SHA-256 has 32 bytes")
}

/// The first eight bytes of a digest in hexadecimal digits: enough to tell two values apart that
/// nobody has made alike on purpose.
#[must_use]
pub fn short(value: &impl Serialize) -> String {
    let digest = of(value);
    let first = digest.first_chunk().expect("it is longer");
    format!("{:016x}", u64::from_be_bytes(*first))
}

/// SHA-256 of a text in hexadecimal digits.
#[must_use]
pub fn of_text(text: &str) -> String {
    hexadecimal(digest(&SHA256, text.as_bytes()).as_ref())
}

/// Bytes in hexadecimal digits.
#[must_use]
pub fn hexadecimal(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let mut digits = Vec::with_capacity(bytes.len() * 2);
    for byte in bytes {
        digits.push(DIGITS[usize::from(byte >> 4)]);
        digits.push(DIGITS[usize::from(byte & 15)]);
    }
    String::from_utf8(digits).expect("digits are ASCII")
}
