//! Every code of a finding, by the smallest change of a good file that provokes it.

use std::collections::BTreeSet;

use kataedr::{Code, Draft, Facts, Format, Severity, check};

use crate::samples::{EXPERT, FLAT, codes, facts};

/// A file and the version it is for.
struct Case {
    code: Code,
    version: &'static str,
    format: Format,
    file: Vec<u8>,
}

fn case(code: Code, version: &'static str, file: impl Into<Vec<u8>>) -> Case {
    let file = file.into();
    Case {
        code,
        version,
        format: Format::guess(&file),
        file,
    }
}

/// The sample of 12.4 with one text replaced by another.
fn changed(code: Code, from: &str, to: &str) -> Case {
    assert!(EXPERT.contains(from), "{from}");
    case(code, "12.4", EXPERT.replacen(from, to, 1))
}

fn cases() -> Vec<Case> {
    let edr_kata = EXPERT.replace("EDRExpertOnPrem", "EDRKATA");
    let mut not_utf8 = FLAT.as_bytes().to_vec();
    not_utf8.extend(b"Name=\xff\n");
    let strangers: Vec<String> = (0..1_100).map(|it| format!("Stranger{it}=1\n")).collect();
    let strangers = strangers.concat();
    vec![
        case(Code::TooLarge, "12.4", vec![b'#'; (1 << 20) + 1]),
        case(Code::TooManyEntries, "12.4", "\n".repeat(5_001)),
        case(
            Code::LineTooLong,
            "12.3",
            format!("{FLAT}#{}", "x".repeat(5_000)),
        ),
        case(Code::NotUtf8, "12.3", not_utf8),
        case(Code::MalformedLine, "12.3", format!("{FLAT}Port\n")),
        changed(
            Code::MalformedSection,
            "[TelemetrySettings]",
            "[TelemetrySettings",
        ),
        changed(
            Code::LoneQuote,
            "Address=192.0.2.10",
            "Address=\"192.0.2.10",
        ),
        changed(Code::BlankInValue, "Port=443", "Port=4 43"),
        changed(Code::InlineComment, "Port=443", "Port=443 # HTTPS"),
        case(Code::MalformedJson, "12.4", "{"),
        Case {
            format: Format::Json,
            ..case(Code::NotAnObject, "12.4", "[]")
        },
        case(Code::WrongShape, "12.4", r#"{"Endpoints":"192.0.2.10"}"#),
        case(Code::InexactNumber, "12.4", r#"{"New":1.5}"#),
        case(Code::NoSettings, "12.3", "NewKey=1\n"),
        case(Code::JsonShapeUnproven, "12.4", "{}"),
        changed(Code::VersionGuessed, "", ""),
        case(Code::VersionBeyondKnown, "12.5", EXPERT),
        case(Code::ModeNotVerified, "12.4", edr_kata.clone()),
        case(Code::DuplicateKey, "12.3", format!("{FLAT}Port=443\n")),
        case(
            Code::RepeatedSection,
            "12.4",
            format!("{EXPERT}[TelemetrySettings]\n"),
        ),
        changed(Code::ListGap, "item_0001", "item_0002"),
        changed(Code::ListRepeat, "item_0001", "item_0000"),
        changed(Code::ItemForm, "item_0001", "item_1"),
        changed(Code::NameCase, "Port=443", "port=443"),
        changed(Code::UnknownKey, "Port=443", "Port=443\nPrt=443"),
        case(Code::UnknownSection, "12.4", format!("{EXPERT}[New]\n")),
        changed(
            Code::MisplacedKey,
            "[TelemetrySettings]",
            "[TelemetrySettings]\nMode=EDRKATA",
        ),
        case(
            Code::KeyOfOtherVersion,
            "12.3",
            format!("{FLAT}Mode=EDRKATA\n"),
        ),
        case(
            Code::SectionOfOtherVersion,
            "12.3",
            format!("{FLAT}[TelemetrySettings]\n"),
        ),
        case(
            Code::NdrSection,
            "12.4",
            format!("{EXPERT}[EventTransferSettings]\n"),
        ),
        case(Code::NdrKey, "12.3", format!("{FLAT}PingPeriod=450\n")),
        changed(Code::NdrPort, "Port=443", "Port=8081"),
        case(
            Code::MissingKey,
            "12.3",
            FLAT.replace("RequestTimeout=10\n", ""),
        ),
        case(
            Code::MissingAddress,
            "11.4",
            FLAT.replace("Address=192.0.2.10\n", ""),
        ),
        case(Code::NoEndpoint, "12.4", "Mode=EDRKATA\n"),
        changed(Code::UnknownMode, "EDRExpertOnPrem", "EDRExpert"),
        changed(Code::NotYesNo, "EnableTelemetry=Yes", "EnableTelemetry=1"),
        changed(Code::NotANumber, "Port=443", "Port=https"),
        changed(Code::NumberTooLarge, "Period=5", "Period=4294967296"),
        changed(Code::NotPositive, "Period=5", "Period=0"),
        changed(Code::PortOutOfRange, "Port=443", "Port=65536"),
        changed(
            Code::PercentageOutOfRange,
            "Percentage=15",
            "Percentage=101",
        ),
        changed(Code::EmptyAddress, "Address=192.0.2.10", "Address="),
        changed(Code::MalformedAddress, "192.0.2.10", "192.0.2.256"),
        changed(Code::DefaultAddress, "192.0.2.10", "127.0.0.1"),
        changed(Code::UnusableAddress, "192.0.2.10", "0.0.0.0"),
        changed(Code::NameNotQualified, "192.0.2.10", "osmp"),
        changed(Code::NameDuringIsolation, "192.0.2.10", "osmp.example"),
        changed(
            Code::SingleEndpoint,
            "[Endpoints.item_0001]\nAddress=192.0.2.11\nPort=443\n",
            "",
        ),
        changed(Code::RepeatedEndpoint, "192.0.2.11", "192.0.2.10"),
        changed(Code::SameServers, "192.0.2.20", "192.0.2.10"),
        changed(Code::ClientCertificateNeeded, "", ""),
        changed(
            Code::TelemetryOff,
            "EnableTelemetry=Yes",
            "EnableTelemetry=No",
        ),
        changed(
            Code::OnlyTaggedEvents,
            "OnlyTaggedEvents=No",
            "OnlyTaggedEvents=Yes",
        ),
        changed(Code::ThrottledToNothing, "Percentage=15", "Percentage=0"),
        changed(Code::ThrottledToNothing, "InHour=3000", "InHour=59"),
        changed(Code::ThrottleOff, "CountLimits=Yes", "CountLimits=No"),
        changed(
            Code::LimitsUnused,
            "CountLimits=Yes\nMaximumNumberOfEventsInHour=3000",
            "CountLimits=No\nMaximumNumberOfEventsInHour=4000",
        ),
        changed(Code::LateResponse, "Period=5", "Period=61"),
        changed(Code::SlowSynchronization, "Period=5", "Period=6"),
        changed(
            Code::RequestTimeoutShorter,
            "RequestTimeout=10",
            "RequestTimeout=9",
        ),
        case(Code::UnreadInMode, "12.4", edr_kata),
        case(Code::TooManyFindings, "12.3", format!("{FLAT}{strangers}")),
        changed(Code::PolicyOverrides, "", ""),
        changed(Code::BehaviorDetectionNeeded, "", ""),
        changed(Code::MdrMustBeOff, "", ""),
        changed(Code::IsolationExclusions, "", ""),
        changed(Code::ServerUnchecked, "", ""),
        changed(Code::ProxyOfTheProduct, "", ""),
        changed(Code::AuditNoise, "", ""),
        changed(Code::NotInContainer, "", ""),
        changed(Code::LicenceNeeded, "", ""),
    ]
}

#[test]
fn every_code_can_be_provoked() {
    let mut provoked = BTreeSet::new();
    for case in cases() {
        let facts = if case.code == Code::VersionGuessed {
            Facts::default()
        } else {
            facts(case.version)
        };
        let checked = check(&Draft::read(&case.file, case.format), &facts);
        let found = checked.findings.iter().find(|it| it.code == case.code);
        let found = found.unwrap_or_else(|| panic!("{} in {:#?}", case.code, checked.findings));
        assert_eq!(found.severity, case.code.severity(), "{}", case.code);
        assert!(
            found.reason.ends_with('.') && found.mend.ends_with('.'),
            "{found}"
        );
        assert_eq!(
            checked.is_usable(),
            !checked.findings.iter().any(kataedr::Finding::is_error)
        );
        provoked.insert(case.code);
    }
    let all: BTreeSet<Code> = Code::ALL.iter().copied().collect();
    assert_eq!(provoked, all);
    println!("» {} codes, {} files", all.len(), cases().len());
}

#[test]
fn the_good_files_provoke_nothing_but_what_always_holds() {
    let flat = check(&Draft::read(FLAT.as_bytes(), Format::Ini), &facts("12.3"));
    let expert = Facts {
        client_certificate_added: Some(true),
        ..facts("12.4")
    };
    let expert = check(&Draft::read(EXPERT.as_bytes(), Format::Ini), &expert);

    assert_eq!(codes(&flat), []);
    assert_eq!(codes(&expert), [Code::SingleEndpoint]);
}

#[test]
fn what_is_known_to_be_well_is_not_told_and_what_is_broken_is_a_risk() {
    let draft = Draft::read(FLAT.as_bytes(), Format::Ini);
    let well = Facts {
        kes_version: Some("12.3".parse().unwrap()),
        client_certificate_added: Some(true),
        server_certificate_added: Some(true),
        isolation_used: Some(true),
        isolation_exclusions_set: Some(true),
        policy_in_force: Some(false),
        mdr_integration: Some(false),
        behavior_detection: Some(true),
        proxy: Some(false),
        container: Some(false),
        licence: Some(true),
        audit_socket_masked: Some(true),
    };
    assert_eq!(check(&draft, &well).findings, []);

    let broken = Facts {
        policy_in_force: Some(true),
        ..well
    };
    let checked = check(&draft, &broken);
    assert_eq!(checked.findings.len(), 1);
    assert_eq!(checked.findings[0].code, Code::PolicyOverrides);
    assert_eq!(checked.findings[0].severity, Severity::Risk);
}

#[test]
fn a_version_before_the_sections_does_not_have_them_and_the_reverse() {
    let of = |text: &str, version| {
        codes(&check(
            &Draft::read(text.as_bytes(), Format::Ini),
            &facts(version),
        ))
    };

    // Every section of 12.4 is said to be none of 12.3's, and the keys below are not said again.
    let found = of(EXPERT, "12.3");
    let sections = found
        .iter()
        .filter(|it| **it == Code::SectionOfOtherVersion);
    assert_eq!(sections.count(), 5);
    // Mode is the one key at the top that 12.3 does not have.
    let keys = found.iter().filter(|it| **it == Code::KeyOfOtherVersion);
    assert_eq!(keys.count(), 1);
    // Six keys of 12.3 stand at the top, where 12.4 does not have them.
    let found = of(FLAT, "12.4");
    let keys = found.iter().filter(|it| **it == Code::KeyOfOtherVersion);
    assert_eq!(keys.count(), 6);
    assert!(found.contains(&Code::NoEndpoint));
}

#[test]
fn findings_of_json_carry_a_pointer() {
    let file = crate::samples::EXPERT_JSON.replace("\"443\"", "\"99999\"");
    let checked = check(&Draft::read(file.as_bytes(), Format::Json), &facts("12.4"));

    let found = checked.findings.iter().find(|it| it.is_error()).unwrap();
    assert_eq!(found.code, Code::PortOutOfRange);
    assert_eq!(
        found.place.pointer.as_deref(),
        Some("/Endpoints/item_0001/Port")
    );
    assert_eq!(found.place.line, None);
}
