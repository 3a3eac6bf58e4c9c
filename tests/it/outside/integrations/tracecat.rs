//! The templates of Tracecat keep the rules that its own models and grammar check, and run in an engine
//! that does what its documentation says of the three actions that they use.
//!
//! Neither Tracecat nor its checks are in a registry, so the rules stand here: those of the definition
//! (`TemplateActionDefinition`), of the words for types (`expectations`) and of expressions.

use std::collections::BTreeSet;

use acceptance::repository::fixture;
use acceptance::{House, WS_042};
use serde_json::{Value, json};
use tokio::io::AsyncWriteExt as _;
use tokio::process::Command;

use super::catalogue::all;
use super::mishaps::house_of_failures;
use super::shipped;
use crate::outside::importers::conversation::{POWERFUL, token, while_time_passes};

fn template(name: &str) -> Value {
    let text = shipped::text(&format!("tracecat/{name}.yml"));
    yaml_serde::from_str(&text).unwrap_or_else(|error| panic!("{name}: {error}"))
}

fn snake(name: &str) -> String {
    let letters = name.chars().flat_map(|it| {
        let line = it.is_ascii_uppercase().then_some('_');
        line.into_iter().chain([it.to_ascii_lowercase()])
    });
    letters.collect()
}

/// What is wrong with a word for a type.
fn is_type(word: &str) -> bool {
    if let Some(bare) = word.strip_suffix(" | None") {
        return is_type(bare);
    }
    let inner = |start: &str| word.strip_prefix(start)?.strip_suffix(']');
    if let Some(item) = inner("list[") {
        return is_type(item);
    }
    if let Some(words) = inner("enum[") {
        let words: Vec<&str> = words.split(", ").collect();
        let different: BTreeSet<String> = words.iter().map(|it| it.to_lowercase()).collect();
        let quoted = |it: &&str| it.len() > 2 && it.starts_with('"') && it.ends_with('"');
        return words.len() <= 20 && different.len() == words.len() && words.iter().all(quoted);
    }
    ["str", "int", "bool", "dict[str, Any]"].contains(&word)
}

/// Every expression of a value.
fn expressions(value: &Value, into: &mut Vec<String>) {
    match value {
        Value::String(text) => {
            for part in text.split("${{ ").skip(1) {
                let (expression, _) = part.split_once(" }}").expect("an expression ends");
                into.extend(expression.split(" || ").map(str::to_owned));
            }
        }
        Value::Array(items) => items.iter().for_each(|it| expressions(it, into)),
        Value::Object(members) => members.values().for_each(|it| expressions(it, into)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// Holds a template against the rules that all of them must keep, and gives its definition.
fn checked(name: &str) -> Value {
    let whole = template(name);
    assert_eq!(whole["type"], "action", "{name}");
    let definition = &whole["definition"];
    for needed in ["title", "description", "display_group"] {
        let text = definition[needed].as_str().unwrap_or_default();
        let length = text.chars().count();
        let bound = if needed == "description" { 1000 } else { 100 };
        assert!((1..=bound).contains(&length), "{name} {needed}: {text}");
    }
    assert_eq!(definition["namespace"], "tools.edr_gateway", "{name}");
    assert_eq!(definition["name"], name, "{name}");
    let expects = definition["expects"].as_object().expect("inputs");
    for (input, field) in expects {
        let of = field["type"].as_str().expect("a type");
        assert!(is_type(of), "{name} {input}: {of}");
        let can_be_left_out = field.get("default").is_some_and(Value::is_null);
        assert_eq!(can_be_left_out, of.ends_with(" | None"), "{name} {input}");
    }
    let mut before: BTreeSet<&str> = BTreeSet::new();
    for step in definition["steps"].as_array().expect("steps") {
        let members: BTreeSet<&String> = step.as_object().expect("a step").keys().collect();
        assert_eq!(members.len(), 3, "{name}: a step has ref, action and args");
        let mut said = Vec::new();
        expressions(&step["args"], &mut said);
        for expression in said {
            let mut parts = expression.split('.');
            let known = match (parts.next(), parts.next(), parts.next()) {
                (Some("inputs"), Some(input), None) => expects.contains_key(input),
                (Some("steps"), Some(of), Some("result")) => before.contains(of),
                (Some("SECRETS"), Some(secret), Some(_)) => {
                    ["edr_gateway", "custom_edr_gateway_oauth"].contains(&secret)
                }
                (Some("VARS"), Some("edr_gateway"), Some("base_url")) => true,
                _ => false,
            };
            assert!(known, "{name}: {expression}");
        }
        let new = before.insert(step["ref"].as_str().expect("a name"));
        assert!(new, "{name}: no two steps have one name");
    }
    let mut returned = Vec::new();
    expressions(&definition["returns"], &mut returned);
    let last = returned[0].split('.').nth(1).expect("a step");
    assert!(before.contains(last), "{name}: {returned:?}");
    definition.clone()
}

#[test]
fn every_action_has_a_template_with_all_its_fields() {
    for action in all() {
        let name = snake(&action.name);
        let definition = checked(&name);

        let expects = &definition["expects"];
        let steps = definition["steps"].as_array().expect("steps");
        let given = &steps[0]["args"]["inputs"]["given"];
        for field in &action.fields {
            let input = expects.get(field);
            let input = input.unwrap_or_else(|| panic!("{name} has no {field}"));
            let required = action.required.contains(field);
            assert_eq!(input.get("default").is_none(), required, "{name} {field}");
            assert_eq!(given[field], format!("${{{{ inputs.{field} }}}}"), "{name}");
        }
        assert_eq!(
            given.as_object().expect("fields").len(),
            action.fields.len()
        );
        let key = &expects["idempotency_key"];
        assert!(
            key["type"] == "str" && key.get("default").is_none(),
            "{key}"
        );
        let asked = &steps[1]["args"];
        let url = asked["url"].as_str().expect("an address");
        assert!(url.ends_with(&format!("}}}}{}", action.path)), "{url}");
        assert_eq!(
            asked["headers"]["Idempotency-Key"],
            "${{ inputs.idempotency_key }}"
        );
    }
    let dry = checked("dry_run");
    let of = dry["expects"]["action"]["type"].as_str().expect("a type");
    for action in all() {
        assert!(of.contains(&format!("\"{}\"", action.name)), "{of}");
    }
}

/// What comes of a template.
async fn runs(house: &House, name: &str, scopes: &str, inputs: Value) -> Value {
    let job = json!({
        "template": template(name),
        "inputs": inputs,
        "secrets": {"edr_gateway": {"EDR_GATEWAY_TOKEN": token(scopes)}},
        "vars": {"edr_gateway": {"base_url": format!("http://{}", house.addr())}},
    });
    let mut engine = Command::new("python3");
    engine
        .arg(fixture("integrations/tracecat/engine.py"))
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped())
        .kill_on_drop(true);
    let output = while_time_passes(house, async move {
        let mut running = engine.spawn().expect("python3");
        let mut stdin = running.stdin.take().expect("it is piped");
        let job = job.to_string();
        stdin.write_all(job.as_bytes()).await.expect("it reads");
        drop(stdin);
        running.wait_with_output().await.expect("it ends")
    })
    .await;
    let complaint = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{complaint}");
    serde_json::from_slice(&output.stdout).expect("JSON")
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs python3: cargo verify"]
async fn a_template_asks_once_waits_for_the_end_and_fails_at_a_refusal() {
    let house = house_of_failures().await;
    let isolate = json!({
        "targetHost": WS_042,
        "action": "isolate",
        "externalId": "case-1",
        "idempotency_key": "wf_1/exec_1/isolate",
    });
    let terminate = json!({
        "targetHost": WS_042,
        "path": "C:\\Users\\Public\\drop.exe",
        "caseSensitive": true,
        "idempotency_key": "wf_1/exec_1/terminate",
    });
    let delete = json!({
        "targetHost": WS_042,
        "path": "C:\\Users\\Public\\drop.exe",
        "searchInSubfolders": true,
        "idempotency_key": "wf_1/exec_1/delete",
    });

    let first = runs(&house, "isolate_host", POWERFUL, isolate.clone()).await;
    let again = runs(&house, "isolate_host", POWERFUL, isolate.clone()).await;
    let other = runs(&house, "delete_file", POWERFUL, delete).await;
    let failed = runs(&house, "terminate_process", POWERFUL, terminate).await;
    let mut unknown = isolate.clone();
    unknown["targetHost"] = json!("nobody");
    unknown["idempotency_key"] = json!("wf_1/exec_1/unknown");
    let unknown = runs(&house, "isolate_host", POWERFUL, unknown).await;
    let forbidden = runs(&house, "isolate_host", "hosts.read", isolate.clone()).await;
    let mut wrong = isolate;
    wrong["externalId"] = json!("x".repeat(2000));
    wrong["idempotency_key"] = json!("wf_1/exec_1/wrong");
    let wrong = runs(&house, "isolate_host", POWERFUL, wrong).await;

    let task = &first["result"];
    assert_eq!(task["state"], "succeeded", "{first}");
    assert_eq!(task["externalId"], "case-1", "{first}");
    assert!(task["evidence"].is_string(), "{first}");
    assert_eq!(again["result"]["id"], task["id"], "{again}");
    assert_eq!(other["result"]["state"], "succeeded", "{other}");
    let params = &other["result"]["params"];
    assert_eq!(params["searchInSubfolders"], true, "{other}");
    assert_eq!(failed["failed"], "end", "{failed}");
    let error = failed["error"].as_str().unwrap_or_default();
    assert!(error.contains(" failed: "), "{failed}");
    for (refused, said) in [
        (&unknown, "refused (404, final): host_not_found"),
        (&forbidden, "refused (403, final): scope_missing"),
        (&wrong, "refused (422, final): validation_failed"),
    ] {
        let error = refused["error"].as_str().unwrap_or_default();
        assert!(error.starts_with(said), "{refused}");
        assert_eq!(refused["failed"], "accepted", "{refused}");
    }
    let error = wrong["error"].as_str().unwrap_or_default();
    assert!(error.contains("/externalId: "), "{wrong}");
    assert_eq!(house.sim.journal().incidents().len(), 3);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs python3: cargo verify"]
async fn a_dry_run_tells_what_would_be_sent_and_sends_nothing() {
    let house = House::open().await;
    let body = json!({"targetHost": WS_042, "action": "isolate"});
    let inputs = json!({"action": "isolateHost", "body": body});

    let told = runs(&house, "dry_run", POWERFUL, inputs).await;

    assert_eq!(told["result"]["dryRun"], true, "{told}");
    assert_eq!(house.sim.journal().incidents().len(), 0);
    house.close().await;
}
