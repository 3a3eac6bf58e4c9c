//! What Windows can have as the path of a file or a folder.
//!
//! The vendor's page says nothing of what happens to a path that is none, and two of its tasks
//! delete. So a path is one absolute path, of names that Windows can have, and means one place
//! without looking anything up: wildcards and `..` are let through by nobody here. Variables are
//! passed on unexpanded.

/// Characters of a name: Windows has none of the others ("Naming Files, Paths, and Namespaces").
macro_rules! name {
    () => {
        r#"[^\\/:*?"<>|\x00-\x1f\x7f]+"#
    };
}

/// A server by its name or address, with the port or the `SSL` of `WebDAV`.
///
/// Letters of other scripts are what is beyond ASCII: classes of Unicode are written in another way
/// in each engine, where there are any. The function says which of those are none.
macro_rules! server {
    () => {
        concat!(
            r"[^\x00-/:-@\[-\^`{-\xa0]",
            r"(?:[^\x00-#%-,/:-@\[-\^`{-\xa0]*[^\x00-#%-/:-@\[-\^`{-\xa0])?",
            r"(?:@[A-Za-z0-9]+)*"
        )
    };
}

/// What stands before the first folder, with the backslash after it.
macro_rules! root {
    () => {
        concat!(
            r"(?:[A-Za-z]:\\|\\\\\?\\(?:[A-Za-z]:|",
            name!(),
            r")\\|\\\\",
            server!(),
            r"\\",
            name!(),
            r"\\|%[A-Za-z0-9_()]+%\\)"
        )
    };
}

/// Names with backslashes between, of which Windows takes several for one.
macro_rules! names {
    () => {
        concat!(r"\\*", name!(), r"(?:\\+", name!(), ")*")
    };
}

/// A file, the last name of it with the name of a stream.
macro_rules! file {
    () => {
        concat!(
            root!(),
            names!(),
            r"(?:\\*|:",
            name!(),
            r"(?::\$[A-Za-z_]+)?)"
        )
    };
}

/// A folder, which may be the root of a drive, a share or a variable.
macro_rules! folder {
    () => {
        concat!(
            "(?:",
            root!(),
            "(?:",
            names!(),
            r")?\\*|\\\\",
            server!(),
            r"\\",
            name!(),
            "|%[A-Za-z0-9_()]+%)"
        )
    };
}

/// The path of a file, as the published schema says it.
pub(super) const FILE: &str = concat!("^", file!(), "$");
/// The path of a file, or nothing.
pub(super) const FILE_OR_EMPTY: &str = concat!("^(?:", file!(), ")?$");
/// The path of a folder.
pub(super) const FOLDER: &str = concat!("^", folder!(), "$");
/// The path of a folder, or nothing.
pub(super) const FOLDER_OR_EMPTY: &str = concat!("^(?:", folder!(), ")?$");

/// Whether the text is the path of a file.
pub(super) fn is_file(text: &str) -> bool {
    let Some(path) = Path::read(text) else {
        return false;
    };
    let whole = path.rest.trim_end_matches('\\');
    let (folders, last) = whole.rsplit_once('\\').unwrap_or(("", whole));
    let stream_ends_it = whole.len() == path.rest.len() || !last.contains(':');
    are_names(folders) && is_last_name(last) && stream_ends_it && is_one(text)
}

/// Whether the text is the path of a folder.
pub(super) fn is_folder(text: &str) -> bool {
    Path::read(text).is_some_and(|it| are_names(it.rest)) && is_one(text)
}

/// Whether all that stands between backslashes is a name. Windows takes several backslashes for
/// one.
fn are_names(text: &str) -> bool {
    text.split('\\').filter(|it| !it.is_empty()).all(is_name)
}

/// Whether no other path follows: one that begins with a drive has a colon, which no name has, but
/// the others begin with what may stand in a name, too.
fn is_one(text: &str) -> bool {
    let separators = [';', ',', ' '];
    let behind = |start: &str| {
        text.match_indices(start)
            .any(|(at, _)| text[..at].ends_with(separators))
    };
    let variable = text.match_indices('%').any(|(at, _)| {
        let rest = &text[at + 1..];
        let name = rest
            .split_once('%')
            .map(|(name, rest)| (name, rest.starts_with('\\')));
        let named = |it: &str| {
            !it.is_empty()
                && it
                    .chars()
                    .all(|it| it.is_ascii_alphanumeric() || "_()".contains(it))
        };
        text[..at].ends_with(separators)
            && name.is_some_and(|(name, goes_on)| named(name) && goes_on)
    });
    !behind(r"\\") && !variable
}

/// What it says to somebody whose backslash JSON has read as the start of an escape: `C:\temp`
/// holds a tab.
pub(super) const LOST_BACKSLASH: &str = "Holds a control character where a backslash may have been meant: JSON reads a backslash and a letter as one character, so each backslash is written twice (\"C:\\\\temp\").";

/// Whether a control character is in the text that JSON makes of a backslash and a letter.
pub(super) fn has_lost_a_backslash(text: &str) -> bool {
    text.contains(['\u{8}', '\t', '\n', '\u{c}', '\r'])
}

/// What a path has behind its root.
struct Path<'a> {
    rest: &'a str,
}

impl<'a> Path<'a> {
    fn read(text: &'a str) -> Option<Self> {
        if let Some(rest) = text.strip_prefix(r"\\?\") {
            let (device, rest) = rest.split_once('\\')?;
            if device.eq_ignore_ascii_case("UNC") {
                return Self::on_server(rest);
            }
            return (is_drive(device) || is_name(device)).then_some(Self { rest });
        }
        if let Some(rest) = text.strip_prefix(r"\\") {
            return Self::on_server(rest);
        }
        if let Some(rest) = text.strip_prefix('%') {
            let (variable, rest) = rest.split_once('%')?;
            let holds = |it: char| it.is_ascii_alphanumeric() || "_()".contains(it);
            let named = !variable.is_empty() && variable.chars().all(holds);
            let rest = match rest {
                "" => "",
                below => below.strip_prefix('\\')?,
            };
            return named.then_some(Self { rest });
        }
        let (drive, rest) = text.split_once('\\')?;
        is_drive(drive).then_some(Self { rest })
    }

    fn on_server(text: &'a str) -> Option<Self> {
        let (server, rest) = text.split_once('\\')?;
        let (share, rest) = rest.split_once('\\').unwrap_or((rest, ""));
        (is_server(server) && is_name(share)).then_some(Self { rest })
    }
}

fn is_drive(text: &str) -> bool {
    matches!(text.as_bytes(), [letter, b':'] if letter.is_ascii_alphabetic())
}

fn is_server(text: &str) -> bool {
    let (name, rest) = text
        .split_once('@')
        .map_or((text, None), |(name, rest)| (name, Some(rest)));
    let word = |it: char| it.is_alphanumeric() || it == '_';
    let ports = rest.is_none_or(|it| {
        it.split('@')
            .all(|part| !part.is_empty() && part.bytes().all(|it| it.is_ascii_alphanumeric()))
    });
    ports
        && name.starts_with(word)
        && name.ends_with(|it| word(it) || it == '$')
        && name.chars().all(|it| word(it) || "._$-".contains(it))
}

/// Whether Windows can have a file or a folder of this name; `.` and `..` are none.
fn is_name(text: &str) -> bool {
    let never = |it: char| it.is_ascii_control() || r#"\/:*?"<>|"#.contains(it);
    !matches!(text, "" | "." | "..") && !text.contains(never)
}

/// The last name of a file's path, with or without a stream (`file.txt:Zone.Identifier`, as
/// `dir /r` writes it with `:$DATA`).
fn is_last_name(text: &str) -> bool {
    let mut parts = text.split(':');
    let name = parts.next().is_some_and(is_name);
    let stream = parts.next().is_none_or(is_name);
    let kind = |it: &str| {
        it.strip_prefix('$').is_some_and(|it| {
            !it.is_empty() && it.chars().all(|it| it.is_ascii_alphabetic() || it == '_')
        })
    };
    name && stream && parts.next().is_none_or(kind) && parts.next().is_none()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::published::accepts;

    const FILES: &[&str] = &[
        r"C:\a",
        r"c:\Users\Public\drop.exe",
        r"C:\Program Files (x86)\a b\x;y,z.exe",
        r"C:\Users\o'neil\#1 @home\~tmp&co\!x^%y{z}[1]=+`.exe",
        r"C:\$Recycle.Bin\S-1-5-21\$R.exe",
        r"C:\Папка\файл 🦀.exe",
        r"C:\Windows \System32\a.exe",
        r"C:\a\...\b",
        r"C:\a\.hidden",
        r"C:\a\con",
        r"C:\Temp;D\x",
        r"C:\a.txt:Zone.Identifier",
        r"C:\a.txt:Zone.Identifier:$DATA",
        r"\\server\share\a.exe",
        r"\\10.20.30.42\c$\a.exe",
        r"\\srv-1.corp.example\d$\x\a.exe",
        r"\\сервер\общее\a.exe",
        r"\\server@SSL@8443\DavWWWRoot\a.exe",
        r"\\wsl$\Ubuntu\home\a",
        r"\\?\C:\a",
        r"\\?\UNC\server\share\a",
        r"\\?\Volume{b75e2c83-0000-0000-0000-602f00000000}\a\b.exe",
        r"\\?\GLOBALROOT\Device\HarddiskVolumeShadowCopy1\a",
        r"%TEMP%\a.exe",
        r"%ProgramFiles(x86)%\a",
        r"C:\100%\a%b%.exe",
        r"C:\100% sure, 50% not\a.exe",
        r"C:\\over\\escaped\\a.exe",
        r"C:\back\\slash\ends\here\",
    ];

    const FOLDERS: &[&str] = &[
        r"C:\",
        r"C:\Users",
        r"C:\Users\",
        r"\\server\share",
        r"\\server\share\",
        r"\\server\share\x",
        "%TEMP%",
        r"%TEMP%\",
        r"%TEMP%\x",
        r"\\?\C:\",
        r"C:\Program Files (x86)",
    ];

    /// Neither files nor folders, and what pattern and function say so.
    const NEITHER: &[&str] = &[
        "x",
        "C:",
        "C:a",
        "C:/a",
        "C:/a/b",
        r"C:\a/b",
        r"a\b",
        r"\a",
        r".\a",
        r"1:\a",
        r"CC:\a",
        r"C:\*.exe",
        r"C:\a?.exe",
        r#"C:\x\"q".exe"#,
        r#""C:\a.exe""#,
        r"C:\a<b",
        r"C:\a>b",
        r"C:\a|b",
        "C:\\a\u{0}b",
        "C:\\a\nb",
        "C:\\a\u{7f}b",
        r"C:\a:b\c",
        r"C:\a:",
        r"C:\a::$DATA",
        r"C:\a:b:c",
        r"C:\a:b:$DATA:c",
        r"C:\Temp C:\Users",
        r"C:\Temp;D:\x",
        r"C:\Temp,D:\x",
        r"\\\a",
        r"\\\\server\share\a",
        r"\\server",
        r"\\server\",
        r"\\server\\a\b",
        r"\\ser*ver\a\b",
        r"\\ser ver\a\b",
        r"\\.\PhysicalDrive0",
        r"\\.\C:\a",
        r"\\-server\a\b",
        r"\\server-\a\b",
        r"\\server.\a\b",
        r"\\ser:ver\a\b",
        r"\\server@\a\b",
        r"\??\C:\a",
        r"\\?\",
        r"\\?\\a",
        r"\\?\C:a\b",
        r"%%\a",
        r"%TE MP%\a",
        r"%TEMP\a",
        r"%TEMP%a",
        "file:///C:/a",
        "/etc/passwd",
    ];

    #[test]
    fn a_path_is_what_windows_can_have() {
        for text in FILES {
            assert!(is_file(text) && accepts(FILE, text), "{text}");
            assert!(accepts(FILE_OR_EMPTY, text), "{text}");
        }
        for text in FOLDERS {
            assert!(is_folder(text), "{text}");
            assert!(accepts(FOLDER_OR_EMPTY, text), "{text}");
        }
        for text in NEITHER {
            assert!(!is_file(text), "{text} is no file");
            assert!(!is_folder(text), "{text} is no folder");
            assert!(!accepts(FILE, text), "the pattern takes {text}");
            assert!(!accepts(FILE_OR_EMPTY, text), "the pattern takes {text}");
            assert!(!accepts(FOLDER_OR_EMPTY, text), "the pattern takes {text}");
        }
        assert!(accepts(FILE_OR_EMPTY, "") && accepts(FOLDER_OR_EMPTY, ""));
    }

    #[test]
    fn a_folder_is_no_file() {
        for text in [
            r"C:\",
            r"\\server\share",
            r"\\server\share\",
            "%TEMP%",
            r"%TEMP%\",
            r"\\?\C:\",
        ] {
            assert!(!is_file(text) && !accepts(FILE, text), "{text}");
        }
        assert!(!is_folder(r"C:\a.txt:Zone.Identifier"));
        assert!(!accepts(FOLDER_OR_EMPTY, r"C:\a.txt:Zone.Identifier"));
    }

    #[test]
    fn what_a_pattern_cannot_say_the_function_says() {
        for text in [
            r"\\?\UNC\ser ver\share\a",
            r"\\?\unc\.\share\a",
            r"C:\a\..\b",
            r"C:\..\b",
            r"C:\a\.\b",
            r"C:\a\..",
            r"%TEMP%\..\b",
            r"\\server\share\..\b",
            r"C:\a;\\server\share\x",
            r"C:\a, \\server\share\x",
            r"C:\Temp;%TEMP%\x",
            r"C:\Temp %TEMP%\x",
            r"C:\Temp, %TEMP%\x",
        ] {
            assert!(accepts(FILE, text), "{text}");
            assert!(!is_file(text) && !is_folder(text), "{text}");
        }
    }

    #[test]
    fn a_path_may_be_as_long_as_windows_takes_it() {
        let long = format!(r"C:\{}a", "папка\\".repeat(5000));

        assert!(is_file(&long) && accepts(FILE, &long));
    }

    #[test]
    fn the_characters_that_a_single_backslash_makes_are_known() {
        for text in [
            "C:\temp",
            "C:\new",
            "C:\reports",
            "C:\u{8}in",
            "C:\u{c}iles",
        ] {
            assert!(has_lost_a_backslash(text), "{text:?}");
        }
        assert!(!has_lost_a_backslash(r"C:\temp"));
        assert!(!has_lost_a_backslash("C:\u{7}bc"));
    }
}
