//! What the options of a call ask for: the flat body that the gateway takes.
//!
//! The gateway decides what is valid. Here is decided what a value from KUMA can mean at all: what
//! is empty or was never filled, which member it belongs to, and when it is too risky to guess.
//! A value becomes the text of one member, and nothing else.

mod hash;
mod meaning;
mod path;
mod scan;

use serde_json::Map;

use super::archive::NoArchive;
use super::argparse::GivenOption;
use super::script::{Part, Script, ScriptOption};
use meaning::{UNFILLED, choice};

pub use meaning::{CallMeaning, Unfit};

/// The most seconds that the gateway waits for a task's end.
const MOST_WAIT: u64 = 50;

/// A value that says something, with its option.
type Filled = (ScriptOption, String);

/// What a call asks for. `archive` reads the file that `--ioc` names.
///
/// # Errors
/// Why it makes no sense.
pub fn asked(
    script: Script,
    given: Vec<GivenOption>,
    archive: impl Fn(&str) -> Result<String, NoArchive>,
) -> Result<CallMeaning, Unfit> {
    let missing: Vec<String> = script
        .options()
        .filter(|it| it.required && !given.iter().any(|given| given.name == it.name))
        .map(|it| format!("--{}", it.name))
        .collect();
    if !missing.is_empty() {
        return Err(Unfit::Missing(missing.join(", ")));
    }
    let mut asked = CallMeaning {
        body: Map::new(),
        event: None,
        dry_run: false,
        wait: None,
        warnings: Vec::new(),
        ignored: Vec::new(),
    };
    let mut hashes = hash::Hashes::default();
    let mut places = scan::Places::default();
    for GivenOption { name, value } in given {
        let Some(option) = script.option(name) else {
            continue;
        };
        if option.part == Part::Ignored {
            asked.ignored.push(name);
            continue;
        }
        let bare = value.is_none();
        let text = value.unwrap_or_else(|| "true".to_owned());
        if option.part == Part::Hash {
            hashes.add(name, &text)?;
            continue;
        }
        let Some((option, text)) = filled(option, text, &mut asked.warnings)? else {
            continue;
        };
        let of_scan = script == Script::OnDemandScan;
        match option.part {
            Part::Hash | Part::Ignored => {}
            Part::Host | Part::Text => {
                asked.body.insert(name.to_owned(), text.into());
            }
            Part::WindowsPath => {
                let path = path::single(name, text, &mut asked.warnings);
                if of_scan {
                    places.folder = Some(path);
                } else {
                    asked.body.insert(name.to_owned(), path.into());
                }
            }
            Part::Switch => {
                let on = bare || switch(name, &text)?;
                if of_scan && name == "enabled" {
                    places.disabled = !on;
                } else {
                    asked.body.insert(name.to_owned(), on.into());
                }
            }
            Part::OnOff => {
                let action = if on_off(name, &text)? {
                    "isolate"
                } else {
                    "release"
                };
                asked.body.insert(name.to_owned(), action.into());
            }
            Part::IocFile => {
                asked.body.insert(name.to_owned(), archive(&text)?.into());
            }
            Part::ScanType => places.kinds(&text)?,
            Part::EventId => asked.event = Some(text),
            Part::DryRun => asked.dry_run = bare || switch(name, &text)?,
            Part::Wait => asked.wait = Some(seconds(name, &text)?),
        }
    }
    hashes.settle(script, &mut asked)?;
    if script == Script::OnDemandScan {
        places.settle(&mut asked)?;
    }
    Ok(asked)
}

/// The value, unless it is one that says nothing and may.
fn filled(
    option: ScriptOption,
    text: String,
    warnings: &mut Vec<String>,
) -> Result<Option<Filled>, Unfit> {
    let name = option.name;
    if text.chars().nth(option.most).is_some() {
        return Err(Unfit::TooLong(name, option.most));
    }
    let says_who = matches!(name, "comment" | "externalId" | "eventId");
    if text.contains(UNFILLED) {
        if !says_who {
            return Err(Unfit::Unfilled(name));
        }
        // An action is not held up for the lack of a remark.
        if name == "comment" && text.trim() != UNFILLED {
            return Ok(Some((option, text)));
        }
        warnings.push(format!(
            "--{name} was not filled from the event and is left out"
        ));
        return Ok(None);
    }
    if !text.trim().is_empty() {
        return Ok(Some((option, text)));
    }
    // Left out, a dry run would be one no more.
    if option.required || option.part == Part::DryRun {
        return Err(Unfit::Empty(name));
    }
    if !says_who || name == "eventId" {
        warnings.push(format!("--{name} is empty, which is taken for not given"));
    }
    Ok(None)
}

fn switch(option: &'static str, text: &str) -> Result<bool, Unfit> {
    match text.trim().to_ascii_lowercase().as_str() {
        "true" | "1" | "yes" | "on" => Ok(true),
        "false" | "0" | "no" | "off" => Ok(false),
        _ => Err(choice(option, text, "true, false, 1, 0, yes, no, on, off")),
    }
}

fn on_off(option: &'static str, text: &str) -> Result<bool, Unfit> {
    match text.trim().to_ascii_lowercase().as_str() {
        "isolate" => Ok(true),
        "release" => Ok(false),
        _ => switch(option, text).map_err(|_| {
            choice(
                option,
                text,
                "1, 0, on, off, isolate, release, true, false, yes, no",
            )
        }),
    }
}

fn seconds(option: &'static str, text: &str) -> Result<u64, Unfit> {
    let seconds = text.trim().parse().ok().filter(|it| *it <= MOST_WAIT);
    seconds.ok_or_else(|| choice(option, text, "0 to 50 seconds"))
}

#[cfg(test)]
mod tests;
