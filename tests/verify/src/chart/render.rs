//! Every variant, linted and rendered by both majors of Helm.

use std::fs;
use std::path::PathBuf;

use acceptance::chart::{Objects, variants};

use crate::ground::Ground;
use crate::kubernetes::{Tools, run, text};
use crate::outcome::Failure;

/// What was rendered.
pub(crate) struct Variants {
    /// By case, with the file that it was written to.
    pub(crate) all: Vec<(String, PathBuf, Objects)>,
    /// The folder of these files.
    pub(crate) folder: PathBuf,
    /// In a line.
    pub(crate) note: String,
}

/// Renders all, and says all that is wrong.
pub(crate) fn all(ground: &Ground, tools: &Tools) -> Result<Variants, Failure> {
    let folder = ground.target.join("chart");
    let broken = |error: std::io::Error| Failure::because(format!("{}: {error}", folder.display()));
    // What another run has left is not to be taken for this one's.
    if folder.exists() {
        fs::remove_dir_all(&folder).map_err(broken)?;
    }
    fs::create_dir_all(&folder).map_err(broken)?;
    let mut wrong = Vec::new();
    let mut all = Vec::new();
    for (case, values) in variants() {
        let mut before: Option<Objects> = None;
        for (name, helm) in tools.helms() {
            let rendered = helm
                .lint(&values)
                .and_then(|()| helm.template(&values, &[]));
            match (rendered, &before) {
                (Err(said), _) => wrong.push(format!("{case}, {name}: {said}")),
                (Ok(now), Some(before)) if now.all != before.all => {
                    wrong.push(format!("{case}: the majors of Helm make different objects"));
                }
                (Ok(now), _) => before = Some(now),
            }
        }
        if let Some(objects) = before {
            let path = folder.join(format!("{case}.yaml"));
            fs::write(&path, &objects.text).map_err(broken)?;
            all.push((case, path, objects));
        }
    }
    if !wrong.is_empty() {
        return Err(Failure {
            reason: "the chart does not render".to_owned(),
            output: wrong.join("\n"),
        });
    }
    let versions = tools.helms().map(|(name, _)| {
        run(
            ground,
            &tools.bin(name),
            &["version", "--template", "{{.Version}}"],
        )
        .map(|it| it.trim().to_owned())
    });
    let [older, newer] = versions;
    let note = format!(
        "{} variants, linted and the same from Helm {} and {}",
        all.len(),
        older?,
        newer?
    );
    package(ground, tools)?;
    Ok(Variants { all, folder, note })
}

/// It can be packed, and the package holds what a release needs and nothing of the chart's makers.
fn package(ground: &Ground, tools: &Tools) -> Result<(), Failure> {
    let folder = ground.target.join("chart-package");
    let chart = text(&acceptance::chart::folder());
    run(
        ground,
        &tools.bin("helm-4"),
        &["package", &chart, "--destination", &text(&folder)],
    )?;
    let version = env!("CARGO_PKG_VERSION");
    let package = folder.join(format!("edr-gateway-{version}.tgz"));
    let list = run(
        ground,
        &PathBuf::from("tar"),
        &["--list", "--file", &text(&package)],
    )?;
    let has = |name: &str| list.lines().any(|it| it == format!("edr-gateway/{name}"));
    for name in [
        "values.schema.json",
        "files/alerts.yaml",
        "files/dashboard.json",
        "README.md",
    ] {
        if !has(name) {
            return Err(Failure::because(format!("the packed chart lacks {name}")));
        }
    }
    if list.contains("/ci/") {
        return Err(Failure::because(
            "the packed chart holds the values of its tests",
        ));
    }
    Ok(())
}
