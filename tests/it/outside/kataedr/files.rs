//! Files of settings, and the program asked about them.

use std::path::PathBuf;

use acceptance::{Answer, ask};
use tempfile::TempDir;

/// Settings of 12.3 without anything to be said of them but what holds for every device.
pub(crate) const FLAT: &str = "\
Address=192.0.2.10
Port=443
UseClientPinnedCertificate=No
SynchronizationPeriod=5
ConnectionTimeout=10
RequestTimeout=10
MaximumDataTransferTime=30
UseRequestCountLimits=Yes
MaximumNumberOfEventsInHour=3000
EventLimitExceededPercentage=15
EnableTelemetry=Yes
";

/// Settings of 12.4 for EDR Expert (on-premise), with servers of both kinds.
pub(crate) const EXPERT: &str = "\
Mode=EDRExpertOnPrem
UseClientPinnedCertificate=No
SynchronizationPeriod=5
ConnectionTimeout=10
RequestTimeout=10
EnableTelemetry=Yes
[Endpoints.item_0000]
Address=192.0.2.10
Port=443
[Endpoints.item_0001]
Address=192.0.2.11
Port=443
[TelemetrySettings]
UseClientPinnedCertificate=No
ConnectionTimeout=10
RequestTimeout=10
OnlyTaggedEvents=No
[TelemetrySettings.Endpoints.item_0000]
Address=192.0.2.20
Port=443
[TelemetrySettings.EventTransferSettings]
MaximumDataTransferTime=30
UseRequestCountLimits=Yes
MaximumNumberOfEventsInHour=3000
MaximumNumberOfEventsInPackage=1024
EventLimitExceededPercentage=15
";

/// A folder with files.
pub(crate) struct Files {
    folder: TempDir,
}

impl Files {
    pub(crate) fn new() -> Self {
        Self {
            folder: tempfile::tempdir().expect("a folder"),
        }
    }

    /// Where a file of this name is, or would be.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Writes a file, and tells its path.
    pub(crate) fn write(&self, name: &str, text: impl AsRef<[u8]>) -> String {
        let path = self.path(name);
        std::fs::write(&path, text).expect("a file");
        path.display().to_string()
    }
}

/// Asks without anything on standard input.
pub(crate) async fn kataedr(arguments: &[&str]) -> Answer {
    kataedr_of(arguments, "").await
}

/// Asks with this on standard input.
pub(crate) async fn kataedr_of(arguments: &[&str], input: impl AsRef<[u8]>) -> Answer {
    let arguments: Vec<&str> = ["kataedr"]
        .into_iter()
        .chain(arguments.iter().copied())
        .collect();
    ask(&arguments, &[], input.as_ref()).await
}
