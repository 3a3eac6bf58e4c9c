//! How wide a clean text stands on a terminal, and how it is made to fit.
//!
//! Each character counts for itself. What a terminal draws narrower, such as a ligature, leaves room
//! behind it; nothing is ever wider than is thought here.

use std::borrow::Cow;

use unicode_width::UnicodeWidthChar as _;

/// What stands where a text was cut.
const CUT: char = '…';

/// How many columns a text takes.
#[must_use]
pub fn width(text: &str) -> usize {
    text.chars().map(|it| it.width().unwrap_or(0)).sum()
}

/// The text if it fits, or as much of it as does with `…` behind.
#[must_use]
pub fn cut(text: &str, most: usize) -> Cow<'_, str> {
    // A text is never wider than it has bytes, but for none that is drawn.
    if text.len() <= most || width(text) <= most {
        return Cow::Borrowed(text);
    }
    if most == 0 {
        return Cow::Borrowed("");
    }
    let mut cut = String::new();
    let mut taken = 0;
    for it in text.chars() {
        taken += it.width().unwrap_or(0);
        if taken > most - 1 {
            break;
        }
        cut.push(it);
    }
    cut.truncate(cut.trim_end().len());
    cut.push(CUT);
    Cow::Owned(cut)
}

/// The text in lines of at most so many columns, broken at spaces where there are some.
#[must_use]
pub fn wrap(text: &str, most: usize) -> Vec<String> {
    let most = most.max(1);
    let mut lines = Vec::new();
    let mut line = String::new();
    let mut taken = 0;
    for word in text.split(' ') {
        if !line.is_empty() {
            if taken + 1 + width(word) > most {
                lines.push(std::mem::take(&mut line));
                taken = 0;
            } else {
                line.push(' ');
                taken += 1;
            }
        }
        for it in word.chars() {
            let columns = it.width().unwrap_or(0);
            if !line.is_empty() && taken.saturating_add(columns) > most {
                lines.push(std::mem::take(&mut line));
                taken = 0;
            }
            line.push(it);
            taken += columns;
        }
    }
    lines.push(line);
    lines
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn wide_characters_count_twice_and_marks_not_at_all() {
        for (text, columns) in [
            ("WS-042", 6),
            ("山田", 4),
            ("e\u{301}", 1),
            ("", 0),
            ("…", 1),
        ] {
            assert_eq!(width(text), columns, "{text}");
        }
    }

    #[test]
    fn what_is_too_long_ends_in_dots() {
        for (text, most, short) in [
            ("isolateHost", 11, "isolateHost"),
            ("isolateHost", 8, "isolate…"),
            ("山田太郎", 6, "山田…"),
            ("山田太郎", 4, "山…"),
            ("KSC task 195", 9, "KSC task…"),
            ("ab", 1, "…"),
            ("ab", 0, ""),
        ] {
            assert_eq!(cut(text, most), short);
        }
    }

    #[test]
    fn lines_break_at_spaces_and_words_only_where_they_must() {
        assert_eq!(wrap("one two three", 8), ["one two", "three"]);
        assert_eq!(wrap("abcdefghij k", 4), ["abcd", "efgh", "ij k"]);
        assert_eq!(wrap("山田太郎", 4), ["山田", "太郎"]);
        assert_eq!(wrap("", 4), [""]);
    }

    proptest! {
        #[test]
        fn whatever_is_cut_or_wrapped_fits(text in "[a-zé山 \u{301}]{0,60}", most in 2_usize..40) {
            prop_assert!(width(&cut(&text, most)) <= most);
            for line in wrap(&text, most) {
                prop_assert!(width(&line) <= most, "{line:?}");
            }
        }

        #[test]
        fn wrapping_loses_nothing_but_spaces(text in "[a-zé山 ]{0,60}", most in 2_usize..40) {
            let without = |text: &str| text.replace(' ', "");

            prop_assert_eq!(without(&wrap(&text, most).concat()), without(&text));
        }
    }
}
