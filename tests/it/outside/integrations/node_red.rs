//! The flow of Node-RED, run by it without a browser. Each line of the flow gets a door of HTTP.

use std::collections::BTreeSet;

use acceptance::{House, WS_042, eventually, free_port};
use reqwest::Client;
use serde_json::{Value, json};
use tokio::process::Child;

use super::catalogue::all;
use super::mishaps::{house_of_failures, refuse_once};
use super::shipped;
use crate::outside::importers::conversation::{POWERFUL, token, while_time_passes};
use crate::outside::importers::tools::of_npm_in;

fn flow() -> Vec<Value> {
    serde_json::from_value(shipped::json("node-red/flow.json")).expect("a list")
}

#[test]
fn every_action_has_a_button_with_all_its_fields_and_every_wire_leads_somewhere() {
    let nodes = flow();
    let ids: BTreeSet<&str> = nodes.iter().filter_map(|it| it["id"].as_str()).collect();
    assert_eq!(ids.len(), nodes.len(), "no two nodes have one id");
    for node in &nodes {
        let wires = node["wires"].as_array().into_iter().flatten();
        let to = wires.filter_map(Value::as_array).flatten();
        for to in to.filter_map(Value::as_str) {
            assert!(ids.contains(to), "{}: {to}", node["id"]);
        }
    }
    for action in all() {
        let id = format!("edr-{}", action.name);
        let button = nodes.iter().find(|it| it["id"] == id);
        let button = button.unwrap_or_else(|| panic!("no {id}"));
        assert_eq!(button["once"], false, "{id}: it is pressed by people");
        assert_eq!(button["props"][0]["v"], action.name, "{id}");
        let payload = button["props"][1]["v"].as_str().expect("a payload");
        let payload: Value = serde_json::from_str(payload).expect("JSON");
        for field in &action.required {
            assert!(payload.get(field).is_some(), "{id}: {field}");
        }
        let about = button["info"].as_str().expect("a text");
        for field in &action.fields {
            assert!(about.contains(&format!("* `{field}`")), "{id}: {field}");
        }
    }
}

/// The flow, and doors: one to the actions, one to the line that isolates and releases, and behind
/// each end a node that answers with what has come out there.
fn with_doors() -> Value {
    let mut nodes = flow();
    for end in ["success", "other-end", "refusal"] {
        let node = nodes.iter_mut().find(|it| it["id"] == end);
        let node = node.unwrap_or_else(|| panic!("no {end}"));
        *node = json!({
            "id": end, "type": "function", "z": node["z"], "outputs": 1, "wires": [["test-answer"]],
            "func": format!(
                "return {{req: msg.req, res: msg.res, statusCode: 200, \
                 payload: {{end: {end:?}, summary: msg.summary, key: msg.key, task: msg.payload}}}};"
            ),
        });
    }
    nodes.push(json!({
        "id": "test-ready", "type": "http in", "z": "edr-tab", "method": "get",
        "url": "/ready", "wires": [["test-answer"]],
    }));
    for (name, to) in [("action", "edr-actions"), ("line", "edr-line-isolate")] {
        nodes.push(json!({
            "id": format!("test-{name}"), "type": "http in", "z": "edr-tab", "method": "post",
            "url": format!("/{name}"), "wires": [[format!("test-{name}-asks")]],
        }));
        nodes.push(json!({
            "id": format!("test-{name}-asks"), "type": "function", "z": "edr-tab", "outputs": 1,
            "func": "return Object.assign(msg, msg.payload);", "wires": [[to]],
        }));
    }
    nodes.push(json!({"id": "test-answer", "type": "http response", "z": "edr-tab", "wires": []}));
    Value::Array(nodes)
}

/// A Node-RED that runs until it is dropped.
struct NodeRed {
    at: String,
    client: Client,
    _running: Child,
    _folder: tempfile::TempDir,
}

impl NodeRed {
    async fn start(house: &House, scopes: &str) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("flow.json");
        std::fs::write(&file, with_doors().to_string()).expect("a file");
        let settings = folder.path().join("settings.js");
        let quiet = "module.exports = {uiHost: '127.0.0.1', httpAdminRoot: false, telemetry: {enabled: false}};\n";
        std::fs::write(&settings, quiet).expect("a file");
        let addr = free_port().await;
        let mut command = of_npm_in("integrations/npm", "node-red");
        command
            .arg("--userDir")
            .arg(folder.path())
            .arg("--settings")
            .arg(&settings)
            .args(["--port", &addr.port().to_string()])
            .arg(&file)
            .env("EDR_GATEWAY_URL", format!("http://{}", house.addr()))
            .env("EDR_GATEWAY_TOKEN", token(scopes))
            .stdout(std::process::Stdio::null())
            .stderr(std::process::Stdio::null());
        let running = command.spawn().expect("it starts");
        let client = Client::builder().no_proxy().build().expect("a client");
        let at = format!("http://{addr}");
        eventually("the flow runs", || async {
            let answer = client.get(format!("{at}/ready")).send().await.ok()?;
            answer.status().is_success().then_some(())
        })
        .await;
        Self {
            at,
            client,
            _running: running,
            _folder: folder,
        }
    }

    /// Sends a message through a door, and gives what comes out.
    async fn hears(&self, house: &House, door: &str, message: Value) -> Value {
        let request = self
            .client
            .post(format!("{}/{door}", self.at))
            .json(&message);
        let answer = while_time_passes(house, async move {
            let answer = request.send().await.expect("an answer");
            answer.text().await.expect("a text")
        })
        .await;
        serde_json::from_str(&answer).unwrap_or_else(|error| panic!("{error}: {answer}"))
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs node-red: cargo verify"]
async fn the_flow_asks_once_waits_releases_and_shows_a_refusal() {
    let house = house_of_failures().await;
    let product = NodeRed::start(&house, POWERFUL).await;
    let isolate = json!({
        "action": "isolateHost",
        "key": "case-1/isolate",
        "payload": {"targetHost": WS_042, "action": "isolate", "externalId": "case-1", "area": ""},
    });
    let terminate = json!({
        "action": "terminateProcess",
        "payload": {"targetHost": WS_042, "path": "C:\\Users\\Public\\drop.exe", "caseSensitive": true},
    });
    let mut rehearse = isolate.clone();
    rehearse["dryRun"] = json!(true);
    let mut unknown = isolate.clone();
    unknown["payload"]["targetHost"] = json!("nobody");
    unknown["key"] = json!("case-1/unknown");
    let mut wrong = isolate.clone();
    wrong["payload"]["action"] = json!("freeze");
    wrong["key"] = json!("case-1/wrong");
    let mut line = isolate.clone();
    line["key"] = json!("case-2");

    let dry = product.hears(&house, "action", rehearse).await;
    let nothing = house.sim.journal().incidents().len();
    let first = product.hears(&house, "action", isolate.clone()).await;
    let again = product.hears(&house, "action", isolate).await;
    let once = house.sim.journal().incidents().len();
    refuse_once(&house);
    let failed = product.hears(&house, "action", terminate).await;
    let unknown = product.hears(&house, "action", unknown).await;
    let wrong = product.hears(&house, "action", wrong).await;
    let before = house.sim.journal().incidents().len();
    let released = product.hears(&house, "line", line).await;

    assert_eq!((&dry["end"], nothing), (&json!("success"), 0), "{dry}");
    assert_eq!(first["end"], "success", "{first}");
    assert_eq!(first["task"]["externalId"], "case-1", "{first}");
    let summary = first["summary"].as_str().unwrap_or_default();
    assert!(summary.contains(" succeeded: "), "{first}");
    assert_eq!(again["task"]["id"], first["task"]["id"], "{again}");
    assert_eq!(once, 1);
    assert_eq!(failed["end"], "other-end", "{failed}");
    assert_eq!(failed["task"]["state"], "failed", "{failed}");
    assert_eq!(failed["task"]["params"]["caseSensitive"], true, "{failed}");
    assert!(
        house.sim.faults().planned().is_empty(),
        "it has been refused once"
    );
    for (refused, code) in [(&unknown, "host_not_found"), (&wrong, "validation_failed")] {
        assert_eq!(refused["end"], "refusal", "{refused}");
        let summary = refused["summary"].as_str().unwrap_or_default();
        assert!(summary.starts_with(&format!("{code}: ")), "{refused}");
    }
    let summary = wrong["summary"].as_str().unwrap_or_default();
    assert!(summary.contains("; /action: "), "{wrong}");
    assert_eq!(released["end"], "success", "{released}");
    assert_eq!(released["task"]["params"]["action"], 0, "{released}");
    assert_eq!(released["task"]["externalId"], "case-1", "{released}");
    assert_eq!(house.sim.journal().incidents().len(), before + 2);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs node-red: cargo verify"]
async fn a_token_that_may_not_is_told_so() {
    let house = House::open().await;
    let product = NodeRed::start(&house, "hosts.read").await;
    let isolate = json!({
        "action": "isolateHost",
        "payload": {"targetHost": WS_042, "action": "isolate"},
    });

    let told = product.hears(&house, "action", isolate).await;

    assert_eq!(told["end"], "refusal", "{told}");
    let summary = told["summary"].as_str().unwrap_or_default();
    assert!(summary.starts_with("scope_missing: "), "{told}");
    let key = told["key"].as_str().unwrap_or_default();
    assert!(key.starts_with("isolateHost/"), "{told}");
    assert_eq!(house.sim.journal().incidents().len(), 0);
    house.close().await;
}
