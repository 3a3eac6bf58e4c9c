//! A reply: results by name, or a `PxgError` in their place.

use serde_json::{Map, Value};

use super::params::Params;
use super::pxg::PxgError;
use super::typed;

/// The name under which a call's return value stands.
const RETURNED: &str = "PxgRetVal";

/// Most characters of the name of a module.
const MODULE_CHARS: usize = 32;

/// How much of the server's message is kept for the log, characters.
const LOGGED_CHARS: usize = 300;

/// An answer that is not what the call's documentation promises.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unexpected {
    /// Not JSON, or not a JSON object.
    #[error("the reply is not a JSON object")]
    NotAnObject,
    /// A result is missing or of another type.
    #[error("the reply has no usable {0}")]
    Without(&'static str),
}

/// The results of a call that KSC did not refuse.
#[derive(Debug, Clone)]
pub struct Reply(Params);

impl Reply {
    /// Reads the body of an answer with status 200.
    ///
    /// `PxgError` is looked for first: an answer that has one is a refusal, whatever else is in it.
    pub fn read(body: &[u8]) -> Result<Result<Self, PxgError>, Unexpected> {
        // serde_json stops at 128 levels, so that a hostile depth ends as an error here.
        let value: Value = serde_json::from_slice(body).map_err(|_| Unexpected::NotAnObject)?;
        let Value::Object(members) = value else {
            return Err(Unexpected::NotAnObject);
        };
        match members.get("PxgError") {
            None | Some(Value::Null) => Ok(Ok(Self(Params::from(members)))),
            Some(error) => Ok(Err(read_error(error))),
        }
    }

    /// A reply made of members; for tests of a reading.
    #[must_use]
    pub fn from_members(members: Map<String, Value>) -> Self {
        Self(Params::from(members))
    }

    /// The out-parameters.
    #[must_use]
    pub fn out(&self) -> &Params {
        &self.0
    }

    /// The out-parameters, to be taken apart.
    #[must_use]
    pub fn into_out(self) -> Params {
        self.0
    }

    /// The return value as an `int`: a number, a `long`, or digits.
    pub fn int(&self) -> Result<i64, Unexpected> {
        self.0.int(RETURNED).ok_or(Unexpected::Without(RETURNED))
    }

    /// The return value as a bool.
    pub fn bool(&self) -> Result<bool, Unexpected> {
        self.0.bool(RETURNED).ok_or(Unexpected::Without(RETURNED))
    }

    /// The return value as a text that is not empty.
    pub fn text(&self) -> Result<&str, Unexpected> {
        self.0
            .str(RETURNED)
            .filter(|text| !text.is_empty())
            .ok_or(Unexpected::Without(RETURNED))
    }

    /// The return value as params, bare or wrapped.
    pub fn params(&self) -> Result<Params, Unexpected> {
        self.0.params(RETURNED).ok_or(Unexpected::Without(RETURNED))
    }

    /// The return value as an array of params; what is none of these (a `null`) is left out.
    pub fn rows(&self) -> Result<Vec<Params>, Unexpected> {
        self.0.rows(RETURNED).ok_or(Unexpected::Without(RETURNED))
    }

    /// The return value as an array of ids, each a text or a number.
    pub fn ids(&self) -> Result<Vec<String>, Unexpected> {
        let array = self
            .0
            .array(RETURNED)
            .ok_or(Unexpected::Without(RETURNED))?;
        array
            .iter()
            .filter(|value| !value.is_null())
            .map(|value| match typed::text(value) {
                Some(text) => Ok(text.to_owned()),
                None => typed::int(value)
                    .map(|number| number.to_string())
                    .ok_or(Unexpected::Without(RETURNED)),
            })
            .collect()
    }

    /// An out-parameter that is a text and not empty, such as an accessor.
    pub fn out_text(&self, name: &'static str) -> Result<String, Unexpected> {
        self.0.id(name).ok_or(Unexpected::Without(name))
    }
}

/// Any member may be missing; `locdata` holds the localised text, wrapped or bare.
fn read_error(value: &Value) -> PxgError {
    let Some(error) = Params::from_value(value) else {
        // Something that calls itself an error, in a form nobody documents: still a refusal.
        return PxgError::new("", 0, None);
    };
    // Into logs and to the gateway's callers: a short plain word as the vendor documents them
    // (KLSTD, SPL), or nothing. What is left of another text would be a word that nobody has said.
    let is_word = |it: &&str| {
        it.len() <= MODULE_CHARS
            && it
                .bytes()
                .all(|it| it.is_ascii_alphanumeric() || it == b'_')
    };
    let module = error.str("module").filter(is_word).unwrap_or_default();
    let localised = error.params("locdata");
    let message = error
        .str("message")
        .filter(|message| !message.is_empty())
        .or_else(|| localised.as_ref().and_then(|locdata| locdata.str("format")))
        .unwrap_or_default();
    let mut detail: String = message
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .take(LOGGED_CHARS)
        .collect();
    if let Some(file) = error.str("file") {
        let name = file.rsplit(['/', '\\']).next().unwrap_or_default();
        let name: String = name.chars().filter(|c| !c.is_control()).take(64).collect();
        detail = format!(
            "{detail} ({name}:{})",
            error.int("line").unwrap_or_default()
        );
    }
    PxgError::new(
        module,
        error.int("code").unwrap_or_default(),
        error.int("subcode"),
    )
    .with_detail(detail)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn refusal(body: &Value) -> PxgError {
        Reply::read(body.to_string().as_bytes())
            .unwrap()
            .unwrap_err()
    }

    #[test]
    fn an_error_wins_over_a_return_value() {
        let error =
            refusal(&json!({"PxgRetVal": 1, "PxgError": {"module": "KLSTD", "code": 1184}}));

        assert!(error.is("KLSTD", 1184));
        assert_eq!(error.to_string(), "KLSTD 1184");
    }

    #[test]
    fn every_member_of_an_error_may_be_missing_or_odd() {
        assert_eq!(
            refusal(&json!({"PxgError": {}})),
            PxgError::new("", 0, None)
        );
        assert_eq!(
            refusal(&json!({"PxgError": "no"})),
            PxgError::new("", 0, None)
        );
        assert_eq!(
            refusal(&json!({"PxgError": {"code": "1195", "subcode": 2}})).to_string(),
            "? 1195/2"
        );
        let wrapped = json!({"type": "params", "value": {"module": "KLSTD", "code": 1186}});
        assert!(refusal(&json!({"PxgError": wrapped})).is("KLSTD", 1186));
    }

    #[test]
    fn the_servers_message_is_for_the_log_only() {
        let locdata = json!({"type": "params", "value": {"format": "text with %1"}});
        for (error, expected) in [
            (
                json!({"module": "KLSTD", "code": 1, "message": "se\ncret", "file": "c:\\a\\x.cpp", "line": 7}),
                "se cret (x.cpp:7)",
            ),
            (
                json!({"module": "KLSTD", "code": 1, "locdata": locdata}),
                "text with %1",
            ),
            (
                json!({"module": "KLSTD", "code": 1, "locdata": {"format": "bare"}}),
                "bare",
            ),
        ] {
            let error = refusal(&json!({"PxgError": error}));
            assert_eq!(error.log_detail(), expected);
            assert_eq!(error.to_string(), "KLSTD 1");
            assert_eq!(format!("{error:?}"), "PxgError(KLSTD 1)");
        }
    }

    #[test]
    fn what_is_not_an_object_is_unexpected_and_never_a_panic() {
        let deep = "[".repeat(200_000);
        let deep_object = r#"{"a":"#.repeat(200_000);
        for body in [
            "",
            "[]",
            "1",
            "null",
            "Authentication failure",
            "{",
            "\u{feff}{}",
            &deep,
            &deep_object,
        ] {
            let answer = Reply::read(body.as_bytes());
            assert_eq!(answer.unwrap_err(), Unexpected::NotAnObject);
        }
        assert!(Reply::read(&[0xff, 0xfe, 0x7b]).is_err());
    }

    #[test]
    fn ids_may_be_numbers() {
        let reply = Reply::read(br#"{"PxgRetVal": ["101", 119, null]}"#)
            .unwrap()
            .unwrap();

        assert_eq!(reply.ids().unwrap(), ["101", "119"]);
    }
}
