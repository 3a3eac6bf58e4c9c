//! The course of a check.

use std::collections::BTreeSet;

use crate::catalogue::{Located, Section, Setting};
use crate::check::verdict::Checked;
use crate::check::{lists, missing, preconditions, risks, structure};
use crate::draft::{Draft, Format};
use crate::facts::Facts;
use crate::finding::{Code, Finding, Place, Severity};
use crate::mode::Mode;
use crate::settings::{Settings, Values};
use crate::version::{KesVersion, Layout};

/// Most findings that are listed: a file of nothing but mistakes has been understood by then.
const MOST_FINDINGS: usize = 1_000;

/// Says everything about a file that can be said without a look at the device.
#[must_use]
pub fn check(draft: &Draft, facts: &Facts) -> Checked {
    judged(draft, facts).0
}

/// The same, and the values with their places.
pub(crate) fn judged(draft: &Draft, facts: &Facts) -> (Checked, Values) {
    let version = facts.kes_version.as_ref();
    let layout = version.map_or_else(|| guess(draft), KesVersion::layout);

    let mut findings = draft.findings.clone();
    let is_readable = !findings.iter().any(|it| {
        matches!(
            it.code,
            Code::TooLarge | Code::TooManyEntries | Code::MalformedJson | Code::NotAnObject
        )
    });
    let is_beyond_known = version.is_some_and(KesVersion::is_beyond_known);
    let structure = structure::read(draft, layout, is_beyond_known);
    findings.extend(structure.findings);
    let values = structure.values;
    // Of a file that was not read, nothing is missing.
    if is_readable {
        findings.extend(lists::judge(&values, &structure.items));
        findings.extend(missing::judge(&values, &structure.headers));
        findings.extend(risks::judge(&values, facts));
        findings.extend(about_the_whole(draft, version, &values));
    }
    // A comment behind a value is the reason of its blanks, and has another mend.
    let comments: BTreeSet<Option<usize>> = findings
        .iter()
        .filter(|it| it.code == Code::InlineComment)
        .map(|it| it.place.line)
        .collect();
    findings.retain(|it| it.code != Code::BlankInValue || !comments.contains(&it.place.line));
    let has_errors = findings.iter().any(Finding::is_error);
    let settings = if has_errors {
        None
    } else {
        Settings::assemble(&values, structure.extras)
    };

    // What has no place comes after what has one; each kind stays in its order.
    findings.sort_by_key(|it| it.place.turn.unwrap_or(usize::MAX));
    shorten(&mut findings);
    findings.extend(preconditions::judge(facts, values.mode()));
    let checked = Checked {
        kes_version: version.cloned(),
        layout,
        mode: values.mode(),
        findings,
        response_addresses: values
            .items(Section::Endpoints)
            .map(|item| values.place(Setting::ResponseAddress, item))
            .collect(),
        settings,
    };
    (checked, values)
}

/// The layout, by the keys alone: the two flat ones have the same.
fn guess(draft: &Draft) -> Layout {
    let is_new = |name: &str| {
        let located = Section::locate(name);
        located.is_some_and(|Located { section, .. }| section != Section::Top)
    };
    let has_mode = draft
        .entries
        .iter()
        .any(|it| it.section.is_empty() && it.name.eq_ignore_ascii_case("Mode"));
    if has_mode || draft.sections.iter().any(|(name, _)| is_new(name)) {
        Layout::Sections
    } else {
        Layout::FlatB
    }
}

fn about_the_whole(draft: &Draft, version: Option<&KesVersion>, values: &Values) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut say = |code, reason: String, mend: &str| {
        findings.push(Finding::new(code, Place::default(), reason, mend));
    };
    if values.found.is_empty() && values.unread.is_empty() {
        say(
            Code::NoSettings,
            format!(
                "There is no key of this task's settings in {}.",
                values.layout.versions()
            ),
            "Give the file that kesl-control --get-settings 24 --file writes.",
        );
    }
    match version {
        None => say(
            Code::VersionGuessed,
            format!("Read as settings of {}.", values.layout.versions()),
            "Say which version the device has: keys and sections differ.",
        ),
        Some(version) if version.is_beyond_known() => say(
            Code::VersionBeyondKnown,
            format!("{version} is newer than what is documented, and is read as 12.4."),
            "Take the file of kesl-control --get-settings 24 on that version, change single values in it and set it back.",
        ),
        Some(_) => {}
    }
    if values.layout == Layout::Sections && values.has_mode() && values.mode() == Mode::EdrKata {
        say(
            Code::ModeNotVerified,
            "12.4 EDRKATA not verified: what this mode reads is documented up to SynchronizationPeriod.".to_owned(),
            "Read back what the device has made of the file, and compare.",
        );
    }
    if draft.format == Format::Json {
        say(
            Code::JsonShapeUnproven,
            "The shape of what kesl-control --json writes is documented nowhere.".to_owned(),
            "Set settings from an INI file, or change single values in the JSON that the device itself has written.",
        );
    }
    findings
}

/// Leaves the worst where there are too many, and says so.
fn shorten(findings: &mut Vec<Finding>) {
    let all = findings.len();
    if all <= MOST_FINDINGS {
        return;
    }
    for severity in [Severity::Hint, Severity::Risk] {
        let over = findings.len().saturating_sub(MOST_FINDINGS);
        let mut kept = findings.iter().filter(|it| it.severity == severity).count();
        kept = kept.saturating_sub(over);
        findings.retain(|it| {
            it.severity != severity || {
                let stays = kept > 0;
                kept = kept.saturating_sub(1);
                stays
            }
        });
    }
    findings.truncate(MOST_FINDINGS);
    findings.push(Finding::new(
        Code::TooManyFindings,
        Place::default(),
        format!("There are {all} findings; the worst {MOST_FINDINGS} are listed."),
        "Mend these first.",
    ));
}
