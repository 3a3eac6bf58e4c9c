//! What must hold for files that no one thought of.

use std::cell::Cell;

use kataedr::ini::Document;
use kataedr::{
    ConversionRefused, Draft, Facts, Format, Settings, Target, check, convert, diff, explain,
};
use proptest::collection::{btree_map, vec};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use crate::samples::facts;

/// How often each property is tried.
const CASES: u32 = 1_000;

/// Tries a property, and says how often.
#[expect(
    clippy::print_stdout,
    reason = "how much was tried is a part of the result"
)]
fn holds<S: Strategy>(
    name: &str,
    of: &S,
    property: impl Fn(S::Value) -> Result<bool, TestCaseError>,
) {
    let (tried, told) = (Cell::new(0_u32), Cell::new(0_u32));
    let config = Config {
        cases: CASES,
        failure_persistence: None,
        ..Config::default()
    };
    let result = TestRunner::new(config).run(of, |value| {
        tried.set(tried.get() + 1);
        if property(value)? {
            told.set(told.get() + 1);
        }
        Ok(())
    });
    if let Err(error) = result {
        panic!("{name}: {error}");
    }
    println!("» {name}: {} cases, {} to the end", tried.get(), told.get());
    // A property that is never tried to its end proves nothing.
    assert!(
        told.get() > CASES / 20,
        "{name}: {} of {}",
        told.get(),
        tried.get()
    );
}

fn address() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<std::net::Ipv4Addr>().prop_map(|it| it.to_string()),
        any::<std::net::Ipv6Addr>().prop_map(|it| it.to_string()),
        "[a-z][a-z0-9]{0,9}(\\.[a-z][a-z0-9]{0,9}){0,3}",
        Just("127.0.0.1".to_owned()),
    ]
}

fn yes_no() -> impl Strategy<Value = &'static str> {
    prop_oneof![
        Just("Yes"),
        Just("No"),
        Just("yes"),
        Just("NO"),
        Just("\"Yes\"")
    ]
}

/// Names and values of unknown keys.
fn strangers() -> impl Strategy<Value = Vec<(String, String)>> {
    let value = prop_oneof!["[a-zA-Z0-9./:]{0,12}", "\"[a-zA-Z0-9 \t=#;]{0,12}\""];
    btree_map("X[a-zA-Z0-9_ ]{0,8}Z", value, 0..4).prop_map(|it| it.into_iter().collect())
}

fn sections() -> impl Strategy<Value = Vec<(String, Vec<(String, String)>)>> {
    btree_map("W[a-zA-Z0-9_]{0,6}(\\.V[a-z]{0,3})?", strangers(), 0..3)
        .prop_map(|it| it.into_iter().collect())
}

fn lines(keys: &[(String, String)]) -> String {
    let lines = keys.iter().map(|(name, value)| format!("{name}={value}\n"));
    lines.collect::<Vec<_>>().concat()
}

fn section_lines(sections: &[(String, Vec<(String, String)>)]) -> String {
    let sections = sections.iter();
    let sections = sections.map(|(name, keys)| format!("[{name}]\n{}", lines(keys)));
    sections.collect::<Vec<_>>().concat()
}

prop_compose! {
    /// A file of 12.3, keys in any order, some of them missing.
    fn flat()(
        address in address(),
        port in 1..=65_535_u32,
        numbers in proptest::array::uniform5(1..100_000_u32),
        share in 0..=100_u32,
        flags in proptest::array::uniform3(yes_no()),
        missing in 0..30_usize,
        turn in 0..11_usize,
        strangers in strangers(),
        sections in sections(),
    ) -> String {
        let mut keys = vec![
            format!("Address={address}\n"),
            format!("Port={port}\n"),
            format!("UseClientPinnedCertificate={}\n", flags[0]),
            format!("SynchronizationPeriod={}\n", numbers[0]),
            format!("ConnectionTimeout={}\n", numbers[1]),
            format!("RequestTimeout={}\n", numbers[2]),
            format!("MaximumDataTransferTime={}\n", numbers[3]),
            format!("UseRequestCountLimits={}\n", flags[1]),
            format!("MaximumNumberOfEventsInHour={}\n", numbers[4]),
            format!("EventLimitExceededPercentage={share}\n"),
            format!("EnableTelemetry={}\n", flags[2]),
        ];
        keys.rotate_left(turn);
        if missing < keys.len() {
            keys.remove(missing);
        }
        format!("{}{}{}", keys.concat(), lines(&strangers), section_lines(&sections))
    }
}

fn servers(list: &str, servers: &[(String, u32)]) -> String {
    let servers = servers.iter().enumerate();
    servers
        .map(|(at, (address, port))| {
            format!("[{list}.item_{at:04}]\nAddress={address}\nPort={port}\n")
        })
        .collect::<Vec<_>>()
        .concat()
}

prop_compose! {
    /// A file of 12.4.
    fn arranged()(
        mode in prop_oneof![Just("EDRKATA"), Just("edrexpertonprem"), Just("EDRExpertOnPrem")],
        response in vec((address(), 1..=65_535_u32), 1..4),
        telemetry in vec((address(), 1..=65_535_u32), 1..4),
        numbers in proptest::array::uniform8(1..100_000_u32),
        share in 0..=100_u32,
        flags in proptest::array::uniform5(yes_no()),
        strangers in proptest::array::uniform3(strangers()),
        sections in sections(),
    ) -> String {
        format!(
            "Mode={mode}\nUseClientPinnedCertificate={}\nSynchronizationPeriod={}\n\
             ConnectionTimeout={}\nRequestTimeout={}\nEnableTelemetry={}\n{}{}\
             [TelemetrySettings]\nUseClientPinnedCertificate={}\nConnectionTimeout={}\n\
             RequestTimeout={}\nOnlyTaggedEvents={}\n{}{}\
             [TelemetrySettings.EventTransferSettings]\nMaximumDataTransferTime={}\n\
             UseRequestCountLimits={}\nMaximumNumberOfEventsInHour={}\n\
             MaximumNumberOfEventsInPackage={}\nEventLimitExceededPercentage={share}\n{}{}",
            flags[0], numbers[0], numbers[1], numbers[2], flags[1], lines(&strangers[0]),
            servers("Endpoints", &response),
            flags[2], numbers[3], numbers[4], flags[3], lines(&strangers[1]),
            servers("TelemetrySettings.Endpoints", &telemetry),
            numbers[5], flags[4], numbers[6], numbers[7], lines(&strangers[2]),
            section_lines(&sections),
        )
    }
}

fn any_good() -> impl Strategy<Value = (String, &'static str)> {
    prop_oneof![
        flat().prop_map(|it| (it, "12.3")),
        arranged().prop_map(|it| (it, "12.4")),
    ]
}

/// A property that does not hold, by what came instead.
fn broken(error: impl std::fmt::Debug) -> TestCaseError {
    TestCaseError::fail(format!("{error:#?}"))
}

fn read(text: &str, format: Format, version: &str) -> Result<Settings, TestCaseError> {
    let checked = check(&Draft::read(text.as_bytes(), format), &facts(version));
    let findings = checked.findings;
    checked
        .settings
        .ok_or_else(|| TestCaseError::fail(format!("{text}\n{findings:#?}")))
}

#[test]
fn ini_reads_as_it_was_written() {
    holds("ini, settings, ini", &any_good(), |(text, version)| {
        let settings = read(&text, Format::Ini, version)?;
        let written = settings.to_ini().map_err(broken)?;
        let again = read(&written, Format::Ini, version)?;
        prop_assert_eq!(diff(&settings, &again), vec![]);
        prop_assert_eq!(&again, &settings);
        prop_assert_eq!(again.to_ini().map_err(broken)?, written);
        Ok(true)
    });
}

#[test]
fn json_reads_as_it_was_written() {
    holds("json, settings, json", &any_good(), |(text, version)| {
        let settings = read(&text, Format::Ini, version)?;
        let json = settings.to_json().map_err(broken)?;
        let again = read(&json, Format::Json, version)?;
        prop_assert_eq!(diff(&settings, &again), vec![]);
        prop_assert_eq!(again.to_json().map_err(broken)?, json);
        Ok(true)
    });
}

#[test]
fn ini_comes_back_from_json() {
    holds("ini, json, ini", &any_good(), |(text, version)| {
        let settings = read(&text, Format::Ini, version)?;
        let json = read(&settings.to_json().map_err(broken)?, Format::Json, version)?;
        let back = read(&json.to_ini().map_err(broken)?, Format::Ini, version)?;
        prop_assert_eq!(diff(&settings, &back), vec![]);
        prop_assert_eq!(settings.unknown_keys(), back.unknown_keys());
        Ok(true)
    });
}

fn to(version: &str) -> Target {
    Target {
        kes_version: version.parse().unwrap(),
        mode: None,
        format: Format::Ini,
    }
}

#[test]
fn a_flat_file_comes_back_from_12_4() {
    holds("12.3, 12.4, 12.3", &flat(), |text| {
        let before = read(&text, Format::Ini, "12.3")?;
        let draft = Draft::read(text.as_bytes(), Format::Ini);
        let there = convert(&draft, &facts("12.3"), &to("12.4")).map_err(broken)?;
        let middle = read(&there.text, Format::Ini, "12.4")?;
        prop_assert_eq!(diff(&before, &middle), vec![]);
        let draft = Draft::read(there.text.as_bytes(), Format::Ini);
        let back = convert(&draft, &facts("12.4"), &to("12.3")).map_err(broken)?;
        prop_assert_eq!(back.text, before.to_ini().map_err(broken)?);
        Ok(true)
    });
}

#[test]
fn a_file_of_12_4_goes_to_12_3_without_a_difference_or_not_at_all() {
    // Rarely is everything at its default: such files are made of flat ones, and then changed.
    let of = (flat(), 0..12_usize, any::<bool>());
    holds("12.4, 12.3, 12.4", &of, |(text, which, is_changed)| {
        let draft = Draft::read(text.as_bytes(), Format::Ini);
        let mut arranged = convert(&draft, &facts("12.3"), &to("12.4"))
            .map_err(broken)?
            .text;
        let changes = [
            ("Mode=EDRKATA", "Mode=EDRExpertOnPrem"),
            ("OnlyTaggedEvents=No", "OnlyTaggedEvents=Yes"),
            ("InPackage=1024", "InPackage=1"),
        ];
        if let (true, Some((from, to))) = (is_changed, changes.get(which)) {
            arranged = arranged.replace(from, to);
        }
        let before = read(&arranged, Format::Ini, "12.4")?;
        let draft = Draft::read(arranged.as_bytes(), Format::Ini);
        match convert(&draft, &facts("12.4"), &to("12.3")) {
            Ok(there) => {
                let after = read(&there.text, Format::Ini, "12.3")?;
                prop_assert_eq!(diff(&before, &after), vec![]);
                Ok(true)
            }
            Err(ConversionRefused::Lossy { losses }) => {
                prop_assert!(is_changed && which < changes.len());
                prop_assert_eq!(losses.len(), 1);
                Ok(false)
            }
            Err(other) => Err(TestCaseError::fail(other.to_string())),
        }
    });
}

#[test]
fn what_is_unknown_survives_every_conversion() {
    holds(
        "unknown keys and comments",
        &any_good(),
        |(text, version)| {
            let commented = format!("# first\n{text}; last\n");
            let before = read(&commented, Format::Ini, version)?;
            let draft = Draft::read(commented.as_bytes(), Format::Ini);
            for (target, format) in [
                ("12.4", Format::Ini),
                ("12.4", Format::Json),
                ("12.3", Format::Ini),
            ] {
                let target = Target {
                    format,
                    ..to(target)
                };
                let Ok(done) = convert(&draft, &facts(version), &target) else {
                    continue;
                };
                let comments = done
                    .changes
                    .iter()
                    .filter(|it| it.fate == kataedr::Fate::CommentLeftOut);
                prop_assert_eq!(comments.count(), 2);
                let version = target.kes_version.to_string();
                let after = read(&done.text, format, &version)?;
                prop_assert_eq!(after.unknown_keys(), before.unknown_keys());
                prop_assert!(diff(&before, &after).iter().all(|it| it.setting.is_some()));
            }
            Ok(before.unknown_keys() > 0)
        },
    );
}

/// Lines that are nearly right, in any order.
fn nearly() -> impl Strategy<Value = Vec<u8>> {
    let line = prop_oneof![
        "(Mode|Port|Address|New|EnableTelemetry)[ \t]{0,2}=[ \t]{0,2}[\"a-zA-Z0-9. #;]{0,10}",
        "\\[(TelemetrySettings|Endpoints|New)(\\.(item_[0-9]{1,5}|Endpoints|x)){0,2}\\]?",
        "[#;\\[\\]=\" a]{0,8}",
    ];
    let end = prop_oneof![Just("\n"), Just("\r\n"), Just("\r"), Just("\n\n")];
    vec((line, end), 0..30).prop_map(|it| {
        let lines = it.into_iter().map(|(line, end)| line + end);
        lines.collect::<String>().into_bytes()
    })
}

fn any_bytes() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        vec(any::<u8>(), 0..300),
        nearly(),
        any::<String>().prop_map(String::into_bytes)
    ]
}

#[test]
fn no_bytes_make_it_panic() {
    holds("any bytes", &any_bytes(), |bytes| {
        for format in [Format::Ini, Format::Json] {
            let draft = Draft::read(&bytes, format);
            for facts in [
                Facts::default(),
                facts("11.4"),
                facts("12.3"),
                facts("12.4"),
            ] {
                let checked = check(&draft, &facts);
                let has_errors = checked.findings.iter().any(kataedr::Finding::is_error);
                prop_assert_eq!(checked.is_usable(), !has_errors);
                let lines = checked.findings.iter().filter_map(|it| it.place.line);
                prop_assert!(lines.is_sorted());
                for target in ["12.3", "12.4"] {
                    let _: Result<_, _> = convert(&draft, &facts, &to(target));
                }
            }
        }
        let _: Result<_, _> = explain(&String::from_utf8_lossy(&bytes));
        Ok(true)
    });
}

/// Lines without their ends, and without the byte order mark.
fn lines_of(bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let lines = bytes.split(|it| *it == b'\n');
    lines.map(|it| it.strip_suffix(b"\r").unwrap_or(it))
}

#[test]
fn any_bytes_are_written_back_as_they_are() {
    let good = any_good().prop_map(|(text, _)| format!("\u{feff}# by hand\r\n{text}").into_bytes());
    let of = (
        prop_oneof![any_bytes(), good],
        "[A-Z][a-z]{0,5}",
        "[a-z ]{0,5}",
    );
    holds("lossless", &of, |(bytes, name, value)| {
        let mut document = Document::read(&bytes);
        prop_assert_eq!(document.as_bytes(), &bytes[..]);
        if document.set("", &name, &value).is_err() {
            return Ok(false);
        }
        let once = document.as_bytes().to_vec();
        // Every other line is there as it was, in its order.
        let is_other = |line: &&[u8]| {
            let text = String::from_utf8_lossy(line).to_ascii_lowercase();
            !text.contains(&name.to_ascii_lowercase())
        };
        let mut after = lines_of(&once);
        for line in lines_of(&bytes).filter(is_other) {
            prop_assert!(
                after.any(|it| it == line),
                "{:?} is lost",
                String::from_utf8_lossy(line)
            );
        }
        // Set once more, nothing changes.
        document.set("", &name, &value).map_err(broken)?;
        prop_assert_eq!(document.as_bytes(), &once[..]);
        Ok(true)
    });
}
