//! Keys from the issuer's URL, asked for by tokens at the front door.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use acceptance::{House, Issuer, Token};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

const ALL: &str = "tasks.create tasks.read";

/// A key endpoint that counts its visits.
pub(super) struct Endpoint {
    pub(super) document: Mutex<String>,
    asked: AtomicUsize,
    /// Whether it takes requests and answers none.
    pub(super) hangs: AtomicBool,
}

impl Endpoint {
    pub(super) async fn start(issuer: &Issuer) -> (Arc<Self>, String) {
        let endpoint = Arc::new(Self {
            document: Mutex::new(issuer.key_set().to_string()),
            asked: AtomicUsize::new(0),
            hangs: AtomicBool::new(false),
        });
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!("http://{}/jwks", listener.local_addr().expect("an address"));
        let serving = Arc::clone(&endpoint);
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let _read = stream.read(&mut [0; 2048]).await;
                serving.asked.fetch_add(1, Ordering::SeqCst);
                if serving.hangs.load(Ordering::SeqCst) {
                    tokio::spawn(async move {
                        std::future::pending::<()>().await;
                        drop(stream);
                    });
                    continue;
                }
                let body = serving.document.lock().expect("no panic").clone();
                let head = format!(
                    "HTTP/1.1 200 OK\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
                    body.len()
                );
                let _written = stream.write_all((head + &body).as_bytes()).await;
            }
        });
        (endpoint, url)
    }

    pub(super) fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_thousand_tokens_with_invented_key_ids_are_one_fetch() {
    let (endpoint, url) = Endpoint::start(Issuer::shared()).await;
    let house = House::with(&[("auth.jwks_file", ""), ("auth.jwks_url", &url)]).await;
    assert_eq!(endpoint.asked(), 1);

    let mut tried = 0;
    for batch in 0..20 {
        let callers: Vec<_> = (0..50)
            .map(|number| {
                let mut token = Token::of("soar", ALL);
                token.header.kid = Some(format!("invented-{batch}-{number}"));
                house.caller_with(&Issuer::shared().sign(&token))
            })
            .map(|caller| tokio::spawn(async move { caller.get("/v1/whoami").await.status }))
            .collect();
        for caller in callers {
            assert_eq!(caller.await.expect("no panic"), 401);
            tried += 1;
        }
        house.soar().get("/v1/whoami").await.expect(200);
    }

    // The cool-down of ten seconds may end once while this runs on a busy machine.
    let asked = endpoint.asked();
    assert!(
        (2..=3).contains(&asked),
        "{asked} fetches for {tried} tokens"
    );
    acceptance::tell(&format!(
        "tokens with invented key ids: {tried} tried, {tried} refused, {} fetch(es)",
        asked - 1
    ));
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_key_is_served_at_once_and_a_withdrawn_one_only_as_long_as_a_set_may_be_old() {
    let (old, new) = (Issuer::shared(), Issuer::with_ids("b"));
    let (endpoint, url) = Endpoint::start(old).await;
    let house = House::with(&[
        ("auth.jwks_file", ""),
        ("auth.jwks_url", &url),
        ("auth.jwks_max_age", "300ms"),
    ])
    .await;
    let (old, fresh) = (
        house.caller_with(&old.sign(&Token::of("soar", ALL))),
        house.caller_with(&new.sign(&Token::of("soar", ALL))),
    );
    old.get("/v1/whoami").await.expect(200);

    *endpoint.document.lock().expect("no panic") = new.key_set().to_string();

    acceptance::eventually("the withdrawn key is refused", || async {
        (old.get("/v1/whoami").await.status == 401).then_some(())
    })
    .await;
    fresh.get("/v1/whoami").await.expect(200);
    old.get("/v1/whoami").await.expect(401);
    house.close().await;
}
