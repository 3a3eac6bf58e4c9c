//! A task to its end: by its stream, and by asking where there is none.

use std::io::Write;
use std::time::{Duration, Instant};

use serde_json::Value;

use super::desk::{Desk, Stop};
use crate::gateway::events::{Event, Stream};
use crate::gateway::failure::Failure;
use crate::gateway::{Gateway, segment};
use crate::show::clean;
use crate::show::live::Live;
use crate::show::shell::quote;

/// How often a line that moves is drawn.
const FRAME: Duration = Duration::from_millis(100);

/// The pauses between two streams, and between two questions where there is none.
const PAUSE: Duration = Duration::from_secs(2);

/// So often a stream may break before it is known that streams do not hold here, as behind some
/// proxies: then the task is asked for instead.
const BREAKS: u32 = 3;

/// Follows a task until its end or until there is no more time, and gives it as it was seen last.
///
/// # Errors
/// Why it cannot be seen any more, beside how it stood.
pub(super) async fn follow(
    desk: &Desk,
    gateway: &Gateway,
    task: Value,
    until: Instant,
) -> (Value, Option<Failure>) {
    let id = task["id"].as_str().unwrap_or_default().to_owned();
    let screen = desk.err;
    let output: Box<dyn Write> = if desk.is_quiet() {
        Box::new(std::io::sink())
    } else {
        Box::new(std::io::stderr())
    };
    let mut eye = Eye {
        live: Live::new(output, screen, Instant::now()),
        task,
        until,
    };
    eye.show();
    let named = clean(&quote(&id)).into_owned();
    desk.when_stopped(Stop::Waiting(format!(
        "The task goes on: edrctl tasks watch {named}"
    )));
    let failure = eye.follow(gateway, &id).await;
    let _nobody_reads = eye.live.finish(Instant::now());
    (eye.task, failure)
}

/// Who looks at a task.
struct Eye {
    live: Live<Box<dyn Write>>,
    task: Value,
    until: Instant,
}

impl Eye {
    fn show(&mut self) {
        let _nobody_reads = self.live.update(&self.task, Instant::now());
    }

    fn is_over(&self) -> bool {
        self.task["terminal"] == true || Instant::now() >= self.until
    }

    async fn follow(&mut self, gateway: &Gateway, id: &str) -> Option<Failure> {
        let mut heard: Option<String> = None;
        let mut broken = 0;
        while !self.is_over() {
            if broken < BREAKS {
                match gateway.watch(id, heard.as_deref()).await {
                    Ok(Some(stream)) => {
                        let last = self.listen(stream).await;
                        broken = match &last {
                            // One that tells nothing is held back on the way, and so is the next.
                            None if heard.is_none() => BREAKS,
                            // Nothing new may be all that there is to tell.
                            None => broken + 1,
                            Some(_) => 1,
                        };
                        heard = last.or(heard);
                    }
                    // It is over, and how was told before this program heard of it; or there is no
                    // stream. Either way it is asked for.
                    Ok(None) | Err(_) => broken = BREAKS,
                }
                if !self.is_over() && broken < BREAKS {
                    self.pause(PAUSE).await;
                }
                continue;
            }
            if let Err(failure) = self.ask(gateway, id).await {
                return Some(failure);
            }
        }
        None
    }

    /// Listens to a stream to its end; gives the event that was heard last.
    async fn listen(&mut self, mut stream: Stream) -> Option<String> {
        let mut frame = tokio::time::interval(FRAME);
        while !self.is_over() {
            tokio::select! {
                event = stream.next() => match event {
                    Some(Event::Task(task)) => {
                        self.task = task;
                        self.show();
                    }
                    // The gateway says why it cannot see; it goes on looking.
                    Some(Event::Problem(_)) => {}
                    None => break,
                },
                _ = frame.tick() => self.tick(),
            }
        }
        stream.heard().map(str::to_owned)
    }

    /// Asks how the task stands, and lets the gateway answer when that changes.
    async fn ask(&mut self, gateway: &Gateway, id: &str) -> Result<(), Failure> {
        let left = self.until.saturating_duration_since(Instant::now());
        let wait = left.as_secs().clamp(1, 50).to_string();
        let path = format!("/v1/tasks/{}", segment(id));
        let query = [("wait", wait.as_str()), ("waitFor", "change")];
        let asked = gateway.get(&path, &query);
        let mut asked = std::pin::pin!(asked);
        let mut frame = tokio::time::interval(FRAME);
        let answer = loop {
            tokio::select! {
                answer = &mut asked => break answer?,
                _ = frame.tick() => self.tick(),
            }
            // Nobody waits longer than was said for an answer that does not come.
            if self.is_over() {
                return Ok(());
            }
        };
        let is_news = answer.body != self.task;
        self.task = answer.body;
        self.show();
        if !is_news && !self.is_over() {
            self.pause(Duration::from_millis(500)).await;
        }
        Ok(())
    }

    async fn pause(&mut self, pause: Duration) {
        let end = (Instant::now() + pause).min(self.until);
        while Instant::now() < end {
            tokio::time::sleep(FRAME.min(pause)).await;
            self.tick();
        }
    }

    fn tick(&mut self) {
        let _nobody_reads = self.live.tick(Instant::now());
    }
}
