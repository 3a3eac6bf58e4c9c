//! What a token may claim.

use acceptance::{House, Issuer, Reply, Token, WS_042};
use serde_json::{Value, json};

use super::forge::{Case, Members, accept, part, refuse, signed, with_claims};

fn now() -> u64 {
    Token::of("x", "").claims["iat"].as_u64().expect("a time")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_claim_that_is_made_twice_is_refused() {
    let house = House::open().await;
    let mut cases = Vec::new();

    let claims = Members::claims;
    for (name, raw) in [
        ("sub", "\"soar\""),
        ("sub", "\"admin\""),
        ("aud", "\"edr-gateway\""),
        ("aud", "\"other\""),
        ("exp", "1"),
        ("exp", "99999999999"),
        ("iss", "\"https://issuer.example\""),
        ("iss", "\"https://evil.example\""),
        ("iat", "1"),
        ("scope", "\"tasks.cancel\""),
        ("s\\u0075b", "\"admin\""),
        ("\\u0065xp", "99999999999"),
    ] {
        cases.push(Case::new(
            format!("{name} {raw} behind"),
            with_claims(&claims().add(name, raw)),
            "twice",
        ));
        cases.push(Case::new(
            format!("{name} {raw} before"),
            with_claims(&claims().add_first(name, raw)),
            "twice",
        ));
    }
    for (name, raw) in [
        ("nbf", "1"),
        ("client_id", "\"a\""),
        ("azp", "\"a\""),
        ("scp", "[\"tasks.cancel\"]"),
        ("jti", "\"a\""),
        ("unknown", "null"),
        ("typ", "\"Bearer\""),
    ] {
        let twice = claims().add(name, raw).add(name, raw);
        cases.push(Case::new(
            format!("{name} twice"),
            with_claims(&twice),
            "twice",
        ));
    }
    let nested = claims().add("realm_access", r#"{"roles":[],"roles":["admin"]}"#);
    cases.push(Case::new(
        "a member of a claim twice",
        with_claims(&nested),
        "twice",
    ));
    refuse(&house, "claims made twice", cases).await;
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_time_that_is_none_or_the_wrong_one_is_refused() {
    let house = House::open().await;
    let now = now();
    let later = now + 3600;
    let mut cases = Vec::new();
    let mut add = |name: &str, raw: &str, cause: &'static str| {
        let claims = Members::claims().set(name, raw);
        cases.push(Case::new(
            format!("{name} {raw}"),
            with_claims(&claims),
            cause,
        ));
    };

    let quoted = format!("\"{later}\"");
    let odd = [
        quoted.as_str(),
        "\"\"",
        "\"tomorrow\"",
        "true",
        "false",
        "[]",
        "{}",
        "\"NaN\"",
        "\"Infinity\"",
    ];
    for raw in odd.into_iter().chain([
        "NaN",
        "Infinity",
        "-Infinity",
        "1e400",
        "-1e400",
        "0x7fffffff",
        "+1",
        "01",
    ]) {
        for name in ["exp", "nbf", "iat"] {
            add(name, raw, "");
        }
    }
    for raw in [
        format!("[{later}]"),
        format!("{{\"exp\":{later}}}"),
        format!("\"{later}.0\""),
    ] {
        add("exp", &raw, "");
    }
    for raw in [
        "0",
        "1",
        "-0",
        "-1",
        "-99999999999",
        "-1.5",
        "0.5",
        "1e3",
        "1e-400",
        "1000000000",
    ] {
        add("exp", raw, "");
    }
    add("exp", &(now - 31).to_string(), "expired");
    add("exp", &format!("{}.5", now - 40), "expired");
    add("exp", "null", "missing");
    for raw in [
        "9223372036854775807",
        "9223372036854775808",
        "18446744073709551615",
        "18446744073709551616",
        "1e18",
        "1e19",
        "1e300",
        "253402300800",
        "9999999999999",
    ] {
        add("exp", raw, "");
    }
    for raw in [
        (now + 120).to_string(),
        format!("{}.5", now + 120),
        "1e11".to_owned(),
        "253402300799".to_owned(),
    ] {
        add("nbf", &raw, "not valid yet");
        add("iat", &raw, "not issued yet");
    }
    for raw in [
        "-1",
        "1e19",
        "9223372036854775807",
        "18446744073709551615",
        "null",
    ] {
        add("nbf", raw, "");
    }
    for raw in [
        "1e19",
        "9223372036854775807",
        "18446744073709551615",
        "-1e300",
    ] {
        add("iat", raw, "");
    }
    refuse(&house, "times", cases).await;

    // What is a time, however it is written, and a token for as long as there are years.
    for (name, raw) in [
        ("exp", format!("{later}.75")),
        ("exp", "2e9".to_owned()),
        ("exp", "253402300799".to_owned()),
        ("nbf", format!("{}.5", now - 60)),
        ("nbf", "0".to_owned()),
        ("iat", "-1".to_owned()),
        ("exp", (self::now() - 5).to_string()),
    ] {
        accept(
            &house,
            &format!("{name} {raw}"),
            &with_claims(&Members::claims().set(name, &raw)),
        )
        .await;
    }
    house.close().await;
}

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
async fn another_issuer_or_audience_is_refused_however_it_is_written() {
    let house = House::open().await;
    let mut cases = Vec::new();

    for raw in [
        "null",
        "0",
        "[]",
        "{}",
        "\"\"",
        "[\"https://issuer.example\"]",
        "[\"https://issuer.example\",\"https://evil.example\"]",
        "{\"https://issuer.example\":1}",
        "\"https://issuer.example/\"",
        "\"HTTPS://ISSUER.EXAMPLE\"",
        "\"http://issuer.example\"",
        "\" https://issuer.example\"",
        "\"https://issuer.example\\u0000\"",
        "\"https://issuer.example.evil.example\"",
        "\"https://evil.example\"",
    ] {
        cases.push(Case::new(
            format!("iss {raw}"),
            with_claims(&Members::claims().set("iss", raw)),
            "",
        ));
    }
    for raw in [
        "null",
        "0",
        "true",
        "{}",
        "{\"edr-gateway\":1}",
        "[]",
        "[[\"edr-gateway\"]]",
        "[\"edr-gateway\",1]",
        "[\"edr-gateway\",null]",
        "[\"edr-gateway\",{}]",
        "\"\"",
        "\"EDR-GATEWAY\"",
        "\"edr-gateway \"",
        "\"edr-gateway2\"",
        "\"edr\"",
        "\"edr-gateway,other\"",
        "\"other edr-gateway\"",
        "[\"other\"]",
        "[\"EDR-Gateway\"]",
        "[\"\"]",
        "\"*\"",
        "\"account\"",
    ] {
        cases.push(Case::new(
            format!("aud {raw}"),
            with_claims(&Members::claims().set("aud", raw)),
            "",
        ));
    }
    for name in ["iss", "aud", "exp"] {
        cases.push(Case::new(
            format!("no {name}"),
            with_claims(&Members::claims().without(name)),
            "missing",
        ));
    }
    refuse(&house, "issuers and audiences", cases).await;
    for raw in [
        "[\"edr-gateway\"]",
        "[\"other\",\"edr-gateway\"]",
        "[\"edr-gateway\",\"edr-gateway\"]",
    ] {
        accept(
            &house,
            raw,
            &with_claims(&Members::claims().set("aud", raw)),
        )
        .await;
    }
    house.close().await;
}

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

#[tokio::test(flavor = "multi_thread")]
async fn claims_that_are_not_a_json_object_are_refused() {
    let house = House::open().await;
    let header = Members::header().text();
    let now = now();
    let mut cases = Vec::new();

    let by_position = format!(
        "[{},null,\"soar\",\"https://issuer.example\",\"edr-gateway\",\"soar\",null,null,null,null,null]",
        now + 600
    );
    let full = Members::claims().text();
    let behind = format!("{full}{full}");
    let trailing = format!("{full}x");
    let deep = format!("{{\"a\":{}1{}}}", "[".repeat(3000), "]".repeat(3000));
    let many = Members::claims()
        .add("pad", &format!("[{}0]", "0,".repeat(5500)))
        .text();
    for claims in [
        "",
        "{",
        "null",
        "[]",
        "0",
        "\"soar\"",
        "{}",
        "{\"exp\":}",
        "\u{feff}{}",
        by_position.as_str(),
        behind.as_str(),
        trailing.as_str(),
        deep.as_str(),
    ] {
        let short: String = claims.chars().take(30).collect();
        cases.push(Case::new(
            format!("claims {short:?}"),
            signed(&header, claims),
            "",
        ));
    }
    let invalid = [
        full.trim_end_matches('}').as_bytes(),
        b",\"x\":\"",
        &[0xff],
        b"\"}",
    ]
    .concat();
    let token = Issuer::shared().sign_parts(
        &Members::header().part(),
        &part(invalid),
        jsonwebtoken::Algorithm::ES256,
    );
    cases.push(Case::new("claims that are not UTF-8", token, ""));
    refuse(&house, "claims that are no objects", cases).await;
    accept(&house, "thousands of values", &signed(&header, &many)).await;
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
    let isolate = |caller: &acceptance::Caller| {
        let body = json!({"targetHost": WS_042, "params": {"action": 1}});
        let request = caller.request(reqwest::Method::POST, "/v1/tasks/isolateHost");
        Reply::of(request.header("idempotency-key", "case-1").json(&body))
    };

    let first = isolate(&own).await.expect(202);
    assert_eq!(own.get("/v1/whoami").await.json["caller"], "client:soar");
    let audit = acceptance::decisions(first.request_id());
    assert_eq!(audit[0]["caller.id"], "client:soar");
    for client in &same {
        let again = isolate(client).await.expect(202);
        assert_eq!(again.json["id"], first.json["id"], "it is the same client");
    }
    for (user, id) in
        users
            .iter()
            .zip(["soar", "soar", "subject:client:soar", "subject:client:soar"])
    {
        assert_eq!(user.get("/v1/whoami").await.expect(200).json["caller"], id);
        let other = isolate(user).await.expect(202);
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
