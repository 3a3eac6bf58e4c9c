//! Text of others, made fit to be seen: it can neither move the cursor nor hide what it says.
//!
//! What a device, a host's name or a comment holds was written by others, some of them attackers.
//! Everything that answers hold goes through here on its way to a terminal.

use std::borrow::Cow;
use std::fmt::Write as _;

use vocabulary::legible::is_legible;

/// A text in one line, in which what does not show what it is stands by its number: `\u{1b}`.
///
/// Line ends and tabs stand as `\n`, `\r` and `\t`. A backslash stays one: paths are full of them.
#[must_use]
pub fn clean(text: &str) -> Cow<'_, str> {
    if text.chars().all(is_legible) {
        return Cow::Borrowed(text);
    }
    let mut clean = String::with_capacity(text.len() * 2);
    for it in text.chars() {
        match it {
            '\n' => clean.push_str("\\n"),
            '\r' => clean.push_str("\\r"),
            '\t' => clean.push_str("\\t"),
            it if is_legible(it) => clean.push(it),
            it => write!(clean, "\\u{{{:x}}}", u32::from(it)).expect("a text takes everything"),
        }
    }
    Cow::Owned(clean)
}

/// The lines of a text that may have several, each of them clean.
pub fn clean_lines(text: &str) -> impl Iterator<Item = Cow<'_, str>> {
    text.lines().map(clean)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_is_plain_stays_as_it_is() {
        for plain in [
            "",
            "WS-042",
            r"C:\temp\evil.exe",
            "Jürgen",
            "山田",
            "e\u{301}",
        ] {
            assert!(matches!(clean(plain), Cow::Borrowed(it) if it == plain));
        }
    }

    #[test]
    fn what_moves_the_cursor_or_hides_itself_stands_by_its_number() {
        for (odd, shown) in [
            ("\u{1b}[2J", "\\u{1b}[2J"),
            ("\u{1b}]0;title\u{7}", "\\u{1b}]0;title\\u{7}"),
            ("\u{9b}31m", "\\u{9b}31m"),
            ("a\u{8}\u{8}b", "a\\u{8}\\u{8}b"),
            ("evil\u{202e}gpj.exe", "evil\\u{202e}gpj.exe"),
            ("zero\u{200b}width", "zero\\u{200b}width"),
            ("\u{e0041}", "\\u{e0041}"),
            ("a\r\nb\tc", "a\\r\\nb\\tc"),
            ("\u{7f}", "\\u{7f}"),
        ] {
            assert_eq!(clean(odd), shown);
        }
    }

    #[test]
    fn lines_stay_lines_and_nothing_else_does() {
        let lines: Vec<_> = clean_lines("first\r\nsecond\u{1b}[A\rthird\n").collect();

        assert_eq!(lines, ["first", "second\\u{1b}[A\\rthird"]);
    }

    proptest! {
        #[test]
        fn whatever_comes_everything_that_is_shown_shows_what_it_is(text in any::<String>()) {
            let once = clean(&text).into_owned();

            prop_assert!(once.chars().all(is_legible), "{once:?}");
            prop_assert_eq!(clean(&once), once.as_str());
        }

        #[test]
        fn whatever_controls_come_none_gets_through(text in "[\\x00-\\x1f\\x7f-\\x9f\u{200b}-\u{200f}\u{202a}-\u{202e}\u{2066}-\u{2069}a]{0,40}") {
            prop_assert!(clean(&text).chars().all(|it| it.is_ascii_graphic()));
        }
    }
}
