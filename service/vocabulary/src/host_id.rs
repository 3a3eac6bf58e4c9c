//! KSC's own id of a host.
//!
//! KSC makes ids in the form of a GUID; that it makes no others is not documented. What is plainly
//! no id, such as a DNS name, is told apart without asking KSC.

/// A text that can be the id of a host: 1 to 64 letters and digits of ASCII, and hyphens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HostId(String);

impl HostId {
    /// The rule in a sentence.
    pub const RULE: &str = "Must be KSC's id of a host, such as 4328e16a-bf83-47c3-8d0b-0fdf79f9d673: 1 to 64 letters, digits and hyphens.";

    /// The id, when the text can be one.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let plain = |it: u8| it.is_ascii_alphanumeric() || it == b'-';
        let holds = (1..=64).contains(&text.len()) && text.bytes().all(plain);
        holds.then(|| Self(text.to_owned()))
    }

    /// The id.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether a text is an id and can be nothing else.
    #[must_use]
    pub fn is_guid(text: &str) -> bool {
        const GROUPS: [usize; 5] = [8, 4, 4, 4, 12];
        let mut groups = text.split('-');
        GROUPS.into_iter().all(|digits| {
            groups.next().is_some_and(|it| {
                it.len() == digits && it.bytes().all(|digit| digit.is_ascii_hexdigit())
            })
        }) && groups.next().is_none()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_form_that_ksc_makes_is_surely_an_id() {
        assert!(HostId::is_guid("4328e16a-bf83-47c3-8d0b-0fdf79f9d673"));
        assert!(HostId::is_guid("4328E16A-BF83-47C3-8D0B-0FDF79F9D673"));
        for odd in [
            "",
            "ws-042",
            "4328e16abf8347c38d0b0fdf79f9d673",
            "4328e16a-bf83-47c3-8d0b-0fdf79f9d67g",
            "4328e16a-bf83-47c3-8d0b-0fdf79f9d673-",
            "{4328e16a-bf83-47c3-8d0b-0fdf79f9d673}",
        ] {
            assert!(!HostId::is_guid(odd), "{odd:?}");
        }
    }

    #[test]
    fn what_has_other_characters_is_no_id() {
        assert!(HostId::parse("WS-042").is_some());
        for odd in ["", "ws-042.corp", "ws 042", "ws*", "я", &"a".repeat(65)] {
            assert!(HostId::parse(odd).is_none(), "{odd:?}");
        }
    }
}
