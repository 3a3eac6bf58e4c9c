//! `explain` and `diff`: what a key is, and what two files do not have in common.

use super::files::{EXPERT, FLAT, Files, kataedr, kataedr_of};

#[tokio::test(flavor = "multi_thread")]
async fn a_key_is_told_with_its_section_its_default_and_what_is_not_certain() {
    let told = kataedr(&["explain", "telemetrysettings.connectiontimeout"]).await;
    let all = kataedr(&["explain"]).await;
    let keys = kataedr(&["explain", "--json"]).await.json();

    assert_eq!(told.code, Some(0));
    assert!(
        told.output
            .starts_with("[TelemetrySettings] ConnectionTimeout\n  Meaning: "),
        "{}",
        told.output
    );
    assert!(
        told.output.contains("\n  Default: 10\n  Since: 12.4\n"),
        "{}",
        told.output
    );
    assert_eq!(all.output.lines().filter(|it| it.contains('=')).count(), 19);
    assert!(
        all.output
            .contains("\n[Endpoints.item_#]\n  Address=127.0.0.1  before any section up to 12.3\n")
    );
    assert_eq!(keys.as_array().map(Vec::len), Some(19));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_slip_is_answered_with_what_may_be_meant() {
    let near = kataedr(&["explain", "Adress"]).await;
    let far = kataedr(&["explain", "\u{1b}[2J"]).await;
    let as_json = kataedr(&["explain", "Adress", "--json"]).await;

    assert_eq!((near.code, near.output.as_str()), (Some(1), ""));
    assert_eq!(
        near.errors,
        "edr-gateway: there is no key \"Adress\". Perhaps Endpoints.item_#.Address or TelemetrySettings.Endpoints.item_#.Address is meant.\n"
    );
    assert_eq!(far.code, Some(1));
    assert!(!far.errors.contains('\u{1b}') && far.errors.contains("lists all keys"));
    assert_eq!(as_json.json()["perhaps"][0], "Endpoints.item_#.Address");
}

#[tokio::test(flavor = "multi_thread")]
async fn two_files_are_compared_by_what_they_mean() {
    let files = Files::new();
    let first = files.write("first.ini", FLAT);
    let shuffled: Vec<&str> = FLAT.lines().rev().collect();
    let same = kataedr_of(&["diff", &first, "-"], shuffled.join("\r\n")).await;
    let other = FLAT.replace("Port=443", "Port=8443");
    let different = kataedr_of(&["diff", "-", &first], &other).await;
    let as_json = kataedr_of(&["diff", &first, "-", "--json"], &other).await;

    assert_eq!(
        (same.code, same.output.as_str()),
        (Some(0), "The two mean the same.\n")
    );
    assert_eq!(different.code, Some(1));
    assert_eq!(
        different.output,
        "Port\n  first   8443\n  second  443  (default)\n1 difference.\n"
    );
    assert_eq!(as_json.json()["differences"][0]["key"], "Port");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_compared_is_no_difference() {
    let files = Files::new();
    let good = files.write("good.ini", EXPERT);
    for (first, input) in [("-", ""), (good.as_str(), "Port=0\n"), ("/nowhere", FLAT)] {
        let answer = kataedr_of(&["diff", first, "-"], input).await;

        assert_eq!(
            (answer.code, answer.output.as_str()),
            (Some(2), ""),
            "{first}"
        );
        assert!(
            answer.errors.starts_with("edr-gateway: "),
            "{}",
            answer.errors
        );
    }
}
