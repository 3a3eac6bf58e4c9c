//! A key set from a URL: fetched once, again for a key that is not known, and never in a storm.

use std::time::Duration;

use jsonwebtoken::Algorithm;
use jwks::{Door, Find, KeySet, Timing};

use crate::issuer::{Issuer, PUBLIC, Says, is_known, set_at, timing};

#[tokio::test]
async fn a_known_key_is_answered_from_memory() {
    let (issuer, url) = Issuer::start().await;
    issuer.publish(&["a"]);
    let set = set_at(url, timing(Duration::ZERO));
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
    let set = set_at(url, timing(Duration::ZERO));
    assert!(is_known(&set, "a").await);

    issuer.publish(&["b"]);

    assert!(is_known(&set, "b").await);
    assert!(!is_known(&set, "a").await);
}

#[tokio::test]
async fn invented_ids_do_not_make_a_storm() {
    let (issuer, url) = Issuer::start().await;
    issuer.publish(&["a"]);
    let set = set_at(url, timing(Duration::from_mins(10)));
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
        Door::default(),
        &PUBLIC,
        Timing {
            max_age: Duration::ZERO,
            ..timing(Duration::ZERO)
        },
    );
    let set = set.expect("a set");
    assert!(is_known(&set, "a").await);

    issuer.say(Says::Status(503));

    assert!(is_known(&set, "a").await);
    issuer.publish(&["b"]);
    assert!(is_known(&set, "b").await);
}

#[tokio::test]
async fn nothing_can_be_said_before_the_first_set() {
    let (issuer, url) = Issuer::start().await;
    issuer.say(Says::Status(503));
    let set = set_at(url, timing(Duration::ZERO));

    assert!(set.warm().await.is_err());
    assert!(matches!(
        set.find(Some("a"), Algorithm::ES256).await,
        Find::Unavailable
    ));
    issuer.publish(&["a"]);
    assert!(is_known(&set, "a").await);
}

#[tokio::test]
async fn a_key_serves_its_own_algorithm_and_two_of_one_kind_are_told_apart_by_id_alone() {
    let (issuer, url) = Issuer::start().await;
    issuer.publish(&["a", "b"]);
    let set = set_at(url, timing(Duration::ZERO));

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
