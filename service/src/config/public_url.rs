//! Where callers reach the gateway, as they see it: behind an ingress that is another address than
//! its own, and often one with a path before it.

use std::fmt;

use url::Url;

/// An absolute address without anything behind its path, and without a slash at its end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicUrl(String);

impl PublicUrl {
    /// The rule in a sentence.
    pub const RULE: &str = "must be where callers reach the gateway, such as \"https://soc.example.com/edr\": http or https, a host, and no user, query or fragment";

    /// The address in a text.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        // What the parser takes as somebody's slip is none here: it would stand in every answer.
        let odd = |it: char| it.is_whitespace() || it.is_control() || it == '\\';
        let (scheme, rest) = text.split_once("://")?;
        if text.contains(odd) || rest.is_empty() || rest.starts_with('/') {
            return None;
        }
        if !["http", "https"].contains(&scheme.to_ascii_lowercase().as_str()) {
            return None;
        }
        // An empty query or user is one all the same.
        if text.contains(['?', '#', '@']) {
            return None;
        }
        let url = Url::parse(text).ok()?;
        if !url.has_host() || url.port() == Some(0) {
            return None;
        }
        let parts = url.path().trim_end_matches('/').split('/').skip(1);
        if parts.into_iter().any(str::is_empty) {
            return None;
        }
        Some(Self(url.as_str().trim_end_matches('/').to_owned()))
    }

    /// The address of a path here, which begins with a slash.
    #[must_use]
    pub fn with(&self, path: &str) -> String {
        format!("{}{path}", self.0)
    }
}

impl fmt::Display for PublicUrl {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_is_one_form_and_what_does_not_come_into_it_is_refused() {
        for (text, form) in [
            ("https://soc.example.com", "https://soc.example.com"),
            ("https://soc.example.com/", "https://soc.example.com"),
            ("https://soc.example.com/edr", "https://soc.example.com/edr"),
            (
                "https://soc.example.com/edr/",
                "https://soc.example.com/edr",
            ),
            (
                "https://soc.example.com/edr//",
                "https://soc.example.com/edr",
            ),
            ("https://soc.example.com/a/b", "https://soc.example.com/a/b"),
            (
                "HTTPS://SOC.example.com:443/Edr",
                "https://soc.example.com/Edr",
            ),
            ("http://soc.example.com:80", "http://soc.example.com"),
            ("http://127.0.0.1:8080", "http://127.0.0.1:8080"),
            (
                "https://[2001:db8::1]:8443/x",
                "https://[2001:db8::1]:8443/x",
            ),
            (
                "https://soc.example.com/%D1%8D",
                "https://soc.example.com/%D1%8D",
            ),
        ] {
            let parsed = PublicUrl::parse(text).map(|it| it.to_string());
            assert_eq!(parsed.as_deref(), Some(form), "{text}");
        }
        for odd in [
            "",
            "soc.example.com",
            "//soc.example.com",
            "/edr",
            "https:",
            "https://",
            "https:///edr",
            "https:soc.example.com",
            "https:/soc.example.com",
            "ftp://soc.example.com",
            "file:///etc",
            "javascript://x/%0aalert(1)",
            "https://user@soc.example.com",
            "https://user:password@soc.example.com",
            "https://@soc.example.com",
            "https://soc.example.com?x=1",
            "https://soc.example.com?",
            "https://soc.example.com/#x",
            "https://soc.example.com/#",
            "https://soc.example.com:0",
            "https://soc.example.com:99999",
            "https://soc.example.com/a//b",
            "https://soc.example.com\\edr",
            " https://soc.example.com",
            "https://soc.example.com /x",
            "https://soc.example.com/\nx: y",
            "https://soc example.com",
            "https://<host>/",
        ] {
            assert_eq!(PublicUrl::parse(odd), None, "{odd:?}");
        }
    }
}
