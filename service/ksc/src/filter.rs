//! Search conditions that cannot be broken out of.
//!
//! KSC documents no escape for wildcards, and older pages none for quotes. Therefore nothing is
//! ever escaped here: a [`Filter`] is made of parsed numbers, formatted times and [`SafeText`]
//! only, and what does not fit is refused. What comes back should be compared with what was asked
//! for all the same.

use std::fmt;

use time::OffsetDateTime;

use crate::wire::moment_for_filter;

/// Characters that act inside the quotes of a filter: the quote itself, and what stands for other
/// characters (API-FILT). The same in their wide and small forms, which a server's database may
/// fold into the plain ones.
const ACTING: [char; 15] = [
    '"', '*', '?', '[', ']', '＂', '＊', '？', '［', '］', '﹡', '﹖', '⁇', '⁈', '⁉',
];

/// A text that may stand in a filter: 1 to 255 characters, none of which acts there or is a control
/// character.
///
/// Parentheses, `&`, `|` and the like mean something outside the quotes alone, and KSC's own names
/// hold them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SafeText(String);

/// A text with characters that have a meaning in a filter, or too long, or empty.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum UnsafeText {
    /// Nothing to look for.
    #[error("the text is empty")]
    Empty,
    /// More than 255 characters.
    #[error("the text is longer than {} characters", SafeText::MAX_CHARS)]
    TooLong,
    /// A control character, or one that acts inside a filter's quotes.
    #[error("the text holds a control character or one of \" * ? [ ]")]
    Character,
}

impl SafeText {
    /// The longest text, characters.
    pub const MAX_CHARS: usize = 255;

    /// Accepts the text as it is, or refuses it.
    pub fn parse(text: &str) -> Result<Self, UnsafeText> {
        if text.is_empty() {
            return Err(UnsafeText::Empty);
        }
        if text.chars().any(|c| c.is_control() || ACTING.contains(&c)) {
            return Err(UnsafeText::Character);
        }
        if text.chars().count() > Self::MAX_CHARS {
            return Err(UnsafeText::TooLong);
        }
        Ok(Self(text.to_owned()))
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A condition on the attributes of hosts or incidents.
///
/// Attributes are names from the vendor's pages, hence `&'static str`: they come from code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filter(String);

impl Filter {
    /// The attribute equals this number. A bool compares as 0 or 1.
    #[must_use]
    pub fn number(attribute: &'static str, value: i64) -> Self {
        Self::item(attribute, "=", &value.to_string())
    }

    /// The attribute is smaller than this number.
    #[must_use]
    pub fn below(attribute: &'static str, value: i64) -> Self {
        Self::item(attribute, "<", &value.to_string())
    }

    /// The attribute is greater than this number.
    #[must_use]
    pub fn above(attribute: &'static str, value: i64) -> Self {
        Self::item(attribute, ">", &value.to_string())
    }

    /// The attribute equals this text.
    #[must_use]
    pub fn text(attribute: &'static str, value: &SafeText) -> Self {
        Self::item(attribute, "=", &format!("\"{}\"", value.0))
    }

    /// The attribute begins with this text (API-FILT: `*` stands for any run of characters).
    #[must_use]
    pub fn prefix(attribute: &'static str, value: &SafeText) -> Self {
        Self::item(attribute, "=", &format!("\"{}*\"", value.0))
    }

    /// The attribute has a text at all, whatever it is: what a search for everything asks for,
    /// since empty filters are discouraged.
    #[must_use]
    pub fn any_text(attribute: &'static str) -> Self {
        Self::item(attribute, "=", "\"*\"")
    }

    /// Not this.
    #[must_use]
    pub fn negated(&self) -> Self {
        Self(format!("(!{self})"))
    }

    /// The attribute is later than this moment; whole seconds, UTC.
    #[must_use]
    pub fn after(attribute: &'static str, moment: OffsetDateTime) -> Self {
        Self::item(
            attribute,
            ">",
            &format!("T\"{}\"", moment_for_filter(moment)),
        )
    }

    /// The attribute is earlier than this moment; whole seconds, UTC.
    #[must_use]
    pub fn before(attribute: &'static str, moment: OffsetDateTime) -> Self {
        Self::item(
            attribute,
            "<",
            &format!("T\"{}\"", moment_for_filter(moment)),
        )
    }

    /// The attribute is later than so many seconds after the server's own present time; negative
    /// for before it. Which time that is, the server alone knows.
    #[must_use]
    pub fn after_server_time(attribute: &'static str, seconds: i64) -> Self {
        Self::item(attribute, ">", &format!("CURTIME({seconds})"))
    }

    /// This and the other.
    #[must_use]
    pub fn and(&self, other: &Self) -> Self {
        Self(format!("(&{self}{other})"))
    }

    /// This or the other.
    #[must_use]
    pub fn or(&self, other: &Self) -> Self {
        Self(format!("(|{self}{other})"))
    }

    /// All of these; `None` for an empty list, since KSC has no filter that is always true.
    #[must_use]
    pub fn all(filters: Vec<Self>) -> Option<Self> {
        Self::join('&', filters)
    }

    /// Any of these; `None` for an empty list, since KSC has no filter that is never true.
    #[must_use]
    pub fn any(filters: Vec<Self>) -> Option<Self> {
        Self::join('|', filters)
    }

    /// The filter as KSC reads it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    fn item(attribute: &'static str, operator: &str, value: &str) -> Self {
        debug_assert!(
            attribute
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b == b'_'),
            "an attribute is a name from the vendor's pages"
        );
        Self(format!("({attribute} {operator} {value})"))
    }

    fn join(operator: char, mut filters: Vec<Self>) -> Option<Self> {
        if filters.len() < 2 {
            return filters.pop();
        }
        let inner: String = filters.iter().map(Self::as_str).collect();
        Some(Self(format!("({operator}{inner})")))
    }
}

impl fmt::Display for Filter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;

    #[test]
    fn a_text_with_filter_or_control_characters_is_refused() {
        for c in "\"*?[]\0\n\t\u{7f}\u{85}＊＂？［］﹡﹖⁇⁈⁉".chars() {
            let text = format!("ws{c}042");
            assert_eq!(SafeText::parse(&text), Err(UnsafeText::Character), "{c:?}");
        }
        assert_eq!(SafeText::parse(""), Err(UnsafeText::Empty));
        assert_eq!(SafeText::parse(&"я".repeat(256)), Err(UnsafeText::TooLong));
    }

    #[test]
    fn names_of_any_script_are_accepted() {
        for text in [
            "ws-042.corp.example",
            "WS_042",
            "Бухгалтерия 1",
            "会計-2",
            "PC-BUH-07~~10281",
            "Kiosk #4 (2), O'Brien's; R&D <a@b+c> = ^|!%{x}\\y/z:",
            &"я".repeat(255),
        ] {
            assert_eq!(SafeText::parse(text).unwrap().as_str(), text);
        }
    }

    #[test]
    fn filters_are_written_as_the_vendor_writes_them() {
        let host = SafeText::parse("4328e16a-bf83-47c3-8d0b-0fdf79f9d673").unwrap();
        let from = datetime!(2026-01-02 03:04:05 UTC);

        let filter = Filter::all(vec![
            Filter::text("KLHST_WKS_HOSTNAME", &host),
            Filter::after("KLINCDT_ADDED", from),
            Filter::before("KLINCDT_ADDED", from.to_offset(time::macros::offset!(+3))),
            Filter::any(vec![
                Filter::number("KLINCDT_ID", 1),
                Filter::number("KLINCDT_ID", -2),
            ])
            .unwrap(),
        ])
        .unwrap();

        assert_eq!(
            filter.as_str(),
            "(&(KLHST_WKS_HOSTNAME = \"4328e16a-bf83-47c3-8d0b-0fdf79f9d673\")\
             (KLINCDT_ADDED > T\"2026-01-02 03:04:05\")\
             (KLINCDT_ADDED < T\"2026-01-02 03:04:05\")\
             (|(KLINCDT_ID = 1)(KLINCDT_ID = -2)))"
        );
    }

    #[test]
    fn the_servers_own_time_is_named_and_never_written_out() {
        for (seconds, expected) in [
            (-60, "(KLINCDT_ADDED > CURTIME(-60))"),
            (0, "(KLINCDT_ADDED > CURTIME(0))"),
            (5, "(KLINCDT_ADDED > CURTIME(5))"),
        ] {
            let filter = Filter::after_server_time("KLINCDT_ADDED", seconds);
            assert_eq!(filter.as_str(), expected);
        }
    }

    #[test]
    fn one_condition_stands_alone_and_none_is_no_filter() {
        let one = Filter::number("KLINCDT_ID", 42);

        assert_eq!(Filter::all(vec![one.clone()]), Some(one.clone()));
        assert_eq!(Filter::any(vec![]), None);
        assert_eq!(
            one.or(&one).as_str(),
            "(|(KLINCDT_ID = 42)(KLINCDT_ID = 42))"
        );
        assert_eq!(
            one.and(&one).as_str(),
            "(&(KLINCDT_ID = 42)(KLINCDT_ID = 42))"
        );
    }
}
