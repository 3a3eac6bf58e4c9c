//! An issuer that cannot be had, or answers what is no key set: the last good one is kept.

use std::time::{Duration, Instant};

use jwks::{LoadError, Timing};

use crate::issuer::{Issuer, Says, is_known, key, set_at, timing};
use crate::kinds::other;

/// Every look finds the set too old, and fetches.
fn impatient() -> Timing {
    Timing {
        max_age: Duration::ZERO,
        timeout: Duration::from_millis(300),
        ..timing(Duration::ZERO)
    }
}

/// A server that would answer with the keys of an attacker.
async fn elsewhere() -> (std::sync::Arc<Issuer>, String) {
    let (issuer, url) = Issuer::start().await;
    issuer.publish(&["evil"]);
    (issuer, url.to_string())
}

#[tokio::test]
async fn whatever_the_issuer_answers_the_last_good_set_is_kept() {
    let (evil, evil_url) = elsewhere().await;
    let symmetric =
        r#"{"kty": "oct", "k": "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "kid": "a"}"#;
    let document = |keys: &str| Says::Document(format!("{{\"keys\": {keys}}}"));
    let bad = [
        ("500", Says::Status(500)),
        ("404", Says::Status(404)),
        ("204", Says::Status(204)),
        ("206", Says::Status(206)),
        ("301 without an address", Says::Status(301)),
        ("a redirect", Says::Redirect(evil_url)),
        ("nothing in it", Says::Document(String::new())),
        (
            "a page",
            Says::Document("<html><body>Sign in</body></html>".to_owned()),
        ),
        ("a list", Says::Document("[]".to_owned())),
        ("null", Says::Document("null".to_owned())),
        ("no keys", Says::Document("{}".to_owned())),
        ("an empty set", document("[]")),
        ("keys that are no list", document("{}")),
        ("keys of no kind", document("[{}, 1, null, \"a\"]")),
        ("a symmetric key", document(&format!("[{symmetric}]"))),
        ("deep nesting", Says::Document("[".repeat(100_000))),
        (
            "more than a megabyte",
            document(&format!("[{}{}]", key("a"), " ".repeat(1 << 20))),
        ),
        ("a stream without end", Says::Endless),
        ("a drip", Says::Drip),
        ("a torn answer", Says::Torn),
        ("silence", Says::Nothing),
    ];
    let count = bad.len();
    for (what, says) in bad {
        let (issuer, url) = Issuer::start().await;
        issuer.publish(&["a"]);
        let set = set_at(url, impatient());
        set.warm().await.expect("the issuer is up");
        issuer.say(says);
        let before = issuer.asked();
        let began = Instant::now();

        assert!(
            is_known(&set, "a").await,
            "{what}: the last good set is gone"
        );
        assert!(!is_known(&set, "evil").await, "{what}");

        assert!(issuer.asked() > before, "{what}: it was not even asked");
        // Each of the looks may fetch once, and no fetch outlasts its limit by much.
        assert!(
            began.elapsed() < Duration::from_secs(10),
            "{what}: {:?}",
            began.elapsed()
        );
        issuer.publish(&["b"]);
        assert!(is_known(&set, "b").await, "{what}: it does not recover");
        assert!(
            !is_known(&set, "a").await,
            "{what}: the old key is still there"
        );
    }
    assert_eq!(evil.asked(), 0, "a redirect was followed");
    println!("bad answers of an issuer: {count} tried, the last good set kept in each");
}

#[tokio::test]
async fn a_key_whose_private_half_is_published_is_not_kept_for_want_of_others() {
    for alone in [true, false] {
        let (issuer, url) = Issuer::start().await;
        issuer.publish(&["a"]);
        let set = set_at(url, impatient());
        set.warm().await.expect("the issuer is up");
        assert!(is_known(&set, "a").await);
        let private = key("a").replace("\"kty\"", "\"d\": \"AAAA\", \"kty\"");
        let others = if alone { "" } else { ", {\"kty\": \"oct\"}" };
        issuer.say(Says::Document(format!("{{\"keys\": [{private}{others}]}}")));

        // The first look fetches.
        let _before = is_known(&set, "b").await;

        assert!(!is_known(&set, "a").await, "anybody can sign with it");
        assert_eq!(set.census().usable, 0);
        assert_eq!(set.census().left_out[0].why.name(), "private");
        let another = other(&key("c"));
        issuer.say(Says::Document(format!("{{\"keys\": [{another}]}}")));
        assert!(is_known(&set, "c").await, "it does not recover");
    }
}

#[tokio::test]
async fn an_issuer_that_is_gone_altogether_does_not_take_the_keys_along() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
        .await
        .expect("a port");
    let url = format!("http://{}/jwks", listener.local_addr().expect("an address"));
    let answering = tokio::spawn(async move {
        use tokio::io::{AsyncReadExt, AsyncWriteExt};
        let (mut stream, _) = listener.accept().await.expect("a connection");
        let _read = stream.read(&mut [0; 1024]).await;
        let body = format!("{{\"keys\": [{}]}}", key("a"));
        let head = format!(
            "HTTP/1.1 200 OK\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
            body.len()
        );
        let _written = stream.write_all((head + &body).as_bytes()).await;
    });
    let set = set_at(url.parse().expect("an address"), impatient());
    set.warm().await.expect("the issuer is up");
    answering.await.expect("it answers once and is gone");

    for _ in 0..20 {
        assert!(is_known(&set, "a").await);
        assert!(!is_known(&set, "b").await);
    }
}

#[tokio::test]
async fn what_went_wrong_is_told_without_the_address() {
    let (issuer, url) = Issuer::start().await;
    issuer.say(Says::Status(500));
    let address = url.host_str().expect("a host").to_owned();
    let set = set_at(url, impatient());

    let error = set.warm().await.expect_err("it is refused");

    assert!(
        matches!(&error, LoadError::Fetch { reason } if reason == "status 500"),
        "{error}"
    );
    assert!(!error.to_string().contains(&address), "{error}");
}
