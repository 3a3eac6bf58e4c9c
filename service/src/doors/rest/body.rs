//! From the bytes of a request to a valid [`Request`], or to a problem that names every violation.

pub mod batch;
mod head;
mod json;

use actix_web::HttpRequest;
use actix_web::web::Payload;
use futures_util::StreamExt;
use serde_json::Value;

use super::contract::Contract;
use crate::config;
use crate::doors::answer::Rejection;
use crate::problem::Problem;
use vocabulary::code::Code;
use vocabulary::task::{Request, TaskType, Violation};

/// Reads a JSON body of at most `server.max_body_bytes`.
///
/// # Errors
/// 415 before anything is read, 413 as soon as it is known to be too large, 408 when it has not
/// come whole within `server.request_timeout`, 400 when it is not JSON or names a member twice.
pub async fn read(
    server: &config::Server,
    request: &HttpRequest,
    payload: Payload,
) -> Result<Value, Rejection> {
    let reading = bytes(request, payload, server.max_body_bytes);
    let Ok(bytes) = tokio::time::timeout(server.request_timeout, reading).await else {
        return Err(Problem::new(
            Code::RequestTimeout,
            format!(
                "The body has not come within {} s. Nothing was done.",
                server.request_timeout.as_secs_f32()
            ),
        )
        .into());
    };
    Ok(json::read(&bytes?)?)
}

async fn bytes(
    request: &HttpRequest,
    mut payload: Payload,
    limit: usize,
) -> Result<Vec<u8>, Rejection> {
    let announced = head::check(request, limit)?;
    // What is announced is not there yet: room is made for what comes.
    let mut bytes = Vec::with_capacity(announced.min(64 * 1024));
    while let Some(chunk) = payload.next().await {
        let chunk = chunk.map_err(|_| {
            Problem::new(
                Code::MalformedRequest,
                "The body ended early or was badly encoded.",
            )
        })?;
        if bytes.len() + chunk.len() > limit {
            return Err(head::too_large(limit).into());
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes)
}

/// Which of the two forms a body has, and for which task.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// Without `task`, on the task's own route.
    Flat(TaskType),
    /// With `task`, as the vendor writes it.
    Native(TaskType),
}

impl Form {
    /// The task that is asked for.
    #[must_use]
    pub const fn task(self) -> TaskType {
        match self {
            Self::Flat(task) | Self::Native(task) => task,
        }
    }
}

/// The task that a native body asks for.
///
/// # Errors
/// 422 when it names no type of task.
pub fn task_of(body: &Value) -> Result<TaskType, Problem> {
    Contract::task_of(body).map_err(|it| Problem::invalid(vec![it]))
}

/// The valid request in a body.
///
/// # Errors
/// 422 with every violation.
pub fn check(contract: &Contract, form: Form, body: Value) -> Result<Request, Problem> {
    match form {
        Form::Flat(task) => {
            let (body, violations) = contract.check_flat(task, body);
            finish(task, body, violations)
        }
        Form::Native(task) => {
            let (mut body, violations) = contract.check_native(task, body);
            if let Some(object) = body.as_object_mut() {
                object.remove("task");
            }
            finish(task, body, violations)
        }
    }
}

/// What the schema found, and what only the task's own rules can see.
fn finish(task: TaskType, body: Value, mut found: Vec<Violation>) -> Result<Request, Problem> {
    match Request::parse(task, body) {
        Ok(request) if found.is_empty() => Ok(request),
        Ok(_) => Err(Problem::invalid(found)),
        Err(more) => {
            // What the schema has named already, it has named better.
            let named = |it: &Violation| {
                it.code == "shape"
                    || found
                        .iter()
                        .any(|by_schema| by_schema.pointer == it.pointer)
            };
            let more: Vec<Violation> = match found.as_slice() {
                [] => more,
                [..] => more.into_iter().filter(|it| !named(it)).collect(),
            };
            found.extend(more);
            Err(Problem::invalid(found))
        }
    }
}
