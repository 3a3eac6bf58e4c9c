//! A command, as a program starts it and as a person types it.

use serde::Serialize;

/// A command.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct CommandLine {
    /// Environment, each as name and value.
    pub environment: Vec<(&'static str, &'static str)>,
    /// Program and arguments.
    pub arguments: Vec<String>,
    /// The whole, quoted for a POSIX shell.
    pub typed: String,
}

impl CommandLine {
    /// A call of `kesl-control`. What it prints is in the language of `LANG`, and nothing that reads it
    /// should depend on where it runs.
    pub(super) fn kesl_control<'a>(arguments: impl IntoIterator<Item = &'a str>) -> Self {
        let environment = vec![("LANG", "en_US.UTF-8")];
        let arguments: Vec<String> = ["kesl-control"]
            .into_iter()
            .chain(arguments)
            .map(str::to_owned)
            .collect();
        let set = environment
            .iter()
            .map(|(name, value)| format!("{name}={value}"));
        let typed: Vec<String> = set
            .chain(arguments.iter().map(|it| shell_word(it)))
            .collect();
        Self {
            typed: typed.join(" "),
            environment,
            arguments,
        }
    }
}

/// A text as one word for a POSIX shell, whatever is in it.
#[must_use]
pub fn shell_word(word: &str) -> String {
    let is_plain = |b: u8| b.is_ascii_alphanumeric() || b"-_./:@%+,=".contains(&b);
    if !word.is_empty() && word.bytes().all(is_plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', r"'\''"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_one_word_whatever_is_in_it() {
        for (word, typed) in [
            ("/etc/kata.ini", "/etc/kata.ini"),
            ("/tmp/a b", "'/tmp/a b'"),
            ("a'; rm -rf /", r"'a'\''; rm -rf /'"),
            ("$(id)", "'$(id)'"),
            ("~root", "'~root'"),
            ("", "''"),
        ] {
            assert_eq!(shell_word(word), typed);
        }
    }
}
