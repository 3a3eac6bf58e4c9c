//! Everything that is known of a key.

use serde::Serialize;

use crate::catalogue::{self, Key, Section};
use crate::near::nearest;

/// Longest question that is looked at, bytes.
const LONGEST: usize = 256;

/// What is known of a key, or of the keys of a section.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Explanation {
    /// Every key that is meant: one name may be several.
    pub keys: Vec<&'static Key>,
    /// A word on the whole, where there is one.
    pub note: Option<&'static str>,
}

/// There is no such key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, thiserror::Error)]
#[error("there is no such key")]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct NoSuchKey {
    /// What may be meant, with sections.
    pub perhaps: Vec<String>,
}

/// Tells everything that is known of a key.
///
/// It is asked for by name (`Port`), by section and name (`TelemetrySettings.ConnectionTimeout`,
/// `[Endpoints.item_0000] Port`), or by a section for all of its keys. Upper and lower case do not count.
pub fn explain(question: &str) -> Result<Explanation, NoSuchKey> {
    let question = question.get(..LONGEST).unwrap_or(question);
    let question = question.replace(['[', ']', '/', ' ', '\t'], ".");
    let parts: Vec<&str> = question.split('.').filter(|it| !it.is_empty()).collect();
    let Some((name, section)) = parts.split_last() else {
        return Err(NoSuchKey {
            perhaps: Vec::new(),
        });
    };
    let whole = section_of(&parts.join("."));
    if let Some(section) = whole {
        let keys = catalogue::all().iter().filter(|it| it.section == section);
        return Ok(Explanation {
            keys: keys.collect(),
            note: None,
        });
    }
    let named: Vec<&Key> = catalogue::all()
        .iter()
        .filter(|it| it.name.eq_ignore_ascii_case(name))
        .collect();
    let keys: Vec<&Key> = if section.is_empty() {
        named.clone()
    } else {
        let section = section_of(&section.join("."));
        let here = named.iter().filter(|it| Some(it.section) == section);
        here.copied().collect()
    };
    if keys.is_empty() {
        return Err(NoSuchKey {
            perhaps: perhaps(name, &named),
        });
    }
    let note = (keys.len() > 1)
        .then_some("The same name means different things by section: look where yours stands.");
    Ok(Explanation { keys, note })
}

fn section_of(name: &str) -> Option<Section> {
    let located = Section::locate(name)?;
    (located.section != Section::Top).then_some(located.section)
}

/// The same name elsewhere, or names that are near.
fn perhaps(name: &str, named: &[&Key]) -> Vec<String> {
    let names = catalogue::all().iter().map(|it| it.name);
    let near = nearest(name, names);
    catalogue::all()
        .iter()
        .filter(|it| named.contains(it) || named.is_empty() && Some(it.name) == near)
        .map(|it| match it.section.pattern() {
            "" => it.name.to_owned(),
            section => format!("{section}.{}", it.name),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::Setting;

    fn settings(question: &str) -> Vec<Setting> {
        let told = explain(question).unwrap();
        told.keys.iter().map(|it| it.setting).collect()
    }

    #[test]
    fn a_name_is_told_wherever_it_occurs() {
        let told = explain("connectiontimeout").unwrap();

        assert_eq!(told.keys.len(), 2);
        assert!(told.note.is_some());
        assert_eq!(settings("OnlyTaggedEvents"), [Setting::OnlyTaggedEvents]);
    }

    #[test]
    fn a_section_chooses() {
        for question in [
            "TelemetrySettings.Endpoints.item_0000.Port",
            "[TelemetrySettings.Endpoints.item_#] Port",
            "telemetrysettings.endpoints/port",
        ] {
            assert_eq!(settings(question), [Setting::TelemetryPort], "{question}");
        }
        assert_eq!(settings("[TelemetrySettings]").len(), 4);
    }

    #[test]
    fn a_near_miss_is_answered_with_what_may_be_meant() {
        assert_eq!(
            explain("Adress").unwrap_err().perhaps,
            [
                "Endpoints.item_#.Address",
                "TelemetrySettings.Endpoints.item_#.Address"
            ]
        );
        assert_eq!(
            explain("TelemetrySettings.Mode").unwrap_err().perhaps,
            ["Mode"]
        );
        for nothing in ["", "[]", "whatever", &"é".repeat(1000)] {
            assert!(explain(nothing).unwrap_err().perhaps.is_empty());
        }
    }
}
