//! Colours, by what they mean.

/// How a piece of text looks. What it means stands in words as well: not everybody sees colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Ink {
    /// As it comes.
    #[default]
    Plain,
    /// A heading.
    Heading,
    /// What matters less.
    Quiet,
    /// As it should be.
    Good,
    /// To be looked at.
    Warning,
    /// Not as it should be.
    Bad,
    /// On its way.
    Moving,
}

impl Ink {
    /// The text in this ink; as it is where no colours are shown.
    ///
    /// The text is clean: what it holds is never read as a colour.
    #[must_use]
    pub fn paint(self, text: &str, colour: bool) -> String {
        let number = match self {
            Self::Plain => return text.to_owned(),
            Self::Heading => "1",
            Self::Quiet => "2",
            Self::Good => "32",
            Self::Warning => "33",
            Self::Bad => "31",
            Self::Moving => "36",
        };
        if colour && !text.is_empty() {
            format!("\u{1b}[{number}m{text}\u{1b}[0m")
        } else {
            text.to_owned()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_are_put_around_a_text_where_they_are_shown() {
        assert_eq!(Ink::Bad.paint("failed", true), "\u{1b}[31mfailed\u{1b}[0m");
        assert_eq!(Ink::Bad.paint("failed", false), "failed");
        assert_eq!(Ink::Plain.paint("as it is", true), "as it is");
        assert_eq!(Ink::Good.paint("", true), "");
    }
}
