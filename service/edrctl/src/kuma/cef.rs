//! An event in the Common Event Format (CEF), which KUMA's collectors read by themselves.
//!
//! In the head a backslash and a pipe are escaped, in the extension a backslash, an equals sign and
//! ends of lines; what else no one prints becomes a blank. Values are bounded as the format's
//! dictionary bounds them, so that an event is never cut in the middle by somebody else.

use std::fmt::Write as _;

/// Most bytes of a value.
const MOST_VALUE: usize = 1023;
/// Most bytes of an event: what a datagram carries.
const MOST_EVENT: usize = super::collector::MOST_DATAGRAM;

/// An event that is being written.
#[derive(Debug)]
pub struct CefEvent {
    text: String,
    is_first: bool,
}

impl CefEvent {
    /// An event of this program: what kind it is, what it is called, and how much it matters, 0 to
    /// 10.
    #[must_use]
    pub fn new(kind: &str, name: &str, severity: u8) -> Self {
        let version = env!("CARGO_PKG_VERSION");
        let mut text = format!("CEF:0|edr-gateway|edrctl|{version}|");
        for part in [kind, name] {
            for it in bounded(part).chars() {
                match it {
                    '\\' | '|' => text.extend(['\\', it]),
                    it if it.is_control() => text.push(' '),
                    it => text.push(it),
                }
            }
            text.push('|');
        }
        let _never_fails = write!(text, "{}|", severity.min(10));
        Self {
            text,
            is_first: true,
        }
    }

    /// Adds a value under a key of the format's dictionary; nothing where there is none, or no room.
    #[must_use]
    pub fn with(mut self, key: &str, value: &str) -> Self {
        let mut pair = String::new();
        for it in bounded(value).chars() {
            match it {
                '\\' | '=' => pair.extend(['\\', it]),
                '\n' => pair.push_str("\\n"),
                '\r' => pair.push_str("\\r"),
                it if it.is_control() => pair.push(' '),
                it => pair.push(it),
            }
        }
        let room = MOST_EVENT.saturating_sub(self.text.len() + 1);
        if pair.is_empty() || key.len() + 1 + pair.len() > room {
            return self;
        }
        if !std::mem::take(&mut self.is_first) {
            self.text.push(' ');
        }
        self.text.extend([key, "=", &pair]);
        self
    }

    /// Adds a text of the caller's own, with what it is.
    #[must_use]
    pub fn labelled(self, number: u8, label: &str, value: &str) -> Self {
        if value.is_empty() {
            return self;
        }
        self.with(&format!("cs{number}Label"), label)
            .with(&format!("cs{number}"), value)
    }

    /// The event, on one line.
    #[must_use]
    pub fn line(self) -> String {
        self.text
    }
}

fn bounded(text: &str) -> &str {
    super::log::shortened(text, MOST_VALUE)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn head_and_extension_are_escaped_each_in_its_own_way() {
        let event = CefEvent::new("a|b", "c\\d\ne=f", 11)
            .with("msg", "x=1|y\\z\nnext\u{7}")
            .with("empty", "")
            .labelled(1, "task", "ksc-1")
            .labelled(2, "nothing", "")
            .line();
        let head = format!("CEF:0|edr-gateway|edrctl|{}|", env!("CARGO_PKG_VERSION"));
        assert_eq!(
            event.strip_prefix(&head),
            Some("a\\|b|c\\\\d e=f|10|msg=x\\=1|y\\\\z\\nnext  cs1Label=task cs1=ksc-1")
        );
    }

    proptest! {
        #[test]
        fn whatever_it_holds_an_event_is_one_bounded_line(values in prop::collection::vec("(?s).{0,3000}", 0..12)) {
            let mut event = CefEvent::new("kind", values.first().map_or("", String::as_str), 5);
            for (index, value) in values.iter().enumerate() {
                event = event.with(["msg", "reason", "dhost"][index % 3], value);
            }
            let line = event.line();
            prop_assert!(line.len() <= MOST_EVENT);
            prop_assert!(!line.chars().any(char::is_control));
            // No value begins another key: every = that is not escaped is behind one of ours.
            let plain = line.replace("\\\\", "").replace("\\=", "").replace("\\|", "");
            let extension: String = plain.split('|').skip(7).collect();
            for part in extension.split('=').rev().skip(1) {
                prop_assert!(["msg", "reason", "dhost"].iter().any(|it| part.ends_with(it)));
            }
        }
    }
}
