//! What is made of the chart and for it is current; `cargo chart` makes it so.

use std::fs;

use acceptance::chart::KUSTOMIZE_VALUES;
use acceptance::chart::generated::{self, File};
use acceptance::repository::root;

use crate::ground::Ground;
use crate::kubernetes::{Tools, run, text};
use crate::outcome::{Failure, Outcome};

/// Compares, or writes when that is asked for; then the plain manifests are tried with kubectl.
pub(crate) fn check(ground: &Ground, tools: &Tools) -> Outcome {
    let broken = |error: std::io::Error| Failure::because(error.to_string());
    let mut files = Vec::new();
    // In this order: what is rendered holds the copies.
    for file in generated::without_helm().map_err(broken)? {
        settle(ground, &file)?;
        files.push(file);
    }
    let values = root().join(KUSTOMIZE_VALUES);
    let rendered = tools
        .helm()
        .template_as("edr-gateway", "edr-gateway", &values)
        .map_err(Failure::because)?;
    let manifests = generated::manifests(&rendered.text);
    settle(ground, &manifests)?;
    files.push(manifests);

    let folder = root().join("deploy/kustomize");
    let built = run(
        ground,
        &tools.bin("kubectl"),
        &["kustomize", &text(&folder)],
    )?;
    let objects = built.lines().filter(|it| it.starts_with("kind: ")).count();
    if objects != rendered.all.len() {
        return Err(Failure::because(format!(
            "kubectl kustomize makes {objects} objects of {}",
            rendered.all.len()
        )));
    }
    Ok(format!(
        "{} files are current; kubectl kustomize makes {objects} objects",
        files.len()
    ))
}

fn settle(ground: &Ground, file: &File) -> Result<(), Failure> {
    if file.is_current() {
        return Ok(());
    }
    let path = file.path.display();
    if ground.write {
        return fs::write(&file.path, &file.content)
            .map_err(|error| Failure::because(format!("{path}: {error}")));
    }
    Err(Failure::because(format!(
        "{path} is old: run `cargo chart`"
    )))
}
