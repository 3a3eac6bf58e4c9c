//! What a change may be made of.

use crate::excerpt::Excerpt;
use crate::rules::{Forbidden, Prevention};
use crate::sensor_id::Scope;

/// Whether a look-up has shown that the host exists.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Presence {
    /// `sensors` lists it.
    Confirmed,
    /// It does not, or was not asked.
    NotConfirmed,
}

/// Rules that are known, all of them.
#[derive(Debug, Clone, PartialEq)]
pub struct Basis {
    scope: Scope,
    rules: Vec<Forbidden>,
}

/// Why what was read is no basis.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum NoBasis {
    /// The answer cannot be read: a write could wipe rules that are there.
    #[error("the prevention rules are told in a form that is not known")]
    UnknownForm(Excerpt),
    /// "No rule" and "no such host" look alike.
    #[error("there are no prevention rules, or there is no such host")]
    HostNotConfirmed,
}

impl Basis {
    /// What was read, if it may be built on. For every host there is nothing to confirm.
    pub fn of(answer: &Prevention, scope: &Scope, presence: Presence) -> Result<Self, NoBasis> {
        let rules = match answer {
            Prevention::Rules(rules) => rules.clone(),
            Prevention::NoRuleOrHost => Vec::new(),
            Prevention::Unknown(excerpt) => return Err(NoBasis::UnknownForm(excerpt.clone())),
        };
        let confirmed = match (scope, presence) {
            (Scope::All, _) | (Scope::Host(_), Presence::Confirmed) => true,
            (Scope::Host(_), Presence::NotConfirmed) => false,
        };
        if rules.is_empty() && !confirmed {
            return Err(NoBasis::HostNotConfirmed);
        }
        Ok(Self {
            scope: scope.clone(),
            rules,
        })
    }

    /// Whose rules they are.
    #[must_use]
    pub fn scope(&self) -> &Scope {
        &self.scope
    }

    /// The rules.
    #[must_use]
    pub fn rules(&self) -> &[Forbidden] {
        &self.rules
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::file_hash::FileHash;
    use crate::sensor_id::SensorId;

    #[test]
    fn nothing_read_is_nothing_there_only_where_the_host_is_known() {
        let host = Scope::Host(SensorId::new("a").unwrap());
        for nothing in [Prevention::NoRuleOrHost, Prevention::Rules(Vec::new())] {
            let basis = |scope: &Scope, presence| Basis::of(&nothing, scope, presence);

            assert_eq!(
                basis(&host, Presence::NotConfirmed),
                Err(NoBasis::HostNotConfirmed)
            );
            assert!(
                basis(&host, Presence::Confirmed)
                    .unwrap()
                    .rules()
                    .is_empty()
            );
            assert!(basis(&Scope::All, Presence::NotConfirmed).is_ok());
        }
    }

    #[test]
    fn an_unknown_form_is_no_basis_for_anybody() {
        let unknown = Prevention::Unknown(Excerpt::of(b"{}"));
        for scope in [Scope::All, Scope::Host(SensorId::new("a").unwrap())] {
            let basis = Basis::of(&unknown, &scope, Presence::Confirmed);

            assert!(matches!(basis, Err(NoBasis::UnknownForm(_))));
        }
    }

    #[test]
    fn rules_that_are_there_prove_the_host() {
        let host = Scope::Host(SensorId::new("a").unwrap());
        let rules = Prevention::Rules(vec![Forbidden::file(FileHash::Md5([0; 16]))]);

        assert!(Basis::of(&rules, &host, Presence::NotConfirmed).is_ok());
    }
}
