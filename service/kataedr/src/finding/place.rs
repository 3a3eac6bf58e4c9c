//! Where in a file something was found.

use serde::Serialize;

use crate::catalogue::{self, NameFlaw, Section};

/// A place in a file: whatever of it is known.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Place {
    /// The line, from 1.
    pub line: Option<usize>,
    /// The JSON pointer (RFC 6901), in JSON.
    pub pointer: Option<String>,
    /// The section as it is written, without brackets; nothing at the top.
    pub section: Option<String>,
    /// The key as it is written.
    pub key: Option<String>,
    /// Its turn in the file, by which findings are put in order.
    #[serde(skip)]
    pub(crate) turn: Option<usize>,
}

impl Place {
    /// A line of INI.
    pub(crate) fn line(line: usize) -> Self {
        Self {
            line: Some(line),
            turn: Some(line),
            ..Self::default()
        }
    }

    /// A value of JSON.
    pub(crate) fn pointer(pointer: String, turn: usize) -> Self {
        Self {
            pointer: Some(pointer),
            turn: Some(turn),
            ..Self::default()
        }
    }

    /// Where it stands as JSON (RFC 6901), with the names that are written anew; nothing where it is no
    /// place in the settings.
    #[must_use]
    pub fn in_json(&self) -> Option<String> {
        if self.pointer.is_some() {
            return self.pointer.clone();
        }
        if self.section.is_none() && self.key.is_none() {
            return None;
        }
        let mut pointer = String::new();
        if let Some(section) = &self.section {
            add_section(&mut pointer, section);
        }
        if let Some(key) = &self.key {
            let mut known = catalogue::all().iter().map(|it| it.name);
            let known = known.find(|it| it.eq_ignore_ascii_case(key));
            add(&mut pointer, known.unwrap_or(key));
        }
        Some(pointer)
    }

    /// The same place, with its section and key.
    pub(crate) fn named(mut self, section: &str, key: &str) -> Self {
        let named = |it: &str| (!it.is_empty()).then(|| it.to_owned());
        self.section = named(section);
        self.key = named(key);
        self
    }
}

/// A section of the catalogue by its own name, and its item by the number; any other as it is written.
fn add_section(pointer: &mut String, name: &str) {
    let located = Section::locate(name).filter(|it| it.flaw != Some(NameFlaw::Item));
    let written = located.map_or(name, |it| it.section.base());
    for step in written.split('.') {
        add(pointer, step);
    }
    let item = located.filter(|it| it.section.is_list());
    if let Some(item) = item.and_then(|it| it.item) {
        add(pointer, &item.to_string());
    }
}

fn add(pointer: &mut String, step: &str) {
    pointer.push('/');
    pointer.push_str(&step.replace('~', "~0").replace('/', "~1"));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_of_ini_has_its_place_as_json() {
        for (section, key, expected) in [
            (None, Some("Port"), Some("/Port")),
            (
                Some("TelemetrySettings.Endpoints.item_0001"),
                Some("Address"),
                Some("/TelemetrySettings/Endpoints/1/Address"),
            ),
            (Some("Endpoints.item_1"), None, Some("/Endpoints/item_1")),
            (Some("a/b~c"), Some("d"), Some("/a~1b~0c/d")),
            (
                Some("endpoints.ITEM_0000"),
                Some("port"),
                Some("/Endpoints/0/Port"),
            ),
            (Some("Foo.item_0001"), Some("x"), Some("/Foo/item_0001/x")),
            (Some("Endpoints"), None, Some("/Endpoints")),
            (None, None, None),
        ] {
            let place = Place {
                section: section.map(str::to_owned),
                key: key.map(str::to_owned),
                ..Place::default()
            };
            assert_eq!(place.in_json().as_deref(), expected);
        }
    }
}
