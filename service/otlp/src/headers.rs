//! Headers for the collector, from a file: they carry its secrets.

use std::path::Path;

use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use secrecy::{ExposeSecret as _, SecretString};

/// Whether this file holds headers.
///
/// # Errors
/// What is wrong with it, and nothing of what is in it.
pub fn usable_headers(path: &Path) -> Result<(), String> {
    read(path).map(drop)
}

/// Reads `Name: value` lines; empty ones and those that begin with `#` are left out.
///
/// The reason of a failure names a line and never what it says, nor the file: its name may be a
/// secret that stands where a name belongs.
pub(crate) fn read(path: &Path) -> Result<HeaderMap, String> {
    let text = std::fs::read_to_string(path).map(SecretString::from);
    let text = text.map_err(|error| format!("the headers' file: {}", error.kind()))?;
    parse(text.expose_secret())
        .map_err(|line| format!("the headers' file: line {line} is not of the form `Name: value`"))
}

/// The headers, or the number of the line that is none.
fn parse(text: &str) -> Result<HeaderMap, usize> {
    let mut headers = HeaderMap::new();
    for (line, number) in text.lines().zip(1_usize..) {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let (name, value) = line.split_once(':').ok_or(number)?;
        let name = HeaderName::from_bytes(name.trim().as_bytes()).map_err(|_| number)?;
        let mut value = HeaderValue::from_str(value.trim()).map_err(|_| number)?;
        value.set_sensitive(true);
        headers.append(name, value);
    }
    Ok(headers)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_line_is_a_header_that_is_not_shown() {
        let headers = parse("# for the collector\nAuthorization: Bearer a:b\n\nX-Scope: 1\n");

        let headers = headers.expect("headers");
        assert_eq!(headers["authorization"], "Bearer a:b");
        assert_eq!(headers["x-scope"], "1");
        assert!(!format!("{headers:?}").contains("Bearer"));
    }

    #[test]
    fn a_line_that_is_no_header_is_named_by_its_number() {
        assert_eq!(parse("a: b\nsecret").err(), Some(2));
        assert_eq!(parse("a b: c").err(), Some(1));
    }
}
