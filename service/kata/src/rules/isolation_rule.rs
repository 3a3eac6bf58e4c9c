//! An isolation rule.

use serde_json::{Map, Value};

use super::form::unwrapped;
use crate::answer::Answer;
use crate::excerpt::Excerpt;
use crate::exclusion::Exclusion;
use crate::isolation_seconds::IsolationSeconds;

/// What is known of a host's isolation rule.
///
/// A rule is an order that stands at the Central Node. It outlives its time, and a host may be
/// isolated or not all the same.
#[derive(Debug, Clone, PartialEq)]
pub enum Isolation {
    /// There is one.
    Rule(IsolationRule),
    /// There is none; or there is no such host, which only a look-up of the host can tell.
    NoRuleOrHost,
    /// An answer of a form that is not known.
    Unknown(Excerpt),
}

/// A rule, as it was told. It says neither when it began nor when it ends.
#[derive(Debug, Clone, PartialEq)]
pub struct IsolationRule {
    /// `autoTurnoffTimeoutInSec`.
    pub seconds: Option<u64>,
    /// `excludedRules`, as they are.
    pub exclusions: Option<Vec<Value>>,
    /// Members that nobody has documented.
    pub others: Map<String, Value>,
}

const SECONDS: &str = "autoTurnoffTimeoutInSec";
const EXCLUSIONS: &str = "excludedRules";

impl Isolation {
    /// Reads the body of a success.
    pub fn read(answer: &Answer) -> Self {
        let known = answer.json().and_then(unwrapped).and_then(Self::of);
        known.unwrap_or_else(|| Self::Unknown(answer.excerpt()))
    }

    fn of(value: Value) -> Option<Self> {
        let rule = match value {
            Value::Array(rules) => match <[Value; 1]>::try_from(rules) {
                Ok([rule]) => rule,
                Err(rules) => return rules.is_empty().then_some(Self::NoRuleOrHost),
            },
            Value::Null
            | Value::Bool(_)
            | Value::Number(_)
            | Value::String(_)
            | Value::Object(_) => value,
        };
        IsolationRule::of(rule).map(Self::Rule)
    }
}

impl IsolationRule {
    /// The rule in the answer to an order, where it is told.
    #[must_use]
    pub fn told(answer: &Answer) -> Option<Self> {
        match Isolation::read(answer) {
            Isolation::Rule(rule) => Some(rule),
            Isolation::NoRuleOrHost | Isolation::Unknown(_) => None,
        }
    }

    fn of(value: Value) -> Option<Self> {
        let Value::Object(mut members) = value else {
            return None;
        };
        let mut take = |name| members.remove(name).filter(|it: &Value| !it.is_null());
        let (seconds, exclusions) = (take(SECONDS), take(EXCLUSIONS));
        // Nothing that is known: it is something else.
        if seconds.is_none() && exclusions.is_none() {
            return None;
        }
        let seconds = match seconds {
            Some(value) => Some(whole(&value)?),
            None => None,
        };
        let exclusions = match exclusions {
            Some(Value::Array(rules)) if rules.iter().all(Value::is_object) => Some(rules),
            Some(_) => return None,
            None => None,
        };
        Some(Self {
            seconds,
            exclusions,
            others: members,
        })
    }

    /// Whether it is what such an order makes: the same time, the same exclusions in any order.
    #[must_use]
    pub fn is(&self, lasts: IsolationSeconds, exclusions: &[Exclusion]) -> bool {
        let ours = exclusions.iter().map(|it| plain(&it.to_json())).collect();
        self.seconds == Some(lasts.get().into()) && sorted(self.plain_exclusions()) == sorted(ours)
    }

    /// Whether the other says the same.
    #[must_use]
    pub fn is_same_as(&self, other: &Self) -> bool {
        self.seconds == other.seconds
            && sorted(self.plain_exclusions()) == sorted(other.plain_exclusions())
    }

    fn plain_exclusions(&self) -> Vec<String> {
        self.exclusions.iter().flatten().map(plain).collect()
    }
}

fn sorted(mut rules: Vec<String>) -> Vec<String> {
    rules.sort();
    rules
}

/// The documented members of an exclusion in one form, whatever form they come in.
fn plain(rule: &Value) -> String {
    let text = |name| {
        let value = rule.get(name).and_then(Value::as_str);
        value.unwrap_or_default().trim().to_ascii_lowercase()
    };
    let number = |value: Option<&Value>| value.and_then(whole);
    let ports = |name| {
        let range = rule.get(name);
        let end = |at| number(range.and_then(|it| it.get(at)));
        (end("fromPort"), end("toPort"))
    };
    let direction = match text("direction") {
        none if none.is_empty() => "both".to_owned(),
        some => some,
    };
    format!(
        "{direction} {:?} {} {} {:?} {:?}",
        number(rule.get("protocol")),
        text("remoteIpv4Address"),
        text("remoteIpv6Address"),
        ports("remotePortRange"),
        ports("localPortRange"),
    )
}

/// A whole number, as such or in digits.
fn whole(value: &Value) -> Option<u64> {
    match value {
        Value::Number(number) => number.as_u64(),
        Value::String(text) => text.trim().parse().ok(),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use serde_json::json;

    use super::*;
    use crate::exclusion::PortRange;

    fn read(body: &Value) -> Isolation {
        Isolation::read(&Answer {
            status: 200,
            body: body.to_string().into_bytes(),
            retry_after: None,
        })
    }

    #[test]
    fn every_form_that_may_come_is_the_same_rule() {
        let rule = json!({"excludedRules": [{"direction": "both"}], "autoTurnoffTimeoutInSec": 14400, "new": 1});
        for body in [
            json!([rule]),
            rule.clone(),
            json!({"settings": rule}),
            json!({"settings": [rule]}),
            json!({"response": {"settings": rule}}),
        ] {
            let Isolation::Rule(read) = read(&body) else {
                panic!("{body}");
            };
            assert_eq!(read.seconds, Some(14_400));
            assert_eq!(read.exclusions, Some(vec![json!({"direction": "both"})]));
            assert_eq!(read.others["new"], 1);
        }
    }

    #[test]
    fn an_empty_array_is_no_rule_and_anything_else_is_unknown() {
        for body in [json!([]), json!({"settings": []})] {
            assert_eq!(read(&body), Isolation::NoRuleOrHost);
        }
        let rule = json!({"autoTurnoffTimeoutInSec": 14400});
        for body in [
            json!(null),
            json!({}),
            json!(""),
            json!([rule, rule]),
            json!([[rule]]),
            json!({"rule": rule}),
            json!({"settings": rule, "next": "page"}),
            json!({"response": rule}),
            json!({"error": "Not Found"}),
            json!({"settings": {"objects": []}}),
            json!({"autoTurnoffTimeoutInSec": -1}),
            json!({"autoTurnoffTimeoutInSec": "soon"}),
            json!({"autoTurnoffTimeoutInSec": 14400, "excludedRules": {}}),
            json!({"autoTurnoffTimeoutInSec": 14400, "excludedRules": [1]}),
        ] {
            assert!(matches!(read(&body), Isolation::Unknown(_)), "{body}");
        }
        for body in [b"".as_slice(), b"<html>", b"\xff"] {
            let answer = Answer {
                status: 200,
                body: body.to_vec(),
                retry_after: None,
            };
            assert!(matches!(Isolation::read(&answer), Isolation::Unknown(_)));
        }
    }

    #[test]
    fn a_rule_is_ours_however_the_server_writes_it_down() {
        let lasts = IsolationSeconds::new(3_600).unwrap();
        let ours = [
            Exclusion::Outbound {
                protocol: Some(6),
                remote: Some(Ipv4Addr::new(192, 0, 2, 10)),
                remote_ports: Some(PortRange::new(443, 443).unwrap()),
            },
            Exclusion::Both {
                protocol: None,
                remote: Some(Ipv4Addr::new(192, 0, 2, 53)),
            },
        ];
        let told = |seconds: Value, rules: Value| {
            let body = json!({"autoTurnoffTimeoutInSec": seconds, "excludedRules": rules});
            match read(&body) {
                Isolation::Rule(rule) => rule.is(lasts, &ours),
                Isolation::NoRuleOrHost | Isolation::Unknown(_) => panic!("{body}"),
            }
        };
        let https = json!({"direction": "OUTBOUND", "protocol": "6", "remoteIpv4Address": "192.0.2.10",
            "remotePortRange": {"fromPort": "443", "toPort": 443}, "localPortRange": null, "id": 7});
        let dns = json!({"remoteIpv4Address": "192.0.2.53"});

        assert!(told(json!(3600), json!([dns, https])));
        assert!(told(json!("3600"), json!([https, dns])));
        assert!(!told(json!(7200), json!([https, dns])));
        assert!(!told(json!(3600), json!([https])));
        assert!(!told(json!(3600), json!([https, dns, dns])));
        assert!(!told(json!(3600), json!([])));
    }
}
