//! What the figures come to: the gateway beside its peers, and beside what it was before.
//!
//! Rows that are compared were measured by turns, so each round has its own ratio. The median of
//! those is told with the least and the most of them. A goal is a mark on the way, not a limit: on
//! a busy machine a figure says less than its spread.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::cell::{Cell, Found, Pace, as_float};
use crate::options::Scenario;
use crate::rig::{Lane, Store};
use crate::rounds::{Row, spread};
use crate::screen::say;

/// The rows of a sitting, by scenario.
pub(crate) type Tables = BTreeMap<Scenario, Vec<Row>>;

/// How two rows are compared, round by round.
type Compare = fn(&Found, &Found) -> f64;

/// A goal: what it is called, its mark, whether more is better, and what was reached.
struct Goal {
    name: &'static str,
    mark: f64,
    more: bool,
    reached: Option<(f64, f64, f64)>,
}

/// Shows goals and what was reached of them.
pub(crate) fn show(tables: &Tables, many: usize) -> Value {
    let goals = goals(tables, many);
    let reached: Vec<_> = goals
        .iter()
        .filter_map(|it| Some((it, it.reached?)))
        .collect();
    if reached.is_empty() {
        return Value::Null;
    }
    say(&format!(
        "\n{:<52} {:>8} {:>9}  {:<16}",
        "goal", "mark", "reached", "least–most"
    ));
    let mut told = Vec::new();
    for (goal, (median, least, most)) in reached {
        let sign = if goal.more { "≥" } else { "≤" };
        let there = if goal.more {
            median >= goal.mark
        } else {
            median <= goal.mark
        };
        say(&format!(
            "{:<52} {:>8} {median:>9.2}  {:<16} {}",
            goal.name,
            format!("{sign} {}", goal.mark),
            format!("{least:.2}–{most:.2}"),
            if there { "reached" } else { "not yet" }
        ));
        told.push(json!({
            "goal": goal.name, "mark": goal.mark, "reached": median, "least": least, "most": most,
        }));
    }
    Value::Array(told)
}

fn goals(tables: &Tables, many: usize) -> Vec<Goal> {
    let rate: Compare = |gateway, other| gateway.rate / other.rate;
    let cpu: Compare = |gateway, other| gateway.subject / other.subject;
    let ksc: Compare = |gateway, other| gateway.stand_in / other.stand_in;
    let tail: Compare =
        |gateway, other| (as_float(gateway.latencies.p99) - as_float(other.latencies.p99)) / 1e3;
    let plain = |lane| {
        find(tables, Scenario::Throughput, move |it| {
            it.lane == lane && it.callers == many && !it.setup.budget
        })
    };
    let slow = |lane, sessions: Option<u16>| {
        find(tables, Scenario::Slow, move |it| {
            let same = it.lane == lane && it.delay.as_millis() == 10;
            same && (sessions.is_none() || it.setup.sessions == sessions)
        })
    };
    let store = |store| {
        find(tables, Scenario::Store, move |it| {
            it.lane == Lane::Gateway && it.setup.store == store && it.keys
        })
    };
    let open = |lane| {
        find(tables, Scenario::OpenLoop, move |it| {
            it.lane == lane && matches!(it.pace, Pace::Open(_))
        })
    };
    let goal = |name, mark, more, rows: (Option<&Row>, Option<&Row>), compare| Goal {
        name,
        mark,
        more,
        reached: rows
            .0
            .zip(rows.1)
            .and_then(|(a, b)| compared(a, b, compare)),
    };
    let beside = |lane| (plain(Lane::Gateway), plain(lane));
    vec![
        goal(
            "actions/s, to HAProxy with ES256",
            2.5,
            true,
            beside(Lane::HaproxyJwt),
            rate,
        ),
        goal(
            "actions/s, to HAProxy without tokens",
            0.6,
            true,
            beside(Lane::Haproxy),
            rate,
        ),
        goal(
            "actions/s, to the floor",
            0.3,
            true,
            beside(Lane::Floor),
            rate,
        ),
        goal(
            "cpu an action, to HAProxy with ES256",
            0.4,
            false,
            beside(Lane::HaproxyJwt),
            cpu,
        ),
        goal(
            "KSC's cpu an action, to the floor",
            1.2,
            false,
            beside(Lane::Floor),
            ksc,
        ),
        goal(
            "p99 at half saturation, above the floor's, ms",
            0.5,
            false,
            (open(Lane::Gateway), open(Lane::Floor)),
            tail,
        ),
        goal(
            "actions/s at 10 ms a call, to HAProxy with ES256",
            0.9,
            true,
            (slow(Lane::Gateway, None), slow(Lane::HaproxyJwt, None)),
            rate,
        ),
        goal(
            "the same with 64 sessions",
            0.9,
            true,
            (slow(Lane::Gateway, Some(64)), slow(Lane::HaproxyJwt, None)),
            rate,
        ),
        goal(
            "actions/s with a key, Redis to memory",
            0.7,
            true,
            (store(Store::Redis), store(Store::Memory)),
            rate,
        ),
    ]
}

/// The first row of a scenario that is like this.
fn find(tables: &Tables, scenario: Scenario, like: impl Fn(&Cell) -> bool) -> Option<&Row> {
    tables.get(&scenario)?.iter().find(|it| like(&it.cell))
}

/// The ratios of all rounds: median, least, most.
fn compared(a: &Row, b: &Row, compare: Compare) -> Option<(f64, f64, f64)> {
    let ratios = a.found.iter().zip(&b.found).map(|(a, b)| compare(a, b));
    spread(ratios.filter(|it| it.is_finite()).collect())
}

/// Shows every row of the gateway beside the same row of the one before.
pub(crate) fn show_before(tables: &Tables) {
    let pairs: Vec<(&Row, &Row)> = tables
        .values()
        .flatten()
        .filter(|it| it.cell.lane == Lane::Gateway)
        .filter_map(|now| {
            let same = |it: &&Row| it.cell.is_as(&now.cell, Lane::Before);
            Some((now, tables.values().flatten().find(same)?))
        })
        .collect();
    if pairs.is_empty() {
        return;
    }
    say(&format!(
        "\n{:<34} {:>7}  {:<24} {:<24} {:<24}",
        "gateway, to the one before", "callers", "actions/s", "cpu an action", "p99"
    ));
    for (now, before) in pairs {
        let shown = |compare: Compare| {
            let found = compared(now, before, compare);
            found.map_or("–".to_owned(), |(median, least, most)| {
                format!("{median:.2} ({least:.2}–{most:.2})")
            })
        };
        say(&format!(
            "{:<34} {:>7}  {:<24} {:<24} {:<24}",
            now.cell.label,
            now.cell.callers,
            shown(|now, before| now.rate / before.rate),
            shown(|now, before| now.subject / before.subject),
            shown(|now, before| as_float(now.latencies.p99) / as_float(before.latencies.p99)),
        ));
    }
}
