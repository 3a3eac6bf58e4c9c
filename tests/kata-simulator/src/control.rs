//! The control listener: the library's levers over plain HTTP, for a demo, a shell, or a test in
//! another process.
//!
//! JSON both ways. It has no authentication and belongs on 127.0.0.1.
//!
//! | request | does |
//! | --- | --- |
//! | `GET /journal` | requests, changes of rules, lost rules, deeds, reports to a KSC, oddities, panics |
//! | `GET /external-systems`, `/devices`, `/sensors`, `/behaviour`, `/faults`, `/intrusions`, `/state` | what their names say |
//! | `GET /certificate` | PEM and SHA-256; `POST /certificate {}` makes a new one |
//! | `POST /accept {"id": …}`, `POST /reject {"id": …}` | the administrator; `"fingerprint"` for one row of several |
//! | `POST /advance {"seconds": 60}` | moves the clock |
//! | `POST /behave {"swapped_codes": true}` | turns switches; what is not named stays |
//! | `POST /faults {"call": "POST *", "times": 1, "kind": {"answer": {"status": 503}}}` | plans a fault; `DELETE /faults` forgets all |
//! | `POST /gate {"hold": true, "call": "POST *"}` / `{"let_through": 1}` / `{"hold": false}` | the gate; `POST /way-out` the other |
//! | `POST /edit {"edit": {"prevent": {"scope": "all", "file": {"md5": …}}}}` | a write of the console, or `"by"` somebody else |
//! | `POST /intrude {"call": "GET settings/*", "nth": 1, "edit": …}` | plans a second writer |
//! | `POST /leave-isolation {"sensor": …}` | somebody ends it on the device |
//! | `POST /listeners {"listener": 0, "state": "dead"}` | `silent`, `alive` |

use crate::edit::Intrusion;
use crate::faults::Fault;
use crate::forms::MomentForm;
use crate::house::House;
use crate::listeners::Listeners;
use crate::orders::{AddressState, AtAddress, AtDevice, Decision, GateOrder, Step, Writing};
use crate::wire;
use crate::world::World;
use crate::world::registry::Access;
use bytes::Bytes;
use http_body_util::{BodyExt as _, Full, Limited};
use hyper::body::Incoming;
use hyper::header::{CONTENT_TYPE, HeaderValue};
use hyper::service::service_fn;
use hyper::{Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use stage::Gate;
use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::task::{JoinHandle, JoinSet};

/// More than any order needs.
const LARGEST_BODY: usize = 1024 * 1024;

/// A control listener at work; dropping it ends it.
#[derive(Debug)]
pub(crate) struct Control {
    addr: SocketAddr,
    accepting: JoinHandle<()>,
}

/// What the orders concern.
#[derive(Clone)]
struct Levers {
    house: Arc<House>,
    listeners: Arc<Listeners>,
}

impl Control {
    pub(crate) async fn open(
        addr: SocketAddr,
        house: Arc<House>,
        listeners: Arc<Listeners>,
    ) -> io::Result<Self> {
        let socket = TcpListener::bind(addr).await?;
        let addr = socket.local_addr()?;
        let levers = Levers { house, listeners };
        Ok(Self {
            addr,
            accepting: tokio::spawn(accept(socket, levers)),
        })
    }

    pub(crate) fn addr(&self) -> SocketAddr {
        self.addr
    }
}

impl Drop for Control {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

async fn accept(socket: TcpListener, levers: Levers) {
    // The set is dropped with this task and takes its connections along.
    let mut connections = JoinSet::new();
    loop {
        let Ok((stream, _)) = socket.accept().await else {
            continue;
        };
        while connections.try_join_next().is_some() {}
        let levers = levers.clone();
        connections.spawn(async move {
            let service = service_fn(|request| answer(levers.clone(), request));
            // Whoever hangs up does not want the answer.
            let _ = hyper::server::conn::http1::Builder::new()
                .serve_connection(TokioIo::new(stream), service)
                .await;
        });
    }
}

async fn answer(
    levers: Levers,
    request: Request<Incoming>,
) -> Result<Response<Full<Bytes>>, Infallible> {
    let method = request.method().clone();
    let path = request.uri().path().to_owned();
    let body = Limited::new(request.into_body(), LARGEST_BODY)
        .collect()
        .await;
    let (status, value) = match body {
        Ok(body) => {
            let body = body.to_bytes();
            match path.as_str() {
                "/listeners" => address(&levers, &body).await,
                _ if method == "GET" => show(&levers, &path),
                _ => act(&levers, method.as_str(), &path, &body),
            }
        }
        Err(_) => refused("the body did not arrive"),
    };
    let mut response = Response::new(Full::new(Bytes::from(value.to_string())));
    *response.status_mut() = status;
    let json = HeaderValue::from_static("application/json");
    response.headers_mut().insert(CONTENT_TYPE, json);
    Ok(response)
}

type Told = (StatusCode, Value);

fn show(levers: &Levers, path: &str) -> Told {
    let house = &levers.house;
    let journal = &house.journal;
    match path {
        "/journal" => ok(&json!({
            "requests": journal.requests(),
            "ruleChanges": journal.rule_changes(),
            "lostRules": journal.lost_rules(),
            "deeds": journal.deeds(),
            "tagReports": journal.tag_reports(),
            "oddities": journal.oddities(),
            "panics": journal.panics(),
        })),
        "/external-systems" => ok(&json!(house.world().registry.rows())),
        "/devices" => ok(&json!(house.world().device_summaries())),
        "/sensors" => ok(&json!(house.world().directory.named())),
        "/behaviour" => ok(&json!(house.world().behaviour)),
        "/faults" => ok(&json!(house.faults.planned())),
        "/intrusions" => ok(&json!(house.world().intrusions)),
        "/state" => done(levers),
        "/certificate" => {
            let certificate = house.certificate();
            ok(&json!({"pem": certificate.pem, "sha256": certificate.fingerprint}))
        }
        _ => nowhere(),
    }
}

fn act(levers: &Levers, method: &str, path: &str, body: &[u8]) -> Told {
    let house = &levers.house;
    match (method, path) {
        ("POST", "/accept") => with(body, |it| decide(levers, &it, Access::Accepted)),
        ("POST", "/reject") => with(body, |it| decide(levers, &it, Access::Rejected)),
        ("POST", "/advance") => with(body, |step: Step| {
            let Ok(by) = Duration::try_from_secs_f64(step.seconds) else {
                return refused("seconds must not be negative");
            };
            house.advance(by);
            done(levers)
        }),
        ("POST", "/behave") => with(body, |switches: Value| behave(levers, &switches)),
        ("POST", "/faults") => with(body, |fault: Fault| {
            house.faults.push(fault);
            ok(&json!(house.faults.planned()))
        }),
        ("DELETE", "/faults") => {
            house.faults.clear();
            done(levers)
        }
        ("POST", "/gate") => with(body, |order| gate(&house.gate, &order)),
        ("POST", "/way-out") => with(body, |order| gate(&house.way_out, &order)),
        ("POST", "/edit") => with(body, |it: Writing| {
            match house.change(|world| world.edit(&it.by, &it.edit)) {
                Ok(()) => done(levers),
                Err(error) => refused(&error.to_string()),
            }
        }),
        ("POST", "/intrude") => with(body, |it: Intrusion| {
            house.change(|world| world.intrusions.push(it));
            done(levers)
        }),
        ("POST", "/leave-isolation") => with(body, |at: AtDevice| {
            if house.change(|world| world.leave_isolation(&at.sensor)) {
                done(levers)
            } else {
                refused("no such device is isolated")
            }
        }),
        ("POST", "/certificate") => match house.renew_certificate() {
            Ok(()) => show(levers, "/certificate"),
            Err(error) => refused(&error.to_string()),
        },
        _ => nowhere(),
    }
}

async fn address(levers: &Levers, body: &[u8]) -> Told {
    let at: AtAddress = match serde_json::from_slice(body) {
        Ok(at) => at,
        Err(error) => return refused(&error.to_string()),
    };
    if at.listener >= levers.listeners.addresses().len() {
        return refused("there is no such listener");
    }
    match at.state {
        AddressState::Dead => levers.listeners.kill(at.listener).await,
        AddressState::Silent => levers.listeners.silence(at.listener).await,
        AddressState::Alive => {
            if let Err(error) = levers.listeners.revive(at.listener) {
                return refused(&error.to_string());
            }
        }
    }
    done(levers)
}

fn decide(levers: &Levers, it: &Decision, access: Access) -> Told {
    let fingerprint = it.fingerprint.as_deref();
    let say = |world: &mut World| world.registry.say(&it.id, fingerprint, access);
    if levers.house.change(say) == 0 {
        return refused("there is no such external system");
    }
    show(levers, "/external-systems")
}

fn behave(levers: &Levers, switches: &Value) -> Told {
    let turned = levers.house.change(|world| {
        let mut all = json!(world.behaviour);
        for (name, value) in switches.as_object().into_iter().flatten() {
            all[name] = value.clone();
        }
        world.behaviour = serde_json::from_value(all)?;
        Ok::<(), serde_json::Error>(())
    });
    match turned {
        Ok(()) => show(levers, "/behaviour"),
        Err(error) => refused(&error.to_string()),
    }
}

fn gate(gate: &Gate, order: &GateOrder) -> Told {
    match order.hold {
        Some(true) => gate.hold_calls_to(order.call.as_deref().unwrap_or("*")),
        Some(false) => gate.open(),
        None => {}
    }
    gate.let_through(order.let_through.unwrap_or(0));
    ok(&json!({"held": gate.is_held(), "waiting": gate.waiting_calls()}))
}

fn with<T: DeserializeOwned>(body: &[u8], act: impl FnOnce(T) -> Told) -> Told {
    match serde_json::from_slice(body) {
        Ok(order) => act(order),
        Err(error) => refused(&error.to_string()),
    }
}

fn ok(value: &Value) -> Told {
    (StatusCode::OK, value.clone())
}

/// The state, after whatever was done.
fn done(levers: &Levers) -> Told {
    let house = &levers.house;
    let now = wire::moment(Some(house.world().now), MomentForm::Rfc3339);
    ok(&json!({
        "now": now,
        "addresses": levers.listeners.addresses(),
        "connections": levers.listeners.connections(),
        "atTheGate": house.gate.waiting_calls(),
        "onTheWayOut": house.way_out.waiting_calls(),
    }))
}

fn refused(why: &str) -> Told {
    (StatusCode::BAD_REQUEST, json!({"error": why}))
}

fn nowhere() -> Told {
    let error = json!({"error": "there is no such control"});
    (StatusCode::NOT_FOUND, error)
}
