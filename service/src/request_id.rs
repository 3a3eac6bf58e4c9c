//! What a request is called in every log, answer and call that it leads to.

use std::sync::Arc;

/// A request's id: 1 to 64 letters, digits, dots, hyphens and underscores.
#[derive(Debug, Clone)]
pub struct RequestId(Arc<str>);

/// The longest id.
const MOST_CHARS: usize = 64;

impl RequestId {
    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The id of a part of the request, which is told apart in the logs and in KSC.
    #[must_use]
    pub fn part(&self, index: usize) -> Self {
        let ending = format!(".{index}");
        let room = MOST_CHARS - ending.len();
        let start = &self.0[..self.0.len().min(room)];
        Self(format!("{start}{ending}").into())
    }

    /// The id that a caller sent, when it is sane.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let sane = (1..=MOST_CHARS).contains(&text.len())
            && text
                .bytes()
                .all(|it| it.is_ascii_alphanumeric() || b"._-".contains(&it));
        sane.then(|| Self(text.into()))
    }
}

impl Default for RequestId {
    fn default() -> Self {
        Self(uuid::Uuid::new_v4().simple().to_string().into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_with_anything_odd_in_it_is_replaced() {
        assert!(RequestId::parse("soar-42.a_b").is_some());
        for odd in ["", "a b", "a\"b", "ä", "a\nb", &"x".repeat(65)] {
            assert!(RequestId::parse(odd).is_none(), "{odd:?}");
        }
    }
}
