//! The control listener, over plain HTTP.

use crate::clients::{Client, isolation};
use ksc_simulator::{FaultKind, Scenario, Simulator, WS_042};
use serde_json::{Value, json};
use std::net::SocketAddr;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// A request to a control listener: status and body of the answer.
pub(crate) async fn ask(addr: SocketAddr, method: &str, path: &str, body: &Value) -> (u16, Value) {
    let body = body.to_string();
    let request = format!(
        "{method} {path} HTTP/1.1\r\nHost: control\r\nConnection: close\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    let mut stream = TcpStream::connect(addr)
        .await
        .expect("the control listener accepts");
    stream
        .write_all(request.as_bytes())
        .await
        .expect("it takes bytes");
    let mut reply = String::new();
    stream.read_to_string(&mut reply).await.expect("it answers");
    let (head, body) = reply.split_once("\r\n\r\n").expect("a head and a body");
    let status = head[9..12].parse().expect("a status");
    (status, serde_json::from_str(body).expect("JSON"))
}

#[tokio::test]
async fn the_levers_work_over_http() {
    let sim = Simulator::start(Scenario::default())
        .await
        .expect("it starts");
    let any = SocketAddr::from(([127, 0, 0, 1], 0));
    let addr = sim.serve_control(any).await.expect("a port is free");
    let mut client = Client::with_session(&sim).await;
    client
        .done("HostGroup.AddIncident", isolation(WS_042))
        .await;

    let (_, state) = ask(addr, "POST", "/advance", &json!({"seconds": 20})).await;
    assert_eq!(state["response_tasks"], 1);
    let (_, tasks) = ask(addr, "GET", "/tasks", &Value::Null).await;
    assert_eq!(tasks[2]["runs"][0][1], "success");
    let (_, incidents) = ask(addr, "GET", "/incidents", &Value::Null).await;
    assert_eq!(incidents[0]["body"]["task"], "isolateHost");
    let (_, journal) = ask(addr, "GET", "/journal", &Value::Null).await;
    assert_eq!(journal["calls"][1]["method"], "HostGroup.AddIncident");
    let (_, state) = ask(addr, "POST", "/console", &json!({"connected": false})).await;
    assert_eq!(state["console_connected"], false);
    let fault = json!({"method": "Session.Ping", "times": 1, "kind": "stall"});
    ask(addr, "POST", "/faults", &fault).await;
    assert_eq!(sim.faults().planned()[0].kind, FaultKind::Stall);
    ask(addr, "DELETE", "/faults", &Value::Null).await;
    assert!(sim.faults().planned().is_empty());
    let (_, gate) = ask(addr, "POST", "/gate", &json!({"hold": true})).await;
    assert_eq!(gate["held"], true);
    ask(addr, "POST", "/gate", &json!({"hold": false})).await;
    assert!(!sim.gate().is_held());
    let (_, state) = ask(addr, "POST", "/expire-sessions", &json!({})).await;
    assert_eq!(state["open_sessions"], 0);
    let (_, hosts) = ask(addr, "GET", "/hosts", &Value::Null).await;
    assert_eq!(hosts.as_array().map(Vec::len), Some(sim.hosts().len()));
    let name = json!({"id": WS_042, "name": "KIOSK-1"});
    ask(addr, "POST", "/rename", &name).await;
    assert_eq!(sim.host("KIOSK-1").fqdn, "kiosk-1.corp.example");
    let again = json!({"id": WS_042, "old_goes": true});
    let (_, new) = ask(addr, "POST", "/register-again", &again).await;
    assert_eq!(new["id"], sim.host("KIOSK-1").id);
    assert_eq!(ask(addr, "POST", "/register-again", &again).await.0, 400);
}

#[tokio::test]
async fn orders_that_are_not_understood_are_refused() {
    let sim = Simulator::start(Scenario::default())
        .await
        .expect("it starts");
    let any = SocketAddr::from(([127, 0, 0, 1], 0));
    let addr = sim.serve_control(any).await.expect("a port is free");

    assert_eq!(
        ask(addr, "POST", "/console", &json!({"conected": true}))
            .await
            .0,
        400
    );
    assert_eq!(
        ask(addr, "POST", "/advance", &json!({"seconds": -1}))
            .await
            .0,
        400
    );
    assert_eq!(ask(addr, "GET", "/nothing", &Value::Null).await.0, 404);
}
