//! Query parameters, read so that everything wrong with them is said at once.

use actix_web::HttpRequest;
use url::form_urlencoded;

use super::problem::{Code, Problem};
use crate::task::Violation;

/// The query of one request, parameter by parameter.
pub struct Query {
    given: Vec<(String, String)>,
    violations: Vec<Violation>,
}

/// Most violations that are listed.
const MOST_VIOLATIONS: usize = 100;

impl Query {
    /// The query, which may hold each of these parameters once and no others.
    #[must_use]
    pub fn of(request: &HttpRequest, names: &[&str]) -> Self {
        let mut query = Self {
            given: Vec::new(),
            violations: Vec::new(),
        };
        for (name, value) in form_urlencoded::parse(request.query_string().as_bytes()) {
            if !names.contains(&&*name) {
                let known = names.join(", ");
                query.refuse(
                    &name,
                    "unknown_parameter",
                    format!("Is not a parameter here; there are {known}."),
                );
            } else if query.given.iter().any(|(it, _)| *it == name) {
                query.refuse(&name, "repeated", "Must be given once.");
            } else {
                query.given.push((name.into_owned(), value.into_owned()));
            }
        }
        query
    }

    /// The value of a parameter as `parse` reads it; a violation when it cannot, with this rule.
    pub fn take<T>(
        &mut self,
        name: &str,
        rule: &str,
        parse: impl FnOnce(&str) -> Option<T>,
    ) -> Option<T> {
        let at = self.given.iter().position(|(it, _)| it == name)?;
        let (name, value) = self.given.swap_remove(at);
        let parsed = parse(&value);
        if parsed.is_none() {
            self.refuse(&name, "parameter", rule);
        }
        parsed
    }

    /// Every part of a comma list, as `parse` reads it; nothing where the parameter is absent.
    pub fn take_list<T>(
        &mut self,
        name: &str,
        rule: &str,
        parse: impl Fn(&str) -> Option<T>,
    ) -> Vec<T> {
        let all = |value: &str| value.split(',').map(|it| parse(it.trim())).collect();
        self.take::<Vec<T>>(name, rule, all).unwrap_or_default()
    }

    /// Notes that a parameter is wrong.
    pub fn refuse(&mut self, name: &str, code: &str, detail: impl Into<String>) {
        // A name of the caller's own making is shown as far as it helps.
        let shown: String = name.chars().take(64).collect();
        self.violations
            .push(Violation::new(format!("?{shown}"), code, detail.into()));
    }

    /// The end of reading.
    ///
    /// # Errors
    /// 422 with every violation.
    pub fn finish(mut self) -> Result<(), Problem> {
        let detail = match self.violations.as_slice() {
            [] => return Ok(()),
            [one] => format!("{} is wrong: {}", one.pointer, one.detail),
            many => format!(
                "{} parameters are wrong; each is listed in errors.",
                many.len()
            ),
        };
        self.violations.truncate(MOST_VIOLATIONS);
        Err(Problem::new(Code::ValidationFailed, detail).with_errors(self.violations))
    }
}
