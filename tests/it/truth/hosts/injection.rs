//! No text of a caller means anything to KSC's filters, whichever door it comes through.

use acceptance::calls::FIND_HOSTS;
use acceptance::{House, WS_042};
use serde_json::{Value, json};

use super::asking::encoded;

/// Texts that mean something to a filter, to a full-text search, or to a careless escape.
fn hostile() -> Vec<String> {
    let mut texts: Vec<String> = [
        "*",
        "?",
        "WS-04?",
        "WS-0*",
        "[W]S-042",
        "WS-04[0-9]",
        "WS-04[a-f]",
        "WS-04[^1]",
        "[*]",
        "\"",
        "\"\"",
        "WS-042\"",
        "some \"\"computer\"\"",
        "'",
        "WS-042'",
        "WS-042\")(KLHST_WKS_DN=\"*",
        "x\")(KLHST_WKS_HOSTNAME <> \"",
        "WS-042\"))(|(KLHST_WKS_DN = \"*\"",
        "(KLHST_WKS_DN = \"WS-042\")",
        "(!(KLHST_WKS_DN))",
        "!WS-042",
        "&",
        "|",
        "WS-042|WS-001",
        "WS-042&WS-001",
        "= WS-042",
        "<>WS-042",
        ">0",
        "<= 1",
        "WS-042 OR *",
        "WS-042 AND NOT WS-001",
        "WS-042 || WS-001",
        "+WS -042",
        "-WS-001",
        "CURTIME(-10)",
        "CURTIME",
        "T\"2024-01-02 03:04:05\"",
        "0xFF",
        "WS-042\0",
        "WS-042\n",
        "WS-042\r\nX-KSC-Session: 1",
        "\tWS-042",
        "\u{7f}WS-042",
        "\u{1b}[31m",
        "\\2a",
        "WS-04\\2a",
        "WS-042\\",
        "%2a",
        "WS%2D042",
        "\u{ff0a}",
        "\u{ff02}WS-042\u{ff02}",
        "WS\u{2010}042",
        "WS-042\u{200b}",
        "\u{202e}240-SW",
        "WS-042/../WS-001",
        "WS-042;WS-001",
        "WS-042,WS-001",
        "{WS-042}",
        "$(WS-042)",
        "",
        " ",
    ]
    .into_iter()
    .map(str::to_owned)
    .collect();
    texts.push("W".repeat(256));
    texts.push("*".repeat(10_000));
    texts
}

#[tokio::test(flavor = "multi_thread")]
async fn no_text_reaches_a_filter_and_no_text_finds_another_host() {
    let house = House::open().await;
    let soar = house.soar();

    for text in hostile() {
        let created = soar.isolate(&text).await;
        assert!(
            matches!(created.status, 404 | 422),
            "{text:?}: {}",
            created.text
        );
        let native = json!({"task": "isolateHost", "targetHost": text, "params": {"action": 1}});
        let native = soar.post("/v1/tasks/dry-run", &native).await;
        assert_eq!(native.status, created.status, "{text:?}");

        let text_in_url = encoded(&text);
        let by_name = soar.get(&format!("/v1/hosts?name={text_in_url}")).await;
        assert!(matches!(by_name.status, 200 | 422), "{}", by_name.text);
        if by_name.status == 200 {
            assert_eq!(by_name.json, json!({"hosts": []}), "{text:?}");
        }
        let by_ip = soar.get(&format!("/v1/hosts?ip={text_in_url}")).await;
        assert_eq!(
            by_ip.expect(422).violations(),
            [("?ip".to_owned(), "ipv4".to_owned())]
        );
        let by_id = soar.get(&format!("/v1/hosts?id={text_in_url}")).await;
        assert!(matches!(by_id.status, 200 | 422), "{}", by_id.text);
        if by_id.status == 200 {
            assert_eq!(by_id.json, json!({"hosts": []}), "{text:?}");
        }
        if text.is_empty() {
            // Without a name behind it the address is the list's.
            continue;
        }
        let shown = soar.get(&format!("/v1/hosts/{text_in_url}")).await;
        let problem = shown.expect(404);
        assert!(problem.code().ends_with("_not_found"), "{text:?}");
    }

    let journal = house.sim.journal();
    assert!(journal.incidents().is_empty());
    for call in journal.calls_to(FIND_HOSTS) {
        let filter = call.arguments["wstrFilter"].as_str().expect("a filter");
        for value in compared(filter) {
            let acts = |it: char| it.is_control() || "\"*?[]＂＊？［］".contains(it);
            assert!(!value.contains(acts), "{value:?} stands in {filter}");
        }
    }
    for call in journal.calls_to("HostGroup.GetHostInfo") {
        let id: &Value = &call.arguments["strHostName"];
        let plain = |it: u8| it.is_ascii_alphanumeric() || it == b'-';
        let id = id.as_str().expect("an id");
        assert!(id.bytes().all(plain), "{id:?} was asked for");
    }
    // The simulator's own eye on filters looks at each of them, too.
    house.close().await;
}

/// What attributes are compared with: between the quotes, of which a value has none. Outside there
/// is nothing but what the gateway wrote.
fn compared(filter: &str) -> Vec<&str> {
    let parts: Vec<&str> = filter.split('"').collect();
    assert_eq!(parts.len() % 2, 1, "a quote has got in: {filter}");
    let outside: String = parts.iter().step_by(2).copied().collect();
    for item in outside.split(['(', ')']).filter(|it| !it.is_empty()) {
        let known = ["&", "|"].contains(&item) || item.starts_with("KLHST_WKS_");
        assert!(known, "{item:?} stands in {filter}");
    }
    parts.into_iter().skip(1).step_by(2).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_query_cannot_be_smuggled_into_a_parameter() {
    let house = House::open().await;
    let soar = house.soar();

    // One odd name each.
    for query in [
        "name=WS-999%26name=WS-042",
        "name=WS-999%23",
        "name=WS-999;name=WS-042",
    ] {
        let found = soar.get(&format!("/v1/hosts?{query}")).await.expect(200);
        assert_eq!(found.json, json!({"hosts": []}), "{query}");
    }
    let asked = house.sim.journal().count(FIND_HOSTS);
    for query in [
        "name=WS-999%00&id=x%0d%0aid=1",
        "name[]=WS-042",
        "%6eame=WS-999%22%29%28KLHST_WKS_DN%3D%22%2A",
    ] {
        let refused = soar.get(&format!("/v1/hosts?{query}")).await;
        assert_eq!(refused.expect(422).code(), "validation_failed", "{query}");
    }
    // A name that is encoded without need is the same name.
    let found = soar.get("/v1/hosts?%6eame=%57S-042").await.expect(200);
    assert_eq!(found.json["hosts"][0]["id"], WS_042);
    let asked = house.sim.journal().count(FIND_HOSTS) - asked;
    assert_eq!(asked, 1);
    house.close().await;
}
