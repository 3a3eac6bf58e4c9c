//! Pages in a browser, of the origins that the operator names and of others.

use acceptance::{House, Reply, WS_042};
use reqwest::Method;
use serde_json::json;

const PAGE: &str = "https://soar.example.com";

async fn house() -> House {
    let origins = format!("{PAGE},http://127.0.0.1:1880");
    House::with(&[("server.cors_origins", &origins)]).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_of_a_named_origin_asks_acts_and_reads_what_became_of_it() {
    let house = house().await;
    let stranger = house.stranger();
    let path = "/v1/tasks/isolateHost";

    // A browser asks first, and without a token.
    let allowed = Reply::of(
        stranger
            .request(Method::OPTIONS, path)
            .header("origin", PAGE)
            .header("access-control-request-method", "POST")
            .header(
                "access-control-request-headers",
                "authorization,content-type,idempotency-key",
            ),
    )
    .await
    .expect(200);
    assert_eq!(allowed.header("access-control-allow-origin"), PAGE);
    let methods = allowed.header("access-control-allow-methods");
    assert!(methods.contains("POST"), "{methods}");
    let headers = allowed.header("access-control-allow-headers");
    assert!(
        headers.to_lowercase().contains("idempotency-key"),
        "{headers}"
    );
    assert_eq!(allowed.header("access-control-allow-credentials"), "");

    let soar = house.soar();
    let task = Reply::of(
        soar.request(Method::POST, path)
            .header("origin", PAGE)
            .json(&json!({"targetHost": WS_042, "action": "isolate"})),
    )
    .await
    .expect(202);
    assert_eq!(task.header("access-control-allow-origin"), PAGE);
    let exposed = task.header("access-control-expose-headers").to_lowercase();
    assert!(exposed.contains("location"), "{exposed}");

    // A refusal is as readable as a success.
    for (caller, expected) in [(&stranger, 401), (&soar, 404)] {
        let refused = Reply::of(
            caller
                .request(Method::GET, "/v1/tasks/ksc-99999")
                .header("origin", "http://127.0.0.1:1880"),
        )
        .await
        .expect(expected);
        let origin = refused.header("access-control-allow-origin");
        assert_eq!(origin, "http://127.0.0.1:1880", "{}", refused.text);
    }
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn no_other_page_reads_an_answer_and_without_the_setting_none_does() {
    let named = house().await;
    let nobody = House::open().await;

    for (house, origin) in [
        (&named, "https://evil.example"),
        (&named, "https://soar.example.com.evil.example"),
        (&named, "http://soar.example.com"),
        (&named, "null"),
        (&nobody, PAGE),
    ] {
        let asked = Reply::of(
            house
                .stranger()
                .request(Method::OPTIONS, "/v1/tasks/isolateHost")
                .header("origin", origin)
                .header("access-control-request-method", "POST"),
        )
        .await;
        assert_eq!(asked.header("access-control-allow-origin"), "", "{origin}");
        let read = Reply::of(
            house
                .soar()
                .request(Method::GET, "/v1/whoami")
                .header("origin", origin),
        )
        .await;
        // The token decides; what the browser does with the answer is the browser's.
        let read = read.expect(200);
        assert_eq!(read.header("access-control-allow-origin"), "", "{origin}");
    }
    named.close().await;
    nobody.close().await;
}
