//! Files, and what every test does with them.

use kataedr::{Checked, Code, Draft, Facts, Format, Settings, check};

/// 12.0 to 12.3.
pub(crate) const FLAT: &str = include_str!("fixtures/12.3.ini");

/// 12.4, two response servers.
pub(crate) const EXPERT: &str = include_str!("fixtures/12.4-expert.ini");

/// The same as JSON, as wide as it is read.
pub(crate) const EXPERT_JSON: &str = include_str!("fixtures/12.4-expert.json");

pub(crate) fn facts(version: &str) -> Facts {
    Facts {
        kes_version: Some(version.parse().unwrap()),
        ..Facts::default()
    }
}

pub(crate) fn checked(text: &str, format: Format, version: &str) -> Checked {
    check(&Draft::read(text.as_bytes(), format), &facts(version))
}

pub(crate) fn settings(text: &str, version: &str) -> Settings {
    let format = Format::guess(text.as_bytes());
    let checked = checked(text, format, version);
    let errors: Vec<String> = checked
        .findings
        .iter()
        .filter(|it| it.is_error())
        .map(ToString::to_string)
        .collect();
    checked.settings.unwrap_or_else(|| panic!("{errors:#?}"))
}

/// The codes of what is said about the file itself.
pub(crate) fn codes(checked: &Checked) -> Vec<Code> {
    checked.of_the_file().map(|it| it.code).collect()
}
