//! `edr-gateway doctor` as an operator or a pipeline runs it: its exit code, its text, its JSON.
//!
//! What it finds is tested in `tests/it/outside/doctor.rs`, in one process; here it is the
//! command's turn.

use std::path::Path;

use acceptance::environment;
use edr_gateway::doctor::Name;
use serde_json::Value;

use crate::ground::Ground;
use crate::outcome::{Failure, Outcome};
use crate::peer::Peer;
use crate::shell::Finished;

/// Runs it against a good installation, a bad one and bad settings.
pub(crate) fn check(ground: &Ground, program: &Path) -> Outcome {
    let peer = Peer::start()?;
    let (sim, folder) = (&peer.sim, &peer.folder);
    let run = |settings: Vec<(&'static str, String)>, arguments: &[&str]| {
        let mut command = ground
            .command(program, "edr-gateway")
            .args(&["doctor"])
            .args(arguments)
            // Whatever this shell prefers: the log would stand between the lines.
            .env("RUST_LOG", "off");
        for (name, value) in environment(sim, folder.path(), settings) {
            command = command.env(&name, &value);
        }
        command.finish()
    };
    let console = |required: bool| {
        sim.set_console(false);
        vec![("backends.ksc.require_service_console", required.to_string())]
    };

    let good = run(Vec::new(), &["--json"])?;
    expect(&good, 0, json(&good, true))?;
    let good = run(Vec::new(), &[])?;
    expect(&good, 0, text(&good, "ok    login"))?;
    let warned = run(console(false), &[])?;
    expect(&warned, 0, text(&warned, "warn  service_console"))?;
    let bad = run(console(true), &["--json"])?;
    expect(&bad, 1, json(&bad, false))?;
    let bad = run(console(true), &[])?;
    expect(&bad, 1, text(&bad, "FAIL  service_console"))?;
    let mistaken = vec![
        ("backends.ksc.username", String::new()),
        ("backends.ksc.max_sessions", "many".to_owned()),
    ];
    let refused = run(mistaken.clone(), &[])?;
    let both = ["backends.ksc.username", "backends.ksc.max_sessions"];
    let lists_all = both.iter().all(|it| refused.output.contains(it));
    expect(&refused, 2, lists_all)?;
    let refused = run(mistaken, &["--json"])?;
    expect(&refused, 2, json(&refused, false))?;

    sim.verdict().map_err(|verdict| Failure {
        reason: "KSC's verdict on doctor is bad".to_owned(),
        output: verdict,
    })?;
    Ok("doctor ends with 0, 1 and 2 as it should, and leaves nothing behind".to_owned())
}

fn expect(finished: &Finished, code: i32, holds: bool) -> Result<(), Failure> {
    if finished.status.code() == Some(code) && holds {
        return Ok(());
    }
    Err(Failure {
        reason: format!(
            "{} ended with {} instead of {code}, or did not say what it should",
            finished.command, finished.status
        ),
        output: finished.output.clone(),
    })
}

/// Whether it is one document, with a check of every name.
fn json(finished: &Finished, ok: bool) -> bool {
    let Ok(document) = serde_json::from_str::<Value>(&finished.output) else {
        return false;
    };
    let names: Vec<&str> = document["checks"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|it| it["name"].as_str())
        .collect();
    document["ok"] == ok && names == Name::ALL.map(Name::as_str)
}

/// Whether it has a line for each check, and this one among them.
fn text(finished: &Finished, line: &str) -> bool {
    let lines = finished.output.lines();
    let checks = lines.filter(|it| it.starts_with(|first: char| first.is_alphabetic()));
    checks.count() == Name::ALL.len() && finished.output.lines().any(|it| it.starts_with(line))
}
