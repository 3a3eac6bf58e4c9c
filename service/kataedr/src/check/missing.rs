//! Keys that are not there.
//!
//! All mandatory keys must be there (kes-for-linux/11.4.0/201432); which ones are, no document says.

use std::collections::BTreeMap;

use crate::catalogue::{self, Key, Section, Spot};
use crate::finding::{Code, Finding, Place};
use crate::mode::Mode;
use crate::settings::Values;

pub(super) fn judge(values: &Values, headers: &BTreeMap<Spot, Place>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for section in Section::ALL {
        if values.layout.is_flat() && section != Section::Top {
            continue;
        }
        let items: Vec<u32> = if section.is_list() {
            values.items(section).collect()
        } else {
            vec![0]
        };
        let keys: Vec<&Key> = catalogue::keys(values.layout)
            .filter(|it| it.section_in(values.layout) == Some(section))
            .collect();
        for item in items {
            let spot = Spot { section, item };
            let is_there = |it: &Key| {
                let key = (it.setting, item);
                values.found.contains_key(&key) || values.unread.contains(&key)
            };
            let missing: Vec<&Key> = keys.iter().filter(|it| !is_there(it)).copied().collect();
            let header = headers.get(&spot).cloned();
            // Nothing of a section that the mode may not read.
            let is_left_out = header.is_none() && missing.len() == keys.len();
            let may_be = section == Section::Telemetry && values.mode() == Mode::EdrKata;
            if !(missing.is_empty() || is_left_out && may_be) {
                findings.extend(of_one(values, spot, header.as_ref(), &missing));
            }
        }
    }
    findings
}

fn of_one(values: &Values, spot: Spot, header: Option<&Place>, missing: &[&Key]) -> Vec<Finding> {
    let place = |key: &str| {
        let place = header.cloned().unwrap_or_default();
        place.named(&spot.to_string(), key)
    };
    let (with, without): (Vec<&Key>, Vec<&Key>) = missing
        .iter()
        .partition(|it| it.default_in(values.layout).is_some());
    let mut findings: Vec<Finding> = without
        .iter()
        .map(|it| {
            Finding::new(
                Code::MissingAddress,
                place(it.name),
                format!(
                    "There is no {}, and {} has no default for it.",
                    it.name,
                    values.layout.versions()
                ),
                "Give the address of the KATA server.",
            )
        })
        .collect();
    if with.is_empty() {
        return findings;
    }
    let told: Vec<String> = with
        .iter()
        .filter_map(|it| Some(format!("{}={}", it.name, it.default_in(values.layout)?)))
        .collect();
    let key = if let [only] = with[..] { only.name } else { "" };
    findings.push(Finding::new(
        Code::MissingKey,
        place(key),
        format!("Not written, so that the default would hold: {}.", told.join(", ")),
        "Write every key: a file without a mandatory one is refused, and which are mandatory is documented nowhere.",
    ));
    findings
}
