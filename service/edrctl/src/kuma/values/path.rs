//! Paths of Windows, of which a person may have doubled the backslashes.

/// The path with single backslashes, if every separator after its drive is doubled; what is mixed
/// is left alone, and said.
pub(super) fn single(option: &str, text: String, warnings: &mut Vec<String>) -> String {
    let bytes = text.as_bytes();
    let has_drive =
        bytes.first().is_some_and(u8::is_ascii_alphabetic) && bytes.get(1) == Some(&b':');
    let inner = text.get(2..).unwrap_or_default();
    let runs = runs(inner);
    if !runs.iter().any(|it| *it > 1) {
        return text;
    }
    if has_drive && runs.iter().all(|it| *it == 2) {
        warnings.push(format!(r"--{option}: every \\ was taken for \"));
        return text.replace(r"\\", r"\");
    }
    warnings.push(format!(
        r"--{option}: some backslashes are doubled and some are not, or more than doubled; sent as it is"
    ));
    text
}

/// How many backslashes stand together, wherever some do.
fn runs(text: &str) -> Vec<usize> {
    let mut runs = Vec::new();
    let mut length = 0;
    for it in text.chars() {
        if it == '\\' {
            length += 1;
        } else if length > 0 {
            runs.push(std::mem::take(&mut length));
        }
    }
    if length > 0 {
        runs.push(length);
    }
    runs
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_path_with_every_separator_doubled_is_rewritten() {
        for (given, sent, warned) in [
            (r"C:\a\b", r"C:\a\b", false),
            (r"C:\\a\\b", r"C:\a\b", true),
            (r"C:\\a\b", r"C:\\a\b", true),
            (r"C:\\\\a\\\\b", r"C:\\\\a\\\\b", true),
            (r"\\server\share\x", r"\\server\share\x", false),
            (r"\\\\server\\share", r"\\\\server\\share", true),
            (r"\\?\C:\x", r"\\?\C:\x", false),
            (r"%TEMP%\x", r"%TEMP%\x", false),
            ("é", "é", false),
            ("", "", false),
        ] {
            let mut warnings = Vec::new();
            assert_eq!(single("path", given.to_owned(), &mut warnings), sent);
            assert_eq!(!warnings.is_empty(), warned, "{given}: {warnings:?}");
        }
    }
}
