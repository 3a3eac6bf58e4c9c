//! Reads an argument vector as Python's `argparse` reads it, and refuses where that would be risky.
//!
//! KUMA fills the values of an event into a rule's arguments. So the vector is read as the vendor's
//! scripts read theirs, but whatever lets a value pass for an option is refused:
//!
//! * a text that can be an option is never a value, unless it stands behind `--option=`;
//! * no option is taken twice, where `argparse` takes the last one;
//! * a flag without a value is taken only at the end or before `--option value`: a value in its
//!   place that reads `--another-flag`, `--option=value` or `--help` would be indistinguishable.
//!
//! What is read here and is no error means the same to `argparse`; a test asks the real one.
//! Beyond it, names are taken in any case and with `-` or `_` in them.

use std::ffi::OsString;

/// Most bytes of all arguments together; no action needs as many.
const MOST_BYTES: usize = 192 * 1024;
/// Most arguments.
const MOST_ARGUMENTS: usize = 128;
/// Longest that a name of an option is.
const LONGEST_NAME: usize = 24;
/// Most characters of an argument that a message shows.
const SHOWN: usize = 60;

/// Whether an option has a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Takes {
    /// It must have one.
    Value,
    /// It may have one; without it stands for true.
    Flag,
}

/// An option that may be given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OptionName {
    /// Its name, without the dashes.
    pub name: &'static str,
    /// Whether it has a value.
    pub takes: Takes,
}

/// An option that was given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GivenOption {
    /// Its name as the table has it.
    pub name: &'static str,
    /// Its value; a flag may have none.
    pub value: Option<String>,
}

/// What the arguments say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reading {
    /// Show how the script is called.
    Help,
    /// These options, each once, in their order.
    Given(Vec<GivenOption>),
}

/// Why arguments are not read. Nothing is done then.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Misread {
    /// They are more than any action needs.
    #[error(
        "the arguments are too long: {MOST_ARGUMENTS} arguments and {MOST_BYTES} bytes are the most"
    )]
    TooLong,
    /// One is no text.
    #[error("argument {0} is not UTF-8")]
    NotText(usize),
    /// There is no such option. A value is never shown: it may be KSC's password, which the
    /// vendor's scripts hold.
    #[error("unrecognized arguments: {0}")]
    Unrecognised(String),
    /// Several options begin so.
    #[error("ambiguous option: {option} could match {matches}")]
    Ambiguous {
        /// What was given.
        option: String,
        /// What it could be.
        matches: String,
    },
    /// It has no value, or one that could be an option.
    #[error(
        "argument --{0}: expected one argument; a value that begins with - is written --{0}=value"
    )]
    NoValue(&'static str),
    /// It is given more than once.
    #[error("argument --{0}: given more than once")]
    Twice(&'static str),
    /// What follows could be its value.
    #[error("argument --{0}: expected one argument; write --{0}=true before {1}")]
    Bare(&'static str, String),
}

/// What a single argument is, wherever it stands.
enum Word<'a> {
    Plain(&'a str),
    Named(OptionName, Option<&'a str>),
    Help,
}

/// Reads arguments, without the program's name.
///
/// # Errors
/// The first thing that is wrong.
pub fn read(
    options: &[OptionName],
    arguments: impl Iterator<Item = OsString>,
) -> Result<Reading, Misread> {
    let texts = texts(arguments)?;
    let words = texts.iter().map(|it| word(options, it));
    let words: Vec<Word<'_>> = words.collect::<Result<_, _>>()?;
    let mut given: Vec<GivenOption> = Vec::new();
    let mut rest = words.into_iter().peekable();
    while let Some(word) = rest.next() {
        let (option, explicit) = match word {
            Word::Help => return Ok(Reading::Help),
            Word::Plain(_) => {
                return Err(Misread::Unrecognised(
                    "a value without an option".to_owned(),
                ));
            }
            Word::Named(option, explicit) => (option, explicit),
        };
        let name = option.name;
        let follows = rest.next_if(|it| explicit.is_none() && matches!(it, Word::Plain(_)));
        let value = match (explicit, follows) {
            (Some(text), _) | (None, Some(Word::Plain(text))) => Some(text.to_owned()),
            (None, _) if option.takes == Takes::Value => return Err(Misread::NoValue(name)),
            (None, _) => {
                bare(name, rest.peek())?;
                None
            }
        };
        // Versions of `argparse` differ in what `--option=--` is, and nobody means it.
        if value.as_deref() == Some("--") {
            return Err(Misread::NoValue(name));
        }
        if given.iter().any(|it| it.name == name) {
            return Err(Misread::Twice(name));
        }
        given.push(GivenOption { name, value });
    }
    Ok(Reading::Given(given))
}

/// Whether a flag may stand without a value before this.
fn bare(flag: &'static str, next: Option<&Word<'_>>) -> Result<(), Misread> {
    match next {
        None => Ok(()),
        Some(Word::Named(option, None)) if option.takes == Takes::Value => Ok(()),
        Some(Word::Named(option, _)) => Err(Misread::Bare(flag, format!("--{}", option.name))),
        Some(Word::Help | Word::Plain(_)) => Err(Misread::Bare(flag, "--help".to_owned())),
    }
}

fn texts(arguments: impl Iterator<Item = OsString>) -> Result<Vec<String>, Misread> {
    let mut texts = Vec::new();
    let mut bytes = 0;
    for (index, argument) in arguments.enumerate() {
        bytes += argument.len();
        if bytes > MOST_BYTES || index >= MOST_ARGUMENTS {
            return Err(Misread::TooLong);
        }
        let text = argument.into_string();
        texts.push(text.map_err(|_| Misread::NotText(index + 1))?);
    }
    Ok(texts)
}

/// What an argument is, in the order in which `argparse` decides.
fn word<'a>(options: &[OptionName], text: &'a str) -> Result<Word<'a>, Misread> {
    if !text.starts_with('-') || text == "-" {
        return Ok(Word::Plain(text));
    }
    if let Some(long) = text.strip_prefix("--") {
        let (name, explicit) = match long.split_once('=') {
            Some((name, value)) => (name, Some(value)),
            None => (long, None),
        };
        match named(options, name) {
            Found::Help if explicit.is_none() => return Ok(Word::Help),
            Found::Help => return Err(Misread::Unrecognised(option_of(text))),
            Found::One(option) => return Ok(Word::Named(option, explicit)),
            Found::Several(matches) => {
                let option = option_of(text);
                return Err(Misread::Ambiguous { option, matches });
            }
            Found::Nothing => {}
        }
    } else if text == "-h" {
        return Ok(Word::Help);
    } else if text.starts_with("-h") {
        return Err(Misread::Unrecognised(option_of(text)));
    }
    if is_negative_number(text) || text.contains(' ') {
        return Ok(Word::Plain(text));
    }
    Err(Misread::Unrecognised(option_of(text)))
}

/// The option of an argument, for a message: what looks like a name, and never a value.
fn option_of(text: &str) -> String {
    let name = text.split('=').next().unwrap_or_default();
    let letters = name.strip_prefix("--").unwrap_or_default();
    let is_name = !letters.is_empty()
        && letters.len() <= LONGEST_NAME
        && letters
            .bytes()
            .all(|it| it.is_ascii_alphabetic() || b"-_".contains(&it));
    if is_name {
        name.to_owned()
    } else {
        "something that begins with -".to_owned()
    }
}

enum Found {
    Nothing,
    One(OptionName),
    Several(String),
    Help,
}

/// The option of this name, or of the one name that begins so.
fn named(options: &[OptionName], name: &str) -> Found {
    if name.starts_with(['-', '_']) {
        return Found::Nothing;
    }
    let wanted = normal(name);
    if let Some(exact) = options.iter().find(|it| normal(it.name) == wanted) {
        return Found::One(*exact);
    }
    let help = "help".starts_with(&wanted);
    let like: Vec<&OptionName> = options
        .iter()
        .filter(|it| normal(it.name).starts_with(&wanted))
        .collect();
    match (like.as_slice(), help) {
        ([], false) => Found::Nothing,
        ([], true) => Found::Help,
        ([one], false) => Found::One(**one),
        (several, _) => {
            let names = several.iter().map(|it| format!("--{}", it.name));
            let names: Vec<String> = help
                .then(|| "--help".to_owned())
                .into_iter()
                .chain(names)
                .collect();
            Found::Several(names.join(", "))
        }
    }
}

/// A name without case, `-` and `_`.
fn normal(name: &str) -> String {
    let letters = name.chars().filter(|it| !matches!(it, '-' | '_'));
    letters.map(|it| it.to_ascii_lowercase()).collect()
}

/// What `argparse` takes for a number: `-1`, `-1.5`, `-.5`.
fn is_negative_number(text: &str) -> bool {
    let digits = |it: &str| it.bytes().all(|it| it.is_ascii_digit());
    text.strip_prefix('-')
        .is_some_and(|it| match it.split_once('.') {
            None => !it.is_empty() && digits(it),
            Some((whole, part)) => digits(whole) && !part.is_empty() && digits(part),
        })
}

/// An argument for a message: short, and on one line.
pub(super) fn shown(text: &str) -> String {
    let mut shown: String = text
        .chars()
        .take(SHOWN)
        .flat_map(char::escape_debug)
        .collect();
    if text.chars().nth(SHOWN).is_some() {
        shown.push_str("...");
    }
    shown
}

#[cfg(test)]
mod tests;
