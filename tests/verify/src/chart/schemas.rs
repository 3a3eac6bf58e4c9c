//! Every object keeps the schemas of every Kubernetes that the chart is for; so do those of the recipe
//! for a store beside it.

use std::fs;
use std::path::{Path, PathBuf};

use crate::chart::render::Variants;
use crate::ground::Ground;
use crate::kubernetes::{Tools, run, text};
use crate::outcome::{Failure, Outcome};

/// The last lines say how much was looked at.
pub(crate) fn check(ground: &Ground, tools: &Tools, variants: &Variants) -> Outcome {
    let script = text(&tools.fixture("validate.py"));
    let crds = text(&tools.fixture("crds"));
    let look = |folder: &Path| {
        let said = run(ground, &tools.python(), &[&script, &crds, &text(folder)])?;
        Ok::<_, Failure>(said.lines().last().unwrap_or_default().to_owned())
    };
    look(&recipe(ground)?)?;
    look(&variants.folder)
}

/// The recipe in a folder of its own: what is beside it is for other programs.
fn recipe(ground: &Ground) -> Result<PathBuf, Failure> {
    let folder = ground.target.join("chart-recipe");
    let from = ground.root.join("deploy/valkey.yaml");
    fs::create_dir_all(&folder)
        .and_then(|()| fs::copy(&from, folder.join("valkey.yaml")))
        .map_err(|error| Failure::because(format!("{}: {error}", from.display())))?;
    Ok(folder)
}
