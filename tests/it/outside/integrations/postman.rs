//! The collection of Postman, run by newman: what its runner runs without a window.

use std::path::Path;

use acceptance::{House, WS_042};
use serde_json::{Value, json};

use super::catalogue::all;
use super::mishaps::house_of_failures;
use super::shipped;
use crate::outside::importers::conversation::{POWERFUL, token, while_time_passes};
use crate::outside::importers::tools::{of_npm_in, run};

const COLLECTION: &str = "postman/edr-gateway.postman_collection.json";

/// The items of a folder of the collection.
fn folder(name: &str) -> Vec<Value> {
    let whole: Value = shipped::json(COLLECTION);
    let mut folders = whole["item"].as_array().expect("folders").iter();
    let folder = folders.find(|it| it["name"] == name);
    let items = &folder.unwrap_or_else(|| panic!("no folder {name}"))["item"];
    items.as_array().expect("items").clone()
}

#[test]
fn every_action_and_its_dry_run_are_in_the_collection_with_all_fields() {
    let (actions, dry_runs) = (folder("Actions"), folder("Dry runs"));

    let wanted = all();
    assert_eq!(
        (actions.len(), dry_runs.len()),
        (wanted.len(), wanted.len())
    );
    for action in wanted {
        let address = format!("{{{{baseUrl}}}}{}", action.path);
        for (items, raw) in [
            (&actions, format!("{address}?wait=50")),
            (&dry_runs, format!("{address}/dry-run")),
        ] {
            let mut items = items.iter().map(|it| &it["request"]);
            let found = items.find(|it| it["url"]["raw"] == raw);
            let request = found.unwrap_or_else(|| panic!("no request for {raw}"));
            assert_eq!(request["method"], "POST", "{raw}");
            let body = request["body"]["raw"].as_str().expect("a body");
            let body: Value = serde_json::from_str(body).expect("JSON");
            assert_eq!(
                body["targetHost"], "{{host}}",
                "{raw}: it names no host itself"
            );
            for field in &action.required {
                assert!(body.get(field).is_some(), "{raw}: {field}");
            }
            let about = request["description"].as_str().expect("a description");
            for field in &action.fields {
                assert!(about.contains(&format!("* `{field}`")), "{raw}: {field}");
            }
        }
    }
}

/// What came of a request of the collection: whether all went well, its tests, and its headers.
async fn send(house: &House, name: &str, run_id: &str, host: &str, scopes: &str) -> Value {
    let temporary = tempfile::tempdir().expect("a folder");
    let environment = temporary.path().join("environment.json");
    let report = temporary.path().join("report.json");
    let values = json!({"name": "test", "values": [
        {"key": "baseUrl", "value": format!("http://{}", house.addr()), "enabled": true},
        {"key": "token", "value": token(scopes), "type": "secret", "enabled": true},
        {"key": "host", "value": host, "enabled": true},
        {"key": "run", "value": run_id, "enabled": true},
    ]});
    std::fs::write(&environment, values.to_string()).expect("a file");
    let mut newman = of_npm_in("integrations/npm", "newman");
    newman
        .arg("run")
        .arg(shipped::place(COLLECTION))
        .args(["--folder", name, "--environment"])
        .arg(&environment)
        .args(["--reporters", "json", "--reporter-json-export"])
        .arg(&report);
    let (well, said) = while_time_passes(house, run(newman)).await;
    told(&report, well, &said)
}

fn told(report: &Path, well: bool, said: &str) -> Value {
    let report = std::fs::read_to_string(report);
    let report = report.unwrap_or_else(|error| panic!("{error}: {said}"));
    let report: Value = serde_json::from_str(&report).expect("JSON");
    let executions = report["run"]["executions"].as_array().expect("executions");
    let tests = executions
        .iter()
        .filter_map(|it| it["assertions"].as_array());
    let tests: Vec<&Value> = tests.flatten().map(|it| &it["assertion"]).collect();
    json!({"well": well, "sent": executions.len(), "tests": tests})
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs newman: cargo verify"]
async fn newman_asks_once_for_a_run_waits_for_the_end_and_shows_a_refusal() {
    let house = house_of_failures().await;

    let dry = send(&house, "isolateHost (dry run)", "case-1", WS_042, POWERFUL).await;
    let nothing = house.sim.journal().incidents().len();
    let first = send(&house, "isolateHost", "case-1", WS_042, POWERFUL).await;
    let again = send(&house, "isolateHost", "case-1", WS_042, POWERFUL).await;
    let once = house.sim.journal().incidents().len();
    let failed = send(&house, "terminateProcess", "case-1", WS_042, POWERFUL).await;
    let nobody = send(&house, "isolateHost", "case-2", "", POWERFUL).await;
    let forbidden = send(&house, "isolateHost", "case-3", WS_042, "hosts.read").await;
    let all = send(&house, "Gateway", "case-1", WS_042, POWERFUL).await;

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
