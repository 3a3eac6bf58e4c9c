//! The app for Shuffle, run by its SDK, which reports to a stand-in for the server.

use std::collections::BTreeMap;

use acceptance::repository::{fixture, root};
use acceptance::{House, WS_042};
use serde_json::{Value, json};
use vocabulary::task::Action;

use super::shipped::{fields, words, yaml};
use crate::outside::importers::conversation::{POWERFUL, hear, token};
use crate::outside::importers::tools::of_environment;

/// The app.
const APP: &str = "shuffle/edr-gateway/1.0.0";

/// A node of a workflow.
struct Node {
    id: &'static str,
    name: &'static str,
    scopes: &'static str,
}

impl Node {
    /// One whose token may do all of it.
    fn new(id: &'static str, name: &'static str) -> Self {
        let scopes = POWERFUL;
        Self { id, name, scopes }
    }

    /// Runs it in an execution, and gives what it reports. Every value is a text, and those that
    /// nobody has written are empty ones.
    async fn run(&self, house: &House, execution: &str, given: Value, seconds: u32) -> Value {
        let mut parameters = vec![
            json!({"name": "url", "value": format!("http://{}", house.addr())}),
            json!({"name": "apikey", "value": token(self.scopes)}),
        ];
        let description = yaml(&format!("{APP}/api.yaml"));
        let actions = description["actions"].as_array().expect("actions");
        let action = actions.iter().find(|it| it["name"] == self.name);
        let action = action.expect("the app has the action");
        for parameter in action["parameters"].as_array().expect("parameters") {
            let name = parameter["name"].as_str().expect("a name");
            let value = given.get(name).cloned().unwrap_or(json!(""));
            parameters.push(json!({"name": name, "value": value}));
        }
        let action = json!({
            "id": self.id,
            "name": self.name,
            "app_name": "edr-gateway",
            "parameters": parameters,
        });
        let mut program = of_environment("integrations/shuffle", "python3");
        program
            .arg(fixture("integrations/shuffle/run.py"))
            .arg(root().join("deploy/integrations").join(APP))
            .env("NO_PROXY", "127.0.0.1")
            .env("SHUFFLE_LOGS_DISABLED", "true")
            .env("SHUFFLE_APP_SDK_TIMEOUT", seconds.to_string())
            .env("SHUFFLE_ACTION", action.to_string())
            .env("SHUFFLE_EXECUTION", execution);
        let told = hear(house, program).await;
        assert_eq!(told["status"], "SUCCESS", "{told}");
        told["result"].clone()
    }
}

/// Isolates a host and waits so long for the end; gives whether that was a success, and what was said.
pub(super) async fn isolate(house: &House, seconds: u32) -> (bool, String) {
    let asked = json!({"targetHost": WS_042, "action": "isolate"});
    let node = Node::new("node-1", "isolate_host");
    let told = node.run(house, "run-1", asked, seconds + 10).await;
    let done = told["success"].as_bool().expect("it says so");
    (done, told["said"].to_string())
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs shuffle-sdk: cargo verify"]
async fn an_isolation_is_asked_for_once_by_a_node_of_an_execution() {
    let house = House::open().await;
    let isolate = Node::new("node-1", "isolate_host");
    let asked = || json!({"targetHost": WS_042, "action": "isolate"});

    let first = isolate.run(&house, "run-1", asked(), 60).await;
    let again = isolate.run(&house, "run-1", asked(), 60).await;
    let later = isolate.run(&house, "run-2", asked(), 60).await;
    let other = Node::new("node-2", "isolate_host");
    let other = other.run(&house, "run-1", asked(), 60).await;

    assert_eq!(first["success"], true, "{first}");
    assert_eq!(first["over"], true, "{first}");
    let task = &first["task"];
    assert_eq!(task["state"], "succeeded", "{first}");
    assert_eq!(task["externalId"], "run-1", "{first}");
    assert_eq!(again["task"]["id"], task["id"], "{again}");
    for new in [later, other] {
        assert_eq!(new["success"], true, "{new}");
        assert_ne!(new["task"]["id"], task["id"], "{new}");
    }
    assert_eq!(house.sim.journal().incidents().len(), 3);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs shuffle-sdk: cargo verify"]
async fn what_is_not_over_in_its_time_is_no_success_and_can_be_waited_for() {
    let house = House::open().await;
    let delete = Node::new("node-1", "delete_file");
    let asked = |more: &str| {
        json!({
            "targetHost": WS_042,
            "path": r"C:\Users\Public\drop.exe",
            "searchInSubfolders": "true",
            more: "true",
        })
    };

    let rehearsed = delete.run(&house, "run-1", asked("dry_run"), 60).await;
    let nothing = house.sim.journal().incidents().len();
    // No time at all is left for the wait.
    let first = delete.run(&house, "run-1", asked(""), 10).await;
    let wait = Node::new("node-2", "wait_for_task");
    let id = json!({"id": first["task"]["id"]});
    let over = wait.run(&house, "run-1", id, 60).await;

    assert_eq!(rehearsed["dryRun"]["dryRun"], true, "{rehearsed}");
    assert_eq!(nothing, 0);
    assert_eq!(first["success"], false, "{first}");
    assert_eq!(first["over"], false, "{first}");
    assert_eq!(first["task"]["params"]["searchInSubfolders"], true);
    assert_eq!(over["success"], true, "{over}");
    assert_eq!(over["task"]["id"], first["task"]["id"], "{over}");
    assert_eq!(house.sim.journal().incidents().len(), 1);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs shuffle-sdk: cargo verify"]
async fn a_refusal_is_no_success_and_says_why() {
    let house = House::open().await;
    let isolate = json!({"targetHost": WS_042, "action": "isolate"});
    let delete = json!({"targetHost": WS_042, "path": "drop.exe"});
    let forbidden = Node {
        scopes: "hosts.read",
        ..Node::new("node-1", "isolate_host")
    };
    let mistaken = Node::new("node-2", "delete_file");

    for (node, asked, code) in [
        (forbidden, isolate, "scope_missing"),
        (mistaken, delete, "validation_failed"),
    ] {
        let refused = node.run(&house, "run-1", asked, 60).await;

        assert_eq!(refused["success"], false, "{refused}");
        assert_eq!(refused["code"], code, "{refused}");
        let said = refused["said"].as_str().unwrap_or_default();
        assert_eq!(said.contains("\n/path "), code.starts_with("validation"));
    }
    assert_eq!(house.sim.journal().incidents().len(), 0);
    house.close().await;
}

#[test]
fn every_action_is_described_with_all_its_fields() {
    let description = yaml(&format!("{APP}/api.yaml"));
    let actions = description["actions"].as_array().expect("actions").iter();
    let actions: BTreeMap<&str, &Value> = actions
        .map(|it| (it["name"].as_str().expect("a name"), it))
        .collect();
    assert_eq!(actions.len(), Action::ALL.len() + 1);
    for action in Action::ALL {
        let parameters = actions[&*words(action, '_')]["parameters"].as_array();
        let parameters: BTreeMap<&str, &Value> = parameters
            .expect("parameters")
            .iter()
            .map(|it| (it["name"].as_str().expect("a name"), it))
            .collect();
        for (name, kind) in fields(action) {
            let parameter = parameters.get(&*name);
            let parameter = parameter.unwrap_or_else(|| panic!("{action} has no {name}"));
            let is_flag = parameter["options"] == json!(["", "true", "false"]);
            assert_eq!(is_flag, kind == "boolean", "{action}: {name}");
            assert_eq!(parameter["example"], "", "it would be sent");
        }
    }
}
