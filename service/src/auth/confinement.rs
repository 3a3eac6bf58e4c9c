//! The back ends that a caller may use, by a claim of its token and by the operator's word.

use std::collections::BTreeSet;

use serde_json::Value;

use super::claims::{Claims, wrong_type};
use super::lookup;
use super::refusal::Refusal;
use vocabulary::task_id::Alias;

/// The claims that hold aliases of back ends; none, where tokens confine nobody.
pub(super) struct BackendClaims {
    names: Vec<String>,
}

impl BackendClaims {
    pub(super) fn of(names: &[String]) -> Self {
        Self {
            names: names.to_vec(),
        }
    }

    /// What a caller with these claims is confined to, when the operator grants it these; nothing
    /// when it is not confined. Each of the two can only narrow what the other leaves.
    ///
    /// A token without any of the claims names no back end. That it may use all would turn a claim
    /// that the issuer forgets into the widest one.
    pub(super) fn read(
        &self,
        claims: &Claims,
        granted: Option<&BTreeSet<Alias>>,
    ) -> Result<Option<BTreeSet<Alias>>, Refusal> {
        let granted = granted.filter(|it| !it.is_empty());
        if self.names.is_empty() {
            return Ok(granted.cloned());
        }
        let mut named = BTreeSet::new();
        let found = self
            .names
            .iter()
            .find_map(|name| Some((name, lookup::find(claims, name)?)));
        match found {
            None => {}
            Some((_, Value::String(text))) => named.extend(words(text)),
            Some((name, Value::Array(list))) => {
                for it in list {
                    named.extend(words(it.as_str().ok_or_else(|| wrong_type(name))?));
                }
            }
            Some((name, _)) => return Err(wrong_type(name)),
        }
        if let Some(granted) = granted {
            named.retain(|it| granted.contains(it));
        }
        Ok(Some(named))
    }
}

/// Aliases between blanks and commas. What is none is a word for something else.
fn words(text: &str) -> impl Iterator<Item = Alias> {
    text.split([' ', ',']).filter_map(Alias::parse)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn confined(names: &[&str], claims: &Value, granted: &[&str]) -> Result<Option<String>, ()> {
        let names: Vec<String> = names.iter().map(|it| (*it).to_owned()).collect();
        let granted: BTreeSet<Alias> = granted.iter().filter_map(|it| Alias::parse(it)).collect();
        let claims = claims.as_object().expect("an object");
        let read = BackendClaims::of(&names).read(claims, Some(&granted));
        let text = |it: BTreeSet<Alias>| {
            let all: Vec<&str> = it.iter().map(Alias::as_str).collect();
            all.join(" ")
        };
        read.map(|it| it.map(text)).map_err(|_| ())
    }

    #[test]
    fn claim_and_grant_can_only_narrow() {
        for (names, claims, granted, wanted) in [
            (&[][..], json!({"edr": "a"}), &[][..], Ok(None)),
            (&[], json!({}), &["a", "b"], Ok(Some("a b"))),
            (&["edr"], json!({"edr": "b a"}), &[], Ok(Some("a b"))),
            (
                &["edr"],
                json!({"edr": ["a", "b,c"]}),
                &[],
                Ok(Some("a b c")),
            ),
            (&["edr"], json!({"edr": "a b"}), &["b", "c"], Ok(Some("b"))),
            (&["edr"], json!({"edr": "a"}), &["b"], Ok(Some(""))),
            // What is not said allows nothing.
            (&["edr"], json!({}), &[], Ok(Some(""))),
            (&["edr"], json!({"edr": null}), &["a"], Ok(Some(""))),
            (&["edr"], json!({"edr": []}), &[], Ok(Some(""))),
            (&["edr"], json!({"edr": "*"}), &[], Ok(Some(""))),
            (&["edr"], json!({"edr": "A all ä"}), &[], Ok(Some("all"))),
            // The first that is there.
            (&["x", "edr"], json!({"edr": "a"}), &[], Ok(Some("a"))),
            (
                &["x", "edr"],
                json!({"x": "", "edr": "a"}),
                &[],
                Ok(Some("")),
            ),
            (&["t.edr"], json!({"t": {"edr": "a"}}), &[], Ok(Some("a"))),
            (&["edr"], json!({"edr": true}), &[], Err(())),
            (&["edr"], json!({"edr": {"a": {}}}), &[], Err(())),
            (&["edr"], json!({"edr": ["a", 7]}), &[], Err(())),
        ] {
            let wanted = wanted.map(|it| it.map(str::to_owned));
            assert_eq!(
                confined(names, &claims, granted),
                wanted,
                "{names:?} {claims}"
            );
        }
    }
}
