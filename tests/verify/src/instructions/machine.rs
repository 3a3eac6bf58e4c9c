//! What a count depends on beside the code.

use crate::ground::Ground;
use crate::outcome::Failure;

/// What counts were made with.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Machine {
    /// The kind of processor.
    pub(super) processor: String,
    /// The compiler.
    pub(super) rustc: String,
    /// Who counts.
    pub(super) valgrind: String,
}

impl Machine {
    /// This one.
    pub(super) fn look(ground: &Ground) -> Result<Self, Failure> {
        let version = |program: &str| {
            let said = ground.command(program, program).args(&["--version"]);
            said.silent().map(|it| it.trim().to_owned())
        };
        Ok(Self {
            processor: std::env::consts::ARCH.to_owned(),
            rustc: version("rustc")?,
            valgrind: version("valgrind")?,
        })
    }

    /// Whether counts of one say nothing of those of the other.
    pub(super) fn is_other_processor(&self, other: &Self) -> bool {
        !self.processor.is_empty() && self.processor != other.processor
    }

    /// As it is written.
    pub(super) fn line(&self) -> String {
        format!("{}; {}; {}", self.processor, self.rustc, self.valgrind)
    }

    /// Reads that.
    pub(super) fn read(line: &str) -> Option<Self> {
        let parts: Vec<&str> = line.split("; ").collect();
        let [processor, rustc, valgrind] = parts.as_slice() else {
            return None;
        };
        Some(Self {
            processor: (*processor).to_owned(),
            rustc: (*rustc).to_owned(),
            valgrind: (*valgrind).to_owned(),
        })
    }
}
