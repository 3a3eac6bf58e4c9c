//! The certificate of KSC.

use edr_gateway::doctor::{CheckResult, Name, Report};
use ksc_simulator::{Scenario, Simulator};

use super::installation::{Installation, expect, expect_failed, expect_skipped_from, one};

#[tokio::test(flavor = "multi_thread")]
async fn another_certificate_than_the_pinned_one_is_shown_with_both_fingerprints() {
    let it = Installation::new().await;
    let other = Simulator::start(Scenario::default())
        .await
        .expect("it starts");
    let pin = other.certificate_file().display().to_string();

    let report = it
        .examine(&[("backends.ksc.pinned_certificate_file", &pin)])
        .await;

    expect_failed(&report, &[Name::Endpoint]);
    expect(
        &report,
        Name::Endpoint,
        CheckResult::Failed,
        "not the pinned one",
    );
    let real = it.examine(&[]).await;
    let fingerprint = |report: &Report| {
        let finding = one(report, Name::Trust).finding();
        let found = finding.split(' ').find(|it| it.matches(':').count() == 31);
        found.expect("a fingerprint").to_owned()
    };
    let finding = one(&report, Name::Endpoint).finding();
    assert!(finding.contains(&format!("presented {}", fingerprint(&real))));
    assert!(finding.contains(&format!("pinned {}", fingerprint(&report))));
    expect_skipped_from(&report, Name::Login, "no endpoint can be used");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_certificate_that_ksc_made_for_itself_cannot_be_trusted_through_a_ca_file() {
    let it = Installation::new().await;
    let ca = it.sim.certificate_file().display().to_string();

    let report = it
        .examine(&[
            ("backends.ksc.pinned_certificate_file", ""),
            ("backends.ksc.ca_file", &ca),
        ])
        .await;

    expect_failed(&report, &[Name::Endpoint]);
    expect(
        &report,
        Name::Endpoint,
        CheckResult::Failed,
        "has to be pinned",
    );
}
