//! Many requests in one call: each has its own result, and none harms another.

use acceptance::{House, Reply, decisions};
use serde_json::{Value, json};

fn isolate(host: &str, action: u8) -> Value {
    json!({"task": "isolateHost", "targetHost": host, "params": {"action": action}})
}

async fn send(house: &House, tasks: Value) -> Reply {
    let body = json!({ "tasks": tasks });
    house.soar().post("/v1/tasks/batch", &body).await
}

fn results(reply: &Reply) -> Vec<Value> {
    reply.json["results"].as_array().expect("results").clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_request_has_its_own_result_in_its_place() {
    let house = House::open().await;
    let tasks = json!([
        isolate(acceptance::WS_042, 1),
        isolate("ws-999", 1),
        isolate("SRV-FILES", 1),
        {"task": "isolateHost", "targetHost": "ws-001", "params": {"action": 7}, "more": 1},
        {"task": "formatDisk", "targetHost": "ws-001", "params": {}},
        "nonsense",
        isolate("ws-002.corp.example", 1),
    ]);

    let reply = send(&house, tasks).await.expect(200);

    let results = results(&reply);
    let statuses: Vec<_> = results.iter().map(|it| it["status"].as_i64()).collect();
    let expected = [202, 404, 409, 422, 422, 422, 202].map(Some);
    assert_eq!(statuses, expected, "{}", reply.text);
    assert_eq!(results[0]["task"]["targetHost"]["name"], "WS-042");
    assert_eq!(results[1]["problem"]["code"], "host_not_found");
    assert_eq!(
        results[2]["problem"]["candidates"].as_array().map(Vec::len),
        Some(2)
    );
    let pointers: Vec<_> = results[3]["problem"]["errors"]
        .as_array()
        .expect("violations")
        .iter()
        .map(|it| it["pointer"].clone())
        .collect();
    assert_eq!(pointers, ["/tasks/3/params/action", "/tasks/3/more"]);
    assert_eq!(
        results[4]["problem"]["errors"][0]["pointer"],
        "/tasks/4/task"
    );
    assert_eq!(results[5]["problem"]["errors"][0]["pointer"], "/tasks/5");
    assert_eq!(house.sim.journal().incidents().len(), 2);

    // Each has an id of its own in the audit log, and in KSC.
    for (index, decision) in [
        (0, "created"),
        (1, "refused"),
        (3, "refused"),
        (6, "created"),
    ] {
        let id = format!("{}.{index}", reply.request_id());
        let audit = decisions(&id);
        assert_eq!(audit.len(), 1, "{index}");
        assert_eq!(audit[0]["decision"], decision);
        assert_eq!(audit[0]["caller.id"], "soar");
    }
    assert_eq!(
        results[1]["problem"]["requestId"],
        format!("{}.1", reply.request_id())
    );
    assert_eq!(decisions(reply.request_id()).len(), 1);
    let refused = r#"edr_gateway_problems_total{code="validation_failed"}"#;
    assert_eq!(house.metric(refused).await, "3");
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn requests_for_one_host_leave_in_their_order() {
    let house = House::open().await;
    let names = [
        "ws-042.corp.example",
        acceptance::WS_042,
        "WS-042",
        "ws-042",
    ];
    let tasks: Vec<Value> = (0..40)
        .map(|it| isolate(names[it % names.len()], u8::from(it % 2 == 0)))
        .collect();

    let reply = send(&house, json!(tasks)).await.expect(200);

    assert!(
        results(&reply).iter().all(|it| it["status"] == 202),
        "{}",
        reply.text
    );
    let sent: Vec<Value> = house
        .incident_bodies()
        .into_iter()
        .map(|it| it["params"]["action"].clone())
        .collect();
    let asked: Vec<Value> = tasks
        .iter()
        .map(|it| it["params"]["action"].clone())
        .collect();
    assert_eq!(sent, asked);
    let ids: Vec<_> = results(&reply)
        .iter()
        .map(|it| it["task"]["incident"]["id"].as_i64())
        .collect();
    assert!(ids.is_sorted(), "{ids:?}");
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_scope_for_one_task_lets_that_task_through_and_no_other() {
    let house = House::open().await;
    let caller = house.caller("tasks.create.isolateHost");
    let file = json!({
        "task": "getFile", "targetHost": acceptance::WS_042,
        "params": {"md5hash": "", "sha256hash": "", "path": r"C:\a.exe"},
    });
    let body = json!({"tasks": [file, isolate(acceptance::WS_042, 1)]});

    let reply = caller.post("/v1/tasks/batch", &body).await.expect(200);

    let results = results(&reply);
    assert_eq!(results[0]["problem"]["code"], "scope_missing");
    assert_eq!(results[1]["status"], 202);
    let reader = house.caller("tasks.read");
    let refused = reader.post("/v1/tasks/batch", &body).await.expect(403);
    assert_eq!(refused.code(), "scope_missing");
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_batch_that_is_no_batch_is_refused_as_a_whole() {
    let house = House::open().await;
    let one = isolate(acceptance::WS_042, 1);
    let many = vec![one.clone(); 101];
    for (body, expected) in [
        (json!([]), vec![("", "type")]),
        (json!({}), vec![("/tasks", "required")]),
        (json!({"tasks": []}), vec![("/tasks", "too_few")]),
        (json!({"tasks": many}), vec![("/tasks", "too_many")]),
        (json!({"tasks": {}}), vec![("/tasks", "type")]),
        (
            json!({"tasks": 7, "a/b": 1}),
            vec![("/a~1b", "unknown_member"), ("/tasks", "type")],
        ),
        (
            json!({"tasks": [one], "targetHosts": ["a"], "request": one}),
            vec![("/targetHosts", "one_of_two"), ("/request", "one_of_two")],
        ),
        (
            json!({"targetHosts": ["a"]}),
            vec![("/request", "required")],
        ),
        (
            json!({"targetHosts": [], "request": one}),
            vec![
                ("/targetHosts", "too_few"),
                ("/request/targetHost", "one_of_two"),
            ],
        ),
        (
            json!({"request": 7}),
            vec![("/targetHosts", "required"), ("/request", "type")],
        ),
        (
            json!({"tasks": [one], "dryRun": true}),
            vec![("/dryRun", "unknown_member")],
        ),
    ] {
        let reply = house
            .soar()
            .post("/v1/tasks/batch", &body)
            .await
            .expect(422);
        let expected: Vec<_> = expected
            .into_iter()
            .map(|(at, code)| (at.to_owned(), code.to_owned()))
            .collect();
        assert_eq!(reply.violations(), expected, "{}", reply.text);
    }
    let body = json!({"tasks": [isolate(acceptance::WS_042, 1)]});
    let path = "/v1/tasks/batch?dryRun=true";
    let reply = house.soar().post(path, &body).await.expect(422);
    assert_eq!(reply.violations()[0].0, "?dryRun");
    assert!(house.sim.journal().incidents().is_empty());
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_audit_line_of_a_refused_request_names_what_it_was_about_and_nothing_invented() {
    let house = House::open().await;
    let tasks = json!([
        {"task": "isolateHost", "targetHost": "ws-001", "params": {"action": 7}},
        {"task": "formatDisk", "targetHost": "ws-001\nforged", "params": {}},
        {"task": {"isolateHost": 1}, "targetHost": ["ws-001"]},
        7,
    ]);

    let reply = send(&house, tasks).await.expect(200);

    let named = |index: usize| {
        let audit = decisions(&format!("{}.{index}", reply.request_id()));
        assert_eq!(audit.len(), 1, "{index}");
        assert_eq!(audit[0]["decision"], "refused");
        assert_eq!(audit[0]["problem.code"], "validation_failed");
        (audit[0]["task"].clone(), audit[0]["host.requested"].clone())
    };
    assert_eq!(named(0), (json!("isolateHost"), json!("ws-001")));
    for index in 1..4 {
        assert_eq!(named(index), (Value::Null, Value::Null), "{index}");
    }
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_result_says_when_to_try_again() {
    let house = House::open().await;
    house.sim.set_console(false);

    let reply = send(&house, json!([isolate(acceptance::WS_042, 1)])).await;
    let alone = house.soar().isolate(acceptance::WS_042).await.expect(503);

    let problem = &results(&reply)[0]["problem"];
    assert_eq!(problem["code"], "service_console_unavailable");
    assert_eq!(problem["retryAfter"], 60);
    // As it would be alone.
    assert_eq!(alone.json["retryAfter"], 60);
    assert_eq!(alone.header("retry-after"), "60");
    let never = house.soar().isolate("ws-999").await.expect(404);
    assert!(never.json.get("retryAfter").is_none(), "{}", never.text);
    house.close().await;
}
