//! The flows of Kestra, which cannot be had: its tasks and inputs have the members that its sources
//! declare (2026), and what an expression names is there.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::catalogue::all;
use super::shipped;

/// What each task may have, of its own and of all tasks.
const TASKS: [(&str, &[&str]); 3] = [
    (
        "io.kestra.plugin.core.http.Request",
        &["uri", "method", "headers", "contentType", "body", "options"],
    ),
    (
        "io.kestra.plugin.core.flow.LoopUntil",
        &["condition", "failOnMaxReached", "checkFrequency", "tasks"],
    ),
    (
        "io.kestra.plugin.core.execution.Fail",
        &["condition", "errorMessage"],
    ),
];
const ANY_TASK: [&str; 4] = ["id", "type", "runIf", "retry"];

/// What each input may have, of its own and of all inputs.
const INPUTS: [(&str, &[&str]); 7] = [
    ("STRING", &[]),
    ("INT", &[]),
    ("BOOL", &[]),
    ("JSON", &[]),
    ("SELECT", &["values"]),
    ("MULTISELECT", &["values"]),
    ("ARRAY", &["itemType"]),
];
const ANY_INPUT: [&str; 5] = ["id", "type", "description", "required", "defaults"];

/// Holds an object against a list of what its type may have.
fn has_only(object: &Value, known: &[(&str, &[&str])], any: &[&str]) {
    let of = object["type"].as_str().expect("a type");
    let own = known.iter().find(|(name, _)| *name == of);
    let (_, own) = own.unwrap_or_else(|| panic!("no {of}"));
    for member in object.as_object().expect("an object").keys() {
        let may = own.contains(&member.as_str()) || any.contains(&member.as_str());
        assert!(may, "{of} has no {member}");
    }
}

/// Every task, those inside of others too, in the order in which they run.
fn tasks<'a>(list: &'a Value, into: &mut Vec<&'a Value>) {
    for task in list.as_array().into_iter().flatten() {
        tasks(&task["tasks"], into);
        into.push(task);
    }
}

/// The names behind `inputs.` or `outputs.` in a text.
fn named<'a>(text: &'a str, what: &str) -> BTreeSet<&'a str> {
    // `outputs.` ends with what `inputs.` is not: no care is needed.
    let parts = text.split(what).skip(1);
    let ends = |it: char| !it.is_alphanumeric() && it != '_';
    parts.filter_map(|it| it.split(ends).next()).collect()
}

#[test]
fn every_action_has_a_flow_that_keeps_the_rules_and_takes_all_its_fields() {
    for action in all() {
        let text = shipped::text(&format!("kestra/{}.yml", action.name));
        let flow: Value = yaml_serde::from_str(&text).expect("YAML");
        let id = flow["id"].as_str().expect("an id");
        let plain = |it: char| it.is_ascii_alphanumeric() || it == '-';
        assert!(id.chars().all(plain), "{id}");

        let inputs = flow["inputs"].as_array().expect("inputs").iter();
        let inputs: BTreeMap<&str, &Value> = inputs
            .inspect(|it| has_only(it, &INPUTS, &ANY_INPUT))
            .map(|it| (it["id"].as_str().expect("an id"), it))
            .collect();
        for field in &action.fields {
            let input = inputs.get(field.as_str());
            let input = input.unwrap_or_else(|| panic!("{id} has no {field}"));
            let needed = action.required.contains(field);
            assert_eq!(input["required"] != false, needed, "{id} {field}");
        }
        assert_eq!(
            inputs.len(),
            action.fields.len() + 2,
            "key and dryRun: {id}"
        );

        let mut all_tasks = Vec::new();
        tasks(&flow["tasks"], &mut all_tasks);
        let ids: BTreeSet<&str> = all_tasks
            .iter()
            .filter_map(|it| it["id"].as_str())
            .collect();
        assert_eq!(ids.len(), all_tasks.len(), "no two tasks have one id");
        for task in &all_tasks {
            has_only(task, &TASKS, &ANY_TASK);
        }
        let whole = flow.to_string();
        for input in named(&whole, " inputs.")
            .into_iter()
            .chain(named(&whole, "(inputs."))
        {
            assert!(inputs.contains_key(input), "{id}: inputs.{input}");
        }
        let used = named(&whole, "outputs.");
        assert_eq!(used, BTreeSet::from(["ask", "read"]), "{id}");
        assert!(used.is_subset(&ids), "{id}");

        let ask = &flow["tasks"][0];
        let uri = ask["uri"].as_str().expect("an address");
        assert!(uri.contains(&format!("}}}}{}{{{{", action.path)), "{uri}");
        let body = ask["body"].as_str().expect("a body");
        for field in &action.fields {
            let said = format!("\"{field}\": inputs.{field} ?? null");
            assert!(body.contains(&said), "{body}");
        }
        let key = ask["headers"]["Idempotency-Key"].as_str().expect("a key");
        assert!(
            key.contains("inputs.key") && key.contains("execution.id"),
            "{key}"
        );
        for request in all_tasks.iter().filter(|it| it["uri"].is_string()) {
            let token = &request["headers"]["Authorization"];
            assert_eq!(token, "Bearer {{ secret('EDR_GATEWAY_TOKEN') }}");
            assert_eq!(
                request["options"]["allowFailed"], true,
                "it is read, not guessed"
            );
        }
    }
}
