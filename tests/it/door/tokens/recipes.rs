//! The settings for each identity provider as they stand in `deploy/IDENTITY.md`, with tokens of the form
//! that the provider documents: what may come in does, and nothing else of that provider.

use acceptance::repository::read;
use acceptance::{House, Issuer, Plan, Token, refused_because};
use jsonwebtoken::Algorithm;
use serde_json::{Map, Value, json};

/// One provider.
struct Provider {
    /// What marks its block in the document.
    mark: &'static str,
    /// A good token's claims, without times.
    access: Value,
    /// The claim that holds its scopes, and one that has none of the gateway's.
    no_scope: (&'static str, Value),
    /// An ID token of the same login, which is for the gateway if the provider can be made to say
    /// so.
    id_token: Value,
    /// What it says of another service.
    other: (&'static str, Value),
    /// The caller and its scopes.
    caller: &'static str,
    scopes: &'static [&'static str],
}

const TENANT: &str = "11111111-2222-3333-4444-555555555555";
const GATEWAY_APP: &str = "aaaaaaaa-0000-0000-0000-000000000001";
const OBJECT: &str = "bbbbbbbb-0000-0000-0000-000000000002";
const CREATE_READ: &[&str] = &["tasks.create", "tasks.read"];

fn keycloak() -> Provider {
    let iss = "https://sso.example.com/realms/soc";
    Provider {
        mark: "keycloak",
        access: json!({
            "jti": "trrtcc:1f7a", "iss": iss, "aud": ["edr-gateway", "account"],
            "sub": "0e9f2a36-5d0c-4a5b-b1a5-8b1c2d3e4f50", "typ": "Bearer", "azp": "soar", "acr": "1",
            "realm_access": {"roles": ["default-roles-soc", "offline_access"]},
            "resource_access": {"edr-gateway": {"roles": ["tasks.read"]}, "account": {"roles": ["view-profile"]}},
            "scope": "tasks.create profile email", "clientHost": "10.0.0.7", "email_verified": false,
            "preferred_username": "service-account-soar", "clientAddress": "10.0.0.7", "client_id": "soar",
        }),
        no_scope: (
            "resource_access",
            json!({"account": {"roles": ["tasks.create"]}}),
        ),
        id_token: json!({
            "iss": iss, "aud": "edr-gateway", "sub": "0e9f2a36-5d0c-4a5b-b1a5-8b1c2d3e4f50", "typ": "ID", "azp": "soar",
            "sid": "1", "acr": "1", "scope": "tasks.create",
        }),
        other: ("aud", json!("account")),
        caller: "client:soar",
        scopes: &["email", "profile", "tasks.create", "tasks.read"],
    }
}

fn entra_v2() -> Provider {
    let iss = format!("https://login.microsoftonline.com/{TENANT}/v2.0");
    Provider {
        mark: "entra-v2",
        access: json!({
            "aud": GATEWAY_APP, "iss": iss, "aio": "k2RgYFjz", "azp": "cccccccc-0000-0000-0000-000000000003", "azpacr": "1",
            "oid": OBJECT, "rh": "1.AAAA", "roles": ["tasks.create", "tasks.read"], "sub": OBJECT, "tid": TENANT,
            "uti": "abc", "ver": "2.0",
        }),
        no_scope: ("roles", json!(["reports.read"])),
        id_token: json!({
            "aud": GATEWAY_APP, "iss": iss, "name": "A", "oid": OBJECT, "preferred_username": "a@corp.example",
            "rh": "1.AAAA", "roles": ["tasks.create"], "sub": "AAAA", "tid": TENANT, "uti": "abc", "ver": "2.0",
        }),
        other: ("aud", json!("dddddddd-0000-0000-0000-000000000004")),
        caller: OBJECT,
        scopes: CREATE_READ,
    }
}

fn entra_v1() -> Provider {
    let iss = format!("https://sts.windows.net/{TENANT}/");
    Provider {
        mark: "entra-v1",
        access: json!({
            "aud": "api://edr-gateway", "iss": iss, "aio": "k2RgYFjz", "appid": "cccccccc-0000-0000-0000-000000000003",
            "appidacr": "1", "idp": iss, "oid": OBJECT, "roles": ["tasks.create", "tasks.read"], "sub": OBJECT,
            "tid": TENANT, "uti": "abc", "ver": "1.0",
        }),
        no_scope: ("roles", json!(["tasks"])),
        id_token: json!({
            "aud": "api://edr-gateway", "iss": iss, "name": "A", "oid": OBJECT, "roles": ["tasks.create"], "sub": "AAAA",
            "tid": TENANT, "unique_name": "a@corp.example", "ver": "1.0",
        }),
        other: ("aud", json!("00000003-0000-0000-c000-000000000000")),
        caller: OBJECT,
        scopes: CREATE_READ,
    }
}

fn adfs() -> Provider {
    let iss = "http://adfs.example.com/adfs/services/trust";
    Provider {
        mark: "adfs",
        access: json!({
            "aud": "https://edr.example.com", "iss": iss, "apptype": "Confidential",
            "appid": "eeeeeeee-0000-0000-0000-000000000005", "authmethod": "http://schemas.microsoft.com/ws/2008/06/identity/authenticationmethod/password",
            "auth_time": "2026-01-01T00:00:00.000Z", "ver": "1.0", "scp": "tasks.create openid", "role": "tasks.read",
        }),
        no_scope: ("scp", json!("openid")),
        id_token: json!({
            "aud": "https://edr.example.com", "iss": iss, "auth_time": 1, "sub": "AAAA", "upn": "a@corp.example",
            "unique_name": "CORP\\a", "sid": "S-1-5-21-1", "scp": "tasks.create", "nonce": "n",
        }),
        other: ("aud", json!("microsoft:identityserver:other")),
        caller: "client:eeeeeeee-0000-0000-0000-000000000005",
        scopes: &["openid", "tasks.create", "tasks.read"],
    }
}

fn okta() -> Provider {
    let iss = "https://soc.okta.com/oauth2/default";
    Provider {
        mark: "okta",
        access: json!({
            "ver": 1, "jti": "AT.0mP4", "iss": iss, "aud": "api://default", "cid": "0oa1client", "sub": "0oa1client",
            "scp": ["tasks.create", "tasks.read"],
        }),
        no_scope: ("scp", json!(["openid"])),
        id_token: json!({
            "ver": 1, "jti": "ID.4eAW", "iss": iss, "aud": "api://default", "sub": "00u1user", "amr": ["pwd"],
            "at_hash": "x", "scp": ["tasks.create"], "idp": "00o1",
        }),
        other: ("aud", json!("api://other")),
        caller: "client:0oa1client",
        scopes: CREATE_READ,
    }
}

fn auth0() -> Provider {
    let iss = "https://soc.eu.auth0.com/";
    Provider {
        mark: "auth0",
        access: json!({
            "iss": iss, "sub": "Zk1client@clients", "aud": "https://edr.example.com", "azp": "Zk1client",
            "scope": "tasks.create tasks.read", "gty": "client-credentials", "permissions": ["tasks.create", "tasks.cancel"],
        }),
        no_scope: ("scope", json!("read:reports")),
        id_token: json!({
            "iss": iss, "sub": "auth0|1", "aud": "https://edr.example.com", "nonce": "n", "sid": "s", "name": "A",
            "scope": "tasks.create",
        }),
        other: ("aud", json!("https://soc.eu.auth0.com/api/v2/")),
        caller: "Zk1client@clients",
        scopes: CREATE_READ,
    }
}

fn cognito() -> Provider {
    let iss = "https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_AbCdEfGhI";
    Provider {
        mark: "cognito",
        access: json!({
            "sub": "1example23456789", "token_use": "access", "scope": "edr-gateway/tasks.create edr-gateway/tasks.read",
            "auth_time": 1, "iss": iss, "version": 2, "jti": "39cdbc77", "client_id": "1example23456789",
        }),
        no_scope: (
            "scope",
            json!("tasks.create other/tasks.create aws.cognito.signin.user.admin"),
        ),
        id_token: json!({
            "sub": "1example23456789", "token_use": "id", "client_id": "1example23456789", "cognito:username": "a",
            "iss": iss, "scope": "edr-gateway/tasks.create",
        }),
        other: ("client_id", json!("9other87654321")),
        caller: "client:1example23456789",
        scopes: CREATE_READ,
    }
}

fn uaa() -> Provider {
    let iss = "https://uaa.example.com/oauth/token";
    Provider {
        mark: "uaa",
        access: json!({
            "jti": "a1b2", "sub": "soar", "authorities": ["edr.tasks.create", "edr.tasks.read"],
            "scope": ["edr.tasks.create", "edr.tasks.read"], "client_id": "soar", "cid": "soar", "azp": "soar",
            "grant_type": "client_credentials", "rev_sig": "4a7c", "iss": iss, "zid": "uaa", "aud": ["soar", "edr.tasks"],
        }),
        no_scope: (
            "scope",
            json!(["tasks.create", "uaa.resource", "edrtasks.create"]),
        ),
        id_token: json!({
            "sub": "1", "aud": ["edr.tasks"], "iss": iss, "azp": "soar", "scope": ["edr.tasks.create"], "amr": ["pwd"],
            "nonce": "n", "zid": "uaa", "origin": "uaa",
        }),
        other: ("aud", json!(["soar", "cloud_controller"])),
        caller: "client:soar",
        scopes: CREATE_READ,
    }
}

fn zitadel() -> Provider {
    let iss = "https://soc.zitadel.cloud";
    let roles = |names: &[&str]| -> Value {
        let roles = names.iter().map(|it| {
            (
                (*it).to_owned(),
                json!({"250000000000000009": "soc.zitadel.cloud"}),
            )
        });
        Value::Object(roles.collect::<Map<String, Value>>())
    };
    Provider {
        mark: "zitadel",
        access: json!({
            "iss": iss, "sub": "270000000000000002", "aud": ["260000000000000001"], "jti": "V2_28-at_29", "client_id": "soar",
            "urn:zitadel:iam:org:project:260000000000000001:roles": roles(CREATE_READ),
        }),
        no_scope: (
            "urn:zitadel:iam:org:project:260000000000000001:roles",
            roles(&["viewer"]),
        ),
        id_token: json!({
            "iss": iss, "sub": "270000000000000002", "aud": ["soar", "260000000000000001"], "azp": "soar", "client_id": "soar",
            "auth_time": 1, "amr": ["user", "pwd"], "sid": "V1",
            "urn:zitadel:iam:org:project:260000000000000001:roles": roles(CREATE_READ),
        }),
        other: ("aud", json!(["260000000000000777"])),
        caller: "270000000000000002",
        scopes: CREATE_READ,
    }
}

fn kubernetes() -> Provider {
    let iss = "https://kubernetes.default.svc.cluster.local";
    Provider {
        mark: "kubernetes",
        access: json!({
            "aud": ["edr-gateway"], "iss": iss, "jti": "ea28ed49", "sub": "system:serviceaccount:soar:playbooks",
            "kubernetes.io": {
                "namespace": "soar", "node": {"name": "n1", "uid": "u1"}, "pod": {"name": "p", "uid": "u2"},
                "serviceaccount": {"name": "playbooks", "uid": "u3"}, "warnafter": 1
            },
        }),
        no_scope: ("sub", json!("system:serviceaccount:other:playbooks")),
        // There are none; the nearest is a token for the API server itself.
        id_token: json!({
            "aud": ["https://kubernetes.default.svc.cluster.local", "k3s"], "iss": iss,
            "sub": "system:serviceaccount:soar:playbooks",
        }),
        other: ("aud", json!(["vault"])),
        caller: "system:serviceaccount:soar:playbooks",
        scopes: CREATE_READ,
    }
}

/// The block of the document that is marked so.
pub(super) fn block(mark: &str) -> String {
    let document = read("deploy/IDENTITY.md");
    let mut lines = document
        .lines()
        .skip_while(|it| !(it.starts_with("    [auth]") && it.ends_with(&format!("# {mark}"))))
        .take_while(|it| it.is_empty() || it.starts_with("    "))
        .peekable();
    assert!(
        lines.peek().is_some(),
        "deploy/IDENTITY.md has no block {mark}"
    );
    let lines: Vec<&str> = lines.map(str::trim_start).collect();
    lines.join("\n")
}

/// A token with these claims for the next hour.
fn token(claims: &Value) -> String {
    let mut token = Token::of("x", "").signed_with(Algorithm::RS256);
    let times = token.claims.clone();
    token.claims = claims.clone();
    for name in ["iat", "exp"] {
        token.claims[name] = times[name].clone();
    }
    token.claims["nbf"] = times["iat"].clone();
    Issuer::shared().sign(&token)
}

fn with((name, value): &(&str, Value), claims: &Value) -> Value {
    let mut claims = claims.clone();
    claims[*name] = value.clone();
    claims
}

/// A house with this file, the keys of the tests' issuer in the place of the provider's.
async fn house(file: String) -> House {
    let elsewhere = ["auth.jwks_url", "auth.jwks_ca_file", "auth.jwks_token_file"];
    let settings = elsewhere.map(|it| (it, String::new())).to_vec();
    House::furnish(Plan {
        file,
        settings,
        ..Plan::default()
    })
    .await
}

async fn refused(house: &House, what: &str, claims: &Value) -> String {
    let reply = house.caller_with(&token(claims)).get("/v1/whoami").await;
    assert_eq!(
        (reply.status, reply.code()),
        (401, "token_invalid"),
        "{what}"
    );
    refused_because(reply.request_id())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_settings_for_each_provider_let_its_access_tokens_in_and_nothing_else_of_it() {
    let providers = [
        keycloak(),
        entra_v2(),
        entra_v1(),
        adfs(),
        okta(),
        auth0(),
        cognito(),
        uaa(),
        zitadel(),
        kubernetes(),
    ];
    let mut table = Vec::new();
    for it in providers {
        let house = house(block(it.mark)).await;
        let caller = |claims: &Value| house.caller_with(&token(claims));

        let who = caller(&it.access).get("/v1/whoami").await;
        assert_eq!(who.status, 200, "{}: {}", it.mark, who.text);
        assert_eq!(who.json["caller"], it.caller, "{}", it.mark);
        assert_eq!(who.json["scopes"], json!(it.scopes), "{}", it.mark);
        caller(&it.access)
            .isolate(acceptance::WS_042)
            .await
            .expect(202);

        let mut poor = with(&it.no_scope, &it.access);
        if it.mark == "keycloak" {
            poor["scope"] = json!("profile email");
        }
        let refusal = caller(&poor).isolate(acceptance::WS_042).await.expect(403);
        assert_eq!(refusal.code(), "scope_missing", "{}", it.mark);

        let id_token = refused(&house, it.mark, &it.id_token).await;
        let other = refused(&house, it.mark, &with(&it.other, &it.access)).await;
        let elsewhere = ("iss", json!("https://evil.example"));
        let issuer = refused(&house, it.mark, &with(&elsewhere, &it.access)).await;
        assert!(issuer.contains("another issuer"), "{}: {issuer}", it.mark);
        table.push(format!(
            "{}: 202 as {}; 403 without scope; ID token: {id_token}; another service's: {other}",
            it.mark, it.caller
        ));
        house.close().await;
    }
    acceptance::tell(&format!("recipes:\n  {}", table.join("\n  ")));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_everybody_can_have_of_a_provider_opens_nothing() {
    // Zitadel: anybody may ask for the gateway's audience, and has the roles of the project that
    // asks.
    let zitadel_house = house(block("zitadel")).await;
    let mut foreign = zitadel().access;
    foreign
        .as_object_mut()
        .expect("an object")
        .remove("urn:zitadel:iam:org:project:260000000000000001:roles");
    let roles = json!({"tasks.create": {"250000000000000777": "other.zitadel.cloud"}});
    for claim in [
        "urn:zitadel:iam:org:project:roles",
        "urn:zitadel:iam:org:project:260000000000000777:roles",
        "urn:zitadel:iam:org:projects:roles",
    ] {
        let claims = with(&(claim, roles.clone()), &foreign);
        let caller = zitadel_house.caller_with(&token(&claims));
        let reply = caller.isolate(acceptance::WS_042).await.expect(403);
        assert_eq!(reply.code(), "scope_missing", "{claim}");
    }
    zitadel_house.close().await;

    // Auth0: without RBAC a user has each scope that an application asks for.
    let auth0_house = house(block("auth0")).await;
    for gty in [
        Value::Null,
        json!("password"),
        json!(["client-credentials"]),
    ] {
        let mut user = with(&("gty", gty), &auth0().access);
        user["sub"] = json!("auth0|1");
        refused(&auth0_house, "a user of auth0", &user).await;
    }
    auth0_house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refresh_token_of_uaa_is_no_access_token() {
    // A JWT of the same key and audience.
    let uaa_house = house(block("uaa")).await;
    let mut refresh = with(
        &("granted_scopes", json!(["edr.tasks.create"])),
        &uaa().access,
    );
    refresh.as_object_mut().expect("an object").remove("scope");
    refresh["jti"] = json!("a1b2-r");
    let cause = refused(&uaa_house, "a refresh token", &refresh).await;
    assert_eq!(cause, "it is not an access token");
    uaa_house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_jku_as_uaa_writes_it_does_no_harm() {
    let house = house(block("uaa")).await;
    let mut token = Token::of("x", "").signed_with(Algorithm::RS256);
    let exp = token.claims["exp"].clone();
    token.claims = uaa().access;
    token.claims["exp"] = exp;
    token.header.jku = Some("https://uaa.example.com/token_keys".to_owned());

    let who = house.caller_with(&Issuer::shared().sign(&token));
    assert_eq!(
        who.get("/v1/whoami").await.expect(200).json["caller"],
        "client:soar"
    );
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_audience_never_becomes_optional() {
    // Where client ids stand in its place, a token that names an audience is for that one.
    let house = house(block("cognito")).await;
    for (name, value) in [
        ("aud", json!("1example23456789")),
        ("aud", json!("edr-gateway")),
        ("aud", json!([])),
        ("aud", json!(7)),
        ("token_use", json!("id")),
        ("token_use", json!("ACCESS")),
        ("token_use", Value::Null),
        ("token_use", json!(["access"])),
        ("client_id", Value::Null),
        ("client_id", json!(["1example23456789"])),
        ("client_id", json!("1EXAMPLE23456789")),
        ("client_id", json!("")),
    ] {
        refused(&house, name, &with(&(name, value), &cognito().access)).await;
    }
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_settings_for_several_issuers_keep_their_callers_apart() {
    let file = tempfile::NamedTempFile::new().expect("a file");
    let other = Issuer::with_ids("cluster");
    std::fs::write(&file, other.key_set().to_string()).expect("a file");
    let text = block("several").replace(
        "/etc/edr-gateway/cluster-keys.json",
        &file.path().display().to_string(),
    );
    let house = house(text).await;
    let mut cluster = Token::of("x", "").signed_with(Algorithm::RS256);
    let exp = cluster.claims["exp"].clone();
    cluster.claims = kubernetes().access;
    cluster.claims["exp"] = exp;

    let who = house
        .caller_with(&other.sign(&cluster))
        .get("/v1/whoami")
        .await
        .expect(200);
    assert_eq!(
        who.json["caller"],
        "issuer:cluster:system:serviceaccount:soar:playbooks"
    );
    assert_eq!(who.json["scopes"], json!(["tasks.create"]));
    let keycloak = json!({
        "iss": "https://sso.example.com/realms/soc", "aud": "edr-gateway", "scope": "tasks.read",
        "sub": "system:serviceaccount:soar:playbooks",
    });
    let who = house
        .caller_with(&token(&keycloak))
        .get("/v1/whoami")
        .await
        .expect(200);
    assert_eq!(who.json["caller"], "system:serviceaccount:soar:playbooks");
    assert_eq!(
        who.json["scopes"],
        json!(["tasks.read"]),
        "a grant is its own issuer's"
    );
    // Each with the other's keys.
    refused(&house, "the first's key", &cluster.claims).await;
    house.close().await;
}
