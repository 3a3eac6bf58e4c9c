//! Behind an ingress that takes a path away, callers are told the address that they reach.

use acceptance::{House, WS_042};
use edr_gateway::config::Settings;
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn what_callers_are_told_begins_with_where_they_reach_it() {
    for (setting, base) in [
        (
            "https://soc.example.com/edr/",
            "https://soc.example.com/edr",
        ),
        ("http://127.0.0.1:9999", "http://127.0.0.1:9999"),
    ] {
        let house = House::with(&[("server.public_url", setting)]).await;
        let soar = house.soar();

        let first = soar.isolate(WS_042).await.expect(202);
        let location = first.header("location").to_owned();
        let id = first.json["id"].as_str().expect("an id");
        assert_eq!(location, format!("{base}/v1/tasks/{id}"));
        // What the ingress takes away is the rest.
        let path = location.strip_prefix(base).expect("the address");
        soar.get(path).await.expect(200);

        let document = house.stranger().get("/openapi.json").await.expect(200).json;
        assert_eq!(
            document["servers"],
            json!([{"url": base, "description": "This gateway"}])
        );
        let redirect = house.stranger().get("/docs").await;
        assert_eq!(redirect.header("location"), format!("{base}/docs/"));
        // A problem says where it was asked, as the log does.
        let problem = soar.get("/v1/tasks/ksc-99999").await.expect(404);
        assert_eq!(problem.json["instance"], "/v1/tasks/ksc-99999");
        house.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn without_it_addresses_are_told_from_where_they_stand() {
    let house = House::open().await;
    let first = house.soar().isolate(WS_042).await.expect(202);
    assert!(first.header("location").starts_with("/v1/tasks/"));
    let redirect = house.stranger().get("/docs").await;
    assert_eq!(redirect.header("location"), "docs/");
    // Under any path before it, too.
    let script = house.stranger().get("/docs/page.js").await.expect(200).text;
    assert!(script.contains("\"../openapi.json\""), "{script}");
    let page = house.stranger().get("/docs/").await.expect(200).text;
    for absolute in ["href=\"/", "src=\"/"] {
        assert!(!page.contains(absolute), "{page}");
    }
    let document = house.stranger().get("/openapi.json").await.expect(200).json;
    assert_eq!(document["servers"][0]["url"], "/");
    house.close().await;
}

#[test]
fn an_address_that_cannot_be_is_a_mistake_of_the_settings() {
    for odd in [
        "soc.example.com/edr",
        "/edr",
        "ftp://soc.example.com",
        "https://user:hunter2@soc.example.com",
        "https://soc.example.com/?x=1",
        "https://soc.example.com/#x",
        "https:soc.example.com",
        "https://soc.example.com/a b",
    ] {
        let file = format!("[server]\npublic_url = \"{odd}\"\n");
        let refused = Settings::load(&file, []).expect_err("it is refused");
        let text = format!("{refused:?}");
        assert!(text.contains("server.public_url"), "{odd}: {text}");
        assert!(!text.contains("hunter2"), "{text}");
    }
}
