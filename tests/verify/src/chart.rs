//! The Helm chart in all its variants, before any cluster sees it.
//!
//! Every values file of `helm/ci` is rendered by both majors of Helm, which must agree; the objects
//! keep the schemas of every Kubernetes that is supported, the settings are those that the real
//! program takes, and a scanner for bad practice finds nothing that is not explained. What a
//! template makes of single values is for the tests in `tests/it/outside/chart`.

mod made;
mod policy;
mod render;
mod schemas;
mod settings;

use crate::ground::Ground;
use crate::kubernetes::Tools;
use crate::outcome::{Outcome, all_of};

/// Looks at it from all sides; one run shows everything that is wrong.
pub(crate) fn check(ground: &Ground) -> Outcome {
    let tools = Tools::prepare(ground)?;
    let made = made::check(ground, &tools);
    let variants = render::all(ground, &tools)?;
    let looks = [
        ("generated", made),
        ("render", Ok(variants.note.clone())),
        ("schemas", schemas::check(ground, &tools, &variants)),
        ("settings", settings::check(ground, &variants)),
        ("policy", policy::check(ground, &tools, &variants)),
    ];
    all_of(looks).map(|_| variants.note)
}
