//! KSC's clock and the gateway's.

use std::time::Duration;

use acceptance::calls::FIND_HOSTS;
use acceptance::{WS_042, environment};
use edr_gateway::clock::Clock;
use edr_gateway::config::Settings;
use edr_gateway::doctor::{self, CheckResult, Name};
use ksc_simulator::{Fault, FaultKind};

use super::installation::{Installation, expect, expect_failed, one};

#[tokio::test(flavor = "multi_thread")]
async fn clocks_apart_are_found_in_both_directions() {
    for (seconds, outcome, says) in [
        (0, CheckResult::Ok, "within 2 s"),
        (2, CheckResult::Ok, "within 2 s"),
        (-2, CheckResult::Ok, "within 2 s"),
        (4, CheckResult::Warning, "4 s ahead of"),
        (-5, CheckResult::Warning, "5 s behind"),
        (6, CheckResult::Failed, "6 s ahead of"),
        (-6, CheckResult::Failed, "6 s behind"),
        (90, CheckResult::Failed, "90 s ahead of"),
        (-10_800, CheckResult::Failed, "behind"),
    ] {
        let it = Installation::with_clocks_apart(seconds).await;

        let report = it.examine(&[]).await;

        assert_eq!(
            one(&report, Name::Clock).outcome(),
            outcome,
            "{seconds}\n{report}"
        );
        expect(&report, Name::Clock, outcome, says);
        let questions = it.sim.journal().count(FIND_HOSTS);
        assert!(questions <= 20, "{seconds}: {questions}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn clocks_are_compared_by_the_newest_incident_where_there_is_one() {
    let house = acceptance::House::open().await;
    house.soar().isolate(WS_042).await.expect(202);
    let folder = tempfile::tempdir().expect("a folder");
    let environment = environment(&house.sim, folder.path(), Vec::new());
    let settings = Settings::load("", environment).expect("good settings");
    let clock = Clock::stepped(house.sim.now() + Duration::from_secs(30));
    let hosts = house.sim.journal().count(FIND_HOSTS);

    let report = doctor::examine(settings, clock).await;

    expect(
        &report,
        Name::Incidents,
        CheckResult::Ok,
        "1 in the last 24 hours",
    );
    expect(&report, Name::Clock, CheckResult::Failed, "30 s behind");
    // One question to see that hosts can be read, and none for the clock.
    assert_eq!(house.sim.journal().count(FIND_HOSTS), hosts + 1);
    assert_eq!(house.incident_bodies().len(), 1);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clock_that_cannot_be_compared_is_a_warning() {
    let it = Installation::new().await;
    // The third search for hosts is the first one for the clock.
    it.sim
        .faults()
        .push(Fault::on(FIND_HOSTS, FaultKind::delay(Duration::ZERO)));
    it.sim
        .faults()
        .push(Fault::on(FIND_HOSTS, FaultKind::pxg("KLSTD", 1192)).forever());

    let report = it.examine(&[]).await;

    expect_failed(&report, &[]);
    expect(
        &report,
        Name::Clock,
        CheckResult::Warning,
        "could not be measured",
    );
}
