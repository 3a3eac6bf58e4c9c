//! Values: quotation marks and blanks.

/// What is odd about a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Flaw {
    /// A quotation mark at one end only.
    LoneQuote,
    /// Blanks in it, and no quotation marks.
    Blank,
}

/// A value as it is meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Text {
    /// Without quotation marks. Blanks outside of them are left in: whoever wants them ignored says
    /// so with [`Text::without_blanks`].
    pub(crate) text: String,
    pub(crate) flaw: Option<Flaw>,
}

pub(crate) fn is_blank(it: char) -> bool {
    matches!(it, ' ' | '\t')
}

impl Text {
    /// Reads what stands behind `=`.
    pub(crate) fn read(raw: &str) -> Self {
        let raw = raw.trim_matches(is_blank);
        let inner = raw.strip_prefix('"').and_then(|it| it.strip_suffix('"'));
        if let Some(inner) = inner {
            return Self {
                text: inner.to_owned(),
                flaw: None,
            };
        }
        let flaw = if raw.starts_with('"') || raw.ends_with('"') {
            Some(Flaw::LoneQuote)
        } else {
            raw.contains(is_blank).then_some(Flaw::Blank)
        };
        Self {
            text: raw.to_owned(),
            flaw,
        }
    }

    /// As the vendor's rule has it: blanks outside quotation marks do not count.
    pub(crate) fn without_blanks(&self) -> String {
        if self.flaw == Some(Flaw::Blank) {
            self.text.chars().filter(|it| !is_blank(*it)).collect()
        } else {
            self.text.clone()
        }
    }
}

/// A text as it is written behind `=`, in quotation marks where it holds blanks. Nothing where it
/// cannot be written: there is no way to escape a line's end, nor a quotation mark at one end.
pub(crate) fn quote(text: &str) -> Option<String> {
    if text.contains(['\n', '\r']) {
        return None;
    }
    let written = if text.contains(is_blank) || text.starts_with('"') || text.ends_with('"') {
        format!("\"{text}\"")
    } else {
        text.to_owned()
    };
    let read = Text::read(&written);
    (read.flaw.is_none() && read.text == text).then_some(written)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blanks_count_inside_quotation_marks_only() {
        for (raw, text, flaw) in [
            (" 443\t", "443", None),
            ("\"443\"", "443", None),
            ("\" a b \"", " a b ", None),
            ("4 43", "4 43", Some(Flaw::Blank)),
            ("\"", "\"", Some(Flaw::LoneQuote)),
            ("\"443", "\"443", Some(Flaw::LoneQuote)),
            ("443\"", "443\"", Some(Flaw::LoneQuote)),
            ("", "", None),
            ("\"\"", "", None),
        ] {
            let read = Text::read(raw);
            assert_eq!((read.text.as_str(), read.flaw), (text, flaw), "{raw}");
        }
        assert_eq!(Text::read("4 4\t3").without_blanks(), "443");
        assert_eq!(Text::read("\"4 43\"").without_blanks(), "4 43");
    }

    #[test]
    fn what_is_quoted_reads_as_it_was() {
        for text in [
            "", "a", " ", "a b", "a\"b", "\"a\"", "\"", "ä\tö", "a=b", "#", "[x]",
        ] {
            let written = quote(text).unwrap();
            assert_eq!(Text::read(&written).text, text, "{written}");
        }
        assert_eq!(quote("a\nb"), None);
        assert_eq!(quote("a\r"), None);
    }
}
