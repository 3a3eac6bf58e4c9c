//! Checkov's rules for what runs in a cluster. `.checkov.yaml` holds the exceptions, each with its
//! reason.

use serde_json::Value;

use crate::chart::render::Variants;
use crate::ground::Ground;
use crate::kubernetes::{Tools, text};
use crate::outcome::{Failure, Outcome};

/// Scans all variants.
pub(crate) fn check(ground: &Ground, tools: &Tools, variants: &Variants) -> Outcome {
    let program = tools.python().with_file_name("checkov");
    let rules = text(&ground.root.join(".checkov.yaml"));
    let folder = text(&variants.folder);
    // Every failed rule ends it with 1: what it says then is wanted all the same.
    let output = ground
        .command(&program, "checkov")
        .args(&[
            "--config-file",
            &rules,
            "--directory",
            &folder,
            "--output",
            "json",
            "--soft-fail",
        ])
        .silent()?;
    let report: Value = serde_json::from_str(&output).map_err(|error| Failure {
        reason: format!("checkov's report is not JSON: {error}"),
        output: output.clone(),
    })?;
    let count = |what: &str| report["summary"][what].as_u64().unwrap_or_default();
    if count("passed") == 0 || count("parsing_errors") > 0 {
        return Err(Failure {
            reason: "checkov has not read the manifests".to_owned(),
            output,
        });
    }
    if count("failed") == 0 {
        return Ok(format!(
            "checkov: {} checks passed, {} explained exceptions, of {} objects",
            count("passed"),
            count("skipped"),
            count("resource_count")
        ));
    }
    let failed = report["results"]["failed_checks"]
        .as_array()
        .into_iter()
        .flatten();
    let lines = failed.map(|it| {
        format!(
            "{} {} {} {}\n",
            it["check_id"], it["check_name"], it["file_path"], it["resource"]
        )
    });
    Err(Failure {
        reason: format!("checkov: {} checks failed", count("failed")),
        output: lines.collect(),
    })
}
