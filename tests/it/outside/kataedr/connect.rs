//! `connect`: how far one gets, whose certificate comes, and that nothing but a handshake is sent.

use acceptance::{Answer, ask};
use kata_simulator::{Scenario, Simulator};
use serde_json::{Value, json};

use super::files::{FLAT, Files, kataedr, kataedr_of};
use super::proxy::ConnectProxy;
use super::tls_server::{Authority, TlsServer, dead_port, settings, silent};

fn server(answer: &Answer, at: usize) -> Value {
    answer.json()["servers"][at].clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_central_node_is_shown_by_its_pinned_certificate_and_asked_for_nothing() {
    let files = Files::new();
    let kata = Simulator::start(Scenario::default())
        .await
        .expect("it starts");
    let pinned = files.write("kata.pem", kata.certificate_pem());
    let file = files.write("kata.ini", settings(&[kata.address()], false));

    let text = kataedr(&["connect", &file, "--pinned", &pinned]).await;
    let told = kataedr(&["connect", &file, "--pinned", &pinned, "--json"]).await;

    assert_eq!(text.code, Some(0), "{}{}", text.output, text.errors);
    let place = kata.address();
    assert!(
        text.output.starts_with(&format!(
            "{place}  response  fine\n  address     {place} connected\n"
        )),
        "{}",
        text.output
    );
    assert!(
        text.output.contains("\n  subject     CN=KATA-SIMULATOR\n"),
        "{}",
        text.output
    );
    assert!(text.output.contains("\n  trust       it is a pinned one; neither name nor dates count\n  name        the certificate is not for this address\n"), "{}", text.output);
    assert!(
        text.output
            .ends_with("\n\nReached and trusted: 1 of 1 server.\n"),
        "{}",
        text.output
    );
    let told = server(&told, 0);
    assert_eq!(told["certificate"]["notAfter"], "2044-01-01T00:00:00Z");
    let shown = told["certificate"]["sha256"]
        .as_str()
        .expect("a fingerprint");
    let bare = |it: &str| it.replace(':', "").to_lowercase();
    assert_eq!(bare(shown), bare(&kata.certificate_fingerprint()));
    assert_eq!(told["protocol"], "TLSv1_3");
    assert_eq!(told["clientCertificate"]["asked"], true);
    assert!(kata.journal().requests().is_empty(), "nothing is asked");
    kata.verdict().expect("nothing is left open");
}

#[tokio::test(flavor = "multi_thread")]
async fn certificates_that_are_not_accepted_are_shown_and_said_what_to_do_about() {
    let files = Files::new();
    let (ours, theirs) = (Authority::new(), Authority::named("Other"));
    let ca = files.write("ca.pem", &ours.pem);
    let evil = "kata\u{1b}[2J";
    let good = TlsServer::start(&ours.good("127.0.0.1", "good"), None).await;
    let old = ours.issue("127.0.0.1", "old", rcgen::date_time_ymd(2021, 1, 1));
    let old = TlsServer::start(&old, None).await;
    let foreign = TlsServer::start(&theirs.good("127.0.0.1", evil), None).await;
    let other = TlsServer::start(&ours.good("kata.example", "other"), None).await;
    let all = [&good, &old, &foreign, &other].map(|it| it.address);
    let file = files.write("kata.ini", settings(&all, false));

    let answer = kataedr(&["connect", &file, "--ca", &ca, "--json"]).await;
    let text = kataedr(&["connect", &file, "--ca", &ca]).await;

    assert_eq!((answer.code, text.code), (Some(1), Some(1)));
    let told: Vec<Value> = (0..4).map(|at| server(&answer, at)).collect();
    let trusted: Vec<&Value> = told.iter().map(|it| &it["trusted"]).collect();
    assert_eq!(
        trusted,
        [&json!(true), &json!(false), &json!(false), &json!(false)]
    );
    let verdict = |at: usize| told[at]["verdict"].as_str().expect("a text").to_owned();
    assert_eq!(verdict(0), "an authority of --ca vouches for it");
    assert!(
        verdict(1).contains("Renew it on the server"),
        "{}",
        verdict(1)
    );
    assert!(
        verdict(2).contains("give that certificate with --pinned"),
        "{}",
        verdict(2)
    );
    assert!(
        verdict(3).contains("Give an address that the certificate is for"),
        "{}",
        verdict(3)
    );
    assert_eq!(told[1]["certificate"]["subject"], "CN=old");
    assert!(told[1]["certificate"]["daysLeft"].as_i64().expect("days") < 0);
    assert_eq!(told[2]["certificate"]["subject"], format!("CN={evil}"));
    assert_eq!(told[3]["certificate"]["names"], json!(["kata.example"]));
    let fits: Vec<&Value> = told.iter().map(|it| &it["fitsAddress"]).collect();
    assert_eq!(
        fits,
        [&json!(true), &json!(true), &json!(true), &json!(false)]
    );
    assert!(text.output.contains("CN=kata\\u{1b}[2J") && !text.output.contains('\u{1b}'));
    assert!(
        text.output.contains("2021-01-01T00:00:00Z, over\n"),
        "{}",
        text.output
    );
    assert!(
        text.output
            .ends_with("Reached and trusted: 1 of 4 servers.\n")
    );
    for it in [&good, &old, &foreign, &other] {
        assert_eq!(it.heard_in(2).await, 0, "nothing but handshakes is sent");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dead_port_a_silent_server_and_an_unknown_name_are_told_apart_in_the_file_s_order() {
    let files = Files::new();
    let pinned = files.write("pin.pem", &Authority::new().pem);
    let (_held, dead) = dead_port();
    let (_listening, mute) = silent().await;
    let plain = kata_plain().await;
    let mut text = settings(&[mute, dead, plain], false);
    text.push_str("[Endpoints.item_0003]\nAddress=nobody.invalid\nPort=443\n");
    let file = files.write("kata.ini", text);

    let answer = kataedr(&[
        "connect",
        &file,
        "--pinned",
        &pinned,
        "--timeout=1",
        "--json",
    ])
    .await;

    assert_eq!(answer.code, Some(1));
    let told: Vec<Value> = (0..4).map(|at| server(&answer, at)).collect();
    let obstacle = |at: usize| {
        let it = &told[at]["obstacle"];
        (
            it["stage"].as_str().expect("a stage"),
            it["reason"].as_str().expect("a reason"),
        )
    };
    assert_eq!(obstacle(0).0, "handshake");
    assert!(
        obstacle(0).1.starts_with("nothing answers within"),
        "{:?}",
        obstacle(0)
    );
    assert_eq!(obstacle(1), ("tcp", "the connection is refused"));
    assert_eq!(
        told[1]["attempts"],
        json!([{"address": dead.to_string(), "outcome": "refused"}])
    );
    assert_eq!(obstacle(2), ("handshake", "it does not speak TLS"));
    assert_eq!(obstacle(3).0, "name");
    assert!(told.iter().all(|it| it["certificate"].is_null()));
}

/// A server that speaks HTTP to whoever connects.
async fn kata_plain() -> std::net::SocketAddr {
    use tokio::io::AsyncWriteExt as _;
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
        .await
        .expect("a port");
    let address = listener.local_addr().expect("an address");
    tokio::spawn(async move {
        let mut open = Vec::new();
        while let Ok((mut socket, _)) = listener.accept().await {
            let _ = socket.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n").await;
            open.push(socket);
        }
    });
    address
}

#[tokio::test(flavor = "multi_thread")]
async fn servers_for_events_are_tried_where_the_mode_is_known_to_read_them_and_each_once() {
    let files = Files::new();
    let authority = Authority::new();
    let ca = files.write("ca.pem", &authority.pem);
    let one = TlsServer::start(&authority.good("127.0.0.1", "one"), None).await;
    let two = TlsServer::start(&authority.good("127.0.0.1", "two"), None).await;
    let list = |list: &str, item: usize, port: u16| {
        format!("[{list}.item_{item:04}]\nAddress=127.0.0.1\nPort={port}\n")
    };
    let of = |mode: &str| {
        [
            format!("Mode={mode}\n"),
            list("Endpoints", 0, one.address.port()),
            list("TelemetrySettings.Endpoints", 0, one.address.port()),
            list("TelemetrySettings.Endpoints", 1, two.address.port()),
        ]
        .concat()
    };

    let expert = kataedr_of(
        &["connect", "-", "--ca", &ca, "--json"],
        of("EDRExpertOnPrem"),
    )
    .await;
    let kata = kataedr_of(&["connect", "-", "--ca", &ca, "--json"], of("EDRKATA")).await;

    let purposes = |it: &Answer| -> Vec<Value> {
        let told = it.json();
        let each = told["servers"].as_array().expect("a list");
        each.iter().map(|it| it["purposes"].clone()).collect()
    };
    assert_eq!(
        (expert.code, kata.code),
        (Some(0), Some(0)),
        "{}",
        expert.output
    );
    assert_eq!(
        purposes(&expert),
        [json!(["response", "telemetry"]), json!(["telemetry"])]
    );
    assert_eq!(purposes(&kata), [json!(["response"])]);
    assert_eq!((one.heard_in(2).await, two.heard_in(1).await), (0, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_way_leads_through_a_proxy_whose_password_is_never_shown() {
    let files = Files::new();
    let authority = Authority::new();
    let ca = files.write("ca.pem", &authority.pem);
    let target = TlsServer::start(&authority.good("127.0.0.1", "kata"), None).await;
    let (_held, dead) = dead_port();
    let proxy = ConnectProxy::start(Some("Basic dTpzM2NyZXQ=")).await;
    let file = files.write("kata.ini", settings(&[target.address, dead], false));
    let (good, bad) = (
        format!("http://u:s3cret@{}", proxy.address),
        format!("http://u:n0pass@{}", proxy.address),
    );
    let asked = async |options: &[&str], environment: &[(&str, &str)]| {
        let own = ["kataedr", "connect", &file, "--ca", &ca, "--json"];
        ask(&[&own, options].concat(), environment, b"").await
    };

    let through = asked(&["--proxy", &good], &[]).await;
    let refused = asked(&["--proxy", &bad], &[]).await;
    let by_environment = asked(&[], &[("HTTPS_PROXY", &good)]).await;
    let before = proxy.asked().len();
    let around = asked(&[], &[("HTTPS_PROXY", &good), ("NO_PROXY", "127.0.0.0/8")]).await;
    let none = asked(&["--proxy=none"], &[("HTTPS_PROXY", &good)]).await;

    assert_eq!(before, 6);
    assert_eq!(proxy.asked().len(), before, "who goes around does not ask");
    let head = format!(
        "CONNECT {0} HTTP/1.1\r\nHost: {0}\r\nProxy-Authorization: Basic dTpzM2NyZXQ=\r\n\r\n",
        target.address
    );
    assert!(proxy.asked().contains(&head), "{:?}", proxy.asked());
    for answer in [&through, &by_environment] {
        let reached = server(answer, 0);
        assert_eq!(reached["fine"], true, "{}", answer.output);
        assert_eq!(reached["proxy"], proxy.address.to_string());
        let lost = server(answer, 1);
        assert_eq!(
            lost["obstacle"],
            json!({"stage": "proxy", "reason": "the proxy refuses (502)"})
        );
    }
    let word = "the proxy does not take the user or the password (407)";
    assert_eq!(server(&refused, 0)["obstacle"]["reason"], word);
    for answer in [&around, &none] {
        assert_eq!(
            (&server(answer, 0)["fine"], &server(answer, 0)["proxy"]),
            (&json!(true), &json!(null))
        );
    }
    for answer in [&through, &refused, &by_environment] {
        let said = format!("{}{}", answer.output, answer.errors);
        assert!(
            !said.contains("s3cret") && !said.contains("n0pass") && !said.contains("dTpz"),
            "{said}"
        );
    }
    assert_eq!(target.heard_in(4).await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_asked_wrongly_ends_with_2_before_anybody_is_connected_to() {
    let files = Files::new();
    let text = files.write("text.pem", "no certificate");
    for options in [
        &["connect", "-", "--proxy", "https://u:s3cret@proxy"] as &[&str],
        &["connect", "-", "--ca", &text],
        &["connect", "-", "--pinned", "/nowhere"],
        &["connect", "-", "--ca", &text, "--pinned", &text],
        &["connect", "-", "--client-key", &text],
        &["connect", "-", "--timeout=0"],
        &["connect", "-", "--pinned=-"],
    ] {
        let answer = kataedr_of(options, FLAT).await;
        assert_eq!(
            (answer.code, answer.output.as_str()),
            (Some(2), ""),
            "{options:?}"
        );
        assert!(
            !answer.errors.is_empty() && !answer.errors.contains("s3cret"),
            "{}",
            answer.errors
        );
    }
    let pinned = files.write("pin.pem", &Authority::new().pem);
    let bad = kataedr_of(
        &["connect", "-", "--pinned", &pinned],
        "Port=0\nAddress=x y\n",
    )
    .await;
    assert_eq!(bad.code, Some(2));
    assert!(
        bad.errors.contains("(port-out-of-range)") || bad.errors.contains("more error"),
        "{}",
        bad.errors
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_is_resolved_and_without_other_files_the_system_s_roots_count() {
    let files = Files::new();
    let authority = Authority::new();
    let roots = files.write("roots.pem", &authority.pem);
    let others = files.write("others.pem", &Authority::named("Other").pem);
    let target = TlsServer::start(&authority.good("localhost", "kata"), None).await;
    let port = target.address.port();
    let settings = format!("Address=localhost\nPort={port}\n");
    let asked = async |roots: &str| {
        let arguments = ["kataedr", "connect", "-", "--json"];
        ask(&arguments, &[("SSL_CERT_FILE", roots)], settings.as_bytes()).await
    };

    let known = asked(&roots).await;
    let unknown = asked(&others).await;

    assert_eq!(
        (known.code, unknown.code),
        (Some(0), Some(1)),
        "{}",
        known.output
    );
    let told = server(&known, 0);
    assert_eq!(told["verdict"], "the system's roots vouch for it");
    assert_eq!(told["fitsAddress"], true);
    assert!(told["times"]["name"].is_u64());
    // What comes before it, such as ::1, is told too.
    let attempts = told["attempts"].as_array().expect("a list");
    let connected = json!({"address": target.address.to_string(), "outcome": "connected"});
    assert!(attempts.contains(&connected), "{attempts:?}");
    let verdict = server(&unknown, 0)["verdict"].to_string();
    assert!(
        verdict.contains("UnknownIssuer") && verdict.contains("--pinned"),
        "{verdict}"
    );
    assert_eq!(target.heard_in(2).await, 0);
}
