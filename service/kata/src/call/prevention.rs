//! `settings` of prevention: read the rules, write all of them, take all of them away.
//!
//! There is no adding and no removing of one: each write replaces everything that stands, whoever
//! made it. [`crate::prevention`] makes such a write out of what was read.

use super::method::{Call, CallName, Evidence};
use super::request::{Dialect, Method, Request};
use crate::answer::Answer;
use crate::rules::{self, Forbidden, Prevention, hashes};
use crate::sensor_id::Scope;
use crate::verdict::{Removed, Verdict};

/// Reads the prevention rules.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GetPrevention {
    /// Of a host, or of all.
    pub scope: Scope,
}

/// Makes these the prevention rules, and no others.
#[derive(Debug, Clone, PartialEq)]
pub struct PutPrevention {
    /// Of a host, or of all.
    pub scope: Scope,
    /// All rules there shall be; none takes all away.
    pub rules: Vec<Forbidden>,
    /// The rules that stood before. If the answer is lost and they still stand, the write has not
    /// arrived and is sent again; anything else would be somebody's work written over.
    pub replaces: Vec<Forbidden>,
}

/// Takes all prevention rules away.
#[derive(Debug, Clone, PartialEq)]
pub struct DeletePrevention {
    /// Of a host, or of all.
    pub scope: Scope,
    /// The rules that stood before, to the same end.
    pub replaces: Vec<Forbidden>,
}

fn settings(method: Method, scope: &Scope) -> Request {
    Request::new(method, "settings")
        .with("sensor_id", scope.as_str())
        .with("settings_type", "prevention")
}

/// What stands, compared with what should stand and with what stood.
fn weigh<T>(
    seen: &[Forbidden],
    ordered: &[Forbidden],
    before: &[Forbidden],
    there: impl FnOnce() -> T,
) -> Evidence<T> {
    let seen = hashes(seen);
    if seen == hashes(ordered) {
        Evidence::There(there())
    } else if seen == hashes(before) {
        Evidence::NotThere
    } else {
        Evidence::Unsure
    }
}

impl Call for GetPrevention {
    const NAME: CallName = CallName::GetPrevention;
    /// Tens of thousands of hashes.
    const LARGEST_ANSWER: usize = 8 * 1024 * 1024;
    type Found = Prevention;
    type Look = Self;

    fn request(&self, _: &Dialect) -> Request {
        settings(Method::Get, &self.scope)
    }

    fn read(&self, answer: &Answer) -> Verdict<Prevention> {
        match answer.status {
            200 => Verdict::Found(Prevention::read(answer)),
            404 if answer.says_not_found() => Verdict::Found(Prevention::NoRuleOrHost),
            404 => Verdict::Found(Prevention::Unknown(answer.excerpt())),
            _ => answer.usual_where_swapped(),
        }
    }
}

impl Call for PutPrevention {
    const NAME: CallName = CallName::PutPrevention;
    const LARGEST_ANSWER: usize = 8 * 1024 * 1024;
    /// The rules as the server repeats them, where it does.
    type Found = Option<Vec<Forbidden>>;
    type Look = GetPrevention;

    fn request(&self, _: &Dialect) -> Request {
        settings(Method::Post, &self.scope).carrying(rules::settings(&self.rules))
    }

    fn read(&self, answer: &Answer) -> Verdict<Self::Found> {
        if answer.is_taken() {
            Verdict::Found(Prevention::told(answer))
        } else {
            answer.of_prevention(&self.scope)
        }
    }

    fn look(&self) -> Option<GetPrevention> {
        Some(GetPrevention {
            scope: self.scope.clone(),
        })
    }

    fn judge(&self, seen: Prevention) -> Evidence<Self::Found> {
        let seen = match seen {
            Prevention::Rules(seen) => seen,
            Prevention::NoRuleOrHost => Vec::new(),
            Prevention::Unknown(_) => return Evidence::Unsure,
        };
        weigh(&seen, &self.rules, &self.replaces, || Some(seen.clone()))
    }
}

impl Call for DeletePrevention {
    const NAME: CallName = CallName::DeletePrevention;
    type Found = Removed;
    type Look = GetPrevention;

    fn request(&self, _: &Dialect) -> Request {
        settings(Method::Delete, &self.scope)
    }

    fn read(&self, answer: &Answer) -> Verdict<Removed> {
        match answer.status {
            404 => Verdict::Found(Removed::NoRuleOrHost),
            _ if answer.is_taken() => Verdict::Found(Removed::Done),
            _ => answer.of_prevention(&self.scope),
        }
    }

    fn look(&self) -> Option<GetPrevention> {
        Some(GetPrevention {
            scope: self.scope.clone(),
        })
    }

    fn judge(&self, seen: Prevention) -> Evidence<Removed> {
        match seen {
            Prevention::NoRuleOrHost => Evidence::There(Removed::NoRuleOrHost),
            Prevention::Rules(seen) => weigh(&seen, &[], &self.replaces, || Removed::NoRuleOrHost),
            Prevention::Unknown(_) => Evidence::Unsure,
        }
    }
}
