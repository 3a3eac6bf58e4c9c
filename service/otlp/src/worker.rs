//! Takes spans out of the queue in batches and sends them, whatever the collector does.

use std::sync::Arc;
use std::time::Duration;

use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::transform::common::tonic::ResourceAttributesWithSchema;
use opentelemetry_proto::transform::trace::tonic::group_spans_by_resource_and_scope;
use opentelemetry_sdk::trace::SpanData;
use prost::Message as _;
use tokio::sync::{mpsc, watch};
use tokio::time::Instant;

use crate::counter::Counter;
use crate::queue::Once;
use crate::transport::{Transport, Verdict};

/// Most spans of a batch.
const BATCH: usize = 512;

/// How long the first span of a batch waits for others.
const LINGER: Duration = Duration::from_secs(1);

/// So long a batch is tried. Behind it the queue fills.
const GIVE_UP_AFTER: Duration = Duration::from_secs(60);

/// Between the first two attempts; doubled for each.
const FIRST_PAUSE: Duration = Duration::from_secs(1);

/// Between two attempts at most, whatever the collector asks for.
const MOST_PAUSE: Duration = Duration::from_secs(30);

/// What works the queue off.
pub(crate) struct Worker {
    pub(crate) spans: mpsc::Receiver<SpanData>,
    pub(crate) transport: Transport,
    pub(crate) resource: ResourceAttributesWithSchema,
    pub(crate) counter: Arc<dyn Counter>,
    /// Turns true, or goes, when the program ends.
    pub(crate) stop: watch::Receiver<bool>,
    pub(crate) mood: Mood,
}

/// How the collector does, so that what goes wrong is said once.
#[derive(Default)]
pub(crate) struct Mood {
    complaints: Once,
    /// A complaint was written, and no relief yet.
    complained: bool,
}

impl Worker {
    /// Works until the program ends and the queue is empty.
    pub(crate) async fn run(mut self) {
        loop {
            let batch = self.gather().await;
            if batch.is_empty() {
                return;
            }
            self.deliver(batch).await;
        }
    }

    /// The next spans; none when there will be no more.
    async fn gather(&mut self) -> Vec<SpanData> {
        let mut batch = Vec::new();
        tokio::select! {
            first = self.spans.recv() => batch.extend(first),
            () = stopped(&mut self.stop) => {}
        }
        if !batch.is_empty() {
            let spans = &mut self.spans;
            let more = async {
                while batch.len() < BATCH
                    && let Some(span) = spans.recv().await
                {
                    batch.push(span);
                }
            };
            tokio::select! {
                () = more => {}
                () = tokio::time::sleep(LINGER) => {}
                () = stopped(&mut self.stop) => {}
            }
        }
        while batch.len() < BATCH
            && let Ok(span) = self.spans.try_recv()
        {
            batch.push(span);
        }
        batch
    }

    async fn deliver(&mut self, batch: Vec<SpanData>) {
        let in_hand = InHand {
            count: batch.len(),
            counter: Arc::clone(&self.counter),
        };
        let body = ExportTraceServiceRequest {
            resource_spans: group_spans_by_resource_and_scope(batch, &self.resource),
        }
        .encode_to_vec();
        let until = Instant::now() + GIVE_UP_AFTER;
        let mut pause = FIRST_PAUSE;
        loop {
            let last = is_stopping(&self.stop);
            let (why, after) = match self.transport.post(body.clone()).await {
                Verdict::Taken { rejected: 0, .. } => {
                    in_hand.taken(0);
                    self.mood.relieved();
                    return;
                }
                Verdict::Taken { rejected, why } => {
                    in_hand.taken(rejected);
                    self.mood
                        .complain(&format!("it rejected {rejected} spans: {why}"));
                    return;
                }
                Verdict::Refused(why) => return self.mood.complain(&why),
                Verdict::Later { why, after } => (why, after),
            };
            self.mood.complain(&why);
            let wait = after.unwrap_or(pause).min(MOST_PAUSE);
            pause = (pause * 2).min(MOST_PAUSE);
            if last || Instant::now() + wait > until {
                return;
            }
            tokio::select! {
                () = tokio::time::sleep(wait) => {}
                // One more attempt, without further ado.
                () = stopped(&mut self.stop) => {}
            }
        }
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        self.spans.close();
        while self.spans.try_recv().is_ok() {
            self.counter.dropped(1);
        }
    }
}

/// A batch that is dropped unless it is taken, also when the sending is broken off.
struct InHand {
    count: usize,
    counter: Arc<dyn Counter>,
}

impl InHand {
    fn taken(mut self, rejected: usize) {
        let rejected = rejected.min(self.count);
        self.counter.exported(self.count - rejected);
        self.count = rejected;
    }
}

impl Drop for InHand {
    fn drop(&mut self) {
        if self.count > 0 {
            self.counter.dropped(self.count);
        }
    }
}

impl Mood {
    fn complain(&mut self, why: &str) {
        if !self.complained && self.complaints.may_be_said() {
            self.complained = true;
            tracing::warn!(
                reason = why,
                "the trace collector does not take spans; what it does not take in time is dropped and counted"
            );
        }
    }

    fn relieved(&mut self) {
        if std::mem::take(&mut self.complained) {
            tracing::info!("the trace collector takes spans again");
        }
    }
}

fn is_stopping(stop: &watch::Receiver<bool>) -> bool {
    *stop.borrow() || stop.has_changed().is_err()
}

/// Resolves when the program ends.
async fn stopped(stop: &mut watch::Receiver<bool>) {
    // An error: nobody is left to say so.
    let _stopped = stop.wait_for(|it| *it).await.is_ok();
}
