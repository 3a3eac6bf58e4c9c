//! What every rig is made with: the ways that there are, how each is set up, and where things are.

use std::path::PathBuf;

use clap::ValueEnum;

use crate::tokens::Issuer;

/// A way from a caller to KSC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, ValueEnum)]
pub(crate) enum Lane {
    /// No way at all: callers speak to KSC themselves, over connections that they keep.
    Floor,
    /// The gateway.
    Gateway,
    /// Another gateway (`--against`).
    Before,
    /// HAProxy that verifies tokens.
    HaproxyJwt,
    /// HAProxy that asks for none.
    Haproxy,
    /// Envoy that verifies tokens.
    EnvoyJwt,
    /// A service in Python.
    Python,
    /// A script in Python for each action.
    Script,
}

impl Lane {
    /// Whether its program comes from Python's registry, which not every machine reaches.
    pub(crate) fn is_optional(self) -> bool {
        matches!(self, Self::EnvoyJwt | Self::Python | Self::Script)
    }
}

/// Where a gateway keeps keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub(crate) enum Store {
    #[default]
    Memory,
    Redis,
}

/// How a gateway is set up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub(crate) struct Setup {
    /// Where it keeps keys.
    pub(crate) store: Store,
    /// Whether it counts the response tasks in KSC.
    pub(crate) budget: bool,
    /// Most sessions; its own default when it is not said.
    pub(crate) sessions: Option<u16>,
    /// Most callers that wait for a task to change; its own default when it is not said.
    pub(crate) watchers: Option<usize>,
    /// How many replicas of it stand behind HAProxy; none when callers reach it directly.
    pub(crate) replicas: u8,
}

/// What rigs are made with.
pub(crate) struct Workshop {
    /// The gateway that is measured.
    pub(crate) gateway: PathBuf,
    /// The one that it is measured against.
    pub(crate) before: Option<PathBuf>,
    /// Settings of the first one alone.
    pub(crate) settings: Vec<(String, String)>,
    /// Who issues tokens.
    pub(crate) issuer: Issuer,
    /// Where `cargo verify` puts the programs of Python's registry.
    pub(crate) peers: PathBuf,
    /// Threads of a proxy, and of a stand-in.
    pub(crate) processors: usize,
}

impl Workshop {
    /// A program of Python's registry.
    pub(super) fn installed(&self, name: &str) -> Result<PathBuf, String> {
        let path = self.peers.join(name);
        let missing = || {
            format!(
                "{} is not there: `cargo verify -- bench` installs it",
                path.display()
            )
        };
        path.is_file().then_some(()).ok_or_else(missing)?;
        Ok(path)
    }
}
