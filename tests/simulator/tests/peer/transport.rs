//! Certificate, connections, and the clock in real time.

use crate::clients::{Client, isolation, request};
use ksc_simulator::{Clock, RunState, Scenario, Simulator, WS_042};
use serde_json::json;
use std::sync::Arc;
use time::OffsetDateTime;
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::crypto::aws_lc_rs;
use tokio_rustls::rustls::pki_types::pem::PemObject as _;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName};
use tokio_rustls::rustls::{ClientConfig, RootCertStore};

#[tokio::test]
async fn a_stock_verifier_refuses_the_certificate_even_as_a_root() {
    let sim = Simulator::start(Scenario::default())
        .await
        .expect("it starts");
    let certificate = CertificateDer::from_pem_slice(sim.certificate_pem().as_bytes());
    let mut roots = RootCertStore::empty();
    roots
        .add(certificate.expect("PEM"))
        .expect("a CA may be a root");
    let config = ClientConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .expect("the provider knows TLS 1.2 and 1.3")
        .with_root_certificates(roots)
        .with_no_client_auth();
    let tcp = TcpStream::connect(sim.addr()).await.expect("it listens");

    let name = ServerName::from(sim.addr().ip());
    let refused = TlsConnector::from(Arc::new(config))
        .connect(name, tcp)
        .await;

    let why = refused
        .err()
        .map(|error| error.to_string())
        .unwrap_or_default();
    assert!(why.contains("invalid peer certificate"), "{why}");
}

#[tokio::test]
async fn a_connection_is_kept_over_many_calls() {
    let sim = Simulator::start(Scenario::default())
        .await
        .expect("it starts");
    let mut client = Client::with_session(&sim).await;

    for _ in 0..50 {
        client.done("Session.Ping", json!({})).await;
    }

    assert!(
        sim.journal()
            .calls()
            .iter()
            .all(|call| call.connection == 1)
    );
    client.end_session().await;
    sim.verdict().expect("no rule was broken");
}

#[tokio::test]
async fn a_call_without_arguments_may_come_without_a_body_or_in_chunks() {
    let sim = Simulator::start(Scenario::default())
        .await
        .expect("it starts");
    let mut client = Client::with_session(&sim).await;
    let token = format!("X-KSC-Session: {}", client.session().expect("a session"));

    client
        .send(&request(
            "/api/v1.0/Session.Ping",
            std::slice::from_ref(&token),
            "",
        ))
        .await;
    assert_eq!(client.reply().await.expect("a reply").body, "{}");
    let chunked = format!(
        "POST /api/v1.0/Session.Ping HTTP/1.1\r\nHost: ksc\r\n{token}\r\n\
         Transfer-Encoding: chunked\r\n\r\n2\r\n{{}}\r\n0\r\n\r\n"
    );
    client.send(chunked.as_bytes()).await;
    assert_eq!(client.reply().await.expect("a reply").body, "{}");

    client.end_session().await;
    sim.verdict().expect("no rule was broken");
}

#[tokio::test]
async fn a_request_id_stands_in_the_journal() {
    let sim = Simulator::start(Scenario::default())
        .await
        .expect("it starts");
    let mut client = Client::with_session(&sim).await;
    let header = ["X-KSC-RequestId: 00C0FFEE00C0FFEE_0000000000000001"];

    client
        .post(
            "HostGroup.AddIncident",
            &header,
            &isolation(WS_042).to_string(),
        )
        .await;

    let expected = Some("00C0FFEE00C0FFEE_0000000000000001");
    assert_eq!(
        sim.journal().calls_to("HostGroup.AddIncident")[0]
            .request_id
            .as_deref(),
        expected
    );
    assert_eq!(sim.journal().incidents()[0].request_id.as_deref(), expected);
}

#[tokio::test]
async fn in_real_time_the_world_moves_by_itself() {
    let clock = Clock::Real { speed: 1000.0 };
    let scenario = Scenario {
        clock,
        session_idle_seconds: 1_000_000,
        ..Scenario::default()
    };
    let sim = Simulator::start(scenario).await.expect("it starts");
    let mut client = Client::with_session(&sim).await;

    client
        .done("HostGroup.AddIncident", isolation(WS_042))
        .await;

    let finished = || {
        sim.response_tasks()
            .iter()
            .any(|task| task.runs[0].1 == RunState::Success)
    };
    sim.journal().wait_for(|_| finished()).await;
}

#[tokio::test]
async fn a_stepped_clock_starts_at_a_whole_second_and_moves_by_steps_only() {
    let start = OffsetDateTime::UNIX_EPOCH + std::time::Duration::from_millis(1_767_323_045_678);
    let clock = Clock::Stepped(start);
    let sim = Simulator::start(Scenario {
        clock,
        ..Scenario::default()
    })
    .await
    .expect("it starts");

    assert_eq!(sim.now().nanosecond(), 0);
    let before = sim.now();
    sim.advance(std::time::Duration::from_secs(5)).await;

    assert_eq!(sim.now() - before, time::Duration::seconds(5));
}

#[tokio::test]
async fn the_same_seed_makes_the_same_world() {
    let one = Simulator::start(Scenario::default())
        .await
        .expect("it starts");
    let two = Simulator::start(Scenario::default())
        .await
        .expect("it starts");

    assert_eq!(one.hosts(), two.hosts());
    assert_eq!(one.host("WS-042").id, WS_042);
    assert_eq!(one.host("WS-042").fqdn, "ws-042.corp.example");
}
