//! KSC as it is seen in the field: what it leaves out, what others have put there, what two
//! consoles make.

use std::collections::BTreeSet;
use std::time::Duration;

use acceptance::calls::FIND_HOSTS;
use acceptance::{House, Plan, WS_042};
use ksc_simulator::{Fault, FaultKind, ForeignTask, IncidentEdit, RunState, Scenario};
use serde_json::json;
use time::OffsetDateTime;

async fn house(scenario: Scenario) -> House {
    House::furnish(Plan::of(scenario)).await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_ksc_leaves_out_of_a_host_is_unknown_and_stops_nothing() {
    let house = house(Scenario {
        nulls: true,
        ..Scenario::default()
    })
    .await;
    let soar = house.soar();
    let mut ready = BTreeSet::new();

    for host in house.sim.hosts() {
        let shown = soar
            .get(&format!("/v1/hosts/{}", host.id))
            .await
            .expect(200);
        assert!(!shown.text.contains("null"), "{}", shown.text);
        ready.insert(shown.json["ready"].as_str().expect("a word").to_owned());
        let tried = soar.rehearse(&host.id).await;
        assert_eq!(tried.expect(200).json["targetHost"]["id"], host.id);
        let found = soar
            .get(&format!("/v1/hosts?id={}", host.id))
            .await
            .expect(200);
        assert_eq!(found.json["hosts"].as_array().map(Vec::len), Some(1));
    }

    assert!(ready.contains("unknown"), "{ready:?}");
    let created = soar.isolate("WS-042").await.expect(202);
    house.advance(Duration::from_secs(60)).await;
    assert_eq!(house.read(&created).await.json["state"], "succeeded");
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_tasks_of_one_incident_are_ambiguous_and_no_success() {
    let house = house(Scenario {
        consoles: 2,
        ..Scenario::default()
    })
    .await;

    let created = house.soar().isolate(WS_042).await.expect(202);
    house.advance(Duration::from_secs(120)).await;
    let task = house.read(&created).await.json;

    assert_eq!(task["state"], "ambiguous", "{task}");
    assert_eq!(task["terminal"], false);
    assert_eq!(
        task["candidates"].as_array().map(Vec::len),
        Some(2),
        "{task}"
    );
    let location = format!("{}/cancel", created.header("location"));
    let cancelled = house.soar().post(&location, &json!({})).await.expect(409);
    assert_eq!(cancelled.code(), "task_not_cancellable");
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_longest_area_is_still_in_the_name_that_ksc_cuts() {
    for (correlation, area) in [("window", "K".repeat(24)), ("tag", "K".repeat(23))] {
        let house = House::with(&[("backends.ksc.correlation", correlation)]).await;
        let body = json!({
            "targetHost": WS_042, "area": area, "hash": "d41d8cd98f00b204e9800998ecf8427e",
        });

        let created = house
            .soar()
            .post("/v1/tasks/preventExecution", &body)
            .await
            .expect(202);
        house.advance(Duration::from_secs(60)).await;
        let task = house.read(&created).await.json;

        assert_eq!(task["state"], "succeeded", "{correlation}: {task}");
        house.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn incidents_of_scripts_with_their_local_time_order_nothing() {
    let house = house(Scenario::default()).await;
    let body = |host: &str| {
        json!({
            "targetHost": host, "task": "isolateHost", "params": {"action": 1}, "responseEventIncident": true,
            "responseEventIncidentArea": "KUMA",
        })
        .to_string()
    };
    let shift = |id: i64, hours: i64| {
        let added: OffsetDateTime = house.sim.now().saturating_add(time::Duration::hours(hours));
        let edit = IncidentEdit {
            added: Some(added),
            ..IncidentEdit::default()
        };
        assert!(house.sim.edit_incident(id, edit));
    };

    // KUMA's scripts write local time as UTC: some of theirs lie hours ahead, some hours back.
    let before = house.sim.add_incident(WS_042, &body(WS_042));
    shift(before, 14);
    let other = house.sim.hosts()[0].id.clone();
    let foreign = house.sim.add_incident(&other, &body(&other));
    shift(foreign, -14);
    let own = house.soar().isolate(WS_042).await.expect(202);
    let own_id = own.incident();
    let after = house.sim.add_incident(WS_042, &body(WS_042));
    shift(after, -11);
    house.advance(Duration::from_secs(120)).await;

    let listed = house.soar().get("/v1/tasks").await.expect(200).json;
    let numbers: Vec<i64> = listed["tasks"]
        .as_array()
        .expect("tasks")
        .iter()
        .map(|it| it["incident"]["id"].as_i64().expect("a number"))
        .collect();
    assert_eq!(numbers, [after, own_id, foreign, before]);
    let task = house.read(&own).await.json;
    assert_eq!(task["state"], "succeeded", "{task}");
    let incidents = house.sim.journal().incidents();
    let own = incidents
        .iter()
        .find(|it| it.id == own_id)
        .expect("it is there");
    assert_eq!(
        task["kscTask"]["id"].as_str(),
        own.ksc_task.as_deref(),
        "{task}"
    );
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn tasks_that_others_fill_the_hundred_with_push_ours_out_and_it_is_told() {
    let house = house(Scenario::default()).await;
    let created = house.soar().isolate(WS_042).await.expect(202);
    house.advance(Duration::from_secs(4)).await;
    assert_ne!(house.read(&created).await.json["state"], "succeeded");

    // Kaspersky Sandbox makes these by itself, and KSC counts them too.
    for number in 0..100 {
        house.sim.add_task(ForeignTask {
            display_name: format!("IOC Scan {number}"),
            hosts: vec![WS_042.to_owned()],
            state: RunState::Running,
            type_name: Some("IocScan".to_owned()),
            age_seconds: 0,
        });
    }
    house.advance(Duration::from_secs(60)).await;
    let task = house.read(&created).await.json;
    assert!(task["state"] != "succeeded", "{task}");
    house.advance(Duration::from_secs(60)).await;
    let task = house.read(&created).await.json;

    assert_eq!(task["state"], "lost", "{task}");
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_ksc_says_of_itself_is_shown_in_its_documented_form_alone() {
    let house = house(Scenario::default()).await;
    for module in [
        "<script>alert(1)</script>",
        "KL\u{202e}STD",
        "\u{1b}[31mKLSTD",
        "a b",
        &"K".repeat(40),
    ] {
        let kind = FaultKind::pxg(module, 1192);
        house.sim.faults().push(Fault::on(FIND_HOSTS, kind));

        let refused = house
            .soar()
            .isolate("ws-042.corp.example")
            .await
            .expect(502);

        assert_eq!(refused.json["ksc"]["module"], "", "{}", refused.text);
        assert_eq!(refused.json["ksc"]["code"], 1192);
        assert!(!refused.text.contains("script"), "{}", refused.text);
    }
    house.close().await;
}
