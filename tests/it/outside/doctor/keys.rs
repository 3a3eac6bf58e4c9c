//! The files, and the keys that tokens are checked with.

use acceptance::calls::LOGIN;
use edr_gateway::doctor::{CheckResult, Name};

use super::installation::{Installation, closed_port, expect, expect_failed, expect_skipped_from};

#[tokio::test(flavor = "multi_thread")]
async fn files_that_cannot_be_used_are_named_and_ksc_is_not_asked() {
    let it = Installation::new().await;
    let empty = it.file("empty");
    std::fs::write(&empty, "\n").expect("a file");
    let empty = empty.display().to_string();

    let no_password = it.examine(&[("backends.ksc.password_file", &empty)]).await;
    let no_pin = it
        .examine(&[(
            "backends.ksc.pinned_certificate_file",
            "/nowhere/klserver.cer",
        )])
        .await;
    let no_keys = it.examine(&[("auth.jwks_file", &empty)]).await;

    expect_failed(&no_password, &[Name::PasswordFile]);
    expect(&no_password, Name::Endpoint, CheckResult::Ok, "TLS 1.3");
    expect_skipped_from(&no_password, Name::Login, "the password cannot be read");
    expect_failed(&no_pin, &[Name::Trust]);
    expect(
        &no_pin,
        Name::Trust,
        CheckResult::Failed,
        "(backends.ksc.pinned_certificate_file)",
    );
    expect_skipped_from(&no_pin, Name::Endpoint, "could not be verified");
    expect_failed(&no_keys, &[Name::TokenKeys]);
    assert_eq!(it.sim.journal().count(LOGIN), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_set_that_cannot_be_fetched_or_fits_no_algorithm_fails() {
    let it = Installation::new().await;
    let url = format!("http://{}/jwks", closed_port().await);
    let file = it.file("rsa-only.json");
    let set = acceptance::Issuer::shared().key_set();
    let rsa: Vec<_> = set["keys"]
        .as_array()
        .expect("keys")
        .iter()
        .filter(|key| key["alg"] == "RS256")
        .collect();
    std::fs::write(&file, serde_json::json!({"keys": rsa}).to_string()).expect("a file");
    let file = file.display().to_string();

    let unreachable = it
        .examine(&[("auth.jwks_file", ""), ("auth.jwks_url", &url)])
        .await;

    expect_failed(&unreachable, &[Name::TokenKeys]);
    expect(&unreachable, Name::TokenKeys, CheckResult::Failed, &url);
    let it = Installation::new().await;
    let other_algorithm = it
        .examine(&[("auth.jwks_file", &file), ("auth.algorithms", "ES256")])
        .await;
    expect_failed(&other_algorithm, &[Name::TokenKeys]);
    expect(
        &other_algorithm,
        Name::TokenKeys,
        CheckResult::Failed,
        "no key for",
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_issuer_that_is_asked_for_its_keys_fails_at_the_step_that_is_named() {
    let web = acceptance::Web::start().await;
    let place = "/.well-known/openid-configuration";
    let keys = format!("{}/keys", web.at);
    let metadata = |issuer: &str, keys: &str| {
        serde_json::json!({"issuer": issuer, "jwks_uri": keys}).to_string()
    };
    for (document, step) in [
        (
            None,
            "metadata cannot be used: /.well-known/openid-configuration says 404",
        ),
        (
            Some("{".to_owned()),
            "metadata cannot be used: the document is not JSON",
        ),
        (
            Some(metadata("https://other.example", &keys)),
            "it names another issuer",
        ),
        (
            Some(metadata(&web.at, "http://keys.example/")),
            "its jwks_uri is no https:// address",
        ),
        (
            Some(metadata(&web.at, &keys)),
            "cannot fetch the key set: status 404",
        ),
    ] {
        if let Some(document) = document {
            web.page(place, 200, &document);
        }
        let it = Installation::new().await;
        let settings = [("auth.jwks_file", ""), ("auth.issuer", web.at.as_str())];
        let report = it.examine(&settings).await;
        expect_failed(&report, &[Name::TokenKeys]);
        expect(&report, Name::TokenKeys, CheckResult::Failed, step);
    }
    web.page(
        "/keys",
        200,
        &acceptance::Issuer::shared().key_set().to_string(),
    );
    let it = Installation::new().await;
    let settings = [("auth.jwks_file", ""), ("auth.issuer", web.at.as_str())];
    let report = it.examine(&settings).await;
    expect(&report, Name::TokenKeys, CheckResult::Ok, "4 usable keys");

    let gone = format!("http://{}", closed_port().await);
    let it = Installation::new().await;
    let settings = [("auth.jwks_file", ""), ("auth.issuer", gone.as_str())];
    let report = it.examine(&settings).await;
    expect(
        &report,
        Name::TokenKeys,
        CheckResult::Failed,
        "metadata cannot be used",
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_of_revoked_tokens_that_would_stop_the_start_fails() {
    let it = Installation::new().await;
    let file = it.file("revoked.json");
    let path = file.display().to_string();
    for (text, outcome, found) in [
        (
            None,
            CheckResult::Failed,
            "(auth.revoked_file): the file cannot be read",
        ),
        (
            Some("{"),
            CheckResult::Failed,
            "is no list of revoked tokens",
        ),
        (Some("{\"revoked\": []}"), CheckResult::Ok, "4 usable keys"),
    ] {
        if let Some(text) = text {
            std::fs::write(&file, text).expect("a file");
        }
        let report = it.examine(&[("auth.revoked_file", &path)]).await;
        expect(&report, Name::TokenKeys, outcome, found);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn each_issuer_has_a_line_of_its_own() {
    let it = Installation::new().await;
    let more = [
        ("auth.issuers.0.name", "b"),
        ("auth.issuers.0.issuer", "https://b.example"),
        ("auth.issuers.0.audience", "b"),
        ("auth.issuers.0.jwks_file", "/nowhere/keys.json"),
    ];

    let report = it.examine(&more).await;

    let lines: Vec<_> = report
        .checks()
        .iter()
        .filter(|it| it.name() == Name::TokenKeys)
        .collect();
    let subjects: Vec<_> = lines
        .iter()
        .map(|it| (it.subject(), it.outcome()))
        .collect();
    assert_eq!(
        subjects,
        [
            (Some("https://issuer.example"), CheckResult::Ok),
            (Some("https://b.example"), CheckResult::Failed)
        ]
    );
    let short = it.file("short");
    std::fs::write(&short, "short").expect("a file");
    let short = short.display().to_string();
    let secret = ("auth.issuers.0.hs256_secret_file", short.as_str());
    let report = it.examine(&[more[0], more[1], more[2], secret]).await;
    let said = "(auth.issuers.0.hs256_secret_file): the file must hold at least 32 bytes";
    assert!(
        report.checks().iter().any(|it| it.finding().contains(said)),
        "{report}"
    );
    assert!(
        lines[1].finding().contains("auth.issuers.0.jwks_file"),
        "{}",
        lines[1].finding()
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_is_left_out_is_named_with_its_reason() {
    let it = Installation::new().await;
    let file = it.file("odd.json");
    let mut set = acceptance::Issuer::shared().key_set();
    set["keys"][1]["n"] = "AQAB".into();
    set["keys"][3]["use"] = "enc".into();
    std::fs::write(&file, set.to_string()).expect("a file");

    let report = it
        .examine(&[("auth.jwks_file", &file.display().to_string())])
        .await;

    expect(
        &report,
        Name::TokenKeys,
        CheckResult::Warning,
        "2 usable keys",
    );
    for named in [
        "\"rs256-a\" is shorter than 2048 bits",
        "\"eddsa-a\" is not for checking signatures",
    ] {
        expect(&report, Name::TokenKeys, CheckResult::Warning, named);
    }
}
