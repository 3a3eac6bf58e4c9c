//! The arguments of a call, read as strictly as KSC reads them.
//!
//! A missing one is KLPRSS 1125, one of another type KLSTD 1192; typed containers
//! (`{"type": …, "value": …}`) must have exactly their form. Arguments that a call does not have
//! are noted in the journal, since KSC ignores them.

use crate::journal::{Journal, Rule};
use crate::record::Order;
use crate::refusal::Refusal;
use serde_json::{Map, Value};
use time::{Date, Month, OffsetDateTime, PrimitiveDateTime, Time};

/// A JSON object of named values: a call's arguments, or a params value in them.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Arguments<'a> {
    map: &'a Map<String, Value>,
}

impl<'a> Arguments<'a> {
    pub(crate) fn new(map: &'a Map<String, Value>) -> Self {
        Self { map }
    }

    /// Notes every name that is not in `known`.
    pub(crate) fn only(self, known: &[&str], journal: &Journal, method: &str) {
        for name in self
            .map
            .keys()
            .filter(|name| !known.contains(&name.as_str()))
        {
            journal.note(Rule::KnownArguments, method, format!("there is no {name}"));
        }
    }

    pub(crate) fn get(self, name: &str) -> Option<&'a Value> {
        self.map.get(name)
    }

    fn required(self, name: &str) -> Result<&'a Value, Refusal> {
        self.map.get(name).ok_or_else(|| Refusal::missing(name))
    }

    pub(crate) fn text(self, name: &str) -> Result<&'a str, Refusal> {
        self.required(name)?
            .as_str()
            .ok_or_else(|| wrong_type(name, "a string"))
    }

    /// A string or null, as the iterator of tasks has them.
    pub(crate) fn text_or_null(self, name: &str) -> Result<Option<&'a str>, Refusal> {
        match self.required(name)? {
            Value::Null => Ok(None),
            Value::String(text) => Ok(Some(text)),
            Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => {
                Err(wrong_type(name, "a string or null"))
            }
        }
    }

    pub(crate) fn int(self, name: &str) -> Result<i64, Refusal> {
        let number = self.required(name)?.as_i64();
        let fits = number.filter(|number| i32::try_from(*number).is_ok());
        fits.ok_or_else(|| wrong_type(name, "a 32-bit integer"))
    }

    pub(crate) fn boolean(self, name: &str) -> Result<bool, Refusal> {
        self.required(name)?
            .as_bool()
            .ok_or_else(|| wrong_type(name, "a boolean"))
    }

    /// A params value as a top-level argument: bare, without the container.
    pub(crate) fn params(self, name: &str) -> Result<Arguments<'a>, Refusal> {
        let map = self
            .required(name)?
            .as_object()
            .ok_or_else(|| wrong_type(name, "params"))?;
        if map.get("type").is_some_and(|kind| kind == "params") && map.contains_key("value") {
            return Err(wrong_type(name, "bare params, without a container"));
        }
        Ok(Arguments { map })
    }

    /// An array of strings.
    pub(crate) fn texts(self, name: &str) -> Result<Vec<String>, Refusal> {
        let items = self
            .required(name)?
            .as_array()
            .ok_or_else(|| wrong_type(name, "an array of strings"))?;
        let text = |item: &Value| item.as_str().map(str::to_owned);
        let texts: Option<Vec<String>> = items.iter().map(text).collect();
        texts.ok_or_else(|| wrong_type(name, "an array of strings"))
    }

    /// An array of strings, or null for "all".
    pub(crate) fn texts_or_null(self, name: &str) -> Result<Option<Vec<String>>, Refusal> {
        match self.required(name)? {
            Value::Null => Ok(None),
            Value::Bool(_)
            | Value::Number(_)
            | Value::String(_)
            | Value::Array(_)
            | Value::Object(_) => self.texts(name).map(Some),
        }
    }

    /// A wrapped datetime: UTC, whole seconds, trailing `Z`.
    pub(crate) fn datetime(self, name: &str) -> Result<OffsetDateTime, Refusal> {
        let form = || wrong_type(name, "a wrapped datetime of the form YYYY-MM-DDThh:mm:ssZ");
        let container = self.required(name)?.as_object().ok_or_else(form)?;
        let kind = container.get("type").and_then(Value::as_str);
        let value = container.get("value").and_then(Value::as_str);
        match (kind, value, container.len()) {
            (Some("datetime"), Some(text), 2) => text
                .strip_suffix('Z')
                .and_then(|text| moment(text, 'T'))
                .ok_or_else(form),
            _ => Err(form()),
        }
    }

    /// An array of `{"type": "params", "value": {"Name": …, "Asc": …}}`.
    pub(crate) fn order(self, name: &str) -> Result<Order, Refusal> {
        let form = || wrong_type(name, "an array of params {Name, Asc} in containers");
        let items = self.required(name)?.as_array().ok_or_else(form)?;
        let mut order = Order::new();
        for item in items {
            let container = item
                .as_object()
                .filter(|map| map.len() == 2)
                .ok_or_else(form)?;
            if container.get("type").is_none_or(|kind| kind != "params") {
                return Err(form());
            }
            let value = container
                .get("value")
                .and_then(Value::as_object)
                .ok_or_else(form)?;
            let by = value.get("Name").and_then(Value::as_str).ok_or_else(form)?;
            let ascending = value.get("Asc").and_then(Value::as_bool).ok_or_else(form)?;
            order.push((by.to_owned(), ascending));
        }
        Ok(order)
    }
}

fn wrong_type(name: &str, wanted: &str) -> Refusal {
    Refusal::bad_format(format!("\"{name}\" must be {wanted}"))
}

/// `YYYY-MM-DD<between>hh:mm:ss`, exactly.
pub(crate) fn moment(text: &str, between: char) -> Option<OffsetDateTime> {
    let form = |(at, letter): (usize, char)| match at {
        4 | 7 => letter == '-',
        10 => letter == between,
        13 | 16 => letter == ':',
        _ => letter.is_ascii_digit(),
    };
    if text.len() != 19 || !text.char_indices().all(form) {
        return None;
    }
    let number =
        |from: usize, to: usize| text.get(from..to).and_then(|part| part.parse::<u8>().ok());
    let year = text.get(0..4)?.parse::<i32>().ok()?;
    let month = Month::try_from(number(5, 7)?).ok()?;
    let date = Date::from_calendar_date(year, month, number(8, 10)?).ok()?;
    let time = Time::from_hms(number(11, 13)?, number(14, 16)?, number(17, 19)?).ok()?;
    Some(PrimitiveDateTime::new(date, time).assume_utc())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn refused_datetime(value: Value) -> bool {
        let map = Map::from_iter([("KLINCDT_ADDED".to_owned(), value)]);
        Arguments::new(&map).datetime("KLINCDT_ADDED").is_err()
    }

    #[test]
    fn only_the_documented_form_of_a_datetime_is_taken() {
        assert!(!refused_datetime(
            json!({"type": "datetime", "value": "2024-01-02T03:04:05Z"})
        ));

        for wrong in [
            "2024-01-02T03:04:05+00:00Z",
            "2024-01-02T03:04:05.5Z",
            "2024-01-02 03:04:05Z",
        ] {
            assert!(
                refused_datetime(json!({"type": "datetime", "value": wrong})),
                "{wrong}"
            );
        }
        assert!(refused_datetime(json!("2024-01-02T03:04:05Z")));
        assert!(refused_datetime(
            json!({"type": "date", "value": "2024-01-02T03:04:05Z"})
        ));
        assert!(refused_datetime(
            json!({"type": "datetime", "value": "2024-02-30T03:04:05Z"})
        ));
    }

    #[test]
    fn a_container_around_top_level_params_is_refused() {
        let map = Map::from_iter([("pData".to_owned(), json!({"type": "params", "value": {}}))]);

        assert!(Arguments::new(&map).params("pData").is_err());
    }

    #[test]
    fn a_missing_argument_is_klprss_1125() {
        let map = Map::new();

        let refusal = Arguments::new(&map).text("strFilter").unwrap_err();

        assert_eq!(refusal, Refusal::missing("strFilter"));
    }
}
