//! One call on its way through the server, and the two plainest replies.

use crate::arguments::Arguments;
use crate::journal::Rule;
use crate::refusal::Refusal;
use crate::world::World;
use serde_json::{Value, json};

/// The longest life of a result, in seconds (documented for `FindHosts`).
const LONGEST_LIFE: i64 = 7200;

/// One authenticated call on its way through the server.
#[derive(Debug)]
pub(crate) struct Call<'a> {
    pub(crate) world: &'a mut World,
    pub(crate) method: &'a str,
    pub(crate) session: u64,
    pub(crate) arguments: Arguments<'a>,
    pub(crate) request_id: Option<&'a str>,
}

impl Call<'_> {
    /// Notes arguments that the call does not have.
    pub(crate) fn only(&self, known: &[&str]) {
        self.arguments.only(known, &self.world.journal, self.method);
    }

    pub(crate) fn note(&self, rule: Rule, detail: impl Into<String>) {
        self.world.journal.note(rule, self.method, detail);
    }

    /// Seconds that a result lives.
    pub(crate) fn life(&self, name: &str) -> Result<std::time::Duration, Refusal> {
        let seconds = self.arguments.int(name)?;
        // Published scripts ask searches for more, and work.
        let seconds = if name == "lMaxLifeTime" {
            seconds.min(LONGEST_LIFE)
        } else {
            seconds
        };
        if !(1..=LONGEST_LIFE).contains(&seconds) {
            return Err(Refusal::bad_format(format!(
                "\"{name}\" must be 1 to {LONGEST_LIFE}"
            )));
        }
        let seconds = u64::try_from(seconds).map_err(|_| Refusal::bad_format(name))?;
        Ok(std::time::Duration::from_secs(seconds))
    }

    /// A start and a count, as chunks and ranges are asked for.
    pub(crate) fn window(&self, from: &str, other: &str) -> Result<(usize, usize), Refusal> {
        let number = |name: &str| {
            let number = self.arguments.int(name)?;
            usize::try_from(number)
                .map_err(|_| Refusal::bad_format(format!("\"{name}\" must not be negative")))
        };
        Ok((number(from)?, number(other)?))
    }
}

/// A reply without results.
pub(crate) fn nothing() -> Value {
    json!({})
}

/// A reply with a return value only.
pub(crate) fn returns(value: impl Into<Value>) -> Value {
    json!({"PxgRetVal": value.into()})
}
