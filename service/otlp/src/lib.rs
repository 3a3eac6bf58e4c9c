//! Sends spans to an OpenTelemetry collector, over OTLP/HTTP with binary protobuf.
//!
//! Whoever ends a span puts it into a bounded queue and goes on; a task of this crate does the
//! rest. A collector that is away, slow, silent or refuses costs spans, which are counted, and
//! nothing else: no request waits for it or fails with it.
//!
//! # A span's way through the crate
//!
//! * [`exporter`]: what is started, and how it ends.
//! * `sampling`: which traces that begin here are recorded at all.
//! * `queue`: where ended spans wait; what does not fit is dropped.
//! * `worker`: takes them out in batches, tries again for a while, and says once what goes wrong.
//! * `transport`: one HTTP exchange with the collector.
//! * [`Counter`]: who hears how many came there, and how many did not.
//! * `headers`: what the collector wants to be told, from a file.
//!
//! # Rationale
//!
//! Spans, sampling and messages are the official libraries'. Their own exporter
//! (`opentelemetry-otlp` under the SDK's batch processor) was not taken: it does not tell how many
//! spans it dropped, works on a thread of its own that cannot use the program's runtime, and writes
//! a line for each batch that fails.

mod counter;
pub mod exporter;
mod headers;
mod queue;
mod sampling;
pub mod settings;
mod transport;
mod worker;

pub use counter::Counter;
pub use exporter::{Exporter, probe, usable_authorities};
pub use headers::usable_headers;
pub use opentelemetry_sdk::trace::{SdkTracer, Span};
pub use queue::WITHDRAWN;
pub use settings::{Settings, SetupError};
