//! Tokens of a real OIDC provider, before, while and after its keys change.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard};

use acceptance::{Caller, House, OidcProvider, WS_042, eventually, refused_because};

const GATEWAY: &str = "https://gateway.example";
const ALL: &str = "tasks.create tasks.read";

async fn house(provider: &OidcProvider) -> House {
    House::with(&[
        ("auth.jwks_file", ""),
        ("auth.jwks_url", &provider.jwks_url()),
        ("auth.issuer", provider.issuer()),
        // So that a withdrawn key is noticed while somebody watches.
        ("auth.jwks_max_age", "1s"),
        ("limits.requests_per_minute_per_caller", "0"),
    ])
    .await
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs node and oidc-provider: cargo verify"]
async fn a_real_provider_says_itself_where_its_keys_are() {
    let provider = OidcProvider::start().await;
    let house = House::with(&[
        ("auth.jwks_file", ""),
        ("auth.issuer", provider.issuer()),
        ("auth.jwks_max_age", "1s"),
    ])
    .await;
    let old = house.caller_with(&provider.access_token(GATEWAY, ALL).await);
    old.isolate(WS_042).await.expect(202);

    provider.publish(&["k2"]).await;
    let new = house.caller_with(&provider.access_token(GATEWAY, ALL).await);
    new.get("/v1/whoami").await.expect(200);
    eventually("the old key is refused", || async {
        (old.get("/v1/whoami").await.status == 401).then_some(())
    })
    .await;
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs node and oidc-provider: cargo verify"]
async fn an_access_token_of_a_real_provider_opens_the_door_and_its_other_tokens_do_not() {
    let provider = OidcProvider::start().await;
    assert_eq!(provider.metadata().await["jwks_uri"], provider.jwks_url());
    let house = house(&provider).await;
    let good = house.caller_with(&provider.access_token(GATEWAY, ALL).await);

    let created = good.isolate(WS_042).await.expect(202);
    good.read(&created).await.expect(200);
    let who = good.get("/v1/whoami").await.expect(200);
    assert_eq!(who.json["caller"], "client:soar");
    assert_eq!(who.json["issuer"], provider.issuer());
    let reader = house.caller_with(&provider.access_token(GATEWAY, "tasks.read").await);
    assert_eq!(
        reader.isolate(WS_042).await.expect(403).code(),
        "scope_missing"
    );
    for (what, token, because) in [
        (
            "for another service",
            provider.access_token("https://other.example", ALL).await,
            "another audience",
        ),
        (
            "opaque",
            provider.access_token("https://opaque.example", ALL).await,
            "malformed",
        ),
        (
            "an ID token",
            provider.id_token("soar").await,
            "another audience",
        ),
        (
            "an ID token for our audience",
            provider.id_token("edr-gateway").await,
            "not an access token",
        ),
    ] {
        let reply = house.caller_with(&token).isolate(WS_042).await.expect(401);
        assert_eq!(reply.code(), "token_invalid", "{what}");
        assert!(
            refused_because(reply.request_id()).contains(because),
            "{what}: {}",
            refused_because(reply.request_id())
        );
    }
    assert_eq!(house.sim.journal().incidents().len(), 1);
    house.close().await;
}

/// The tokens that are good at the moment; who takes one from here must be served.
#[derive(Default)]
struct Wallet {
    good: Mutex<Vec<(&'static str, Caller)>>,
    served: [AtomicUsize; 2],
    closed: AtomicBool,
}

impl Wallet {
    fn good(&self) -> MutexGuard<'_, Vec<(&'static str, Caller)>> {
        self.good.lock().expect("no panic")
    }

    fn served(&self, key: &str) -> usize {
        self.served[usize::from(key == "k2")].load(Ordering::SeqCst)
    }

    /// Asks with every good token in turn, so many times at most.
    async fn spend(&self, most: usize) {
        for turn in 0..most {
            if self.closed.load(Ordering::SeqCst) {
                return;
            }
            let (key, caller) = {
                let good = self.good();
                good[turn % good.len()].clone()
            };
            let reply = caller.get("/v1/whoami").await;
            assert_eq!(
                reply.status,
                200,
                "a good token of {key} was refused: {}",
                refused_because(reply.request_id())
            );
            self.served[usize::from(key == "k2")].fetch_add(1, Ordering::SeqCst);
        }
        panic!("the test took longer than {most} requests");
    }

    /// Waits until so many more were served.
    async fn more(&self, key: &'static str, count: usize) {
        let before = self.served(key);
        eventually("more are served", || async {
            (self.served(key) >= before + count).then_some(())
        })
        .await;
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs node and oidc-provider: cargo verify"]
async fn not_one_good_token_is_refused_while_the_provider_changes_its_keys() {
    let provider = OidcProvider::start().await;
    let house = house(&provider).await;
    let old = house.caller_with(&provider.access_token(GATEWAY, ALL).await);
    let wallet = Arc::new(Wallet::default());
    wallet.good().push(("k1", old.clone()));
    let callers: Vec<_> = (0..4)
        .map(|_| Arc::clone(&wallet))
        .map(|wallet| tokio::spawn(async move { wallet.spend(50_000).await }))
        .collect();
    wallet.more("k1", 200).await;

    // The new key is published before anything is signed with it, as issuers do.
    let fetched = provider.fetches().await;
    provider.publish(&["k1", "k2"]).await;
    eventually("the gateway has seen both keys", || async {
        (provider.fetches().await >= fetched + 2).then_some(())
    })
    .await;
    provider.publish(&["k2", "k1"]).await;
    let new = house.caller_with(&provider.access_token(GATEWAY, ALL).await);
    wallet.good().push(("k2", new.clone()));
    wallet.more("k1", 200).await;
    wallet.more("k2", 200).await;

    // Whoever has an old token has fetched a new one by the time that the old key is withdrawn.
    wallet.good().remove(0);
    provider.publish(&["k2"]).await;
    let refused = eventually("the old key is refused", || async {
        let reply = old.get("/v1/whoami").await;
        (reply.status == 401).then_some(reply)
    })
    .await;
    assert!(
        refused_because(refused.request_id()).contains("no such key"),
        "{}",
        refused_because(refused.request_id())
    );
    for _ in 0..50 {
        old.isolate(WS_042).await.expect(401);
    }
    wallet.more("k2", 200).await;
    wallet.closed.store(true, Ordering::SeqCst);
    for caller in callers {
        caller.await.expect("no good token was refused");
    }
    assert!(house.sim.journal().incidents().is_empty());
    acceptance::tell(&format!(
        "keys changed under traffic: {} requests with the old key and {} with the new one served, none refused; \
         51 with the old key refused after its end; the key set was fetched {} times",
        wallet.served("k1"),
        wallet.served("k2"),
        provider.fetches().await,
    ));
    house.close().await;
}
