//! Keys come and go at the issuer while tokens are checked.

use std::sync::Arc;
use std::time::Duration;

use jwks::Timing;

use crate::issuer::{Issuer, is_known, set_at, timing};

#[tokio::test]
async fn the_first_token_of_a_new_key_is_served_after_one_fetch_even_right_after_the_start() {
    let (issuer, url) = Issuer::start().await;
    issuer.publish(&["a"]);
    let set = set_at(url, timing(Duration::from_mins(10)));
    set.warm().await.expect("the issuer is up");

    issuer.publish(&["a", "b"]);

    assert!(is_known(&set, "b").await);
    assert!(is_known(&set, "a").await);
    assert_eq!(issuer.asked(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn all_tokens_of_a_new_key_that_come_at_once_wait_for_the_one_fetch() {
    let (issuer, url) = Issuer::start().await;
    issuer.publish(&["a"]);
    let set = Arc::new(set_at(url, timing(Duration::from_mins(10))));
    set.warm().await.expect("the issuer is up");
    issuer.publish(&["a", "b"]);
    issuer.close();

    let callers: Vec<_> = (0..100)
        .map(|_| {
            let set = Arc::clone(&set);
            tokio::spawn(async move { is_known(&set, "b").await })
        })
        .collect();
    while issuer.asked() < 2 {
        tokio::task::yield_now().await;
    }
    // Whoever holds an old token does not wait with them.
    assert!(is_known(&set, "a").await);
    issuer.open();

    for caller in callers {
        assert!(
            caller.await.expect("no panic"),
            "a good token was refused for coming second"
        );
    }
    assert_eq!(issuer.asked(), 2);
}

#[tokio::test]
async fn a_removed_key_is_gone_when_the_set_is_too_old() {
    let (issuer, url) = Issuer::start().await;
    issuer.publish(&["a", "b"]);
    let timing = Timing {
        max_age: Duration::from_millis(300),
        ..timing(Duration::from_millis(50))
    };
    let set = set_at(url, timing);
    set.warm().await.expect("the issuer is up");
    set.keep_fresh();
    let began = std::time::Instant::now();

    issuer.publish(&["b"]);

    // Nobody asks for an unknown key, so its age alone tells; it is asked for all the time.
    while is_known(&set, "a").await {
        assert!(
            began.elapsed() < Duration::from_secs(20),
            "the removed key lives on"
        );
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    assert!(
        began.elapsed() >= Duration::from_millis(250),
        "the set was not kept"
    );
    assert!(is_known(&set, "b").await);
    let asked = issuer.asked();
    assert!(
        (2..=3).contains(&asked),
        "{asked} fetches, where its age alone is a reason"
    );
}

#[tokio::test]
async fn a_removed_key_is_gone_as_soon_as_anybody_shows_a_new_one() {
    let (issuer, url) = Issuer::start().await;
    issuer.publish(&["a"]);
    let set = set_at(url, timing(Duration::ZERO));
    set.warm().await.expect("the issuer is up");

    issuer.publish(&["b"]);

    assert!(is_known(&set, "a").await, "nothing has told it yet");
    assert!(is_known(&set, "b").await);
    assert!(!is_known(&set, "a").await);
}
