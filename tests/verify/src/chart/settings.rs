//! The settings of every variant are those that the real program takes.
//!
//! So chart and program cannot disagree on a key, a type or a rule. And every key of the program's
//! table is set by some variant: none is out of the chart's reach.

use std::collections::BTreeSet;
use std::fs;

use acceptance::chart::settings;
use edr_gateway::config::TABLE;

use crate::chart::render::Variants;
use crate::ground::Ground;
use crate::kubernetes::text;
use crate::outcome::{Failure, Outcome};

/// Gives each to `edr-gateway check-config`.
pub(crate) fn check(ground: &Ground, variants: &Variants) -> Outcome {
    let build = ground
        .cargo(&["build", "--package", "edr-gateway", "--locked"])
        .finish()?;
    if !build.status.success() {
        return Err(build.into());
    }
    let program = ground.target.join("debug/edr-gateway");
    let mut refused = Vec::new();
    let mut set = BTreeSet::new();
    for (case, path, objects) in &variants.all {
        let file = path.with_extension("toml");
        fs::write(&file, objects.settings())
            .map_err(|error| Failure::because(format!("{}: {error}", file.display())))?;
        let finished = ground
            .command(&program, "edr-gateway")
            // The files that they name are a pod's.
            .args(&["check-config", "--without-files", "--config", &text(&file)])
            .finish()?;
        if !finished.status.success() {
            refused.push(format!("{case}: {}", finished.output));
        }
        set.extend(settings::in_table(objects.settings()));
    }
    let missing: Vec<&str> = TABLE
        .iter()
        .map(|it| it.key)
        .filter(|it| !set.contains(*it))
        .collect();
    if !missing.is_empty() {
        refused.push(format!("no variant sets {}", missing.join(", ")));
    }
    if refused.is_empty() {
        return Ok(format!(
            "edr-gateway takes the settings of all {} variants; they set all {} keys",
            variants.all.len(),
            TABLE.len()
        ));
    }
    Err(Failure {
        reason: "chart and program disagree on the settings".to_owned(),
        output: refused.join("\n"),
    })
}
