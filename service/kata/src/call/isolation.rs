//! `settings` of isolation: read the rule, order it, take it away.

use serde_json::{Value, json};

use super::method::{Call, CallName, Evidence};
use super::request::{Dialect, Method, Request};
use crate::answer::Answer;
use crate::exclusion::Exclusion;
use crate::isolation_seconds::IsolationSeconds;
use crate::rules::{Isolation, IsolationRule};
use crate::sensor_id::SensorId;
use crate::verdict::{Removed, Verdict};

/// Reads the isolation rule of a host.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GetIsolation {
    /// The host.
    pub host: SensorId,
}

/// Orders the isolation of a host. A rule that is there is written over, whole.
#[derive(Debug, Clone, PartialEq)]
pub struct PutIsolation {
    /// The host.
    pub host: SensorId,
    /// For how long.
    pub lasts: IsolationSeconds,
    /// What it may still talk to; all of it, since there is no adding to a rule.
    pub exclusions: Vec<Exclusion>,
    /// The rule that stood before, where it is known. If the answer is lost and this one still
    /// stands, the order has not arrived and is sent again; without it any other rule than the
    /// ordered one leaves the outcome unknown.
    pub replaces: Option<IsolationRule>,
}

/// Takes the isolation rule of a host away.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeleteIsolation {
    /// The host.
    pub host: SensorId,
}

fn settings(method: Method, host: &SensorId, dialect: &Dialect) -> Request {
    Request::new(method, "settings")
        .with("sensor_id", host.as_str())
        .with("settings_type", dialect.isolation())
}

impl Call for GetIsolation {
    const NAME: CallName = CallName::GetIsolation;
    type Found = Isolation;
    type Look = Self;

    fn request(&self, dialect: &Dialect) -> Request {
        settings(Method::Get, &self.host, dialect)
    }

    fn read(&self, answer: &Answer) -> Verdict<Isolation> {
        match answer.status {
            200 => Verdict::Found(Isolation::read(answer)),
            404 if answer.says_not_found() => Verdict::Found(Isolation::NoRuleOrHost),
            404 => Verdict::Found(Isolation::Unknown(answer.excerpt())),
            _ => answer.usual_where_swapped(),
        }
    }
}

impl Call for PutIsolation {
    const NAME: CallName = CallName::PutIsolation;
    /// The rule as the server repeats it, where it does.
    type Found = Option<IsolationRule>;
    type Look = GetIsolation;

    fn request(&self, dialect: &Dialect) -> Request {
        let excluded: Vec<Value> = self.exclusions.iter().map(Exclusion::to_json).collect();
        settings(Method::Post, &self.host, dialect).carrying(json!({"settings": {
            "autoTurnoffTimeoutInSec": self.lasts.get(),
            "excludedRules": excluded,
        }}))
    }

    fn read(&self, answer: &Answer) -> Verdict<Self::Found> {
        if answer.is_taken() {
            Verdict::Found(IsolationRule::told(answer))
        } else {
            answer.usual()
        }
    }

    fn look(&self) -> Option<GetIsolation> {
        Some(GetIsolation {
            host: self.host.clone(),
        })
    }

    fn judge(&self, seen: Isolation) -> Evidence<Self::Found> {
        match seen {
            Isolation::Rule(rule) if rule.is(self.lasts, &self.exclusions) => {
                Evidence::There(Some(rule))
            }
            Isolation::Rule(rule) => match &self.replaces {
                Some(before) if before.is_same_as(&rule) => Evidence::NotThere,
                Some(_) | None => Evidence::Unsure,
            },
            Isolation::NoRuleOrHost => Evidence::NotThere,
            Isolation::Unknown(_) => Evidence::Unsure,
        }
    }
}

impl Call for DeleteIsolation {
    const NAME: CallName = CallName::DeleteIsolation;
    type Found = Removed;
    type Look = GetIsolation;

    fn request(&self, dialect: &Dialect) -> Request {
        settings(Method::Delete, &self.host, dialect)
    }

    fn read(&self, answer: &Answer) -> Verdict<Removed> {
        match answer.status {
            404 => Verdict::Found(Removed::NoRuleOrHost),
            _ if answer.is_taken() => Verdict::Found(Removed::Done),
            _ => answer.usual(),
        }
    }

    fn look(&self) -> Option<GetIsolation> {
        Some(GetIsolation {
            host: self.host.clone(),
        })
    }

    fn judge(&self, seen: Isolation) -> Evidence<Removed> {
        match seen {
            Isolation::NoRuleOrHost => Evidence::There(Removed::NoRuleOrHost),
            // Whichever it is: the host is to be released.
            Isolation::Rule(_) => Evidence::NotThere,
            Isolation::Unknown(_) => Evidence::Unsure,
        }
    }
}
