//! What the span of a request says, in OpenTelemetry's words for HTTP servers where it has one.
//!
//! What the access log says, and no more: no query, no header, no body.

use actix_web::HttpRequest;

use super::head;
use crate::audit::Trail;
use crate::telemetry::trace::OpenSpan;
use vocabulary::code::Code;

/// Writes down what is known of the request when it is answered.
pub(super) fn describe(
    open: &OpenSpan,
    request: &HttpRequest,
    id: &str,
    status: u16,
    trail: &Trail,
) {
    let method = head::method(request);
    let (route, method) = (trail.route.as_str(), known(method));
    open.name(format!("{method} {route}"));
    open.note("http.request.method", method);
    open.note("http.route", route.to_owned());
    open.note("http.response.status_code", i64::from(status));
    // A path that leads nowhere is whatever somebody has put there, be it a token by mistake.
    if status < 400 || request.path() == route {
        open.note("url.path", request.path().to_owned());
    }
    open.note("request.id", id.to_owned());
    let peer = request.peer_addr().map(|it| it.ip().to_string());
    open.note_some("client.address", peer);
    open.note_some("caller.id", trail.caller.as_deref().map(str::to_owned));
    // Nor is a part of such a path anything else.
    let of_path = !request.match_info().is_empty();
    if !(of_path && (400..500).contains(&status)) {
        open.note_some("task", trail.task.clone());
        open.note_some("host.requested", trail.host.clone());
    }
    open.note_some("host.id", trail.host_id.clone());
    let id = trail.task_id.as_ref();
    open.note_some("backend", id.map(|it| it.backend().to_owned()));
    open.note_some("task.id", id.map(|it| it.as_str().to_owned()));
    open.note_some("problem.code", trail.problem.map(Code::name));
    if trail.dry_run {
        open.note("dry_run", true);
    }
    // What a caller did wrong is no failure of the server.
    if status >= 500 {
        match trail.problem {
            Some(code) => open.fail(code.name()),
            None => open.fail(status.to_string()),
        }
    }
}

/// A caller's invention must not become a name.
fn known(method: &str) -> &'static str {
    match method {
        "GET" => "GET",
        "POST" => "POST",
        "PUT" => "PUT",
        "PATCH" => "PATCH",
        "DELETE" => "DELETE",
        "HEAD" => "HEAD",
        "OPTIONS" => "OPTIONS",
        _ => "_OTHER",
    }
}
