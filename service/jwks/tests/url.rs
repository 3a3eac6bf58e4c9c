//! A key set from a URL: fetched once, again for a key that is not known, and never in a storm.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use jsonwebtoken::Algorithm;
use jwks::{Find, KeySet, Timing};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

/// An issuer's key endpoint.
#[derive(Default)]
struct Issuer {
    document: Mutex<String>,
    down: AtomicBool,
    asked: AtomicUsize,
}

impl Issuer {
    async fn start() -> (Arc<Self>, url::Url) {
        let issuer = Arc::new(Self::default());
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!("http://{}/jwks", listener.local_addr().expect("an address"));
        let serving = Arc::clone(&issuer);
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let mut request = [0; 1024];
                let _read = stream.read(&mut request).await;
                serving.asked.fetch_add(1, Ordering::SeqCst);
                let body = serving.document.lock().expect("no panic").clone();
                let status = if serving.down.load(Ordering::SeqCst) {
                    "503 Busy"
                } else {
                    "200 OK"
                };
                let head = format!(
                    "HTTP/1.1 {status}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
                    body.len()
                );
                let _written = stream.write_all((head + &body).as_bytes()).await;
            }
        });
        (issuer, url.parse().expect("an address"))
    }

    fn publish(&self, ids: &[&str]) {
        let keys: Vec<String> = ids.iter().map(|id| key(id)).collect();
        *self.document.lock().expect("no panic") = format!("{{\"keys\": [{}]}}", keys.join(", "));
    }

    fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }
}

/// The example key of RFC 7517 appendix A.1 under another id.
fn key(id: &str) -> String {
    format!(
        r#"{{"kty": "EC", "crv": "P-256", "use": "sig", "kid": "{id}",
            "x": "MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4",
            "y": "4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM"}}"#
    )
}

fn timing(cool_down: Duration) -> Timing {
    Timing {
        cool_down,
        ..Timing::default()
    }
}

async fn is_known(set: &KeySet, id: &str) -> bool {
    matches!(set.find(Some(id), Algorithm::ES256).await, Find::Key(_))
}

#[tokio::test]
async fn a_known_key_is_answered_from_memory() {
    let (issuer, url) = Issuer::start().await;
    issuer.publish(&["a"]);
    let set = KeySet::url(url, timing(Duration::ZERO)).expect("a set");
    set.warm().await.expect("the issuer is up");

    for _ in 0..100 {
        assert!(is_known(&set, "a").await);
    }

    assert_eq!(issuer.asked(), 1);
}

#[tokio::test]
async fn a_new_key_is_fetched_when_it_is_first_seen_and_a_removed_one_is_gone() {
    let (issuer, url) = Issuer::start().await;
    issuer.publish(&["a"]);
    let set = KeySet::url(url, timing(Duration::ZERO)).expect("a set");
    assert!(is_known(&set, "a").await);

    issuer.publish(&["b"]);

    assert!(is_known(&set, "b").await);
    assert!(!is_known(&set, "a").await);
}

#[tokio::test]
async fn invented_ids_do_not_make_a_storm() {
    let (issuer, url) = Issuer::start().await;
    issuer.publish(&["a"]);
    let set = KeySet::url(url, timing(Duration::from_mins(10))).expect("a set");
    assert!(is_known(&set, "a").await);

    for number in 0..200 {
        assert!(!is_known(&set, &format!("invented-{number}")).await);
    }

    assert_eq!(issuer.asked(), 1);
}

#[tokio::test]
async fn the_last_good_set_outlives_an_issuer_that_is_down() {
    let (issuer, url) = Issuer::start().await;
    issuer.publish(&["a"]);
    let set = KeySet::url(
        url,
        Timing {
            max_age: Duration::ZERO,
            ..timing(Duration::ZERO)
        },
    );
    let set = set.expect("a set");
    assert!(is_known(&set, "a").await);

    issuer.down.store(true, Ordering::SeqCst);

    assert!(is_known(&set, "a").await);
    issuer.down.store(false, Ordering::SeqCst);
    issuer.publish(&["b"]);
    assert!(is_known(&set, "b").await);
}

#[tokio::test]
async fn nothing_can_be_said_before_the_first_set() {
    let (issuer, url) = Issuer::start().await;
    issuer.down.store(true, Ordering::SeqCst);
    let set = KeySet::url(url, timing(Duration::ZERO)).expect("a set");

    assert!(set.warm().await.is_err());
    assert!(matches!(
        set.find(Some("a"), Algorithm::ES256).await,
        Find::Unavailable
    ));
    issuer.down.store(false, Ordering::SeqCst);
    issuer.publish(&["a"]);
    assert!(is_known(&set, "a").await);
}

#[tokio::test]
async fn a_key_serves_its_own_algorithm_and_two_of_one_kind_are_told_apart_by_id_alone() {
    let (issuer, url) = Issuer::start().await;
    issuer.publish(&["a", "b"]);
    let set = KeySet::url(url, timing(Duration::ZERO)).expect("a set");

    assert!(is_known(&set, "a").await);
    assert!(matches!(
        set.find(Some("a"), Algorithm::RS256).await,
        Find::Unknown
    ));
    assert!(matches!(
        set.find(Some("a"), Algorithm::HS256).await,
        Find::Unknown
    ));
    assert!(matches!(
        set.find(None, Algorithm::ES256).await,
        Find::Unknown
    ));
    issuer.publish(&["a"]);
    assert!(matches!(
        set.find(None, Algorithm::ES256).await,
        Find::Key(_)
    ));
}
