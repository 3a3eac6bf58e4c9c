//! Endpoints of KSC that are away, strange or slow.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use acceptance::calls::LOGIN;
use edr_gateway::doctor::{CheckResult, Name};
use ksc_simulator::{Fault, FaultKind, Scenario, Simulator};
use tokio::io::AsyncReadExt;
use tokio::net::TcpListener;

use super::installation::{Installation, closed_port, expect, expect_failed, expect_skipped_from};

/// Accepts and never answers.
async fn mute() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("bound");
    tokio::spawn(async move {
        let mut kept = Vec::new();
        while let Ok((stream, _)) = listener.accept().await {
            kept.push(stream);
        }
    });
    address
}

/// Answers whatever is said in plain HTTP, as a web server does that meets TLS.
async fn plain_http() -> SocketAddr {
    use tokio::io::AsyncWriteExt;
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("bound");
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut bytes = [0; 512];
            let _whatever = stream.read(&mut bytes).await;
            let answer = b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n";
            let _gone = stream.write_all(answer).await;
        }
    });
    address
}

#[tokio::test(flavor = "multi_thread")]
async fn endpoints_that_are_not_there_are_told_apart() {
    let it = Installation::new().await;
    for (endpoint, says) in [
        (format!("https://{}", closed_port().await), "refused"),
        (
            "https://ksc.invalid:13299".to_owned(),
            "the name cannot be resolved",
        ),
        (
            format!("https://{}", mute().await),
            "nothing answers within 300ms (in the TLS handshake)",
        ),
        (
            format!("https://{}", plain_http().await),
            "does not speak TLS",
        ),
    ] {
        let timeout = if says.contains("300ms") {
            "300ms"
        } else {
            "10s"
        };

        let report = it
            .examine(&[
                ("backends.ksc.endpoints", &endpoint),
                ("backends.ksc.connection_timeout", timeout),
            ])
            .await;

        expect_failed(&report, &[Name::Endpoint]);
        expect(&report, Name::Endpoint, CheckResult::Failed, says);
        expect_skipped_from(&report, Name::Login, "no endpoint can be used");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_endpoint_that_is_dead_is_a_warning_and_one_with_a_stranger_a_failure() {
    let it = Installation::new().await;
    let stranger = Simulator::start(Scenario::default())
        .await
        .expect("it starts");
    let endpoints = format!(
        "https://{},{},{}",
        closed_port().await,
        it.sim.url(),
        stranger.url()
    );

    let report = it.examine(&[("backends.ksc.endpoints", &endpoints)]).await;

    let looks: Vec<(CheckResult, &str)> = report
        .checks()
        .iter()
        .filter(|it| it.name() == Name::Endpoint)
        .map(|it| (it.outcome(), it.subject().expect("a place")))
        .collect();
    let outcomes: Vec<CheckResult> = looks.iter().map(|it| it.0).collect();
    assert_eq!(
        outcomes,
        [CheckResult::Warning, CheckResult::Ok, CheckResult::Failed],
        "{report}"
    );
    assert_eq!(looks[1].1, it.sim.addr().to_string());
    expect_failed(&report, &[Name::Endpoint]);
    expect(&report, Name::Login, CheckResult::Ok, "logged in");
    assert_eq!(stranger.journal().count(LOGIN), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_ksc_that_falls_silent_is_not_waited_for_again_and_again() {
    let it = Installation::new().await;
    it.sim
        .faults()
        .push(Fault::on("HostGroup.FindIncidents", FaultKind::Stall).forever());
    let begun = Instant::now();

    let report = it.examine(&[("backends.ksc.request_timeout", "2s")]).await;

    assert!(begun.elapsed() < Duration::from_secs(20));
    expect_failed(&report, &[Name::Incidents]);
    expect(&report, Name::Incidents, CheckResult::Failed, "in time");
    expect_skipped_from(&report, Name::Hosts, "stopped answering");
    assert_eq!(it.sim.open_sessions(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_ksc_that_takes_its_time_for_everything_ends_the_examination() {
    let it = Installation::with_clocks_apart(-10_800).await;
    let slow = FaultKind::delay(Duration::from_millis(200));
    it.sim.faults().push(Fault::once(slow).forever());

    let report = it
        .examine(&[("backends.ksc.request_timeout", "600ms")])
        .await;

    expect_failed(&report, &[Name::Clock]);
    expect(&report, Name::Clock, CheckResult::Failed, "not finished");
    assert_eq!(it.sim.open_sessions(), 0);
}
