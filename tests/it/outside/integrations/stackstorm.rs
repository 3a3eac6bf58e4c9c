//! The pack for `StackStorm`: its actions as the Python runner runs them, its files as the server
//! checks them when a pack is installed.

use std::collections::BTreeSet;

use acceptance::repository::{fixture, root};
use acceptance::{House, WS_042};
use serde_json::{Value, json};
use vocabulary::task::Action;

use super::shipped::{fields, words, yaml};
use crate::outside::importers::conversation::{POWERFUL, hear, token};
use crate::outside::importers::tools::of_environment;

/// The pack.
const PACK: &str = "stackstorm/edr_gateway";

/// Where an action's definition is.
fn definition(action: Action) -> String {
    format!("{PACK}/actions/{}.yaml", words(action, '_'))
}

/// An execution of a workflow's step; its number is another one each time that it is tried.
fn of_step(step: &str, execution: &str) -> (Value, String) {
    let context = json!({
        "parent": {"execution_id": "workflow-1"},
        "orquesta": {"task_execution_id": step, "workflow_execution_id": "workflow-1"},
    });
    (context, execution.to_owned())
}

/// Runs an action, and gives whether it has done it, and its result.
async fn execute(
    house: &House,
    scopes: &str,
    action: Action,
    parameters: Value,
    (context, execution): (Value, String),
) -> (bool, Value) {
    let configuration = json!({
        "address": format!("http://{}", house.addr()),
        "token": token(scopes),
    });
    let mut program = of_environment("integrations/stackstorm", "python3");
    program
        .arg(fixture("integrations/stackstorm/run.py"))
        .arg(root().join("deploy/integrations").join(definition(action)))
        .env("NO_PROXY", "127.0.0.1")
        .env("PYTHONPATH", fixture("integrations/stackstorm"))
        .env("ST2_CONFIG", configuration.to_string())
        .env("ST2_PARAMETERS", parameters.to_string())
        .env("ST2_CONTEXT", context.to_string())
        .env("ST2_ACTION_EXECUTION_ID", execution);
    let told = hear(house, program).await;
    let done = told["done"].as_bool().expect("it says so");
    (done, told["result"].clone())
}

/// Isolates a host and waits so long for the end; gives whether that was a success, and what was said.
pub(super) async fn isolate(house: &House, seconds: u32) -> (bool, String) {
    let asked = json!({"targetHost": WS_042, "patience": seconds});
    let step = of_step("a", "1");
    let (done, result) = execute(house, POWERFUL, Action::IsolateHost, asked, step).await;
    (done, result["said"].to_string())
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs Jinja2 and PyYAML: cargo verify"]
async fn a_step_isolates_once_however_often_it_is_tried() {
    let house = House::open().await;
    let isolate = Action::IsolateHost;
    let asked = || json!({"targetHost": WS_042});

    let (done, first) = execute(&house, POWERFUL, isolate, asked(), of_step("a", "1")).await;
    let (_, again) = execute(&house, POWERFUL, isolate, asked(), of_step("a", "2")).await;
    let (_, other) = execute(&house, POWERFUL, isolate, asked(), of_step("b", "3")).await;
    let alone = (json!({"user": "stanley"}), "4".to_owned());
    let (_, alone) = execute(&house, POWERFUL, isolate, asked(), alone).await;

    assert!(done, "{first}");
    assert_eq!(first["state"], "succeeded", "{first}");
    assert_eq!(first["externalId"], "workflow-1", "{first}");
    assert_eq!(again["id"], first["id"], "{again}");
    assert_ne!(other["id"], first["id"], "{other}");
    assert_eq!(alone["state"], "succeeded", "{alone}");
    assert_eq!(house.sim.journal().incidents().len(), 3);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs Jinja2 and PyYAML: cargo verify"]
async fn a_file_is_deleted_with_a_rehearsal_before() {
    let house = House::open().await;
    let asked = |more: &str| {
        json!({
            "targetHost": WS_042,
            "path": r"C:\Users\Public\drop.exe",
            "searchInSubfolders": false,
            more: true,
        })
    };
    let delete = Action::DeleteFile;

    let dry = asked("dry_run");
    let (well, rehearsed) = execute(&house, POWERFUL, delete, dry, of_step("a", "1")).await;
    let nothing = house.sim.journal().incidents().len();
    let wait = asked("wait_until_over");
    let (done, first) = execute(&house, POWERFUL, delete, wait.clone(), of_step("a", "2")).await;
    let (_, again) = execute(&house, POWERFUL, delete, wait, of_step("a", "3")).await;

    assert!(well && rehearsed["dryRun"] == true, "{rehearsed}");
    assert_eq!(nothing, 0);
    assert!(done, "{first}");
    assert_eq!(first["params"]["searchInSubfolders"], false, "{first}");
    assert_eq!(again["id"], first["id"], "{again}");
    assert_eq!(house.sim.journal().incidents().len(), 1);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs Jinja2 and PyYAML: cargo verify"]
async fn a_refusal_fails_the_action_and_says_why() {
    let house = House::open().await;
    let isolate = json!({"targetHost": WS_042});
    let delete = json!({"targetHost": WS_042, "path": "drop.exe"});

    for (scopes, action, asked, code) in [
        ("hosts.read", Action::IsolateHost, isolate, "scope_missing"),
        (POWERFUL, Action::DeleteFile, delete, "validation_failed"),
    ] {
        let (done, result) = execute(&house, scopes, action, asked, of_step("a", "1")).await;

        assert!(!done, "{result}");
        assert_eq!(result["refused"]["code"], code, "{result}");
        let said = result["said"].as_str().unwrap_or_default();
        assert!(said.starts_with(code), "{result}");
        assert_eq!(said.contains("\n/path "), code.starts_with("validation"));
    }
    assert_eq!(house.sim.journal().incidents().len(), 0);
    house.close().await;
}

/// What the server's own schema of a parameter takes (`st2common/util/schema`).
fn is_parameter(name: &str, schema: &Value) {
    let known = [
        "default",
        "description",
        "enum",
        "immutable",
        "position",
        "required",
        "secret",
        "type",
    ];
    let types = ["array", "boolean", "integer", "number", "object", "string"];
    for key in schema.as_object().expect("an object").keys() {
        assert!(known.contains(&&**key), "{name}: {key}");
    }
    let is_of_the_runner = name == "timeout";
    let kind = schema["type"].as_str().unwrap_or_default();
    assert!(is_of_the_runner || types.contains(&kind), "{name}: {kind}");
}

#[test]
fn every_action_has_a_definition_with_all_its_fields() {
    let pack = yaml(&format!("{PACK}/pack.yaml"));
    for name in ["name", "description", "version", "author"] {
        assert!(pack[name].is_string(), "{name}");
    }
    let configuration = yaml(&format!("{PACK}/config.schema.yaml"));
    assert_eq!(configuration["token"]["secret"], true);
    for (name, schema) in configuration.as_object().expect("an object") {
        is_parameter(name, schema);
    }
    for action in Action::ALL {
        let definition = yaml(&definition(action));
        assert_eq!(definition["name"], words(action, '_'));
        assert_eq!(definition["pack"], "edr_gateway");
        assert_eq!(definition["runner_type"], "python-script");
        let parameters = definition["parameters"].as_object().expect("an object");
        assert_eq!(parameters["edr_action"]["default"], action.to_string());
        assert_eq!(parameters["edr_action"]["immutable"], true);
        let mut positions = BTreeSet::new();
        for (name, schema) in parameters {
            is_parameter(name, schema);
            if let Some(position) = schema.get("position") {
                assert!(positions.insert(position.to_string()), "{action}: {name}");
            }
        }
        for (name, kind) in fields(action) {
            let parameter = parameters.get(&name);
            let parameter = parameter.unwrap_or_else(|| panic!("{action} has no {name}"));
            assert_eq!(parameter["type"], kind, "{action}: {name}");
        }
    }
}
