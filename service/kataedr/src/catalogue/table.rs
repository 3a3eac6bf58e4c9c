//! The table of keys.
//!
//! Types and defaults are the vendor's; it gives no ranges in any version. What the mode EDRKATA does
//! in 12.4 is known up to `SynchronizationPeriod`, and every row after that says so.

use crate::catalogue::key::{Key, Range, ValueType};
use crate::catalogue::place::Section;
use crate::catalogue::setting::Setting;
use crate::source::Source;
use crate::version::Layout;

/// Every key, in the order of [`Setting::ALL`].
static KEYS: [Key; Setting::ALL.len()] = [
    Key {
        setting: Setting::Mode,
        name: "Mode",
        section: Section::Top,
        in_flat: false,
        value_type: ValueType::Mode,
        default_flat_a: None,
        default_flat_b: None,
        default_sections: "EDRKATA",
        since: "12.4",
        until: None,
        meaning: "Which product the integration is with.",
        in_edr_kata: "Chooses the servers of Kaspersky Anti Targeted Attack Platform.",
        in_edr_expert_on_prem: "Chooses the servers of the OSMP platform.",
        uncertain: &[
            "What becomes of an isolation when the mode is changed is documented nowhere.",
        ],
        sources: &[Source::Customer000, Source::Settings12_4],
    },
    Key {
        setting: Setting::ResponseClientCertificate,
        name: "UseClientPinnedCertificate",
        section: Section::Top,
        in_flat: true,
        value_type: ValueType::YesNo,
        default_flat_a: Some("No"),
        default_flat_b: Some("No"),
        default_sections: "No",
        since: "11.4",
        until: None,
        meaning: "Whether the device proves who it is with a client certificate (two-way authentication). Where the server demands it, it must be Yes, and the client certificate must be added before the task starts.",
        in_edr_kata: "To the KATA server.",
        in_edr_expert_on_prem: "To the response server; the telemetry server has a key of its own.",
        uncertain: &[
            "Whether the response and the telemetry server take one client certificate or two is documented nowhere.",
        ],
        sources: &[
            Source::Customer000,
            Source::Customer002,
            Source::Settings11_4,
            Source::Settings12_0,
            Source::Settings12_1,
            Source::Settings12_3,
            Source::Settings12_4,
        ],
    },
    Key {
        setting: Setting::SynchronizationPeriod,
        name: "SynchronizationPeriod",
        section: Section::Top,
        in_flat: true,
        value_type: ValueType::Number {
            unit: "minutes",
            range: Range::Positive,
        },
        default_flat_a: Some("5"),
        default_flat_b: Some("5"),
        default_sections: "5",
        since: "11.4",
        until: None,
        meaning: "How often the device asks the server for work. A response action, an isolation too, waits up to this long: a conclusion.",
        in_edr_kata: "Asks the KATA server.",
        in_edr_expert_on_prem: "Asks the response server.",
        uncertain: &[NO_RANGES],
        sources: &[
            Source::Customer000,
            Source::Settings11_4,
            Source::Settings12_0,
            Source::Settings12_1,
            Source::Settings12_3,
            Source::Settings12_4,
        ],
    },
    Key {
        setting: Setting::ResponseConnectionTimeout,
        name: "ConnectionTimeout",
        section: Section::Top,
        in_flat: true,
        value_type: ValueType::Number {
            unit: "seconds",
            range: Range::Positive,
        },
        default_flat_a: Some("10"),
        default_flat_b: Some("10"),
        default_sections: "10",
        since: "11.4",
        until: None,
        meaning: "Longest wait for a connection to the server.",
        in_edr_kata: "The same for the KATA server: a conclusion, the page breaks off before it.",
        in_edr_expert_on_prem: "To the response server; the telemetry server has a key of its own.",
        uncertain: &[NOT_VERIFIED, NO_RANGES],
        sources: &[
            Source::Customer000,
            Source::Settings11_4,
            Source::Settings12_0,
            Source::Settings12_1,
            Source::Settings12_3,
        ],
    },
    Key {
        setting: Setting::ResponseRequestTimeout,
        name: "RequestTimeout",
        section: Section::Top,
        in_flat: true,
        value_type: ValueType::Number {
            unit: "seconds",
            range: Range::Positive,
        },
        default_flat_a: Some("10"),
        default_flat_b: Some("10"),
        default_sections: "10",
        since: "11.4",
        until: None,
        meaning: "Longest wait for an answer of the server.",
        in_edr_kata: "The same for the KATA server: a conclusion, the page breaks off before it.",
        in_edr_expert_on_prem: "Of the response server; the telemetry server has a key of its own.",
        uncertain: &[NOT_VERIFIED, NO_RANGES],
        sources: &[
            Source::Customer000,
            Source::Settings11_4,
            Source::Settings12_0,
            Source::Settings12_1,
            Source::Settings12_3,
        ],
    },
    Key {
        setting: Setting::EnableTelemetry,
        name: "EnableTelemetry",
        section: Section::Top,
        in_flat: true,
        value_type: ValueType::YesNo,
        default_flat_a: Some("Yes"),
        default_flat_b: Some("Yes"),
        default_sections: "Yes",
        since: "11.4",
        until: None,
        meaning: "Whether data on events are sent.",
        in_edr_kata: "To the KATA server: a conclusion, the page breaks off before it.",
        in_edr_expert_on_prem: "To the telemetry server.",
        uncertain: &[NOT_VERIFIED],
        sources: &[
            Source::Customer000,
            Source::Settings11_4,
            Source::Settings12_0,
            Source::Settings12_1,
            Source::Settings12_3,
        ],
    },
    Key {
        setting: Setting::ResponseAddress,
        name: "Address",
        section: Section::Endpoints,
        in_flat: true,
        value_type: ValueType::Address,
        default_flat_a: None,
        default_flat_b: Some("127.0.0.1"),
        default_sections: "127.0.0.1",
        since: "11.4",
        until: None,
        meaning: "Address of the server that response actions come from. An IP address is advised: with network isolation on, a name may no longer be resolved. Up to 12.3 there is one server; from 12.4 on it stands in a list.",
        in_edr_kata: "Of the KATA server: a conclusion, 12.4's page no longer begins with it.",
        in_edr_expert_on_prem: "Of a response server; several may be given.",
        uncertain: &[
            "How 12.0 to 12.3 write several servers, which a policy can hold, is documented nowhere.",
            NOT_VERIFIED,
        ],
        sources: &[
            Source::Customer000,
            Source::Settings11_4,
            Source::Settings12_0,
            Source::Settings12_1,
            Source::Settings12_3,
            Source::Settings12_4,
        ],
    },
    Key {
        setting: Setting::ResponsePort,
        name: "Port",
        section: Section::Endpoints,
        in_flat: true,
        value_type: ValueType::Number {
            unit: "port",
            range: Range::Port,
        },
        default_flat_a: Some("443"),
        default_flat_b: Some("443"),
        default_sections: "443",
        since: "11.4",
        until: None,
        meaning: "Port of the server that response actions come from.",
        in_edr_kata: "The same for the KATA server: a conclusion, the page breaks off before it.",
        in_edr_expert_on_prem: "Of a response server.",
        uncertain: &[NOT_VERIFIED],
        sources: &[
            Source::Customer000,
            Source::Settings11_4,
            Source::Settings12_0,
            Source::Settings12_1,
            Source::Settings12_3,
        ],
    },
    Key {
        setting: Setting::TelemetryClientCertificate,
        name: "UseClientPinnedCertificate",
        section: Section::Telemetry,
        in_flat: false,
        value_type: ValueType::YesNo,
        default_flat_a: None,
        default_flat_b: None,
        default_sections: "No",
        since: "12.4",
        until: None,
        meaning: "Whether the device proves who it is to the telemetry server with a client certificate (two-way authentication), which must be added before the task starts.",
        in_edr_kata: "Whether it is read at all in the mode EDRKATA is documented nowhere.",
        in_edr_expert_on_prem: "To the telemetry server.",
        uncertain: &[
            "Whether the response and the telemetry server take one client certificate or two is documented nowhere.",
            NOT_VERIFIED,
        ],
        sources: &[Source::Customer000],
    },
    Key {
        setting: Setting::TelemetryConnectionTimeout,
        name: "ConnectionTimeout",
        section: Section::Telemetry,
        in_flat: false,
        value_type: ValueType::Number {
            unit: "seconds",
            range: Range::Positive,
        },
        default_flat_a: None,
        default_flat_b: None,
        default_sections: "10",
        since: "12.4",
        until: None,
        meaning: "Longest wait for a connection to the telemetry server.",
        in_edr_kata: "Whether it is read at all in the mode EDRKATA is documented nowhere.",
        in_edr_expert_on_prem: "To the telemetry server.",
        uncertain: &[NOT_VERIFIED, NO_RANGES],
        sources: &[Source::Customer000],
    },
    Key {
        setting: Setting::TelemetryRequestTimeout,
        name: "RequestTimeout",
        section: Section::Telemetry,
        in_flat: false,
        value_type: ValueType::Number {
            unit: "seconds",
            range: Range::Positive,
        },
        default_flat_a: None,
        default_flat_b: None,
        default_sections: "10",
        since: "12.4",
        until: None,
        meaning: "Longest wait for an answer of the telemetry server.",
        in_edr_kata: "Whether it is read at all in the mode EDRKATA is documented nowhere.",
        in_edr_expert_on_prem: "Of the telemetry server.",
        uncertain: &[NOT_VERIFIED, NO_RANGES],
        sources: &[Source::Customer000],
    },
    Key {
        setting: Setting::OnlyTaggedEvents,
        name: "OnlyTaggedEvents",
        section: Section::Telemetry,
        in_flat: false,
        value_type: ValueType::YesNo,
        default_flat_a: None,
        default_flat_b: None,
        default_sections: "No",
        since: "12.4",
        until: None,
        meaning: "Whether only events with an indicator of attack (IOA) are sent.",
        in_edr_kata: "Whether it is read at all in the mode EDRKATA is documented nowhere.",
        in_edr_expert_on_prem: "Yes sends only those; No sends all telemetry.",
        uncertain: &[NOT_VERIFIED],
        sources: &[Source::Customer000],
    },
    Key {
        setting: Setting::TelemetryAddress,
        name: "Address",
        section: Section::TelemetryEndpoints,
        in_flat: false,
        value_type: ValueType::Address,
        default_flat_a: None,
        default_flat_b: None,
        default_sections: "127.0.0.1",
        since: "12.4",
        until: None,
        meaning: "Address of the server that events go to. An IP address is advised: with network isolation on, a name may no longer be resolved.",
        in_edr_kata: "Whether it is read at all in the mode EDRKATA is documented nowhere.",
        in_edr_expert_on_prem: "Of a telemetry server; several may be given.",
        uncertain: &[
            "The document calls it the address of a server's certificate, which can only be a slip.",
            NOT_VERIFIED,
        ],
        sources: &[Source::Customer000],
    },
    Key {
        setting: Setting::TelemetryPort,
        name: "Port",
        section: Section::TelemetryEndpoints,
        in_flat: false,
        value_type: ValueType::Number {
            unit: "port",
            range: Range::Port,
        },
        default_flat_a: None,
        default_flat_b: None,
        default_sections: "443",
        since: "12.4",
        until: None,
        meaning: "Port of the server that events go to.",
        in_edr_kata: "Whether it is read at all in the mode EDRKATA is documented nowhere.",
        in_edr_expert_on_prem: "Of a telemetry server.",
        uncertain: &[NOT_VERIFIED],
        sources: &[Source::Customer000],
    },
    Key {
        setting: Setting::MaximumDataTransferTime,
        name: "MaximumDataTransferTime",
        section: Section::EventTransfer,
        in_flat: true,
        value_type: ValueType::Number {
            unit: "seconds",
            range: Range::Positive,
        },
        default_flat_a: Some("30"),
        default_flat_b: Some("30"),
        default_sections: "30",
        since: "11.4",
        until: None,
        meaning: "Longest delay before an event is sent.",
        in_edr_kata: "That the limits for the KATA server stand here too is a conclusion.",
        in_edr_expert_on_prem: "To the telemetry server.",
        uncertain: &[NOT_VERIFIED, NO_RANGES],
        sources: &[
            Source::Customer000,
            Source::Settings11_4,
            Source::Settings12_0,
            Source::Settings12_1,
            Source::Settings12_3,
        ],
    },
    Key {
        setting: Setting::UseRequestCountLimits,
        name: "UseRequestCountLimits",
        section: Section::EventTransfer,
        in_flat: true,
        value_type: ValueType::YesNo,
        default_flat_a: Some("Yes"),
        default_flat_b: Some("Yes"),
        default_sections: "Yes",
        since: "11.4",
        until: None,
        meaning: "Whether the number of events that are sent is limited.",
        in_edr_kata: "That the limits for the KATA server stand here too is a conclusion.",
        in_edr_expert_on_prem: "To the telemetry server.",
        uncertain: &[NOT_VERIFIED],
        sources: &[
            Source::Customer000,
            Source::Settings11_4,
            Source::Settings12_0,
            Source::Settings12_1,
            Source::Settings12_3,
        ],
    },
    Key {
        setting: Setting::MaximumNumberOfEventsInHour,
        name: "MaximumNumberOfEventsInHour",
        section: Section::EventTransfer,
        in_flat: true,
        value_type: ValueType::Number {
            unit: "events an hour",
            range: Range::Positive,
        },
        default_flat_a: Some("3000"),
        default_flat_b: Some("3000"),
        default_sections: "3000",
        since: "11.4",
        until: None,
        meaning: "How many events are sent in an hour at most.",
        in_edr_kata: "That the limits for the KATA server stand here too is a conclusion.",
        in_edr_expert_on_prem: "To the telemetry server.",
        uncertain: &[NOT_VERIFIED, NO_RANGES],
        sources: &[
            Source::Customer000,
            Source::Settings11_4,
            Source::Settings12_0,
            Source::Settings12_1,
            Source::Settings12_3,
        ],
    },
    Key {
        setting: Setting::MaximumNumberOfEventsInPackage,
        name: "MaximumNumberOfEventsInPackage",
        section: Section::EventTransfer,
        in_flat: false,
        value_type: ValueType::Number {
            unit: "events a package",
            range: Range::Positive,
        },
        default_flat_a: None,
        default_flat_b: None,
        default_sections: "1024",
        since: "12.4",
        until: None,
        meaning: "How many events one package holds at most.",
        in_edr_kata: "That the limits for the KATA server stand here too is a conclusion.",
        in_edr_expert_on_prem: "To the telemetry server.",
        uncertain: &[NOT_VERIFIED, NO_RANGES],
        sources: &[Source::Customer000],
    },
    Key {
        setting: Setting::EventLimitExceededPercentage,
        name: "EventLimitExceededPercentage",
        section: Section::EventTransfer,
        in_flat: true,
        value_type: ValueType::Number {
            unit: "percent",
            range: Range::Percent,
        },
        default_flat_a: Some("15"),
        default_flat_b: Some("15"),
        default_sections: "15",
        since: "11.4",
        until: None,
        meaning: "Sending is limited where events of one type are a larger share of all than this.",
        in_edr_kata: "That the limits for the KATA server stand here too is a conclusion.",
        in_edr_expert_on_prem: "To the telemetry server.",
        uncertain: &[NOT_VERIFIED, NO_RANGES],
        sources: &[
            Source::Customer000,
            Source::Settings11_4,
            Source::Settings12_0,
            Source::Settings12_1,
            Source::Settings12_3,
        ],
    },
];

const NOT_VERIFIED: &str =
    "12.4 EDRKATA not verified: the page of this mode is known up to SynchronizationPeriod.";

const NO_RANGES: &str =
    "Ranges are documented nowhere; kesl-control refuses with exit code 2 what it does not take.";

/// Every key of every layout.
#[must_use]
pub fn all() -> &'static [Key] {
    &KEYS
}

/// The key of a setting.
#[must_use]
pub fn key(setting: Setting) -> &'static Key {
    // A test holds the table in the order of the settings.
    &KEYS[setting as usize]
}

/// The keys of a layout, in the documented order.
pub fn keys(layout: Layout) -> impl Iterator<Item = &'static Key> {
    let order: &[Setting] = if layout.is_flat() {
        &Setting::FLAT
    } else {
        &Setting::ALL
    };
    order.iter().map(|it| key(*it))
}

/// The key of this name in this section of a layout, whatever the name's case.
#[must_use]
pub fn placed(layout: Layout, section: Section, name: &str) -> Option<&'static Key> {
    KEYS.iter()
        .find(|it| it.section_in(layout) == Some(section) && it.name.eq_ignore_ascii_case(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_in_the_order_of_the_settings() {
        for setting in Setting::ALL {
            assert_eq!(key(setting).setting, setting);
        }
    }

    #[test]
    fn the_flat_layouts_have_what_their_order_has() {
        for it in all() {
            assert_eq!(
                it.in_flat,
                Setting::FLAT.contains(&it.setting),
                "{}",
                it.name
            );
            assert_eq!(it.in_flat, it.since == "11.4", "{}", it.name);
            assert_eq!(it.in_flat, it.default_flat_b.is_some(), "{}", it.name);
        }
    }

    #[test]
    fn a_name_in_a_section_is_one_key() {
        for layout in Layout::ALL {
            for it in keys(layout) {
                let section = it.section_in(layout).expect("it is of this layout");
                assert_eq!(placed(layout, section, it.name), Some(it));
            }
        }
    }
}
