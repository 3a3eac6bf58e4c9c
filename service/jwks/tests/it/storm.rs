//! Tokens with invented key ids do not become fetches.

use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::issuer::{Issuer, Says, is_known, set_at, timing};

#[tokio::test(flavor = "multi_thread")]
async fn a_thousand_invented_ids_at_once_are_one_fetch() {
    let (issuer, url) = Issuer::start().await;
    issuer.publish(&["a"]);
    let set = Arc::new(set_at(url, timing(Duration::from_mins(10))));
    set.warm().await.expect("the issuer is up");

    let callers: Vec<_> = (0..1000)
        .map(|number| {
            let set = Arc::clone(&set);
            tokio::spawn(async move { is_known(&set, &format!("invented-{number}")).await })
        })
        .collect();

    for caller in callers {
        assert!(!caller.await.expect("no panic"));
    }
    assert_eq!(issuer.asked(), 2, "one at start, one for them all");
    assert!(is_known(&set, "a").await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_storm_that_goes_on_is_one_fetch_for_each_cool_down() {
    let cool_down = Duration::from_millis(200);
    for says in [
        None,
        Some(Says::Status(500)),
        Some(Says::Document("{\"keys\": []}".to_owned())),
    ] {
        let (issuer, url) = Issuer::start().await;
        issuer.publish(&["a"]);
        let set = set_at(url, timing(cool_down));
        set.warm().await.expect("the issuer is up");
        if let Some(says) = says {
            issuer.say(says);
        }
        let began = Instant::now();

        let mut tried = 0;
        while began.elapsed() < 5 * cool_down {
            for _ in 0..50 {
                assert!(!is_known(&set, &format!("invented-{tried}")).await);
                tried += 1;
            }
        }

        // One at start, one at once, and one for every cool-down since.
        let most = 2 + began.elapsed().as_millis() / cool_down.as_millis();
        let asked = issuer.asked() as u128;
        assert!(
            (4..=most).contains(&asked),
            "{asked} fetches for {tried} tokens, at most {most}"
        );
        assert!(is_known(&set, "a").await, "the last good set is kept");
    }
}
