//! Words as a shell reads them back: what is printed to be pasted means what it says.

use std::borrow::Cow;
use std::fmt::Write as _;

use vocabulary::legible::is_legible;

/// A word in the form in which POSIX shells, bash and zsh read it back as one.
///
/// What is not legible stands as octal bytes in `$'…'`, so that pasting it moves no cursor either.
#[must_use]
pub fn quote(word: &str) -> Cow<'_, str> {
    let plain = |it: char| it.is_ascii_alphanumeric() || "@%+=:,./_-".contains(it);
    // `=ls` is a path to zsh.
    if !word.is_empty() && !word.starts_with('=') && word.chars().all(plain) {
        return Cow::Borrowed(word);
    }
    if word.chars().all(is_legible) {
        return Cow::Owned(format!("'{}'", word.replace('\'', r"'\''")));
    }
    let mut quoted = String::from("$'");
    for it in word.chars() {
        match it {
            '\'' | '\\' => quoted.extend(['\\', it]),
            it if is_legible(it) => quoted.push(it),
            it => {
                for byte in it.encode_utf8(&mut [0; 4]).bytes() {
                    write!(quoted, "\\{byte:03o}").expect("a text takes everything");
                }
            }
        }
    }
    quoted.push('\'');
    Cow::Owned(quoted)
}

/// A command line.
#[must_use]
pub fn line(words: &[String]) -> String {
    let quoted: Vec<Cow<'_, str>> = words.iter().map(|it| quote(it)).collect();
    quoted.join(" ")
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use proptest::prelude::*;

    use super::*;

    #[test]
    fn words_are_quoted_where_a_shell_would_read_something_into_them() {
        for (word, quoted) in [
            ("edrctl", "edrctl"),
            ("--path=/tmp/a", "--path=/tmp/a"),
            ("", "''"),
            ("=ls", "'=ls'"),
            ("~", "'~'"),
            (r"C:\temp\a b", r"'C:\temp\a b'"),
            ("it's", r"'it'\''s'"),
            ("$(reboot)", "'$(reboot)'"),
            ("a\n'\u{1b}1", r"$'a\012\'\0331'"),
        ] {
            assert_eq!(quote(word), quoted);
        }
        assert_eq!(
            line(&["edrctl".into(), "Kiosk #4".into()]),
            "edrctl 'Kiosk #4'"
        );
    }

    proptest! {
        // Each case starts a shell.
        #![proptest_config(ProptestConfig::with_cases(48))]

        #[test]
        fn bash_reads_every_word_back(words in prop::collection::vec("[^\u{0}]{0,12}", 1..6)) {
            let script = format!("printf '%s\\0' {}", line(&words));
            let output = Command::new("bash").args(["-c", &script]).env("LC_ALL", "C.UTF-8").output();

            let output = String::from_utf8(output.expect("bash").stdout).expect("UTF-8");
            let read: Vec<&str> = output.trim_end_matches('\0').split('\0').collect();
            let written = words.join("\0");
            prop_assert_eq!(read.join("\0"), written.trim_end_matches('\0'));
        }
    }
}
