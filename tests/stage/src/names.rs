//! How a test names calls.

/// Whether a call has a name: `pattern` is one, or a beginning followed by `*`.
#[must_use]
pub fn matches(pattern: &str, call: &str) -> bool {
    match pattern.strip_suffix('*') {
        Some(beginning) => call.starts_with(beginning),
        None => pattern == call,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_stands_for_any_rest_and_a_name_for_itself() {
        assert!(matches("*", "GET sensors"));
        assert!(matches("POST settings/*", "POST settings/prevention"));
        assert!(matches("Session.Ping", "Session.Ping"));
        assert!(!matches("Session.Ping", "Session.PingAll"));
        assert!(!matches("POST *", "GET tasks"));
    }
}
