//! `kataedr diff`: two files compared by what they mean.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use clap::Args;
use kataedr::{Difference, KesVersion, Settings, Side, diff};
use serde::Serialize;

use super::answered::Answered;
use super::input;
use super::printed::{count, excerpt, json};
use super::trouble::{Trouble, name};

/// The exit code of a difference.
const DIFFERENT: u8 = 1;

/// The two files.
#[derive(Debug, Args)]
pub(super) struct DiffArguments {
    /// The one file; `-` for standard input.
    first: PathBuf,
    /// The other; one of the two may be `-`.
    second: PathBuf,
    /// The version that the first is from. Without it, it is concluded from the keys.
    #[arg(long, value_name = "VERSION")]
    first_kes_version: Option<KesVersion>,
    /// The version that the second is from, likewise.
    #[arg(long, value_name = "VERSION")]
    second_kes_version: Option<KesVersion>,
    /// Print one JSON document instead of text.
    #[arg(long)]
    json: bool,
}

/// The differences, as JSON has them.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Differences<'a> {
    same: bool,
    differences: &'a [Difference],
}

pub(super) fn run(arguments: DiffArguments) -> Result<Answered, Trouble> {
    let standard_input = Path::new("-");
    if arguments.first == standard_input && arguments.second == standard_input {
        return Err(Trouble::Usage(
            "only one of the files can be standard input".to_owned(),
        ));
    }
    let first = settings(&arguments.first, arguments.first_kes_version)?;
    let second = settings(&arguments.second, arguments.second_kes_version)?;
    let differences = diff(&first, &second);
    let text = if arguments.json {
        json(&Differences {
            same: differences.is_empty(),
            differences: &differences,
        })
    } else {
        listed(&differences)
    };
    let code = if differences.is_empty() { 0 } else { DIFFERENT };
    Ok(Answered::new(text, code))
}

fn settings(path: &Path, version: Option<KesVersion>) -> Result<Settings, Trouble> {
    let name = name(path);
    let checked = input::checked(&input::draft(path, None)?, version);
    checked.map_err(|why| Trouble::WrongFile { name, why })
}

fn listed(differences: &[Difference]) -> String {
    if differences.is_empty() {
        return "The two mean the same.\n".to_owned();
    }
    let mut text = String::new();
    for difference in differences {
        let _infallible = writeln!(
            text,
            "{}\n  first   {}\n  second  {}",
            excerpt(&difference.key),
            side(&difference.first),
            side(&difference.second)
        );
    }
    let _infallible = writeln!(text, "{}.", count(differences.len(), "difference"));
    text
}

fn side(of: &Side) -> String {
    let Some(value) = &of.value else {
        return "nothing".to_owned();
    };
    let place = match of.section.as_deref() {
        None => "  (no such key in this version)".to_owned(),
        Some("") => String::new(),
        Some(section) => format!("  [{}]", excerpt(section)),
    };
    let default = if of.is_default { "  (default)" } else { "" };
    format!("{}{place}{default}", excerpt(value))
}
