//! Settings of the KATAEDR task, as INI and as JSON: whatever a file holds, nothing of it is lost
//! silently, and what is written reads as it was.

use kataedr::ini::Document;
use kataedr::{Draft, Facts, Finding, Format, Settings, Target, check, convert, diff};

use crate::Verdict;

/// One for each layout, and one that nobody knows yet.
const VERSIONS: [&str; 4] = ["11.4", "12.3", "12.4", "13.0"];

pub(crate) fn try_one(input: &[u8]) -> Verdict {
    let format = Format::guess(input);
    let mut document = Document::read(input);
    assert_eq!(document.as_bytes(), input, "it was changed by reading");

    let draft = Draft::read(input, format);
    let mut is_taken = false;
    for version in VERSIONS {
        let facts = facts(version);
        let checked = check(&draft, &facts);
        assert_eq!(
            checked.is_usable(),
            !checked.findings.iter().any(Finding::is_error)
        );
        let lines = checked.findings.iter().filter_map(|it| it.place.line);
        assert!(lines.is_sorted(), "findings are not in order");
        for finding in &checked.findings {
            assert!(!finding.to_string().contains(char::is_control));
        }
        if let Some(settings) = &checked.settings {
            is_taken = true;
            comes_back(settings, format, version);
        }
        for target in VERSIONS {
            converts(&draft, &facts, checked.settings.as_ref(), target);
        }
    }
    if document.set("", "Port", "443").is_ok() {
        let once = document.as_bytes().to_vec();
        document.set("", "Port", "443").expect("it was set before");
        assert_eq!(document.as_bytes(), once, "the same value is a change");
    }
    Verdict::taken(is_taken)
}

fn facts(version: &str) -> Facts {
    Facts {
        kes_version: Some(version.parse().expect("a version")),
        ..Facts::default()
    }
}

fn read(text: &str, format: Format, version: &str) -> Settings {
    let checked = check(&Draft::read(text.as_bytes(), format), &facts(version));
    let findings = &checked.findings;
    checked
        .settings
        .unwrap_or_else(|| panic!("{text:?} was written: {findings:?}"))
}

/// What is written reads as it was, in both formats; from INI, INI can always be written.
fn comes_back(settings: &Settings, format: Format, version: &str) {
    let (ini, json) = (settings.to_ini(), settings.to_json());
    for (format, text) in [(Format::Ini, &ini), (Format::Json, &json)] {
        let Ok(text) = text else { continue };
        let again = read(text, format, version);
        let differences = diff(settings, &again);
        assert!(differences.is_empty(), "{text:?}: {differences:?}");
        assert_eq!(settings.unknown_keys(), again.unknown_keys());
    }
    match format {
        Format::Ini => assert!(ini.is_ok(), "{ini:?}"),
        // Names with points in them may lead to one place twice, which is refused with a reason.
        Format::Json => assert!(json.map_or_else(|it| !it.is_empty(), |it| !it.is_empty())),
    }
}

/// A conversion is refused with reasons, or keeps what is unknown and has no error.
fn converts(draft: &Draft, facts: &Facts, settings: Option<&Settings>, version: &str) {
    let target = Target {
        kes_version: version.parse().expect("a version"),
        mode: None,
        format: Format::Ini,
    };
    let Ok(done) = convert(draft, facts, &target) else {
        return;
    };
    let settings = settings.expect("what has errors is not converted");
    let after = read(&done.text, Format::Ini, version);
    assert_eq!(settings.unknown_keys(), after.unknown_keys());
    let differences = diff(settings, &after);
    assert!(differences.is_empty(), "{differences:?}");
}
