//! The name of an entry of an archive, as Windows will see it.
//!
//! The archive is unpacked on a device, by a program that runs as SYSTEM and of which nothing more
//! is known. So a name that leads out of the folder, or that Windows takes for something else than
//! one file of that name, is refused; and so is a second name for the same file.

use std::collections::HashSet;

use crate::legible::is_legible;

/// Most characters of a name that is shown.
const SHOWN: usize = 80;

/// Most units of one name in Windows.
const MOST_NAME: usize = 255;

/// Names of devices, which Windows has in every folder, with any ending ("Naming Files, Paths, and
/// Namespaces").
const DEVICES: [&str; 6] = ["CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$"];
/// The same with a digit behind.
const PORTS: [&str; 2] = ["COM", "LPT"];

/// Folders and files that operating systems put into archives by themselves.
const LITTER: [&str; 12] = [
    "__macosx",
    ".ds_store",
    ".spotlight-v100",
    ".trashes",
    ".fseventsd",
    ".localized",
    ".directory",
    "thumbs.db",
    "ehthumbs.db",
    "desktop.ini",
    "$recycle.bin",
    "system volume information",
];

/// What is wrong with a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(super) enum NameFault {
    #[error("holds a control character or one that nobody sees")]
    Unseen,
    #[error("begins at the root: names must lie inside the archive")]
    Absolute,
    #[error("holds a colon, which means a drive or a stream to Windows")]
    Colon,
    #[error("leads out of the archive")]
    Outside,
    #[error("has an empty part")]
    Empty,
    #[error("holds one of < > \" | ? *, which Windows cannot have in a name")]
    Never,
    #[error("ends in a dot or a space, which Windows takes away")]
    Ending,
    #[error("is the name of a device to Windows")]
    Device,
    #[error("is longer than Windows can have")]
    Long,
    #[error("is the same as that of another entry to Windows")]
    Twice,
    #[error("is a file here and a folder there")]
    FileAndFolder,
}

/// The names of an archive's entries so far.
#[derive(Default)]
pub(super) struct Names {
    files: HashSet<String>,
    folders: HashSet<String>,
}

/// A name that Windows can have and no other entry has.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct EntryName {
    /// Whether an operating system has put it there.
    pub(super) litter: bool,
    /// Whether it is named as a document is.
    pub(super) document: bool,
}

impl Names {
    /// Takes the name of the next entry.
    pub(super) fn take(&mut self, name: &str) -> Result<EntryName, NameFault> {
        // To Windows both are separators, and to those who unpack.
        let name = name.replace('\\', "/");
        if !name.chars().all(is_legible) {
            return Err(NameFault::Unseen);
        }
        if name.starts_with('/') {
            return Err(NameFault::Absolute);
        }
        if name.contains(':') {
            return Err(NameFault::Colon);
        }
        let (path, is_folder) = match name.strip_suffix('/') {
            Some(path) => (path, true),
            None => (name.as_str(), false),
        };
        let mut parts = Vec::new();
        for part in path.split('/') {
            match part {
                "." => continue,
                ".." => return Err(NameFault::Outside),
                _ => check(part)?,
            }
            // As Windows compares: without case, letter by letter.
            parts.push(part.to_uppercase());
        }
        let Some(last) = parts.last() else {
            return if is_folder {
                Ok(folder())
            } else {
                Err(NameFault::Empty)
            };
        };
        let extension = last.rsplit_once('.').map_or("", |(_, extension)| extension);
        let entry = EntryName {
            litter: parts.iter().any(|it| is_litter(it)),
            document: matches!(extension, "IOC" | "XML"),
        };
        let folders = if is_folder {
            parts.len()
        } else {
            parts.len() - 1
        };
        for depth in 1..=folders {
            let folder = parts[..depth].join("/");
            if self.files.contains(&folder) {
                return Err(NameFault::FileAndFolder);
            }
            self.folders.insert(folder);
        }
        if is_folder {
            return Ok(folder());
        }
        let file = parts.join("/");
        if self.folders.contains(&file) {
            return Err(NameFault::FileAndFolder);
        }
        if !self.files.insert(file) {
            return Err(NameFault::Twice);
        }
        Ok(entry)
    }
}

const fn folder() -> EntryName {
    EntryName {
        litter: true,
        document: false,
    }
}

fn check(part: &str) -> Result<(), NameFault> {
    if part.is_empty() {
        return Err(NameFault::Empty);
    }
    if part.contains(['<', '>', '"', '|', '?', '*']) {
        return Err(NameFault::Never);
    }
    if part.ends_with(['.', ' ']) {
        return Err(NameFault::Ending);
    }
    if is_device(part) {
        return Err(NameFault::Device);
    }
    if part.encode_utf16().count() > MOST_NAME {
        return Err(NameFault::Long);
    }
    Ok(())
}

fn is_device(part: &str) -> bool {
    let stem = part.split('.').next().unwrap_or_default().trim_end();
    let stem = stem.to_uppercase();
    let port = PORTS.iter().any(|it| {
        let digit = stem.strip_prefix(it).unwrap_or_default();
        let mut digit = digit.chars();
        matches!(
            (digit.next(), digit.next()),
            (Some('0'..='9' | '¹' | '²' | '³'), None)
        )
    });
    port || DEVICES.contains(&stem.as_str())
}

fn is_litter(part: &str) -> bool {
    // What macOS keeps of a file beside it has its name with `._` in front.
    part.starts_with("._") || LITTER.contains(&part.to_lowercase().as_str())
}

/// A name as an answer shows it.
pub(super) fn shown(name: &str) -> String {
    let mut shown: String = name
        .chars()
        .map(|it| {
            if is_legible(it) {
                it
            } else {
                char::REPLACEMENT_CHARACTER
            }
        })
        .take(SHOWN)
        .collect();
    if name.chars().nth(SHOWN).is_some() {
        shown.push('…');
    }
    format!("{shown:?}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fault(name: &str) -> Option<NameFault> {
        Names::default().take(name).err()
    }

    #[test]
    fn names_that_windows_takes_for_something_else_are_refused() {
        for (name, expected) in [
            ("../../b.ioc", NameFault::Outside),
            ("a/../b.ioc", NameFault::Outside),
            ("..\\b.ioc", NameFault::Outside),
            ("a\\..\\..\\b.ioc", NameFault::Outside),
            ("..", NameFault::Outside),
            ("/b.ioc", NameFault::Absolute),
            ("\\b.ioc", NameFault::Absolute),
            ("//server/share/b.ioc", NameFault::Absolute),
            ("\\\\?\\C\\b.ioc", NameFault::Absolute),
            ("C:\\b.ioc", NameFault::Colon),
            ("C:/b.ioc", NameFault::Colon),
            ("C:b.ioc", NameFault::Colon),
            ("a.ioc:b.ioc", NameFault::Colon),
            ("a.ioc::$DATA", NameFault::Colon),
            ("CON.ioc", NameFault::Device),
            ("dir/aux.xml", NameFault::Device),
            ("nul", NameFault::Device),
            ("prn .ioc", NameFault::Device),
            ("com1.a.ioc", NameFault::Device),
            ("COM0.ioc", NameFault::Device),
            ("LPT9.ioc", NameFault::Device),
            ("com¹.ioc", NameFault::Device),
            ("conin$.ioc", NameFault::Device),
            ("aux/b.ioc", NameFault::Device),
            ("a.ioc.", NameFault::Ending),
            ("a.ioc ", NameFault::Ending),
            ("dir./a.ioc", NameFault::Ending),
            ("dir /a.ioc", NameFault::Ending),
            (".../a.ioc", NameFault::Ending),
            ("a//b.ioc", NameFault::Empty),
            ("", NameFault::Empty),
            (".", NameFault::Empty),
            ("a?.ioc", NameFault::Never),
            ("a*.ioc", NameFault::Never),
            ("<a>.ioc", NameFault::Never),
            ("a|b.ioc", NameFault::Never),
            ("\"a\".ioc", NameFault::Never),
            ("a\u{0}.ioc", NameFault::Unseen),
            ("a\n.ioc", NameFault::Unseen),
            ("coi.\u{202e}exe", NameFault::Unseen),
            ("a\u{200b}.ioc", NameFault::Unseen),
        ] {
            assert_eq!(fault(name), Some(expected), "{name:?}");
        }
        assert_eq!(
            fault(&format!("{}.ioc", "a".repeat(252))),
            Some(NameFault::Long)
        );
        for good in [
            "a.ioc",
            "./a.ioc",
            "dir/b.XML",
            "dir\\c.ioc",
            "com.ioc",
            "com10.ioc",
            "console.ioc",
            "auxiliary.ioc",
            ".a.ioc",
            "Звери №7 (копия).ioc",
            "a..ioc",
            "…",
        ] {
            assert_eq!(fault(good), None, "{good:?}");
        }
    }

    #[test]
    fn a_second_name_for_one_file_is_refused() {
        for (first, second, expected) in [
            ("a.ioc", "a.ioc", NameFault::Twice),
            ("a.ioc", "A.IOC", NameFault::Twice),
            ("dir/a.ioc", "DIR\\a.ioc", NameFault::Twice),
            ("a.ioc", "./a.ioc", NameFault::Twice),
            ("ä.ioc", "Ä.ioc", NameFault::Twice),
            ("а.ioc", "А.ioc", NameFault::Twice),
            ("a.ioc", "a.ioc/b.ioc", NameFault::FileAndFolder),
            ("a.ioc/b.ioc", "A.ioc", NameFault::FileAndFolder),
            ("a.ioc", "a.ioc/", NameFault::FileAndFolder),
        ] {
            let mut names = Names::default();
            assert!(names.take(first).is_ok(), "{first}");
            assert_eq!(names.take(second), Err(expected), "{first} {second}");
        }
        let mut names = Names::default();
        for name in ["dir/", "DIR/", "dir/a.ioc", "a.ioc", "b.ioc"] {
            assert!(names.take(name).is_ok(), "{name}");
        }
    }

    #[test]
    fn what_operating_systems_leave_behind_is_known() {
        for name in [
            "__MACOSX/._a.ioc",
            "__MACOSX/dir/x",
            ".DS_Store",
            "dir/.DS_Store",
            "Thumbs.db",
            "dir/desktop.ini",
            "._a.ioc",
            "System Volume Information/x",
            "dir/",
        ] {
            let entry = Names::default().take(name).expect(name);
            assert!(entry.litter, "{name}");
        }
        assert!(
            !Names::default()
                .take("MACOSX/a.ioc")
                .expect("a name")
                .litter
        );
    }

    #[test]
    fn a_name_is_shown_as_far_as_it_is_seen() {
        assert_eq!(shown("a \"b\".ioc"), r#""a \"b\".ioc""#);
        assert_eq!(shown("a\u{202e}\n"), "\"a\u{fffd}\u{fffd}\"");
        assert_eq!(shown(&"a".repeat(100)).chars().count(), SHOWN + 3);
    }
}
