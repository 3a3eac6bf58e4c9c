//! Create a task, and read it back.

use std::sync::Arc;

use actix_web::http::header::{LOCATION, RETRY_AFTER};
use actix_web::{HttpMessage, HttpRequest, HttpResponse, get, post, web};
use serde::Deserialize;
use serde_json::Value;
use utoipa::IntoParams;

use super::{Answer, answer};
use crate::api::body::{self, Form};
use crate::api::contract::Contract;
use crate::api::problem::{Code, Problem};
use crate::api::requests::{
    DeleteFileRequest, GetFileRequest, IocScanRequest, IsolateHostRequest, OnDemandScanRequest,
    PreventExecutionRequest, QuarantineFileRequest, StartProcessRequest, TaskRequest,
    TerminateProcessRequest,
};
use crate::api::responses::{CreateTaskResponses, GetTaskResponses};
use crate::auth::{Caller, Scope};
use crate::config;
use crate::edge::request_id::RequestId;
use crate::edge::trail;
use crate::follow::Follow;
use crate::intake::{Intake, Ticket};
use crate::task::{Request, TaskType, Violation};

/// How a task is created.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
struct CreateQuery {
    /// Do everything but create the incident, and show what would be sent.
    #[param(required = false, example = false)]
    dry_run: bool,
}

/// Create any of the nine tasks.
///
/// The vendor's own form of the request, told apart by `task`. Importers that do not know `oneOf`
/// use the routes of the single tasks.
#[utoipa::path(
    operation_id = "createTask", tag = "tasks", params(CreateQuery),
    request_body(content = TaskRequest, content_type = "application/json"),
    responses(CreateTaskResponses), security(("BearerAuth" = ["tasks.create"]))
)]
#[post("/tasks")]
pub(super) async fn create_task(
    request: HttpRequest,
    caller: Caller,
    payload: web::Payload,
) -> Answer {
    answer(create(&request, &caller, payload, None).await)
}

/// The flat route of one task.
macro_rules! flat {
    ($handler:ident, $task:ident, $body:ident, $path:literal, $name:literal, $scope:literal, $summary:literal, $text:literal) => {
        #[doc = $summary]
        #[doc = ""]
        #[doc = $text]
        #[utoipa::path(
                            operation_id = $name, tag = "tasks", params(CreateQuery),
                            request_body(content = $body, content_type = "application/json"),
                            responses(CreateTaskResponses), security(("BearerAuth" = [$scope]))
                        )]
        #[post($path)]
        pub(super) async fn $handler(
            request: HttpRequest,
            caller: Caller,
            payload: web::Payload,
        ) -> Answer {
            answer(create(&request, &caller, payload, Some(TaskType::$task)).await)
        }
    };
}

flat!(
    get_file,
    GetFile,
    GetFileRequest,
    "/tasks/getFile",
    "getFile",
    "tasks.create.getFile",
    "Get a file.",
    "A copy of the file is put into the device's Quarantine, from where the KSC console fetches it."
);
flat!(
    delete_file,
    DeleteFile,
    DeleteFileRequest,
    "/tasks/deleteFile",
    "deleteFile",
    "tasks.create.deleteFile",
    "Delete a file.",
    "No copy is kept. KES refuses files that Windows or KES needs."
);
flat!(
    quarantine_file,
    QuarantineFile,
    QuarantineFileRequest,
    "/tasks/quarantineFile",
    "quarantineFile",
    "tasks.create.quarantineFile",
    "Quarantine a file.",
    "The file is moved to Quarantine: at most 100 MB, and no file that Windows or KES needs."
);
flat!(
    ioc_scan,
    IocScan,
    IocScanRequest,
    "/tasks/iocScan",
    "iocScan",
    "tasks.create.iocScan",
    "Scan for indicators of compromise.",
    "Takes a ZIP archive of OpenIOC documents in base64."
);
flat!(
    start_process,
    StartProcess,
    StartProcessRequest,
    "/tasks/startProcess",
    "startProcess",
    "tasks.create.startProcess",
    "Start a process.",
    "It runs as SYSTEM."
);
flat!(
    terminate_process,
    TerminateProcess,
    TerminateProcessRequest,
    "/tasks/terminateProcess",
    "terminateProcess",
    "tasks.create.terminateProcess",
    "Terminate a process.",
    "Ends every process that runs the file."
);
flat!(
    isolate_host,
    IsolateHost,
    IsolateHostRequest,
    "/tasks/isolateHost",
    "isolateHost",
    "tasks.create.isolateHost",
    "Isolate a host, or release it.",
    "How long isolation lasts and what it lets through come from the device's policy."
);
flat!(
    prevent_execution,
    PreventExecution,
    PreventExecutionRequest,
    "/tasks/preventExecution",
    "preventExecution",
    "tasks.create.preventExecution",
    "Prevent a file from running.",
    "Whether this blocks or only logs is up to the device's policy. There is no task that takes the rule away again."
);
flat!(
    on_demand_scan,
    OnDemandScan,
    OnDemandScanRequest,
    "/tasks/onDemandScan",
    "onDemandScan",
    "tasks.create.onDemandScan",
    "Scan for malware.",
    "The parameters are an array, also for one place."
);

/// Read a task.
///
/// The state, and the evidence that it rests on, as KSC shows it now. Any replica can answer.
#[utoipa::path(
    operation_id = "getTask", tag = "tasks",
    params(("id" = String, Path, description = "The task's id, from `id` or `Location`.", example = "ksc-42")),
    responses(GetTaskResponses), security(("BearerAuth" = ["tasks.read"]))
)]
#[get("/tasks/{id}")]
pub(super) async fn get_task(
    request: HttpRequest,
    caller: Caller,
    id: web::Path<String>,
) -> Answer {
    trail::note(&request, |trail| {
        trail.task = Some(id.chars().take(64).collect());
    });
    let read = async {
        caller.demand(Scope::Read)?;
        let follow = request
            .app_data::<web::Data<Follow>>()
            .expect("the app holds a follow");
        let task = follow.task(&id, &request_id(&request)).await?;
        trail::note(&request, |trail| {
            trail.host_id = Some(task.target_host.id.clone());
            trail.incident = Some(task.incident.id);
        });
        let mut response = HttpResponse::Ok();
        if !task.terminal {
            response.insert_header((RETRY_AFTER, task.poll_after_seconds));
        }
        Ok(response.json(task))
    };
    answer(read.await)
}

/// Admits, reads, checks and submits. `task` is known on the flat routes.
async fn create(
    request: &HttpRequest,
    caller: &Caller,
    payload: web::Payload,
    task: Option<TaskType>,
) -> Result<HttpResponse, Problem> {
    caller.demand(task.map_or(Scope::CreateSome, Scope::Create))?;
    refuse_idempotency_key(request)?;
    let query = query(request)?;
    let server = request
        .app_data::<web::Data<config::Server>>()
        .expect("the app holds settings");
    let body = body::read(request, payload, server.max_body_bytes).await?;
    let form = match task {
        Some(task) => Form::Flat(task),
        None => Form::Native(body::task_of(&body)?),
    };
    // Whoever may not ask for the task must not make the gateway work through its parameters.
    caller.demand(Scope::Create(form.task()))?;
    let contract = request
        .app_data::<web::Data<Contract>>()
        .expect("the app holds the contract");
    let wanted = check(contract.clone(), form, body).await?;
    trail::note(request, |trail| {
        trail.task = Some(wanted.task().name().to_owned());
        trail.host = Some(wanted.host().as_str().to_owned());
        trail.dry_run = query.dry_run;
    });
    let intake = request
        .app_data::<web::Data<Intake>>()
        .expect("the app holds an intake");
    let intake = Arc::clone(intake);
    let ticket = Ticket {
        caller: Arc::clone(&caller.id),
        request: wanted,
        request_id: request_id(request),
    };
    if query.dry_run {
        let dry_run = intake.rehearse(ticket).await?;
        trail::note(request, |trail| {
            trail.audited = true;
            trail.host_id = Some(dry_run.target_host.id.clone());
        });
        return Ok(HttpResponse::Ok().json(dry_run));
    }
    let task = intake.submit(ticket).await;
    // The intake writes the audit line of what it decides; what it does not take in is not decided.
    trail::note(request, |trail| {
        trail.audited = !matches!(&task, Err(problem) if problem.code() == Code::Draining);
        if let Ok(task) = &task {
            trail.host_id = Some(task.target_host.id.clone());
            trail.incident = Some(task.incident.id);
        }
    });
    let task = task?;
    Ok(HttpResponse::Accepted()
        .insert_header((LOCATION, format!("/v1/tasks/{}", task.id)))
        .insert_header((RETRY_AFTER, task.poll_after_seconds))
        .json(task))
}

/// Checks a body; a large one, which is an IOC archive to be unpacked, off the server's threads.
async fn check(contract: web::Data<Contract>, form: Form, body: Value) -> Result<Request, Problem> {
    const LARGE: usize = 64 * 1024;
    let archive = body.pointer("/params/ioc").and_then(Value::as_str);
    if archive.is_none_or(|it| it.len() < LARGE) {
        return body::check(&contract, form, body);
    }
    let checked = web::block(move || body::check(&contract, form, body)).await;
    checked.unwrap_or_else(|_| {
        Err(Problem::new(
            Code::Internal,
            "The check of the body broke off.",
        ))
    })
}

/// A caller that sends a key relies on it when it repeats a request. A key that is not kept would
/// make that repetition a second incident.
fn refuse_idempotency_key(request: &HttpRequest) -> Result<(), Problem> {
    if !request.headers().contains_key("idempotency-key") {
        return Ok(());
    }
    let detail = "This version keeps no idempotency keys. Send the request without Idempotency-Key, and look before you repeat it after 504.";
    let violation = Violation::new("", "idempotency_key_unsupported", detail);
    Err(Problem::new(Code::ValidationFailed, detail).with_errors(vec![violation]))
}

fn query(request: &HttpRequest) -> Result<CreateQuery, Problem> {
    web::Query::<CreateQuery>::from_query(request.query_string())
        .map(web::Query::into_inner)
        .map_err(|_| {
            let detail = "The only query parameter is dryRun, true or false.";
            Problem::new(Code::ValidationFailed, detail)
                .with_errors(vec![Violation::new("", "query", detail)])
        })
}

fn request_id(request: &HttpRequest) -> RequestId {
    request
        .extensions()
        .get::<RequestId>()
        .cloned()
        .unwrap_or_default()
}
