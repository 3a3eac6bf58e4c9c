//! A line of JSON: when, how grave, what the line says, and what it is about.
//!
//! Rationale: the library's own JSON lines are made with an object of serde's for each, and were an
//! eighth of what a request cost. These have the same members in the same order.

use std::fmt::{self, Write as _};

use tracing::field::{Field, Visit};
use tracing::{Event, Subscriber};
use tracing_subscriber::fmt::format::Writer;
use tracing_subscriber::fmt::time::{FormatTime as _, SystemTime};
use tracing_subscriber::fmt::{FmtContext, FormatEvent, FormatFields};
use tracing_subscriber::registry::LookupSpan;

/// Lines of JSON.
pub(in crate::telemetry) struct JsonLines;

impl<S, N> FormatEvent<S, N> for JsonLines
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    N: for<'a> FormatFields<'a> + 'static,
{
    fn format_event(
        &self,
        _: &FmtContext<'_, S, N>,
        mut writer: Writer<'_>,
        event: &Event<'_>,
    ) -> fmt::Result {
        let about = event.metadata();
        writer.write_str("{\"timestamp\":\"")?;
        SystemTime.format_time(&mut writer)?;
        write!(writer, "\",\"level\":\"{}\"", about.level())?;
        let mut members = LineMembers {
            writer: writer.by_ref(),
            written: Ok(()),
        };
        event.record(&mut members);
        members.written?;
        writer.write_str(",\"target\":")?;
        text(&mut writer, about.target())?;
        writer.write_str("}\n")
    }
}

/// Writes what a line says, member by member.
struct LineMembers<'a> {
    writer: Writer<'a>,
    written: fmt::Result,
}

impl LineMembers<'_> {
    fn member(&mut self, field: &Field, value: impl FnOnce(&mut Writer<'_>) -> fmt::Result) {
        if self.written.is_ok() {
            self.written = self
                .writer
                .write_str(",")
                .and_then(|()| text(&mut self.writer, name(field)))
                .and_then(|()| self.writer.write_str(":"))
                .and_then(|()| value(&mut self.writer));
        }
    }
}

/// The member that a field becomes: one that is a word of the language is written with `r#`.
fn name(field: &Field) -> &'static str {
    let name = field.name();
    name.strip_prefix("r#").unwrap_or(name)
}

impl Visit for LineMembers<'_> {
    fn record_f64(&mut self, field: &Field, value: f64) {
        self.member(field, |it| {
            if value.is_finite() {
                write!(it, "{value}")
            } else {
                it.write_str("null")
            }
        });
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.member(field, |it| write!(it, "{value}"));
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.member(field, |it| write!(it, "{value}"));
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.member(field, |it| write!(it, "{value}"));
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.member(field, |it| text(it, value));
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.member(field, |it| {
            it.write_str("\"")?;
            write!(Inside(it), "{value:?}")?;
            it.write_str("\"")
        });
    }
}

/// A JSON text.
fn text(writer: &mut Writer<'_>, value: &str) -> fmt::Result {
    writer.write_str("\"")?;
    Inside(writer).write_str(value)?;
    writer.write_str("\"")
}

/// What stands inside of a JSON text.
struct Inside<'a, 'w>(&'a mut Writer<'w>);

impl fmt::Write for Inside<'_, '_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let mut plain = 0;
        for (at, byte) in text.bytes().enumerate() {
            if byte >= b' ' && byte != b'"' && byte != b'\\' {
                continue;
            }
            self.0.write_str(&text[plain..at])?;
            plain = at + 1;
            match byte {
                b'"' => self.0.write_str("\\\"")?,
                b'\\' => self.0.write_str("\\\\")?,
                b'\n' => self.0.write_str("\\n")?,
                b'\r' => self.0.write_str("\\r")?,
                b'\t' => self.0.write_str("\\t")?,
                other => write!(self.0, "\\u{other:04x}")?,
            }
        }
        self.0.write_str(&text[plain..])
    }
}

#[cfg(test)]
mod tests {
    use std::io;

    use serde_json::Value;

    use super::*;
    use crate::telemetry::sheet::Sheet;

    /// What is logged, by these lines and by the library's.
    fn both(log: impl Fn()) -> [String; 2] {
        [true, false].map(|ours| {
            let page = Sheet::default();
            let builder = tracing_subscriber::fmt().with_writer(page.clone()).json();
            let builder = builder.flatten_event(true).with_current_span(false);
            if ours {
                let subscriber = builder.map_event_format(|_| JsonLines).finish();
                tracing::subscriber::with_default(subscriber, &log);
            } else {
                tracing::subscriber::with_default(builder.finish(), &log);
            }
            page.text()
        })
    }

    #[test]
    fn lines_are_those_of_the_library() {
        let every: String = ('\0'..'\u{180}')
            .chain("\u{2028}\u{202e}😀".chars())
            .collect();
        let error = io::Error::other("odd \"error\"\n");
        let log = || {
            tracing::warn!(
                target: "audit",
                {
                    request.id = "a\"b\\c",
                    every = every.as_str(),
                    shown = %every,
                    debug = ?every,
                    error = &error as &dyn std::error::Error,
                    r#type = "word",
                    minus = -5_i64,
                    large = u64::MAX,
                    part = 0.5_f64,
                    odd = f64::NAN,
                    yes = true,
                    nothing = Option::<&str>::None,
                },
                "it says \"{}\"",
                "this\t"
            );
            tracing::info!("short");
        };

        let [ours, theirs] = both(log).map(|it| {
            let lines = it.lines().map(|line| {
                let mut line: Value = serde_json::from_str(line).expect("a line of JSON");
                let when = line["timestamp"].take();
                let when = when.as_str().expect("a time").to_owned();
                assert!(when.ends_with('Z') && when.len() >= 20, "{when}");
                line
            });
            lines.collect::<Vec<_>>()
        });

        assert_eq!(ours, theirs);
        assert_eq!(ours.len(), 2);
    }

    #[test]
    fn members_stand_in_the_order_of_the_librarys() {
        let log = || tracing::info!(target: "access", one = 1, two = "2", "three");
        let [ours, theirs] = both(log).map(|it| {
            let names = it
                .split("\":")
                .map(|it| it.rsplit('"').next().map(str::to_owned));
            names.collect::<Vec<_>>()
        });

        assert_eq!(ours, theirs);
    }
}
