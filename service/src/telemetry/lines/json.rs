//! A line of JSON: when, how grave, what the line says, and what it is about.
//!
//! Rationale: the library's own JSON lines are made with an object of serde's for each, and were an
//! eighth of what a request cost. These have the same members in the same order. A line is made in a
//! text of its own, which stays with its thread, and handed over whole: each of its hundred pieces
//! would else go through two writers that are known only while the program runs.

use std::cell::Cell;
use std::fmt::{self, Write as _};

use time::OffsetDateTime;
use tracing::field::{Field, Visit};
use tracing::{Event, Subscriber};
use tracing_subscriber::fmt::format::Writer;
use tracing_subscriber::fmt::{FmtContext, FormatEvent, FormatFields};
use tracing_subscriber::registry::LookupSpan;

thread_local! {
    /// The text that the last line of this thread was made in. Empty while one is made, for what is
    /// logged by what is written there.
    static LAST: Cell<String> = const { Cell::new(String::new()) };
}

/// A longer text is not kept for the next line.
const LONG: usize = 16 * 1024;

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
        let mut line = LAST.take();
        line.clear();
        let made = make(&mut line, event);
        let written = made.and_then(|()| writer.write_str(&line));
        if line.capacity() <= LONG {
            LAST.set(line);
        }
        written
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "a line is written now, whatever time the gateway goes by"
)]
fn make(line: &mut String, event: &Event<'_>) -> fmt::Result {
    let about = event.metadata();
    line.push_str("{\"timestamp\":\"");
    when(line, OffsetDateTime::now_utc());
    line.push_str("\",\"level\":\"");
    line.push_str(about.level().as_str());
    line.push('"');
    let mut members = LineMembers {
        line,
        written: Ok(()),
    };
    event.record(&mut members);
    members.written?;
    line.push_str(",\"target\":");
    text(line, about.target());
    line.push_str("}\n");
    Ok(())
}

/// A moment with microseconds, as RFC 3339 has it: `2026-01-02T03:04:05.000006Z`.
fn when(line: &mut String, moment: OffsetDateTime) {
    let year = moment.year().unsigned_abs();
    digits::<4>(line, year);
    for (before, part) in [
        ('-', u8::from(moment.month())),
        ('-', moment.day()),
        ('T', moment.hour()),
        (':', moment.minute()),
        (':', moment.second()),
    ] {
        line.push(before);
        digits::<2>(line, u32::from(part));
    }
    line.push('.');
    digits::<6>(line, moment.microsecond());
    line.push('Z');
}

/// The last so many digits of a number.
fn digits<const COUNT: usize>(line: &mut String, mut number: u32) {
    let mut text = ['0'; COUNT];
    for place in text.iter_mut().rev() {
        *place = char::from_digit(number % 10, 10).unwrap_or('0');
        number /= 10;
    }
    line.extend(text);
}

/// Writes what a line says, member by member.
struct LineMembers<'a> {
    line: &'a mut String,
    written: fmt::Result,
}

impl LineMembers<'_> {
    /// The text, behind the name of the member that comes next.
    fn member(&mut self, field: &Field) -> &mut String {
        self.line.push(',');
        text(self.line, name(field));
        self.line.push(':');
        self.line
    }

    /// A value as it shows itself.
    fn shown(&mut self, field: &Field, value: fmt::Arguments<'_>) {
        let written = self.member(field).write_fmt(value);
        self.written = self.written.and(written);
    }
}

/// The member that a field becomes: one that is a word of the language is written with `r#`.
fn name(field: &Field) -> &'static str {
    let name = field.name();
    name.strip_prefix("r#").unwrap_or(name)
}

impl Visit for LineMembers<'_> {
    fn record_f64(&mut self, field: &Field, value: f64) {
        if value.is_finite() {
            self.shown(field, format_args!("{value}"));
        } else {
            self.member(field).push_str("null");
        }
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.shown(field, format_args!("{value}"));
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.shown(field, format_args!("{value}"));
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        let value = if value { "true" } else { "false" };
        self.member(field).push_str(value);
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        text(self.member(field), value);
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        let line = self.member(field);
        line.push('"');
        let written = write!(Inside(line), "{value:?}");
        line.push('"');
        self.written = self.written.and(written);
    }
}

/// A JSON text.
fn text(line: &mut String, value: &str) {
    line.push('"');
    inside(line, value);
    line.push('"');
}

/// What stands inside of a JSON text.
struct Inside<'a>(&'a mut String);

impl fmt::Write for Inside<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        inside(self.0, text);
        Ok(())
    }
}

fn inside(line: &mut String, text: &str) {
    let is_plain = |byte: u8| byte >= b' ' && byte != b'"' && byte != b'\\';
    // Nearly all are. Looked at without a way out before the end, many bytes are looked at in one step.
    if text.bytes().fold(true, |plain, it| plain & is_plain(it)) {
        return line.push_str(text);
    }
    let mut plain = 0;
    for (at, byte) in text.bytes().enumerate() {
        if is_plain(byte) {
            continue;
        }
        line.push_str(&text[plain..at]);
        plain = at + 1;
        match byte {
            b'"' => line.push_str("\\\""),
            b'\\' => line.push_str("\\\\"),
            b'\n' => line.push_str("\\n"),
            b'\r' => line.push_str("\\r"),
            b'\t' => line.push_str("\\t"),
            other => write!(line, "\\u{other:04x}").expect("a text takes everything"),
        }
    }
    line.push_str(&text[plain..]);
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
    fn a_moment_is_written_with_all_its_digits() {
        let shown = |moment| {
            let mut line = String::new();
            when(&mut line, moment);
            line
        };

        let moment = time::macros::datetime!(2026-01-02 03:04:05.000_006 UTC);
        assert_eq!(shown(moment), "2026-01-02T03:04:05.000006Z");
        let moment = time::macros::datetime!(2026-11-29 13:44:55.987_654_999 UTC);
        assert_eq!(shown(moment), "2026-11-29T13:44:55.987654Z");
    }

    #[test]
    fn a_line_in_the_middle_of_a_line_is_a_line_of_its_own() {
        struct Talks;
        impl std::fmt::Display for Talks {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> fmt::Result {
                tracing::info!("inner");
                f.write_str("outer value")
            }
        }
        let [ours, _] = both(|| tracing::info!(shown = %Talks, "outer"));

        let lines: Vec<Value> = ours
            .lines()
            .map(|it| serde_json::from_str(it).expect("a line of JSON"))
            .collect();
        // The library keeps what is said within a line from being said, or says it first.
        let last = lines.last().expect("a line");
        assert_eq!(last["shown"], "outer value");
        assert_eq!(last["message"], "outer");
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
