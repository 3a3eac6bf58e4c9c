//! The alerts: each fires where it should and is silent where it should not; each says what to do.

use std::process::{Command, Output};

use acceptance::repository::{read, root};
use acceptance::{House, tell};
use serde_json::Value;

use super::delivered::rules;

/// The alerts among the rules.
fn alerts() -> Vec<Value> {
    let rules = rules().into_iter();
    rules.filter(|it| it.get("alert").is_some()).collect()
}

fn promtool(arguments: &[&str]) -> Output {
    Command::new("promtool")
        .args(arguments)
        .current_dir(root())
        .output()
        .expect("promtool can be run")
}

#[test]
fn every_alert_says_how_bad_it_is_what_it_means_and_what_to_do_and_is_tried_both_ways() {
    let tests = read("tests/fixtures/prometheus/alerts.test.yaml");
    let alerts = alerts();
    assert!(alerts.len() >= 20, "{}", alerts.len());
    for alert in alerts {
        let name = alert["alert"].as_str().expect("a name");
        let severity = alert["labels"]["severity"].as_str();
        assert!(
            matches!(severity, Some("critical" | "warning")),
            "{name} has no severity"
        );
        for part in ["summary", "description"] {
            let text = alert["annotations"][part].as_str();
            assert!(
                text.is_some_and(|it| !it.is_empty()),
                "{name} has no {part}"
            );
        }
        for case in ["fires", "keeps quiet"] {
            let test = format!("- name: {name} {case}\n");
            assert!(tests.contains(&test), "{name} is not tried: {case}");
        }
    }
}

#[test]
#[ignore = "needs promtool: cargo verify"]
fn the_rules_are_good_and_fire_as_they_should() {
    let checked = promtool(&["check", "rules", "deploy/alerts.yaml"]);
    let tried = promtool(&[
        "test",
        "rules",
        "tests/fixtures/prometheus/alerts.test.yaml",
    ]);

    for output in [checked, tried] {
        let said = [output.stdout, output.stderr].concat();
        assert!(
            output.status.success(),
            "{}",
            String::from_utf8_lossy(&said)
        );
    }
    tell(&format!(
        "{} alerts, each fires and keeps quiet (promtool)",
        alerts().len()
    ));
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs promtool: cargo verify"]
async fn what_is_scraped_is_as_prometheus_wants_it() {
    let house = House::open().await;
    house.soar().isolate(acceptance::WS_042).await.expect(202);
    let text = house.admin("/metrics").await.expect(200).text;
    let file = tempfile::NamedTempFile::new().expect("a file");
    std::fs::write(&file, text).expect("a file");

    let scraped = std::fs::File::open(&file).expect("a file");
    let output = Command::new("promtool")
        .args(["check", "metrics"])
        .stdin(scraped)
        .output()
        .expect("promtool can be run");

    let said = [output.stdout, output.stderr].concat();
    assert!(
        output.status.success() && said.is_empty(),
        "{}",
        String::from_utf8_lossy(&said)
    );
    house.close().await;
}
