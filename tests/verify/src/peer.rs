//! The KSC that the delivered program is run against: the simulator, in this process.

use ksc_simulator::{Clock, Scenario, Simulator};
use tempfile::TempDir;
use tokio::runtime::Runtime;

use crate::outcome::Failure;

/// A simulated KSC in real time, and a folder for the files of a program that uses it.
pub(crate) struct Peer {
    /// The KSC.
    pub(crate) sim: Simulator,
    /// The folder.
    pub(crate) folder: TempDir,
    /// What the KSC runs on; dropped last.
    pub(crate) runtime: Runtime,
}

impl Peer {
    /// Starts it.
    pub(crate) fn start() -> Result<Self, Failure> {
        let runtime = Runtime::new().map_err(|error| Failure::because(error.to_string()))?;
        let scenario = Scenario {
            clock: Clock::Real { speed: 1.0 },
            ..Scenario::default()
        };
        let sim = runtime
            .block_on(Simulator::start(scenario))
            .map_err(|error| Failure::because(error.to_string()))?;
        let folder = tempfile::tempdir().map_err(|error| Failure::because(error.to_string()))?;
        Ok(Self {
            sim,
            folder,
            runtime,
        })
    }
}
