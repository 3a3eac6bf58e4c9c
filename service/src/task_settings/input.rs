//! Files of settings, or standard input, read up to more than any settings have.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use kataedr::{Checked, Draft, Facts, Format, KesVersion, Settings, check};

use super::printed::{count, safe};
use super::trouble::Trouble;

/// What is longer is told to be too long by what was read: `kataedr` takes half of this.
const MOST_BYTES: u64 = 2 << 20;

/// The bytes of a file, or of standard input for `-`; what is longer than this is cut.
fn bytes(path: &Path) -> Result<Vec<u8>, Trouble> {
    let read = |from: &mut dyn Read| {
        let mut bytes = Vec::new();
        from.take(MOST_BYTES).read_to_end(&mut bytes)?;
        Ok(bytes)
    };
    let read = if path == Path::new("-") {
        read(&mut io::stdin().lock())
    } else {
        File::open(path).and_then(|mut file| read(&mut file))
    };
    read.map_err(|source| Trouble::unreadable(path, source))
}

/// The bytes of a file that cannot be standard input, which may be taken.
pub(super) fn file(path: &Path) -> Result<Vec<u8>, Trouble> {
    if path == Path::new("-") {
        let why = "standard input is for the settings; give certificates and keys as files";
        return Err(Trouble::Usage(why.to_owned()));
    }
    bytes(path)
}

/// Reads a file as what it is said to be, or else as what it looks like.
pub(super) fn draft(path: &Path, format: Option<Format>) -> Result<Draft, Trouble> {
    let bytes = bytes(path)?;
    let format = format.unwrap_or_else(|| Format::guess(&bytes));
    Ok(Draft::read(&bytes, format))
}

/// The settings of a file without an error; else the first error, and how many there are.
pub(super) fn checked(draft: &Draft, version: Option<KesVersion>) -> Result<Settings, String> {
    let facts = Facts {
        kes_version: version,
        ..Facts::default()
    };
    let checked = check(draft, &facts);
    let why = errors(&checked);
    checked.settings.ok_or(why)
}

/// The first error, and how many there are.
pub(super) fn errors(checked: &Checked) -> String {
    let mut errors = checked.findings.iter().filter(|it| it.is_error());
    let first = errors
        .next()
        .map_or_else(String::new, |it| safe(&it.to_string()).into_owned());
    let others = errors.count();
    if others == 0 {
        first
    } else {
        let more = count(others, "more error");
        format!("{first} There are {more}: see `edr-gateway kataedr check`.")
    }
}
