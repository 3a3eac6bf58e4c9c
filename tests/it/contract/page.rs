//! The page that shows the contract: what it is made of, how it is sent, and what it tells.

mod browser;

use acceptance::{Caller, House, Reply};
use reqwest::Method;
use vocabulary::code::Code;
use vocabulary::task::Action;

fn is_part(name: &str) -> bool {
    let kind = name.rsplit_once('.').map(|it| it.1);
    kind.is_some_and(|it| ["js", "css"].contains(&it))
}

/// What the page's files and the page lead to, by the addresses that stand in them.
async fn parts(stranger: &Caller) -> Vec<(String, Reply)> {
    let mut found = vec![(
        "/docs/".to_owned(),
        stranger.get("/docs/").await.expect(200),
    )];
    let mut place = 0;
    while let Some((_, reply)) = found.get(place) {
        let names: Vec<String> = reply
            .text
            .split('"')
            .filter(|it| *it == "actions.json" || is_part(it))
            .map(|it| format!("/docs/{}", it.trim_start_matches("./")))
            .collect();
        for name in names {
            if !found.iter().any(|(path, _)| *path == name) {
                let reply = stranger.get(&name).await.expect(200);
                found.push((name, reply));
            }
        }
        place += 1;
    }
    found
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_needs_nothing_but_the_gateway_and_runs_nothing_but_its_files() {
    let house = House::open().await;

    let redirect = house.stranger().get("/docs").await;
    assert_eq!(
        (redirect.status, redirect.header("location")),
        (307, "docs/")
    );
    let parts = parts(&house.stranger()).await;

    assert_eq!(parts.len(), 8, "{:?}", parts.iter().map(|it| &it.0));
    for (path, reply) in &parts {
        let policy = reply.header("content-security-policy");
        assert!(policy.starts_with("default-src 'none';"), "{path}");
        assert!(!policy.contains("unsafe"), "{path}: {policy}");
        for (name, value) in [
            ("x-content-type-options", "nosniff"),
            ("referrer-policy", "no-referrer"),
        ] {
            assert_eq!(reply.header(name), value, "{path}");
        }
        for forbidden in ["://", "innerHTML", "insertAdjacentHTML", "eval(", "Storage"] {
            let known = forbidden == "://" && reply.text.contains("includes(\"://\")");
            assert!(
                known || !reply.text.contains(forbidden),
                "{path}: {forbidden}"
            );
        }
    }
    let page = &parts[0].1;
    assert!(page.header("content-type").starts_with("text/html"));
    for part in [
        "<title>edr-gateway</title>",
        "name=\"viewport\"",
        "<html lang=\"en\">",
    ] {
        assert!(page.text.contains(part), "{part}");
    }
    for inline in ["<style", "style=", "onclick", "<script>"] {
        assert!(!page.text.contains(inline), "{inline}");
    }
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_tells_every_action_in_order_and_every_problem() {
    let house = House::open().await;

    let facts = house.stranger().get("/docs/actions.json").await.expect(200);

    let list = |member: &str| facts.json[member].as_array().expect("a list").clone();
    let names: Vec<String> = list("actions")
        .iter()
        .map(|it| it["name"].as_str().expect("a name").to_owned())
        .collect();
    assert_eq!(names, Action::ALL.map(|it| it.name().to_owned()));
    let document = house.stranger().get("/openapi.json").await.expect(200).json;
    for action in list("actions") {
        let path = action["path"].as_str().expect("a path");
        assert!(document["paths"][path]["post"].is_object(), "{path}");
        assert!(
            document["paths"][format!("{path}/dry-run")].is_object(),
            "{path}"
        );
    }
    let problems = list("problems");
    assert_eq!(problems.len(), Code::ALL.len());
    for problem in problems {
        let advice = problem["advice"].as_str().unwrap_or_default();
        assert!(!advice.is_empty(), "{problem}: run `cargo docs`");
    }
    let told: String = list("states").iter().map(ToString::to_string).collect();
    let states = document["components"]["schemas"]["State"]["enum"].clone();
    for state in states.as_array().expect("states") {
        let name = state.as_str().expect("a name");
        assert!(told.contains(&format!("`{name}`")), "{name}");
    }
    assert!(list("bounds").len() > 5);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_browser_is_sent_the_page_packed_and_once() {
    let house = House::open().await;

    for (path, plain) in parts(&house.stranger()).await {
        let ask = |name: &'static str, value: String| {
            let request = house.stranger().request(Method::GET, &path);
            Reply::of(request.header(name, value))
        };
        let packed = ask("accept-encoding", "gzip, br".to_owned()).await;
        assert_eq!(packed.header("content-encoding"), "gzip", "{path}");
        let mark = plain.header("etag").to_owned();
        assert_ne!(packed.header("etag"), mark, "{path}");
        let known = ask("if-none-match", mark).await;
        assert_eq!((known.status, known.text.as_str()), (304, ""), "{path}");
    }
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_can_be_switched_off() {
    let house = House::with(&[("server.docs", "false")]).await;

    for path in ["/docs", "/docs/", "/docs/page.js", "/docs/actions.json"] {
        let reply = house.stranger().get(path).await.expect(404);
        assert_eq!(reply.code(), "route_not_found", "{path}");
    }
    house.stranger().get("/openapi.json").await.expect(200);
    house.close().await;
}
