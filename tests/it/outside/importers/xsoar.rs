//! The integration that `demisto-sdk openapi-codegen` makes for Cortex XSOAR, run as its server runs
//! it: every argument of a command is a text, and those that were not given are not there.

use std::path::{Path, PathBuf};

use acceptance::repository::{fixture, read};
use acceptance::{House, WS_042};
use dialects::Dialect;
use serde_json::{Value, json};

use super::conversation::{POWERFUL, hear, token};
use super::served::fetch;
use super::tools::{must, of_python};

/// What the integration is called.
const NAME: &str = "EdrGateway";

/// Has the integration written, as its documentation says: once for the configuration, which a
/// person looks through, and once more by it.
async fn integration(house: &House, folder: &Path) -> PathBuf {
    let document = fetch(house, Dialect::Xsoar, folder).await;
    // It takes the folder that it stands in for one of packs.
    std::fs::create_dir(folder.join("Packs")).expect("a folder");
    let write = || {
        let mut generator = of_python("xsoar", "demisto-sdk");
        generator
            .current_dir(folder)
            .env("HOME", folder)
            .env("DEMISTO_SDK_IGNORE_CONTENT_WARNING", "1")
            .args(["openapi-codegen", "-n", NAME, "-o", "."])
            .arg("-i")
            .arg(&document);
        generator
    };
    must(write()).await;
    let configuration = folder.join(format!("{NAME}_config.json"));
    let text = std::fs::read_to_string(&configuration).expect("a configuration");
    let mut looked_through: Value = serde_json::from_str(&text).expect("JSON");
    // It asks Docker's registry for the newest one, and goes on without where it gets no answer.
    looked_through["docker_image"] = json!("demisto/python3:3.11.10.115186");
    std::fs::write(&configuration, looked_through.to_string()).expect("a file");
    let mut again = write();
    again
        .args(["-pr", "edrgateway", "-c", NAME])
        .arg("-cf")
        .arg(&configuration);
    must(again).await;
    folder.join(format!("{NAME}.py"))
}

/// What a command of the integration tells the server.
async fn call(house: &House, code: &Path, scopes: &str, command: &str, arguments: Value) -> Value {
    let parameters = json!({
        "url": format!("http://{}", house.addr()),
        "api_key": format!("Bearer {}", token(scopes)),
    });
    let mut program = of_python("xsoar", "python3");
    program
        .arg(code)
        .env("PYTHONPATH", fixture("importers/xsoar"))
        .env("XSOAR_PARAMS", parameters.to_string())
        .env("XSOAR_ARGS", arguments.to_string())
        .env("XSOAR_COMMAND", command);
    hear(house, program).await
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs demisto-sdk: cargo verify"]
async fn its_command_isolates_once_and_a_refusal_is_an_error() {
    let house = House::open().await;
    let folder = tempfile::tempdir().expect("a folder");
    let code = integration(&house, folder.path()).await;
    let isolate = "edrgateway-isolate-host";
    let asked = |comment: &str, wait: &str| {
        json!({
            "isolatehostrequest_targethost": WS_042,
            "isolatehostrequest_action": "isolate",
            "isolatehostrequest_comment": comment,
            "idempotencyKey": "case-1",
            "wait": wait,
        })
    };

    let first = call(&house, &code, POWERFUL, isolate, asked("first", "50")).await;
    let again = call(&house, &code, POWERFUL, isolate, asked("first", "1")).await;
    let reused = call(&house, &code, POWERFUL, isolate, asked("other", "1")).await;
    let forbidden = call(&house, &code, "hosts.read", isolate, asked("first", "1")).await;

    let task = &first["outputs"];
    assert_eq!(first["prefix"], "EdrGateway.Task", "{first}");
    assert_eq!(task["state"], "succeeded", "{first}");
    assert!(task["id"].is_string(), "{first}");
    assert_eq!(again["outputs"]["id"], task["id"], "{again}");
    for (refused, status, code) in [
        (reused, "[422]", "idempotency_key_reused"),
        (forbidden, "[403]", "scope_missing"),
    ] {
        let error = refused["error"].as_str().unwrap_or_default();
        assert!(error.contains(status) && error.contains(code), "{refused}");
    }
    let read = call(
        &house,
        &code,
        POWERFUL,
        "edrgateway-get-task",
        // What is a name of Python's own gets a line behind it.
        json!({"id_": task["id"]}),
    )
    .await;
    assert_eq!(read["outputs"]["state"], "succeeded", "{read}");
    assert_eq!(house.sim.journal().incidents().len(), 1);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs demisto-sdk: cargo verify"]
async fn what_was_not_given_to_a_command_means_what_the_contract_says() {
    let house = House::open().await;
    let folder = tempfile::tempdir().expect("a folder");
    let code = integration(&house, folder.path()).await;
    let scan = json!({
        "ondemandscanrequest_targethost": WS_042,
        "ondemandscanrequest_folders": r"C:\Users\Public",
    });

    let asked = call(&house, &code, POWERFUL, "edrgateway-on-demand-scan", scan).await;

    let told = json!({"name": "isolateHost"});
    let action = call(&house, &code, POWERFUL, "edrgateway-get-action", told).await;
    assert_eq!(action["outputs"]["name"], "isolateHost", "{action}");
    // Its commands send `false` for what was not given, and subfolders are scanned when nothing is
    // said of them.
    let areas = &asked["outputs"]["params"];
    assert_eq!(areas[0]["recursive"], true, "{asked}");
    house.close().await;
}

#[test]
fn no_command_is_made_whose_body_could_not_be_sent() {
    let file = format!("openapi/{}", Dialect::Xsoar.file());
    let document: Value = serde_json::from_str(&read(&file)).expect("JSON");
    let paths = document["paths"].as_object().expect("paths");
    let mut bodies = 0;
    for (path, item) in paths {
        for (_, operation) in item.as_object().expect("operations") {
            let parameters = operation["parameters"].as_array().expect("parameters");
            for body in parameters.iter().filter(|it| it["in"] == "body") {
                // It reads the properties of what is referred to, and nothing else.
                let reference = body["schema"]["$ref"].as_str().unwrap_or_default();
                let schema = document.pointer(reference.trim_start_matches('#'));
                let properties = schema.and_then(|it| it["properties"].as_object());
                let properties = properties.unwrap_or_else(|| panic!("{path}: no members"));
                for (name, it) in properties {
                    assert_ne!(it["type"], "integer", "{path}: {name} would be a text");
                }
                bodies += 1;
            }
        }
    }
    assert!(bodies > 20, "{bodies}");
}
