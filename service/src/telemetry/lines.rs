//! Log lines that say at which back end the work was that wrote them (`backend`), and which trace
//! they belong to: `trace_id` and `span_id` (the names that OpenTelemetry has for them), at the end
//! of whatever the line says.
//!
//! And in which everything can be seen: a name may come from anybody, and one with marks of
//! direction in it would show a reader another line than there is.

mod json;

use std::fmt;

use tracing::{Event, Subscriber};
use tracing_subscriber::fmt::format::Writer;
use tracing_subscriber::fmt::{FmtContext, FormatEvent, FormatFields};
use tracing_subscriber::registry::LookupSpan;

use super::{place, trace};
use crate::config::LogFormat;
use crate::digest::hexadecimal;
use vocabulary::legible::legible;

pub(super) use json::JsonLines;

/// Lines of another format, with the ids of the trace that they were written in.
pub(super) struct Joined<F> {
    inner: F,
    form: LogFormat,
}

impl<F> Joined<F> {
    pub(super) fn new(inner: F, form: LogFormat) -> Self {
        Self { inner, form }
    }
}

/// Longer than most lines.
const USUAL: usize = 768;

impl<S, N, F> FormatEvent<S, N> for Joined<F>
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    N: for<'a> FormatFields<'a> + 'static,
    F: FormatEvent<S, N>,
{
    fn format_event(
        &self,
        context: &FmtContext<'_, S, N>,
        mut writer: Writer<'_>,
        event: &Event<'_>,
    ) -> fmt::Result {
        let mut line = String::with_capacity(USUAL);
        self.inner
            .format_event(context, Writer::new(&mut line), event)?;
        let line = legible(&line);
        let whole = line.trim_end();
        let (open, close) = match self.form {
            LogFormat::Json => match whole.strip_suffix('}') {
                Some(open) => (open, "}\n"),
                None => return writer.write_str(&line),
            },
            LogFormat::Text => (whole, "\n"),
        };
        writer.write_str(open)?;
        // Some lines say it themselves.
        if !event.fields().any(|it| it.name() == "backend") {
            place::with_here(|it| self.member(&mut writer, "backend", it.as_str()))
                .unwrap_or(Ok(()))?;
        }
        trace::with_here(|it| {
            self.member(
                &mut writer,
                "trace_id",
                &hexadecimal(&it.trace_id().to_bytes()),
            )?;
            self.member(
                &mut writer,
                "span_id",
                &hexadecimal(&it.span_id().to_bytes()),
            )
        })
        .unwrap_or(Ok(()))?;
        writer.write_str(close)
    }
}

impl<F> Joined<F> {
    /// A name and a value in which nothing is to be escaped.
    fn member(&self, writer: &mut Writer<'_>, name: &str, value: &str) -> fmt::Result {
        let (before, between, after) = match self.form {
            LogFormat::Json => (",\"", "\":\"", "\""),
            LogFormat::Text => (" ", "=", ""),
        };
        for part in [before, name, between, value, after] {
            writer.write_str(part)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::telemetry::sheet::Sheet;
    use crate::telemetry::trace::{Parent, Trace, within};

    /// A line of a request and one of nobody's.
    async fn lines(form: LogFormat, trace: &Trace) -> [String; 2] {
        let page = Sheet::default();
        let builder = tracing_subscriber::fmt().with_writer(page.clone());
        let guard = match form {
            LogFormat::Json => tracing::subscriber::set_default(
                builder
                    .json()
                    .map_event_format(|_| Joined::new(JsonLines, form))
                    .finish(),
            ),
            LogFormat::Text => tracing::subscriber::set_default(
                builder
                    .with_ansi(false)
                    .map_event_format(|it| Joined::new(it, form))
                    .finish(),
            ),
        };
        within(Some(trace.clone()), async {
            tracing::info!(
                odd = "a } \"quoted\"\n",
                name = "ws\u{202e}240",
                "of ws\u{202e}240\u{200b}"
            );
        })
        .await;
        tracing::info!("of nobody");
        drop(guard);
        let text = page.text();
        let mut lines = text.lines().map(str::to_owned);
        [lines.next(), lines.next()].map(|it| it.expect("two lines"))
    }

    #[tokio::test]
    async fn lines_of_a_request_name_its_trace_in_either_form() {
        let nobody = Parent {
            parent: None,
            state: None,
        };
        let trace = Trace::of_request(nobody, None).0;
        let (id, span) = (trace.trace_id().to_string(), trace.span_id().to_string());

        let [of_request, of_nobody] = lines(LogFormat::Json, &trace).await;
        let line: serde_json::Value = serde_json::from_str(&of_request).expect("JSON");
        assert_eq!(line["trace_id"], id);
        assert_eq!(line["span_id"], span);
        assert_eq!(line["odd"], "a } \"quoted\"\n");
        assert_eq!(line["name"], "ws\u{202e}240");
        assert!(
            of_request.contains("of ws\\u202e240\\u200b"),
            "{of_request}"
        );
        assert!(!of_nobody.contains("trace_id"), "{of_nobody}");

        let [of_request, of_nobody] = lines(LogFormat::Text, &trace).await;
        let ending = format!(" trace_id={id} span_id={span}");
        assert!(of_request.ends_with(&ending), "{of_request}");
        assert!(
            of_request.contains("of ws\\u202e240\\u200b"),
            "{of_request}"
        );
        assert!(!of_nobody.contains("trace_id"), "{of_nobody}");
    }
}
