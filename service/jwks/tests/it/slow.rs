//! An issuer that hangs keeps nobody waiting whose key is at hand.

use std::sync::Arc;
use std::time::{Duration, Instant};

use jsonwebtoken::Algorithm;
use jwks::{Find, Timing};

use crate::issuer::{Issuer, Says, is_known, set_at};

/// Fetches now and then, and gives up on a fetch after a second.
fn timing() -> Timing {
    Timing {
        max_age: Duration::from_millis(100),
        cool_down: Duration::from_millis(50),
        timeout: Duration::from_secs(1),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_at_hand_is_found_at_once_however_the_issuer_hangs() {
    for says in [Says::Nothing, Says::Drip, Says::Endless, Says::Status(500)] {
        let (issuer, url) = Issuer::start().await;
        issuer.publish(&["a"]);
        let set = set_at(url, timing());
        set.warm().await.expect("the issuer is up");
        set.keep_fresh();
        issuer.say(says);
        let before = issuer.asked();

        let mut longest = Duration::ZERO;
        while issuer.asked() < before + 3 {
            let began = Instant::now();
            assert!(is_known(&set, "a").await);
            longest = longest.max(began.elapsed());
            tokio::task::yield_now().await;
        }

        assert!(longest < Duration::from_millis(500), "{longest:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_key_waits_for_one_fetch_and_then_no_more() {
    let (issuer, url) = Issuer::start().await;
    issuer.publish(&["a"]);
    let timing = Timing {
        max_age: Duration::from_mins(10),
        cool_down: Duration::from_mins(10),
        ..timing()
    };
    let set = set_at(url, timing);
    set.warm().await.expect("the issuer is up");
    set.keep_fresh();
    issuer.say(Says::Nothing);

    let began = Instant::now();
    assert!(!is_known(&set, "b").await);
    let first = began.elapsed();
    let began = Instant::now();
    for _ in 0..100 {
        assert!(!is_known(&set, "b").await);
        assert!(is_known(&set, "a").await);
    }

    assert!((1..3).contains(&first.as_secs()), "{first:?}");
    assert!(began.elapsed() < Duration::from_millis(500));
    assert_eq!(issuer.asked(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_set_that_nobody_asks_is_kept_fresh_and_tells_of_a_withdrawn_key() {
    let (issuer, url) = Issuer::start().await;
    issuer.publish(&["a", "b"]);
    let set = set_at(url, timing());
    set.warm().await.expect("the issuer is up");
    let Find::Key(key) = set.find(Some("a"), Algorithm::ES256).await else {
        panic!("it is published");
    };
    let withdrawn = {
        let (set, key) = (set.clone(), Arc::clone(&key));
        tokio::spawn(async move { set.withdrawn(Some("a"), Algorithm::ES256, &key).await })
    };
    set.keep_fresh();
    while issuer.asked() < 4 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    assert!(!withdrawn.is_finished(), "it is still published");

    issuer.publish(&["b"]);

    let heard = tokio::time::timeout(Duration::from_secs(20), withdrawn).await;
    heard.expect("in time").expect("no panic");
    drop(set);
    // Whoever keeps it fresh ends with it.
    let asked = issuer.asked();
    tokio::time::sleep(Duration::from_millis(500)).await;
    assert!(issuer.asked() <= asked + 1);
}
