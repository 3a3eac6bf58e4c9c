//! What a check comes to.

use serde::Serialize;

use crate::finding::{Finding, Kind, Place, Severity};
use crate::mode::Mode;
use crate::settings::Settings;
use crate::version::{KesVersion, Layout};

/// What a check comes to.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Checked {
    /// The version it was checked for, where it was given.
    pub kes_version: Option<KesVersion>,
    /// The layout it was checked for.
    pub layout: Layout,
    /// The mode it has.
    pub mode: Mode,
    /// Everything, in the order of the file; what has no place comes after, preconditions last.
    pub findings: Vec<Finding>,
    /// Where the address of each response server stands, in the order of the list.
    #[serde(skip)]
    pub response_addresses: Vec<Place>,
    /// The settings, if there is no error.
    #[serde(skip)]
    pub settings: Option<Settings>,
}

impl Checked {
    /// How many findings are this bad.
    #[must_use]
    pub fn count(&self, severity: Severity) -> usize {
        let so_bad = |it: &&Finding| it.severity == severity;
        self.findings.iter().filter(so_bad).count()
    }

    /// The findings about the file alone, without what holds for every device.
    pub fn of_the_file(&self) -> impl Iterator<Item = &Finding> {
        let of_it = |it: &&Finding| it.kind == Kind::Settings;
        self.findings.iter().filter(of_it)
    }

    /// Whether there is no error.
    #[must_use]
    pub fn is_usable(&self) -> bool {
        self.settings.is_some()
    }
}
