//! Query parameters, read so that everything wrong with them is said at once.
//!
//! Read by hand, because a deserializer stops at the first mistake and does not see a parameter
//! that is given twice: which of the two a caller means nobody can say.

use std::fmt::Display;

use url::form_urlencoded;

use crate::problem::Problem;
use vocabulary::code::Code;
use vocabulary::names::{HostName, NoName};
use vocabulary::task::Violation;

/// The query of one request, parameter by parameter.
pub struct Query {
    given: Vec<GivenParameter>,
    violations: Vec<Violation>,
}

struct GivenParameter {
    name: String,
    /// One, unless it is given more than once.
    values: Vec<String>,
}

/// What a value must be: the stable name of the rule, and the rule in a sentence.
pub type Rule = (&'static str, &'static str);

/// Most violations that are listed. Nobody mends more at a time.
const MOST_VIOLATIONS: usize = 20;

impl Query {
    /// A query string, which may hold each of these parameters once and no others.
    #[must_use]
    pub fn of(text: &str, names: &[&str]) -> Self {
        Self::told(text, names, &[])
    }

    /// The same, where some that are no parameters have a sentence of their own: what is done
    /// instead.
    #[must_use]
    pub fn told(text: &str, names: &[&str], instead: &[Rule]) -> Self {
        let mut query = Self {
            given: Vec::new(),
            violations: Vec::new(),
        };
        for (name, value) in form_urlencoded::parse(text.as_bytes()) {
            if !names.contains(&&*name) {
                let meant = names.iter().find(|it| is_meant(&name, it));
                let other = instead.iter().find(|(it, _)| is_meant(&name, it));
                let detail = match (meant, names) {
                    _ if other.is_some() => other.map_or("", |it| it.1).to_owned(),
                    (Some(meant), _) => {
                        format!("Is not a parameter here: {meant} seems to be meant.")
                    }
                    (None, []) => "There are no parameters here.".to_owned(),
                    (None, [one]) => format!("Is not a parameter here: {one} is."),
                    (None, many) => format!("Is not a parameter here: {} are.", many.join(", ")),
                };
                query.refuse(&name, "unknown_parameter", detail);
                continue;
            }
            let value = value.into_owned();
            match query.given.iter_mut().find(|it| it.name == name) {
                Some(known) => known.values.push(value),
                None => query.given.push(GivenParameter {
                    name: name.into_owned(),
                    values: vec![value],
                }),
            }
        }
        query
    }

    /// Whether a parameter is given, be it right or wrong.
    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        self.given.iter().any(|it| it.name == name)
    }

    /// The value of a parameter as `parse` reads it; a violation of the rule when it cannot.
    pub fn take<T>(
        &mut self,
        name: &str,
        (code, rule): Rule,
        parse: impl FnOnce(&str) -> Option<T>,
    ) -> Option<T> {
        let parsed = parse(&self.one(name)?);
        if parsed.is_none() {
            self.refuse(name, code, rule);
        }
        parsed
    }

    /// The value of a parameter as `parse` reads it; a violation that says why when it cannot.
    pub fn read<T, E: Display + Copy>(
        &mut self,
        name: &str,
        parse: impl FnOnce(&str) -> Result<T, E>,
        code: impl FnOnce(E) -> &'static str,
    ) -> Option<T> {
        match parse(&self.one(name)?) {
            Ok(value) => Some(value),
            Err(why) => {
                self.refuse(name, code(why), why.to_string());
                None
            }
        }
    }

    /// The name of a host; spaces around it are nothing, as in a body.
    pub fn read_name(&mut self, name: &str) -> Option<HostName> {
        self.read(
            name,
            |it| HostName::read(it.trim_matches(' ')),
            NoName::code,
        )
    }

    /// The value of a parameter that is given once; a violation when it is given more often, since
    /// nobody can say which is meant.
    fn one(&mut self, name: &str) -> Option<String> {
        let given = self.given.iter().find(|it| it.name == name)?;
        if let [one] = given.values.as_slice() {
            return Some(one.clone());
        }
        self.refuse(name, "repeated", "Is given more than once.");
        None
    }

    /// Every part of a list, as `parse` reads it; nothing where the parameter is absent. A list is
    /// written with commas, or the parameter once for each part.
    pub fn take_list<T>(
        &mut self,
        name: &str,
        (code, rule): Rule,
        parse: impl Fn(&str) -> Option<T>,
    ) -> Vec<T> {
        let Some(given) = self.given.iter().find(|it| it.name == name) else {
            return Vec::new();
        };
        let parts = given.values.iter().flat_map(|it| it.split(','));
        let parsed: Option<Vec<T>> = parts.map(|it| parse(it.trim())).collect();
        parsed.unwrap_or_else(|| {
            self.refuse(name, code, rule);
            Vec::new()
        })
    }

    /// A whole number of items from 1 to this.
    pub fn take_limit(&mut self, rule: &'static str, most: usize) -> Option<usize> {
        let number = |text: &str| {
            let digits = text.bytes().all(|it| it.is_ascii_digit());
            let number = text.parse().ok().filter(|it| (1..=most).contains(it));
            number.filter(|_| digits)
        };
        self.take("limit", ("limit", rule), number)
    }

    /// Notes that a parameter is wrong.
    pub fn refuse(&mut self, name: &str, code: &str, detail: impl Into<String>) {
        if self.violations.len() < MOST_VIOLATIONS {
            // A name of the caller's own making is shown as far as it helps.
            let shown: String = name.chars().take(64).collect();
            self.violations
                .push(Violation::new(format!("?{shown}"), code, detail));
        }
    }

    /// The end of reading.
    ///
    /// # Errors
    /// 422 with every violation.
    pub fn finish(self) -> Result<(), Problem> {
        let detail = match self.violations.as_slice() {
            [] => return Ok(()),
            [one] => format!("{} is wrong: {}", one.pointer, one.detail),
            many => format!(
                "{} parameters are wrong; each is listed in errors.",
                many.len()
            ),
        };
        Err(Problem::new(Code::ValidationFailed, detail).with_errors(self.violations))
    }
}

/// Whether a name differs from that of a parameter in nothing but case, what stands between words,
/// brackets of a list, or an `s` at its end.
fn is_meant(given: &str, name: &str) -> bool {
    let plain = |text: &str| -> String {
        let text = text.split('[').next().unwrap_or_default().chars();
        let letters = text.filter(char::is_ascii_alphanumeric);
        letters.map(|it| it.to_ascii_lowercase()).collect()
    };
    let (given, name) = (plain(given), plain(name));
    given == name || given.strip_suffix('s') == Some(&name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_parameter_that_is_meant_is_named() {
        let names = ["dryRun", "state", "limit", "id"];
        for (given, meant) in [
            ("dryrun", Some("dryRun")),
            ("dry_run", Some("dryRun")),
            ("dry-run", Some("dryRun")),
            ("DRYRUN", Some("dryRun")),
            ("state[]", Some("state")),
            ("state%5B0%5D", Some("state")),
            ("states", Some("state")),
            ("Limit", Some("limit")),
            ("limit%20", Some("limit")),
            ("ids", Some("id")),
            ("foo", None),
            ("", None),
            ("[]", None),
        ] {
            let problem = Query::of(&format!("{given}=1"), &names).finish();
            let detail = problem.expect_err("it is wrong").detail().to_owned();
            let says = |it: &str| detail.contains(&format!("{it} seems to be meant"));
            match meant {
                Some(meant) => assert!(says(meant), "{given}: {detail}"),
                None => assert!(!detail.contains("seems"), "{given}: {detail}"),
            }
        }
    }

    #[test]
    fn a_flood_of_parameters_is_answered_with_a_few() {
        let text: Vec<String> = (0..1000).map(|it| format!("p{it}=1")).collect();

        let problem = Query::of(&text.join("&"), &["name"]).finish();

        let document = problem.expect_err("it is wrong").document("/", "r");
        assert_eq!(document.errors.len(), MOST_VIOLATIONS);
    }

    #[test]
    fn of_a_parameter_that_is_given_twice_neither_is_meant() {
        let mut query = Query::of("a=1&a=2&a=3", &["a"]);

        assert!(query.has("a"));
        assert_eq!(
            query.take("a", ("a", "Must be."), |it| Some(it.to_owned())),
            None
        );
        let document = query.finish().expect_err("it is wrong").document("/", "r");
        assert_eq!(document.errors.len(), 1);
    }
}
