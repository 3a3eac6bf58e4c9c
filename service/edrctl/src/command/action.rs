//! An action as a subcommand, its fields as options.

use clap::builder::PossibleValuesParser;
use clap::{Arg, ArgAction, Command, ValueHint};
use vocabulary::catalogue::entry;
use vocabulary::requests::fields::{COMMON, Field, Kind, fields};
use vocabulary::task::Action;

use super::options::wait;
use super::told;

/// A body that stands in a file.
pub(crate) const BODY: &str = "body";
/// The key.
pub(crate) const KEY: &str = "key";
/// Every check and nothing else.
pub(crate) const DRY_RUN: &str = "dryRun";

/// The names that the vendor's own form has for a field, which are understood too.
fn also_called(field: &str) -> &'static [&'static str] {
    match field {
        "targetHost" => &["target-host", "host"],
        "hash" => &["md5hash", "sha256hash"],
        "area" => &["responseEventIncidentArea"],
        "externalId" => &["external-id"],
        _ => &[],
    }
}

/// The words that the vendor's own form, or a habit, has for a word.
fn also_written(field: &str, word: &str) -> &'static [&'static str] {
    match (field, word) {
        ("action", "isolate") => &["1", "on"],
        ("action", "release") => &["0", "off"],
        ("severity", "information") => &["1", "info"],
        ("severity", "warning") => &["2"],
        ("severity", "critical") => &["3"],
        _ => &[],
    }
}

/// The word that is meant, in the field's own spelling.
#[must_use]
pub(crate) fn word<'a>(field: &Field, words: &'a [String], text: &str) -> Option<&'a str> {
    let means = |word: &&String| {
        word.eq_ignore_ascii_case(text) || also_written(&field.name, word).contains(&text)
    };
    words.iter().find(means).map(String::as_str)
}

/// The subcommand of an action.
pub(super) fn subcommand(action: Action) -> Command {
    let entry = entry(action);
    let fields = fields(action);
    let about = format!("{}: {}", entry.title, entry.summary);
    let more = [entry.note, told::OF_ACTIONS].join("\n\n");
    let options = fields.iter().map(option);
    Command::new(action.name())
        .aliases(spellings(action.name()))
        .about(about)
        .after_help(more.trim().to_owned())
        .args(options)
        .args([
            Arg::new(BODY)
                .long("body")
                .value_name("FILE")
                .value_hint(ValueHint::FilePath)
                .conflicts_with_all(fields.iter().map(|it| it.name.clone()))
                .help("The whole body as JSON, from a file or - for standard input"),
            Arg::new(KEY)
                .long("key")
                .value_name("TEXT")
                .help("The key of the request: asked again with it, it is carried out once"),
            Arg::new(DRY_RUN)
                .long("dryRun")
                .alias("dry-run")
                .action(ArgAction::SetTrue)
                .help("Every check, and what would be sent; nothing is done"),
            wait().conflicts_with(DRY_RUN),
        ])
}

/// Other spellings of a name that are understood: `isolate-host`, `isolatehost`.
fn spellings(name: &str) -> [String; 2] {
    let mut dashed = String::new();
    for letter in name.chars() {
        if letter.is_ascii_uppercase() {
            dashed.push('-');
        }
        dashed.push(letter.to_ascii_lowercase());
    }
    [dashed, name.to_ascii_lowercase()]
}

fn option(field: &Field) -> Arg {
    let purpose = &field.purpose;
    let [dashed, _] = spellings(&field.name);
    let mut aliases: Vec<String> = also_called(&field.name)
        .iter()
        .map(|it| (*it).to_owned())
        .collect();
    if dashed != field.name && !aliases.contains(&dashed) {
        aliases.push(dashed);
    }
    let arg = Arg::new(field.name.clone())
        .long(field.name.clone())
        .aliases(aliases)
        .help(purpose.clone());
    let arg = if field.name == "backend" {
        arg.help("The server that is to do it, as `edrctl backends` lists them")
    } else {
        arg
    };
    let arg = if COMMON.contains(&field.name.as_str()) {
        arg.help_heading("Of every action")
    } else {
        arg
    };
    let arg = if field.required {
        arg.required_unless_present(BODY)
    } else {
        arg
    };
    match &field.kind {
        Kind::Text if field.name == "ioc" => arg
            .value_name("FILE")
            .value_hint(ValueHint::FilePath)
            .help("A ZIP archive of OpenIOC documents (.ioc, .xml): at most 2 MB a document and 10 MB in all"),
        Kind::Text => arg.value_name("TEXT"),
        Kind::Number => arg.value_name("NUMBER").value_parser(clap::value_parser!(i64)),
        Kind::Flag => arg
            .value_name("BOOL")
            .num_args(0..=1)
            .require_equals(true)
            .default_missing_value("true")
            .value_parser(PossibleValuesParser::new(["true", "false"])),
        Kind::Word(words) => arg
            .hide_possible_values(true)
            .value_name(words.join("|")).value_parser(one_of(field, words)),
        Kind::Texts => arg
            .value_name("TEXT")
            .action(ArgAction::Append)
            .help(format!("{purpose} May be repeated.")),
        Kind::Words(words) => arg
            .value_name("WORDS")
            .action(ArgAction::Append)
            .value_delimiter(',')
            .value_parser(one_of(field, words)),
        Kind::Objects => arg
            .value_name("JSON")
            .help(format!("{purpose} A list of objects as JSON, or @FILE.")),
    }
}

/// A parser of words, which shows the field's own and takes the others as well.
fn one_of(
    field: &Field,
    words: &[String],
) -> impl clap::builder::TypedValueParser<Value = String> + use<> {
    use clap::builder::{PossibleValue, TypedValueParser as _};
    let (known, asked) = (field.clone(), words.to_vec());
    let shown = words.iter().map(|it| {
        PossibleValue::new(it.clone()).aliases(also_written(&field.name, it).iter().copied())
    });
    PossibleValuesParser::new(shown)
        .map(move |text| word(&known, &asked, &text).map_or(text.clone(), str::to_owned))
}
