//! The scopes of a token: where issuers write them, and how.

use std::collections::BTreeSet;

use serde_json::Value;

use super::claims::{Claims, wrong_type};
use super::lookup;
use super::refusal::Refusal;

/// The claims that hold scopes, and what the gateway's begin with there.
pub(super) struct ScopeClaims {
    pub(super) names: Vec<String>,
    pub(super) prefix: String,
}

impl ScopeClaims {
    /// The gateway's scopes, without their prefix. What has none means something else where there
    /// is one: a bare `tasks.create` may be another resource's.
    pub(super) fn read(&self, claims: &Claims) -> Result<BTreeSet<String>, Refusal> {
        let mut scopes = BTreeSet::new();
        let mut add = |scope: &str| match scope.strip_prefix(self.prefix.as_str()) {
            None | Some("") => {}
            Some(ours) => {
                scopes.insert(ours.to_owned());
            }
        };
        for name in &self.names {
            match lookup::find(claims, name) {
                None | Some(Value::Null) => {}
                // By the space alone (RFC 6749 section 3.3): to Unicode there are many blanks.
                Some(Value::String(text)) => text.split(' ').for_each(&mut add),
                Some(Value::Array(list)) => {
                    for it in list {
                        add(it.as_str().ok_or_else(|| wrong_type(name))?);
                    }
                }
                // Zitadel's roles are the names of objects that say where each was granted:
                // organisation by organisation, in texts. An object of anything else could mean the
                // opposite, as `{"tasks.create": {"granted": false}}` would.
                Some(Value::Object(roles)) if is_of_objects(roles) => {
                    roles.keys().for_each(|it| add(it));
                }
                Some(Value::Bool(_) | Value::Number(_) | Value::Object(_)) => {
                    return Err(wrong_type(name));
                }
            }
        }
        Ok(scopes)
    }
}

fn is_of_objects(roles: &Claims) -> bool {
    let is_grant = |it: &Claims| !it.is_empty() && it.values().all(Value::is_string);
    !roles.is_empty()
        && roles
            .values()
            .all(|it| it.as_object().is_some_and(is_grant))
}
