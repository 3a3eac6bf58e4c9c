//! Pages in a browser that may call the gateway, by where they come from.

use std::fmt;

use url::{Origin, Url};

/// The origin of pages: scheme, host and port, as browsers write it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageOrigin(String);

impl PageOrigin {
    /// The rule in a sentence.
    pub const RULE: &str = "must be where a page comes from, such as \"https://soar.example.com\": http or https and a host, nothing behind them, and no wildcard";

    /// The origin in a text.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let url = Url::parse(text).ok()?;
        let origin = url.origin();
        if !matches!(url.scheme(), "http" | "https") || !matches!(origin, Origin::Tuple(..)) {
            return None;
        }
        // What browsers send is compared letter by letter: what is written otherwise, or with more
        // behind it, would never be met.
        let written = origin.ascii_serialization();
        let bare = text.trim_end_matches('/').eq_ignore_ascii_case(&written);
        (bare && !text.contains('*')).then_some(Self(written))
    }

    /// As browsers write it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for PageOrigin {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_is_what_a_browser_sends_and_nothing_else_is_one() {
        for (text, written) in [
            ("https://soar.example.com", "https://soar.example.com"),
            ("https://SOAR.example.com/", "https://soar.example.com"),
            ("http://127.0.0.1:1880", "http://127.0.0.1:1880"),
            ("https://[2001:db8::1]:8443", "https://[2001:db8::1]:8443"),
        ] {
            let parsed = PageOrigin::parse(text).map(|it| it.to_string());
            assert_eq!(parsed.as_deref(), Some(written), "{text}");
        }
        for odd in [
            "",
            "*",
            "null",
            "https://*.example.com",
            "https://soar.example.com/x",
            "https://soar.example.com?x",
            "https://u@soar.example.com",
            "https://soar.example.com:443",
            "soar.example.com",
            "file:///",
            "chrome-extension://abc",
        ] {
            assert_eq!(PageOrigin::parse(odd), None, "{odd:?}");
        }
    }
}
