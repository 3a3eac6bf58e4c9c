//! A house whose traces go to a collector, and how what has arrived there is read.

use acceptance::{Caller, Collector, House, Plan, Reply, Span, eventually, isolation};
use opentelemetry_proto::tonic::trace::v1::span::SpanKind;
use reqwest::Method;

pub(crate) const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";
pub(crate) const PARENT: &str = "00f067aa0ba902b7";
pub(crate) const EXPORTED: &str = "edr_gateway_trace_spans_exported_total";
pub(crate) const DROPPED: &str = "edr_gateway_trace_spans_dropped_total";

/// A house whose traces go to a collector.
pub(crate) async fn house(collector: &Collector) -> House {
    furnished(collector, &[]).await
}

pub(crate) async fn furnished(collector: &Collector, more: &[(&'static str, &str)]) -> House {
    let mut settings = vec![collector.setting()];
    settings.extend(more.iter().map(|(key, it)| (*key, (*it).to_owned())));
    House::furnish(Plan {
        settings,
        ..Plan::default()
    })
    .await
}

/// Isolates a host, as a part of the caller's trace.
pub(crate) async fn isolate(caller: &Caller, host: &str, traceparent: &str) -> Reply {
    let request = caller
        .request(Method::POST, "/v1/tasks/isolateHost")
        .header("traceparent", traceparent)
        .header("tracestate", "soar=1")
        .json(&isolation(host));
    Reply::of(request).await
}

/// Trace and span of an answer.
pub(crate) fn answered(reply: &Reply) -> (String, String) {
    let parts: Vec<_> = reply.header("traceparent").split('-').collect();
    (parts[1].to_owned(), parts[2].to_owned())
}

/// The span of the request itself: the last to end, but for what goes on behind the answer.
pub(crate) fn is_request(span: &Span) -> bool {
    span.kind == SpanKind::Server
}

pub(crate) fn named<'a>(spans: &'a [Span], name: &str) -> Vec<&'a Span> {
    spans.iter().filter(|it| it.name == name).collect()
}

pub(crate) fn only<'a>(spans: &'a [Span], name: &str) -> &'a Span {
    match named(spans, name)[..] {
        [one] => one,
        _ => panic!("not one {name}:\n{}", tree(spans)),
    }
}

pub(crate) fn tree(spans: &[Span]) -> String {
    let line = |it: &Span| format!("{} in {} {} {:?}\n", it.id, it.parent, it.name, it.notes);
    spans.iter().map(line).collect()
}

/// A number that a metric has come to.
pub(crate) async fn until(house: &House, metric: &str, least: u64) {
    eventually(&format!("{metric} is {least}"), || async {
        let value: u64 = house.metric(metric).await.parse().unwrap_or_default();
        (value >= least).then_some(())
    })
    .await;
}
