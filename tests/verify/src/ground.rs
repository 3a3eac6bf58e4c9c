//! Where verify stands: the repository, the folder of what is built, and the cargo that started it.

use std::ffi::OsString;
use std::path::PathBuf;

use acceptance::repository::root;
use serde_json::Value;

use crate::shell::Command;

/// The repository and its tools.
#[derive(Debug)]
pub(crate) struct Ground {
    /// The repository.
    pub(crate) root: PathBuf,
    /// Where cargo builds.
    pub(crate) target: PathBuf,
    /// Whether generated files are written instead of compared.
    pub(crate) write: bool,
    cargo: OsString,
}

impl Ground {
    /// Finds everything.
    pub(crate) fn find() -> Result<Self, String> {
        // The cargo that runs this program, so that a toolchain chosen by `cargo +…` stays chosen.
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let mut ground = Self {
            root: root(),
            target: PathBuf::new(),
            write: false,
            cargo,
        };
        // A folder may be chosen by a variable or in any of cargo's configuration files: ask cargo.
        let metadata =
            ground.cargo(&["metadata", "--format-version", "1", "--no-deps", "--locked"]);
        let text = metadata
            .silent()
            .map_err(|failure| format!("{}\n{}", failure.reason, failure.output))?;
        let metadata: Value = serde_json::from_str(&text).map_err(|error| error.to_string())?;
        ground.target = metadata["target_directory"]
            .as_str()
            .ok_or("cargo names no target directory")?
            .into();
        Ok(ground)
    }

    /// Cargo with these arguments, in the repository.
    pub(crate) fn cargo(&self, arguments: &[&str]) -> Command {
        self.command(&self.cargo, "cargo").args(arguments)
    }

    /// A program, in the repository; `name` is how it is called in messages.
    pub(crate) fn command(&self, program: impl Into<OsString>, name: &str) -> Command {
        Command::new(program.into(), name, &self.root)
    }
}
