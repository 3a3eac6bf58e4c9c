//! `kataedr convert`: a file for another version, mode or format, with every change named.

use std::fmt::Write as _;
use std::fs::{self, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use clap::Args;
use kataedr::{
    Change, Conversion, ConversionRefused, Facts, Fate, Format, KesVersion, Kind, Mode, Target,
    check, convert,
};
use serde::Serialize;

use super::answered::Answered;
use super::input;
use super::options::{format, format_name, mode};
use super::printed::{count, excerpt, json, safe};
use super::remark::Remark;
use super::trouble::{self, Trouble};

/// The exit code of a conversion that was refused.
const REFUSED: u8 = 1;

/// What is converted, and to what.
#[derive(Debug, Args)]
pub(super) struct ConvertArguments {
    /// The file with the settings; `-` for standard input.
    file: PathBuf,
    /// How the new file is written.
    #[arg(long, value_name = "ini|json", value_parser = format)]
    to: Format,
    /// How the file is written, where that cannot be told by its beginning.
    #[arg(long, value_name = "ini|json", value_parser = format)]
    format: Option<Format>,
    /// The mode of the new file; that of the file where nothing is said.
    #[arg(long, value_name = "EDRKATA|EDRExpertOnPrem", value_parser = mode)]
    mode: Option<Mode>,
    /// The version that the file is from. Without it, it is concluded from the keys.
    #[arg(long, value_name = "VERSION")]
    kes_version: Option<KesVersion>,
    /// The version that the new file is for; the one that the file is from where nothing is said.
    #[arg(long, value_name = "VERSION")]
    to_kes_version: Option<KesVersion>,
    /// Write the new file here instead of to standard output.
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Write over a file that is there.
    #[arg(long, requires = "output")]
    force: bool,
    /// Print one JSON document with the new file in it, instead of the file with notes beside.
    #[arg(long)]
    json: bool,
}

/// A conversion, and where it was written.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Converted<'a> {
    #[serde(flatten)]
    conversion: &'a Conversion,
    output: Option<String>,
}

/// A conversion that was refused.
#[derive(Serialize)]
struct Refused<'a> {
    refused: &'a ConversionRefused,
}

pub(super) fn run(arguments: &ConvertArguments) -> Result<Answered, Trouble> {
    let draft = input::draft(&arguments.file, arguments.format)?;
    let facts = Facts {
        kes_version: arguments.kes_version.clone(),
        ..Facts::default()
    };
    let asked = arguments.to_kes_version.as_ref();
    let version = asked.or(arguments.kes_version.as_ref()).cloned();
    let target = Target {
        kes_version: version.unwrap_or_else(|| check(&draft, &facts).layout.newest()),
        mode: arguments.mode,
        format: arguments.to,
    };
    let conversion = match convert(&draft, &facts, &target) {
        Ok(conversion) => conversion,
        Err(refused) => return Ok(refusal(&refused, arguments.json)),
    };
    if let Some(path) = &arguments.output {
        if path.as_os_str() == "-" {
            let why = "--output -: leave --output out to have it on standard output";
            return Err(Trouble::Usage(why.to_owned()));
        }
        write(path, &conversion.text, arguments.force)?;
    }
    let output = arguments.output.as_deref().map(trouble::name);
    if arguments.json {
        let document = Converted {
            conversion: &conversion,
            output,
        };
        return Ok(Answered::new(json(&document), 0));
    }
    let aside = notes(&conversion, output);
    let text = match arguments.output {
        Some(_) => String::new(),
        None => conversion.text,
    };
    Ok(Answered {
        text,
        aside,
        code: 0,
    })
}

/// Nothing in such a file is a secret, so that it gets the rights that every file gets here.
fn write(path: &Path, text: &str, force: bool) -> Result<(), Trouble> {
    let is_file = fs::metadata(path).map_or(true, |it| it.is_file());
    let written = match (force, is_file) {
        (false, _) => create(path, text),
        (true, true) => replace(path, text),
        // A pipe, a terminal: there is nothing to keep.
        (true, false) => fs::write(path, text),
    };
    let name = trouble::name(path);
    written.map_err(|source| {
        if !force && source.kind() == io::ErrorKind::AlreadyExists {
            Trouble::Exists { name }
        } else {
            Trouble::Unwritable { name, source }
        }
    })
}

/// Writes a new file, whole or not at all.
fn create(path: &Path, text: &str) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).create_new(true).open(path)?;
    let written = file
        .write_all(text.as_bytes())
        .and_then(|()| file.sync_all());
    if written.is_err() {
        let _gone = fs::remove_file(path);
    }
    written
}

/// Puts a new file in the place of another, which stays as it is until the new one is whole: it may
/// be the only copy.
fn replace(path: &Path, text: &str) -> io::Result<()> {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(format!(".{}.new", std::process::id()));
    let beside = path.with_file_name(name);
    create(&beside, text)?;
    let renamed = fs::rename(&beside, path);
    if renamed.is_err() {
        let _gone = fs::remove_file(&beside);
    }
    renamed
}

fn refusal(refused: &ConversionRefused, as_json: bool) -> Answered {
    if as_json {
        return Answered::new(json(&Refused { refused }), REFUSED);
    }
    let mut aside = format!("Not converted: {refused}.\n");
    match refused {
        ConversionRefused::Unusable { errors } => {
            for error in errors {
                aside.push('\n');
                aside.push_str(&Remark::from(error.clone()).block());
            }
        }
        ConversionRefused::Lossy { losses } => {
            for loss in losses {
                aside.push_str(&line(loss));
            }
        }
    }
    Answered {
        text: String::new(),
        aside,
        code: REFUSED,
    }
}

/// What became of every key and comment, and what is to be said of the new file.
fn notes(conversion: &Conversion, output: Option<String>) -> String {
    let mut notes = format!(
        "{} of {}, mode {}{}: {}.\n",
        format_name(conversion.format),
        conversion.kes_version,
        conversion.mode,
        output.map_or_else(String::new, |it| format!(", written to {it}")),
        count(conversion.changes.len(), "change")
    );
    for change in &conversion.changes {
        notes.push_str(&line(change));
    }
    let of_file = conversion.findings.iter();
    for finding in of_file.filter(|it| it.kind == Kind::Settings) {
        notes.push('\n');
        notes.push_str(&Remark::from(finding.clone()).block());
    }
    notes
}

fn line(change: &Change) -> String {
    let fate = match change.fate {
        Fate::Moved => "moved",
        Fate::Changed => "changed",
        Fate::Added => "added",
        Fate::LeftOut => "left out",
        Fate::Kept => "kept",
        Fate::CommentLeftOut => "comment left out",
        Fate::Lost => "lost",
    };
    let mut text = format!("  {fate}");
    if let Some(line) = change.line {
        let _infallible = write!(text, "  line {line}");
    }
    let value = change.value.as_deref().map(excerpt);
    match (&change.key, value) {
        (Some(key), Some(value)) => {
            let _infallible = write!(text, "  {}={value}", excerpt(key));
        }
        (Some(key), None) => {
            let _infallible = write!(text, "  {}", excerpt(key));
        }
        (None, Some(value)) => {
            let _infallible = write!(text, "  {value}");
        }
        (None, None) => {}
    }
    let way = match (&change.from, &change.to) {
        (Some(from), Some(to)) if from == to => section(from),
        (Some(from), Some(to)) => format!("{} to {}", section(from), section(to)),
        (Some(one), None) | (None, Some(one)) => section(one),
        (None, None) => String::new(),
    };
    if !way.is_empty() {
        let _infallible = write!(text, "  {way}");
    }
    let _infallible = writeln!(text, ": {}", safe(&change.why));
    text
}

fn section(name: &str) -> String {
    if name.is_empty() {
        "top".to_owned()
    } else {
        format!("[{}]", excerpt(name))
    }
}
