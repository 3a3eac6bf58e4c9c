//! Where traces go: nobody waits for the collector, whatever is wrong with it, and doctor says so.

use std::sync::Arc;
use std::time::{Duration, Instant};

use acceptance::calls::ADD;
use acceptance::{Collector, House, Manner, Program, WS_042, environment, eventually, lines};
use edr_gateway::clock::Clock;
use edr_gateway::config::Settings;
use edr_gateway::doctor::{self, CheckResult, Name};
use ksc_simulator::{Fault, FaultKind};
use tokio::net::{TcpListener, TcpStream};

use super::collected::{
    DROPPED, EXPORTED, PARENT, TRACE, answered, house, is_request, isolate, only, until,
};

#[tokio::test(flavor = "multi_thread")]
async fn without_a_collector_lines_of_the_log_name_their_trace_all_the_same() {
    let house = House::open().await;
    house
        .sim
        .faults()
        .push(Fault::on(ADD, FaultKind::CommitThenDrop));

    let parent = format!("00-{TRACE}-{PARENT}-01");
    let reply = isolate(&house.soar(), WS_042, &parent).await.expect(202);

    for target in ["access", "audit", "edr_gateway::intake::way"] {
        let lines = lines(target, reply.request_id());
        assert!(!lines.is_empty(), "{target}");
        for line in lines {
            assert_eq!(line["trace_id"], TRACE, "{line}");
            assert_eq!(line["span_id"], answered(&reply).1, "{line}");
        }
    }
    assert_eq!(house.metric(EXPORTED).await, "0");
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_collector_that_refuses_rejects_or_asks_for_patience_costs_spans_and_nothing_else() {
    let collector = Collector::start().await;
    let house = house(&collector).await;
    until(&house, EXPORTED, 1).await;
    let dropped = async || {
        house
            .metric(DROPPED)
            .await
            .parse::<u64>()
            .unwrap_or_default()
    };
    assert_eq!(dropped().await, 0);

    // Taken, but for one.
    collector.behave(Manner::Reject(1));
    house.soar().get("/v1/whoami").await.expect(200);
    until(&house, DROPPED, 1).await;

    // Refused for good.
    collector.behave(Manner::Refuse(500, None));
    let before = dropped().await;
    house.soar().isolate(WS_042).await.expect(202);
    until(&house, DROPPED, before + 5).await;

    // Asked for patience, and given.
    collector.behave(Manner::Refuse(429, Some(1)));
    let (before, sent) = (dropped().await, collector.requests());
    let patient = house.soar().get("/v1/whoami").await.expect(200);
    eventually("it was told to wait", || {
        std::future::ready((collector.requests() > sent).then_some(()))
    })
    .await;
    collector.behave(Manner::Take);
    collector
        .trace(&answered(&patient).0, "it comes later", is_request)
        .await;
    assert_eq!(dropped().await, before);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_collector_that_hangs_keeps_nobody_waiting_and_no_shutdown_long() {
    let collector = Collector::start().await;
    let mut house = house(&collector).await;
    collector.behave(Manner::Hang);
    let sent = collector.requests();
    let before = house.soar().isolate("ws-001").await.expect(202);
    eventually("a batch hangs", || {
        std::future::ready((collector.requests() > sent).then_some(()))
    })
    .await;

    let begun = Instant::now();
    let created = house.soar().isolate(WS_042).await.expect(202);
    let took = begun.elapsed();

    // The collector is given 10 s for an answer.
    assert!(took < Duration::from_secs(8), "{took:?}");
    for reply in [before, created] {
        assert!(
            collector
                .spans()
                .iter()
                .all(|it| it.trace != answered(&reply).0)
        );
    }
    let begun = Instant::now();
    house.stop().await;
    let took = begun.elapsed();
    assert!(took < Duration::from_secs(9), "{took:?}");
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_collector_that_is_away_is_told_of_once_and_what_is_left_at_the_end_is_sent() {
    let mut collector = Collector::start().await;
    collector.leave().await;
    let sim = acceptance::ksc_in_real_time(60.0).await;
    let headers = tempfile::NamedTempFile::new().expect("a file");
    std::fs::write(headers.path(), "Authorization: Bearer of-the-collector\n").expect("a file");
    let settings = vec![
        collector.setting(),
        (
            "telemetry.otlp_headers_file",
            headers.path().display().to_string(),
        ),
    ];
    let environment = [
        (
            "OTEL_RESOURCE_ATTRIBUTES",
            "k8s.pod.name=gw-0,service.namespace=soc",
        ),
        // No other is read.
        ("OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT", "1"),
        // A machine that knows no authorities, of which none is needed here.
        ("SSL_CERT_FILE", "/nonexistent"),
        ("SSL_CERT_DIR", "/nonexistent"),
    ];
    let mut gateway = Program::start_with(&sim, settings, &environment).await;
    gateway.until_ready().await;
    let complaint = "the trace collector does not take spans";
    let said =
        |gateway: &Program, what: &str| gateway.log().iter().filter(|it| it.contains(what)).count();

    let kept = gateway.soar().isolate(WS_042).await.expect(202);
    eventually("it is told of", || {
        std::future::ready((said(&gateway, complaint) > 0).then_some(()))
    })
    .await;
    for _ in 0..20 {
        gateway.soar().get("/v1/whoami").await.expect(200);
    }
    collector.come_back().await;

    let spans = collector
        .trace(&answered(&kept).0, "what was kept", is_request)
        .await;
    let request = only(&spans, "POST /v1/tasks/isolateHost");
    assert_eq!(request.note("http.response.status_code"), "202");
    eventually("its return is told of", || {
        std::future::ready((said(&gateway, "takes spans again") == 1).then_some(()))
    })
    .await;
    assert_eq!(said(&gateway, complaint), 1);
    let program = &spans[0].program;
    assert_eq!(program["k8s.pod.name"], "gw-0");
    assert_eq!(program["service.namespace"], "soc");
    assert_eq!(program["service.name"], "edr-gateway");
    let told = |secret: &str| {
        let head = collector.heads().pop().unwrap_or_default().to_lowercase();
        head.contains(&format!("authorization: bearer {secret}\r\n"))
    };
    assert!(told("of-the-collector"));

    // A secret that was replaced is used at once, and the last spans are not left behind.
    std::fs::write(headers.path(), "Authorization: Bearer of-the-new-one\n").expect("a file");
    let last = gateway.soar().isolate("ws-001").await.expect(202);
    let begun = Instant::now();
    assert!(gateway.terminate().await.success());
    let (trace, id) = answered(&last);
    let spans = collector.spans();
    assert!(spans.iter().any(|it| it.trace == trace && it.id == id));
    assert!(spans.iter().any(|it| it.name == "KSC Session.EndSession"));
    assert!(told("of-the-new-one"));
    assert!(begun.elapsed() < Duration::from_secs(10));
    assert!(gateway.log().iter().all(|it| !it.contains("of-the-")));
}

/// A door with a certificate before a collector; the certificate is written into a file.
async fn behind_tls(collector: &Collector, certificate: &std::path::Path) -> String {
    use tokio_rustls::rustls::ServerConfig;
    use tokio_rustls::rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};

    let made = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]);
    let made = made.expect("a certificate");
    std::fs::write(certificate, made.cert.pem()).expect("a file");
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(made.signing_key.serialize_der()));
    let config = ServerConfig::builder()
        .with_no_client_auth()
        .with_single_cert(vec![made.cert.der().clone()], key);
    let acceptor = tokio_rustls::TlsAcceptor::from(Arc::new(config.expect("it fits the key")));
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let port = listener.local_addr().expect("bound").port();
    let target = collector.url().replace("http://", "");
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let (acceptor, target) = (acceptor.clone(), target.clone());
            tokio::spawn(async move {
                let mut stream = acceptor.accept(stream).await.ok()?;
                let mut behind = TcpStream::connect(target).await.ok()?;
                tokio::io::copy_bidirectional(&mut stream, &mut behind)
                    .await
                    .ok()
            });
        }
    });
    format!("https://localhost:{port}")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_collector_over_tls_must_have_a_certificate_of_its_authority() {
    let collector = Collector::start().await;
    let files = tempfile::tempdir().expect("a folder");
    let certificate = files.path().join("collector.pem");
    let url = behind_tls(&collector, &certificate).await;
    let path = certificate.display().to_string();
    let trusting = House::with(&[
        ("telemetry.otlp_endpoint", &url),
        ("telemetry.otlp_ca_file", &path),
    ])
    .await;
    let doubting = House::with(&[("telemetry.otlp_endpoint", &url)]).await;

    let kept = doubting.soar().get("/v1/whoami").await.expect(200);
    let sent = trusting.soar().get("/v1/whoami").await.expect(200);

    collector
        .trace(&answered(&sent).0, "the request", is_request)
        .await;
    trusting.close().await;
    doubting.close().await;
    let of_the_other = answered(&kept).0;
    assert!(collector.spans().iter().all(|it| it.trace != of_the_other));
}

#[tokio::test(flavor = "multi_thread")]
async fn doctor_says_whether_the_collector_takes_spans() {
    let collector = Collector::start().await;
    let house = House::open().await;
    let files = tempfile::tempdir().expect("a folder");
    let look = async || {
        let settings = environment(&house.sim, files.path(), vec![collector.setting()]);
        let settings = Settings::load("", settings).expect("good settings");
        let report = doctor::examine(settings, Clock::stepped(house.sim.now())).await;
        let check = report.checks().iter().find(|it| it.name() == Name::Traces);
        let check = check.expect("it was looked at");
        (check.outcome(), check.finding().to_owned())
    };

    let (good, _) = look().await;
    collector.behave(Manner::Refuse(404, None));
    let (bad, finding) = look().await;

    assert_eq!((good, bad), (CheckResult::Ok, CheckResult::Warning));
    assert!(finding.contains("404"), "{finding}");
    assert!(collector.spans().is_empty());
    house.close().await;
}
