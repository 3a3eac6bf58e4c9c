//! Where a token is taken from: one Authorization header, and nowhere else.

use acceptance::{House, Reply, refused_because};
use reqwest::Method;

use super::forge::{Members, with_header};

#[tokio::test(flavor = "multi_thread")]
async fn a_token_in_any_other_place_is_not_taken() {
    let house = House::open().await;
    let good = with_header(&Members::header());
    let stranger = house.stranger();
    let get = |path: &str| stranger.request(Method::GET, path);
    let with = |name: &'static str, value: String| get("/v1/whoami").header(name, value);
    let bearer = format!("Bearer {good}");

    let mut missing = vec![
        ("nowhere", get("/v1/whoami")),
        (
            "in the query",
            get(&format!("/v1/whoami?access_token={good}")),
        ),
        (
            "in the query as a header",
            get(&format!("/v1/whoami?Authorization=Bearer%20{good}")),
        ),
        (
            "in the query as token",
            get(&format!("/v1/whoami?token={good}&bearer={good}&jwt={good}")),
        ),
        (
            "in a form",
            get("/v1/whoami")
                .header("content-type", "application/x-www-form-urlencoded")
                .body(format!("access_token={good}")),
        ),
        (
            "as a user's name",
            get("/v1/whoami").basic_auth(&good, Some("")),
        ),
        (
            "as a password",
            get("/v1/whoami").basic_auth("bearer", Some(&good)),
        ),
    ];
    for name in [
        "cookie",
        "proxy-authorization",
        "x-authorization",
        "x-access-token",
        "x-forwarded-authorization",
        "x-auth-token",
        "x-forwarded-access-token",
        "authentication",
        "www-authenticate",
        "sec-websocket-protocol",
    ] {
        let value = match name {
            "cookie" => format!("access_token={good}; Authorization=Bearer {good}"),
            _ => bearer.clone(),
        };
        missing.push((name, with(name, value)));
    }
    for (what, value) in [
        ("another scheme", format!("DPoP {good}")),
        ("no scheme", good.clone()),
        ("Token", format!("Token {good}")),
        ("JWT", format!("JWT {good}")),
        ("a colon", format!("Bearer: {good}")),
        ("an equals sign", format!("Bearer={good}")),
        ("a tab", format!("Bearer\t{good}")),
        ("a longer scheme", format!("Bearers {good}")),
        ("a quoted scheme", format!("\"Bearer\" {good}")),
        ("the scheme alone", "Bearer".to_owned()),
        ("Basic first", format!("Basic dXNlcjpwYXNz, Bearer {good}")),
        ("a scheme in parameters", format!("Digest Bearer {good}")),
    ] {
        missing.push((what, with("authorization", value)));
    }
    let mut refused = 0;
    for (what, request) in missing {
        let reply = Reply::of(request).await;
        assert_eq!(
            (reply.status, reply.code()),
            (401, "token_missing"),
            "{what}"
        );
        assert_eq!(reply.header("www-authenticate"), "Bearer", "{what}");
        told_to_the_log(what, &reply);
        refused += 1;
    }

    let invalid = [
        (
            "two good ones",
            with("authorization", bearer.clone()).header("authorization", &bearer),
        ),
        (
            "a good one and nothing",
            with("authorization", bearer.clone()).header("authorization", ""),
        ),
        (
            "a good one behind Basic",
            with("authorization", "Basic dXNlcjpwYXNz".to_owned()).header("authorization", &bearer),
        ),
        (
            "two in one header",
            with("authorization", format!("{bearer}, {bearer}")),
        ),
        (
            "two in one header without a comma",
            with("authorization", format!("{bearer} {bearer}")),
        ),
        (
            "the scheme twice",
            with("authorization", format!("Bearer {bearer}")),
        ),
        (
            "parameters",
            with("authorization", format!("Bearer {good}; charset=utf-8")),
        ),
        (
            "named",
            with("authorization", format!("Bearer token={good}")),
        ),
        (
            "nothing behind the scheme",
            with("authorization", "Bearer  ,".to_owned()),
        ),
    ];
    for (what, request) in invalid {
        let reply = Reply::of(request).await;
        assert_eq!(
            (reply.status, reply.code()),
            (401, "token_invalid"),
            "{what}"
        );
        told_to_the_log(what, &reply);
        refused += 1;
    }
    for scheme in ["Bearer", "bearer", "BEARER", "bEaReR", "Bearer "] {
        Reply::of(with("authorization", format!("{scheme} {good}")))
            .await
            .expect(200);
    }
    acceptance::tell(&format!(
        "tokens in other places: {refused} tried, {refused} refused"
    ));
    house.close().await;
}

fn told_to_the_log(what: &str, reply: &Reply) {
    let cause = refused_because(reply.request_id());
    assert!(
        !cause.is_empty() && !reply.text.contains(&cause),
        "{what}: {cause:?}"
    );
}
