//! Bodies of requests: from bytes to a valid request or to a problem that names every violation.
//!
//! The first byte chooses the form: one of the flat ones, the native one, or a batch.

use std::cell::RefCell;
use std::sync::LazyLock;
use std::time::Duration;

use actix_web::dev::Payload;
use actix_web::test::TestRequest;
use actix_web::web;
use actix_web::{FromRequest as _, HttpRequest};
use edr_gateway::backends::ksc::warnings;
use edr_gateway::config;
use edr_gateway::doors::answer::Rejection;
use edr_gateway::doors::rest::body;
use edr_gateway::doors::rest::body::batch;
use edr_gateway::doors::rest::contract::Contract;
use edr_gateway::doors::rest::document;
use edr_gateway::doors::rest::form::Form;
use edr_gateway::problem::Problem;
use ksc::SafeText;
use serde_json::{Value, json};
use tokio::runtime::Runtime;
use vocabulary::batch::MOST;
use vocabulary::code::Code;
use vocabulary::task::{Action, Area, Request};

use crate::Verdict;
use crate::filter::assert_safe;

/// More than any input that the fuzzer makes.
const MOST_BYTES: usize = 1 << 20;

pub(crate) static CONTRACT: LazyLock<Contract> =
    LazyLock::new(|| Contract::compile(&document::document()));

pub(crate) fn try_one(input: &[u8]) -> Verdict {
    let Some((form, text)) = input.split_first() else {
        return Verdict::Refused;
    };
    let body = match read(text) {
        Ok(body) => body,
        Err(rejection) => {
            let document = rejection.problem().document("/v1/tasks", "r");
            assert_eq!(document.status, 400, "{}", document.code);
            return Verdict::Refused;
        }
    };
    assert_read_whole(text, &body);
    match Action::ALL.get(usize::from(*form) % (Action::ALL.len() + 2)) {
        Some(action) => check(Form::Flat(*action), body),
        None if form % 2 == 0 => check_native(body),
        None => check_batch(&body),
    }
}

/// The body as the server reads it.
pub(crate) fn read(text: &[u8]) -> Result<Value, Rejection> {
    thread_local! {
        static READER: Reader = Reader::new();
    }
    READER.with(|it| it.read(text))
}

struct Reader {
    runtime: Runtime,
    server: config::Server,
    request: RefCell<HttpRequest>,
}

impl Reader {
    fn new() -> Self {
        let server = config::Server {
            public_url: None,
            docs: true,
            cors_origins: Vec::new(),
            listen: ([127, 0, 0, 1], 0).into(),
            admin_listen: ([127, 0, 0, 1], 0).into(),
            max_body_bytes: MOST_BYTES,
            request_timeout: Duration::from_secs(60),
            keep_alive: Duration::from_secs(60),
            tls: None,
            drain_delay: Duration::ZERO,
            shutdown_grace: Duration::ZERO,
        };
        let request = TestRequest::default()
            .insert_header(("content-type", "application/json"))
            .to_http_request();
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .build()
            .expect("a runtime");
        Self {
            runtime,
            server,
            request: RefCell::new(request),
        }
    }

    fn read(&self, text: &[u8]) -> Result<Value, Rejection> {
        let request = self.request.borrow();
        let mut payload = Payload::from(web::Bytes::copy_from_slice(text));
        self.runtime.block_on(async {
            let payload = web::Payload::from_request(&request, &mut payload);
            body::read(&self.server, &request, payload.await.expect("a payload")).await
        })
    }
}

/// Nothing of the text was lost: outside of texts there is one colon for each member, so a name
/// that stands there twice is one colon too many. And each value is the one that any parser reads.
pub(crate) fn assert_read_whole(text: &[u8], value: &Value) {
    // The byte order mark of a Windows tool is taken.
    let text = text.strip_prefix("\u{feff}".as_bytes()).unwrap_or(text);
    let (mut colons, mut inside, mut escaped) = (0, false, false);
    for byte in text {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if inside => escaped = true,
            b'"' => inside = !inside,
            b':' if !inside => colons += 1,
            _ => {}
        }
    }
    assert_eq!(colons, members(value), "a member is named twice");
    let other: Value = serde_json::from_slice(text).expect("it was read");
    assert!(is_same(value, &other), "{value} was read of {other}");
}

fn members(value: &Value) -> usize {
    match value {
        Value::Array(items) => items.iter().map(members).sum(),
        Value::Object(object) => object.len() + object.values().map(members).sum::<usize>(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => 0,
    }
}

/// The same, where `1.0` is 1.
fn is_same(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Number(one), Value::Number(other)) => {
            one == other || (one.as_f64() == other.as_f64() && other.is_f64())
        }
        (Value::Array(one), Value::Array(other)) => {
            one.len() == other.len()
                && one
                    .iter()
                    .zip(other)
                    .all(|(one, other)| is_same(one, other))
        }
        (Value::Object(one), Value::Object(other)) => {
            one.len() == other.len()
                && one
                    .iter()
                    .all(|(name, it)| other.get(name).is_some_and(|other| is_same(it, other)))
        }
        (one, other) => one == other,
    }
}

fn check_native(body: Value) -> Verdict {
    match body::form_of(&body) {
        Ok(form) => check(form, body),
        Err(problem) => {
            assert_explained(&problem, &body);
            Verdict::Refused
        }
    }
}

fn check_batch(body: &Value) -> Verdict {
    match batch::open(body.clone(), MOST_BYTES) {
        Ok(requests) => {
            assert!((1..=MOST).contains(&requests.len()));
            let taken: Vec<Verdict> = requests.into_iter().map(|it| check_item(it.body)).collect();
            Verdict::taken(taken.contains(&Verdict::Taken))
        }
        Err(problem) if problem.code() == Code::BodyTooLarge => Verdict::Refused,
        Err(problem) => {
            assert_explained(&problem, body);
            Verdict::Refused
        }
    }
}

fn check_item(mut body: Value) -> Verdict {
    let Ok(form) = Form::of_item(&body) else {
        return Verdict::Refused;
    };
    if let (Form::Flat(_), Value::Object(members)) = (form, &mut body) {
        members.remove("task");
    }
    check(form, body)
}

pub(crate) fn check(form: Form, body: Value) -> Verdict {
    let contract = &*CONTRACT;
    match body::check(contract, form, body.clone()) {
        Ok(request) => {
            assert_eq!(request.task(), form.task());
            assert_good(contract, &request);
            Verdict::Taken
        }
        Err(problem) => {
            assert_explained(&problem, &body);
            let found = contract.check(form, body).1;
            let document = problem.document("/", "r");
            assert!(
                !found.is_empty() || document.errors.iter().all(|it| it.code != "shape"),
                "the schema promises what the type does not keep: {:?}",
                document.errors
            );
            Verdict::Refused
        }
    }
}

/// What is valid stays valid when it is written again, and holds nothing that a filter would read.
fn assert_good(contract: &Contract, request: &Request) {
    let host = request.host().as_str();
    assert_safe(host);
    assert!(SafeText::parse(host).is_ok(), "{host:?} cannot be searched");
    let task = request.task();
    let params = request.params().to_value();
    let _ = warnings::of_params(task, &params);
    let mut again = json!({
        "task": task.name(),
        "targetHost": host,
        "params": params,
        "severity": request.severity().number(),
    });
    let texts = [
        (
            "responseEventIncidentArea",
            request.area().map(Area::as_str),
        ),
        ("comment", request.comment()),
        ("externalId", request.external_id()),
    ];
    for (name, text) in texts {
        if let Some(text) = text {
            again[name] = text.into();
        }
    }
    let native = body::check(contract, Form::Native(task), again.clone());
    assert!(native.is_ok_and(|it| it == *request), "{again}");
    again["unknown"] = Value::Null;
    assert!(body::check(contract, Form::Native(task), again).is_err());
}

/// A refusal says where and why, within bounds.
pub(crate) fn assert_explained(problem: &Problem, body: &Value) {
    let document = problem.document("/v1/tasks", "r");
    assert_eq!(document.status, 422);
    assert!((1..=201).contains(&document.errors.len()));
    for violation in &document.errors {
        let pointer = &violation.pointer;
        let parent = pointer.rsplit_once('/').map_or("", |(parent, _)| parent);
        assert!(
            body.pointer(parent).is_some() || body.pointer(pointer).is_some(),
            "{pointer} is nowhere"
        );
        assert!(!violation.code.is_empty() && !violation.detail.is_empty());
        assert!(violation.detail.len() < 1000, "{}", violation.detail);
    }
}
