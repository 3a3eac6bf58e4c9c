//! `check --against`: whether a file leads to the Central Node that the gateway knows.

use acceptance::Answer;

use super::files::{EXPERT, FLAT, Files, kataedr_of};

const GATEWAY: &str = r#"
[auth]
issuer = "https://sso.example.com"
audience = "edr-gateway"
[backends.ksc]
kind = "ksc"
endpoints = ["https://ksc.example.com:13299"]
username = "edr-gateway"
password_file = "/run/secrets/ksc/password"
[backends.kata]
kind = "kata"
endpoints = ["https://192.0.2.10", "https://[2001:db8::1]:8443"]
external_system_id = "3f6d1b9e-52a7-4c0e-9a44-7a1d0e5c8b21"
certificate_file = "/etc/edr-gateway/kata/kata.crt"
key_file = "/etc/edr-gateway/kata/kata.key"
pinned_certificate_file = "/etc/edr-gateway/kata-server.pem"
"#;

async fn check(files: &Files, settings: &str, alias: &str, options: &[&str]) -> Answer {
    let gateway = files.write("gateway.toml", GATEWAY);
    let own = [
        "check",
        "-",
        "--against",
        alias,
        "--config",
        &gateway,
        "--isolation-used=no",
    ];
    kataedr_of(&[&own, options].concat(), settings).await
}

/// The codes of what only somebody who knows the gateway can say, with lines.
async fn compared(files: &Files, settings: &str) -> (Option<i32>, Vec<(String, String, u64)>) {
    let answer = check(files, settings, "kata", &["--json"]).await;
    let told = answer.json();
    let findings = told["findings"].as_array().expect("a list");
    let ours = findings.iter().filter_map(|it| {
        let code = it["code"].as_str()?.strip_prefix("gateway-")?;
        let severity = it["severity"].as_str()?;
        let line = it["place"]["line"].as_u64().unwrap_or(0);
        Some((severity.to_owned(), code.to_owned(), line))
    });
    (answer.code, ours.collect())
}

fn found(severity: &str, code: &str, line: u64) -> (String, String, u64) {
    (severity.to_owned(), code.to_owned(), line)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_is_the_gateway_s_own_another_port_of_it_incomparable_or_another() {
    let files = Files::new();
    let at = |address: &str, port: &str| {
        FLAT.replace("192.0.2.10", address)
            .replace("Port=443", &format!("Port={port}"))
    };
    for (settings, code, expected) in [
        (at("192.0.2.10", "443"), 0, found("hint", "same-server", 1)),
        (
            at("2001:DB8::0:1", "8443"),
            0,
            found("hint", "same-server", 1),
        ),
        (at("2001:db8::1", "443"), 0, found("hint", "other-port", 1)),
        (
            at("kata.example.com", "443"),
            0,
            found("hint", "not-comparable", 1),
        ),
        (at("192.0.2.99", "443"), 3, found("risk", "other-server", 1)),
    ] {
        let told = compared(&files, &settings).await;
        assert_eq!(told, (Some(code), vec![expected]), "{settings}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_several_servers_one_in_common_is_enough_and_a_stranger_is_told() {
    let files = Files::new();
    let both = EXPERT.replace("EDRExpertOnPrem", "EDRKATA");

    let (_, told) = compared(&files, &both).await;

    let expected = [
        found("hint", "same-server", 8),
        found("hint", "unknown-server", 11),
    ];
    assert_eq!(told, expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn another_platform_is_a_risk_and_servers_are_not_compared_then() {
    let files = Files::new();

    let told = compared(&files, EXPERT).await;

    assert_eq!(told, (Some(3), vec![found("risk", "other-platform", 0)]));
}

#[tokio::test(flavor = "multi_thread")]
async fn it_is_told_among_the_findings_and_a_bad_file_is_not_compared() {
    let files = Files::new();
    let elsewhere = FLAT.replace("192.0.2.10", "192.0.2.99");
    let text = check(&files, &elsewhere, "kata", &["--kes-version=12.3"]).await;
    let bad = check(&files, "Port=0\n", "kata", &[]).await;

    let block = "\
risk  line 1  Address  (gateway-other-server)
  The device asks 192.0.2.99:443, and the back end kata has 192.0.2.10:443, [2001:db8::1]:8443: they have no host in common, so that the gateway's orders may never reach the device.
  Mend: Give an address of the Central Node that the gateway has, or name the back end of this one.
  Source: conclusion of this project

The settings can be used, with risks: 0 errors, 1 risk, 0 hints.";
    assert!(text.output.starts_with(block), "{}", text.output);
    assert_eq!(bad.code, Some(1));
    assert!(!bad.output.contains("gateway-"), "{}", bad.output);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_alias_that_is_no_kata_is_refused_with_those_that_are() {
    let files = Files::new();
    for alias in ["ksc", "nobody"] {
        let answer = check(&files, FLAT, alias, &[]).await;

        assert_eq!((answer.code, answer.output.as_str()), (Some(2), ""));
        let expected = format!(
            "edr-gateway: --against {alias}: no KATA back end has this alias; back ends of kind \"kata\" are: kata\n"
        );
        assert_eq!(answer.errors, expected);
    }
    let bad = files.write("bad.toml", "[backends.kata]\nkind = \"kata\"\n");
    let answer = kataedr_of(&["check", "-", "--against", "kata", "--config", &bad], FLAT).await;
    assert_eq!(answer.code, Some(2));
    assert!(
        answer.errors.contains("backends.kata.endpoints"),
        "{}",
        answer.errors
    );
}
