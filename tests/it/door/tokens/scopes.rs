//! Where a token's scopes and its caller are read, and what must not be read there.

use acceptance::{House, Issuer, Token};
use serde_json::{Value, json};

async fn scopes(house: &House, claims: &[(&str, Value)]) -> Option<Value> {
    let mut token = Token::of("soar", "").with("scope", Value::Null);
    for (name, value) in claims {
        token = token.with(name, value.clone());
    }
    let caller = house.caller_with(&Issuer::shared().sign(&token));
    let who = caller.get("/v1/whoami").await;
    (who.status == 200).then(|| who.json["scopes"].clone())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_prefix_is_taken_off_and_what_has_none_means_something_else() {
    let mut tried = 0;
    for (prefix, given, ours) in [
        ("edr.", "edr.tasks.create", &["tasks.create"][..]),
        ("edr.", "tasks.create", &[]),
        ("edr.", "edrtasks.create", &[]),
        ("edr.", "xedr.tasks.create", &[]),
        ("edr.", "EDR.tasks.create", &[]),
        ("edr.", "edr.", &[]),
        ("edr.", "edr", &[]),
        ("edr.", "edr.edr.tasks.create", &["edr.tasks.create"]),
        (
            "edr.",
            "edr.tasks.read  tasks.cancel edr.hosts.read",
            &["hosts.read", "tasks.read"],
        ),
        ("api://edr/", "api://edr/tasks.create", &["tasks.create"]),
        (
            "api://edr/",
            "api://edr2/tasks.create api://edr//tasks.read",
            &["/tasks.read"],
        ),
        (
            "edr-gateway/",
            "edr-gateway/tasks.create other/tasks.read",
            &["tasks.create"],
        ),
        ("tasks.", "tasks.create", &["create"]),
    ] {
        let house = House::with(&[("auth.scope_prefix", prefix)]).await;
        for value in [json!(given), json!(given.split(' ').collect::<Vec<_>>())] {
            let read = scopes(&house, &[("scope", value)]).await;
            assert_eq!(read, Some(json!(ours)), "{prefix} {given}");
            tried += 1;
        }
        house.close().await;
    }
    acceptance::tell(&format!("scopes with prefixes: {tried} tried"));
}

#[tokio::test(flavor = "multi_thread")]
async fn scopes_are_read_where_the_settings_say_and_nowhere_else() {
    let claims = "roles, realm_access.roles, https://soc.example/roles, resource_access.edr.gateway.roles, groups.edr";
    let house = House::with(&[("auth.scope_claims", claims)]).await;
    let role = |it: &str| json!({it: {"1": "soc.example"}});
    let mut tried = 0;
    for (name, value, wanted) in [
        (
            "roles",
            json!(["tasks.create", "x"]),
            Some(json!(["tasks.create", "x"])),
        ),
        (
            "roles",
            json!("tasks.create tasks.read"),
            Some(json!(["tasks.create", "tasks.read"])),
        ),
        (
            "realm_access",
            json!({"roles": ["tasks.read"]}),
            Some(json!(["tasks.read"])),
        ),
        (
            "realm_access.roles",
            json!(["tasks.read"]),
            Some(json!(["tasks.read"])),
        ),
        (
            "https://soc.example/roles",
            json!(["tasks.read"]),
            Some(json!(["tasks.read"])),
        ),
        (
            "resource_access",
            json!({"edr.gateway": {"roles": ["tasks.read"]}}),
            Some(json!(["tasks.read"])),
        ),
        (
            "resource_access",
            json!({"edr": {"gateway": {"roles": ["tasks.read"]}}}),
            Some(json!(["tasks.read"])),
        ),
        (
            "resource_access",
            json!({"edr.gateway": {"ROLES": ["tasks.read"]}}),
            Some(json!([])),
        ),
        ("roles", role("tasks.read"), Some(json!(["tasks.read"]))),
        ("scope", json!("tasks.create"), Some(json!([]))),
        ("scp", json!(["tasks.create"]), Some(json!([]))),
        ("role", json!(["tasks.create"]), Some(json!([]))),
        ("realm_access", json!("tasks.create"), Some(json!([]))),
        ("realm_access", json!(["roles"]), Some(json!([]))),
        ("groups", json!({"edr": null}), Some(json!([]))),
        ("roles", json!(null), Some(json!([]))),
        ("roles", json!({}), None),
        ("roles", json!({"tasks.create": false}), None),
        ("roles", json!({"tasks.create": {}}), None),
        ("roles", json!({"tasks.create": {"granted": false}}), None),
        ("roles", json!({"tasks.create": {"roles": ["x"]}}), None),
        (
            "roles",
            json!({"tasks.create": {"1": "x", "2": null}}),
            None,
        ),
        (
            "roles",
            json!({"tasks.create": {"1": "x"}, "tasks.read": null}),
            None,
        ),
        ("roles", json!([["tasks.create"]]), None),
        ("roles", json!([{"name": "tasks.create"}]), None),
        ("roles", json!(true), None),
        ("realm_access", json!({"roles": 7}), None),
    ] {
        let read = scopes(&house, &[(name, value.clone())]).await;
        assert_eq!(read, wanted, "{name} {value}");
        tried += 1;
    }
    house.close().await;
    acceptance::tell(&format!("places of scopes: {tried} tried"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_claim_that_is_required_must_be_there_and_be_right() {
    let house = House::with(&[("auth.required_claims", "azp, idtyp=app, amr.kind=x")]).await;
    let good = [
        ("azp", json!("a")),
        ("idtyp", json!("app")),
        ("amr", json!({"kind": "x"})),
    ];
    assert!(scopes(&house, &good).await.is_some());
    for (name, value) in [
        ("azp", json!(null)),
        ("idtyp", json!("user")),
        ("idtyp", json!(["app"])),
        ("idtyp", json!("APP")),
        ("idtyp", json!(null)),
        ("amr", json!("x")),
        ("amr", json!({"kind": null})),
    ] {
        let mut claims = good.to_vec();
        claims.push((name, value.clone()));
        assert_eq!(scopes(&house, &claims).await, None, "{name} {value}");
    }
    house.close().await;
}
