//! A whole administration group can be excluded from tasks.

use std::time::Duration;

use acceptance::{House, WS_042};
use ksc_simulator::{Fault, FaultKind};
use serde_json::json;

const DCS: &str = "Managed devices/Servers/Domain controllers";
const INFO: &str = "HostGroup.GetGroupInfo";

#[tokio::test(flavor = "multi_thread")]
async fn all_hosts_of_a_protected_group_are_protected_under_every_name() {
    let house = House::with(&[("tasks.protected_hosts", "group:Domain Controllers, dc-*")]).await;
    house.sim.move_host(WS_042, DCS);
    let soar = house.soar();

    for alias in [
        WS_042,
        "ws-042",
        "WS-042.corp.example",
        &house.sim.host("WS-042").ip.to_string(),
    ] {
        let refused = soar.isolate(alias).await.expect(403);
        assert_eq!(refused.code(), "host_protected", "{alias}");
    }
    let one = json!({"task": "isolateHost", "targetHost": "ws-042", "params": {"action": 1}});
    let batch = soar
        .post("/v1/tasks/batch", &json!({"tasks": [one]}))
        .await
        .expect(200);
    assert_eq!(
        batch.json["results"][0]["problem"]["code"],
        "host_protected"
    );
    let rehearsed = soar.rehearse("ws-042").await.expect(200);
    let checks = rehearsed.json["checks"].as_array().expect("checks");
    let check = checks.iter().find(|it| it["name"] == "protection");
    assert_eq!(check.expect("the check")["ok"], false);
    let details = soar.get(&format!("/v1/hosts/{WS_042}")).await.expect(200);
    assert_eq!(details.json["ready"], "no");
    assert!(house.sim.journal().incidents().is_empty());
    // Others are not in it.
    soar.isolate("ws-001").await.expect(202);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_group_protects_the_groups_in_it_and_can_be_named_by_its_path() {
    for (pattern, protected) in [
        ("group:servers", true),
        ("group:Servers/Domain*", true),
        ("group:Managed devices/Servers", true),
        ("group:managed devices", true),
        ("group:*controllers", true),
        ("group:Servers\\Domain controllers", true),
        ("GROUP: /Servers / Domain controllers/", true),
        ("group:Domain", false),
        ("group:Servers/Mail", false),
        ("group:Workstations", false),
        ("Domain controllers", false),
    ] {
        let house = House::with(&[("tasks.protected_hosts", pattern)]).await;
        house.sim.move_host(WS_042, DCS);

        let reply = house.soar().isolate(WS_042).await;

        let expected = if protected { 403 } else { 202 };
        assert_eq!(reply.status, expected, "{pattern}: {}", reply.text);
        house.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_host_that_is_moved_into_the_group_is_protected_and_so_are_its_tasks() {
    let house = House::with(&[("tasks.protected_hosts", "group:Domain controllers")]).await;
    let soar = house.soar();
    let task = soar.isolate(WS_042).await.expect(202);
    house.sim.move_host(WS_042, DCS);
    house.advance(Duration::from_secs(6)).await;

    let refused = soar.isolate(WS_042).await.expect(403);
    let path = format!("/v1/tasks/{}/cancel", task.task_id());
    let kept = soar.post(&path, &json!({})).await.expect(403);

    assert_eq!(refused.code(), "host_protected");
    assert_eq!(kept.code(), "host_protected");
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_group_that_ksc_does_not_tell_lets_nothing_through() {
    let house = House::with(&[("tasks.protected_hosts", "group:Domain controllers")]).await;
    let soar = house.soar();
    let denied = Fault::on(INFO, FaultKind::pxg("KLSTD", 1184));
    house.sim.faults().push(denied);
    let odd = Fault::on(INFO, FaultKind::WrongShape);
    house.sim.faults().push(odd);

    let refused = soar.isolate(WS_042).await.expect(502);
    let unclear = soar.isolate(WS_042).await.expect(502);
    soar.isolate(WS_042).await.expect(202);
    soar.isolate(WS_042).await.expect(202);

    assert_eq!(refused.code(), "ksc_access_denied");
    assert_eq!(unclear.code(), "ksc_protocol");
    assert_eq!(house.sim.journal().incidents().len(), 2);
    // The two that were let through needed one answer.
    assert_eq!(house.sim.journal().count(INFO), 3);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_asks_for_groups_that_do_not_matter() {
    let house = House::with(&[("tasks.protected_hosts", "dc-*")]).await;

    house.soar().isolate(WS_042).await.expect(202);

    assert_eq!(house.sim.journal().count(INFO), 0);
    house.close().await;
}
