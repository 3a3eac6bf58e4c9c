//! Who has issued a token, and for whom.

use acceptance::House;

use crate::door::tokens::forge::{Case, Members, accept, refuse, with_claims};

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
