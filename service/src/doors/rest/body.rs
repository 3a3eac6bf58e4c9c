//! From the bytes of a request to a valid [`Request`], or to a problem that names every violation.

pub mod batch;
mod head;
mod json;

use actix_web::HttpRequest;
use actix_web::web::Payload;
use futures_util::StreamExt;
use kataedr::Format;
use serde_json::Value;

use self::head::BodyKind;
use super::contract::Contract;
use super::form::Form;
use crate::config;
use crate::doors::answer::Rejection;
use crate::problem::Problem;
use vocabulary::code::Code;
use vocabulary::task::{Request, Violation};

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
    let limit = server.max_body_bytes;
    let (_, bytes) = whole(server, &[BodyKind::Json], limit, request, payload).await?;
    Ok(json::read(&bytes)?)
}

/// Reads settings of at most so many bytes: JSON, which is an object, or the text of an INI file.
///
/// # Errors
/// As [`read`], and 422 when it is JSON of another kind.
pub async fn settings(
    server: &config::Server,
    limit: usize,
    request: &HttpRequest,
    payload: Payload,
) -> Result<(Vec<u8>, Format), Rejection> {
    let limit = limit.min(server.max_body_bytes);
    let kinds = [BodyKind::Json, BodyKind::Text];
    let (kind, bytes) = whole(server, &kinds, limit, request, payload).await?;
    if kind == BodyKind::Text {
        return Ok((bytes, Format::Ini));
    }
    if !json::read(&bytes)?.is_object() {
        let violation = Violation::new("", "type", "Must be an object.");
        return Err(Problem::invalid(vec![violation]).into());
    }
    Ok((bytes, Format::Json))
}

async fn whole(
    server: &config::Server,
    kinds: &[BodyKind],
    limit: usize,
    request: &HttpRequest,
    payload: Payload,
) -> Result<(BodyKind, Vec<u8>), Rejection> {
    let reading = bytes(request, payload, kinds, limit);
    match tokio::time::timeout(server.request_timeout, reading).await {
        Ok(read) => read,
        Err(_) => Err(Problem::new(
            Code::RequestTimeout,
            format!(
                "The body has not come within {} s. Nothing was done.",
                server.request_timeout.as_secs_f32()
            ),
        )
        .into()),
    }
}

async fn bytes(
    request: &HttpRequest,
    mut payload: Payload,
    kinds: &[BodyKind],
    limit: usize,
) -> Result<(BodyKind, Vec<u8>), Rejection> {
    let (kind, announced) = head::check(request, kinds, limit)?;
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
    Ok((kind, bytes))
}

/// The form of a native body.
///
/// # Errors
/// 422 when it names no type of task.
pub fn form_of(body: &Value) -> Result<Form, Problem> {
    Form::of_native(body).map_err(|it| Problem::invalid(vec![it]))
}

/// The valid request in a body.
///
/// # Errors
/// 422 with every violation.
pub fn check(contract: &Contract, form: Form, body: Value) -> Result<Request, Problem> {
    let (mut body, violations) = contract.check(form, body);
    let request = match form {
        Form::Flat(action) => Request::parse_flat(action, body),
        Form::Native(task) => {
            if let Some(object) = body.as_object_mut() {
                object.remove("task");
            }
            Request::parse(task, body)
        }
    };
    finish(request, violations)
}

/// What the schema found, and what only the task's own rules can see.
fn finish(
    request: Result<Request, Vec<Violation>>,
    mut found: Vec<Violation>,
) -> Result<Request, Problem> {
    match request {
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
