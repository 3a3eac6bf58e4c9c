//! Rules and dashboard speak of the metrics, codes and values that there are.

use std::collections::BTreeSet;

use acceptance::metrics::declared;
use edr_gateway::metrics::{Declared, MetricKind, TaskOutcome};
use serde_json::Value;
use vocabulary::code::Code;
use vocabulary::report::State;

use super::delivered::{panels, rules};

/// The names in an expression that begin like ours, with what stands in the braces behind each.
pub(crate) fn series(expression: &str) -> Vec<(String, String)> {
    let is_name = |it: char| it.is_ascii_alphanumeric() || it == '_' || it == ':';
    let mut found = Vec::new();
    let mut rest = expression;
    while let Some(start) = rest.find(|it: char| it.is_ascii_alphabetic()) {
        rest = &rest[start..];
        let end = rest.find(|it| !is_name(it)).unwrap_or(rest.len());
        let (name, behind) = rest.split_at(end);
        rest = behind;
        if name.starts_with("edr_gateway_") || name.starts_with("process_") {
            let matchers = behind
                .strip_prefix('{')
                .and_then(|it| it.split_once('}'))
                .map_or("", |(inside, _)| inside);
            found.push((name.to_owned(), matchers.to_owned()));
        }
    }
    found
}

/// What is wrong with a use of a metric, if anything.
fn complaint(declared: &[Declared], name: &str, matchers: &str) -> Option<String> {
    let is_it = |it: &&Declared| {
        it.name == name
            || it.kind == MetricKind::Histogram
                && ["_bucket", "_sum", "_count"]
                    .iter()
                    .any(|ending| name.strip_suffix(ending) == Some(&it.name))
    };
    let Some(metric) = declared.iter().find(is_it) else {
        return Some(format!("there is no metric {name}"));
    };
    // What Prometheus adds to every series.
    let given = ["namespace", "job", "instance", "le"];
    for matcher in matchers.split(", ").filter(|it| !it.is_empty()) {
        let (label, value) = matcher.split_once(['=', '!']).expect("a matcher");
        if !given.contains(&label) && !metric.labels.iter().any(|it| it == label) {
            return Some(format!("{name} has no label {label}"));
        }
        let exact = value.trim_start_matches('=').trim_matches('"');
        let known: Option<BTreeSet<&str>> = match label {
            "code" => Some(Code::ALL.iter().map(|it| it.name()).collect()),
            "state" => Some(State::ALL.iter().map(|it| it.name()).collect()),
            "outcome" if metric.name.ends_with("_tasks_total") => {
                Some(TaskOutcome::ALL.iter().map(|it| it.name()).collect())
            }
            _ => None,
        };
        if known.is_some_and(|it| !it.contains(exact)) {
            return Some(format!("{name} never has {matcher}"));
        }
    }
    None
}

#[test]
fn rules_and_dashboard_speak_of_metrics_that_there_are() {
    let metrics = declared();
    let rules = rules();
    let expression = |it: &Value| it["expr"].as_str().expect("an expression").to_owned();
    let mut expressions: Vec<String> = rules.iter().map(expression).collect();
    expressions.extend(panels().into_iter().flat_map(|(_, queries)| queries));

    let mut used = 0;
    for expression in &expressions {
        for (name, matchers) in series(expression) {
            // A rule's own name.
            if name.contains(':') {
                continue;
            }
            used += 1;
            if let Some(complaint) = complaint(&metrics, &name, &matchers) {
                panic!("{complaint}: {expression}");
            }
        }
    }
    assert!(
        expressions.len() > 55 && used > 70,
        "{} {used}",
        expressions.len()
    );
}

#[test]
fn a_metric_a_label_or_a_value_that_is_not_there_is_found_out() {
    let declared = declared();
    let wrong = [
        ("edr_gateway_request_total", ""),
        ("edr_gateway_problems_total", r#"kode="overloaded""#),
        ("edr_gateway_problems_total", r#"code="overlaoded""#),
        ("edr_gateway_task_ends_total", r#"state="gone""#),
        ("edr_gateway_tasks_total", r#"outcome="lost""#),
        ("edr_gateway_tasks_total_bucket", ""),
    ];
    for (name, matchers) in wrong {
        assert!(
            complaint(&declared, name, matchers).is_some(),
            "{name} {matchers}"
        );
    }
    let right = "edr_gateway_http_request_duration_seconds_bucket";
    assert_eq!(complaint(&declared, right, r#"job=~"$job", le="1""#), None);
    let found = series(r#"sum(rate(edr_gateway_a{b="c"}[5m])) / process_d"#);
    let expected = [("edr_gateway_a", r#"b="c""#), ("process_d", "")];
    assert_eq!(found, expected.map(|(a, b)| (a.to_owned(), b.to_owned())));
}
