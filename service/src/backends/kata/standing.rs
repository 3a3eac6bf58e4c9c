//! How what stands at the Central Node compares with an order.

use kata::{FileHash, Isolation, IsolationRule, Prevention};
use time::OffsetDateTime;

use super::isolation;
use super::order::Order;
use super::rule_before::RuleBefore;

/// How what stands at the Central Node compares with an order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Standing {
    /// As ordered.
    AsOrdered,
    /// As if it had not been ordered: no rule where there should be one, a forbidden file that
    /// should be allowed, no task.
    Missing,
    /// The rule of isolation that stood before, and not what was ordered.
    Before,
    /// A rule of isolation, and another or none was ordered.
    Another,
    /// What stands there cannot be read.
    Unreadable,
    /// The task of a program is there.
    Program(ProgramSight),
}

/// What is told of a program's task.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ProgramSight {
    /// Its state, in the server's own word: no page lists them.
    pub(super) state: Option<String>,
    /// What the server calls its latest start.
    pub(super) latest_start: Option<OffsetDateTime>,
}

/// A host's isolation, compared with an order to isolate or to release that was given when this
/// rule stood.
pub(super) fn of_isolation(
    order: &Order,
    replaces: Option<&RuleBefore>,
    stands: &Isolation,
) -> Standing {
    let rule = match stands {
        Isolation::Unknown(_) => return Standing::Unreadable,
        Isolation::NoRuleOrHost => None,
        Isolation::Rule(rule) => Some(rule),
    };
    let another = |rule: &IsolationRule| {
        if replaces.is_some_and(|it| it.is(rule)) {
            Standing::Before
        } else {
            Standing::Another
        }
    };
    match (order, rule) {
        (Order::Isolate { .. }, None) => Standing::Missing,
        (
            Order::Isolate {
                seconds,
                exclusions,
            },
            Some(rule),
        ) => {
            if isolation::is_ordered_by(rule, *seconds, exclusions) {
                Standing::AsOrdered
            } else {
                another(rule)
            }
        }
        (_, None) => Standing::AsOrdered,
        (_, Some(rule)) => another(rule),
    }
}

/// A host's prevention rules, compared with an order to forbid a file or to allow it.
pub(super) fn of_prevention(is_forbidden: bool, hash: FileHash, stands: &Prevention) -> Standing {
    let rules = match stands {
        Prevention::Unknown(_) => return Standing::Unreadable,
        Prevention::NoRuleOrHost => &[][..],
        Prevention::Rules(rules) => rules,
    };
    let stands = rules.iter().any(|it| it.hashes().contains(&hash));
    if stands == is_forbidden {
        Standing::AsOrdered
    } else {
        Standing::Missing
    }
}

/// A program's task.
pub(super) fn of_program(task: &kata::Task) -> Standing {
    match task {
        kata::Task::Known(report) => Standing::Program(ProgramSight {
            state: report.state.clone(),
            latest_start: report.latest_start.known(),
        }),
        kata::Task::NotFound => Standing::Missing,
        kata::Task::Unknown(_) => Standing::Unreadable,
    }
}
