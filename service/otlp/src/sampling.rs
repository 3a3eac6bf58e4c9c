//! Which traces are recorded of those that begin here.
//!
//! A part of them, as the settings say. But one that comes of another trace, which a link of its
//! first span names, is recorded when that one is: whoever reads of the one shall find the other.

use opentelemetry::trace::{Link, SpanKind, TraceId};
use opentelemetry::{Context, KeyValue};
use opentelemetry_sdk::trace::{Sampler, SamplingResult, ShouldSample};

/// Decides for the first span of a trace.
#[derive(Debug, Clone)]
pub(crate) struct Root(Sampler);

impl Root {
    /// This part of the traces that come of no other.
    pub(crate) fn of(ratio: f64) -> Self {
        Self(Sampler::TraceIdRatioBased(ratio))
    }
}

impl ShouldSample for Root {
    fn should_sample(
        &self,
        parent: Option<&Context>,
        trace: TraceId,
        name: &str,
        kind: &SpanKind,
        attributes: &[KeyValue],
        links: &[Link],
    ) -> SamplingResult {
        let is_followed = links.iter().any(|it| it.span_context.is_sampled());
        let sampler = if is_followed {
            &Sampler::AlwaysOn
        } else {
            &self.0
        };
        sampler.should_sample(parent, trace, name, kind, attributes, links)
    }
}
