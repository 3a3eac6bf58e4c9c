//! Whoever has shown no good token holds no connection for long, and none that a caller needs.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use acceptance::{House, Program, SelfSigned, ksc_in_real_time};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use super::raw::{PATIENCE, rest, statuses, talk, token};

/// What strangers do with a connection that they mean to keep.
const MANNERS: [(&str, &str); 8] = [
    ("silent", ""),
    ("half a head", "GET /v1/whoami HTTP/1.1\r\nhost: a\r\n"),
    ("no token", "GET /v1/whoami HTTP/1.1\r\nhost: a\r\n\r\n"),
    (
        "a bad token",
        "GET /v1/whoami HTTP/1.1\r\nhost: a\r\nauthorization: Bearer a.b.c\r\n\r\n",
    ),
    (
        "a refusal, and the next head begun",
        "GET /v1/whoami HTTP/1.1\r\nhost: a\r\n\r\nGET /v1",
    ),
    ("nowhere", "GET /nothing HTTP/1.1\r\nhost: a\r\n\r\n"),
    (
        "the contract",
        "GET /openapi.json HTTP/1.1\r\nhost: a\r\n\r\n",
    ),
    (
        "the contract, and half a head",
        "GET /docs/ HTTP/1.1\r\nhost: a\r\n\r\nGET /docs/",
    ),
];

/// What is refused while more is to come, and is still listened to.
const LINGERING: (&str, &str) = (
    "a refusal in front of a body",
    "POST /v1/tasks HTTP/1.1\r\nhost: a\r\ncontent-length: 12000000\r\n\r\n{",
);

async fn open(addr: SocketAddr, begin: &str) -> TcpStream {
    let mut stream = TcpStream::connect(addr).await.expect("a connection");
    stream
        .write_all(begin.as_bytes())
        .await
        .expect("it is sent");
    stream
}

fn asked(token: &str) -> String {
    format!("GET /v1/whoami HTTP/1.1\r\nhost: a\r\nauthorization: Bearer {token}\r\n\r\n")
}

/// One answer on a connection that stands.
async fn answer(stream: &mut TcpStream, ask: &str) -> String {
    stream.write_all(ask.as_bytes()).await.expect("it is sent");
    let mut text = String::new();
    let reading = async {
        loop {
            let mut bytes = vec![0; 65536];
            let count = stream.read(&mut bytes).await.expect("bytes");
            assert!(count > 0, "it is closed behind {text:?}");
            text.push_str(&String::from_utf8_lossy(&bytes[..count]));
            if let Some((head, body)) = text.split_once("\r\n\r\n") {
                let head = head.to_ascii_lowercase();
                let length = head
                    .lines()
                    .find_map(|it| it.strip_prefix("content-length: "));
                let length: usize = length.map_or(0, |it| it.parse().expect("a number"));
                if body.len() >= length {
                    break;
                }
            }
        }
    };
    tokio::time::timeout(PATIENCE, reading)
        .await
        .expect("in time");
    text
}

#[tokio::test(flavor = "multi_thread")]
async fn strangers_are_let_go_whatever_they_do_and_callers_are_kept() {
    let house = House::open().await;
    let good = asked(&token());
    let mut caller = open(house.addr(), "").await;
    assert_eq!(statuses(&answer(&mut caller, &good).await), [200]);

    let began = Instant::now();
    let going: Vec<_> = MANNERS
        .iter()
        .map(|(what, begin)| {
            let addr = house.addr();
            tokio::spawn(async move {
                let mut stream = open(addr, begin).await;
                let said = rest(&mut stream).await;
                (what, said, began.elapsed())
            })
        })
        .collect();
    for stranger in going {
        let (what, said, took) = stranger.await.expect("no panic");
        let said = said.unwrap_or_else(|| panic!("{what}: it is kept"));
        // Five or six seconds, and some for a busy machine.
        assert!(took < Duration::from_secs(12), "{what}: {took:?}");
        if statuses(&said)
            .first()
            .is_some_and(|it| [401, 404].contains(it))
        {
            assert!(said.contains("connection: close"), "{what}: {said}");
            assert!(took < Duration::from_secs(4), "{what}: {took:?}");
            assert_eq!(statuses(&said).len(), 1, "{what}: {said}");
        }
    }

    // All of them came later and are gone.
    assert_eq!(statuses(&answer(&mut caller, &good).await), [200]);
    // A bad token on a caller's connection, as proxies send everybody's on one, does not end it.
    let bad = asked("a.b.c");
    assert_eq!(statuses(&answer(&mut caller, &bad).await), [401]);
    assert_eq!(statuses(&answer(&mut caller, &good).await), [200]);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_has_what_it_needs_on_one_connection_and_not_without_end() {
    let house = House::open().await;
    let ask = "GET /docs/ HTTP/1.1\r\nhost: a\r\n\r\n";
    let mut stream = open(house.addr(), "").await;

    let mut answers = 0;
    loop {
        let said = answer(&mut stream, ask).await;
        assert_eq!(statuses(&said), [200]);
        answers += 1;
        if said.contains("connection: close") {
            break;
        }
    }

    assert!((12..=64).contains(&answers), "{answers}");
    assert_eq!(rest(&mut stream).await.as_deref(), Some(""));
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_arrives_although_the_body_was_not_read() {
    let house = House::open().await;
    for length in [1, 1000, 60_000, 200_000] {
        let head = format!(
            "POST /v1/tasks/isolateHost HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n\r\n"
        );
        let said = talk(house.addr(), head + &"x".repeat(length)).await;

        assert_eq!(statuses(&said), [401], "{length}");
        assert!(said.contains("token_missing"), "{length}: {said}");
    }
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn strangers_who_hold_every_connection_shut_nobody_out() {
    let sim = ksc_in_real_time(1.0).await;
    // Three quarters of these are for connections.
    let gateway = Program::start_with_few_files(&sim, Vec::new(), 256).await;
    gateway.until_ready().await;
    let addr = gateway.addr();
    let good = asked(&token());
    let last = good.replace("host: a", "host: a\r\nconnection: close");
    let mut before = open(addr, "").await;
    assert_eq!(statuses(&answer(&mut before, &good).await), [200]);

    for (what, begin) in MANNERS.into_iter().chain([LINGERING]) {
        let mut held = Vec::new();
        for _ in 0..400 {
            held.push(open(addr, begin).await);
        }
        // And a few that never stop coming.
        let coming: Vec<_> = (0..4)
            .map(|_| {
                tokio::spawn(async move {
                    loop {
                        if let Ok(mut it) = TcpStream::connect(addr).await {
                            let _sent = it.write_all(begin.as_bytes()).await;
                        }
                        tokio::task::yield_now().await;
                    }
                })
            })
            .collect();

        for number in 0..20 {
            let began = Instant::now();
            // Here is room for so few that a flood may take the place of one who has not spoken
            // yet: it comes again.
            while statuses(&talk(addr, &last).await) != [200] {
                let took = began.elapsed();
                assert!(took < Duration::from_secs(4), "{what}: {number}: {took:?}");
            }
            let took = began.elapsed();
            assert!(took < Duration::from_secs(4), "{what}: {number}: {took:?}");
        }
        for it in &coming {
            it.abort();
        }
        // A caller's connection is not taken while there is a stranger's.
        assert_eq!(statuses(&answer(&mut before, &good).await), [200], "{what}");
    }
    assert_eq!(gateway.admin("/health/ready").await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_holds_the_admin_listener_hides_neither_health_nor_metrics() {
    let sim = ksc_in_real_time(1.0).await;
    let gateway = Program::start(&sim, Vec::new()).await;
    gateway.until_ready().await;
    let mut held = Vec::new();
    for number in 0..400 {
        let begin = ["", "GET /health/live HTTP/1.1\r\nhost: a\r\n\r\n"][number % 2];
        held.push(open(gateway.admin_addr(), begin).await);
    }

    let ask = "GET /health/ready HTTP/1.1\r\nhost: a\r\n\r\n";
    for _ in 0..5 {
        let began = Instant::now();
        let mut probe = open(gateway.admin_addr(), "").await;
        assert_eq!(statuses(&answer(&mut probe, ask).await), [200]);
        let took = began.elapsed();
        assert!(took < Duration::from_secs(2), "{took:?}");
        // It is at home here, and kept.
        assert_eq!(statuses(&answer(&mut probe, ask).await), [200]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn strangers_who_hold_every_connection_of_a_tls_listener_shut_nobody_out() {
    let sim = ksc_in_real_time(1.0).await;
    let tls = SelfSigned::new();
    let gateway = Program::start_with_few_files(&sim, tls.settings().into(), 256).await;
    gateway.until_ready().await;
    let addr = gateway.addr();
    let trusted = reqwest::Certificate::from_pem(tls.own.cert.pem().as_bytes()).expect("PEM");
    let client = || {
        let client = reqwest::Client::builder().tls_certs_only([trusted.clone()]);
        client
            .resolve("localhost", addr)
            .timeout(PATIENCE)
            .no_proxy()
            .build()
            .expect("a client")
    };

    for begin in ["", "\u{16}\u{3}\u{1}", "GET / HTTP/1.1\r\n\r\n"] {
        let mut held = Vec::new();
        for _ in 0..400 {
            held.push(open(addr, begin).await);
        }
        for number in 0..5 {
            let url = format!("https://localhost:{}/v1/whoami", addr.port());
            let began = Instant::now();
            let asked = client().get(url).bearer_auth(token()).send().await;
            let took = began.elapsed();
            assert!(
                took < Duration::from_secs(2),
                "{begin:?}: {number}: {took:?}"
            );
            let answered = asked.unwrap_or_else(|it| panic!("{begin:?}: {number}: {it:?}"));
            assert_eq!(answered.status(), 200, "{begin:?}: {number}");
        }
    }
}
