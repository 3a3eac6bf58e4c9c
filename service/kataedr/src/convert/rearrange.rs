//! Settings in another layout, or the reasons why there are none.

use crate::catalogue::{self, Section, Setting, Spot};
use crate::convert::fate::{Change, Fate};
use crate::mode::Mode;
use crate::settings::Settings;
use crate::value::Value;
use crate::version::Layout;

/// Settings as another layout and mode have them, or everything that would be lost.
pub(super) fn rearrange(
    from: &Settings,
    layout: Layout,
    mode: Mode,
) -> Result<Settings, Vec<Change>> {
    let mut losses = Vec::new();
    if layout.is_flat() {
        if mode != Mode::EdrKata {
            losses.push(
                Change::new(Fate::Lost, "before 12.4 there is no mode but EDRKATA")
                    .key("Mode", &mode)
                    .from(&"", None),
            );
        }
        if !from.layout().is_flat() {
            losses.extend(lost_by_flattening(from));
        }
    }
    if !losses.is_empty() {
        return Err(losses);
    }

    let mut to = from.clone();
    to.layout = layout;
    to.mode = mode;
    if layout.is_flat() {
        to.telemetry = None;
        to.transfer.events_in_package = None;
    } else if from.layout().is_flat() {
        let first = from.response().endpoints.first().cloned();
        let first = first.expect("settings have a server");
        let defaults = Settings::with_defaults(layout, mode, first, None);
        to.telemetry = defaults.telemetry;
        to.transfer.events_in_package = defaults.transfer.events_in_package;
    }
    Ok(to)
}

/// What 12.4 has and the flat layouts have no place for, where it is not at its default.
fn lost_by_flattening(from: &Settings) -> Vec<Change> {
    let mut losses = Vec::new();
    for key in catalogue::all() {
        let setting = key.setting;
        let servers = from.endpoints(key.section).len();
        let kept = usize::from(key.in_flat);
        // Of the mode, the one that is asked for counts.
        if setting == Setting::Mode {
            continue;
        }
        for item in kept..servers.max(1) {
            let Some(value) = from.value(setting, item) else {
                continue;
            };
            let default = Value::of_default(key, key.default_sections);
            if key.in_flat && !key.section.is_list() || item == 0 && value == default {
                continue;
            }
            let number = u32::try_from(item).unwrap_or(u32::MAX);
            let spot = Spot {
                section: key.section,
                item: number,
            };
            let why = if item > 0 && key.section == Section::Endpoints {
                "before 12.4 there is one server"
            } else {
                "before 12.4 there is no such key"
            };
            losses.push(
                Change::new(Fate::Lost, why)
                    .key(key.name, &value)
                    .from(&spot, None),
            );
        }
    }
    for extra in &from.extras.keys {
        let located = Section::locate(&extra.section);
        if located.is_some_and(|it| it.section != Section::Top) {
            losses.push(
                Change::new(
                    Fate::Lost,
                    "before 12.4 there is no such section, and the key is unknown",
                )
                .key(&extra.name, &extra.shown())
                .from(&extra.section, None),
            );
        }
    }
    losses
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::address::Endpoint;

    fn shown(servers: &[Endpoint]) -> Vec<String> {
        servers.iter().map(ToString::to_string).collect()
    }

    fn endpoint(address: &str) -> Endpoint {
        Endpoint {
            address: address.parse().unwrap(),
            port: 443,
        }
    }

    #[test]
    fn the_way_there_and_back_changes_nothing() {
        let flat =
            Settings::with_defaults(Layout::FlatB, Mode::EdrKata, endpoint("192.0.2.10"), None);

        let sections = rearrange(&flat, Layout::Sections, Mode::EdrKata).unwrap();

        assert_eq!(
            shown(sections.endpoints(Section::Endpoints)),
            ["192.0.2.10:443"]
        );
        assert_eq!(
            shown(sections.endpoints(Section::TelemetryEndpoints)),
            ["127.0.0.1:443"]
        );
        assert_eq!(sections.transfer().events_in_package, Some(1024));
        assert_eq!(
            rearrange(&sections, Layout::FlatB, Mode::EdrKata).unwrap(),
            flat
        );
    }

    #[test]
    fn every_loss_is_named() {
        let mut sections = Settings::with_defaults(
            Layout::Sections,
            Mode::EdrExpertOnPrem,
            endpoint("192.0.2.10"),
            Some(endpoint("192.0.2.20")),
        );
        sections.response.endpoints.push(endpoint("192.0.2.11"));
        sections.transfer.events_in_package = Some(512);

        let losses = rearrange(&sections, Layout::FlatB, Mode::EdrExpertOnPrem).unwrap_err();

        let named: Vec<String> = losses
            .iter()
            .map(|it| {
                format!(
                    "{}|{}",
                    it.from.as_deref().unwrap(),
                    it.key.as_deref().unwrap()
                )
            })
            .collect();
        assert_eq!(
            named,
            [
                "|Mode",
                "Endpoints.item_0001|Address",
                "Endpoints.item_0001|Port",
                "TelemetrySettings.Endpoints.item_0000|Address",
                "TelemetrySettings.EventTransferSettings|MaximumNumberOfEventsInPackage",
            ]
        );
    }
}
