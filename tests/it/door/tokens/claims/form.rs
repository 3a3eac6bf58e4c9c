//! Claims that stand twice, or are no JSON object.

use acceptance::{House, Issuer};

use super::times::now;
use crate::door::tokens::forge::{Case, Members, accept, part, refuse, signed, with_claims};

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
