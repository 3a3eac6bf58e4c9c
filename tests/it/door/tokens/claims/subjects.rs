//! Whose a token is: a caller has one sane name, and shares it with nobody.

use acceptance::{House, WS_042};
use serde_json::Value;

use crate::door::tokens::forge::{Case, Members, refuse, with_claims};

#[tokio::test(flavor = "multi_thread")]
async fn a_caller_without_a_sane_name_is_refused() {
    let house = House::open().await;
    let long = format!("\"{}\"", "n".repeat(256));
    let mut cases = Vec::new();

    for raw in [
        "\"\"",
        "\" \"",
        "\"\\t\\n\"",
        "\"\\u00a0\"",
        "\"\\u2003\"",
        "null",
    ] {
        cases.push(Case::new(
            format!("sub {raw}"),
            with_claims(&Members::claims().set("sub", raw)),
            "names nobody",
        ));
    }
    for raw in [
        "\"a\\nb\"",
        "\"a\\u0000\"",
        "\"\\u001b[2J\"",
        "\"a\\r\\nX: y\"",
        "\"\\u0085\"",
        "\" soar\"",
        "\"soar \"",
        "\"so\\u200bar\"",
        "\"\\u202eraos\"",
        "\"soar\\u2066\"",
        "\"so\\u00adar\"",
        "\"so\\ufeffar\"",
        "\"so\\u2028ar\"",
        "\"so\\u3164ar\"",
        "\"so\\u00a0ar\"",
        "\"so\\ue000ar\"",
        long.as_str(),
    ] {
        let cause = if raw == "\"\\u0085\"" {
            "names nobody"
        } else {
            "no sane name"
        };
        cases.push(Case::new(
            format!("sub {raw:.20}"),
            with_claims(&Members::claims().set("sub", raw)),
            cause,
        ));
    }
    for raw in ["7", "0.5", "true", "[]", "[\"soar\"]", "{}", "{\"soar\":1}"] {
        for name in ["sub", "client_id", "azp"] {
            cases.push(Case::new(
                format!("{name} {raw}"),
                with_claims(&Members::claims().set(name, raw)),
                "wrong type",
            ));
        }
    }
    // A blank subject is not another caller's, whatever stands beside it.
    let blank = Members::claims()
        .set("sub", "\" \"")
        .set("client_id", "\"playbook\"");
    cases.push(Case::new(
        "a blank sub beside a client id",
        with_claims(&blank),
        "names nobody",
    ));
    cases.push(Case::new(
        "nobody",
        with_claims(&Members::claims().without("sub")),
        "names nobody",
    ));
    refuse(&house, "callers", cases).await;
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_user_with_the_name_of_a_client_shares_nothing_with_it() {
    let house = House::with(&[("limits.requests_per_minute_per_caller", "10")]).await;
    let caller = |sub: Option<&str>, client_id: Option<&str>, azp: Option<&str>| {
        let mut members = Members::claims().without("sub");
        for (name, value) in [("sub", sub), ("client_id", client_id), ("azp", azp)] {
            if let Some(value) = value {
                members = members.set(name, &Value::from(value).to_string());
            }
        }
        house.caller_with(&with_claims(&members))
    };
    let own = caller(Some("soar"), Some("soar"), None);
    let users = [
        caller(Some("soar"), None, None),
        caller(Some("soar"), Some("portal"), None),
        caller(Some("client:soar"), None, None),
        caller(Some("client:soar"), Some("portal"), None),
    ];
    let same = [
        caller(None, Some("soar"), None),
        caller(None, None, Some("soar")),
    ];
    let first = own.isolate_once(WS_042, "case-1").await.expect(202);
    assert_eq!(own.get("/v1/whoami").await.json["caller"], "client:soar");
    let audit = acceptance::decisions(first.request_id());
    assert_eq!(audit[0]["caller.id"], "client:soar");
    for client in &same {
        let again = client.isolate_once(WS_042, "case-1").await.expect(202);
        assert_eq!(again.json["id"], first.json["id"], "it is the same client");
    }
    for (user, id) in
        users
            .iter()
            .zip(["soar", "soar", "subject:client:soar", "subject:client:soar"])
    {
        assert_eq!(user.get("/v1/whoami").await.expect(200).json["caller"], id);
        let other = user.isolate_once(WS_042, "case-1").await.expect(202);
        assert_ne!(
            other.json["id"], first.json["id"],
            "{id} has the key of the client"
        );
    }
    // What the users ask too much of is the client's no more than its keys are.
    while users[0].get("/v1/whoami").await.status != 429 {}
    assert_eq!(own.get("/v1/whoami").await.status, 200);
    house.close().await;
}
