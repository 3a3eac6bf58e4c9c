//! Watch a task: server-sent events until it is over.
//!
//! The id of an event is a mark of what it says, equal on every replica, so that a stream that
//! breaks off can be taken up at another one. States between the two are not replayed: no replica
//! keeps them.

use std::convert::Infallible;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use actix_web::http::header::CONTENT_TYPE;
use actix_web::web::Bytes;
use actix_web::{HttpMessage as _, HttpRequest, HttpResponse, get, web};
use futures_util::Stream;
use futures_util::stream::unfold;
use time::OffsetDateTime;
use utoipa::IntoParams;

use super::id::{TaskPath, note_id, task_id};
use super::read::note;
use crate::auth::Caller;
use crate::clock::Clock;
use crate::doors::answer::{Answer, Rejection, answer};
use crate::doors::edge::request_id;
use crate::doors::rest::desk::Desk;
use crate::doors::rest::responses::WatchTaskResponses;
use crate::follow::watch::{News, Watcher};
use crate::problem::Problem;
use crate::request_id::RequestId;
use crate::telemetry::trace::{self, OpenSpan, Trace};
use vocabulary::report::Task;

/// A stream says so often that it is alive: proxies close what is silent for a minute.
const HEARTBEAT: Duration = Duration::from_secs(15);

/// A stream rests on one look at its token, and ends with that or with its key. Whatever else may
/// have changed since, such as what a caller may do, is looked at again after an hour at the
/// latest: the client takes the stream up again.
const LONGEST: Duration = Duration::from_hours(1);

/// Where a client goes on, for the document.
#[derive(IntoParams)]
#[into_params(parameter_in = Header)]
#[expect(dead_code, reason = "it describes a header that is read by hand")]
pub(super) struct LastEventHeader {
    /// The last event that was heard.
    #[param(rename = "Last-Event-ID", required = false)]
    last_event_id: String,
}

/// Watch a task.
///
/// Server-sent events: `state` carries the task whenever something about it changes, the first at
/// once; `problem` says that KSC cannot be asked at the moment. The stream ends when the task is
/// over, when the token expires or its key is withdrawn, after an hour, or when the replica shuts
/// down; a client that reconnects sends `Last-Event-ID`, as browsers do, and hears nothing twice.
/// Many streams of one task cost KSC no more than one.
#[utoipa::path(
    operation_id = "watchTask", tag = "tasks",
    params(TaskPath, LastEventHeader),
    responses(WatchTaskResponses), security(("BearerAuth" = ["tasks.read"]))
)]
#[get("/tasks/{id}/events")]
pub(in crate::doors::rest) async fn watch_task(
    desk: web::Data<Desk>,
    request: HttpRequest,
    caller: Caller,
    path: web::Path<TaskPath>,
) -> Answer {
    answer(watch(&desk, &request, &caller, &path.id).await)
}

async fn watch(
    desk: &Desk,
    request: &HttpRequest,
    caller: &Caller,
    id: &str,
) -> Result<HttpResponse, Rejection> {
    note_id(request, id);
    let permit = desk.authority.read(caller)?;
    let mut watcher = desk.follow.watch(&permit, &task_id(desk, id)?)?;
    let request_id = request_id::of(request);
    let (task, mark) = first(desk, &mut watcher, &request_id).await?;
    note(request, &task);
    let heard = request.headers().get("last-event-id");
    let heard = heard.and_then(|it| it.to_str().ok()).map(str::to_owned);
    if task.terminal && heard.as_deref() == Some(&*mark) {
        // Nothing more will come, and a client that hears this does not come back.
        return Ok(HttpResponse::NoContent().finish());
    }
    let clock = desk.clock.clone();
    let ends = caller.ends(clock.now());
    let channel = Channel {
        watcher,
        next: Some((task, mark)),
        heard,
        request_id,
        instance: request.path().to_owned(),
        ends: Box::pin(async move {
            let _either_way = tokio::time::timeout(LONGEST, ends).await;
        }),
        spoke: clock.now(),
        clock,
        trace: trace::here(),
        _open: request.extensions().get::<OpenSpan>().cloned(),
    };
    Ok(HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, "text/event-stream"))
        // nginx, which many an ingress is, would hold events back.
        .insert_header(("x-accel-buffering", "no"))
        .streaming(stream(channel)))
}

/// How the task stands when the watching begins.
async fn first(
    desk: &Desk,
    watcher: &mut Watcher,
    request_id: &RequestId,
) -> Result<(Arc<Task>, Arc<str>), Problem> {
    let news = tokio::time::timeout(desk.server.request_timeout, watcher.next()).await;
    match news {
        Ok(News::Task(task, mark)) => Ok((task, mark)),
        Ok(News::Failed(missed)) => Err(missed.problem(request_id.as_str())),
        Ok(News::Absent) => Err(desk.follow.unknown()),
        Ok(News::Over) => Err(watcher.why_over(request_id.as_str())),
        Err(_) => Err(desk.follow.late()),
    }
}

/// One open stream.
struct Channel {
    watcher: Watcher,
    /// A sight of the task that is still to be told.
    next: Option<(Arc<Task>, Arc<str>)>,
    /// The id of the last event that the client has heard before this stream.
    heard: Option<String>,
    request_id: RequestId,
    instance: String,
    /// Resolves when nothing more may be told.
    ends: Pin<Box<dyn Future<Output = ()>>>,
    /// When something was written last.
    spoke: OffsetDateTime,
    clock: Clock,
    trace: Option<Trace>,
    /// The request lasts as long as its stream, and so does its span.
    _open: Option<OpenSpan>,
}

fn stream(channel: Channel) -> impl Stream<Item = Result<Bytes, Infallible>> {
    unfold(Some(channel), |channel| async move {
        let mut channel = channel?;
        let trace = channel.trace.clone();
        let (text, last) = trace::within(trace, channel.say()).await?;
        channel.spoke = channel.clock.now();
        Some((Ok(Bytes::from(text)), (!last).then_some(channel)))
    })
}

impl Channel {
    /// What is to be written next, and whether it is the last; nothing when the stream is over.
    async fn say(&mut self) -> Option<(String, bool)> {
        loop {
            if let Some((task, mark)) = self.next.take() {
                let known = self.heard.take().is_some_and(|it| *it == *mark);
                if known && !task.terminal {
                    // A head without a body would look like a stream that hangs.
                    return Some((": nothing new\n\n".to_owned(), false));
                }
                return Some((event("state", Some(&mark), &*task), task.terminal));
            }
            let heartbeat = self.spoke + HEARTBEAT;
            tokio::select! {
                news = self.watcher.next() => match news {
                    News::Task(task, mark) => self.next = Some((task, mark)),
                    News::Failed(missed) => {
                        let problem = missed.problem(self.request_id.as_str());
                        let document = problem.document(&self.instance, self.request_id.as_str());
                        return Some((event("problem", None, &document), false));
                    }
                    News::Absent | News::Over => return None,
                },
                () = self.clock.sleep_until(heartbeat) => {
                    return Some((": still here\n\n".to_owned(), false));
                }
                () = &mut self.ends => return None,
            }
        }
    }
}

/// One event as it is written: JSON has no line ends, so its data is one line.
fn event(name: &str, id: Option<&str>, data: &impl serde::Serialize) -> String {
    let data = serde_json::to_string(data).expect("it is plain data");
    let id = id.map(|it| format!("id: {it}\n")).unwrap_or_default();
    format!("event: {name}\n{id}data: {data}\n\n")
}
