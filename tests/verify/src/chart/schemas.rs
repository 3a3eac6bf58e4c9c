//! Every object keeps the schemas of every Kubernetes that the chart is for.

use crate::chart::render::Variants;
use crate::ground::Ground;
use crate::kubernetes::{Tools, run, text};
use crate::outcome::Outcome;

/// The last line says how much was looked at.
pub(crate) fn check(ground: &Ground, tools: &Tools, variants: &Variants) -> Outcome {
    let script = text(&tools.fixture("validate.py"));
    let crds = text(&tools.fixture("crds"));
    let folder = text(&variants.folder);
    let said = run(ground, &tools.python(), &[&script, &crds, &folder])?;
    Ok(said.lines().last().unwrap_or_default().to_owned())
}
