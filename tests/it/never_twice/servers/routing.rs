//! Which server acts.

use acceptance::{House, Reply, at, isolation};
use serde_json::{Value, json};

use super::world::{OF_BOTH, OF_BRANCH, OF_KSC, incidents, two};

async fn isolate(house: &House, body: &Value) -> Reply {
    house.soar().post("/v1/tasks/isolateHost", body).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_goes_to_the_server_that_has_the_host() {
    let house = two(&[]).await;

    let at_ksc = house.soar().isolate(OF_KSC).await.expect(202);
    let at_branch = house.soar().isolate(OF_BRANCH).await.expect(202);
    let native = json!({
        "task": "terminateProcess", "targetHost": "10.99.0.2",
        "params": {"md5hash": "", "sha256hash": "", "path": r"C:\a.exe", "caseSensitive": false}
    });
    let native = house.soar().post("/v1/tasks", &native).await.expect(202);

    assert_eq!(at_ksc.json["id"], "ksc-42");
    assert_eq!(at_ksc.json["backend"], "ksc");
    assert_eq!(at_branch.json["id"], "branch-42");
    assert_eq!(at_branch.json["backend"], "branch");
    assert_eq!(native.json["id"], "branch-43");
    assert_eq!(incidents(&house), [1, 2]);
    // Which server was asked for is the gateway's business, and no word of it is in the incident.
    let bodies = house.at("branch").journal().incidents();
    assert!(bodies.iter().all(|it| it.body.get("backend").is_none()));
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_host_of_no_server_is_not_found_and_one_of_both_is_ambiguous() {
    let house = two(&[]).await;

    let none = house.soar().isolate("nowhere-1").await.expect(404);
    let both = house.soar().isolate(OF_BOTH).await.expect(409);
    let by_id = house.soar().isolate(acceptance::WS_042).await.expect(409);
    let rehearsed = house.soar().rehearse(OF_BOTH).await.expect(409);

    assert_eq!(none.code(), "host_not_found");
    for refused in [both, by_id, rehearsed] {
        assert_eq!(refused.code(), "host_ambiguous");
        let candidates = refused.json["candidates"].as_array().expect("candidates");
        let backends: Vec<&Value> = candidates.iter().map(|it| &it["backend"]).collect();
        assert_eq!(backends, ["branch", "ksc"]);
        assert!(candidates.iter().all(|it| it["id"] == acceptance::WS_042));
    }
    assert_eq!(incidents(&house), [0, 0]);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_caller_may_name_the_server() {
    let house = two(&[]).await;

    let at_branch = isolate(&house, &at("branch", isolation(OF_BOTH)))
        .await
        .expect(202);
    let at_ksc = isolate(&house, &at("ksc", isolation(OF_BOTH)))
        .await
        .expect(202);
    let elsewhere = isolate(&house, &at("branch", isolation(OF_KSC)))
        .await
        .expect(404);
    let null = isolate(
        &house,
        &json!({"targetHost": OF_KSC, "action": "isolate", "backend": null}),
    )
    .await
    .expect(202);

    assert_eq!(at_branch.json["id"], "branch-42");
    assert_eq!(at_ksc.json["id"], "ksc-42");
    assert_eq!(elsewhere.json["backend"], "branch");
    assert_eq!(null.json["id"], "ksc-43");
    for wrong in ["kata", "KSC", "branch "] {
        let refused = isolate(&house, &at(wrong, isolation(OF_BOTH)))
            .await
            .expect(422);
        assert_eq!(refused.violations()[0].0, "/backend", "{}", refused.text);
    }
    assert_eq!(incidents(&house), [2, 1]);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn routing_decides_between_two_that_have_the_host_and_can_be_told_for_each_task() {
    let house = two(&[
        ("routing.order", "branch"),
        ("routing.isolateHost", "ksc,branch"),
    ])
    .await;
    let body = json!({"targetHost": OF_BOTH, "path": r"C:\a.exe"});

    let isolated = house.soar().isolate(OF_BOTH).await.expect(202);
    let fetched = house
        .soar()
        .post("/v1/tasks/getFile", &body)
        .await
        .expect(202);
    let rehearsed = house.soar().rehearse(OF_BOTH).await.expect(200);
    let other = house.soar().isolate(OF_BRANCH).await.expect(202);

    assert_eq!(isolated.json["backend"], "ksc");
    assert_eq!(fetched.json["backend"], "branch");
    assert_eq!(rehearsed.json["backend"], "ksc");
    assert_eq!(
        other.json["backend"], "branch",
        "the preferred one does not have it"
    );
    assert_eq!(incidents(&house), [1, 2]);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_of_two_hosts_in_one_server_is_ambiguous_whatever_the_other_has() {
    let house = two(&[]).await;
    house.at("branch").double_host(acceptance::WS_042);

    let refused = house.soar().isolate(OF_BOTH).await.expect(409);

    assert_eq!(refused.code(), "host_ambiguous");
    let candidates = refused.json["candidates"].as_array().expect("candidates");
    assert_eq!(candidates.len(), 3, "{}", refused.text);
    assert_eq!(incidents(&house), [0, 0]);
    house.close().await;
}
