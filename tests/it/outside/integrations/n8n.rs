//! The workflows of n8n, held against the descriptions that its nodes give of themselves, and run by its
//! engine. Its server, which would keep them, cannot be installed from the registry alone.

use std::collections::{BTreeMap, BTreeSet};

use acceptance::repository::{fixture, installed};
use acceptance::{House, WS_042};
use serde_json::{Value, json};
use tokio::io::AsyncWriteExt as _;
use tokio::process::Command;

use super::catalogue::all;
use super::mishaps::{house_of_failures, refuse_once};
use super::shipped;
use crate::outside::importers::conversation::{POWERFUL, token, while_time_passes};

fn workflow(name: &str) -> Value {
    shipped::json(&format!("n8n/{name}.json"))
}

fn nodes(workflow: &Value) -> BTreeMap<&str, &Value> {
    let nodes = workflow["nodes"].as_array().expect("nodes");
    let named = nodes
        .iter()
        .map(|it| (it["name"].as_str().expect("a name"), it));
    named.collect()
}

#[test]
fn every_action_has_a_workflow_that_takes_all_its_fields() {
    for action in all() {
        let whole = workflow(&action.name);
        let nodes = nodes(&whole);
        let inputs = &nodes["Asked"]["parameters"]["workflowInputs"]["values"];
        let inputs = inputs.as_array().expect("inputs").iter();
        let inputs: BTreeSet<&str> = inputs.filter_map(|it| it["name"].as_str()).collect();
        let mut wanted: BTreeSet<&str> = action.fields.iter().map(String::as_str).collect();
        wanted.extend(["key", "dryRun"]);
        assert_eq!(inputs, wanted, "{}", action.name);
        let url = nodes["Ask"]["parameters"]["url"]
            .as_str()
            .expect("an address");
        assert!(url.contains(&format!("}}}}{}{{{{", action.path)), "{url}");
        // Every wire leads somewhere, and every node but the first is led to.
        let mut led = BTreeSet::from(["Asked"]);
        for (from, to) in whole["connections"].as_object().expect("wires") {
            assert!(nodes.contains_key(from.as_str()), "{from}");
            for wire in to["main"].as_array().into_iter().flatten() {
                let to = wire[0]["node"].as_str().expect("a node");
                assert!(nodes.contains_key(to), "{to}");
                led.insert(to);
            }
        }
        assert_eq!(led, nodes.keys().copied().collect(), "{}", action.name);
    }
}

#[test]
#[ignore = "needs n8n-nodes-base: cargo verify"]
fn the_nodes_know_their_versions_and_every_parameter() {
    let types = installed("integrations/n8n/node_modules/n8n-nodes-base/dist/types");
    let read = |name: &str| -> Vec<Value> {
        let text = std::fs::read_to_string(types.join(name)).expect("cargo verify installs it");
        serde_json::from_str(&text).expect("JSON")
    };
    let known = read("nodes.json");
    let credentials = read("credentials.json");

    let mut checked = 0;
    for action in all() {
        for (name, node) in nodes(&workflow(&action.name)) {
            let kind = node["type"].as_str().expect("a type");
            let kind = kind
                .strip_prefix("n8n-nodes-base.")
                .expect("a node of n8n's own");
            let version = node["typeVersion"].as_f64().expect("a number");
            let is = |it: &Value| it.as_f64() == Some(version);
            let has = |versions: &Value| {
                let several = versions.as_array();
                several.map_or_else(|| is(versions), |all| all.iter().any(is))
            };
            let mut found = known.iter().filter(|it| it["name"] == kind);
            let found = found.find(|it| has(&it["version"]));
            let about = found.unwrap_or_else(|| panic!("{name}: no {kind} {version}"));
            let described = about["properties"].as_array().expect("properties");
            for (parameter, value) in node["parameters"].as_object().expect("parameters") {
                let mut same = described.iter().filter(|it| it["name"] == *parameter);
                let known = same.clone().next().is_some();
                assert!(known, "{name}: {kind} {version} has no {parameter}");
                // A choice is one of the choices.
                let choice = same.find(|it| it["type"] == "options");
                if let (Some(choice), Some(value)) = (choice, value.as_str()) {
                    let mut choices = choice["options"].as_array().expect("choices").iter();
                    let there = choices.any(|it| it["value"] == value);
                    assert!(
                        there || value.starts_with('='),
                        "{name} {parameter}: {value}"
                    );
                }
                checked += 1;
            }
            if let Some(generic) = node["parameters"]["genericAuthType"].as_str() {
                let there = credentials.iter().any(|it| it["name"] == generic);
                assert!(there, "{name}: {generic}");
            }
        }
    }
    assert!(checked > 300, "{checked}");
}

/// What comes of a workflow: where it ended, with which error or task.
async fn run(house: &House, name: &str, scopes: &str, inputs: Value) -> Value {
    let mut workflow = workflow(name);
    for node in workflow["nodes"].as_array_mut().expect("nodes") {
        // What its user fills in: where the gateway is, and a credential.
        if node["parameters"]["genericAuthType"].is_string() {
            node["parameters"]["genericAuthType"] = json!("httpBearerAuth");
            node["credentials"] = json!({"httpBearerAuth": {"id": "1", "name": "gateway"}});
        } else if node["name"] == "Gateway" {
            let place = &mut node["parameters"]["assignments"]["assignments"][0]["value"];
            *place = json!(format!("http://{}", house.addr()));
        }
    }
    let job = json!({"workflow": workflow, "inputs": inputs, "token": token(scopes)});
    let mut engine = Command::new("node");
    engine
        .arg(fixture("integrations/n8n/engine.cjs"))
        .arg(installed("integrations/n8n"))
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped())
        .kill_on_drop(true);
    let output = while_time_passes(house, async move {
        let mut running = engine.spawn().expect("node");
        let mut stdin = running.stdin.take().expect("it is piped");
        let job = job.to_string();
        stdin.write_all(job.as_bytes()).await.expect("it reads");
        drop(stdin);
        running.wait_with_output().await.expect("it ends")
    })
    .await;
    let complaint = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{complaint}");
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    let last = said.lines().last().unwrap_or_default();
    serde_json::from_str(last).unwrap_or_else(|error| panic!("{error}: {said} {complaint}"))
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs n8n-core: cargo verify"]
async fn a_workflow_asks_once_waits_for_the_end_and_stops_at_a_refusal() {
    let house = house_of_failures().await;
    let isolate = json!({
        "targetHost": WS_042,
        "action": "isolate",
        "externalId": "case-1",
        "area": "",
        "key": "case-1/isolate",
    });
    let terminate = json!({
        "targetHost": WS_042,
        "path": "C:\\Users\\Public\\drop.exe",
        "caseSensitive": true,
    });
    let mut rehearse = isolate.clone();
    rehearse["dryRun"] = json!(true);
    let mut wrong = isolate.clone();
    wrong["action"] = json!("freeze");
    wrong["key"] = json!("case-1/wrong");

    let dry = run(&house, "isolateHost", POWERFUL, rehearse).await;
    let nothing = house.sim.journal().incidents().len();
    let first = run(&house, "isolateHost", POWERFUL, isolate.clone()).await;
    let again = run(&house, "isolateHost", POWERFUL, isolate.clone()).await;
    let once = house.sim.journal().incidents().len();
    refuse_once(&house);
    let failed = run(&house, "terminateProcess", POWERFUL, terminate).await;
    let wrong = run(&house, "isolateHost", POWERFUL, wrong).await;
    let forbidden = run(&house, "isolateHost", "hosts.read", isolate).await;

    assert_eq!((&dry["last"], nothing), (&json!("Task"), 0), "{dry}");
    assert_eq!(dry["task"]["dryRun"], true, "{dry}");
    assert_eq!((&first["last"], once), (&json!("Task"), 1), "{first}");
    assert_eq!(first["task"]["state"], "succeeded", "{first}");
    assert_eq!(first["task"]["externalId"], "case-1", "{first}");
    assert_eq!(again["task"]["id"], first["task"]["id"], "{again}");
    assert_eq!(failed["last"], "Other end", "{failed}");
    let error = failed["error"].as_str().unwrap_or_default();
    assert!(error.contains(" failed: "), "{failed}");
    assert!(
        house.sim.faults().planned().is_empty(),
        "it has been refused once"
    );
    for (refused, said) in [
        (&wrong, "refused: validation_failed: "),
        (&forbidden, "refused: scope_missing: "),
    ] {
        assert_eq!(refused["last"], "Refused", "{refused}");
        let error = refused["error"].as_str().unwrap_or_default();
        assert!(error.starts_with(said), "{refused}");
    }
    let error = wrong["error"].as_str().unwrap_or_default();
    assert!(error.contains("; /action: "), "{wrong}");
    assert_eq!(house.sim.journal().incidents().len(), 2);
    house.close().await;
}
