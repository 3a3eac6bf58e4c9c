//! Never "success" for "sent": the states of a task, each with what it rests on.

use std::time::Duration;

use acceptance::{House, Plan, Reply};
use ksc_simulator::{ForeignTask, NameSuffix, Outcome, OutcomeState, RunState};
use serde_json::json;

fn evidence(reply: &Reply) -> &str {
    reply.json["evidence"]
        .as_str()
        .expect("a task has evidence")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_task_goes_from_accepted_to_succeeded_and_each_state_names_its_evidence() {
    let house = House::open().await;

    let created = house
        .soar()
        .isolate("ws-042.corp.example")
        .await
        .expect(202);
    assert_eq!(created.json["state"], "accepted");
    assert_eq!(created.json["terminal"], false);
    assert_eq!(
        created.header("location"),
        format!("/v1/tasks/{}", created.task_id())
    );
    let before = house.read(&created).await;
    assert_eq!(before.json["state"], "accepted");
    assert!(
        evidence(&before).contains("incident 42"),
        "{}",
        evidence(&before)
    );

    house.advance(Duration::from_secs(3)).await;
    let pending = house.read(&created).await;
    assert_eq!(pending.json["state"], "pending", "{}", pending.text);
    assert_eq!(pending.json["kscTask"]["id"], "195");
    assert!(
        pending.json["kscTask"]["name"]
            .as_str()
            .is_some_and(|it| it.starts_with("[Response][KUMA] isolateHost"))
    );

    house.advance(Duration::from_secs(5)).await;
    let running = house.read(&created).await;
    assert_eq!(running.json["state"], "running", "{}", running.text);
    assert!(evidence(&running).contains("state_code 2"));

    house.advance(Duration::from_secs(30)).await;
    let done = house.read(&created).await;
    assert_eq!(done.json["state"], "succeeded", "{}", done.text);
    assert_eq!(done.json["terminal"], true);
    assert_eq!(done.json["pollAfterSeconds"], 0);
    assert_eq!(
        evidence(&done),
        "KSC task 195 reports state_code 4 (finished successfully) for this host"
    );
    assert_eq!(done.json["execution"]["percent"], 100);
    assert!(done.json["execution"]["finishedAt"].is_string());
    assert_eq!(
        done.json["targetHost"],
        json!({"id": acceptance::WS_042, "name": "WS-042", "fqdn": "ws-042.corp.example"})
    );
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_device_says_of_a_failure_reaches_the_caller() {
    let house = House::open().await;

    let created = house
        .soar()
        .create(
            "quarantineFile",
            "ws-042.corp.example",
            json!({"md5hash": "", "sha256hash": "", "path": r"C:\Windows\System32\ntoskrnl.exe"}),
        )
        .await
        .expect(202);
    assert!(
        created.text.contains("KES refuses such tasks"),
        "{}",
        created.text
    );
    house.advance(Duration::from_secs(60)).await;
    let failed = house.read(&created).await;

    assert_eq!(failed.json["state"], "failed", "{}", failed.text);
    assert_eq!(failed.json["terminal"], true);
    assert!(
        failed.json["execution"]["description"]
            .as_str()
            .is_some_and(|it| !it.is_empty())
    );
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_device_that_is_off_keeps_its_task_pending() {
    let house = House::open().await;
    let offline = house.switched_off();

    let created = house.soar().isolate(&offline).await.expect(202);
    house.advance(Duration::from_secs(3600)).await;

    assert_eq!(house.read(&created).await.json["state"], "pending");
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_final_and_every_waiting_code_has_its_state() {
    for (outcome, state, terminal, said) in [
        (
            OutcomeState::Success,
            "succeeded",
            true,
            "4 (finished successfully)",
        ),
        (
            OutcomeState::Warning,
            "warning",
            true,
            "8 (finished with a warning)",
        ),
        (OutcomeState::Failed, "failed", true, "16 (failed)"),
        (OutcomeState::Pending, "pending", false, "1 (pending)"),
        (OutcomeState::Scheduled, "pending", false, "32 (scheduled)"),
        (OutcomeState::Running, "running", false, "2 (running)"),
        (OutcomeState::Paused, "paused", false, "64 (paused)"),
    ] {
        let house = House::open().await;
        house.sim.set_outcome(Outcome {
            host: None,
            task: None,
            state: outcome,
            text: "said so".to_owned(),
        });

        let created = house
            .soar()
            .isolate("ws-042.corp.example")
            .await
            .expect(202);
        house.advance(Duration::from_secs(60)).await;
        let read = house.read(&created).await;

        assert_eq!(read.json["state"], state, "{outcome:?}: {}", read.text);
        assert_eq!(read.json["terminal"], terminal, "{outcome:?}");
        assert_eq!(
            evidence(&read),
            format!("KSC task 195 reports state_code {said} for this host")
        );
        house.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_that_nobody_documents_is_no_end() {
    // The events' numbering has a 3 and a 5; the bits of a status have not.
    for code in [0, 3, 5, 6, 7, 12, 128, -4] {
        let house = House::open().await;
        let created = house.soar().isolate(acceptance::WS_042).await.expect(202);
        house.advance(Duration::from_secs(3)).await;
        assert!(house.sim.set_odd_code("195", code));
        house.advance(Duration::from_secs(60)).await;

        let read = house.read(&created).await;

        assert_eq!(read.json["state"], "pending", "{code}: {}", read.text);
        assert_eq!(read.json["terminal"], false);
        assert_eq!(
            evidence(&read),
            format!(
                "KSC task 195 reports state_code {code} for this host, which is not documented; it is not taken for an end"
            )
        );
        house.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_task_for_long_it_is_stalled_and_says_whether_a_console_is_there() {
    let house = House::with(&[("backends.ksc.stalled_after", "10m")]).await;
    let created = house
        .soar()
        .isolate("ws-042.corp.example")
        .await
        .expect(202);
    house.sim.set_console(false);

    house.advance(Duration::from_secs(540)).await;
    assert_eq!(house.read(&created).await.json["state"], "accepted");
    house.advance(Duration::from_secs(120)).await;
    let stalled = house.read(&created).await;

    assert_eq!(stalled.json["state"], "stalled");
    assert_eq!(stalled.json["terminal"], false);
    assert!(
        evidence(&stalled).contains("no service console is connected"),
        "{}",
        evidence(&stalled)
    );
    house.sim.set_console(true);
    house.advance(Duration::from_secs(60)).await;
    assert_eq!(house.read(&created).await.json["state"], "succeeded");
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_older_than_any_response_task_is_lost() {
    let house = House::open().await;
    let created = house
        .soar()
        .isolate("ws-042.corp.example")
        .await
        .expect(202);

    house.advance(Duration::from_secs(31 * 24 * 3600)).await;
    // Its age is what a clock said, and one look is no proof.
    assert_eq!(house.read(&created).await.json["state"], "stalled");
    house.advance(Duration::from_secs(30)).await;
    let lost = house.read(&created).await;

    assert_eq!(lost.json["state"], "lost", "{}", lost.text);
    assert_eq!(lost.json["terminal"], true);
    assert!(evidence(&lost).contains("30 days"));
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_end_that_was_seen_stays_and_an_open_task_that_is_removed_is_lost() {
    let house = House::open().await;
    let done = house
        .soar()
        .isolate("ws-042.corp.example")
        .await
        .expect(202);
    let offline = house.switched_off();
    let open = house.soar().isolate(&offline).await.expect(202);
    house.advance(Duration::from_secs(60)).await;
    assert_eq!(house.read(&done).await.json["state"], "succeeded");
    let pending = house.read(&open).await;
    assert_eq!(pending.json["state"], "pending");

    for task in house.sim.response_tasks() {
        house.sim.delete_task(&task.id);
    }

    let done = house.read(&done).await;
    assert_eq!(done.json["state"], "succeeded", "{}", done.text);
    assert_eq!(
        evidence(&done),
        "KSC task 195 reports state_code 4 (finished successfully) for this host"
    );
    let missing = house.read(&open).await;
    assert_eq!(missing.json["state"], "pending", "{}", missing.text);
    house.advance(Duration::from_secs(30)).await;
    let lost = house.read(&open).await;
    assert_eq!(lost.json["state"], "lost", "{}", lost.text);
    assert_eq!(lost.json["terminal"], true);
    assert_eq!(lost.json["kscTask"], pending.json["kscTask"]);
    assert!(
        evidence(&lost).contains("last seen pending"),
        "{}",
        evidence(&lost)
    );
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn equal_requests_for_one_host_are_told_apart_by_order_when_names_do_not_help() {
    let house = House::furnish(Plan::named(NameSuffix::Random)).await;
    let first = house
        .soar()
        .isolate("ws-042.corp.example")
        .await
        .expect(202);
    house.advance(Duration::from_secs(20)).await;
    let second = house
        .soar()
        .isolate("ws-042.corp.example")
        .await
        .expect(202);
    house.advance(Duration::from_secs(60)).await;

    assert_eq!(house.read(&first).await.json["kscTask"]["id"], "195");
    assert_eq!(house.read(&second).await.json["kscTask"]["id"], "196");
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_task_that_somebody_made_by_hand_makes_it_ambiguous_and_lists_both() {
    let house = House::furnish(Plan::named(NameSuffix::Random)).await;
    let created = house
        .soar()
        .isolate("ws-042.corp.example")
        .await
        .expect(202);
    house.advance(Duration::from_secs(20)).await;
    house.sim.add_task(ForeignTask {
        display_name: "[Response][KUMA] isolateHost - 01/02/2026 03:04:05 - 777".to_owned(),
        hosts: vec![acceptance::WS_042.to_owned()],
        state: RunState::Success,
        type_name: None,
        age_seconds: 0,
    });

    let read = house.read(&created).await;

    assert_eq!(read.json["state"], "ambiguous", "{}", read.text);
    assert_eq!(read.json["terminal"], false);
    assert_eq!(read.json["candidates"].as_array().map(Vec::len), Some(2));
    assert!(read.json.get("kscTask").is_none());
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_old_task_that_ends_in_the_incidents_number_is_not_its_task() {
    let house = House::open().await;
    house.sim.add_task(ForeignTask {
        display_name: "[Response][KUMA] isolateHost - 01/02/2026 03:04:05 - 42".to_owned(),
        hosts: vec![acceptance::WS_042.to_owned()],
        state: RunState::Success,
        type_name: None,
        age_seconds: 86_400,
    });

    let created = house
        .soar()
        .isolate("ws-042.corp.example")
        .await
        .expect(202);

    assert_eq!(house.read(&created).await.json["state"], "accepted");
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_area_that_looks_tagged_shows_no_success_of_an_earlier_request() {
    let house = House::furnish(Plan::named(NameSuffix::Random)).await;
    let ask = |action: u8| {
        let soar = house.soar();
        async move {
            let body = json!({
                "task": "isolateHost", "targetHost": acceptance::WS_042, "params": {"action": action},
                "responseEventIncidentArea": "site-gw000001",
            });
            soar.post("/v1/tasks", &body).await.expect(202)
        }
    };
    let isolation = ask(1).await;
    house.advance(Duration::from_secs(3600)).await;
    assert_eq!(house.read(&isolation).await.json["state"], "succeeded");
    let release = ask(0).await;

    assert_eq!(house.read(&isolation).await.json["state"], "succeeded");
    assert_eq!(house.read(&release).await.json["state"], "accepted");

    // A replica that has seen nothing of it would have to believe the clock of whoever sent the
    // release.
    let replica = house.replica().await;
    let of_isolation = isolation.header("location");
    let unseen = replica.soar().get(of_isolation).await.expect(200);
    assert_eq!(unseen.json["state"], "ambiguous", "{}", unseen.text);
    house.advance(Duration::from_secs(60)).await;
    let told = replica.soar().get(of_isolation).await.expect(200);
    assert_eq!(told.json["state"], "succeeded", "{}", told.text);
    replica.close().await;
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_of_yesterday_still_competes_for_the_task_that_appears_today() {
    let house = House::furnish(Plan::named(NameSuffix::Random)).await;
    let isolation = house
        .soar()
        .isolate("ws-042.corp.example")
        .await
        .expect(202);
    house.sim.set_console(false);
    house.advance(Duration::from_secs(25 * 3600)).await;
    house.sim.set_console(true);
    house.advance(Duration::from_secs(1)).await;
    let release = house.soar().release(acceptance::WS_042).await.expect(202);

    // The isolation's task appears first, and nothing says whose it is.
    house.advance(Duration::from_secs(1)).await;
    assert_eq!(house.sim.response_tasks().len(), 1);
    for created in [&isolation, &release] {
        assert_eq!(house.read(created).await.json["state"], "ambiguous");
    }

    // With the other one there, the order says it.
    house.advance(Duration::from_secs(60)).await;
    assert_eq!(house.sim.response_tasks().len(), 2);
    for (created, task) in [(&isolation, "195"), (&release, "196")] {
        assert_eq!(house.read(created).await.json["kscTask"]["id"], task);
    }
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tag_in_the_area_tells_tasks_apart_whatever_others_do() {
    let mut plan = Plan::named(NameSuffix::Random);
    plan.settings
        .push(("backends.ksc.correlation", "tag".to_owned()));
    let house = House::furnish(plan).await;
    let first = house
        .soar()
        .isolate("ws-042.corp.example")
        .await
        .expect(202);
    let second = house
        .soar()
        .isolate("ws-042.corp.example")
        .await
        .expect(202);
    house.sim.add_task(ForeignTask {
        display_name: "[Response][KUMA] isolateHost - 01/02/2026 03:04:05 - 777".to_owned(),
        hosts: vec![acceptance::WS_042.to_owned()],
        state: RunState::Failed,
        type_name: None,
        age_seconds: 0,
    });
    house.advance(Duration::from_secs(60)).await;

    for created in [&first, &second] {
        let read = house.read(created).await;
        assert_eq!(read.json["state"], "succeeded", "{}", read.text);
        let area = read.json["responseEventIncidentArea"]
            .as_str()
            .expect("an area")
            .to_uppercase();
        assert!(area.starts_with("KUMA-GW"), "{area}");
        let name = read.json["kscTask"]["name"].as_str().expect("a name");
        assert!(name.contains(&format!("[{area}]")), "{name} lacks {area}");
    }
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_response_task_is_not_found() {
    let house = House::open().await;

    for id in [
        "ksc-41",
        "ksc-042",
        "42",
        "ksc-",
        "other-42",
        "ksc-99999999999999999999",
        "%20",
    ] {
        let reply = house
            .soar()
            .get(&format!("/v1/tasks/{id}"))
            .await
            .expect(404);
        assert_eq!(reply.code(), "task_not_found", "{id}");
    }
    house.close().await;
}
