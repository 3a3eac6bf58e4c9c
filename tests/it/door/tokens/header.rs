//! What a token's header may say of itself.

use acceptance::House;

use super::forge::{Case, Members, accept, part, refuse, signed, with_header};

#[tokio::test(flavor = "multi_thread")]
async fn a_token_without_a_signature_or_with_another_algorithm_is_refused() {
    let house = House::open().await;
    let claims = Members::claims().text();
    let mut cases = Vec::new();

    for alg in [
        "none",
        "None",
        "NONE",
        "nOnE",
        " none",
        "none ",
        "",
        "es256",
        "ES256 ",
        "Es256",
        "HS256",
        "HS384",
        "HS512",
        "ES384",
        "ES512",
        "RS384",
        "RS512",
        "PS384",
        "PS512",
        "dir",
        "RSA-OAEP",
        "A128KW",
        "ES256K",
        "EdDSA25519",
        "RS256\\u0000",
        "ES256,none",
        "../none",
    ] {
        let header = Members::header().set("alg", &format!("\"{alg}\""));
        let unsigned = format!("{}.{}", header.part(), part(&claims));
        let signed = with_header(&header);
        let name = |how: &str| format!("alg {alg:?}, {how}");
        cases.push(Case::new(
            name("signed with a good key"),
            signed,
            "not accepted",
        ));
        cases.push(Case::new(
            name("empty signature"),
            format!("{unsigned}."),
            "not accepted",
        ));
        cases.push(Case::new(
            name("garbage"),
            format!("{unsigned}.{}", part("garbage")),
            "not accepted",
        ));
    }
    for raw in [
        "null",
        "0",
        "1e3",
        "true",
        "[]",
        "[\"ES256\"]",
        "{}",
        "{\"ES256\":\"ES256\"}",
    ] {
        let header = Members::header().set("alg", raw);
        cases.push(Case::new(
            format!("alg {raw}"),
            with_header(&header),
            "wrong type",
        ));
    }
    cases.push(Case::new(
        "no alg",
        with_header(&Members::header().without("alg")),
        "names no algorithm",
    ));
    for (alg, kid) in [
        ("RS256", "es256-a"),
        ("PS256", "rs256-a"),
        ("RS256", "ps256-a"),
        ("EdDSA", "es256-a"),
        ("ES256", "eddsa-a"),
        ("ES256", "rs256-a"),
    ] {
        let header = Members::header()
            .set("alg", &format!("\"{alg}\""))
            .set("kid", &format!("\"{kid}\""));
        cases.push(Case::new(
            format!("{alg} with the key {kid}"),
            with_header(&header),
            "no such key",
        ));
    }
    refuse(&house, "algorithms", cases).await;
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_id_is_looked_up_and_never_acted_on() {
    let house = House::open().await;
    let long = "k".repeat(8000);
    let mut cases = Vec::new();

    for kid in [
        "",
        " ",
        "es256-a ",
        "ES256-A",
        "es256-a\\u0000",
        "\\u0000",
        "../../../../etc/passwd",
        "/dev/null",
        "../../dev/null",
        "file:///dev/null",
        "keys.json",
        "' OR '1'='1",
        "x' UNION SELECT 'key' --",
        "es256-a;--",
        "$(id)",
        "`id`",
        "| id",
        "{{7*7}}",
        "${jndi:ldap://127.0.0.1/a}",
        "http://127.0.0.1:1/key",
        "https://evil.example/key.pem",
        "%2e%2e%2f",
        "\\u202ees256-a",
        "*",
        ".*",
        long.as_str(),
    ] {
        let header = Members::header().set("kid", &format!("\"{kid}\""));
        let short: String = kid.chars().take(40).collect();
        cases.push(Case::new(
            format!("kid {short:?}"),
            with_header(&header),
            "no such key",
        ));
    }
    for raw in [
        "0",
        "-1",
        "1e400",
        "true",
        "[]",
        "[\"es256-a\"]",
        "{}",
        "{\"$ne\":null}",
        "{\"es256-a\":1}",
        "null",
    ] {
        let header = Members::header().set("kid", raw);
        let cause = if raw == "1e400" {
            "malformed"
        } else {
            "wrong type"
        };
        cases.push(Case::new(format!("kid {raw}"), with_header(&header), cause));
    }
    refuse(&house, "key ids", cases).await;
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_header_that_asks_for_more_or_names_another_kind_is_refused() {
    let house = House::open().await;
    let mut cases = Vec::new();

    for crit in [
        "[]",
        "[\"exp\"]",
        "[\"b64\"]",
        "[\"x\"]",
        "\"exp\"",
        "null",
        "{}",
        "0",
        "[[]]",
        "[\"alg\"]",
    ] {
        let header = Members::header().set("crit", crit);
        cases.push(Case::new(
            format!("crit {crit}"),
            with_header(&header),
            "extension",
        ));
    }
    for (name, raw, cause) in [
        ("b64", "false", "extension"),
        ("b64", "true", "extension"),
        ("zip", "\"DEF\"", "extension"),
        ("enc", "\"A256GCM\"", "encrypted"),
        ("cty", "\"JWT\"", "other than claims"),
        ("cty", "\"jwt\"", "other than claims"),
        ("cty", "null", "other than claims"),
    ] {
        cases.push(Case::new(
            format!("{name} {raw}"),
            with_header(&Members::header().set(name, raw)),
            cause,
        ));
    }
    for typ in [
        "id_token",
        "ID",
        "id+jwt",
        "logout+jwt",
        "secevent+jwt",
        "refresh+jwt",
        "dpop+jwt",
        "JOSE",
        "JOSE+JSON",
        "JWE",
        "token-introspection+jwt",
        "oauth-authz-req+jwt",
        "entity-statement+jwt",
        "vc+sd-jwt",
        "application/",
        "application/application/jwt",
        "text/jwt",
        "jwt ",
        " JWT",
        "at+jwt;v=1",
        "at jwt",
        "",
    ] {
        let header = Members::header().set("typ", &format!("\"{typ}\""));
        cases.push(Case::new(
            format!("typ {typ:?}"),
            with_header(&header),
            "not an access token",
        ));
    }
    for raw in ["0", "[]", "[\"JWT\"]", "{}", "true", "null"] {
        cases.push(Case::new(
            format!("typ {raw}"),
            with_header(&Members::header().set("typ", raw)),
            "wrong type",
        ));
    }
    refuse(&house, "extensions and kinds", cases).await;
    for typ in ["at+jwt", "application/at+jwt", "AT+JWT", "jwt"] {
        let header = Members::header().set("typ", &format!("\"{typ}\""));
        accept(&house, typ, &with_header(&header)).await;
    }
    accept(
        &house,
        "no typ",
        &with_header(&Members::header().without("typ")),
    )
    .await;
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_header_that_names_a_member_twice_is_refused() {
    let house = House::open().await;
    let mut cases = Vec::new();

    for (name, raw) in [
        ("alg", "\"ES256\""),
        ("alg", "\"none\""),
        ("alg", "\"HS256\""),
        ("kid", "\"es256-a\""),
        ("kid", "\"other\""),
        ("typ", "\"JWT\""),
        ("typ", "\"logout+jwt\""),
        ("\\u0061lg", "\"none\""),
        ("k\\u0069d", "\"x\""),
    ] {
        let behind = Members::header().add(name, raw);
        let before = Members::header().add_first(name, raw);
        cases.push(Case::new(
            format!("{name} {raw} behind"),
            with_header(&behind),
            "twice",
        ));
        cases.push(Case::new(
            format!("{name} {raw} before"),
            with_header(&before),
            "twice",
        ));
    }
    for name in ["x5t", "unknown", "nested"] {
        let header = Members::header().add(name, "\"1\"").add(name, "\"2\"");
        cases.push(Case::new(
            format!("{name} twice"),
            with_header(&header),
            "twice",
        ));
    }
    let nested = Members::header().add("extra", r#"{"a":1,"a":2}"#);
    cases.push(Case::new(
        "a member of a member twice",
        with_header(&nested),
        "twice",
    ));
    refuse(&house, "header members twice", cases).await;
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_header_that_is_not_a_json_object_is_refused() {
    let house = House::open().await;
    let claims = Members::claims().text();
    let deep = format!("{}{}", "[".repeat(2000), "]".repeat(2000));
    let mut cases = Vec::new();

    for header in [
        "",
        "{",
        "{}x",
        "null",
        "[]",
        "\"ES256\"",
        "[\"ES256\",\"JWT\",\"es256-a\"]",
        "0",
        "alg=ES256",
        "\u{feff}{}",
        "{'alg':'ES256'}",
        "{\"alg\":\"ES256\",}",
        "{\"alg\":\"ES256\"} {\"alg\":\"ES256\"}",
        "\u{0}",
        deep.as_str(),
    ] {
        let short: String = header.chars().take(30).collect();
        cases.push(Case::new(
            format!("header {short:?}"),
            signed(header, &claims),
            "malformed",
        ));
    }
    let invalid = [
        b"{\"alg\":\"ES256\",\"kid\":\"es256-a\",\"x\":\"".as_slice(),
        &[0xff, 0xfe],
        b"\"}",
    ]
    .concat();
    let token = acceptance::Issuer::shared().sign_parts(
        &part(invalid),
        &part(&claims),
        jsonwebtoken::Algorithm::ES256,
    );
    cases.push(Case::new("a header that is not UTF-8", token, "malformed"));
    refuse(&house, "headers that are no objects", cases).await;
    house.close().await;
}
