//! What is one server's is told apart: alerts fire for each and name it, and panels show each by
//! itself.

use std::collections::BTreeSet;

use acceptance::metrics::declared;
use edr_gateway::config::TABLE;
use serde_json::Value;

use super::delivered::{dashboard, rules};
use super::metrics::series;

/// Whether the series of this name are of one server each.
fn is_of_a_server(name: &str) -> bool {
    let metrics = declared();
    let metric = metrics.iter().find(|it| name.starts_with(&it.name));
    metric.is_some_and(|it| it.labels.iter().any(|label| label == "backend"))
}

/// Whether each aggregation of series of servers keeps them apart.
fn keeps_servers_apart(expression: &str) -> bool {
    let mut listed = 0;
    for rest in expression.split(" by (").skip(1) {
        listed += 1;
        let (labels, of) = rest.split_once(')').expect("labels");
        let is_of_servers = series(of).first().is_some_and(|(it, _)| is_of_a_server(it));
        if is_of_servers && !labels.split(", ").any(|it| it == "backend") {
            return false;
        }
    }
    listed == aggregations(expression)
}

/// How often an expression aggregates.
fn aggregations(expression: &str) -> usize {
    let names = ["sum", "min", "max", "avg", "count", "group"];
    let words = expression.split(|it: char| !it.is_ascii_alphanumeric() && it != '_');
    words.filter(|it| names.contains(it)).count()
}

fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value[key].as_str().unwrap_or_default()
}

#[test]
fn an_alert_of_a_server_fires_for_each_and_says_for_which() {
    let mut of_servers = 0;
    for rule in rules() {
        let (expression, name) = (text(&rule, "expr"), text(&rule, "alert"));
        if !series(expression).iter().any(|(it, _)| is_of_a_server(it)) {
            continue;
        }
        of_servers += 1;
        assert!(keeps_servers_apart(expression), "{name} adds servers up");
        let summary = text(&rule["annotations"], "summary");
        assert!(
            summary.contains("{{ $labels.backend }}"),
            "{name}: {summary}"
        );
    }
    assert!(of_servers >= 8, "{of_servers}");
}

/// Words of these sections with a dot in them are settings.
#[test]
fn alerts_and_dashboard_name_settings_that_there_are() {
    let mut texts: Vec<String> = rules()
        .iter()
        .map(|it| {
            it["annotations"]
                .to_string()
                .replace("{{ $labels.backend }}", "<alias>")
        })
        .collect();
    let dashboard = dashboard();
    let panels = dashboard["panels"].as_array().expect("panels");
    texts.extend(panels.iter().map(|it| text(it, "description").to_owned()));
    let sections: BTreeSet<&str> = TABLE
        .iter()
        .filter_map(|it| it.key.split('.').next())
        .collect();

    let mut named = 0;
    for text in &texts {
        let words = text.split(|it: char| !it.is_ascii_alphanumeric() && !"_.<>".contains(it));
        for word in words.map(|it| it.trim_matches('.')) {
            let section = word.split_once('.').map(|(section, _)| section);
            // The access log has fields of its own below `auth`.
            if section.is_some_and(|it| sections.contains(it)) && word != "auth.refused_because" {
                named += 1;
                assert!(TABLE.iter().any(|it| it.key == word), "{word}: {text}");
            }
        }
        assert!(!text.contains("ksc.max_sessions"), "{text}");
    }
    assert!(named >= 9, "{named}");
}

#[test]
fn a_panel_of_servers_shows_those_that_are_chosen_and_each_by_itself() {
    let dashboard = dashboard();
    let variables = dashboard["templating"]["list"]
        .as_array()
        .expect("variables");
    let chosen = variables.iter().find(|it| it["name"] == "backend");
    let chosen = chosen.expect("a variable");
    assert_eq!(
        (&chosen["multi"], &chosen["includeAll"]),
        (&true.into(), &true.into())
    );
    let source = text(&chosen["query"], "query");
    assert!(
        series(source).iter().all(|(it, _)| is_of_a_server(it)),
        "{source}"
    );

    let mut of_servers = 0;
    for panel in dashboard["panels"].as_array().expect("panels") {
        for target in panel["targets"].as_array().into_iter().flatten() {
            let (title, expression) = (text(panel, "title"), text(target, "expr"));
            let series = series(expression);
            let chooses = |(_, it): &(String, String)| it.contains(r#"backend=~"$backend""#);
            if !series.iter().any(|(it, _)| is_of_a_server(it)) {
                assert!(!series.iter().any(chooses), "{title} is of the house");
                continue;
            }
            of_servers += 1;
            assert!(series.iter().all(chooses), "{title}: {expression}");
            assert!(keeps_servers_apart(expression), "{title}: {expression}");
            let legend = text(target, "legendFormat");
            assert!(legend.starts_with("{{backend}}"), "{title}: {legend}");
        }
    }
    assert!(of_servers >= 20, "{of_servers}");
}
