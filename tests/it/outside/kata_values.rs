//! What a Central Node tells in words that no page lists is in the log, once each, so that somebody
//! who runs the gateway can say what real servers tell.

use std::net::Ipv4Addr;
use std::time::Duration;

use acceptance::{House, everything};
use kata_simulator::{Scenario, SensorSpec};
use serde_json::Value;

/// How many capabilities the odd host has: more than are logged.
const MANY: usize = 150;

async fn house(sensors: Vec<SensorSpec>) -> House {
    let scenario = Scenario {
        everyday_sensors: false,
        sensors,
        ..Scenario::default()
    };
    House::with_central_node_of(scenario, &[]).await
}

/// Reads the list anew, and a row by itself.
async fn read(house: &House, host: &str) {
    house.advance(Duration::from_mins(2)).await;
    let soar = house.soar();
    let path = format!("/v1/hosts?backend=kata&name={host}");
    soar.get(&path).await.expect(200);
    let id = house.kata().sensor(host);
    let path = format!("/v1/hosts/{id}?backend=kata");
    soar.get(&path).await.expect(200);
}

/// The lines that tell a value with this in it. All tests of this program log to one place.
fn told(mark: &str) -> Vec<Value> {
    let everything = everything();
    let lines = everything.lines().filter(|it| it.contains(mark));
    lines
        .map(|it| serde_json::from_str::<Value>(it).expect("a log line is JSON"))
        .filter(|it| {
            it["kata.value"]
                .as_str()
                .is_some_and(|it| it.contains(mark))
        })
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_value_that_was_not_heard_before_is_logged_once() {
    let odd = |name: &str, last| SensorSpec {
        os_family: "linux-5c1d".to_owned(),
        license: "grace-5c1d".to_owned(),
        capabilities: vec!["sendFlowers-5c1d".to_owned(), "networkIsolation".to_owned()],
        ..SensorSpec::linux(name, Ipv4Addr::new(10, 20, 40, last))
    };
    let house = house(vec![odd("srv-odd-01", 71), odd("srv-odd-02", 72)]).await;

    for _ in 0..3 {
        read(&house, "srv-odd-01").await;
    }

    let lines = told("-5c1d");
    let mut said: Vec<(&str, &str)> = lines
        .iter()
        .map(|it| {
            let text = |name: &str| it[name].as_str().unwrap_or_default();
            (text("kata.member"), text("kata.value"))
        })
        .collect();
    said.sort_unstable();
    assert_eq!(
        said,
        [
            ("capabilities", "sendFlowers-5c1d"),
            ("licenseStatus", "grace-5c1d"),
            ("osFamily", "linux-5c1d"),
        ]
    );
    for line in &lines {
        assert_eq!(line["level"], "INFO", "{line}");
        assert_eq!(line["backend"], "kata", "{line}");
        assert_eq!(line["kata.version"], "7.1.0.0", "{line}");
    }
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_tells_ever_new_values_does_not_fill_the_log() {
    let long = format!("long-7e02-{}", "x".repeat(500));
    let mut capabilities = vec![long];
    capabilities.extend((1..MANY).map(|it| format!("flood-7e02-{it}")));
    let flooded = SensorSpec {
        capabilities,
        ..SensorSpec::linux("srv-flood-01", Ipv4Addr::new(10, 20, 40, 73))
    };
    let house = house(vec![flooded]).await;

    for _ in 0..2 {
        read(&house, "srv-flood-01").await;
    }

    let lines = told("-7e02-");
    assert_eq!(lines.len(), 100);
    let longest = lines.iter().filter_map(|it| it["kata.value"].as_str());
    let longest = longest.map(|it| it.chars().count()).max();
    assert_eq!(longest, Some(65), "64 and an ellipsis");
    house.close().await;
}
