//! The pack for Cortex XSOAR: its program as the server runs it, its files as `demisto-sdk` reads them.

use std::collections::BTreeMap;

use acceptance::repository::{fixture, root};
use acceptance::{House, WS_042};
use serde_json::{Value, json};
use tokio::process::Command;
use vocabulary::task::Action;

use super::shipped::{fields, words, yaml};
use crate::outside::importers::conversation::{POWERFUL, hear, token};
use crate::outside::importers::tools::{must, of_environment};

/// The pack.
const PACK: &str = "xsoar/Packs/EdrGateway";

/// The command of an action.
fn command(action: Action) -> String {
    format!("edr-gateway-{}", words(action, '-'))
}

/// Where a command is called: a step of a playbook, of an investigation.
fn step(task: &str) -> Value {
    json!({"context": {"ParentEntry": {"entryTask": {"playbookName": "Contain", "taskId": task}}}})
}

/// What a command tells the server, the first time that it is called.
async fn call(house: &House, scopes: &str, command: &str, arguments: &Value, at: &Value) -> Value {
    let parameters = json!({
        "url": format!("http://{}", house.addr()),
        "credentials": {"identifier": "", "password": token(scopes)},
        "proxy": false,
    });
    let mut program = of_environment("importers/xsoar", "python3");
    program
        .arg(root().join(format!(
            "deploy/integrations/{PACK}/Integrations/EdrGateway/EdrGateway.py"
        )))
        .env("PYTHONPATH", fixture("importers/xsoar"))
        .env("XSOAR_PARAMS", parameters.to_string())
        .env("XSOAR_ARGS", arguments.to_string())
        .env("XSOAR_INVESTIGATION", "20417")
        .env("XSOAR_CONTEXT", at.to_string())
        .env("XSOAR_COMMAND", command);
    hear(house, program).await
}

/// What it tells in the end, called again as it has asked for, and how often it was.
async fn follow(
    house: &House,
    scopes: &str,
    action: Action,
    arguments: Value,
    at: Value,
) -> (Value, u32) {
    let mut told = call(house, scopes, &command(action), &arguments, &at).await;
    let mut calls = 1;
    while let Some(later) = told.get("later").cloned() {
        assert_eq!(later["command"], command(action));
        told = call(house, scopes, &command(action), &later["args"], &at).await;
        calls += 1;
        assert!(calls < 100, "{told}");
    }
    (told, calls)
}

/// Isolates a host and waits so long for the end; gives whether that was a success, and what was said.
pub(super) async fn isolate(house: &House, seconds: u32) -> (bool, String) {
    let asked = json!({
        "targetHost": WS_042,
        "action": "isolate",
        "timeout_in_seconds": seconds.to_string(),
    });
    let (told, _) = follow(house, POWERFUL, Action::IsolateHost, asked, step("1")).await;
    match told.get("error") {
        None => (true, told["said"].to_string()),
        Some(error) => {
            // The task is in the context all the same.
            let task = &told["outputs"]["EdrGateway.Task(val.id == obj.id)"];
            assert!(task["state"].is_string(), "{told}");
            (false, error.to_string())
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs demisto-sdk: cargo verify"]
async fn an_isolation_is_asked_for_once_and_polled_to_its_end() {
    let house = House::open().await;
    let asked = || json!({"targetHost": WS_042, "action": "isolate", "wait_until_over": "true"});
    let isolate = Action::IsolateHost;

    let (first, calls) = follow(&house, POWERFUL, isolate, asked(), step("3")).await;
    let (again, _) = follow(&house, POWERFUL, isolate, asked(), step("3")).await;
    let (other, _) = follow(&house, POWERFUL, isolate, asked(), step("8")).await;
    let id = json!({"id": first["outputs"]["id"]});
    let read = call(&house, POWERFUL, "edr-gateway-get-task", &id, &step("9")).await;

    let task = &first["outputs"];
    assert_eq!(first["prefix"], "EdrGateway.Task", "{first}");
    assert_eq!(task["state"], "succeeded", "{first}");
    assert_eq!(task["externalId"], "20417", "{first}");
    assert!(calls > 1, "nothing was waited for: {first}");
    assert_eq!(again["outputs"]["id"], task["id"], "{again}");
    assert_ne!(other["outputs"]["id"], task["id"], "{other}");
    assert_eq!(read["outputs"]["state"], "succeeded", "{read}");
    assert_eq!(house.sim.journal().incidents().len(), 2);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs demisto-sdk: cargo verify"]
async fn a_scan_is_asked_for_with_lists_and_flags_and_nothing_else() {
    let house = House::open().await;
    let scan = Action::OnDemandScan;
    let asked = |more: &str| {
        json!({
            "targetHost": WS_042,
            "folders": r"C:\Users,D:\Data",
            "scanAreas": ["systemMemory"],
            "recursive": "false",
            "severity": "",
            more: "true",
        })
    };

    let (rehearsed, _) = follow(&house, POWERFUL, scan, asked("dry_run"), step("1")).await;
    let nothing = house.sim.journal().incidents().len();
    let (first, _) = follow(&house, POWERFUL, scan, asked("wait_until_over"), step("1")).await;
    let (again, _) = follow(&house, POWERFUL, scan, asked("wait_until_over"), step("1")).await;

    assert_eq!(rehearsed["outputs"]["dryRun"], true, "{rehearsed}");
    assert_eq!(nothing, 0);
    let areas = &first["outputs"]["params"];
    let folders = areas.as_array().expect("areas").iter();
    let folders: Vec<(&Value, &Value)> = folders
        .filter(|it| it["path"] != "")
        .map(|it| (&it["path"], &it["recursive"]))
        .collect();
    let no = json!(false);
    let both = [json!(r"C:\Users"), json!(r"D:\Data")];
    assert_eq!(folders, [(&both[0], &no), (&both[1], &no)], "{first}");
    assert_eq!(first["outputs"]["state"], "succeeded", "{first}");
    assert_eq!(again["outputs"]["id"], first["outputs"]["id"], "{again}");
    assert_eq!(house.sim.journal().incidents().len(), 1);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs demisto-sdk: cargo verify"]
async fn a_refusal_is_an_error_that_says_why() {
    let house = House::open().await;
    let isolate = json!({"targetHost": WS_042, "action": "isolate"});
    let delete = json!({"targetHost": WS_042, "path": "drop.exe"});
    let key = |more: &str| json!({"targetHost": WS_042, "action": "isolate", "comment": more, "idempotency_key": "mine"});

    let (forbidden, _) = follow(
        &house,
        "hosts.read",
        Action::IsolateHost,
        isolate,
        step("1"),
    )
    .await;
    let (mistaken, _) = follow(&house, POWERFUL, Action::DeleteFile, delete, step("2")).await;
    let (first, _) = follow(&house, POWERFUL, Action::IsolateHost, key("one"), step("3")).await;
    let (reused, _) = follow(&house, POWERFUL, Action::IsolateHost, key("two"), step("3")).await;

    assert_eq!(first["outputs"]["state"], "succeeded", "{first}");
    for (refused, why) in [
        (forbidden, "scope_missing: "),
        (mistaken, "validation_failed: "),
        (reused, "idempotency_key_reused: "),
    ] {
        let error = refused["error"].as_str().unwrap_or_default();
        assert!(error.starts_with(why), "{refused}");
        assert_eq!(error.contains("\n/path "), why.starts_with("validation"));
    }
    assert_eq!(house.sim.journal().incidents().len(), 1);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs demisto-sdk: cargo verify"]
async fn its_files_are_what_the_server_takes() {
    let shipped = root().join("deploy/integrations/xsoar/Packs");
    let mut strict = of_environment("importers/xsoar", "python3");
    strict
        .env("DEMISTO_SDK_IGNORE_CONTENT_WARNING", "1")
        .arg(fixture("integrations/xsoar/strict.py"))
        .arg(shipped.join("EdrGateway"));
    let said = must(strict).await;
    assert!(
        said.ends_with("2 files are as strict as can be\n"),
        "{said}"
    );

    // The vendor's own check asks when files of a repository were made.
    let folder = tempfile::tempdir().expect("a folder");
    let mut copy = Command::new("cp");
    copy.arg("-r").arg(shipped).arg(folder.path());
    must(copy).await;
    let who = ["-c", "user.name=test", "-c", "user.email=test@localhost"];
    for step in [
        vec!["init", "--quiet"],
        vec!["add", "."],
        [&who[..], &["commit", "--quiet", "--message", "A pack"]].concat(),
    ] {
        let mut git = Command::new("git");
        git.current_dir(folder.path())
            .env("HOME", folder.path())
            .args(step);
        must(git).await;
    }
    let mut validate = of_environment("importers/xsoar", "demisto-sdk");
    validate
        .current_dir(folder.path())
        .env("HOME", folder.path())
        .env("DEMISTO_SDK_CONTENT_PATH", folder.path())
        .env("DEMISTO_SDK_IGNORE_CONTENT_WARNING", "1")
        .args(["validate", "-i", "Packs/EdrGateway"]);
    let said = must(validate).await;
    assert!(said.contains("All validations passed"), "{said}");
}

#[test]
fn every_action_has_a_command_with_all_its_fields() {
    let integration = yaml(&format!("{PACK}/Integrations/EdrGateway/EdrGateway.yml"));
    let commands = integration["script"]["commands"].as_array();
    let commands: BTreeMap<&str, &Value> = commands
        .expect("commands")
        .iter()
        .map(|it| (it["name"].as_str().expect("a name"), it))
        .collect();
    assert_eq!(commands.len(), Action::ALL.len() + 1);
    for action in Action::ALL {
        let command = commands[&*command(action)];
        assert_eq!(command["polling"], true, "{action}");
        let arguments = command["arguments"].as_array().expect("arguments").iter();
        let arguments: BTreeMap<&str, &Value> = arguments
            .map(|it| (it["name"].as_str().expect("a name"), it))
            .collect();
        for (name, kind) in fields(action) {
            let argument = arguments.get(&*name);
            let argument = argument.unwrap_or_else(|| panic!("{action} has no {name}"));
            let chosen = argument.get("predefined").cloned().unwrap_or_default();
            let is_flag = chosen == json!(["true", "false"]);
            assert_eq!(is_flag, kind == "boolean", "{action}: {name}");
        }
    }
}
