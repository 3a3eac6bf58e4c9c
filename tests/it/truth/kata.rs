//! Isolation by a Central Node: what is ordered, what stands there, and what nobody knows.

use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use acceptance::{EXTERNAL_SYSTEM, House, Plan, at, eventually, isolation, release};
use kata_simulator::{
    CannedAnswer, Edit, Fault, FaultKind, Intrusion, Scenario, SettingsShape, TaggedDevices,
};
use serde_json::{Value, json};

/// What orders are called in the simulator's journal.
const ORDERS: &str = "POST settings/network_isolation";

/// An isolation of this host by KATA, with more parameters.
fn isolation_for(host: &str, more: &Value) -> Value {
    let mut body = at("kata", isolation(host));
    for (member, value) in more.as_object().into_iter().flatten() {
        body[member] = value.clone();
    }
    body
}

/// Has KSC hear from devices whether they are isolated.
async fn tell_ksc(house: &House) {
    let control = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    let control = house.sim.serve_control(control).await.expect("a listener");
    house.kata().tell_ksc(control, TaggedDevices::Everywhere);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_linux_server_is_isolated_and_nobody_calls_it_success() {
    let house = House::with_central_node(&[]).await;
    let soar = house.soar();
    let terms = json!({
        "durationSeconds": 14_400,
        "exclusions": [
            {"direction": "outbound", "protocol": "tcp", "remoteIpv4": "192.0.2.10", "remotePorts": "443"},
        ],
    });

    let created = soar
        .post("/v1/tasks/isolateHost", &isolation_for("srv-db-01", &terms))
        .await
        .expect(202);

    assert_eq!(created.json["state"], "pending", "{}", created.text);
    assert_eq!(created.json["backend"], "kata");
    assert!(created.json.get("incident").is_none());
    let sensor = house.kata().sensor("srv-db-01");
    assert_eq!(created.json["targetHost"]["id"], sensor.as_str());
    house.advance(Duration::from_mins(6)).await;
    assert!(house.kata().device(&sensor).isolated_until.is_some());
    let pending = house.read(&created).await;
    assert_eq!(pending.json["state"], "pending", "{}", pending.text);
    house.advance(Duration::from_mins(10)).await;
    let over = house.read(&created).await;
    assert_eq!(over.json["state"], "unconfirmed", "{}", over.text);
    assert_eq!(over.json["terminal"], true);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_word_of_the_device_itself_is_success_whoever_has_heard_it() {
    let house = House::with_central_node(&[]).await;
    tell_ksc(&house).await;
    house.kata().behave(|it| it.agent_delay_seconds = 300);
    let soar = house.soar();

    let isolated = soar
        .post("/v1/tasks", &native(&at("kata", isolation("WS-042"))))
        .await
        .expect(202);
    let before = house.read(&isolated).await;
    assert_eq!(before.json["state"], "pending", "{}", before.text);
    house.advance(Duration::from_mins(6)).await;
    let over = until_over(&house, &isolated).await;
    assert_eq!(over["state"], "succeeded", "{over}");
    assert_eq!(over["confirmation"]["state"], "confirmed", "{over}");

    let released = soar
        .post("/v1/tasks/isolateHost", &at("kata", release("WS-042")))
        .await
        .expect(202);
    house.advance(Duration::from_mins(6)).await;
    let over = until_over(&house, &released).await;
    assert_eq!(over["state"], "succeeded", "{over}");
    house.close().await;
}

/// The native form of an isolation.
fn native(body: &Value) -> Value {
    let mut params = json!({"action": u8::from(body["action"] != "release")});
    for member in ["durationSeconds", "exclusions", "exclusionPresets"] {
        if let Some(value) = body.get(member) {
            params[member] = value.clone();
        }
    }
    json!({"task": "isolateHost", "targetHost": body["targetHost"], "backend": body["backend"],
           "params": params})
}

/// The task, as soon as it is over.
async fn until_over(house: &House, created: &acceptance::Reply) -> Value {
    eventually("the task is over", || async {
        let task = house.read(created).await.json;
        (task["terminal"] == true).then_some(task)
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_host_that_both_know_is_not_guessed_at() {
    let house = House::with_central_node(&[]).await;
    let soar = house.soar();

    let refused = soar
        .post("/v1/tasks/isolateHost", &isolation("WS-042"))
        .await
        .expect(409);
    let candidates = refused.json["candidates"].as_array().expect("candidates");
    let backends: Vec<&Value> = candidates.iter().map(|it| &it["backend"]).collect();
    assert_eq!(backends, ["kata", "ksc"]);

    // Only KATA knows this one, so it acts.
    let created = soar
        .post("/v1/tasks/isolateHost", &isolation("srv-db-01"))
        .await
        .expect(202);
    assert_eq!(created.json["backend"], "kata");
    assert_eq!(house.isolation_changes(), 1);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_an_isolation_replaces_is_said_and_so_is_that_there_is_nothing_to_release() {
    let house = House::with_central_node(&[]).await;
    let soar = house.soar();
    let path = "/v1/tasks/isolateHost";

    let nothing = soar.post(path, &at("kata", release("srv-db-01"))).await;
    let nothing = nothing.expect(202).json["warnings"].to_string();
    assert!(nothing.contains("released already"), "{nothing}");
    let first = isolation_for("srv-db-01", &json!({"durationSeconds": 7_200}));
    soar.post(path, &first).await.expect(202);
    let again = isolation_for("srv-db-01", &json!({"durationSeconds": 10_800}));
    let again = soar.post(path, &again).await.expect(202);

    let warnings = again.json["warnings"].to_string();
    assert!(warnings.contains("of 7200 seconds"), "{warnings}");
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rule_that_somebody_writes_over_is_lost_and_never_success() {
    let house = House::with_central_node(&[]).await;
    let soar = house.soar();
    let sensor = house.kata().sensor("srv-db-01");
    let other = Edit::Isolate {
        sensor: sensor.clone(),
        seconds: 3_600,
        exclusions: Vec::new(),
    };
    house.kata().intrude(Intrusion::after(ORDERS, other));

    let created = soar
        .post("/v1/tasks/isolateHost", &at("kata", isolation("srv-db-01")))
        .await
        .expect(202);

    let warnings = created.json["warnings"].to_string();
    assert!(warnings.contains("somebody else wrote"), "{warnings}");
    // One look may be at a server that lags behind.
    let task = house.read(&created).await;
    assert_eq!(task.json["state"], "pending", "{}", task.text);
    house.advance(Duration::from_secs(15)).await;
    let task = house.read(&created).await;
    assert_eq!(task.json["state"], "lost", "{}", task.text);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_is_lost_is_read_back_and_the_order_is_given_once() {
    let house = House::with_central_node(&[]).await;
    let soar = house.soar();
    for (fault, orders) in [
        (FaultKind::ProcessThenDrop, 1),
        (FaultKind::Drop, 2),
        (FaultKind::ProcessThenAnswer(CannedAnswer::status(503)), 1),
    ] {
        let before = house.kata().journal().count(ORDERS);
        let changed = house.isolation_changes();
        house.kata().faults().push(Fault::on(ORDERS, fault.clone()));
        let host = if orders == 2 {
            "srv-old-01"
        } else {
            "srv-db-01"
        };
        let seconds = 3_600 + 60 * changed;
        let body = isolation_for(host, &json!({"durationSeconds": seconds}));

        let created = soar.post("/v1/tasks/isolateHost", &body).await.expect(202);

        assert_eq!(created.json["state"], "pending");
        let sent = house.kata().journal().count(ORDERS) - before;
        assert_eq!(sent, orders, "{fault:?}");
        assert_eq!(house.isolation_changes() - changed, 1, "{fault:?}");
    }
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_key_orders_once_and_the_task_is_remembered() {
    let house = House::with_central_node(&[]).await;
    let soar = house.soar();
    let body = at("kata", isolation("srv-db-01"));
    let path = "/v1/tasks/isolateHost";

    let first = soar.post_once(path, "key-1", &body).await.expect(202);
    let second = soar.post_once(path, "key-1", &body).await.expect(202);

    assert_eq!(first.json["id"], second.json["id"]);
    assert_eq!(house.isolation_changes(), 1);
    let id = first.json["id"].as_str().expect("an id");
    let listed = soar.get("/v1/tasks?backend=kata").await.expect(200);
    let ids: Vec<&Value> = listed.json["tasks"]
        .as_array()
        .expect("tasks")
        .iter()
        .map(|it| &it["id"])
        .collect();
    assert_eq!(ids, [id]);
    let none = soar
        .get("/v1/tasks/kata-00000000-0000-4000-8000-000000000000")
        .await;
    none.expect(404);
    let cancelled = soar.post_nothing(&format!("/v1/tasks/{id}/cancel")).await;
    let cancelled = cancelled.expect(409);
    assert_eq!(cancelled.json["code"], "task_not_cancellable");
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_taken_before_an_administrator_has_accepted_the_gateway() {
    let house = House::furnish(Plan {
        central_node: Some(Scenario::default()),
        ..Plan::default()
    })
    .await;
    let soar = house.soar();
    eventually("the gateway shows itself to KATA", || async {
        (!house.kata().external_systems().is_empty()).then_some(())
    })
    .await;

    let refused = soar
        .post("/v1/tasks/isolateHost", &at("kata", isolation("srv-db-01")))
        .await
        .expect(503);

    assert_eq!(refused.json["code"], "backend_not_registered");
    let detail = refused.json["detail"].as_str().expect("a detail");
    assert!(detail.contains(EXTERNAL_SYSTEM), "{detail}");
    let shown = &house.kata().external_systems()[0].fingerprint;
    let plain = |it: &str| it.replace(':', "").to_ascii_lowercase();
    assert!(plain(detail).contains(&plain(shown)), "{detail} {shown}");
    let unready = house.admin("/health/ready").await;
    assert_eq!(unready.json["backends"]["ksc"], "ready");
    // The other back end works on.
    soar.post("/v1/tasks/isolateHost", &at("ksc", isolation("WS-042")))
        .await
        .expect(202);
    assert_eq!(house.isolation_changes(), 0);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rehearsal_shows_the_very_request_and_orders_nothing() {
    let house = House::with_central_node(&[]).await;
    let terms = json!({
        "durationSeconds": 14_400,
        "exclusions": [
            {"direction": "inbound", "protocol": "tcp", "remoteIpv4": "192.0.2.20", "localPorts": "22"},
            {"direction": "both", "remoteIpv4": "192.0.2.53"},
        ],
    });
    let path = "/v1/tasks/isolateHost/dry-run";

    let dry = house
        .soar()
        .post(path, &isolation_for("srv-db-01", &terms))
        .await
        .expect(200);

    let request = &dry.json["request"];
    assert_eq!(request["method"], "POST");
    let sensor = house.kata().sensor("srv-db-01");
    let target = request["target"].as_str().expect("a target");
    assert!(
        target.ends_with(&format!(
            "/settings?sensor_id={sensor}&settings_type=network_isolation"
        )),
        "{target}"
    );
    assert!(!target.contains(EXTERNAL_SYSTEM));
    assert_eq!(
        request["body"],
        json!({"settings": {
            "autoTurnoffTimeoutInSec": 14_400,
            "excludedRules": [
                {"direction": "inbound", "protocol": 6, "remoteIpv4Address": "192.0.2.20",
                 "localPortRange": {"fromPort": 22, "toPort": 22}},
                {"direction": "both", "remoteIpv4Address": "192.0.2.53"},
            ],
        }})
    );
    assert_eq!(house.isolation_changes(), 0);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_operator_has_written_down_is_let_through_by_its_name() {
    let house = House::with_central_node(&[
        (
            "backends.kata.exclusion_presets",
            "dns = both udp 192.0.2.53, proxy = outbound tcp 192.0.2.80 3128",
        ),
        ("backends.kata.isolation_presets", "dns"),
    ])
    .await;
    let soar = house.soar();
    let path = "/v1/tasks/isolateHost/dry-run";
    let dns = json!({"direction": "both", "protocol": 17, "remoteIpv4Address": "192.0.2.53"});
    let proxy = json!({"direction": "outbound", "protocol": 6, "remoteIpv4Address": "192.0.2.80",
                       "remotePortRange": {"fromPort": 3128, "toPort": 3128}});
    let own = json!({"direction": "both", "remoteIpv4": "192.0.2.1"});
    let sent = json!({"direction": "both", "remoteIpv4Address": "192.0.2.1"});
    for (more, expected) in [
        (json!({}), json!([dns])),
        (json!({"exclusionPresets": []}), json!([])),
        (json!({"exclusionPresets": null}), json!([dns])),
        (
            json!({"exclusionPresets": ["proxy", "dns", "dns"]}),
            json!([proxy, dns]),
        ),
        (json!({"exclusions": [own]}), json!([sent, dns])),
    ] {
        let dry = soar.post(path, &isolation_for("srv-db-01", &more)).await;
        let dry = dry.expect(200);

        let rules = &dry.json["request"]["body"]["settings"]["excludedRules"];
        assert_eq!(*rules, expected, "{more}");
    }
    let unknown = json!({"exclusionPresets": ["dns", "ksc"]});
    let unknown = soar.post(path, &isolation_for("srv-db-01", &unknown)).await;
    assert_eq!(
        unknown.expect(422).violations(),
        [(
            "/exclusionPresets/1".to_owned(),
            "unknown_preset".to_owned()
        )]
    );
    let mut at_ksc = at("ksc", isolation("WS-042"));
    at_ksc["exclusionPresets"] = json!(["dns"]);
    assert_eq!(
        soar.post(path, &at_ksc).await.expect(422).violations(),
        [(
            "/exclusionPresets".to_owned(),
            "not_of_this_back_end".to_owned()
        )]
    );
    let list = soar.get("/v1/backends").await.expect(200);
    let named = list.json["backends"].as_array().expect("a list").iter();
    let named: Vec<&Value> = named.map(|it| &it["exclusionPresets"]).collect();
    assert_eq!(named, [&json!(["dns", "proxy"]), &Value::Null]);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_kata_cannot_do_and_what_the_house_does_not_allow_is_refused() {
    let house = House::with_central_node(&[
        ("backends.kata.isolation_max", "24h"),
        ("tasks.protected_hosts", "srv-old-01"),
    ])
    .await;
    let soar = house.soar();
    let path = "/v1/tasks/isolateHost";

    let other = json!({"targetHost": "srv-db-01", "backend": "kata", "path": "C:\\a.exe"});
    let other = soar.post("/v1/tasks/getFile", &other).await.expect(422);
    assert_eq!(other.json["code"], "task_not_supported");
    let long = isolation_for("srv-db-01", &json!({"durationSeconds": 90_000}));
    let long = soar.post(path, &long).await.expect(422);
    assert_eq!(
        long.violations(),
        [("/durationSeconds".to_owned(), "too_large".to_owned())]
    );
    for name in [
        "srv-old-01",
        "10.20.40.62",
        &house.kata().sensor("srv-old-01"),
    ] {
        let protected = soar.post(path, &at("kata", isolation(name))).await;
        assert_eq!(
            protected.expect(403).json["code"],
            "host_protected",
            "{name}"
        );
    }
    assert_eq!(house.isolation_changes(), 0);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rule_in_a_form_that_nobody_knows_is_no_reason_to_call_anything_done() {
    let house = House::with_central_node(&[]).await;
    let soar = house.soar();
    let created = soar
        .post("/v1/tasks/isolateHost", &at("kata", isolation("srv-db-01")))
        .await
        .expect(202);
    house
        .kata()
        .behave(|it| it.isolation_shape = SettingsShape::Strange);

    let pending = house.read(&created).await;
    assert_eq!(pending.json["state"], "pending", "{}", pending.text);
    house.advance(Duration::from_mins(16)).await;
    let over = house.read(&created).await;
    assert_eq!(over.json["state"], "unconfirmed", "{}", over.text);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_linux_host_says_how_long_an_order_may_take_to_arrive_where_somebody_knows() {
    for (period, expected) in [("5m", Some(300)), ("0s", None)] {
        let settings = [("backends.kata.synchronization_period", period)];
        let house = House::with_central_node(&settings).await;
        let soar = house.soar();
        let shown = async |host: &str| {
            let id = house.kata().sensor(host);
            let path = format!("/v1/hosts/{id}?backend=kata");
            soar.get(&path).await.expect(200).json["orderArrivesWithinSeconds"].as_u64()
        };

        assert_eq!(shown("srv-db-01").await, expected, "{period}");
        // What Windows devices do is set elsewhere.
        assert_eq!(shown("WS-042").await, None, "{period}");
        house.close().await;
    }
}
