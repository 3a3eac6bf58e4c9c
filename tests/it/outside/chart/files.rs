//! What the chart's files say by themselves; this needs no Helm.

use std::collections::{BTreeMap, BTreeSet};

use acceptance::chart::{generated, schema, values, variants};
use acceptance::repository::read;
use edr_gateway::config::TABLE;
use serde_json::Value;
use vocabulary::task::TaskType;

/// Settings that follow from other values.
const DECIDED: [&str; 18] = [
    "server.listen",
    "server.admin_listen",
    "server.tls.certificate_file",
    "server.tls.key_file",
    "server.tls.client_ca_file",
    "auth.jwks_file",
    "auth.jwks_ca_file",
    "auth.jwks_token_file",
    "auth.revoked_file",
    "auth.hs256_secret_file",
    "backends.<alias>.password_file",
    "backends.<alias>.ca_file",
    "backends.<alias>.pinned_certificate_file",
    "backends.<alias>.certificate_file",
    "backends.<alias>.key_file",
    "idempotency.redis_url_file",
    "telemetry.otlp_headers_file",
    "telemetry.otlp_ca_file",
];

/// A default that is another in a cluster: there, others must notice that a replica goes.
const OTHER: (&str, &str) = ("server.drain_delay", "10s");

#[test]
fn every_setting_is_a_value_of_the_chart_with_its_default_or_is_decided_by_it() {
    let text = values::text();
    let defaults: BTreeMap<String, Option<Value>> = values::entries(&text)
        .into_iter()
        .map(|it| (it.path, it.default))
        .collect();
    let values = values::parse(&values::with_examples(&text));
    let given: BTreeSet<String> = values::leaves(&values["config"]).into_iter().collect();
    let decided: BTreeSet<String> = DECIDED.iter().map(|it| (*it).to_owned()).collect();
    let known: BTreeSet<String> = TABLE.iter().map(|it| it.key.to_owned()).collect();

    assert!(given.is_disjoint(&decided), "offered twice");
    let covered: BTreeSet<String> = given.union(&decided).cloned().collect();
    assert_eq!(covered, known);
    for setting in TABLE.iter().filter(|it| given.contains(it.key)) {
        let value = &defaults[&format!("config.{}", setting.key)];
        let wanted = match setting.key {
            key if key == OTHER.0 => OTHER.1,
            _ => setting.default.unwrap_or_default(),
        };
        let value = value.as_ref().map(shown).unwrap_or_default();
        assert_eq!(value, wanted, "{}", setting.key);
    }
}

/// A value as the table of settings has it.
fn shown(value: &Value) -> String {
    let text = |it: &Value| it.as_str().map_or_else(|| it.to_string(), str::to_owned);
    match value.as_array() {
        None => text(value),
        Some(items) => items.iter().map(text).collect::<Vec<_>>().join(", "),
    }
}

#[test]
fn the_schema_knows_every_value_and_no_other() {
    let text = values::with_examples(&values::text());
    let given: Vec<String> = values::leaves(&values::parse(&text))
        .iter()
        .flat_map(|path| of_each_task(path))
        .collect();
    let schema = schema::read();
    let known: BTreeSet<String> = schema::leaves(&schema).into_iter().collect();

    for path in &known {
        let is_given = given
            .iter()
            .any(|it| it == path || it.starts_with(&format!("{path}.")));
        // Helm gives `global` to every chart; requests and limits are Kubernetes' own.
        let is_foreign = path == "global" || path.starts_with("resources.");
        assert!(is_given || is_foreign, "values.yaml lacks {path}");
    }
    for path in &given {
        let is_known = known
            .iter()
            .any(|it| path == it || path.starts_with(&format!("{it}.")));
        assert!(is_known, "values.schema.json lacks {path}");
    }
    assert_eq!(schema::open(&schema), Vec::<String>::new());
}

/// A path, or those that it stands for.
fn of_each_task(path: &str) -> Vec<String> {
    let one = |it: TaskType| path.replace("<task>", it.name());
    if path.contains("<task>") {
        TaskType::ALL.into_iter().map(one).collect()
    } else {
        vec![path.to_owned()]
    }
}

#[test]
fn every_value_is_documented() {
    let text = values::text();
    let documented: Vec<String> = values::entries(&text)
        .into_iter()
        .map(|it| it.path)
        .collect();

    for path in values::leaves(&values::parse(&values::with_examples(&text))) {
        let is_documented = documented
            .iter()
            .any(|it| path == *it || path.starts_with(&format!("{it}.")));
        assert!(is_documented, "values.yaml says nothing of {path}");
    }
}

#[test]
fn chart_and_program_have_one_version() {
    let text = read("helm/Chart.yaml");
    let chart = values::parse(&text);

    assert_eq!(chart["version"], env!("CARGO_PKG_VERSION"));
    assert_eq!(chart["appVersion"], env!("CARGO_PKG_VERSION"));
}

#[test]
fn chart_and_program_have_one_licence_whose_text_is_there() {
    let chart = values::parse(&read("helm/Chart.yaml"));
    let manifest = read("Cargo.toml");

    let licence = chart["annotations"]["artifacthub.io/license"].as_str();
    assert_eq!(licence, Some(env!("CARGO_PKG_LICENSE")));
    assert_eq!(licence, Some("Apache-2.0"));
    assert!(manifest.contains("license = \"Apache-2.0\""));
    let text = read("deploy/LICENSE");
    for part in [
        "Apache License",
        "Version 2.0, January 2004",
        "END OF TERMS AND CONDITIONS",
    ] {
        assert!(text.contains(part), "{part}");
    }
}

#[test]
fn what_is_made_of_other_files_is_current() {
    for file in generated::without_helm().expect("all can be read") {
        assert!(
            file.is_current(),
            "{} is old: run `cargo chart`",
            file.path.display()
        );
    }
}

#[test]
fn every_file_that_a_pod_can_be_given_is_in_the_readme_and_in_some_variant() {
    let readme = read("helm/README.md");
    let values = values::parse(&values::text());
    let variants: Vec<Value> = variants()
        .iter()
        .map(|(_, path)| values::parse(&std::fs::read_to_string(path).expect("a variant")))
        .collect();

    let files = values["files"].as_object().expect("files");
    for file in files.keys().filter(|it| *it != "backends") {
        assert!(readme.contains(&format!("| `files.{file}` |")), "{file}");
        assert!(
            variants.iter().any(|it| it["files"][file].is_object()),
            "{file}"
        );
    }
    for file in ["password", "pinnedCertificate", "ca"] {
        let row =
            format!("| `files.backends.<alias>.{file}` | `/run/edr-gateway/backends/<alias>/");
        assert!(readme.contains(&row), "{file}");
        let has = |variant: &Value| {
            let mut servers = variant["files"]["backends"]
                .as_object()
                .into_iter()
                .flatten();
            servers.any(|(_, it)| it[file].is_object())
        };
        assert!(variants.iter().any(has), "{file}");
    }
}
