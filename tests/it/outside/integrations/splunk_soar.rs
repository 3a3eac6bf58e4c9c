//! The app for Splunk SOAR, run by the handler of its SDK.

use std::collections::BTreeMap;

use acceptance::repository::{fixture, root};
use acceptance::{House, WS_042};
use serde_json::{Value, json};
use tokio::process::Command;
use vocabulary::task::Action;

use super::shipped::{fields, words};
use crate::outside::importers::conversation::{POWERFUL, hear, token};
use crate::outside::importers::tools::{must, of_environment};

/// The driver, which knows where the app is.
fn driver() -> Command {
    let mut program = of_environment("integrations/splunk_soar", "python3");
    program
        .arg(fixture("integrations/splunk_soar/run.py"))
        .arg(root().join("deploy/integrations/splunk-soar/edr_gateway"));
    program
}

/// Runs an action in a container, and gives what the platform is told.
async fn act(house: &House, scopes: &str, name: &str, parameters: Value, container: u32) -> Value {
    act_within(house, scopes, name, parameters, container, 1200).await
}

/// The same, for an asset that waits so many seconds for an end.
async fn act_within(
    house: &House,
    scopes: &str,
    name: &str,
    parameters: Value,
    container: u32,
    patience: u32,
) -> Value {
    let asset = json!({
        "address": format!("http://{}", house.addr()),
        "token": token(scopes),
        "patience": patience,
    });
    let mut program = driver();
    program
        .arg(name)
        .env("NO_PROXY", "127.0.0.1")
        .env("SOAR_ASSET", asset.to_string())
        .env("SOAR_CONTAINER", container.to_string())
        .env("SOAR_PARAMETERS", parameters.to_string());
    hear(house, program).await
}

/// Isolates a host and waits so long for the end; gives whether that was a success, and what was said.
pub(super) async fn isolate(house: &House, seconds: u32) -> (bool, String) {
    let asked = json!({"targetHost": WS_042, "action": "isolate"});
    let told = act_within(house, POWERFUL, "isolate_host", asked, 42, seconds).await;
    assert!(told["data"][0]["id"].is_string(), "{told}");
    let done = told["done"].as_bool().expect("it says so");
    (done, told["said"].to_string())
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs splunk-soar-sdk: cargo verify"]
async fn an_isolation_is_asked_for_once_in_a_container() {
    let house = House::open().await;
    let asked = |more: &str| json!({"targetHost": WS_042, "action": "isolate", "comment": "", "idempotency_key": more});
    let isolate = "isolate_host";

    let first = act(&house, POWERFUL, isolate, asked(""), 42).await;
    let again = act(&house, POWERFUL, isolate, asked(""), 42).await;
    let other = act(&house, POWERFUL, isolate, asked(""), 43).await;
    let once_more = act(&house, POWERFUL, isolate, asked("mine"), 42).await;
    let connected = act(&house, POWERFUL, "test_connectivity", json!({}), 0).await;

    assert_eq!(first["done"], true, "{first}");
    let task = &first["data"][0];
    assert_eq!(task["state"], "succeeded", "{first}");
    assert_eq!(task["externalId"], "42", "{first}");
    assert_eq!(again["data"][0]["id"], task["id"], "{again}");
    let said = again["said"].as_str().unwrap_or_default();
    assert!(said.contains("nothing was sent again"), "{again}");
    for new in [other, once_more] {
        assert_eq!(new["done"], true, "{new}");
        assert_ne!(new["data"][0]["id"], task["id"], "{new}");
    }
    assert_eq!(connected["done"], true, "{connected}");
    assert_eq!(house.sim.journal().incidents().len(), 3);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs splunk-soar-sdk: cargo verify"]
async fn a_scan_has_lists_and_flags_and_a_rehearsal() {
    let house = House::open().await;
    let scan = |dry_run: bool| {
        json!({
            "targetHost": WS_042,
            "folders": r"C:\Users, D:\Data",
            "recursive": "false",
            "dry_run": dry_run,
        })
    };

    let rehearsed = act(&house, POWERFUL, "on_demand_scan", scan(true), 42).await;
    let nothing = house.sim.journal().incidents().len();
    let first = act(&house, POWERFUL, "on_demand_scan", scan(false), 42).await;
    let again = act(&house, POWERFUL, "on_demand_scan", scan(false), 42).await;

    assert_eq!(rehearsed["data"][0]["dryRun"], true, "{rehearsed}");
    assert_eq!(nothing, 0);
    let task = &first["data"][0];
    assert_eq!(task["state"], "succeeded", "{first}");
    let folders = task["params"].as_array().expect("areas");
    assert_eq!(folders.len(), 2, "{first}");
    for (folder, path) in folders.iter().zip([r"C:\Users", r"D:\Data"]) {
        assert_eq!(folder["path"], path, "{first}");
        assert_eq!(folder["recursive"], false, "{first}");
    }
    assert_eq!(again["data"][0]["id"], task["id"], "{again}");
    assert_eq!(house.sim.journal().incidents().len(), 1);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs splunk-soar-sdk: cargo verify"]
async fn a_refusal_fails_the_action_and_says_why() {
    let house = House::open().await;
    let isolate = json!({"targetHost": WS_042, "action": "isolate"});
    let delete = json!({"targetHost": WS_042, "path": "drop.exe"});

    for (scopes, name, asked, why) in [
        ("hosts.read", "isolate_host", isolate, "scope_missing: "),
        (POWERFUL, "delete_file", delete, "validation_failed: "),
    ] {
        let refused = act(&house, scopes, name, asked, 42).await;

        assert_eq!(refused["done"], false, "{refused}");
        let said = refused["said"].as_str().unwrap_or_default();
        assert!(said.contains(why), "{refused}");
        assert_eq!(said.contains("\n/path "), why.starts_with("validation"));
        assert!(!said.contains("Traceback"), "{refused}");
    }
    assert_eq!(house.sim.journal().incidents().len(), 0);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs splunk-soar-sdk: cargo verify"]
async fn its_manifest_has_every_action_with_all_its_fields() {
    let said = must(driver()).await;
    let manifest: Value =
        serde_json::from_str(&said).unwrap_or_else(|error| panic!("{error}: {said}"));
    assert_eq!(manifest["configuration"]["token"]["data_type"], "password");
    let actions = manifest["actions"].as_array().expect("actions").iter();
    let actions: BTreeMap<&str, &Value> = actions
        .map(|it| (it["identifier"].as_str().expect("a name"), it))
        .collect();
    assert_eq!(actions.len(), Action::ALL.len() + 1);
    for action in Action::ALL {
        let told = actions[&*words(action, '_')];
        assert_eq!(told["read_only"], false, "{action}");
        let parameters = &told["parameters"];
        for (name, kind) in fields(action) {
            let parameter = &parameters[&name];
            let expected = if kind == "integer" {
                "numeric"
            } else {
                "string"
            };
            assert_eq!(parameter["data_type"], expected, "{action}: {name}");
            let is_list = kind == "array"
                && parameter["description"]
                    .as_str()
                    .is_some_and(|it| !it.contains("as JSON"));
            assert_eq!(parameter["allow_list"], is_list, "{action}: {name}");
            let is_flag = parameter["value_list"] == json!(["true", "false"]);
            assert_eq!(is_flag, kind == "boolean", "{action}: {name}");
        }
    }
}
