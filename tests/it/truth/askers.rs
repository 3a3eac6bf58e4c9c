//! Who asked for a task, why, and for which case: shown wherever the task is, to whom it was said,
//! and nowhere made up.

use std::time::Duration;

use acceptance::calls::ADD;
use acceptance::{EVERYTHING, Events, House, Issuer, Reply, Said, Token, WS_042, at, eventually};
use ksc_simulator::{Fault, FaultKind, IncidentEdit};
use reqwest::Method;
use serde_json::{Value, json};

/// What is remembered of whoever asked.
const MEMBERS: [&str; 4] = ["caller", "comment", "externalId", "requestId"];

/// Isolates a host for a case, by the vendor's form.
fn wanted(host: &str, case: &str) -> Value {
    json!({
        "task": "isolateHost", "targetHost": host, "params": {"action": 1},
        "comment": "beaconing,\nseen twice", "externalId": case,
    })
}

/// What a task says of whoever asked.
fn asker(task: &Value) -> Vec<Value> {
    MEMBERS.iter().map(|it| task[*it].clone()).collect()
}

fn nobody() -> Vec<Value> {
    vec![Value::Null; MEMBERS.len()]
}

/// The task of this answer as it is listed.
async fn listed(house: &House, created: &Reply) -> Value {
    let path = format!("/v1/tasks?id={}", created.task_id());
    let list = house.soar().get(&path).await.expect(200);
    list.json["tasks"][0].clone()
}

async fn asked(house: &House, host: &str, case: &str) -> Reply {
    let body = wanted(host, case);
    house.soar().post("/v1/tasks", &body).await.expect(202)
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_sees_a_task_sees_who_asked_for_it_why_and_for_which_case() {
    let house = House::open().await;

    let created = asked(&house, WS_042, "case 7/Ä").await;

    let expected = vec![
        json!("soar"),
        json!("beaconing,\nseen twice"),
        json!("case 7/Ä"),
        json!(created.request_id()),
    ];
    assert_eq!(asker(&created.json), expected, "{}", created.text);
    // A reader is somebody else, in another request.
    let token = Issuer::shared().sign(&Token::of("siem", "tasks.read"));
    let reader = house.caller_with(&token);
    let read = reader.read(&created).await.expect(200);
    assert_eq!(asker(&read.json), expected, "{}", read.text);
    assert_eq!(asker(&listed(&house, &created).await), expected);
    house.advance(Duration::from_secs(7)).await;
    let path = format!("{}/events", created.header("location"));
    let mut events = Events::open(house.soar().request(Method::GET, &path)).await;
    let Said::Event(_, _, seen) = events.next().await else {
        panic!("the first thing to hear is a state");
    };
    assert_eq!(asker(&seen), expected, "{seen}");
    let path = format!("{}/cancel", created.header("location"));
    let cancelled = house.soar().post_nothing(&path).await.expect(200);
    assert_eq!(asker(&cancelled.json), expected, "{}", cancelled.text);
    drop(events);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_not_said_is_not_there() {
    let house = House::open().await;

    let created = house.soar().isolate(WS_042).await.expect(202);

    let read = house.read(&created).await;
    for task in [&created.json, &read.json] {
        assert_eq!(task["caller"], "soar");
        assert_eq!(task["requestId"], created.request_id());
        assert!(task.get("comment").is_none(), "{task}");
        assert!(task.get("externalId").is_none(), "{task}");
    }
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_that_comes_again_with_its_key_does_not_change_who_asked_first() {
    let house = House::open().await;
    let body = wanted(WS_042, "case-7");
    let first = house.soar().post_once("/v1/tasks", "key", &body).await;
    let first = first.expect(202);

    let again = house.soar().post_once("/v1/tasks", "key", &body).await;

    let again = again.expect(202);
    assert_eq!(again.header("idempotency-replayed"), "true");
    assert_ne!(again.request_id(), first.request_id());
    assert_eq!(again.json, first.json);
    let read = house.read(&first).await;
    assert_eq!(asker(&read.json), asker(&first.json));
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn each_request_of_a_batch_has_its_own() {
    let house = House::open().await;
    let body = json!({"tasks": [wanted("ws-001", "case-1"), wanted("ws-002", "case-2")]});

    let batch = house
        .soar()
        .post("/v1/tasks/batch", &body)
        .await
        .expect(200);

    for (index, case) in ["case-1", "case-2"].into_iter().enumerate() {
        let task = &batch.json["results"][index]["task"];
        assert_eq!(task["externalId"], case, "{task}");
        let part = format!("{}.{index}", batch.request_id());
        assert_eq!(task["requestId"], part, "{task}");
        let path = format!("/v1/tasks/{}", task["id"].as_str().expect("an id"));
        let read = house.soar().get(&path).await.expect(200);
        assert_eq!(asker(&read.json), asker(task));
    }
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_central_nodes_tasks_show_it_too() {
    let house = House::with_central_node(&[]).await;

    let created = asked_of_kata(&house).await;

    assert_eq!(created.json["backend"], "kata");
    assert_eq!(created.json["externalId"], "case-7", "{}", created.text);
    let read = house.read(&created).await;
    assert_eq!(asker(&read.json), asker(&created.json), "{}", read.text);
    assert_eq!(asker(&listed(&house, &created).await), asker(&created.json));
    let of_case = house.soar().get("/v1/tasks?externalId=case-7").await;
    assert_eq!(
        of_case.expect(200).json["tasks"][0]["id"],
        created.json["id"]
    );
    house.close().await;
}

async fn asked_of_kata(house: &House) -> Reply {
    let body = at("kata", wanted("srv-db-01", "case-7"));
    house.soar().post("/v1/tasks", &body).await.expect(202)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_task_whose_outcome_was_unknown_is_that_of_the_request_that_was_sent() {
    let house = House::with(&[("backends.ksc.budget_policy", "off")]).await;
    house
        .sim
        .faults()
        .push(Fault::on(ADD, FaultKind::CommitThenDrop));
    let blind = Fault::on("HostGroup.FindIncidents", FaultKind::http(503, "busy"));
    house.sim.faults().push(blind.forever());
    let body = wanted(WS_042, "case-7");
    let lost = house.soar().post_once("/v1/tasks", "key", &body).await;
    let lost = lost.expect(504);
    house.sim.faults().clear();
    // Nobody knows of a task yet.
    let list = house.soar().get("/v1/tasks?externalId=case-7").await;
    assert_eq!(list.expect(200).json["tasks"], json!([]));

    let found = house.soar().post_once("/v1/tasks", "key", &body).await;

    let found = found.expect(202);
    assert_eq!(found.json["requestId"], lost.request_id(), "{}", found.text);
    let read = house.read(&found).await;
    assert_eq!(asker(&read.json), asker(&found.json));
    let list = house.soar().get("/v1/tasks?externalId=case-7").await;
    assert_eq!(list.expect(200).json["tasks"][0]["id"], found.json["id"]);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_shared_store_a_gateway_that_starts_anew_remembers_nobody() {
    let house = House::open().await;
    let created = asked(&house, WS_042, "case-7").await;
    let anew = house.replica().await;

    let read = anew.soar().read(&created).await.expect(200);

    assert_eq!(asker(&read.json), nobody(), "{}", read.text);
    let list = anew.soar().get("/v1/tasks").await.expect(200);
    assert_eq!(asker(&list.json["tasks"][0]), nobody());
    for filter in ["externalId=case-7", "caller=soar"] {
        let list = anew.soar().get(&format!("/v1/tasks?{filter}")).await;
        assert_eq!(list.expect(200).json, json!({"tasks": []}), "{filter}");
    }
    anew.close().await;
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_taken_for_who_asked_for_another_task_of_the_same_number() {
    let house = House::open().await;
    let created = asked(&house, WS_042, "case-7").await;

    // As after KSC was restored from a backup.
    let later = house.sim.now().saturating_add(time::Duration::hours(1));
    let edit = IncidentEdit {
        added: Some(later),
        ..IncidentEdit::default()
    };
    assert!(house.sim.edit_incident(created.incident(), edit));

    assert_eq!(asker(&listed(&house, &created).await), nobody());
    let list = house.soar().get("/v1/tasks?externalId=case-7").await;
    assert_eq!(list.expect(200).json["tasks"], json!([]));
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_older_than_a_back_end_keeps_tasks_is_forgotten() {
    let house = House::open().await;
    let created = asked(&house, WS_042, "case-7").await;

    house.advance(Duration::from_hours(24 * 30)).await;

    assert_eq!(asker(&listed(&house, &created).await), nobody());
    house.close().await;
}

/// The numbers of the incidents of a page.
fn numbers(page: &Reply) -> Vec<i64> {
    let tasks = page.json["tasks"].as_array().expect("tasks");
    let numbers = tasks.iter().map(|it| it["incident"]["id"].as_i64());
    numbers.map(|it| it.expect("a number")).collect()
}

/// The numbers of all pages of a list, page by page.
async fn pages(house: &House, query: &str) -> Vec<Vec<i64>> {
    let mut pages = Vec::new();
    let mut cursor = String::new();
    loop {
        let path = format!("/v1/tasks?{query}{cursor}");
        let page = house.soar().get(&path).await.expect(200);
        pages.push(numbers(&page));
        let Some(next) = page.json["nextCursor"].as_str() else {
            return pages;
        };
        cursor = format!("&cursor={next}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_case_finds_its_actions_page_by_page() {
    let house = House::open().await;
    let siem = Issuer::shared().sign(&Token::of("siem", EVERYTHING));
    let siem = house.caller_with(&siem);
    for number in 0..9 {
        let case = ["case-1", "case-2", "case-10"][number % 3];
        let body = wanted(&format!("ws-00{}", number + 1), case);
        let caller = [house.soar(), siem.clone()][number % 2].clone();
        caller.post("/v1/tasks", &body).await.expect(202);
    }
    house.soar().isolate("ws-010").await.expect(202);

    for (query, expected) in [
        ("externalId=case-1&limit=2", vec![vec![48, 45], vec![42]]),
        ("externalId=case-2", vec![vec![49, 46, 43]]),
        ("externalId=CASE-1", vec![vec![]]),
        ("externalId=case", vec![vec![]]),
        ("externalId=case-1&host=ws-004", vec![vec![45]]),
        ("externalId=case-1&id=ksc-42,ksc-43", vec![vec![42]]),
        ("externalId=case-1&caller=siem", vec![vec![45]]),
        ("caller=siem", vec![vec![49, 47, 45, 43]]),
        // Of each page those of the caller are shown.
        (
            "caller=soar&limit=4",
            vec![vec![51, 50, 48], vec![46, 44], vec![42]],
        ),
        ("caller=nobody", vec![vec![]]),
    ] {
        assert_eq!(pages(&house, query).await, expected, "{query}");
    }
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cursor_belongs_to_the_case_and_the_caller() {
    let house = House::open().await;
    for host in ["ws-001", "ws-002"] {
        asked(&house, host, "case-1").await;
    }
    let list = |query: String| {
        let soar = house.soar();
        async move { soar.get(&format!("/v1/tasks?limit=1&{query}")).await }
    };
    for (own, others) in [
        ("externalId=case-1", ["externalId=case-2", "state=accepted"]),
        ("caller=soar", ["caller=siem", "externalId=case-1"]),
        (
            "state=accepted",
            ["state=accepted&caller=soar", "host=ws-001"],
        ),
    ] {
        let page = list(own.to_owned()).await.expect(200);
        let cursor = page.json["nextCursor"].as_str().expect("there is more");
        list(format!("{own}&cursor={cursor}")).await.expect(200);
        for other in others {
            let refused = list(format!("{other}&cursor={cursor}")).await.expect(422);
            assert_eq!(refused.json["errors"][0]["pointer"], "?cursor", "{other}");
        }
    }
    for wrong in ["externalId=", "externalId=a%00b", "caller="] {
        let refused = list(wrong.to_owned()).await.expect(422);
        assert_eq!(refused.code(), "validation_failed", "{wrong}");
    }
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_case_costs_what_it_has_and_not_what_there_is() {
    let house = House::with(&[
        ("backends.ksc.budget_policy", "off"),
        ("limits.requests_per_minute_per_caller", "100000"),
    ])
    .await;
    asked(&house, "ws-001", "small").await;
    for _ in 0..3 {
        let many: Vec<Value> = (0..70)
            .map(|it| wanted(&format!("ws-{:03}", it % 40 + 1), "large"))
            .collect();
        let body = json!({"tasks": many});
        house
            .soar()
            .post("/v1/tasks/batch", &body)
            .await
            .expect(200);
    }

    let before = house.sim.journal().count("HostGroup.FindIncidents");
    let small = pages(&house, "externalId=small").await;
    let asked = house.sim.journal().count("HostGroup.FindIncidents") - before;

    assert_eq!(small, [[42]]);
    assert_eq!(asked, 1);
    // More than KSC is asked for at a time.
    let large = pages(&house, "externalId=large&limit=200").await;
    let all: Vec<i64> = large.concat();
    assert_eq!(all, (43..253).rev().collect::<Vec<_>>());
    assert_eq!(large.len(), 2, "{large:?}");
    eventually("nothing is left to do", || async {
        let open = house.metric("edr_gateway_admission_in_hand").await;
        (open == "0").then_some(())
    })
    .await;
    house.close().await;
}
