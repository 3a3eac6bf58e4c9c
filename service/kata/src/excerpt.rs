//! The beginning of an answer, kept to be shown.

use std::fmt;

/// At most the first 4 KiB of a body, as text.
///
/// An answer that nobody has documented is worth most to the person who has to make sense of it. It
/// may hold anything, hashes of others' rules among it: it is for the one who asked, and `Debug`
/// and the texts of errors do not show it.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Excerpt(String);

/// The bound.
const MOST: usize = 4 * 1024;

impl Excerpt {
    /// The beginning of a body.
    #[must_use]
    pub fn of(body: &[u8]) -> Self {
        let cut = &body[..body.len().min(MOST)];
        let mut text = String::from_utf8_lossy(cut).into_owned();
        // A replaced byte is longer than it was.
        while text.len() > MOST {
            text.pop();
        }
        Self(text)
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Excerpt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Excerpt({} bytes)", self.0.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_body_makes_it_longer_than_its_bound() {
        assert_eq!(Excerpt::of(&[0xff; 5000]).as_str().len(), 4095);
        assert_eq!(
            Excerpt::of("é".repeat(3000).as_bytes()).as_str().len(),
            4096
        );
        assert_eq!(Excerpt::of(b"{}").as_str(), "{}");
    }

    #[test]
    fn what_is_in_it_is_not_in_its_debug_text() {
        assert_eq!(format!("{:?}", Excerpt::of(b"hash")), "Excerpt(4 bytes)");
    }
}
