//! The course of a conversion.

use serde::{Deserialize, Serialize};

use crate::catalogue::{self, Section, Setting, Spot};
use crate::check::{check, judged};
use crate::convert::fate::{Change, Fate};
use crate::convert::rearrange::rearrange;
use crate::draft::{Draft, Format, Written};
use crate::facts::Facts;
use crate::finding::Finding;
use crate::json::Node;
use crate::mode::Mode;
use crate::normal::Unwritable;
use crate::settings::{Settings, Values};
use crate::value::Value;
use crate::version::{KesVersion, Layout};

/// What is wanted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Target {
    /// For which version.
    pub kes_version: KesVersion,
    /// In which mode; that of the file where nothing is said.
    #[serde(default)]
    pub mode: Option<Mode>,
    /// How it is written.
    pub format: Format,
}

/// A converted file.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Conversion {
    /// The file, in normal form.
    pub text: String,
    /// How it is written.
    pub format: Format,
    /// The version it is for.
    pub kes_version: KesVersion,
    /// Its layout.
    pub layout: Layout,
    /// Its mode.
    pub mode: Mode,
    /// What did not simply stay where it was, each named.
    pub changes: Vec<Change>,
    /// What is to be said about the new file.
    pub findings: Vec<Finding>,
}

/// Why there is no converted file.
#[derive(Debug, Clone, Serialize, thiserror::Error)]
#[serde(rename_all = "camelCase")]
pub enum ConversionRefused {
    /// The file itself has errors.
    #[error("the file has {} errors that must be mended first", errors.len())]
    Unusable {
        /// The errors.
        errors: Vec<Finding>,
    },
    /// Something that is not at its default would be lost.
    #[error("{} settings would be lost", losses.len())]
    Lossy {
        /// Each of them.
        losses: Vec<Change>,
    },
}

/// Converts a file. The device's facts are those of the file as it is; the target names its own version.
pub fn convert(
    draft: &Draft,
    facts: &Facts,
    target: &Target,
) -> Result<Conversion, ConversionRefused> {
    let (checked, values) = judged(draft, facts);
    let Some(from) = checked.settings else {
        let errors = checked.findings.into_iter().filter(Finding::is_error);
        return Err(ConversionRefused::Unusable {
            errors: errors.collect(),
        });
    };
    let layout = target.kes_version.layout();
    let mode = target.mode.unwrap_or(from.mode());
    let lossy = |losses| ConversionRefused::Lossy { losses };
    let to = rearrange(&from, layout, mode).map_err(|mut losses| {
        for loss in &mut losses {
            loss.line = line_of(&values, loss);
        }
        lossy(losses)
    })?;
    let text = match target.format {
        Format::Ini => to.to_ini(),
        Format::Json => to.to_json(),
    };
    let text = text.map_err(|it| lossy(it.iter().map(unwritable).collect()))?;

    let mut changes = of_settings(&from, &to, &values);
    changes.extend(of_extras(draft.format, &to, target.format));
    changes.extend(draft.comments.iter().map(|it| {
        let mut change = Change::new(
            Fate::CommentLeftOut,
            "whether kesl-control takes comments is documented nowhere, so that none is written",
        );
        change.line = Some(it.line);
        change.value = Some(it.text.clone());
        change
    }));
    let facts = Facts {
        kes_version: Some(target.kes_version.clone()),
        ..facts.clone()
    };
    let result = check(&Draft::read(text.as_bytes(), target.format), &facts);
    if !result.is_usable() {
        // What is unknown may be more than is read: nobody could check such a file again.
        let errors = result.findings.iter().filter(|it| it.is_error());
        let unreadable = |it: &Finding| {
            Change::new(
                Fate::Lost,
                format!("the new file could not be read back: {}", it.reason),
            )
        };
        return Err(lossy(errors.map(unreadable).collect()));
    }
    Ok(Conversion {
        text,
        format: target.format,
        kes_version: target.kes_version.clone(),
        layout,
        mode,
        changes,
        findings: result.findings,
    })
}

/// Where something that would be lost stands.
fn line_of(values: &Values, loss: &Change) -> Option<usize> {
    let (section, key) = (loss.from.as_deref()?, loss.key.as_deref()?);
    let located = Section::locate(section)?;
    let key = catalogue::placed(values.layout, located.section, key)?;
    values.found.get(&(key.setting, located.item?))?.place.line
}

fn unwritable(it: &Unwritable) -> Change {
    let change = Change::new(Fate::Lost, it.why).from(&it.section, None);
    if it.key.is_empty() {
        change
    } else {
        Change {
            key: Some(it.key.clone()),
            ..change
        }
    }
}

/// What became of the known keys.
fn of_settings(from: &Settings, to: &Settings, values: &Values) -> Vec<Change> {
    let mut changes = Vec::new();
    for setting in Setting::ALL {
        let key = catalogue::key(setting);
        let servers = |it: &Settings| it.endpoints(key.section).len();
        for item in 0..servers(from).max(servers(to)).max(1) {
            let number = u32::try_from(item).unwrap_or(u32::MAX);
            let spot = |layout| {
                let section = key.section_in(layout)?;
                let item = if section.is_list() { number } else { 0 };
                Some(Spot { section, item })
            };
            let old = spot(from.layout());
            let new = spot(to.layout());
            let written = values.found.get(&(setting, number));
            let line = written.and_then(|it| it.place.line);
            let value = to.value(setting, item);
            match (written, old, new, value) {
                // It was not written.
                (None, old, Some(new), Some(value)) => {
                    let is_asked_for = setting == Setting::Mode && from.mode() != to.mode();
                    let why = if is_asked_for {
                        "it was not written, and this was asked for"
                    } else if old.is_some() {
                        "it was not written, and this is its default"
                    } else {
                        "it is new, and this is its default"
                    };
                    changes.push(Change::new(Fate::Added, why).key(key.name, &value).to(&new));
                }
                (Some(found), Some(old), Some(new), Some(value)) => {
                    if found.value != value {
                        let why = format!("it was {}, and this was asked for", found.value);
                        let change = Change::new(Fate::Changed, why).key(key.name, &value);
                        changes.push(change.from(&old, line).to(&new));
                    } else if old != new {
                        let why = format!("this is its place in {}", to.layout().versions());
                        let change = Change::new(Fate::Moved, why).key(key.name, &value);
                        changes.push(change.from(&old, line).to(&new));
                    }
                }
                (Some(found), Some(old), _, None) => {
                    let why = if setting == Setting::Mode && found.value != Value::Mode(to.mode()) {
                        format!(
                            "{} has no such key, and only the mode EDRKATA",
                            to.layout().versions()
                        )
                    } else {
                        format!(
                            "{} has no such key, and it was at its default",
                            to.layout().versions()
                        )
                    };
                    let change = Change::new(Fate::LeftOut, why).key(key.name, &found.value);
                    changes.push(change.from(&old, line));
                }
                (None, _, _, None) | (None, _, None, Some(_)) | (Some(_), _, _, _) => {}
            }
        }
    }
    changes
}

/// What became of the unknown keys, and of unknown sections without any.
fn of_extras(before: Format, to: &Settings, after: Format) -> impl Iterator<Item = Change> {
    let sections = to.extras.sections.iter().filter(|section| {
        let mut keys = to.extras.keys.iter();
        !keys.any(|it| it.section == **section)
    });
    let sections = sections.map(|it| {
        Change::new(Fate::Kept, "no document knows it")
            .from(it, None)
            .to(it)
    });
    let keys = to.extras.keys.iter().map(move |it| {
        let is_text = match &it.written {
            Written::Ini { .. } => true,
            Written::Json(node) => matches!(node, Node::Text(_)),
        };
        let why = match (before, after) {
            (Format::Json, Format::Ini) if !is_text => {
                "no document knows it; its value is a text now, since INI has nothing else"
            }
            (Format::Ini, Format::Json) => {
                "no document knows it; its value is a text, whatever it means"
            }
            (Format::Ini | Format::Json, Format::Ini | Format::Json) => "no document knows it",
        };
        Change::new(Fate::Kept, why)
            .key(&it.name, &it.shown())
            .from(&it.section, None)
            .to(&it.section)
    });
    keys.chain(sections)
}
