//! From the bytes of a body to a valid request, for each task; and to a refusal that names all that is wrong.

use std::hint::black_box;
use std::rc::Rc;
use std::sync::LazyLock;
use std::time::Duration;

use actix_web::dev::Payload;
use actix_web::test::TestRequest;
use actix_web::{FromRequest as _, HttpRequest, web};
use edr_gateway::config;
use edr_gateway::doors::rest::body;
use edr_gateway::doors::rest::contract::Contract;
use edr_gateway::doors::rest::document;
use edr_gateway::doors::rest::form::Form;
use edr_gateway::problem::Problem;
use serde_json::json;
use tokio::runtime::Runtime;
use vocabulary::requests::{flat_example, native_example};
use vocabulary::task::{Action, Request, TaskType};

use super::piece::Piece;

static CONTRACT: LazyLock<Contract> = LazyLock::new(|| Contract::compile(&document::document()));

/// The published example of a task, as a request.
pub(super) fn request(task: TaskType) -> Request {
    let text = native_example(task).to_string();
    let desk = Desk::new();
    let read = desk.read(Form::Native(task), &text.into());
    read.expect("an example is valid")
}

/// A refusal of a body in which all of this is wrong.
pub(super) fn refusal() -> Problem {
    let desk = Desk::new();
    let refused = desk.read(Form::Flat(Action::DeleteFile), &wrong().into());
    refused.expect_err("it is wrong")
}

/// Eight rules are broken.
fn wrong() -> String {
    let body = json!({
        "targetHost": "ws\"042", "severity": "grave", "comment": 1, "extra": true,
        "hash": "no", "path": "*",
    });
    body.to_string()
}

pub(super) fn pieces() -> Vec<Piece> {
    let good = TaskType::THREAT_RESPONSE.map(|task| {
        Piece::again(format!("body, {}", task.name()), move |_| {
            let action = Action::from(task);
            let text = web::Bytes::from(flat_example(action).to_string());
            let desk = Rc::new(Desk::new());
            let form = Form::Flat(action);
            let read = desk.read(form, &text).expect("an example is valid");
            assert_eq!(read.task(), task);
            move || {
                black_box(desk.read(form, black_box(&text)).is_ok());
            }
        })
        .counted(if task == TaskType::IocScan {
            300
        } else {
            1_000
        })
    });
    let refused = Piece::again("body, deleteFile, refused", |_| {
        let desk = Rc::new(Desk::new());
        let document = refusal().document("/v1/tasks/deleteFile", "r");
        assert_eq!((document.status, document.errors.len()), (422, 8));
        let text = web::Bytes::from(wrong());
        move || {
            black_box(
                desk.read(Form::Flat(Action::DeleteFile), black_box(&text))
                    .is_err(),
            );
        }
    });
    good.into_iter().chain([refused]).collect()
}

/// What a handler has when it reads a body.
struct Desk {
    runtime: Runtime,
    server: config::Server,
    request: HttpRequest,
}

impl Desk {
    fn new() -> Self {
        let server = config::Server {
            public_url: None,
            docs: true,
            cors_origins: Vec::new(),
            listen: ([127, 0, 0, 1], 0).into(),
            admin_listen: ([127, 0, 0, 1], 0).into(),
            max_body_bytes: 1 << 20,
            request_timeout: Duration::from_mins(1),
            keep_alive: Duration::from_mins(1),
            tls: None,
            drain_delay: Duration::ZERO,
            shutdown_grace: Duration::ZERO,
        };
        Self {
            runtime: tokio::runtime::Builder::new_current_thread()
                .enable_time()
                .build()
                .expect("a runtime"),
            server,
            request: TestRequest::default()
                .insert_header(("content-type", "application/json"))
                .to_http_request(),
        }
    }

    fn read(&self, form: Form, text: &web::Bytes) -> Result<Request, Problem> {
        let mut payload = Payload::from(text.clone());
        let read = self.runtime.block_on(async {
            let payload = web::Payload::from_request(&self.request, &mut payload);
            let payload = payload.await.expect("a payload");
            body::read(&self.server, &self.request, payload).await
        });
        let value = read.map_err(|it| it.problem().clone())?;
        body::check(&CONTRACT, form, value)
    }
}
