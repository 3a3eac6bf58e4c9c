//! What customer documents 000 and 002 say, row by row, and what this crate makes of it.

use kataedr::catalogue::{self, Range, ValueType};
use kataedr::{
    Code, Draft, Facts, Format, Kind, Layout, Mode, Section, Setting, Severity, Source, check,
    explain,
};

use crate::samples::{EXPERT, FLAT, codes, facts, settings};

/// A row of the table of document 000: section, key, type, default.
type Row = (Section, &'static str, Type, &'static str);

#[derive(Debug, PartialEq)]
enum Type {
    Mode,
    YesNo,
    Minutes,
    Seconds,
    Number,
    Percent,
    Port,
    Address,
}

const DOCUMENT_000: [Row; 19] = [
    (Section::Top, "Mode", Type::Mode, "EDRKATA"),
    (
        Section::Top,
        "UseClientPinnedCertificate",
        Type::YesNo,
        "No",
    ),
    (Section::Top, "SynchronizationPeriod", Type::Minutes, "5"),
    (Section::Top, "ConnectionTimeout", Type::Seconds, "10"),
    (Section::Top, "RequestTimeout", Type::Seconds, "10"),
    (Section::Top, "EnableTelemetry", Type::YesNo, "Yes"),
    (Section::Endpoints, "Address", Type::Address, "127.0.0.1"),
    (Section::Endpoints, "Port", Type::Port, "443"),
    (
        Section::Telemetry,
        "UseClientPinnedCertificate",
        Type::YesNo,
        "No",
    ),
    (Section::Telemetry, "ConnectionTimeout", Type::Seconds, "10"),
    (Section::Telemetry, "RequestTimeout", Type::Seconds, "10"),
    (Section::Telemetry, "OnlyTaggedEvents", Type::YesNo, "No"),
    (
        Section::TelemetryEndpoints,
        "Address",
        Type::Address,
        "127.0.0.1",
    ),
    (Section::TelemetryEndpoints, "Port", Type::Port, "443"),
    (
        Section::EventTransfer,
        "MaximumDataTransferTime",
        Type::Seconds,
        "30",
    ),
    (
        Section::EventTransfer,
        "UseRequestCountLimits",
        Type::YesNo,
        "Yes",
    ),
    (
        Section::EventTransfer,
        "MaximumNumberOfEventsInHour",
        Type::Number,
        "3000",
    ),
    (
        Section::EventTransfer,
        "MaximumNumberOfEventsInPackage",
        Type::Number,
        "1024",
    ),
    (
        Section::EventTransfer,
        "EventLimitExceededPercentage",
        Type::Percent,
        "15",
    ),
];

fn type_of(value_type: ValueType) -> Type {
    match value_type {
        ValueType::Mode => Type::Mode,
        ValueType::YesNo => Type::YesNo,
        ValueType::Address => Type::Address,
        ValueType::Number {
            range: Range::Port, ..
        } => Type::Port,
        ValueType::Number {
            range: Range::Percent,
            ..
        } => Type::Percent,
        ValueType::Number {
            unit: "minutes", ..
        } => Type::Minutes,
        ValueType::Number {
            unit: "seconds", ..
        } => Type::Seconds,
        ValueType::Number { .. } => Type::Number,
    }
}

#[test]
fn document_000_has_these_rows_and_the_catalogue_no_other() {
    let rows: Vec<Row> = catalogue::keys(Layout::Sections)
        .map(|it| {
            (
                it.section,
                it.name,
                type_of(it.value_type),
                it.default_sections,
            )
        })
        .collect();

    assert_eq!(rows, DOCUMENT_000);
    assert!(
        catalogue::all()
            .iter()
            .all(|it| it.sources.contains(&Source::Customer000))
    );
}

#[test]
fn document_000_a_row_that_is_changed_is_read_and_written_in_its_own_place() {
    let before = settings(EXPERT, "12.4");
    for (section, name, of, default) in DOCUMENT_000 {
        let key = catalogue::placed(Layout::Sections, section, name).unwrap();
        let other = match of {
            Type::Mode => "EDRExpertOnPrem",
            Type::YesNo if default == "Yes" => "No",
            Type::YesNo => "Yes",
            Type::Address => "192.0.2.77",
            Type::Minutes | Type::Seconds | Type::Number | Type::Percent | Type::Port => "77",
        };
        let mut document = kataedr::ini::Document::read(EXPERT.as_bytes());
        let header = catalogue::Spot::of(section).to_string();

        document.set(&header, name, other).unwrap();

        let text = String::from_utf8(document.as_bytes().to_vec()).unwrap();
        let after = settings(&text, "12.4");
        for it in catalogue::all() {
            let value = |of: &kataedr::Settings| of.value(it.setting, 0).unwrap().to_string();
            if it.setting == key.setting {
                assert_eq!(value(&after), other, "{section:?} {name}");
            } else {
                assert_eq!(
                    value(&after),
                    value(&before),
                    "{section:?} {name} changed {}",
                    it.name
                );
            }
        }
    }
}

#[test]
fn document_000_the_mode_is_edr_kata_unless_it_is_said() {
    let without = EXPERT.replace("Mode=EDRExpertOnPrem\n", "");

    assert_eq!(settings(EXPERT, "12.4").mode(), Mode::EdrExpertOnPrem);
    assert_eq!(settings(&without, "12.4").mode(), Mode::EdrKata);
}

#[test]
fn document_000_several_servers_can_be_added_of_both_kinds() {
    let more = format!(
        "{EXPERT}[TelemetrySettings.Endpoints.item_0001]\nAddress=2001:db8::21\nPort=8443\n"
    );

    let settings = settings(&more, "12.4");

    let shown = |list| -> Vec<String> {
        settings
            .endpoints(list)
            .iter()
            .map(ToString::to_string)
            .collect()
    };
    assert_eq!(
        shown(Section::Endpoints),
        ["192.0.2.10:443", "192.0.2.11:443"]
    );
    assert_eq!(
        shown(Section::TelemetryEndpoints),
        ["192.0.2.20:443", "[2001:db8::21]:8443"]
    );
}

#[test]
fn document_000_a_client_certificate_is_added_before_the_task_starts() {
    let draft = Draft::read(EXPERT.as_bytes(), Format::Ini);
    let known = Facts {
        client_certificate_added: Some(true),
        ..facts("12.4")
    };

    assert!(codes(&check(&draft, &facts("12.4"))).contains(&Code::ClientCertificateNeeded));
    assert!(!codes(&check(&draft, &known)).contains(&Code::ClientCertificateNeeded));
}

#[test]
fn document_000_an_ip_address_is_advised_because_of_isolation() {
    let named = EXPERT.replace("192.0.2.10", "osmp.example.com");

    let found = codes(&check(
        &Draft::read(named.as_bytes(), Format::Ini),
        &facts("12.4"),
    ));

    assert!(found.contains(&Code::NameDuringIsolation));
}

#[test]
fn the_flat_table_of_11_4_to_12_3_is_as_the_reference_has_it() {
    let rows = |layout| -> Vec<(&str, Option<&str>)> {
        catalogue::keys(layout)
            .map(|it| (it.name, it.default_in(layout)))
            .collect()
    };
    let mut expected = vec![
        ("Address", Some("127.0.0.1")),
        ("Port", Some("443")),
        ("UseClientPinnedCertificate", Some("No")),
        ("SynchronizationPeriod", Some("5")),
        ("ConnectionTimeout", Some("10")),
        ("RequestTimeout", Some("10")),
        ("MaximumDataTransferTime", Some("30")),
        ("UseRequestCountLimits", Some("Yes")),
        ("MaximumNumberOfEventsInHour", Some("3000")),
        ("EventLimitExceededPercentage", Some("15")),
        ("EnableTelemetry", Some("Yes")),
    ];
    assert_eq!(rows(Layout::FlatB), expected);
    // 11.4 has no default for the address, and its table is the same otherwise.
    expected[0].1 = None;
    assert_eq!(rows(Layout::FlatA), expected);
}

/// Finds what is told about every device, by its code.
fn precondition(code: Code) -> kataedr::Finding {
    let checked = check(&Draft::read(FLAT.as_bytes(), Format::Ini), &facts("12.0"));
    let found = checked.findings.into_iter().find(|it| it.code == code);
    let found = found.unwrap();
    assert_eq!(
        (found.kind, found.severity),
        (Kind::Precondition, Severity::Hint)
    );
    found
}

#[test]
fn document_002_names_what_the_integration_needs() {
    for (code, word) in [
        // "La tâche Détection comportementale doit être exécutée"
        (Code::BehaviorDetectionNeeded, "Behavior Detection"),
        // Exclusions work only without Managed Detection and Response.
        (Code::MdrMustBeOff, "Managed Detection and Response"),
        // DHCP, DNS and the proxy are no exceptions by themselves.
        (Code::IsolationExclusions, "DHCP, DNS and the proxy"),
        // The server's certificate is checked only once it is added.
        (Code::ServerUnchecked, "nobody checks"),
        // The proxy is that of the general settings.
        (Code::ProxyOfTheProduct, "general settings"),
        // A great number of events may come to the journal of systemd.
        (Code::AuditNoise, "journal"),
    ] {
        let found = precondition(code);
        assert_eq!(found.document, Source::Customer002, "{code}");
        assert!(found.reason.contains(word), "{code}: {}", found.reason);
    }
    assert!(
        precondition(Code::AuditNoise)
            .mend
            .contains("mask systemd-journald-audit.socket")
    );
    assert!(
        precondition(Code::NotInContainer)
            .reason
            .contains("Cloud Console")
    );
}

#[test]
fn document_002_one_client_certificate_makes_the_authentication_two_way() {
    let told = explain("UseClientPinnedCertificate").unwrap();

    let response = told
        .keys
        .iter()
        .find(|it| it.setting == Setting::ResponseClientCertificate);
    let response = response.unwrap();
    assert!(response.sources.contains(&Source::Customer002));
    assert!(response.meaning.contains("added before the task starts"));
}

#[test]
fn what_is_not_certain_is_said_of_every_key_after_the_known_head() {
    // The page on the mode EDRKATA in 12.4 breaks off after SynchronizationPeriod.
    let certain = [
        Setting::Mode,
        Setting::ResponseClientCertificate,
        Setting::SynchronizationPeriod,
    ];
    for key in catalogue::all() {
        let says = key
            .uncertain
            .iter()
            .any(|it| it.contains("12.4 EDRKATA not verified"));
        assert_eq!(says, !certain.contains(&key.setting), "{}", key.name);
    }
}
