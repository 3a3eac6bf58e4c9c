//! When a token holds.

use acceptance::{House, Token};

use crate::door::tokens::forge::{Case, Members, accept, refuse, with_claims};

pub(crate) fn now() -> u64 {
    Token::of("x", "").claims["iat"].as_u64().expect("a time")
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
