//! A token that was good is known again; and it is refused all the same as soon as anything has
//! changed that it rests on.

use acceptance::{House, Issuer, Token, eventually, refused_because};
use serde_json::json;

use super::withdrawn::{replaced, without};

const SCOPES: &str = "tasks.read";

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_was_good_a_moment_ago_is_refused_when_its_time_is_over() {
    let house = House::with(&[("auth.leeway", "0s")]).await;
    let now = house.sim.now().unix_timestamp();
    let token = Token::of("soar", SCOPES).with("exp", json!(now + 3));
    let caller = house.caller_with(&Issuer::shared().sign(&token));
    for _ in 0..3 {
        caller.get("/v1/whoami").await.expect(200);
    }

    let refused = eventually("it is refused", || async {
        let reply = caller.get("/v1/whoami").await;
        (reply.status == 401).then_some(reply)
    })
    .await;

    let cause = refused_because(refused.request_id());
    assert_eq!(cause, "it is expired");
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_was_good_is_refused_with_the_next_request_when_its_key_is_gone_or_another() {
    let set = Issuer::shared().key_set();
    for changed in [without(&set, "es256-a"), replaced(&set, "es256-a")] {
        let house = House::open().await;
        let caller = house.caller(SCOPES);
        for _ in 0..3 {
            caller.get("/v1/whoami").await.expect(200);
        }

        std::fs::write(house.file("keys.json"), changed).expect("a file");
        caller.get("/v1/whoami").await.expect(401);

        std::fs::write(house.file("keys.json"), set.to_string()).expect("a file");
        eventually("it is good again", || async {
            (caller.get("/v1/whoami").await.status == 200).then_some(())
        })
        .await;
        house.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_differs_from_a_good_token_is_checked_for_itself() {
    let house = House::open().await;
    let good = Issuer::shared().sign(&Token::of("soar", SCOPES));
    house.caller_with(&good).get("/v1/whoami").await.expect(200);

    for at in (0..good.len()).step_by(7) {
        let mut other = good.clone().into_bytes();
        other[at] = if other[at] == b'A' { b'B' } else { b'A' };
        let other = String::from_utf8(other).expect("ASCII");

        house
            .caller_with(&other)
            .get("/v1/whoami")
            .await
            .expect(401);
    }
    house.close().await;
}
