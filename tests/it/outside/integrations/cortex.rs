//! Responders of Cortex, the engine of `TheHive`, run by the library that runs them, in a job's folder.

use std::collections::BTreeSet;

use acceptance::repository::root;
use acceptance::{House, WS_042};
use serde_json::{Value, json};
use vocabulary::task::Action;

use super::shipped::{fields, json as read};
use crate::outside::importers::conversation::{POWERFUL, token, while_time_passes};
use crate::outside::importers::tools::{of_environment, run};

/// A definition, as Cortex reads it.
fn definition(action: Action) -> Value {
    read(&format!("cortex/EdrGateway/EdrGateway_{action}.json"))
}

/// The items of a definition.
fn items(definition: &Value) -> &Vec<Value> {
    let items = definition["configurationItems"].as_array();
    items.expect("a definition has items")
}

/// What Cortex gives to an action's program: what stands in its definition, and what is configured.
fn configuration(house: &House, action: Action, scopes: &str, more: Value) -> Value {
    let definition = definition(action);
    let mut config = definition["config"].clone();
    for item in items(&definition) {
        let name = item["name"].as_str().expect("a name");
        let empty = if item["multi"] == true {
            json!([])
        } else {
            Value::Null
        };
        config[name] = item.get("defaultValue").cloned().unwrap_or(empty);
    }
    config["gateway"] = json!(format!("http://{}", house.addr()));
    config["token"] = json!(token(scopes));
    let Value::Object(more) = more else {
        unreachable!("it is an object")
    };
    for (name, value) in more {
        config[name] = value;
    }
    config
}

/// Runs a job, and gives whether its program ended well and what it has put out.
async fn job(house: &House, config: Value, observable: Value) -> (bool, Value) {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::create_dir(folder.path().join("input")).expect("a folder");
    let input = json!({
        "dataType": "thehive:case_artifact",
        "data": observable,
        "tlp": 2,
        "pap": 2,
        "config": config,
    });
    let file = folder.path().join("input/input.json");
    std::fs::write(file, input.to_string()).expect("a file");
    let mut program = of_environment("integrations/cortex", "python3");
    program
        .arg(root().join("deploy/integrations/cortex/EdrGateway/respond.py"))
        .arg(folder.path())
        .env("NO_PROXY", "127.0.0.1");

    let (well, said) = while_time_passes(house, run(program)).await;

    let output = std::fs::read_to_string(folder.path().join("output/output.json"));
    let output = output.unwrap_or_else(|error| panic!("{error}: {said}"));
    let secret = input["config"]["token"].as_str().expect("a token");
    assert!(!output.contains(secret), "a job's report is for everybody");
    (well, serde_json::from_str(&output).expect("JSON"))
}

/// Isolates a host and waits so long for the end; gives whether that was a success, and what was said.
pub(super) async fn isolate(house: &House, seconds: u32) -> (bool, String) {
    let patience = json!({"patience": seconds});
    let config = configuration(house, Action::IsolateHost, POWERFUL, patience);
    let (well, output) = job(house, config, observable("hostname", WS_042, &[])).await;
    assert_eq!(output["success"], well, "{output}");
    let said = if well {
        &output["full"]["message"]
    } else {
        &output["errorMessage"]
    };
    (well, said.to_string())
}

/// An observable of a case.
fn observable(kind: &str, value: &str, tags: &[&str]) -> Value {
    json!({
        "_id": "~8192",
        "dataType": kind,
        "data": value,
        "tags": tags,
        "case": {"_id": "~4096"},
    })
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs cortexutils: cargo verify"]
async fn an_isolation_is_asked_for_once_and_followed_to_its_end() {
    let house = House::open().await;
    let config = || configuration(&house, Action::IsolateHost, POWERFUL, json!({}));
    let host = |tags: &[&str]| observable("hostname", WS_042, tags);

    let (well, first) = job(&house, config(), host(&[])).await;
    let tag = first["operations"][0]["tag"].as_str().expect("a tag");
    let (_, again) = job(&house, config(), host(&[tag])).await;
    let (_, later) = job(&house, config(), host(&[tag, "edr:releaseHost=ksc-9"])).await;

    assert!(well, "{first}");
    assert_eq!(first["success"], true, "{first}");
    let task = &first["full"]["task"];
    assert_eq!(task["state"], "succeeded", "{first}");
    assert_eq!(task["externalId"], "~4096", "{first}");
    let id = task["id"].as_str().expect("an id");
    assert_eq!(tag, format!("edr:isolateHost={id}"));
    assert_eq!(again["full"]["task"]["id"], id, "{again}");
    // After a release it is another isolation.
    assert_ne!(later["full"]["task"]["id"], id, "{later}");
    assert_eq!(later["full"]["task"]["state"], "succeeded", "{later}");
    assert_eq!(house.sim.journal().incidents().len(), 2);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs cortexutils: cargo verify"]
async fn a_file_is_quarantined_on_the_host_that_its_tag_names() {
    let house = House::open().await;
    let on = format!("edr:targetHost={WS_042}");
    let file = observable("filename", r"C:\Users\Public\drop.exe", &[&on]);
    let given = json!({"hash": "d41d8cd98f00b204e9800998ecf8427e", "comment": "INC-20417"});
    let config = |more| configuration(&house, Action::QuarantineFile, POWERFUL, more);

    let (_, rehearsed) = job(&house, config(json!({"dry_run": true})), file.clone()).await;
    let nothing = house.sim.journal().incidents().len();
    let (well, first) = job(&house, config(given.clone()), file.clone()).await;
    let (_, again) = job(&house, config(given), file).await;

    assert_eq!(rehearsed["full"]["dryRun"]["dryRun"], true, "{rehearsed}");
    assert_eq!(rehearsed["operations"], json!([]), "{rehearsed}");
    assert_eq!(nothing, 0, "{rehearsed}");
    assert!(well, "{first}");
    let task = &first["full"]["task"];
    assert_eq!(task["state"], "succeeded", "{first}");
    assert_eq!(task["comment"], "INC-20417", "{first}");
    assert_eq!(task["params"]["path"], r"C:\Users\Public\drop.exe");
    assert_eq!(again["full"]["task"]["id"], task["id"], "{again}");
    assert_eq!(house.sim.journal().incidents().len(), 1);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs cortexutils: cargo verify"]
async fn a_refusal_is_a_failure_that_says_why() {
    let house = House::open().await;
    let host = || observable("hostname", WS_042, &[]);
    let isolate = |scopes, more| configuration(&house, Action::IsolateHost, scopes, more);
    let delete = |more| configuration(&house, Action::DeleteFile, POWERFUL, more);

    let forbidden = job(&house, isolate("hosts.read", json!({})), host()).await;
    let mistaken = job(&house, delete(json!({"path": "drop.exe"})), host()).await;
    let flag = job(
        &house,
        delete(json!({"searchInSubfolders": "perhaps"})),
        host(),
    )
    .await;
    let hash = observable("hash", "d41d8cd98f00b204e9800998ecf8427e", &[]);
    let no_host = job(&house, isolate(POWERFUL, json!({})), hash).await;

    let whys = [
        (forbidden, "scope_missing: "),
        (mistaken, "validation_failed: "),
        (flag, "searchInSubfolders: 'perhaps' is no flag"),
        (
            no_host,
            "an observable of type hash says nothing to isolateHost",
        ),
    ];
    for ((well, refused), why) in whys {
        assert!(!well, "{refused}");
        assert_eq!(refused["success"], false, "{refused}");
        let error = refused["errorMessage"].as_str().unwrap_or_default();
        assert!(error.starts_with(why), "{refused}");
        // Every rule that was broken, each in a line.
        assert_eq!(error.contains("\n/path "), why.starts_with("validation"));
    }
    assert_eq!(house.sim.journal().incidents().len(), 0);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs cortexutils: cargo verify"]
async fn nobody_but_the_gateway_is_told_the_token() {
    let house = House::open().await;
    // Something with a certificate that nobody vouches for.
    let stranger = house.sim.url();
    let vouched = house.sim.certificate_file().display().to_string();
    let ask = |more| {
        let config = configuration(&house, Action::IsolateHost, POWERFUL, more);
        job(&house, config, observable("hostname", WS_042, &[]))
    };

    let (well, unknown) = ask(json!({"gateway": stranger})).await;
    let (_, known) = ask(json!({"gateway": stranger, "ca_file": vouched})).await;

    assert!(!well, "{unknown}");
    let said = unknown["errorMessage"].as_str().unwrap_or_default();
    assert!(said.contains("certificate verify failed"), "{unknown}");
    assert!(said.contains("whose key is the same"), "{unknown}");
    // Its authority alone is not enough: the address is not its own.
    let said = known["errorMessage"].as_str().unwrap_or_default();
    assert!(said.contains("IP address mismatch"), "{known}");
    house.close().await;
}

#[test]
fn every_action_has_a_definition_with_all_its_fields() {
    for action in Action::ALL {
        let definition = definition(action);
        // What Cortex takes no definition without.
        for name in ["name", "version", "description", "author", "url", "license"] {
            assert!(definition[name].is_string(), "{action}: {name}");
        }
        assert_eq!(definition["config"]["service"], action.to_string());
        assert_eq!(definition["command"], "EdrGateway/respond.py");
        assert_eq!(definition["dataTypeList"], json!(["thehive:case_artifact"]));
        let items = items(&definition);
        let mut names: BTreeSet<&str> = BTreeSet::new();
        for item in items {
            let name = item["name"].as_str().expect("a name");
            assert!(names.insert(name), "{action}: {name} twice");
            assert!(item["description"].is_string(), "{action}: {name}");
            let kind = item["type"].as_str().expect("a type");
            assert!(["string", "number", "boolean"].contains(&kind), "{name}");
            assert!(item["multi"].is_boolean() && item["required"].is_boolean());
        }
        for (name, _) in fields(action) {
            let is_of_the_case = name == "externalId";
            assert_ne!(names.contains(&*name), is_of_the_case, "{action}: {name}");
        }
    }
}
