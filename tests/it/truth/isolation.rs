//! The device's own word on its isolation, beside what KSC says.

use std::time::Duration;

use acceptance::{House, Plan, Reply, WS_042, eventually};
use ksc_simulator::{
    Fault, FaultKind, HostSpec, ISOLATED, IsolationTags, Outcome, OutcomeState, Scenario, TagSetter,
};
use serde_json::{Value, json};

const TAGS: &str = "HostTagsApi.GetHostTags";
const LINUX: &str = "5be11000-0000-4000-8000-00000000a001";
const OTHER_LINUX: &str = "5be11000-0000-4000-8000-00000000a002";

fn linux(id: &str, name: &str, ip: &str) -> HostSpec {
    let spec = json!({
        "id": id, "name": name, "fqdn": format!("{name}.corp.example"), "netbios": name, "ip": ip,
        "os": "Ubuntu 22.04",
    });
    serde_json::from_value(spec).expect("a device")
}

async fn house(scenario: Scenario) -> House {
    House::furnish(Plan::of(Scenario {
        extra_hosts: vec![
            linux(LINUX, "tux-1", "10.88.0.1"),
            linux(OTHER_LINUX, "tux-2", "10.88.0.2"),
        ],
        ..scenario
    }))
    .await
}

async fn isolation(house: &House, host: &str) -> (String, String) {
    let shown = house
        .soar()
        .get(&format!("/v1/hosts/{host}"))
        .await
        .expect(200);
    let text = |member: &str| {
        shown.json["isolation"][member]
            .as_str()
            .expect("a text")
            .to_owned()
    };
    (text("state"), text("evidence"))
}

async fn act(house: &House, host: &str, action: i64) -> Reply {
    let params = json!({"action": action});
    let reply = house.soar().create("isolateHost", host, params).await;
    reply.expect(202)
}

/// Reads a task while it goes on, until it is over; the end is then seen to come.
async fn until_over(house: &House, created: &Reply) -> Value {
    for _ in 0..20 {
        let task = house.read(created).await.json;
        if task["terminal"] == true {
            return task;
        }
        house.advance(Duration::from_secs(2)).await;
    }
    panic!("it does not end");
}

/// The minutes in which the device is asked pass, one by one.
async fn minutes(house: &House, count: u64) {
    for _ in 0..count {
        house.advance(Duration::from_secs(60)).await;
    }
}

async fn contradicted(house: &House, action: &str) -> f64 {
    let metrics = house.admin("/metrics").await.text;
    let labels = format!("{{action=\"{action}\",backend=\"ksc\"}}");
    let name = format!("edr_gateway_isolations_contradicted_total{labels} ");
    let value = metrics.lines().find_map(|it| it.strip_prefix(&name));
    value.expect("the metric").parse().expect("a number")
}

#[tokio::test(flavor = "multi_thread")]
async fn only_the_products_own_tag_says_that_a_device_is_isolated() {
    let house = house(Scenario::default()).await;

    let (state, evidence) = isolation(&house, LINUX).await;
    assert_eq!(state, "unknown", "absence is no proof: {evidence}");
    for by in [TagSetter::Rule, TagSetter::Administrator] {
        house.sim.set_tag(LINUX, ISOLATED, by);
        let (state, evidence) = isolation(&house, LINUX).await;
        assert_eq!(state, "unknown", "{evidence}");
        assert!(evidence.contains("the product has not set"), "{evidence}");
    }
    house
        .sim
        .set_tag(LINUX, "isolated from the networks", TagSetter::Product);
    house.sim.set_tag(LINUX, ISOLATED, TagSetter::Product);
    assert_eq!(isolation(&house, LINUX).await.0, "isolated");

    // From now on its absence says something, on devices with the same system.
    assert_eq!(isolation(&house, OTHER_LINUX).await.0, "notIsolated");
    assert_eq!(isolation(&house, WS_042).await.0, "unknown");
    house.sim.remove_tag(LINUX, ISOLATED);
    assert_eq!(isolation(&house, LINUX).await.0, "notIsolated");
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_ksc_that_does_not_tell_tags_fails_nothing() {
    for (scenario, fault) in [
        (
            Scenario {
                host_tags: false,
                ..Scenario::default()
            },
            None,
        ),
        (Scenario::default(), Some(FaultKind::pxg("KLSTD", 1184))),
        (Scenario::default(), Some(FaultKind::pxg("KLSTD", 1195))),
        (Scenario::default(), Some(FaultKind::WrongShape)),
        (Scenario::default(), Some(FaultKind::Garbage)),
    ] {
        let house = house(scenario).await;
        if let Some(kind) = fault.clone() {
            house.sim.faults().push(Fault::on(TAGS, kind).forever());
        }

        let (state, evidence) = isolation(&house, LINUX).await;
        let created = act(&house, LINUX, 1).await;
        let task = until_over(&house, &created).await;

        assert_eq!(state, "unknown", "{fault:?}: {evidence}");
        assert_eq!(task["state"], "succeeded");
        assert_eq!(task["confirmation"]["state"], "unknown", "{task}");
        house.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_release_does_not_warn_of_when_isolation_ends() {
    let house = House::open().await;
    let tasks = [act(&house, WS_042, 1).await, act(&house, WS_042, 0).await];

    let listed = house.soar().get("/v1/tasks?limit=2").await.expect(200);

    // The newest stands first.
    let listed = [&listed.json["tasks"][1], &listed.json["tasks"][0]];
    for (number, warned) in [(0, true), (1, false)] {
        let read = house.read(&tasks[number]).await;
        for said in [&tasks[number].json, &read.json, listed[number]] {
            let warnings = said["warnings"].to_string();
            assert_eq!(warnings.contains("When isolation ends"), warned, "{said}");
        }
    }
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_device_confirms_its_isolation_and_its_release() {
    let house = house(Scenario::default()).await;

    let isolated = act(&house, LINUX, 1).await;
    assert!(isolated.json.get("confirmation").is_none());
    let task = until_over(&house, &isolated).await;
    assert_eq!(task["confirmation"]["by"], "device tag");
    minutes(&house, 1).await;
    let task = house.read(&isolated).await.json;
    assert_eq!(task["confirmation"]["state"], "confirmed", "{task}");
    assert_eq!(isolation(&house, LINUX).await.0, "isolated");

    let released = act(&house, LINUX, 0).await;
    until_over(&house, &released).await;
    minutes(&house, 1).await;
    let task = house.read(&released).await.json;
    assert_eq!(task["confirmation"]["state"], "confirmed", "{task}");
    // What was confirmed stays so, though the host is released since.
    let task = house.read(&isolated).await.json;
    assert_eq!(task["confirmation"]["state"], "confirmed", "{task}");
    let listed = house.soar().get("/v1/tasks").await.expect(200).json;
    for task in listed["tasks"].as_array().expect("tasks") {
        assert_eq!(task["confirmation"]["state"], "confirmed", "{task}");
    }
    minutes(&house, 25).await;
    assert!(contradicted(&house, "isolate").await < 0.5);
    house.close().await;
}

/// A house in which the tag has been seen on Linux, and devices say that they are done and tell
/// nothing more.
async fn house_of_silent_devices() -> House {
    let house = house(Scenario {
        isolation_tags: IsolationTags::Nowhere,
        ..Scenario::default()
    })
    .await;
    house.sim.set_tag(OTHER_LINUX, ISOLATED, TagSetter::Product);
    assert_eq!(isolation(&house, OTHER_LINUX).await.0, "isolated");
    house
}

#[tokio::test(flavor = "multi_thread")]
async fn a_contradiction_is_a_warning_and_a_metric_and_never_another_state() {
    let house = house_of_silent_devices().await;
    let created = act(&house, LINUX, 1).await;
    let task = until_over(&house, &created).await;
    assert_eq!(
        task["confirmation"]["state"], "unknown",
        "it may still come: {task}"
    );

    minutes(&house, 15).await;
    assert!(contradicted(&house, "isolate").await < 0.5);
    minutes(&house, 6).await;
    eventually("the contradiction", || async {
        (contradicted(&house, "isolate").await > 0.5).then_some(())
    })
    .await;

    let task = house.read(&created).await.json;
    assert_eq!(task["state"], "succeeded");
    assert_eq!(task["confirmation"]["state"], "contradicted", "{task}");
    let warnings = task["warnings"].to_string();
    assert!(
        warnings.contains("The device contradicts KSC"),
        "{warnings}"
    );

    // And the other way round.
    house.sim.set_tag(LINUX, ISOLATED, TagSetter::Product);
    let released = act(&house, LINUX, 0).await;
    until_over(&house, &released).await;
    minutes(&house, 21).await;
    eventually("the contradiction", || async {
        (contradicted(&house, "release").await > 0.5).then_some(())
    })
    .await;
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_may_have_another_reason_is_no_contradiction() {
    // A later request for the host, whose answer is the device's last word.
    let house = house_of_silent_devices().await;
    let created = act(&house, LINUX, 1).await;
    until_over(&house, &created).await;
    act(&house, LINUX, 0).await;
    minutes(&house, 21).await;
    let task = house.read(&created).await.json;
    assert_eq!(task["confirmation"]["state"], "unknown", "{task}");
    assert!(contradicted(&house, "isolate").await < 0.5);
    house.close().await;

    // An end that nobody saw come: the isolation may have ended since.
    let house = house_of_silent_devices().await;
    let created = act(&house, LINUX, 1).await;
    house.advance(Duration::from_secs(10 * 3600)).await;
    assert_eq!(house.read(&created).await.json["state"], "succeeded");
    minutes(&house, 21).await;
    let task = house.read(&created).await.json;
    assert_eq!(task["confirmation"]["state"], "unknown", "{task}");
    assert!(contradicted(&house, "isolate").await < 0.5);
    house.close().await;

    // A device with a system that has never shown the tag.
    let house = house_of_silent_devices().await;
    let created = act(&house, WS_042, 1).await;
    until_over(&house, &created).await;
    minutes(&house, 21).await;
    let task = house.read(&created).await.json;
    assert_eq!(task["confirmation"]["state"], "unknown", "{task}");
    house.close().await;

    // A task that failed, by KSC's own word.
    let house = house_of_silent_devices().await;
    house.sim.set_outcome(Outcome {
        host: Some(LINUX.to_owned()),
        task: None,
        state: OutcomeState::Failed,
        text: "no".to_owned(),
    });
    let created = act(&house, LINUX, 1).await;
    let task = until_over(&house, &created).await;
    assert_eq!(task["state"], "failed");
    assert_eq!(task["confirmation"]["state"], "unknown", "{task}");
    minutes(&house, 21).await;
    assert!(contradicted(&house, "isolate").await < 0.5);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn other_tasks_have_no_confirmation() {
    let house = house(Scenario::default()).await;
    let params = json!({"md5hash": "", "sha256hash": "", "path": "C:\\a.exe"});
    let created = house
        .soar()
        .create("getFile", WS_042, params)
        .await
        .expect(202);

    let task = until_over(&house, &created).await;

    assert!(task.get("confirmation").is_none(), "{task}");
    assert_eq!(house.sim.journal().count(TAGS), 0);
    house.close().await;
}
