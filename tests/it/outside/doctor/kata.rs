//! A Central Node: what is read, what was accepted, and when the gateway's certificate ends.

use std::os::unix::fs::PermissionsExt as _;

use acceptance::{CentralNode, EXTERNAL_SYSTEM, run};
use edr_gateway::backends::kata::identity;
use edr_gateway::clock::Clock;
use edr_gateway::config::Settings;
use edr_gateway::doctor::{Check, CheckResult, Name, Report};
use kata_simulator::Scenario;

use super::installation::Installation;

/// What is said of the Central Node, by this name.
fn of_kata(report: &Report, name: Name) -> &Check {
    let mut checks = report.checks().iter();
    let found = checks.find(|it| it.name() == name && it.backend() == Some("kata"));
    found.unwrap_or_else(|| panic!("{} is not there:\n{report}", name.as_str()))
}

async fn examine(it: &Installation, node: &CentralNode, more: &[(&str, &str)]) -> Report {
    let mut environment = acceptance::environment(&it.sim, it.files.path(), Vec::new());
    environment.extend(node.environment(it.files.path()));
    let more = more.iter();
    environment.extend(more.map(|(key, value)| (acceptance::variable(key), (*value).to_owned())));
    let settings = Settings::load("", environment).expect("good settings");
    it.examine_with(settings).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_central_node_is_well_as_soon_as_it_has_accepted_the_gateway() {
    let it = Installation::new().await;
    let node = CentralNode::open(Scenario::default()).await;

    let before = examine(&it, &node, &[]).await;
    let registration = of_kata(&before, Name::Registration);
    assert_eq!(registration.outcome(), CheckResult::Failed, "{before}");
    assert!(registration.finding().contains(EXTERNAL_SYSTEM), "{before}");
    assert_eq!(
        of_kata(&before, Name::Hosts).outcome(),
        CheckResult::Skipped
    );

    assert_eq!(node.sim().accept(EXTERNAL_SYSTEM), 1);
    let after = examine(&it, &node, &[]).await;
    for name in [
        Name::Trust,
        Name::Identity,
        Name::Endpoint,
        Name::Registration,
        Name::Hosts,
    ] {
        assert_eq!(of_kata(&after, name).outcome(), CheckResult::Ok, "{after}");
    }
    assert!(node.sim().journal().rule_changes().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_with_a_central_node_is_told_apart() {
    let it = Installation::new().await;
    let node = CentralNode::open(Scenario::default()).await;

    let missing = [("backends.kata.key_file", "/nowhere/kata.key")];
    let report = examine(&it, &node, &missing).await;
    assert_eq!(of_kata(&report, Name::Trust).outcome(), CheckResult::Failed);
    node.sim().renew_certificate().expect("another one");
    let pinned = it.file("kata-server.pem").display().to_string();
    let old = std::fs::read(&pinned).expect("the pinned one");
    let report = examine(&it, &node, &[]).await;
    assert_eq!(of_kata(&report, Name::Endpoint).outcome(), CheckResult::Ok);
    let kept = it.file("old.pem");
    std::fs::write(&kept, old).expect("a file");
    let kept = kept.display().to_string();
    let other = [("backends.kata.pinned_certificate_file", kept.as_str())];
    let report = examine(&it, &node, &other).await;
    let endpoint = of_kata(&report, Name::Endpoint);
    assert_eq!(endpoint.outcome(), CheckResult::Failed, "{report}");
    let registration = of_kata(&report, Name::Registration);
    assert_eq!(registration.outcome(), CheckResult::Skipped);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_identity_is_made_once_and_is_one_that_the_gateway_takes() {
    let it = Installation::new().await;
    let node = CentralNode::open(Scenario::default()).await;
    let folder = tempfile::tempdir().expect("a folder");
    let place = folder.path().display().to_string();
    let making = ["kata", "identity", "--folder", place.as_str()];

    let said = run(&making, &[]).await;
    let id = said
        .lines()
        .find_map(|it| it.strip_prefix("external system id"))
        .expect("an id")
        .trim();
    let key = folder.path().join("kata.key");
    let mode = std::fs::metadata(&key).expect("a key").permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    let written = std::fs::read(&key).expect("a key");
    let again = identity::make(folder.path(), 1, Clock::system().now());
    assert!(again.is_err(), "nothing is written over");
    assert_eq!(std::fs::read(&key).expect("a key"), written);

    let certificate = folder.path().join("kata.crt").display().to_string();
    let key = key.display().to_string();
    let own = [
        ("backends.kata.external_system_id", id),
        ("backends.kata.certificate_file", certificate.as_str()),
        ("backends.kata.key_file", key.as_str()),
    ];
    let report = examine(&it, &node, &own).await;
    let identity = of_kata(&report, Name::Identity);
    assert_eq!(identity.outcome(), CheckResult::Ok, "{report}");
    let shown = identity.finding().split_whitespace();
    let fingerprint = shown.clone().find(|it| it.matches(':').count() == 31);
    assert!(said.contains(fingerprint.expect("a fingerprint")), "{said}");
    let rows = node.sim().external_systems();
    assert!(rows.iter().any(|it| it.id == id), "{rows:?}");
}
