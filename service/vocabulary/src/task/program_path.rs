//! What Windows or Linux can have as the path of a program, or of the folder that it works in.
//!
//! A path of Linux is held to the same as one of Windows: absolute, in one form, and of one place
//! that can be named without looking anything up. So `//`, `.`, `..` and a slash at the end are let
//! through by nobody here.

use super::windows_path;

/// Longest path that Linux takes (`PATH_MAX`, with the zero at its end), in bytes.
const LONGEST_PATH: usize = 4095;

/// Longest name in it (`NAME_MAX`), in bytes.
const LONGEST_NAME: usize = 255;

/// Whose form a path has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PathSystem {
    /// A drive, a share or a variable stands before the first folder.
    Windows,
    /// It begins with a slash.
    Linux,
}

impl PathSystem {
    /// That of a path of either form.
    pub(super) fn of(path: &str) -> Self {
        if path.starts_with('/') {
            Self::Linux
        } else {
            Self::Windows
        }
    }
}

/// Names with a slash before each.
macro_rules! slashed {
    () => {
        r"(?:/[^/\x00-\x1f\x7f]+)+"
    };
}

/// The path of a program, as the published schema says it.
pub(super) const PROGRAM: &str = concat!("^(?:", file!(), "|", slashed!(), ")$");
/// The path of a folder, or nothing.
pub(super) const FOLDER_OR_EMPTY: &str = concat!("^(?:", folder!(), "|/|", slashed!(), ")?$");

/// Whether the text is the path of a program.
pub(super) fn is_program(text: &str) -> bool {
    windows_path::is_file(text) || is_slashed(text)
}

/// Whether the text is the path of a folder.
pub(super) fn is_folder(text: &str) -> bool {
    windows_path::is_folder(text) || text == "/" || is_slashed(text)
}

fn is_slashed(text: &str) -> bool {
    let is_name = |it: &str| {
        !matches!(it, "" | "." | "..")
            && it.len() <= LONGEST_NAME
            && !it.chars().any(|it| it.is_ascii_control())
    };
    let names = text.strip_prefix('/');
    text.len() <= LONGEST_PATH && names.is_some_and(|it| it.split('/').all(is_name))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::published::accepts;

    #[test]
    fn paths_of_both_systems_are_taken_by_the_pattern_and_by_the_function() {
        for (text, system) in [
            ("/opt/ir/collect.sh", PathSystem::Linux),
            ("/a", PathSystem::Linux),
            ("/usr/local/bin/имя с пробелом", PathSystem::Linux),
            (r"/opt/back\slash", PathSystem::Linux),
            ("/opt/...", PathSystem::Linux),
            (r"C:\Windows\System32\cmd.exe", PathSystem::Windows),
            (r"%TEMP%\a.exe", PathSystem::Windows),
        ] {
            assert!(is_program(text) && accepts(PROGRAM, text), "{text}");
            assert!(is_folder(text) && accepts(FOLDER_OR_EMPTY, text), "{text}");
            assert_eq!(PathSystem::of(text), system, "{text}");
        }
        assert!(is_folder("/") && accepts(FOLDER_OR_EMPTY, "/"));
        assert!(accepts(FOLDER_OR_EMPTY, ""));
    }

    #[test]
    fn what_is_no_path_is_refused_by_both() {
        for text in [
            "", "a.sh", "./a", "../a", "opt/ir", "//a", "/a//b", "/a/", "/a\nb", "/a\u{7f}", "~/a",
            "C:/a", "C:a",
        ] {
            assert!(!is_program(text) && !accepts(PROGRAM, text), "{text:?}");
        }
        assert!(!is_program("/") && !accepts(PROGRAM, "/"));
    }

    #[test]
    fn what_a_pattern_cannot_say_the_function_says() {
        let (long, deep) = (format!("/{}", "a".repeat(256)), "/a".repeat(2048));
        for text in ["/a/../b", "/./a", "/..", "/a/.", &long, &deep] {
            assert!(accepts(PROGRAM, text) && !is_program(text), "{text}");
            assert!(!is_folder(text), "{text}");
        }
    }
}
