//! A body's own spacing: blanks between its JSON tokens, which mean nothing to whoever reads the
//! JSON and tell the text from that of every equal request.
//!
//! KSC gives no key to find a lost incident by. Host, second and content are not enough: another
//! replica, or a script of KUMA's, may ask for the very same in the same second, and its incident
//! must not be taken for ours. KSC keeps the text as it was sent, so the spacing comes back.
//!
//! # Rationale
//!
//! A member of its own would be read by a plug-in whose reaction to unknown members is not
//! documented. A tag in the area shows in the task's name, which is a choice of the operator's.

/// JSON of an object with these members, whose values are JSON already, spaced by these bits.
pub(super) fn object(members: &[(&str, String)], mut bits: u64) -> String {
    let mut gap = |text: &mut String| {
        for _ in 0..bits & 3 {
            text.push(' ');
        }
        bits >>= 2;
    };
    let mut text = String::from("{");
    for (index, (name, value)) in members.iter().enumerate() {
        if index > 0 {
            text.push(',');
        }
        gap(&mut text);
        text.push('"');
        text.push_str(name);
        text.push_str("\":");
        gap(&mut text);
        text.push_str(value);
    }
    gap(&mut text);
    text.push('}');
    text
}

/// Bits for one body.
pub(super) fn fresh() -> u64 {
    uuid::Uuid::new_v4().as_u64_pair().1
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use serde_json::{Value, json};

    use super::*;

    #[test]
    fn texts_differ_and_mean_the_same() {
        let members = [("a", "1".to_owned()), ("b", "{\"c\": \" x \"}".to_owned())];

        let texts: HashSet<String> = (0..1024).map(|it| object(&members, it)).collect();

        assert_eq!(texts.len(), 1024);
        for text in texts {
            let value: Value = serde_json::from_str(&text).expect("JSON");
            assert_eq!(value, json!({"a": 1, "b": {"c": " x "}}));
        }
    }
}
