//! What the account may see, and what KSC must have.

use acceptance::calls::FIND_HOSTS;
use edr_gateway::doctor::{CheckResult, Name};
use ksc_simulator::{Fault, FaultKind, Scenario};

use super::installation::{Installation, expect, expect_failed, one};

#[tokio::test(flavor = "multi_thread")]
async fn without_rights_each_kind_of_record_is_a_line_that_names_the_right() {
    let it = Installation::new().await;
    it.sim.set_rights(false);

    let report = it.examine(&[]).await;

    let denied = [Name::Incidents, Name::Hosts, Name::Tasks];
    expect_failed(
        &report,
        &[
            Name::Incidents,
            Name::Hosts,
            Name::Tasks,
            Name::ServiceConsole,
        ],
    );
    for name in denied {
        expect(&report, name, CheckResult::Failed, "KLSTD 1184");
        let action = one(&report, name).action().expect("an action");
        assert!(action.contains("General features: Basic functionality"));
    }
    expect(
        &report,
        Name::Clock,
        CheckResult::Warning,
        "not be measured",
    );
    expect(
        &report,
        Name::Server,
        CheckResult::Warning,
        "cannot be read",
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn one_missing_right_is_one_failed_line() {
    let it = Installation::new().await;
    it.sim
        .faults()
        .push(Fault::on(FIND_HOSTS, FaultKind::pxg("KLSTD", 1184)).forever());

    let report = it.examine(&[]).await;

    expect_failed(&report, &[Name::Hosts]);
    // Without a host the tasks are walked over instead, and what was opened is given back.
    expect(&report, Name::Tasks, CheckResult::Ok, "can be read");
    assert_eq!(it.sim.journal().count("Tasks.ReleaseTasksIterator"), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_goes_away_while_it_is_looked_at_is_no_fault() {
    for (method, walked) in [("Tasks.GetAllTasksOfHost", 1), ("Tasks.GetTask", 0)] {
        let it = Installation::new().await;
        let gone = Fault::on(method, FaultKind::pxg("KLSTD", 1186));
        it.sim.faults().push(gone);

        let report = it.examine(&[]).await;

        expect_failed(&report, &[]);
        expect(&report, Name::Tasks, CheckResult::Ok, "can be read");
        assert_eq!(it.sim.journal().count("Tasks.GetNextTask"), walked);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_missing_service_console_fails_only_where_it_is_required() {
    let it = Installation::of(Scenario {
        console_connected: false,
        ..Scenario::default()
    })
    .await;
    let required = it.examine(&[]).await;
    let it = Installation::of(Scenario {
        console_connected: false,
        ..Scenario::default()
    })
    .await;
    let optional = it
        .examine(&[("backends.ksc.require_service_console", "false")])
        .await;

    expect_failed(&required, &[Name::ServiceConsole]);
    expect_failed(&optional, &[]);
    expect(
        &optional,
        Name::ServiceConsole,
        CheckResult::Warning,
        "none is connected",
    );
    for report in [required, optional] {
        let action = one(&report, Name::ServiceConsole).action().expect("action");
        assert!(action.contains("background connection"), "{action}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_old_server_that_does_not_know_a_question_is_a_warning() {
    for method in [
        "ConEvents.IsAnyServiceConsoleAvailable",
        "HostGroup.GetStaticInfo",
    ] {
        let it = Installation::new().await;
        it.sim
            .faults()
            .push(Fault::on(method, FaultKind::pxg("KLCONN", 1194)).forever());

        let report = it.examine(&[]).await;

        expect_failed(&report, &[]);
        let name = if method.starts_with("ConEvents") {
            Name::ServiceConsole
        } else {
            Name::Server
        };
        expect(&report, name, CheckResult::Warning, "KLCONN 1194");
    }
}
