//! Text from a file as it is shown to people.

/// So much of it is shown, in characters.
const SHOWN: usize = 60;

/// In quotation marks, cut, and with everything escaped that a terminal could act on.
pub(crate) fn excerpt(text: &str) -> String {
    let mut shown: String = text
        .chars()
        .take(SHOWN)
        .flat_map(char::escape_debug)
        .collect();
    if text.chars().nth(SHOWN).is_some() {
        shown.push('…');
    }
    format!("\"{shown}\"")
}

#[cfg(test)]
mod tests {
    use super::excerpt;

    #[test]
    fn nothing_that_a_terminal_acts_on_gets_through() {
        assert_eq!(excerpt("a\u{1b}[2Jb"), "\"a\\u{1b}[2Jb\"");
        assert_eq!(excerpt(&"x".repeat(100)).chars().count(), 63);
    }
}
