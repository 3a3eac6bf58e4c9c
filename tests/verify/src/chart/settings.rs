//! The settings of every variant are those that the real program takes.
//!
//! So chart and program cannot disagree on a key, a type or a rule. And every key of the program's
//! table is set by some variant: none is out of the chart's reach.

use std::collections::BTreeSet;
use std::fs;

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
            .args(&["check-config", "--config", &text(&file)])
            .finish()?;
        if !finished.status.success() {
            refused.push(format!("{case}: {}", finished.output));
        }
        set.extend(keys(objects.settings()));
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

/// The keys of a file, by their whole names. The chart writes one a line.
fn keys(text: &str) -> Vec<String> {
    let mut section = "";
    let mut keys = Vec::new();
    for line in text.lines() {
        if let Some(name) = line.strip_prefix('[').and_then(|it| it.strip_suffix(']')) {
            // A list of tables is a key itself.
            let table = name.strip_prefix('[').and_then(|it| it.strip_suffix(']'));
            keys.extend(table.map(str::to_owned));
            section = table.unwrap_or(name);
        } else if let Some((key, _)) = line.split_once(" = ") {
            keys.push(format!("{section}.{key}"));
        }
    }
    keys
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_read_with_their_sections() {
        let text = "# x\n[server]\nlisten = \"a = b\"\n\n[server.tls]\nkey_file = \"k\"\n\n[[auth.issuers]]\nname = \"b\"\n";

        assert_eq!(
            keys(text),
            [
                "server.listen",
                "server.tls.key_file",
                "auth.issuers",
                "auth.issuers.name"
            ]
        );
    }
}
