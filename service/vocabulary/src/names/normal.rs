//! The normal form of a name.
//!
//! Two names are the same when their normal forms are. It is made of any text, since KSC's own
//! names may hold anything, and it is for comparing alone: what is asked of KSC and shown to people
//! is what was given.

use std::borrow::Cow;
use std::fmt;

use icu_normalizer::{ComposingNormalizerBorrowed, DecomposingNormalizerBorrowed};

use super::address::Address;
use crate::legible::is_legible;

/// What a label of a name begins with that DNS writes in ASCII (RFC 5890 section 2.3.2.1).
const ASCII_LABEL: &str = "xn--";

/// A name in the form in which names are compared.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Normal(String);

impl Normal {
    /// The normal form of a name, an address or an id.
    ///
    /// The same name is the same text whether it is written in capitals, with its accents composed
    /// or not or in wide letters; with the dot that ends an absolute DNS name; by DNS in ASCII; as
    /// a server in a path (`\\ws-042`); as the account of a computer (`WS-042$`); as a GUID in
    /// braces.
    #[must_use]
    pub fn of(text: &str) -> Self {
        // What most names are costs no more than their copy in lower case.
        let plain = |it: u8| it.is_ascii_alphanumeric() || matches!(it, b'-' | b'_' | b' ');
        if text.bytes().all(plain) {
            let lower = text.to_ascii_lowercase();
            if !lower.starts_with(ASCII_LABEL) {
                return Self(lower);
            }
        }
        // What is under one dress may be dressed again, and a normal form is its own: so it is
        // taken off until nothing changes. Each time there are fewer letters, backslashes or labels
        // of DNS in ASCII.
        let mut name = Cow::Borrowed(text);
        loop {
            let next = plainer(&name);
            if *next == *name {
                return Self(next);
            }
            name = Cow::Owned(next);
        }
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Normal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A name without its outermost dress.
fn plainer(text: &str) -> String {
    if let Some(address) = Address::parse(text) {
        return address.to_string();
    }
    let folded = fold(text);
    let bare = braceless(&folded);
    // More backslashes are no server's.
    let bare = bare
        .strip_prefix(r"\\")
        .filter(|it| !it.starts_with('\\'))
        .unwrap_or(bare);
    decoded(undressed(bare))
}

/// A name with the labels as people write them that DNS writes in ASCII.
fn decoded(text: String) -> String {
    if !text.contains(ASCII_LABEL) {
        return text;
    }
    let labels: Vec<Cow<'_, str>> = text.split('.').map(unicode).collect();
    labels.join(".")
}

/// A pattern in the form of the names that it shall fit, as far as its stars let that be said.
pub(super) fn of_pattern(text: &str) -> String {
    let folded = fold(text);
    let bare = folded.trim_start_matches('\\');
    let of_address = |it: char| it.is_ascii_digit() || it == '.' || it == '*';
    if let Some(mapped) = bare
        .strip_prefix("::ffff:")
        .filter(|it| it.chars().all(of_address))
    {
        return mapped.to_owned();
    }
    decoded(undressed(bare))
}

/// The names of groups in a path, however it is written. Groups are told apart by slashes; what a
/// localised server writes instead is not documented.
#[must_use]
pub fn group_names(path: &str) -> Vec<String> {
    let path = fold(path);
    let names = path.split(['/', '\\']).map(str::trim);
    names
        .filter(|it| !it.is_empty())
        .map(str::to_owned)
        .collect()
}

/// As DNS writes it, when that is another text.
pub(super) fn in_ascii(normal: &str) -> Option<String> {
    if normal.is_ascii() {
        return None;
    }
    let label = |it: &str| {
        if it.is_ascii() {
            return Some(it.to_owned());
        }
        idna::punycode::encode_str(it).map(|it| format!("{ASCII_LABEL}{it}"))
    };
    let labels: Option<Vec<String>> = normal.split('.').map(label).collect();
    Some(labels?.join("."))
}

/// With accents and letters apart (NFD), as some systems write, when that is another text.
pub(super) fn apart(normal: &str) -> Option<String> {
    let decomposed = DecomposingNormalizerBorrowed::new_nfd().normalize(normal);
    (decomposed != normal).then(|| decomposed.into_owned())
}

/// In lower case, composed, and wide or otherwise dressed-up letters plain (NFKC). What has an
/// upper case of two letters is compared by it (`ß` is `ss`), as DNS does.
fn fold(text: &str) -> Cow<'_, str> {
    if text.is_ascii() {
        return if text.bytes().any(|it| it.is_ascii_uppercase()) {
            Cow::Owned(text.to_ascii_lowercase())
        } else {
            Cow::Borrowed(text)
        };
    }
    let compose = ComposingNormalizerBorrowed::new_nfkc();
    let folded = compose.normalize(text).to_lowercase();
    // DNS takes the full stop of East Asian scripts for a dot (RFC 3490 section 3.1).
    Cow::Owned(compose.normalize(&folded).replace('\u{3002}', "."))
}

/// An id without the braces that Windows puts around a GUID.
fn braceless(text: &str) -> &str {
    let inside = text.strip_prefix('{').and_then(|it| it.strip_suffix('}'));
    inside
        .filter(|it| it.len() == 36 && it.bytes().all(|it| it.is_ascii_hexdigit() || it == b'-'))
        .unwrap_or(text)
}

/// A name without what says of which kind it is. An Active Directory domain has a DNS name as well,
/// and its computers have names in it.
fn undressed(name: &str) -> String {
    match in_domain(name) {
        Some((domain, host)) if domain.contains('.') => {
            format!("{}.{}", bared(host), bared(domain))
        }
        Some((domain, host)) => format!("{domain}\\{}", bared(host)),
        None => bared(name).to_owned(),
    }
}

/// Domain and computer, when it is written `DOMAIN\computer`.
pub(super) fn in_domain(name: &str) -> Option<(&str, &str)> {
    let (domain, computer) = name.split_once('\\')?;
    let whole = !domain.is_empty() && !computer.is_empty() && !computer.contains('\\');
    whole.then_some((domain, computer))
}

/// A name without the dot that says that a DNS name is whole, and without the sign of a computer's
/// account.
fn bared(name: &str) -> &str {
    let bared = name.trim_end_matches(['.', '$']);
    if bared.is_empty() { name } else { bared }
}

/// A label as people write it.
fn unicode(label: &str) -> Cow<'_, str> {
    let seen = |it: char| is_legible(it) && !it.is_whitespace();
    let written = |it: char| it == '-' || (seen(it) && !it.is_ascii_punctuation());
    let decoded = label
        .strip_prefix(ASCII_LABEL)
        .and_then(idna::punycode::decode_to_string)
        // Only what DNS writes so (RFC 5891 section 4): a text with a plainer form would be a
        // second form of it, and one that nobody sees, or that acts in a filter, is no name.
        .filter(|it| !it.is_ascii() && it.chars().all(written) && fold(it) == *it);
    match decoded {
        Some(decoded) => Cow::Owned(decoded),
        None => Cow::Borrowed(label),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn normal(text: &str) -> String {
        Normal::of(text).0
    }

    #[test]
    fn spellings_of_one_name_are_one() {
        for (spellings, expected) in [
            (
                &[
                    "WS-042",
                    "ws-042",
                    "ws-042.",
                    "WS-042$",
                    "\\\\WS-042",
                    "ＷＳ-０４２",
                    "\\\\ws-042.",
                ][..],
                "ws-042",
            ),
            (
                &[
                    "WIN11-001.corp.example.",
                    "win11-001.CORP.example",
                    "CORP.EXAMPLE\\WIN11-001",
                    "corp.example.\\win11-001$",
                ],
                "win11-001.corp.example",
            ),
            (
                &["CORP\\WS-042", "corp\\ws-042$", "\\\\CORP\\WS-042"],
                "corp\\ws-042",
            ),
            (
                &[
                    "БУХ-07.corp.example",
                    "бух-07.corp.example.",
                    "xn---07-9cd4gm.corp.example",
                    "XN---07-9CD4GM.corp.example",
                ],
                "бух-07.corp.example",
            ),
            (&["Büro", "Bu\u{308}ro", "xn--bro-hoa", "BÜRO"], "büro"),
            (&["Й-1", "И\u{306}-1"], "й-1"),
            (&["Бухгалтерия 1", "бухгалтерия\u{a0}1"], "бухгалтерия 1"),
            (&["ws。corp", "ws．corp", "ws.corp"], "ws.corp"),
            (
                &[
                    "{4328E16A-BF83-47C3-8D0B-0FDF79F9D673}",
                    "4328e16a-bf83-47c3-8d0b-0fdf79f9d673",
                ],
                "4328e16a-bf83-47c3-8d0b-0fdf79f9d673",
            ),
            (&["::ffff:10.20.30.42", "10.20.30.42"], "10.20.30.42"),
        ] {
            for text in spellings {
                assert_eq!(normal(text), expected, "{text:?}");
            }
        }
    }

    #[test]
    fn a_normal_form_is_its_own() {
        for text in [
            "WS-042$$",
            "a..",
            "a.$",
            "xn--",
            "xn--a",
            "xn--bro-hoa.xn--bro-hoa.",
            "\\\\",
            "\\",
            ".",
            "$",
            "",
            "{x}",
            "ß",
            "İ",
            "ﬁ",
            "PC-BUH-07~~10281",
            "a\\b\\c",
            "CORP\\",
            "Ω",
            "ς",
            "x.y\\z",
            "ǅ",
            "㎏",
            "xn--fiq228c.。",
            "\\\\\\\\\\",
            "\\\\\\\\ws-042",
            ".0`\\6.0`\\677",
            "::ffff:10.20.30.42.",
            "\\\\::ffff:10.20.30.42",
            "{4328E16A-BF83-47C3-8D0B-0FDF79F9D673}.",
            "\\\\{4328E16A-BF83-47C3-8D0B-0FDF79F9D673}$",
            "a.b\\{4328E16A-BF83-47C3-8D0B-0FDF79F9D673}",
            "XN--BRO-HOA$",
            "xn--bro-hoa\\xn--bro-hoa.",
        ] {
            let once = normal(text);
            assert_eq!(normal(&once), once, "{text:?}");
        }
    }

    #[test]
    fn a_normal_form_is_its_own_of_whatever_is_put_together() {
        let parts = ["a", ".", "\\", "$", "xn--bro-hoa", "1", "::ffff:1.2.3.4"];
        let mut texts = vec![String::new()];
        for _ in 0..5 {
            let longer = texts
                .iter()
                .flat_map(|it| parts.map(|part| format!("{it}{part}")));
            texts = longer.collect();
            for text in &texts {
                let once = normal(text);
                assert_eq!(normal(&once), once, "{text:?}");
            }
        }
    }

    #[test]
    fn a_label_that_dns_does_not_write_stays_as_it_is() {
        // A control character, a wide star, a wide letter, a space that does not break, a dot of
        // East Asia.
        for decoded in ["\u{80}", "＊", "ａb", "a\u{a0}b", "a。b", "\u{200b}é"] {
            let coded = idna::punycode::encode_str(decoded).expect("it can be coded");
            let label = format!("xn--{coded}");
            assert_eq!(normal(&label), label, "{decoded:?}");
        }
    }

    #[test]
    fn different_names_stay_different() {
        for (one, other) in [
            ("ws-042", "ws-0421"),
            ("PC-BUH-07~~10281", "PC-BUH-07"),
            ("a.b", "a b"),
            ("ws#1", "ws1"),
            ("corp\\ws", "other\\ws"),
            ("бух", "bux"),
            ("xn--bro-hoa", "buro"),
        ] {
            assert_ne!(normal(one), normal(other));
        }
    }
}
