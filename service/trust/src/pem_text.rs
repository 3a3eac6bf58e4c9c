//! What comes before the first letter of a text.

/// Windows tools like to begin a text with a byte order mark.
pub(crate) fn pem_text(bytes: &[u8]) -> &[u8] {
    bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes)
}
