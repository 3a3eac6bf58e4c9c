//! Whoever waits is told nothing more when its token is good no longer; and an issuer that hangs
//! keeps nobody waiting whose key is at hand.

use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use acceptance::{Caller, Events, House, Issuer, Reply, Said, Token, eventually, isolation};
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};
use tokio::task::JoinHandle;

use super::keys::Endpoint;

const SCOPES: &str = "tasks.create tasks.read";

/// Everything that waits, by one token.
struct Waiting {
    stream: Events,
    read: JoinHandle<Reply>,
    create: JoinHandle<Reply>,
    began: Instant,
}

impl Waiting {
    async fn begin(house: &House, caller: &Caller) -> Self {
        let host = house.switched_off();
        let created = caller.isolate(&host).await.expect(202);
        let path = created.header("location").to_owned();
        let patient = |request: RequestBuilder| {
            let request = request.header("prefer", "wait=25");
            tokio::spawn(Reply::of(request))
        };
        let body = isolation(&host);
        let create = caller
            .request(Method::POST, "/v1/tasks/isolateHost")
            .json(&body);
        let began = Instant::now();
        let create = patient(create);
        let read = patient(caller.request(Method::GET, &path));
        let mut stream = Events::open(caller.request(Method::GET, &format!("{path}/events"))).await;
        stream.state().await;
        eventually("all three wait", || async {
            (house.metric("edr_gateway_watchers").await == "3").then_some(())
        })
        .await;
        Self {
            stream,
            read,
            create,
            began,
        }
    }

    /// All of it ends, long before its patience.
    async fn ends(mut self, what: &str) {
        loop {
            match self.stream.next().await {
                Said::End => break,
                Said::Comment(_) | Said::Event(..) => {}
            }
        }
        let (read, create) = (self.read.await, self.create.await);
        let (read, create) = (read.expect("no panic"), create.expect("no panic"));
        let took = self.began.elapsed();
        assert!(took < Duration::from_secs(20), "{what}: {took:?}");
        // What was decided while the token was good stands.
        for (reply, status) in [(read, 200), (create, 202)] {
            assert_eq!(reply.status, status, "{what}: {}", reply.text);
            assert_eq!(reply.header("preference-applied"), "", "{what}");
        }
    }
}

/// The set without this key.
pub(super) fn without(set: &Value, kid: &str) -> String {
    let mut set = set.clone();
    let keys = set["keys"].as_array_mut().expect("keys");
    keys.retain(|it| it["kid"] != kid);
    set.to_string()
}

/// The set with other numbers under the id.
pub(super) fn replaced(set: &Value, kid: &str) -> String {
    let other = Issuer::with_ids("a").key_set();
    let mut set = set.clone();
    for (key, other) in set["keys"]
        .as_array_mut()
        .expect("keys")
        .iter_mut()
        .zip(other["keys"].as_array().expect("keys"))
    {
        if key["kid"] == kid {
            *key = other.clone();
        }
    }
    set.to_string()
}

fn of(algorithm: Algorithm) -> String {
    let token = Token::of("soar", SCOPES).signed_with(algorithm);
    Issuer::shared().sign(&token)
}

#[tokio::test(flavor = "multi_thread")]
async fn what_waits_ends_when_its_key_is_withdrawn_and_only_then() {
    type Change = fn(&Value, &str) -> String;
    let set = Issuer::shared().key_set();
    for (what, change) in [
        ("gone", without as Change),
        ("replaced", replaced as Change),
    ] {
        for of_url in [false, true] {
            let (endpoint, url) = Endpoint::start(Issuer::shared()).await;
            let house = if of_url {
                House::with(&[
                    ("auth.jwks_file", ""),
                    ("auth.jwks_url", &url),
                    ("auth.jwks_max_age", "1s"),
                ])
                .await
            } else {
                House::open().await
            };
            let waiting = Waiting::begin(&house, &house.caller_with(&of(Algorithm::ES256))).await;
            let publish = |text: String| {
                if of_url {
                    *endpoint.document.lock().expect("no panic") = text;
                } else {
                    std::fs::write(house.file("keys.json"), text).expect("a file");
                }
            };
            let other = house.caller_with(&of(Algorithm::RS256));
            let tasks = other.get("/v1/tasks").await.expect(200);
            let path = format!(
                "/v1/tasks/{}/events",
                tasks.json["tasks"][0]["id"].as_str().expect("an id")
            );
            let mut stays = Events::open(other.request(Method::GET, &path)).await;
            stays.state().await;

            publish(change(&set, "es256-a"));

            waiting.ends(&format!("{what}, url: {of_url}")).await;
            // The other's key is still there, and it is still told.
            let told = tokio::time::timeout(Duration::from_millis(300), stays.next()).await;
            assert!(!matches!(told, Ok(Said::End)), "{what}, url: {of_url}");
            drop(stays);
            house.close().await;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_waits_ends_when_the_shared_secret_is_another() {
    let secret = tempfile::NamedTempFile::new().expect("a file");
    std::fs::write(&secret, "a secret of at least thirty-two bytes\n").expect("a file");
    let path = secret.path().display().to_string();
    let house = House::with(&[("auth.jwks_file", ""), ("auth.hs256_secret_file", &path)]).await;
    let key = EncodingKey::from_secret(b"a secret of at least thirty-two bytes");
    let claims = Token::of("soar", SCOPES).claims;
    let token = encode(&Header::new(Algorithm::HS256), &claims, &key).expect("a token");
    let waiting = Waiting::begin(&house, &house.caller_with(&token)).await;

    std::fs::write(&secret, "another one of at least thirty-two bytes\n").expect("a file");

    waiting.ends("secret").await;
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_waits_ends_when_the_token_is_over() {
    let house = House::with(&[("auth.leeway", "0s")]).await;
    let now = house.sim.now().unix_timestamp();
    let token = Token::of("soar", SCOPES).with("exp", json!(now + 5));
    let caller = house.caller_with(&Issuer::shared().sign(&token));

    Waiting::begin(&house, &caller).await.ends("expired").await;
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_issuer_that_hangs_delays_nobody_whose_key_is_at_hand() {
    let (endpoint, url) = Endpoint::start(Issuer::shared()).await;
    let house = House::with(&[
        ("auth.jwks_file", ""),
        ("auth.jwks_url", &url),
        ("auth.jwks_max_age", "300ms"),
        ("limits.requests_per_minute_per_caller", "0"),
    ])
    .await;
    let soar = house.soar();
    soar.get("/v1/whoami").await.expect(200);

    endpoint.hangs.store(true, Ordering::SeqCst);
    let asked = endpoint.asked();
    let mut longest = Duration::ZERO;
    while endpoint.asked() < asked + 2 {
        let began = Instant::now();
        soar.get("/v1/whoami").await.expect(200);
        longest = longest.max(began.elapsed());
    }

    assert!(longest < Duration::from_secs(1), "{longest:?}");
    house.close().await;
}
