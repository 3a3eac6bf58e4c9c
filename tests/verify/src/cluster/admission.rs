//! Every object of every variant is taken by the server, which stores none of them.

use std::collections::BTreeMap;

use acceptance::chart::variants;
use serde_json::{Value, json};

use crate::cluster::kubectl::Kubectl;
use crate::kubernetes::{Tools, text};
use crate::outcome::{Failure, Outcome};
use crate::screen::say;

/// APIs that this server has under an older name, with the same fields.
const OLDER: [(&str, &str); 2] = [
    ("autoscaling/v2", "autoscaling/v2beta2"),
    ("policy/v1", "policy/v1beta1"),
];

/// A field that came later.
const YOUNGER: &str = "unhealthyPodEvictionPolicy";

/// What variants name and others make in a cluster.
const SURROUNDINGS: &str = r#"
{"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "soc"}}
{"apiVersion": "node.k8s.io/v1", "kind": "RuntimeClass", "metadata": {"name": "gvisor"}, "handler": "runsc"}
"#;

/// Sends all of them.
pub(crate) fn check(tools: &Tools, kubectl: &Kubectl) -> Outcome {
    kubectl.feed(&["create", "--filename", "-"], SURROUNDINGS)?;
    kubectl.say(&["create", "--filename", &text(&tools.fixture("crds"))])?;
    kubectl.say(&[
        "wait",
        "--for=condition=Established",
        "--timeout=60s",
        "crd",
        "--all",
    ])?;
    let known = kubectl.say(&["api-versions"])?;
    let known: Vec<&str> = known.lines().collect();
    // It must be able to refuse, or its consent means nothing.
    let bad = json!({"apiVersion": "v1", "kind": "Service", "metadata": {"name": "bad", "namespace": "soc"},
        "spec": {"selector": {"a": "b"}, "ports": [{"port": 99_999}]}});
    if kubectl.feed(&DRY, &bad.to_string()).is_ok() {
        return Err(Failure::because(
            "the server takes a Service with the port 99999",
        ));
    }

    let (mut taken, mut wrong) = (0, Vec::new());
    let mut renamed: BTreeMap<&str, usize> = BTreeMap::new();
    let mut left_out: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let variants = variants();
    for (case, values) in &variants {
        let objects = tools
            .helm()
            .template(values, &[])
            .map_err(Failure::because)?;
        let mut items = Vec::new();
        for mut object in objects.all {
            let version = object["apiVersion"].as_str().unwrap_or_default().to_owned();
            if !known.contains(&version.as_str()) {
                let older = OLDER
                    .iter()
                    .find(|(newer, older)| *newer == version && known.contains(older));
                let Some((newer, older)) = older else {
                    let kind = format!("{version} {}", object["kind"].as_str().unwrap_or_default());
                    left_out.entry(kind).or_default().push(case.clone());
                    continue;
                };
                *renamed.entry(newer).or_default() += 1;
                let spec = object["spec"].as_object_mut();
                if spec.is_some_and(|it| it.remove(YOUNGER).is_some()) {
                    say(&format!(
                        "      without {YOUNGER}, which {older} has not: an object of {case}"
                    ));
                }
                object["apiVersion"] = Value::from(*older);
            }
            items.push(object);
        }
        taken += items.len();
        let list = json!({"apiVersion": "v1", "kind": "List", "items": items});
        if let Err(failure) = kubectl.feed(&DRY, &list.to_string()) {
            wrong.push(format!("{case}: {}", failure.output));
        }
    }
    for (kind, cases) in &left_out {
        say(&format!(
            "      NOT LOOKED AT: {kind}, {} objects of {}",
            cases.len(),
            cases.join(", ")
        ));
    }
    for (newer, count) in &renamed {
        say(&format!(
            "      sent under the older name of its API: {count} objects of {newer}"
        ));
    }
    if !wrong.is_empty() {
        return Err(Failure {
            reason: "the server refuses objects of the chart".to_owned(),
            output: wrong.join("\n"),
        });
    }
    Ok(format!(
        "{taken} objects of {} variants taken, {} left out",
        variants.len(),
        left_out.values().map(Vec::len).sum::<usize>()
    ))
}

/// The server checks and admits, and stores nothing.
const DRY: [&str; 5] = [
    "create",
    "--dry-run=server",
    "--validate=true",
    "--filename",
    "-",
];
