//! The control listener: the library's levers over plain HTTP, for a demo, a shell, or a test in
//! another process.
//!
//! JSON both ways. It has no authentication and belongs on 127.0.0.1.
//!
//! | request | does |
//! | --- | --- |
//! | `GET /journal` | calls, incidents, violations and panics |
//! | `GET /incidents`, `GET /hosts`, `GET /tasks`, `GET /state`, `GET /faults` | what their names say |
//! | `POST /advance {"seconds": 60}` | moves the clock |
//! | `POST /console {"connected": false}` | the service console |
//! | `POST /rights {"granted": false}`, `POST /mfa {"required": true}` | the account |
//! | `POST /faults {"method": "HostGroup.*", "times": 1, "kind": "stall"}` | plans a fault; `DELETE /faults` forgets all |
//! | `POST /gate {"hold": true}` / `{"let_through": 1}` / `{"hold": false}` | the gate |
//! | `POST /expire-sessions {}` | makes every session invalid |
//! | `POST /outcomes {"host": …, "task": …, "state": "failed", "text": …}` | what devices report |
//! | `POST /incidents {"id": 42, "delete": true}` / `{"id": 42, "edit": {"body": …, "missing": ["KLINCDT_BODY"]}}` | an analyst |
//! | `POST /restore {"next_incident": 42}` | a backup: incidents from there on are gone, their numbers come again |
//! | `POST /tasks {"display_name": …, "hosts": [...]}` | a task of somebody else |
//! | `POST /hosts {"id": …, "online": false}` | switches a device |
//! | `POST /rename {"id": …, "name": "KIOSK-1"}` | gives a device another name |
//! | `POST /register-again {"id": …, "old_goes": true}` | gives a device another id; its old record goes, or stays |

use crate::faults::Fault;
use crate::house::House;
use crate::scenario::Outcome;
use crate::world::incidents::IncidentEdit;
use crate::world::tags::TagSetter;
use crate::world::tasks::ForeignTask;
use bytes::Bytes;
use http_body_util::{BodyExt as _, Full, Limited};
use hyper::body::Incoming;
use hyper::header::{CONTENT_TYPE, HeaderValue};
use hyper::service::service_fn;
use hyper::{Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
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

impl Control {
    pub(crate) async fn open(addr: SocketAddr, house: Arc<House>) -> io::Result<Self> {
        let socket = TcpListener::bind(addr).await?;
        let addr = socket.local_addr()?;
        Ok(Self {
            addr,
            accepting: tokio::spawn(accept(socket, house)),
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

async fn accept(socket: TcpListener, house: Arc<House>) {
    // The set is dropped with this task and takes its connections along.
    let mut connections = JoinSet::new();
    loop {
        let Ok((stream, _)) = socket.accept().await else {
            continue;
        };
        while connections.try_join_next().is_some() {}
        let house = Arc::clone(&house);
        connections.spawn(async move {
            let service = service_fn(|request| answer(Arc::clone(&house), request));
            // Whoever hangs up does not want the answer.
            let _ = hyper::server::conn::http1::Builder::new()
                .serve_connection(TokioIo::new(stream), service)
                .await;
        });
    }
}

async fn answer(
    house: Arc<House>,
    request: Request<Incoming>,
) -> Result<Response<Full<Bytes>>, Infallible> {
    let method = request.method().clone();
    let path = request.uri().path().to_owned();
    let body = Limited::new(request.into_body(), LARGEST_BODY)
        .collect()
        .await;
    let (status, value) = match body {
        Ok(body) => act(&house, method.as_str(), &path, &body.to_bytes()),
        Err(_) => (
            StatusCode::BAD_REQUEST,
            json!({"error": "the body did not arrive"}),
        ),
    };
    let mut response = Response::new(Full::new(Bytes::from(value.to_string())));
    *response.status_mut() = status;
    response
        .headers_mut()
        .insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    Ok(response)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Advance {
    seconds: f64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Console {
    connected: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Rights {
    granted: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Mfa {
    required: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct GateOrder {
    hold: Option<bool>,
    method: Option<String>,
    let_through: Option<usize>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Switch {
    id: String,
    online: bool,
}

/// A tag that a device gets, or loses where nobody sets it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TagOrder {
    id: String,
    value: String,
    #[serde(default)]
    by: Option<TagSetter>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Rename {
    id: String,
    name: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RegisterAgain {
    id: String,
    old_goes: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Analyst {
    id: i64,
    #[serde(default)]
    delete: bool,
    #[serde(default)]
    edit: IncidentEdit,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Restore {
    next_incident: i64,
}

type Answer = (StatusCode, Value);

fn act(house: &House, method: &str, path: &str, body: &[u8]) -> Answer {
    match (method, path) {
        ("GET", "/journal") => ok(&json!({
            "calls": house.journal.calls(),
            "incidents": house.journal.incidents(),
            "violations": house.journal.violations(),
            "panics": house.journal.panics(),
        })),
        ("GET", "/incidents") => ok(&json!(house.journal.incidents())),
        ("GET", "/hosts") => ok(&json!(house.hosts())),
        ("GET", "/tasks") => ok(&json!(house.tasks())),
        ("GET", "/state") => ok(&json!(house.state())),
        ("GET", "/faults") => ok(&json!(house.faults.planned())),
        ("DELETE", "/faults") => {
            house.faults.clear();
            done(house)
        }
        ("POST", "/advance") => with(body, |order: Advance| {
            let Ok(by) = Duration::try_from_secs_f64(order.seconds) else {
                return refused("seconds must not be negative");
            };
            house.advance(by);
            done(house)
        }),
        ("POST", "/console") => with(body, |order: Console| {
            house.set_console(order.connected);
            done(house)
        }),
        ("POST", "/rights") => with(body, |order: Rights| {
            house.world().knobs.rights = order.granted;
            done(house)
        }),
        ("POST", "/mfa") => with(body, |order: Mfa| {
            house.world().knobs.mfa = order.required;
            done(house)
        }),
        ("POST", "/faults") => with(body, |fault: Fault| {
            house.faults.push(fault);
            ok(&json!(house.faults.planned()))
        }),
        ("POST", "/gate") => with(body, |order: GateOrder| {
            match order.hold {
                Some(true) => house
                    .gate
                    .hold_calls_to(order.method.as_deref().unwrap_or("*")),
                Some(false) => house.gate.open(),
                None => {}
            }
            house.gate.let_through(order.let_through.unwrap_or(0));
            ok(&json!({"held": house.gate.is_held(), "waiting": house.gate.waiting_calls()}))
        }),
        ("POST", "/expire-sessions") => {
            house.expire_sessions();
            done(house)
        }
        ("POST", "/outcomes") => with(body, |outcome: Outcome| {
            house.add_outcome(outcome);
            done(house)
        }),
        ("POST", "/incidents") => with(body, |order: Analyst| {
            let there = if order.delete {
                house.world().drop_incident(order.id)
            } else {
                house.world().edit_incident(order.id, order.edit)
            };
            if there {
                done(house)
            } else {
                refused("there is no such incident")
            }
        }),
        ("POST", "/restore") => with(body, |order: Restore| {
            house.world().restore_incidents(order.next_incident);
            done(house)
        }),
        ("POST", "/tasks") => with(body, |task: ForeignTask| {
            ok(&json!({"id": house.add_foreign_task(task)}))
        }),
        ("POST", "/hosts") => with(body, |order: Switch| {
            if house.set_online(&order.id, order.online) {
                done(house)
            } else {
                refused("there is no such host")
            }
        }),
        ("POST", "/tags") => with(body, |order: TagOrder| {
            let mut world = house.world();
            let there = match order.by {
                Some(by) => world.set_tag(&order.id, &order.value, by),
                None => world.remove_tag(&order.id, &order.value),
            };
            drop(world);
            if there {
                done(house)
            } else {
                refused("there is no such host or tag")
            }
        }),
        ("POST", "/rename") => with(body, |order: Rename| {
            if house.world().rename_host(&order.id, &order.name) {
                done(house)
            } else {
                refused("there is no such host")
            }
        }),
        ("POST", "/register-again") => with(body, |order: RegisterAgain| {
            let new = house.world().register_again(&order.id, order.old_goes);
            match new {
                Some(new) => ok(&json!({"id": new})),
                None => refused("there is no such host"),
            }
        }),
        _ => (
            StatusCode::NOT_FOUND,
            json!({"error": "there is no such control"}),
        ),
    }
}

fn with<T: DeserializeOwned>(body: &[u8], act: impl FnOnce(T) -> Answer) -> Answer {
    match serde_json::from_slice(body) {
        Ok(order) => act(order),
        Err(error) => refused(&error.to_string()),
    }
}

fn ok(value: &Value) -> Answer {
    (StatusCode::OK, value.clone())
}

fn done(house: &House) -> Answer {
    ok(&json!(house.state()))
}

fn refused(why: &str) -> Answer {
    (StatusCode::BAD_REQUEST, json!({"error": why}))
}
