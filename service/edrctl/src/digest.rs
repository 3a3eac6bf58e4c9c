//! A digest of several texts, of which no two lists have the same one.

use std::fmt::Write as _;

use aws_lc_rs::digest::{Context, SHA256};

/// The SHA-256 of the parts, each with its length in front, in hexadecimal digits.
#[must_use]
pub fn hex<P: AsRef<[u8]>>(parts: &[P]) -> String {
    let mut context = Context::new(&SHA256);
    for part in parts {
        let part = part.as_ref();
        context.update(&u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
        context.update(part);
    }
    let mut text = String::with_capacity(64);
    for byte in context.finish().as_ref() {
        let _never_fails = write!(text, "{byte:02x}");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::hex;

    #[test]
    fn where_one_part_ends_and_the_next_begins_matters() {
        assert_ne!(hex(&["ab", "c"]), hex(&["a", "bc"]));
        assert_ne!(hex(&["a"]), hex(&["a", ""]));
        assert_eq!(hex(&["a"]).len(), 64);
    }
}
