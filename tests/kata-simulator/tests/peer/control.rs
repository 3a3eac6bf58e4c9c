//! The control listener, over plain HTTP.

use crate::clients::{Client, GATEWAY, Identity, settings};
use kata_simulator::{Access, Scenario, Simulator};
use serde_json::{Value, json};
use std::net::SocketAddr;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// A request to a control listener: status and body of the answer.
pub(crate) async fn ask(addr: SocketAddr, method: &str, path: &str, body: &Value) -> (u16, Value) {
    let body = body.to_string();
    let length = body.len();
    let request = format!(
        "{method} {path} HTTP/1.1\r\nHost: control\r\nConnection: close\r\nContent-Length: {length}\r\n\r\n{body}"
    );
    let mut stream = TcpStream::connect(addr).await.expect("it accepts");
    let written = stream.write_all(request.as_bytes()).await;
    written.expect("it takes bytes");
    let mut reply = String::new();
    stream.read_to_string(&mut reply).await.expect("it answers");
    let (head, body) = reply.split_once("\r\n\r\n").expect("a head and a body");
    let status = head[9..12].parse().expect("a status");
    (status, serde_json::from_str(body).expect("JSON"))
}

async fn start(scenario: Scenario) -> (Simulator, SocketAddr) {
    let sim = Simulator::start(scenario).await.expect("it starts");
    let any = SocketAddr::from(([127, 0, 0, 1], 0));
    let addr = sim.serve_control(any).await.expect("a port is free");
    (sim, addr)
}

async fn told(addr: SocketAddr, path: &str, body: Value) -> Value {
    let (status, value) = ask(addr, "POST", path, &body).await;
    assert_eq!(status, 200, "{path}: {value}");
    value
}

async fn shown(addr: SocketAddr, path: &str) -> Value {
    let (status, value) = ask(addr, "GET", path, &Value::Null).await;
    assert_eq!(status, 200, "{path}: {value}");
    value
}

#[tokio::test]
async fn an_administrator_works_over_http() {
    let (sim, addr) = start(Scenario::default()).await;
    let mut client = Client::connect(&sim, &Identity::make()).await;
    client.get("sensors").await;
    let row = shown(addr, "/external-systems").await[0].clone();
    assert_eq!(
        (&row["id"], &row["access"]),
        (&json!(GATEWAY), &json!("pending"))
    );

    let decision = json!({"id": GATEWAY, "fingerprint": row["fingerprint"]});
    told(addr, "/accept", decision).await;
    assert_eq!(client.get("sensors").await.status, 200);
    told(addr, "/reject", json!({"id": GATEWAY})).await;

    assert_eq!(sim.external_systems()[0].access, Access::Rejected);
    let nobody = ask(addr, "POST", "/accept", &json!({"id": "nobody"})).await;
    assert_eq!(nobody.0, 400);
}

#[tokio::test]
async fn writers_clock_and_devices_work_over_http() {
    let (sim, addr) = start(Scenario::default()).await;
    let id = sim.sensor("WS-042");

    let edit = json!({"isolate": {"sensor": id, "seconds": 3_600}});
    told(addr, "/edit", json!({"edit": edit})).await;
    let device = shown(addr, "/devices").await[0].clone();
    assert!(device["isolated_until"].is_string(), "{device}");
    told(addr, "/leave-isolation", json!({"sensor": id})).await;
    told(
        addr,
        "/edit",
        json!({"by": {"other": "KUMA"}, "edit": edit}),
    )
    .await;
    told(addr, "/advance", json!({"seconds": 3_600})).await;

    let journal = shown(addr, "/journal").await;
    let why: Vec<&Value> = journal["deeds"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|it| &it["deed"])
        .collect();
    assert_eq!(why, ["isolated", "free", "isolated", "free"]);
    assert_eq!(journal["deeds"][3]["why"], "time_over");
    assert_eq!(journal["lostRules"][0]["lost_by"], json!({"other": "KUMA"}));
    let (status, said) = ask(addr, "POST", "/leave-isolation", &json!({"sensor": id})).await;
    assert_eq!(
        (status, &said["error"]),
        (400, &json!("no such device is isolated"))
    );
}

#[tokio::test]
async fn switches_faults_gates_and_intruders_work_over_http() {
    let (sim, addr) = start(Scenario::default()).await;
    let mut client = Client::accepted(&sim).await;
    let rules = settings(&sim.sensor("WS-042"), "prevention");

    let behaviour = told(addr, "/behave", json!({"conflict_status": 422})).await;
    assert_eq!(behaviour["conflict_status"], 422);
    assert_eq!(shown(addr, "/behaviour").await, behaviour);
    let fault = json!({"call": "GET *", "times": 1, "kind": {"answer": {"status": 429, "retry_after": "3"}}});
    told(addr, "/faults", fault).await;
    let reply = client.get("sensors").await;
    assert_eq!(reply.header("retry-after").as_deref(), Some("3"));
    told(addr, "/faults", json!({"kind": "stall"})).await;
    assert_eq!(ask(addr, "DELETE", "/faults", &Value::Null).await.0, 200);
    assert_eq!(shown(addr, "/faults").await, json!([]));

    let edit = json!({"prevent": {"scope": "all", "file": {"md5": "0".repeat(32)}}});
    told(addr, "/intrude", json!({"call": "GET *", "edit": edit})).await;
    told(addr, "/gate", json!({"hold": true, "call": "GET *"})).await;
    client
        .send("GET", &crate::clients::below(GATEWAY, &rules), "")
        .await;
    sim.gate().wait_until_waiting(1).await;
    let state = shown(addr, "/state").await;
    assert_eq!(state["atTheGate"], json!(["GET settings/prevention"]));
    told(addr, "/gate", json!({"let_through": 1})).await;
    assert_eq!(client.reply().await.expect("it comes").status, 404);
    assert_eq!(shown(addr, "/intrusions").await, json!([]));
    assert_eq!(
        told(addr, "/way-out", json!({"hold": true})).await["held"],
        true
    );
}

#[tokio::test]
async fn addresses_and_the_certificate_work_over_http() {
    let (sim, addr) = start(Scenario {
        listeners: 2,
        ..Scenario::default()
    })
    .await;
    let before = shown(addr, "/certificate").await;
    assert_eq!(before["sha256"], sim.certificate_fingerprint());

    let after = told(addr, "/certificate", json!({})).await;
    assert_ne!(before, after);
    told(addr, "/listeners", json!({"listener": 1, "state": "dead"})).await;
    assert!(TcpStream::connect(sim.addresses()[1]).await.is_err());
    told(addr, "/listeners", json!({"listener": 1, "state": "alive"})).await;
    assert!(TcpStream::connect(sim.addresses()[1]).await.is_ok());
    told(
        addr,
        "/listeners",
        json!({"listener": 0, "state": "silent"}),
    )
    .await;

    let none = json!({"listener": 2, "state": "dead"});
    assert_eq!(ask(addr, "POST", "/listeners", &none).await.0, 400);
}

#[tokio::test]
async fn orders_that_are_not_understood_are_refused() {
    let (_sim, addr) = start(Scenario::default()).await;

    for (path, order) in [
        ("/behave", json!({"swaped_codes": true})),
        ("/behave", json!({"conflict_status": "409"})),
        ("/advance", json!({"seconds": -1})),
        (
            "/edit",
            json!({"edit": {"isolate": {"sensor": "x", "seconds": 1}}}),
        ),
        ("/faults", json!({"kind": "nonsense"})),
        ("/accept", json!({"ID": "x"})),
        ("/listeners", json!({})),
    ] {
        assert_eq!(ask(addr, "POST", path, &order).await.0, 400, "{path}");
    }
    assert_eq!(ask(addr, "GET", "/nothing", &Value::Null).await.0, 404);
    assert_eq!(ask(addr, "PUT", "/faults", &Value::Null).await.0, 404);
}
