//! What is refused before its body is read is answered so that the answer arrives: at those too who
//! read nothing before they have sent everything.

use std::sync::Arc;
use std::time::{Duration, Instant};

use acceptance::{House, Program, SelfSigned, ksc_in_real_time};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpSocket, TcpStream};
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::pki_types::ServerName;
use tokio_rustls::rustls::{ClientConfig, RootCertStore};

use super::raw::{PATIENCE, statuses, token};
use super::refused::refused;
use super::upload::Framing::{Chunked, Length};
use super::upload::{BYTES, head, send_then_read, upload};

#[tokio::test(flavor = "multi_thread")]
async fn an_early_answer_arrives_however_much_still_comes() {
    let house = House::open().await;
    let mut tried = 0;
    for (what, first, lines, status, words) in refused() {
        for framing in [Length, Chunked] {
            let head = head(first, &lines, framing, BYTES);
            let said = upload(house.addr(), &head, framing).await;

            let said = said.unwrap_or_else(|error| panic!("{what}, {framing:?}: {error}"));
            assert_eq!(
                statuses(&said),
                [status],
                "{what}, {framing:?}: {said:.800}"
            );
            assert!(said.contains(words), "{what}, {framing:?}: {said:.800}");
            tried += 1;
        }
    }
    acceptance::tell(&format!(
        "early answers in front of {BYTES} bytes: {tried} tried, all arrived"
    ));
    assert!(house.sim.journal().incidents().is_empty());
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_that_is_too_large_is_answered_whether_it_says_so_or_not() {
    let house = House::with(&[("server.max_body_bytes", "1048576")]).await;
    let lines = format!(
        "content-type: application/json\r\nauthorization: Bearer {}\r\n",
        token()
    );
    for framing in [Length, Chunked] {
        let head = head("POST /v1/tasks/iocScan", &lines, framing, BYTES);
        let said = upload(house.addr(), &head, framing).await;

        let said = said.unwrap_or_else(|error| panic!("{framing:?}: {error}"));
        assert_eq!(statuses(&said), [413], "{framing:?}: {said}");
        assert!(said.contains("body_too_large"), "{said}");
        assert!(said.contains("connection: close"), "{said}");
    }
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_asks_too_often_hears_so_behind_a_large_body() {
    let house = House::with(&[("limits.requests_per_minute_per_caller", "1")]).await;
    let lines = format!(
        "connection: close\r\ncontent-type: application/json\r\nauthorization: Bearer {}\r\n",
        token()
    );
    for (number, framing) in [Length, Chunked, Length, Chunked].into_iter().enumerate() {
        let head = head("POST /v1/tasks/iocScan", &lines, framing, BYTES);
        let said = upload(house.addr(), &head, framing).await;

        let said = said.unwrap_or_else(|error| panic!("{framing:?}: {error}"));
        // Blanks are no JSON.
        let wanted = if number == 0 { 400 } else { 429 };
        assert_eq!(statuses(&said), [wanted], "{framing:?}: {said}");
    }
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_replica_that_is_told_to_stop_still_says_what_it_has_to_say() {
    let sim = ksc_in_real_time(1.0).await;
    let settings = vec![("server.drain_delay", "4s".to_owned())];
    let mut gateway = Program::start(&sim, settings).await;
    gateway.until_ready().await;
    gateway.ask_to_end();
    acceptance::eventually("it is not ready any more", || async {
        (gateway.admin("/health/ready").await.status == 503).then_some(())
    })
    .await;

    for framing in [Length, Chunked] {
        let json = "content-type: application/json\r\n";
        let head = head("POST /v1/tasks/iocScan", json, framing, BYTES);
        let said = upload(gateway.addr(), &head, framing).await;
        let said = said.unwrap_or_else(|error| panic!("{framing:?}: {error}"));
        assert_eq!(statuses(&said), [401], "{framing:?}: {said}");
    }
    // Nobody who is still listened to keeps it from ending.
    let mut lingering = TcpStream::connect(gateway.addr())
        .await
        .expect("a connection");
    let head = head("POST /v1/tasks/iocScan", "", Length, BYTES);
    lingering
        .write_all(head.as_bytes())
        .await
        .expect("it is sent");
    let mut answer = [0; 12];
    lingering.read_exact(&mut answer).await.expect("an answer");
    let began = Instant::now();
    assert!(gateway.end().await.success());
    assert!(
        began.elapsed() < Duration::from_secs(20),
        "{:?}",
        began.elapsed()
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn over_tls_it_arrives_too_and_its_end_is_said() {
    let tls = SelfSigned::new();
    let settings = tls.settings();
    let settings = settings.each_ref().map(|(key, file)| (*key, file.as_str()));
    let house = House::with(&settings).await;
    let mut roots = RootCertStore::empty();
    roots
        .add(tls.own.cert.der().clone())
        .expect("a certificate");
    let config = ClientConfig::builder_with_provider(Arc::new(
        tokio_rustls::rustls::crypto::aws_lc_rs::default_provider(),
    ))
    .with_safe_default_protocol_versions()
    .expect("versions")
    .with_root_certificates(roots)
    .with_no_client_auth();
    let connector = TlsConnector::from(Arc::new(config));

    for (what, first, lines, status, _) in refused().into_iter().take(4) {
        for framing in [Length, Chunked] {
            let stream = TcpStream::connect(house.addr())
                .await
                .expect("a connection");
            let name = ServerName::try_from("localhost").expect("a name");
            let mut stream = connector.connect(name, stream).await.expect("TLS");
            let head = head(first, &lines, framing, BYTES);
            // A connection that ends without TLS's own end is an error here.
            let said = send_then_read(&mut stream, &head, framing, BYTES).await;

            let said = said.unwrap_or_else(|error| panic!("{what}, {framing:?}: {error}"));
            assert_eq!(statuses(&said), [status], "{what}: {said}");
        }
    }
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_that_stops_for_a_moment_does_not_cost_the_answer() {
    let house = House::open().await;
    let mut stream = TcpStream::connect(house.addr())
        .await
        .expect("a connection");
    let head = head("POST /v1/tasks/iocScan", "", Length, 400_000);
    stream.write_all(head.as_bytes()).await.expect("it is sent");
    let piece = vec![b' '; 100_000];
    // An upload over a poor line: longer than the library would wait.
    for _ in 0..4 {
        stream.write_all(&piece).await.expect("it is sent");
        tokio::time::sleep(Duration::from_millis(1200)).await;
    }
    let mut text = String::new();
    stream
        .read_to_string(&mut text)
        .await
        .expect("an orderly end");

    assert_eq!(statuses(&text), [401], "{text}");
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_listened_to_without_end() {
    let house = House::with(&[("server.max_body_bytes", "1048576")]).await;
    let token = token();
    let mut talks = Vec::new();
    for (what, lines) in [
        ("a stranger", String::new()),
        (
            "a caller",
            format!("authorization: Bearer {token}\r\ncontent-type: text/plain\r\n"),
        ),
    ] {
        for (how, pause, most) in [
            // All that it can: the bytes are bounded.
            ("floods", 0, 40),
            // A little at a time, to hold the connection: the time is.
            ("drips", 100, 12),
        ] {
            let addr = house.addr();
            let head = head("POST /v1/tasks/iocScan", &lines, Length, 1 << 40);
            talks.push(tokio::spawn(async move {
                let mut stream = TcpStream::connect(addr).await.expect("a connection");
                stream.write_all(head.as_bytes()).await.expect("it is sent");
                let began = Instant::now();
                let piece = vec![b' '; if pause == 0 { 1 << 16 } else { 1 }];
                let mut sent: u64 = 0;
                while stream.write_all(&piece).await.is_ok() {
                    sent += piece.len() as u64;
                    tokio::time::sleep(Duration::from_millis(pause)).await;
                    let took = began.elapsed();
                    assert!(took < Duration::from_secs(most), "{what} {how}: {took:?}");
                }
                (format!("{what} {how}"), sent, began.elapsed())
            }));
        }
    }
    for talk in talks {
        let (who, sent, took) = talk.await.expect("no panic");
        // What is read, and what the system holds on its way.
        assert!(sent < 100 << 20, "{who}: {sent}");
        acceptance::tell(&format!("{who}: let go after {sent} bytes and {took:?}"));
    }
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_has_sent_all_is_not_kept_waiting_for_the_end() {
    let house = House::open().await;
    for (what, lines, bytes, half_closes) in [
        ("all, and waits", "", 12 << 20, false),
        ("nothing", "", 0, false),
        ("all, and closes its side", "", 12 << 20, true),
        (
            "less than it said, and closes its side",
            "x: y\r\n",
            4 << 20,
            true,
        ),
    ] {
        let announced = if lines.is_empty() { bytes } else { 12 << 20 };
        let mut stream = TcpStream::connect(house.addr())
            .await
            .expect("a connection");
        let head = head("POST /v1/tasks/iocScan", lines, Length, announced);
        stream.write_all(head.as_bytes()).await.expect("it is sent");
        stream
            .write_all(&vec![b' '; bytes])
            .await
            .expect("it is sent");
        if half_closes {
            stream.shutdown().await.expect("its side is closed");
        }
        let began = Instant::now();
        let mut text = String::new();
        let read = stream.read_to_string(&mut text);
        let read = tokio::time::timeout(PATIENCE, read).await;
        read.expect("in time").expect("an orderly end");

        assert_eq!(statuses(&text), [401], "{what}: {text}");
        let took = began.elapsed();
        assert!(took < Duration::from_secs(3), "{what}: {took:?}");
    }
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_announces_a_body_and_sends_none_of_it_is_let_go_behind_the_answer() {
    let house = House::open().await;
    for (what, first, lines, status, _) in refused() {
        for framing in [Length, Chunked] {
            let mut stream = TcpStream::connect(house.addr())
                .await
                .expect("a connection");
            let head = head(first, &lines, framing, BYTES);
            stream.write_all(head.as_bytes()).await.expect("it is sent");
            let answer = super::raw::rest(&mut stream).await;

            let answer = answer.unwrap_or_else(|| panic!("{what}, {framing:?}: it is kept"));
            assert_eq!(statuses(&answer), [status], "{what}: {answer:.800}");
        }
    }
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_behind_the_last_answer_is_done() {
    let house = House::open().await;
    let (token, body) = (token(), r#"{"targetHost": "WS-042", "action": "isolate"}"#);
    let isolate = format!(
        "POST /v1/tasks/isolateHost HTTP/1.1\r\nhost: a\r\nauthorization: Bearer {token}\r\n\
         content-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    );
    for (what, first) in [
        (
            "who asked to close",
            format!(
                "GET /v1/whoami HTTP/1.1\r\nhost: a\r\nauthorization: Bearer {token}\r\nconnection: close\r\n\r\n"
            ),
        ),
        (
            "a stranger's refusal",
            "GET /v1/whoami HTTP/1.1\r\nhost: a\r\n\r\n".to_owned(),
        ),
        (
            "HTTP/1.0",
            format!("GET /v1/whoami HTTP/1.0\r\nauthorization: Bearer {token}\r\n\r\n"),
        ),
        (
            "a refusal that waited for nobody",
            format!(
                "GET /v1/hosts/none HTTP/1.1\r\nhost: a\r\nauthorization: Bearer {token}\r\nconnection: close\r\n\r\n"
            ),
        ),
    ] {
        let said = super::raw::talk(house.addr(), format!("{first}{isolate}")).await;
        let answers = said.matches("HTTP/1.").count();
        assert!((1..=2).contains(&answers), "{what}: {said}");
        assert!(!said.contains(" 202 "), "{what}: {said}");
        assert!(house.sim.journal().incidents().is_empty(), "{what}");
    }
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_reads_slowly_hears_the_whole_answer() {
    let house = House::open().await;
    let socket = TcpSocket::new_v4().expect("a socket");
    socket.set_recv_buffer_size(4096).expect("a small window");
    let mut stream = socket.connect(house.addr()).await.expect("a connection");
    let head = head("GET /openapi.json", "connection: close\r\n", Length, BYTES);
    stream.write_all(head.as_bytes()).await.expect("it is sent");

    let mut text = Vec::new();
    let mut piece = vec![0; 16 * 1024];
    loop {
        let read = stream.read(&mut piece).await.expect("an orderly end");
        if read == 0 {
            break;
        }
        text.extend_from_slice(&piece[..read]);
        tokio::time::sleep(Duration::from_millis(20)).await;
    }

    let text = String::from_utf8(text).expect("text");
    let (_, body) = text.split_once("\r\n\r\n").expect("a head");
    serde_json::from_str::<serde_json::Value>(body).expect("the whole document");
    house.close().await;
}
