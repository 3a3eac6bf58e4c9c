//! What is tried again and what is not, with a server that says what it is told to.

use std::io::{Read as _, Write as _};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::json;

use super::*;
use crate::exit::Exit;
use crate::settings::profile::{ProxyChoice, TrustSource};

/// What the server does with a request.
#[derive(Clone, Copy)]
enum Says {
    /// It answers so.
    This(&'static str, &'static str),
    /// It hangs up without a word.
    Nothing,
}

/// A server that answers in turn, and the heads that it was asked with.
fn server(says: &'static [Says]) -> (SocketAddr, Arc<Mutex<Vec<String>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let addr = listener.local_addr().expect("an address");
    let heads = Arc::new(Mutex::new(Vec::new()));
    let heard = Arc::clone(&heads);
    std::thread::spawn(move || {
        for says in says {
            let (stream, _) = listener.accept().expect("a connection");
            heard.lock().expect("a list").push(answer(&stream, *says));
        }
    });
    (addr, heads)
}

fn answer(mut stream: &TcpStream, says: Says) -> String {
    let mut request = Vec::new();
    let mut bytes = [0; 4096];
    loop {
        let read = stream.read(&mut bytes).expect("bytes");
        request.extend_from_slice(&bytes[..read]);
        let text = String::from_utf8_lossy(&request).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = head
                .lines()
                .find_map(|it| it.strip_prefix("content-length: "));
            if body.len() >= length.map_or(0, |it| it.parse().expect("a number")) {
                break;
            }
        }
    }
    if let Says::This(head, body) = says {
        let length = body.len();
        let text = format!("HTTP/1.1 {head}\r\nContent-Length: {length}\r\n\r\n{body}");
        stream.write_all(text.as_bytes()).expect("written");
    }
    let _gone = stream.shutdown(Shutdown::Both);
    String::from_utf8_lossy(&request).into_owned()
}

fn gateway(addr: SocketAddr) -> Gateway {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.keep().join("token");
    std::fs::write(&file, "abc").expect("written");
    let profile = Profile {
        name: "test".to_owned(),
        gateway: Url::parse(&format!("http://{addr}/edr/")).expect("an address"),
        token: TokenSource::File(file),
        trust: TrustSource::System,
        proxy: ProxyChoice::Direct,
        timeout: Duration::from_secs(20),
        retry_for: Duration::from_secs(20),
    };
    Gateway::open(&profile, None).expect("it can be asked")
}

async fn create(gateway: &Gateway, until: Duration) -> Result<Answer, Failure> {
    let how = Creation {
        key: Key::parse("k-1").expect("a key"),
        dry_run: false,
        wait: None,
        until: Instant::now() + until,
        departure: Departure::new(),
    };
    let body = json!({"targetHost": "ws-042", "action": "isolate"});
    let body = body.as_object().expect("an object").clone();
    gateway.create(Action::IsolateHost, &body, &how).await
}

const LONG: Duration = Duration::from_secs(15);
const SHORT: Duration = Duration::from_millis(2_400);

const ACCEPTED: Says = Says::This(
    "202 Accepted\r\nDate: Mon, 30 Nov 2026 20:45:36 GMT",
    "{\"id\": \"ksc-1\"}",
);
const BUSY: Says = Says::This(
    "503 Service Unavailable\r\nRetry-After: 0",
    "{\"code\": \"ksc_unavailable\", \"detail\": \"It is.\", \"retryable\": true}",
);
const FORBIDDEN: Says = Says::This(
    "403 Forbidden",
    "{\"code\": \"scope_missing\", \"detail\": \"It is.\", \"retryable\": false}",
);
const UNKNOWN: Says = Says::This(
    "504 Gateway Timeout\r\nRetry-After: 60",
    "{\"code\": \"outcome_unknown\", \"detail\": \"It is.\", \"retryable\": true}",
);
const PROXY: Says = Says::This("502 Bad Gateway\r\nServer: nginx", "hm.");
const LOGIN: Says = Says::This("302 Found\r\nLocation: https://id.example/", "");

#[tokio::test]
async fn what_was_not_answered_is_asked_again_with_its_key_until_it_is() {
    let (addr, heads) = server(&[BUSY, Says::Nothing, PROXY, ACCEPTED]);

    let answer = create(&gateway(addr), LONG).await.expect("an answer");

    assert_eq!((answer.status, answer.tries), (202, 4));
    assert_eq!(answer.body, json!({"id": "ksc-1"}));
    assert_eq!(
        answer.server_date.map(time::OffsetDateTime::unix_timestamp),
        Some(1_796_071_536)
    );
    let heads = heads.lock().expect("a list");
    assert_eq!(heads.len(), 4);
    for head in heads.iter() {
        assert!(
            head.starts_with("POST /edr/v1/tasks/isolateHost HTTP/1.1\r\n"),
            "{head}"
        );
        assert!(head.contains("idempotency-key: k-1\r\n"), "{head}");
        assert!(head.contains("authorization: Bearer abc\r\n"), "{head}");
    }
}

#[tokio::test]
async fn what_is_refused_for_good_is_asked_once() {
    let (addr, heads) = server(&[FORBIDDEN]);

    let failure = create(&gateway(addr), LONG).await.expect_err("refused");

    assert_eq!(failure.exit(), Exit::Refused);
    assert_eq!(failure.to_string(), "scope_missing: It is.");
    assert_eq!(heads.lock().expect("a list").len(), 1);
}

#[tokio::test]
async fn once_it_may_have_been_carried_out_no_refusal_says_that_it_was_not() {
    for says in [
        &[Says::Nothing, FORBIDDEN] as &[_],
        &[PROXY, FORBIDDEN],
        &[Says::Nothing, LOGIN],
        &[UNKNOWN],
    ] {
        let (addr, _) = server(says);
        let failure = create(&gateway(addr), LONG).await.expect_err("unknown");
        assert_eq!(failure.exit(), Exit::Unknown, "{failure}");
    }
}

#[tokio::test]
async fn who_has_no_time_is_told_what_is_known() {
    for (says, exit) in [
        (&[BUSY, BUSY, BUSY] as &[_], Exit::Later),
        (
            &[Says::Nothing, Says::Nothing, Says::Nothing],
            Exit::Unknown,
        ),
        (&[LOGIN], Exit::Else),
    ] {
        let (addr, _) = server(says);
        let failure = create(&gateway(addr), SHORT).await.expect_err("no time");
        assert_eq!(failure.exit(), exit, "{failure}");
    }
    let nobody = TcpListener::bind("127.0.0.1:0").expect("a port");
    let addr = nobody.local_addr().expect("an address");
    drop(nobody);
    let failure = create(&gateway(addr), SHORT).await.expect_err("nobody");
    assert_eq!(failure.exit(), Exit::Later, "{failure}");
    assert!(matches!(failure, Failure::NotSent { .. }), "{failure}");
}

#[tokio::test]
async fn what_is_only_read_is_never_unknown() {
    let (addr, _) = server(&[Says::Nothing, PROXY, ACCEPTED]);
    let gateway = gateway(addr);
    let answer = gateway.get("/v1/tasks/ksc-1", &[("wait", "1")]).await;
    assert_eq!(answer.expect("an answer").tries, 3);
}

#[test]
fn a_part_of_an_address_means_nothing_in_it() {
    assert_eq!(segment("ksc-42"), "ksc-42");
    assert_eq!(segment("a/b?c#d e"), "a%2Fb%3Fc%23d%20e");
    assert_eq!(segment(".."), "%2E%2E");
}
