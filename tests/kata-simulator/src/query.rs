//! The part of an address behind the question mark, and the percent signs in it.

/// Names and values in the order in which they came.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Query(Vec<(String, String)>);

impl Query {
    pub(crate) fn read(raw: &str) -> Self {
        let pair = |part: &str| {
            let (name, value) = part.split_once('=').unwrap_or((part, ""));
            (decoded(name), decoded(value))
        };
        Self(
            raw.split('&')
                .filter(|part| !part.is_empty())
                .map(pair)
                .collect(),
        )
    }

    /// The value of a name; `Err` where it comes twice.
    pub(crate) fn one(&self, name: &str) -> Result<Option<&str>, Twice> {
        let mut values = self.0.iter().filter(|(known, _)| known == name);
        let first = values.next().map(|(_, value)| value.as_str());
        if values.next().is_some() {
            return Err(Twice);
        }
        Ok(first)
    }

    /// The first name that is none of these.
    pub(crate) fn stranger(&self, known: &[&str]) -> Option<&str> {
        let mut names = self.0.iter().map(|(name, _)| name.as_str());
        names.find(|name| !known.contains(name))
    }
}

/// A name came twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Twice;

/// Text without percent signs; `+` stays, as the pages show no form of it as a blank.
pub(crate) fn decoded(raw: &str) -> String {
    let bytes = raw.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let digits = raw.get(at + 1..at + 3);
        let byte = digits.and_then(|it| u8::from_str_radix(it, 16).ok());
        match (bytes[at], byte) {
            (b'%', Some(byte)) => {
                out.push(byte);
                at += 3;
            }
            (byte, _) => {
                out.push(byte);
                at += 1;
            }
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_found_by_its_name_and_one_that_comes_twice_is_refused() {
        let query = Query::read("sensor_id=a%2Fb&ip=192.0.2.1&ip=192.0.2.2&x");

        assert_eq!(query.one("sensor_id"), Ok(Some("a/b")));
        assert_eq!(query.one("host"), Ok(None));
        assert_eq!(query.one("ip"), Err(Twice));
        assert_eq!(query.stranger(&["sensor_id", "ip"]), Some("x"));
        assert_eq!(decoded("100%"), "100%");
    }
}
