//! The page in a real browser: what it shows fits, what it asks stays here, and what it sends was
//! rehearsed.

use std::process::Stdio;

use acceptance::calls::ADD;
use acceptance::repository::{fixture, root};
use acceptance::{House, Issuer, Token, tell};
use serde_json::Value;
use tokio::process::Command;

const HOST: &str = "ws-042.corp.example";

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs chromium and node: cargo verify"]
async fn the_page_shows_fits_searches_and_sends_once_what_was_rehearsed() {
    let house = House::open().await;
    let gateway = format!("http://{}", house.addr());
    let token = Issuer::shared().sign(&Token::of("soar", "tasks.create tasks.read"));
    // Beside what cargo builds, for people to look at.
    let target =
        std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), Into::into);
    let folder = target.join("docs-page");
    std::fs::create_dir_all(&folder).expect("a folder");

    let mut browser = Command::new("node");
    browser
        .arg(fixture("page/browse.mjs"))
        .args([&gateway, &token, HOST])
        .arg(&folder)
        .stderr(Stdio::inherit())
        .kill_on_drop(true);
    let output = browser.output().await.expect("node runs");
    let saw: Value = serde_json::from_slice(&output.stdout).expect("what it saw");

    assert_eq!(saw["errors"], Value::Array(Vec::new()), "the console");
    let requests = saw["requests"].as_array().expect("requests");
    for request in requests {
        let address = request.as_str().and_then(|it| it.split(' ').nth(1));
        let address = address.expect("an address");
        assert!(
            address.starts_with(&gateway) || address == "data:,",
            "{request}"
        );
    }
    for width in saw["widths"].as_array().expect("widths") {
        for part in ["closed", "actions", "all"] {
            let (is, most) = (width[part].as_u64(), width["width"].as_u64());
            assert!(is <= most, "{part} is too wide: {width}");
        }
    }
    assert_ne!(saw["widths"][0]["back"], saw["widths"][1]["back"]);
    let search = &saw["search"];
    let found = |words: &str| search[words].as_array().expect("a list").clone();
    assert!(
        found("hash").contains(&"terminateProcess".into()),
        "{search}"
    );
    assert!(!found("hash").contains(&"isolateHost".into()), "{search}");
    assert!(found("release").contains(&"releaseHost".into()), "{search}");
    assert_eq!(found("none").len(), 0);
    assert!(found("all").len() > 20, "{search}");
    assert_rehearsed(&saw["attempt"]);
    // A dry run twice, a button pressed twice: one incident. A release whose answer was lost, sent
    // again: one more.
    assert_eq!(house.sim.journal().count(ADD), 2);
    tell(&format!(
        "page: {} addresses asked for; pictures in {}",
        requests.len(),
        folder.display()
    ));
    house.close().await;
}

fn assert_rehearsed(attempt: &Value) {
    for (what, wanted) in [
        ("before", Value::Bool(false)),
        ("dryRun", "Answer: 200".into()),
        ("offered", Value::Bool(true)),
        ("sendableUntyped", Value::Bool(false)),
        ("sendableTyped", Value::Bool(true)),
        ("afterChange", Value::Bool(false)),
        ("sent", "Answer: 202".into()),
        ("afterSending", Value::Bool(false)),
        ("kept", 0.into()),
        ("lost", "No answer".into()),
        ("again", "Answer: 202".into()),
        ("sameKey", Value::Bool(true)),
    ] {
        assert_eq!(attempt[what], wanted, "{what}: {attempt}");
    }
    for what in ["state", "refreshed"] {
        let state = attempt[what].as_str().unwrap_or_default();
        assert!(state.starts_with("State: accepted, not over."), "{attempt}");
    }
}
