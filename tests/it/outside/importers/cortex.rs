//! A responder of Cortex, the engine of `TheHive`, run by the library that runs them, in a job's folder.

use acceptance::repository::fixture;
use acceptance::{House, WS_042};
use serde_json::{Value, json};

use super::conversation::{POWERFUL, token, while_time_passes};
use super::tools::{of_python, run};

/// Runs a job, and gives whether its program ended well and what it has put out.
async fn job(house: &House, scopes: &str, case: &str) -> (bool, Value) {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::create_dir(folder.path().join("input")).expect("a folder");
    let input = json!({
        "dataType": "thehive:case_artifact",
        "data": {"dataType": "hostname", "data": WS_042, "case": {"_id": case}},
        "tlp": 2,
        "pap": 2,
        "config": {
            "gateway": format!("http://{}", house.addr()),
            "token": token(scopes),
            "check_tlp": true,
            "max_tlp": 2,
        },
    });
    let file = folder.path().join("input/input.json");
    std::fs::write(file, input.to_string()).expect("a file");
    let mut program = of_python("cortex", "python3");
    program
        .arg(fixture("importers/cortex/responder.py"))
        .arg(folder.path());

    let (well, said) = while_time_passes(house, run(program)).await;

    let output = std::fs::read_to_string(folder.path().join("output/output.json"));
    let output = output.unwrap_or_else(|error| panic!("{error}: {said}"));
    (well, serde_json::from_str(&output).expect("JSON"))
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs cortexutils: cargo verify"]
async fn a_responder_isolates_once_for_a_case_and_a_refusal_is_its_failure() {
    let house = House::open().await;

    let (well, first) = job(&house, POWERFUL, "~4096").await;
    let (_, again) = job(&house, POWERFUL, "~4096").await;
    let (refused_well, refused) = job(&house, "hosts.read", "~8192").await;

    assert!(well, "{first}");
    assert_eq!(first["success"], true, "{first}");
    let task = &first["full"]["task"];
    assert_eq!(task["state"], "succeeded", "{first}");
    assert_eq!(task["externalId"], "~4096", "{first}");
    let tag = format!("edr:{}", task["id"].as_str().expect("an id"));
    assert_eq!(first["operations"][0]["tag"], tag, "{first}");
    assert_eq!(again["full"]["task"]["id"], task["id"], "{again}");
    assert!(!refused_well, "{refused}");
    assert_eq!(refused["success"], false, "{refused}");
    let error = refused["errorMessage"].as_str().unwrap_or_default();
    assert!(error.starts_with("scope_missing"), "{refused}");
    assert_eq!(house.sim.journal().incidents().len(), 1);
    house.close().await;
}
