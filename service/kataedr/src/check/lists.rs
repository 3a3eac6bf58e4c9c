//! Lists count up from 0000, and name no server twice.

use std::collections::BTreeSet;

use crate::catalogue::{Section, Spot};
use crate::finding::{Code, Finding, Place};
use crate::mode::Mode;
use crate::settings::Values;

pub(super) fn judge(values: &Values, items: &[(Spot, Place)]) -> Vec<Finding> {
    let mut findings = repeats(items);
    if values.layout.is_flat() {
        return findings;
    }
    for list in [Section::Endpoints, Section::TelemetryEndpoints] {
        let found: Vec<u32> = values.items(list).collect();
        if found.is_empty() {
            // Whether the mode EDRKATA reads telemetry servers at all is documented nowhere.
            if list == Section::Endpoints || values.mode() == Mode::EdrExpertOnPrem {
                findings.push(Finding::new(
                    Code::NoEndpoint,
                    Place::default().named(list.base(), ""),
                    format!("There is no [{}].", Spot::of(list)),
                    "Give at least one server, with address and port.",
                ));
            }
            continue;
        }
        let gap = (0..).zip(&found).find(|(due, item)| due != *item);
        if let Some((due, item)) = gap {
            let section = list;
            let spot = Spot {
                section,
                item: *item,
            };
            let place = items.iter().find(|(it, _)| *it == spot);
            let place = place.map_or_else(Place::default, |(_, it)| it.clone());
            let missing = Spot { section, item: due };
            findings.push(Finding::new(
                Code::ListGap,
                place,
                format!("[{spot}] is there and [{missing}] is not."),
                "Number the items from 0000 on, without a gap.",
            ));
        }
    }
    findings
}

fn repeats(items: &[(Spot, Place)]) -> Vec<Finding> {
    let mut seen = BTreeSet::new();
    let again = items.iter().filter(|(spot, _)| !seen.insert(*spot));
    again
        .map(|(spot, place)| {
            Finding::new(
                Code::ListRepeat,
                place.clone(),
                format!("[{spot}] stands in the file before."),
                "Give each item a number of its own.",
            )
        })
        .collect()
}
