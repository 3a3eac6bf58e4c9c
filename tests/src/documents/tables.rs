//! The tables: what stands in each, row by row.

use std::fmt::Write as _;
use std::io;

use edr_gateway::config::TABLE;
use serde_json::Value;
use vocabulary::code::Code;

use super::by_hand::ByHand;
use crate::metrics::declared;
use crate::repository::read;

/// A table under these headings.
fn table<'a>(headings: &[&str], rows: impl IntoIterator<Item = Vec<String>> + 'a) -> String {
    let rule = vec!["---"; headings.len()];
    let mut text = format!("| {} |\n| {} |\n", headings.join(" | "), rule.join(" | "));
    for row in rows {
        writeln!(text, "| {} |", row.join(" | ")).expect("a String takes everything");
    }
    text
}

fn code(text: &str) -> String {
    format!("`{text}`")
}

/// Every setting, a heading and a table for each section.
#[must_use]
pub fn settings() -> String {
    let mut text = String::new();
    for section in TABLE.chunk_by(|one, next| section(one.key) == section(next.key)) {
        let rows = section.iter().map(|it| {
            let default = match it.default {
                None => "–".to_owned(),
                Some("") => "empty".to_owned(),
                Some(text) => code(text),
            };
            vec![code(it.key), default, it.meaning.to_owned()]
        });
        let name = self::section(section[0].key);
        let rows = table(&["key", "default", "meaning"], rows);
        write!(text, "\n## {name}\n\n{rows}").expect("a String takes everything");
    }
    text + "\n"
}

fn section(key: &str) -> &str {
    key.split_once('.').map_or(key, |(section, _)| section)
}

/// Every metric.
#[must_use]
pub fn metrics() -> String {
    let rows = declared().into_iter().map(|it| {
        let labels: Vec<String> = it.labels.iter().map(|it| code(it)).collect();
        let labels = if labels.is_empty() {
            "–".to_owned()
        } else {
            labels.join(", ")
        };
        vec![code(&it.name), it.kind.name().to_owned(), labels, it.help]
    });
    table(&["metric", "kind", "labels", "meaning"], rows)
}

/// Every problem, and what its caller does.
#[must_use]
pub fn problems(by_hand: &ByHand) -> String {
    let rows = Code::ALL.iter().map(|it| {
        vec![
            code(it.name()),
            it.status().to_string(),
            if it.retryable() { "yes" } else { "no" }.to_owned(),
            format!("{}.", it.title()),
            by_hand.of(it.name()).to_owned(),
        ]
    });
    let headings = ["code", "status", "again", "meaning", "what the caller does"];
    table(&headings, rows)
}

/// The problems that an operator can do something about: every failure on our side, and those
/// beside them that have a row.
#[must_use]
pub fn failures(by_hand: &ByHand) -> String {
    let ours = |it: &&Code| it.status() >= 500 || it.status() == 429 || by_hand.has(it.name());
    let rows = Code::ALL.iter().filter(ours).map(|it| {
        let (name, status) = (it.name(), it.status());
        vec![code(name), status.to_string(), by_hand.of(name).to_owned()]
    });
    table(&["code", "status", "what to look at"], rows)
}

/// Every alert, and what to look at.
///
/// # Errors
/// When the rules are none.
pub fn alerts(by_hand: &ByHand) -> io::Result<String> {
    let file: Value = yaml_serde::from_str(&read("deploy/alerts.yaml"))
        .map_err(|error| io::Error::other(format!("deploy/alerts.yaml: {error}")))?;
    let groups = file["groups"].as_array().into_iter().flatten();
    let rules = groups.flat_map(|it| it["rules"].as_array().into_iter().flatten());
    let rows = rules.filter_map(|rule| {
        let name = rule["alert"].as_str()?;
        let severity = rule["labels"]["severity"].as_str().unwrap_or_default();
        let look = by_hand.of(name).to_owned();
        Some(vec![code(name), severity.to_owned(), look])
    });
    Ok(table(&["alert", "severity", "what to look at"], rows))
}
