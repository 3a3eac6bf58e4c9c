//! A request as it will be sent, save for the address.

use std::fmt::Write as _;

use serde_json::Value;

use crate::external_system::ExternalSystemId;

/// What is done to the resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// Read it.
    Get,
    /// Put it there.
    Post,
    /// Take it away.
    Delete,
}

impl Method {
    /// As HTTP says it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Delete => "DELETE",
        }
    }
}

/// What servers may differ in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dialect {
    isolation: String,
}

/// Not a name of settings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a settings type has 1 to 64 lower-case letters or `_`")]
pub struct NoSettingsType;

impl Dialect {
    /// A server that calls the settings of isolation something else: some pages of the vendor's
    /// write `network_izolation`, a slip of the pen by all that is known.
    pub fn with_isolation(name: impl Into<String>) -> Result<Self, NoSettingsType> {
        let isolation = name.into();
        let fits = isolation
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b == b'_');
        if fits && (1..=64).contains(&isolation.len()) {
            Ok(Self { isolation })
        } else {
            Err(NoSettingsType)
        }
    }

    pub(super) fn isolation(&self) -> &str {
        &self.isolation
    }
}

impl Default for Dialect {
    fn default() -> Self {
        Self {
            isolation: "network_isolation".to_owned(),
        }
    }
}

/// A request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// What is done.
    pub method: Method,
    /// To what, below the external system's part of the API.
    pub path: String,
    /// The query, not encoded.
    pub query: Vec<(&'static str, String)>,
    /// The body.
    pub body: Option<Value>,
}

impl Request {
    pub(super) fn new(method: Method, path: impl Into<String>) -> Self {
        Self {
            method,
            path: path.into(),
            query: Vec::new(),
            body: None,
        }
    }

    pub(super) fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.query.push((name, value.into()));
        self
    }

    pub(super) fn carrying(mut self, body: Value) -> Self {
        self.body = Some(body);
        self
    }

    /// Path and query, as this external system sends it.
    #[must_use]
    pub fn target(&self, system: &ExternalSystemId) -> String {
        self.target_of(system.as_str())
    }

    /// The same for a log, without the end of the id.
    #[must_use]
    pub fn masked_target(&self, system: &ExternalSystemId) -> String {
        self.target_of(&system.masked())
    }

    fn target_of(&self, system: &str) -> String {
        let mut target = format!("/kata/response_api/v1/{system}/{}", self.path);
        for (at, (name, value)) in self.query.iter().enumerate() {
            let mark = if at == 0 { '?' } else { '&' };
            let _ = write!(target, "{mark}{name}=");
            encode(value, &mut target);
        }
        target
    }

    /// The body's bytes.
    #[must_use]
    pub fn content(&self) -> Option<Vec<u8>> {
        self.body.as_ref().map(|it| it.to_string().into_bytes())
    }
}

/// Leaves what means nothing in an address (RFC 3986, 2.3) and escapes the rest: a space as `%20`,
/// since not every server reads `+` as one.
fn encode(value: &str, target: &mut String) {
    for byte in value.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            target.push(char::from(byte));
        } else {
            let _ = write!(target, "%{byte:02X}");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_is_in_a_value_stays_in_it() {
        let request = Request::new(Method::Get, "sensors").with("host", "a b&ip=1#%é+");
        let system = ExternalSystemId::new("gw").unwrap();

        assert_eq!(
            request.target(&system),
            "/kata/response_api/v1/gw/sensors?host=a%20b%26ip%3D1%23%25%C3%A9%2B"
        );
    }

    #[test]
    fn the_name_of_the_settings_can_be_another_harmless_word() {
        let dialect = Dialect::with_isolation("network_izolation").unwrap();

        assert_eq!(dialect.isolation(), "network_izolation");
        for bad in ["", "a b", "A", "a&b", &"a".repeat(65)] {
            assert_eq!(Dialect::with_isolation(bad), Err(NoSettingsType), "{bad}");
        }
    }
}
