//! One host: what KSC knows of it, and whether it can take a task.

use acceptance::{House, Plan, Reply, WS_042, decisions};
use ksc_simulator::{Fault, FaultKind, Scenario};
use serde_json::{Value, json};

use super::asking::{encoded, keeps_the_document};

async fn show(house: &House, name: &str) -> Reply {
    let id = house.sim.host(name).id;
    house
        .soar()
        .get(&format!("/v1/hosts/{id}"))
        .await
        .expect(200)
}

/// The checks that did not pass, with their outcome.
fn odd(reply: &Reply) -> Vec<(String, String)> {
    let text = |it: &Value| it.as_str().unwrap_or_default().to_owned();
    let checks = reply.json["checks"].as_array().expect("checks");
    assert_eq!(checks.len(), 6, "every check is made: {}", reply.text);
    checks
        .iter()
        .filter(|it| it["outcome"] != "passed")
        .map(|it| (text(&it["name"]), text(&it["outcome"])))
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_host_in_order_is_ready_and_shown_in_full() {
    let house = House::open().await;

    let shown = show(&house, "WS-042").await;

    keeps_the_document(&house, "HostDetails", &shown).await;
    assert_eq!(shown.json["ready"], "yes");
    assert_eq!(odd(&shown), []);
    let mut rest = shown.json.clone();
    let members = rest.as_object_mut().expect("an object");
    members.remove("checks");
    let isolation = members.remove("isolation").expect("a word on isolation");
    assert_eq!(isolation["state"], "unknown");
    assert_eq!(
        members.remove("lastSeen"),
        members.remove("lastAgentConnection")
    );
    assert_eq!(
        rest,
        json!({
            "backend": "ksc",
            "id": WS_042, "name": "WS-042", "fqdn": "ws-042.corp.example", "dnsName": "ws-042",
            "netbios": "WS-042", "ip": "10.20.30.42", "os": "Microsoft Windows 10", "groupId": 3,
            "agentInstalled": true, "agentConnected": true, "kesVersion": "12.10.0.466",
            "edrComponent": {"state": "running", "code": 4}, "ready": "yes"
        })
    );
    let upper = format!("/v1/hosts/{}", WS_042.to_uppercase());
    let upper = house.soar().get(&upper).await.expect(200);
    assert_eq!(upper.json["id"], WS_042);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_host_lacks_is_named() {
    let linux = json!({
        "id": "00000000-0000-4000-8000-000000000001", "name": "LNX-1", "fqdn": "lnx-1.corp.example",
        "netbios": "LNX-1", "ip": "10.9.9.9", "os": "Ubuntu 24.04"
    });
    let house = House::furnish(Plan {
        scenario: Scenario {
            extra_hosts: vec![serde_json::from_value(linux).expect("a device")],
            ..Scenario::default()
        },
        settings: vec![("tasks.protected_hosts", "*-002".to_owned())],
        ..Plan::default()
    })
    .await;

    for (name, ready, missing) in [
        ("WS-001", "yes", vec![]),
        ("WS-005", "yes", vec![]),
        ("WS-012", "no", vec![("kesVersion", "failed")]),
        ("WS-009", "no", vec![("edrComponent", "failed")]),
        ("WS-027", "no", vec![("edrComponent", "failed")]),
        ("WS-014", "no", vec![("agentConnected", "failed")]),
        (
            "WS-033",
            "unknown",
            vec![("kesVersion", "unknown"), ("edrComponent", "unknown")],
        ),
        ("WS-002", "no", vec![("protection", "failed")]),
        ("LNX-1", "no", vec![("operatingSystem", "failed")]),
    ] {
        let shown = show(&house, name).await;
        assert_eq!(shown.json["ready"], ready, "{}", shown.text);
        let missing: Vec<_> = missing
            .into_iter()
            .map(|(check, outcome)| (check.to_owned(), outcome.to_owned()))
            .collect();
        assert_eq!(odd(&shown), missing, "{name}");
        keeps_the_document(&house, "HostDetails", &shown).await;
    }
    let bare = show(&house, "WS-033").await;
    assert_eq!(bare.json.get("kesVersion"), None);
    assert_eq!(bare.json.get("edrComponent"), None);
    let stopped = show(&house, "WS-027").await;
    assert_eq!(
        stopped.json["edrComponent"],
        json!({"state": "stopped", "code": 1})
    );
    let offline = show(&house, "WS-014").await;
    assert_eq!(offline.json["agentConnected"], false);
    assert_ne!(offline.json["lastSeen"], stopped.json["lastSeen"]);
    let since = offline.json["lastAgentConnection"]
        .as_str()
        .expect("a time");
    let detail = offline.json["checks"][1]["detail"]
        .as_str()
        .expect("a text");
    assert!(detail.contains(since), "{detail}");
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn readiness_is_of_this_moment() {
    let house = House::open().await;
    assert_eq!(show(&house, "WS-042").await.json["ready"], "yes");

    house.sim.set_online(WS_042, false);

    assert_eq!(show(&house, "WS-042").await.json["ready"], "no");
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn only_an_id_is_shown_and_a_name_is_sent_to_the_search() {
    let house = House::open().await;

    for name in [
        "WS-042",
        "ws-042.corp.example",
        "10.20.30.42",
        "БУХ-07",
        "00000000-0000-0000-0000-000000000000",
    ] {
        let path = format!("/v1/hosts/{}", encoded(name));
        let reply = house.soar().get(&path).await.expect(404);
        assert_eq!(reply.code(), "host_not_found", "{name}");
        let detail = reply.json["detail"].as_str().unwrap_or_default();
        assert!(detail.contains("GET /v1/hosts"), "{detail}");
    }
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_ksc_refuses_is_a_problem_and_the_audit_log_names_the_host() {
    let house = House::open().await;
    let path = format!("/v1/hosts/{WS_042}");
    let denied = FaultKind::pxg("KLSTD", 1184);
    let call = "HostGroup.GetHostInfo";
    house.sim.faults().push(Fault::on(call, denied));

    let refused = house.soar().get(&path).await.expect(502);
    assert_eq!(refused.code(), "ksc_access_denied");
    let shown = house.soar().get(&path).await.expect(200);

    let audit = decisions(shown.request_id());
    assert_eq!(audit.len(), 1);
    assert_eq!(audit[0]["operation"], "GET /v1/hosts/{id}");
    assert_eq!(audit[0]["host.id"], WS_042);
    let found = house.soar().get("/v1/hosts?name=WS-042").await.expect(200);
    let audit = decisions(found.request_id());
    assert_eq!(audit[0]["host.requested"], "WS-042");
    house.close().await;
}
