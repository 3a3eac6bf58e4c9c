//! Tokens of another kind, and scopes that are odd.

use acceptance::{House, Issuer, Token};
use serde_json::json;

use crate::door::tokens::forge::{Case, Members, accept, refuse, with_claims};

#[tokio::test(flavor = "multi_thread")]
async fn a_token_of_another_kind_or_with_odd_scopes_is_refused() {
    let house = House::open().await;
    let mut cases = Vec::new();

    for raw in [
        "7",
        "true",
        "{}",
        "{\"tasks.create\":true}",
        "[1]",
        "[\"tasks.create\",1]",
        "[[\"tasks.create\"]]",
        "[null]",
    ] {
        for name in ["scope", "scp"] {
            cases.push(Case::new(
                format!("{name} {raw}"),
                with_claims(&Members::claims().set(name, raw)),
                "wrong type",
            ));
        }
    }
    for (name, raw) in [
        ("at_hash", "\"x\""),
        ("c_hash", "\"x\""),
        ("s_hash", "\"x\""),
        (
            "events",
            "{\"http://schemas.openid.net/event/backchannel-logout\":{}}",
        ),
        ("typ", "\"ID\""),
        ("typ", "\"Refresh\""),
        ("typ", "\"Offline\""),
        ("typ", "\"Logout\""),
    ] {
        cases.push(Case::new(
            format!("{name} {raw}"),
            with_claims(&Members::claims().set(name, raw)),
            "not an access token",
        ));
    }
    for raw in [
        "{\"jkt\":\"0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I\"}",
        "{\"x5t#S256\":\"x\"}",
        "{}",
        "null",
    ] {
        cases.push(Case::new(
            format!("cnf {raw}"),
            with_claims(&Members::claims().set("cnf", raw)),
            "bound to a key",
        ));
    }
    cases.push(Case::new(
        "typ 7",
        with_claims(&Members::claims().set("typ", "7")),
        "wrong type",
    ));
    refuse(&house, "kinds and scopes", cases).await;
    accept(
        &house,
        "Keycloak's",
        &with_claims(&Members::claims().set("typ", "\"Bearer\"")),
    )
    .await;
    // An odd scope opens nothing, and does not open what it resembles.
    for scope in [
        "tasks.createx",
        "TASKS.CREATE",
        "tasks.create,tasks.read",
        "tasks.*",
        "*",
        "tasks.create\u{a0}",
    ] {
        let token = Issuer::shared().sign(&Token::of("soar", scope));
        let list = Token::of("soar", "").with("scope", json!(["tasks.create tasks.read"]));
        for token in [token, Issuer::shared().sign(&list)] {
            let reply = house.caller_with(&token).isolate(acceptance::WS_042).await;
            assert_eq!(reply.status, 403, "{scope:?}: {}", reply.text);
        }
    }
    house.close().await;
}
