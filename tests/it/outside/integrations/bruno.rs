//! The collection of Bruno, run by its command line.

use acceptance::{House, WS_042};
use serde_json::{Value, json};

use super::catalogue::all;
use super::mishaps::house_of_failures;
use super::shipped;
use crate::outside::importers::conversation::{POWERFUL, token, while_time_passes};
use crate::outside::importers::tools::{of_npm_in, run};

/// The text of a block of a file, with its lines as they were before they were indented.
fn block(file: &str, name: &str) -> String {
    let start = format!("\n{name} {{\n");
    let (_, rest) = file
        .split_once(&start)
        .unwrap_or_else(|| panic!("no {name}: {file}"));
    let (inside, _) = rest.split_once("\n}\n").expect("it ends");
    let lines = inside.lines().map(|it| it.strip_prefix("  ").unwrap_or(it));
    lines.collect::<Vec<_>>().join("\n")
}

#[test]
fn every_action_and_its_dry_run_have_a_file_with_all_fields() {
    for action in all() {
        for (folder, more) in [("actions", "?wait=50"), ("dry-runs", "/dry-run")] {
            let file = shipped::text(&format!("bruno/{folder}/{}.bru", action.name));
            let post = block(&file, "post");
            let url = format!("url: {{{{baseUrl}}}}{}{more}", action.path);
            assert!(post.lines().any(|it| it == url), "{post}");
            let body: Value = serde_json::from_str(&block(&file, "body:json")).expect("JSON");
            assert_eq!(body["targetHost"], "{{host}}", "it names no host itself");
            for field in &action.required {
                assert!(body.get(field).is_some(), "{}: {field}", action.name);
            }
            let docs = block(&file, "docs");
            for field in &action.fields {
                assert!(docs.contains(&format!("* `{field}`")), "{docs}");
            }
        }
    }
}

/// What came of a request of the collection: whether all went well, and its tests.
async fn send(house: &House, path: &str, run_id: &str, host: &str, scopes: &str) -> Value {
    let temporary = tempfile::tempdir().expect("a folder");
    let report = temporary.path().join("report.json");
    let mut bru = of_npm_in("integrations/npm", "bru");
    bru.current_dir(shipped::place("bruno"))
        .args(["run", path, "--env", "ci", "--reporter-json"])
        .arg(&report)
        .env("HOME", temporary.path())
        .env("EDR_GATEWAY_URL", format!("http://{}", house.addr()))
        .env("EDR_GATEWAY_HOST", host)
        .env("EDR_GATEWAY_RUN", run_id)
        .env("EDR_GATEWAY_TOKEN", token(scopes));
    let (well, said) = while_time_passes(house, run(bru)).await;
    let report = std::fs::read_to_string(&report);
    let report = report.unwrap_or_else(|error| panic!("{error}: {said}"));
    let report: Value = serde_json::from_str(&report).expect("JSON");
    let results = report[0]["results"].as_array().expect("results");
    let tests = results.iter().filter_map(|it| it["testResults"].as_array());
    let tests: Vec<&Value> = tests.flatten().map(|it| &it["description"]).collect();
    json!({"well": well, "sent": results.len(), "tests": tests, "said": said})
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs @usebruno/cli: cargo verify"]
async fn bru_asks_once_for_a_run_waits_for_the_end_and_shows_a_refusal() {
    let house = house_of_failures().await;
    let isolate = "actions/isolateHost.bru";
    let terminate = "actions/terminateProcess.bru";

    let dry = send(
        &house,
        "dry-runs/isolateHost.bru",
        "case-1",
        WS_042,
        POWERFUL,
    )
    .await;
    let nothing = house.sim.journal().incidents().len();
    let first = send(&house, isolate, "case-1", WS_042, POWERFUL).await;
    let again = send(&house, isolate, "case-1", WS_042, POWERFUL).await;
    let once = house.sim.journal().incidents().len();
    let failed = send(&house, terminate, "case-1", WS_042, POWERFUL).await;
    let nobody = send(&house, isolate, "case-2", "", POWERFUL).await;
    let forbidden = send(&house, isolate, "case-3", WS_042, "hosts.read").await;
    let all = send(&house, "gateway", "case-1", WS_042, POWERFUL).await;

    assert_eq!((dry["well"] == true, nothing), (true, 0), "{dry}");
    assert_eq!((first["well"] == true, once), (true, 1), "{first}");
    let name = first["tests"][0].as_str().expect("a test");
    assert!(name.contains(" succeeded: "), "{first}");
    assert_eq!(again["tests"], first["tests"], "{again}");
    assert_eq!(failed["well"], false, "{failed}");
    let name = failed["tests"][0].as_str().expect("a test");
    assert!(name.contains(" failed: "), "{failed}");
    for (refused, code) in [(nobody, "validation_failed"), (forbidden, "scope_missing")] {
        assert_eq!(refused["well"], false, "{refused}");
        let name = refused["tests"][0].as_str().expect("a test");
        assert!(name.starts_with(&format!("refused: {code}: ")), "{refused}");
    }
    assert_eq!(
        (all["well"] == true, &all["sent"]),
        (true, &json!(3)),
        "{all}"
    );
    assert_eq!(house.sim.journal().incidents().len(), 2);
    house.close().await;
}
