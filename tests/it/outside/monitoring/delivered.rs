//! The rules and the dashboard as they are delivered.

use acceptance::repository::read;
use serde_json::Value;

/// The dashboard.
pub(crate) fn dashboard() -> Value {
    serde_json::from_str(&read("deploy/dashboard.json")).expect("JSON")
}

/// The panels of the dashboard that show something: their titles and queries.
pub(crate) fn panels() -> Vec<(String, Vec<String>)> {
    let dashboard = dashboard();
    let panels = dashboard["panels"].as_array().expect("panels");
    let text = |it: &Value| it.as_str().expect("a text").to_owned();
    panels
        .iter()
        .filter(|it| it["type"] != "row")
        .map(|panel| {
            let targets = panel["targets"].as_array().expect("targets");
            let queries = targets.iter().map(|it| text(&it["expr"]));
            (text(&panel["title"]), queries.collect())
        })
        .collect()
}

/// The delivered rules.
pub(crate) fn rules() -> Vec<Value> {
    let file: Value = yaml_serde::from_str(&read("deploy/alerts.yaml")).expect("YAML");
    let groups = file["groups"].as_array().expect("groups");
    let rules = |it: &Value| it["rules"].as_array().cloned().expect("rules");
    groups.iter().flat_map(rules).collect()
}
