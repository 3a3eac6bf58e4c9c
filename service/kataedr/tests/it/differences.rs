//! Settings compared by meaning.

use kataedr::{Draft, Format, Target, convert, diff};

use crate::samples::{EXPERT, EXPERT_JSON, FLAT, facts, settings};

#[test]
fn the_same_in_ini_and_json_is_the_same() {
    assert_eq!(
        diff(&settings(EXPERT, "12.4"), &settings(EXPERT_JSON, "12.4")),
        []
    );
}

#[test]
fn the_same_in_12_3_and_12_4_is_the_same() {
    let target = Target {
        kes_version: "12.4".parse().unwrap(),
        mode: None,
        format: Format::Ini,
    };
    let new = convert(
        &Draft::read(FLAT.as_bytes(), Format::Ini),
        &facts("12.3"),
        &target,
    )
    .unwrap();

    assert_eq!(
        diff(&settings(FLAT, "12.3"), &settings(&new.text, "12.4")),
        []
    );
}

#[test]
fn what_was_not_written_is_its_default() {
    let short = FLAT.replace("RequestTimeout=10\n", "");

    assert_eq!(diff(&settings(FLAT, "12.3"), &settings(&short, "12.3")), []);
}

#[test]
fn a_difference_has_both_values_and_both_sections() {
    let found = diff(&settings(FLAT, "12.3"), &settings(EXPERT, "12.4"));

    let told: Vec<String> = found
        .iter()
        .map(|it| {
            let side = |it: &kataedr::Side| {
                let section = it.section.as_deref().unwrap_or("-");
                format!(
                    "[{section}] {} {}",
                    it.value.as_deref().unwrap_or("-"),
                    it.is_default
                )
            };
            format!(
                "{} {}: {} / {}",
                it.key,
                it.item,
                side(&it.first),
                side(&it.second)
            )
        })
        .collect();
    assert_eq!(
        told,
        [
            "Mode 0: [-] EDRKATA true / [] EDRExpertOnPrem false",
            "UseClientPinnedCertificate 0: [] No true / [] Yes false",
            "Address 1: [-] - false / [Endpoints.item_0001] 192.0.2.11 false",
            "Port 1: [-] - false / [Endpoints.item_0001] 443 true",
            "Address 0: [-] 127.0.0.1 true / [TelemetrySettings.Endpoints.item_0000] 192.0.2.20 false",
        ]
    );
}

#[test]
fn unknown_keys_are_compared_too() {
    let one = settings(&format!("{FLAT}New=\"1\"\nOld=2\n"), "12.3");
    let other = settings(&format!("{FLAT}New=1\nOld=3\n[S]\nx=1\n"), "12.3");

    let found = diff(&one, &other);

    let keys: Vec<&str> = found.iter().map(|it| it.key.as_str()).collect();
    assert_eq!(keys, ["Old", "x"]);
    assert_eq!(found[1].first.value, None);
    assert_eq!(found[1].second.section.as_deref(), Some("S"));
}
