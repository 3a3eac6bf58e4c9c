//! What a caller calls a device.

use serde::{Deserialize, Serialize};
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{ObjectBuilder, Schema, SchemaType, Type};
use utoipa::{PartialSchema, ToSchema};

use super::address::{Address, NoAddress};
use super::normal::{self, Normal};
use crate::legible::is_legible;

/// Most characters of a name, as KSC's filters take them.
const MOST_CHARS: usize = 255;

/// What acts inside a quoted value of KSC's filters: the quote, and what stands for other
/// characters.
///
/// The same characters in their wide and small forms as well, which a database may fold into the
/// plain ones.
pub(super) const ACTING: [char; 15] = [
    '"', '*', '?', '[', ']', '＂', '＊', '？', '［', '］', '﹡', '﹖', '⁇', '⁈', '⁉',
];

/// What names a device: KSC's id of it, a display, DNS or NetBIOS name, `DOMAIN\host`, or its IPv4
/// address.
///
/// It holds whatever KSC's own names hold (`PC-07~~10281`, `Kiosk #4 (2)`). What acts inside a
/// quoted value of KSC's filters and what nobody sees are refused, never escaped.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct HostName {
    text: String,
    normal: Normal,
}

/// Why a text names no device.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NoName {
    /// It breaks the rule of names.
    #[error("{}", HostName::RULE)]
    Rule,
    /// It looks like an address and is none.
    #[error(transparent)]
    Address(#[from] NoAddress),
}

impl NoName {
    /// The stable name of the rule that is broken.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Rule => HostName::CODE,
            Self::Address(_) => "address",
        }
    }
}

impl HostName {
    /// The rule in a sentence.
    pub const RULE: &str = "Must be a host id, a display, DNS or NetBIOS name, DOMAIN\\host, or an IPv4 address: 1 to 255 characters, without control and invisible characters and \" * ? [ ], and no space at its ends.";
    /// The stable name of the rule.
    pub const CODE: &str = "host_name";
    /// The rule as far as a pattern says it: which characters beyond these nobody sees, and what an
    /// address is, it does not.
    pub const PATTERN: &str =
        r#"^[^\x00- "*?\[\]\x7f-\xa0](?:[^\x00-\x1f"*?\[\]\x7f-\x9f]*[^\x00- "*?\[\]\x7f-\xa0])?$"#;

    /// The name that a text is.
    ///
    /// # Errors
    /// Why it is none.
    pub fn read(text: &str) -> Result<Self, NoName> {
        let length = text.chars().count();
        // What stands for bytes that were no text is no part of a name.
        let seen = |it: char| {
            (is_legible(it) && it != char::REPLACEMENT_CHARACTER)
                || matches!(it, '\u{a0}' | '\u{3000}')
        };
        let holds = (1..=MOST_CHARS).contains(&length)
            && text.trim() == text
            && !text.contains(ACTING)
            && text.chars().all(seen);
        if !holds {
            return Err(NoName::Rule);
        }
        let normal = Normal::of(text);
        // Of two backslashes nothing is left, and nothing names nobody.
        if normal.as_str().is_empty() {
            return Err(NoName::Rule);
        }
        let address = match Address::read(text) {
            // A device without an address has this one: it is nobody's, and nobody is found by it.
            Err(NoAddress::Unspecified) => None,
            read => read?,
        };
        Ok(Self {
            text: address.map_or_else(|| text.to_owned(), |it| it.to_string()),
            normal,
        })
    }

    /// The name, when the text is one.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::read(text).ok()
    }

    /// The text; of an address, its usual form.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The form in which it is compared with other names.
    #[must_use]
    pub const fn normal(&self) -> &Normal {
        &self.normal
    }

    /// The address, when it is one.
    #[must_use]
    pub fn address(&self) -> Option<Address> {
        Address::parse(self.normal.as_str())
    }

    /// Domain and computer, when it is written `DOMAIN\computer`.
    #[must_use]
    pub fn in_domain(&self) -> Option<(&str, &str)> {
        normal::in_domain(self.normal.as_str())
    }

    /// In which ways a database that compares text by text may hold it: as it was written, in its
    /// normal form, and beyond ASCII as DNS writes it and with its accents apart.
    #[must_use]
    pub fn spellings(&self) -> Vec<String> {
        let mut spellings = vec![self.text.clone()];
        let normal = self.normal.as_str();
        let more = [
            Some(normal.to_owned()),
            normal::in_ascii(normal),
            normal::apart(normal),
        ];
        // A label with punctuation is none that DNS writes, and would be read as another one.
        let same = |it: &String| Normal::of(it) == self.normal;
        for it in more.into_iter().flatten().filter(same) {
            // A letter more for each is a letter that KSC compares with all its hosts.
            let known = |other: &String| other.to_lowercase() == it.to_lowercase();
            if !spellings.iter().any(known) && it.chars().count() <= MOST_CHARS {
                spellings.push(it);
            }
        }
        spellings
    }
}

impl TryFrom<String> for HostName {
    type Error = NoName;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::read(&text)
    }
}

impl From<HostName> for String {
    fn from(name: HostName) -> Self {
        name.text
    }
}

impl PartialSchema for HostName {
    fn schema() -> RefOr<Schema> {
        let object = ObjectBuilder::new()
            .schema_type(SchemaType::new(Type::String))
            .description(Some(Self::RULE))
            .pattern(Some(Self::PATTERN))
            .min_length(Some(1))
            .max_length(Some(MOST_CHARS))
            .examples(["ws-042.corp.example"]);
        RefOr::T(Schema::Object(object.build()))
    }
}

impl ToSchema for HostName {}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::published::is_valid;

    /// Names as KSC, Windows, DNS and people make them.
    const NAMES: &[&str] = &[
        "ws-042.corp.example",
        "ws-042.corp.example.",
        "4328e16a-bf83-47c3-8d0b-0fdf79f9d673",
        "{4328e16a-bf83-47c3-8d0b-0fdf79f9d673}",
        "PC-BUH-07~~10281",
        "Kiosk #4 (2)",
        "O'Brien's laptop",
        "build@lab+1, rack 3",
        "R&D!$%^=;:<>|{}`~",
        "CORP\\WS-042$",
        "\\\\WS-042",
        "a/b",
        "-x",
        "_ldap",
        "x",
        "Рабочая станция",
        "東京\u{3000}1",
        "büro\u{a0}1",
        "10.0.0.1",
        "::ffff:10.0.0.1",
    ];

    const NO_NAMES: &[&str] = &[
        "", " ", " x", "x ", "\u{a0}x", "a*", "a?", "a[1]", "a\"b", "a]b", "a\nb", "a\tb",
        "a\u{0}b", "a\u{7f}b", "a\u{85}b", "a\u{9f}",
    ];

    fn accepts(text: &str) -> bool {
        let schema = serde_json::json!({ "type": "string", "pattern": HostName::PATTERN, "maxLength": MOST_CHARS });
        is_valid(&schema, text)
    }

    #[test]
    fn a_name_holds_what_the_names_of_ksc_hold() {
        for text in NAMES {
            assert!(HostName::parse(text).is_some(), "{text:?}");
            assert!(accepts(text), "{text:?}");
        }
        for it in ('!'..='~').filter(|it| !ACTING.contains(it)) {
            assert!(HostName::parse(&format!("a{it}b")).is_some(), "{it:?}");
        }
    }

    #[test]
    fn what_acts_in_a_filter_or_is_not_seen_is_in_no_name() {
        for text in NO_NAMES {
            assert_eq!(HostName::read(text), Err(NoName::Rule), "{text:?}");
            assert!(!accepts(text), "{text:?}");
        }
        let unseen = [
            "\u{200b}", "\u{202e}", "\u{feff}", "\u{2028}", "\u{ad}", "\u{fffd}", "\u{e000}",
        ];
        for it in ACTING
            .map(String::from)
            .iter()
            .map(String::as_str)
            .chain(unseen)
        {
            for text in [format!("a{it}b"), format!("{it}b"), format!("a{it}")] {
                assert_eq!(HostName::read(&text), Err(NoName::Rule), "{text:?}");
            }
        }
        assert!(HostName::parse(&"я".repeat(255)).is_some());
        assert_eq!(HostName::read(&"я".repeat(256)), Err(NoName::Rule));
        assert!(!accepts(&"я".repeat(256)));
    }

    #[test]
    fn what_nothing_is_left_of_names_nobody() {
        assert_eq!(HostName::read(r"\\"), Err(NoName::Rule));
        for text in [".", "$", r"\", r"\\.", r"\\$", "{}", r"\\\\", "..", "﹨﹨"] {
            let name = HostName::parse(text);
            let is_left = name.is_none_or(|it| it.spellings().iter().all(|it| !it.is_empty()));
            assert!(is_left, "{text:?}");
        }
    }

    #[test]
    fn what_looks_like_an_address_and_is_none_is_no_name() {
        for text in [
            "10.20.30.042",
            "fe80::1",
            "10.20.30.0/24",
            "10.20.30.42:443",
        ] {
            let refused = HostName::read(text).expect_err(text);
            assert_eq!(refused.code(), "address", "{text}");
        }
    }

    #[test]
    fn a_name_is_asked_for_in_every_way_that_it_may_be_kept_in() {
        let spellings = |text: &str| HostName::parse(text).expect("a name").spellings();

        assert_eq!(spellings("WS-042"), ["WS-042"]);
        assert_eq!(
            spellings("ws-042.corp.example."),
            ["ws-042.corp.example.", "ws-042.corp.example"]
        );
        assert_eq!(
            spellings("CORP\\WS-042$"),
            ["CORP\\WS-042$", "corp\\ws-042"]
        );
        assert_eq!(spellings("::ffff:10.0.0.1"), ["10.0.0.1"]);
        assert_eq!(
            spellings("БУХ-07.corp"),
            ["БУХ-07.corp", "xn---07-9cd4gm.corp"]
        );
        assert_eq!(
            spellings("xn---07-9cd4gm.corp"),
            ["xn---07-9cd4gm.corp", "бух-07.corp"]
        );
        assert_eq!(spellings("˻_@"), ["˻_@"]);
        assert_eq!(spellings("Büro"), ["Büro", "xn--bro-hoa", "bu\u{308}ro"]);
    }
}
