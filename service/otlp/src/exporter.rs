//! What is started with the program and finished with it.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use opentelemetry::KeyValue;
use opentelemetry::trace::TracerProvider as _;
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::resource::{EnvResourceDetector, TelemetryResourceDetector};
use opentelemetry_sdk::trace::{Sampler, SdkTracer, SdkTracerProvider, SpanLimits};
use tokio::sync::{mpsc, watch};
use tokio::task::JoinHandle;

use crate::counter::Counter;
use crate::queue::{MOST_WAITING, Queue};
use crate::sampling::Root;
use crate::settings::{Settings, SetupError};
use crate::transport::{Transport, Verdict};
use crate::worker::{Mood, Worker};

/// Longest that an ending program waits for the collector.
const FLUSH_WITHIN: Duration = Duration::from_secs(5);

/// Spans on their way to the collector.
pub struct Exporter {
    tracer: SdkTracer,
    ratio: f64,
    stop: watch::Sender<bool>,
    worker: Mutex<Option<JoinHandle<()>>>,
}

impl Exporter {
    /// Begins, on the runtime that this is called on. The collector is not asked for anything
    /// before there is a span.
    ///
    /// # Panics
    /// Outside a runtime.
    pub fn start(settings: &Settings, counter: Arc<dyn Counter>) -> Result<Self, SetupError> {
        let transport = Transport::new(settings)?;
        let resource = resource(settings);
        let (spans, waiting) = mpsc::channel(MOST_WAITING);
        let (stop, stopping) = watch::channel(false);
        let worker = Worker {
            spans: waiting,
            transport,
            resource: (&resource).into(),
            counter: Arc::clone(&counter),
            stop: stopping,
            mood: Mood::default(),
        };
        let provider = SdkTracerProvider::builder()
            .with_sampler(Sampler::ParentBased(Box::new(Root::of(settings.ratio))))
            // Else what the environment says of them would count.
            .with_span_limits(SpanLimits::default())
            .with_resource(resource)
            .with_span_processor(Queue::new(spans, counter))
            .build();
        Ok(Self {
            tracer: provider.tracer(settings.service),
            ratio: settings.ratio,
            stop,
            worker: Mutex::new(Some(tokio::spawn(worker.run()))),
        })
    }

    /// What makes spans.
    #[must_use]
    pub fn tracer(&self) -> &SdkTracer {
        &self.tracer
    }

    /// The part of the traces that begin here which is recorded.
    #[must_use]
    pub fn ratio(&self) -> f64 {
        self.ratio
    }

    /// Sends what is there, but not beyond this moment. Spans that end later are dropped.
    pub async fn finish(&self, until: Instant) {
        let worker = {
            let mut worker = self.worker.lock().unwrap_or_else(PoisonError::into_inner);
            worker.take()
        };
        let Some(mut worker) = worker else { return };
        self.stop.send_replace(true);
        let until = until.min(Instant::now() + FLUSH_WITHIN);
        if tokio::time::timeout_at(until.into(), &mut worker)
            .await
            .is_err()
        {
            worker.abort();
            // What it held is counted by then.
            let _broken_off = worker.await;
            tracing::warn!("the last spans did not reach the trace collector in time");
        }
    }
}

/// Sends the collector an export without spans, and says what it does not like about that.
pub async fn probe(settings: &Settings) -> Result<Result<(), String>, SetupError> {
    // A message without any field is no bytes.
    let verdict = Transport::new(settings)?.post(Vec::new()).await;
    Ok(match verdict {
        Verdict::Taken { .. } => Ok(()),
        Verdict::Refused(why) | Verdict::Later { why, .. } => Err(why),
    })
}

/// Whether the authorities' file of these settings can be used; the collector is not asked.
///
/// # Errors
/// When it cannot.
pub fn usable_authorities(settings: &Settings) -> Result<(), SetupError> {
    Transport::new(settings).map(drop)
}

/// Who speaks. What the environment says (`OTEL_RESOURCE_ATTRIBUTES`) comes last and wins.
fn resource(settings: &Settings) -> Resource {
    Resource::builder_empty()
        .with_attributes([
            KeyValue::new("service.name", settings.service),
            KeyValue::new("service.version", settings.version),
            KeyValue::new("service.instance.id", settings.instance.clone()),
        ])
        .with_detectors(&[
            Box::new(TelemetryResourceDetector),
            Box::new(EnvResourceDetector::new()),
        ])
        .build()
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use opentelemetry::trace::{Span as _, Tracer as _};
    use tokio::net::TcpListener;

    use super::*;

    #[derive(Default)]
    struct Count {
        exported: AtomicUsize,
        dropped: AtomicUsize,
    }

    impl Counter for Count {
        fn exported(&self, spans: usize) {
            self.exported.fetch_add(spans, Ordering::SeqCst);
        }

        fn dropped(&self, spans: usize) {
            self.dropped.fetch_add(spans, Ordering::SeqCst);
        }
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_collector_that_never_answers_costs_what_the_queue_does_not_hold_and_at_the_end_all()
    {
        let silent = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = silent.local_addr().expect("bound");
        let settings = Settings {
            endpoint: format!("http://{address}").parse().expect("a URL"),
            headers_file: None,
            ca_file: None,
            ratio: 1.0,
            service: "test",
            version: "0",
            instance: String::new(),
        };
        let count = Arc::new(Count::default());
        let counter = Arc::clone(&count) as Arc<dyn Counter>;
        let exporter = Exporter::start(&settings, counter).expect("an exporter");
        let spans = MOST_WAITING * 2;

        for _ in 0..spans {
            exporter.tracer().start("work").end();
        }

        // One batch may be in hand beside those that wait.
        let dropped = count.dropped.load(Ordering::SeqCst);
        assert!(dropped > 0 && dropped <= spans - MOST_WAITING, "{dropped}");
        let begun = Instant::now();
        exporter.finish(begun + Duration::from_millis(50)).await;
        assert!(begun.elapsed() < FLUSH_WITHIN);
        assert_eq!(count.dropped.load(Ordering::SeqCst), spans);
        assert_eq!(count.exported.load(Ordering::SeqCst), 0);
        exporter.tracer().start("late").end();
        assert_eq!(count.dropped.load(Ordering::SeqCst), spans + 1);
    }
}
