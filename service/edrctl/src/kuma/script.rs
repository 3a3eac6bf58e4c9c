//! The vendor's nine scripts: what each is called, asks for and takes.
//!
//! What options the vendor's scripts have is published nowhere. The names here are those of the
//! members of the requests that they make, and `targetHost`, which the published sample reads from
//! its arguments. When the list is known, only these tables change.

use std::ffi::OsStr;
use std::path::Path;

use vocabulary::task::Action;

use super::argparse::{OptionName, Takes};

/// One of the vendor's scripts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Script {
    /// `onDemandScan.py`
    OnDemandScan,
    /// `ioCScan.py`, with a capital in the middle.
    IocScan,
    /// `quarantineFile.py`
    QuarantineFile,
    /// `deleteFile.py`
    DeleteFile,
    /// `getFile.py`
    GetFile,
    /// `isolateHost.py`
    IsolateHost,
    /// `preventExecution.py`
    PreventExecution,
    /// `startProcess.py`
    StartProcess,
    /// `terminateProcess.py`
    TerminateProcess,
}

/// What an option of a script is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// The device.
    Host,
    /// A path on the device.
    WindowsPath,
    /// A hash, of the kind that its length says.
    Hash,
    /// Whether something is so.
    Switch,
    /// Whether to isolate or to release.
    OnOff,
    /// A text as it is.
    Text,
    /// A file of the correlator's with indicators.
    IocFile,
    /// What kind of place to scan.
    ScanType,
    /// The event that the call is for.
    EventId,
    /// Whether only to check.
    DryRun,
    /// For how many seconds to wait for the task's end.
    Wait,
    /// A setting of the vendor's scripts, which is ignored.
    Ignored,
}

/// An option of a script.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ScriptOption {
    /// Its name.
    pub name: &'static str,
    /// What it is for.
    pub part: Part,
    /// Whether it must be given.
    pub required: bool,
    /// Most characters of its value.
    pub most: usize,
}

/// Most characters of a path of Windows.
const PATH: usize = 32_767;
/// Enough for a word or a number.
const WORD: usize = 64;

const fn needed(name: &'static str, part: Part, most: usize) -> ScriptOption {
    ScriptOption {
        required: true,
        ..may(name, part, most)
    }
}

const fn may(name: &'static str, part: Part, most: usize) -> ScriptOption {
    ScriptOption {
        name,
        part,
        required: false,
        most,
    }
}

/// What every script takes before its own options.
const HOST: ScriptOption = needed("targetHost", Part::Host, 255);

/// What every script takes after its own options.
const SHARED: [ScriptOption; 11] = [
    may("eventId", Part::EventId, 1024),
    may("comment", Part::Text, 1024),
    may("externalId", Part::Text, 128),
    may("backend", Part::Text, WORD),
    may("dryRun", Part::DryRun, WORD),
    may("wait", Part::Wait, WORD),
    may("kscHost", Part::Ignored, 4096),
    may("kscPort", Part::Ignored, 4096),
    may("kscCert", Part::Ignored, 4096),
    may("kscUser", Part::Ignored, 4096),
    may("kscPassword", Part::Ignored, 4096),
];

const MD5: ScriptOption = may("md5hash", Part::Hash, WORD);
const SHA256: ScriptOption = may("sha256hash", Part::Hash, WORD);
const HASH: ScriptOption = may("hash", Part::Hash, WORD);
const FILE: ScriptOption = needed("path", Part::WindowsPath, PATH);
const CASE: ScriptOption = may("caseSensitive", Part::Switch, WORD);

impl Script {
    /// All nine, in the vendor's order.
    pub const ALL: [Self; 9] = [
        Self::OnDemandScan,
        Self::IocScan,
        Self::QuarantineFile,
        Self::DeleteFile,
        Self::GetFile,
        Self::IsolateHost,
        Self::PreventExecution,
        Self::StartProcess,
        Self::TerminateProcess,
    ];

    /// The name of its file, exactly as rules have it.
    #[must_use]
    pub const fn file(self) -> &'static str {
        match self {
            Self::OnDemandScan => "onDemandScan.py",
            Self::IocScan => "ioCScan.py",
            Self::QuarantineFile => "quarantineFile.py",
            Self::DeleteFile => "deleteFile.py",
            Self::GetFile => "getFile.py",
            Self::IsolateHost => "isolateHost.py",
            Self::PreventExecution => "preventExecution.py",
            Self::StartProcess => "startProcess.py",
            Self::TerminateProcess => "terminateProcess.py",
        }
    }

    /// What it asks for.
    #[must_use]
    pub const fn action(self) -> Action {
        match self {
            Self::OnDemandScan => Action::OnDemandScan,
            Self::IocScan => Action::IocScan,
            Self::QuarantineFile => Action::QuarantineFile,
            Self::DeleteFile => Action::DeleteFile,
            Self::GetFile => Action::GetFile,
            Self::IsolateHost => Action::IsolateHost,
            Self::PreventExecution => Action::PreventExecution,
            Self::StartProcess => Action::StartProcess,
            Self::TerminateProcess => Action::TerminateProcess,
        }
    }

    /// Its own options.
    const fn own(self) -> &'static [ScriptOption] {
        match self {
            Self::OnDemandScan => {
                const {
                    &[
                        may("path", Part::WindowsPath, PATH),
                        may("recursive", Part::Switch, WORD),
                        may("type", Part::ScanType, 256),
                        may("enabled", Part::Switch, WORD),
                    ]
                }
            }
            Self::IocScan => {
                const {
                    &[
                        needed("ioc", Part::IocFile, 4096),
                        may("isolateHost", Part::Switch, WORD),
                        may("scanCriticalAreas", Part::Switch, WORD),
                        may("quarantineObject", Part::Switch, WORD),
                    ]
                }
            }
            Self::QuarantineFile | Self::GetFile => const { &[FILE, MD5, SHA256, HASH] },
            Self::DeleteFile => {
                const {
                    &[
                        FILE,
                        MD5,
                        SHA256,
                        HASH,
                        may("searchInSubfolders", Part::Switch, WORD),
                    ]
                }
            }
            Self::IsolateHost => const { &[needed("action", Part::OnOff, WORD)] },
            Self::PreventExecution => {
                const {
                    &[
                        HASH,
                        MD5,
                        SHA256,
                        may("path", Part::WindowsPath, PATH),
                        CASE,
                    ]
                }
            }
            Self::StartProcess => {
                const {
                    &[
                        needed("executablePath", Part::WindowsPath, PATH),
                        may("arguments", Part::Text, PATH),
                        may("workingFolder", Part::WindowsPath, PATH),
                    ]
                }
            }
            Self::TerminateProcess => const { &[FILE, MD5, SHA256, HASH, CASE] },
        }
    }

    /// Every option, in the order in which help shows them.
    pub fn options(self) -> impl Iterator<Item = ScriptOption> {
        std::iter::once(HOST)
            .chain(self.own().iter().copied())
            .chain(SHARED)
    }

    /// The option of exactly this name.
    #[must_use]
    pub fn option(self, name: &str) -> Option<ScriptOption> {
        self.options().find(|it| it.name == name)
    }

    /// Its options as arguments are read by.
    #[must_use]
    pub fn names(self) -> Vec<OptionName> {
        let name = |it: ScriptOption| OptionName {
            name: it.name,
            takes: match it.part {
                Part::Switch | Part::DryRun => Takes::Flag,
                Part::Host
                | Part::WindowsPath
                | Part::Hash
                | Part::OnOff
                | Part::Text
                | Part::IocFile
                | Part::ScanType
                | Part::EventId
                | Part::Wait
                | Part::Ignored => Takes::Value,
            },
        };
        self.options().map(name).collect()
    }
}

/// The script that a program is called as: by the name of its file, exactly as the vendor has it.
#[must_use]
pub fn script_of(argv0: &OsStr) -> Option<Script> {
    let name = Path::new(argv0).file_name()?;
    Script::ALL.into_iter().find(|it| name == it.file())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_script_is_known_by_the_vendors_name_wherever_it_lies() {
        for script in Script::ALL {
            let place = format!("/opt/kaspersky/kuma/correlator/x/scripts/{}", script.file());
            assert_eq!(script_of(OsStr::new(&place)), Some(script));
            assert_eq!(script_of(OsStr::new(script.file())), Some(script));
        }
        for other in [
            "edrctl",
            "iocScan.py",
            "isolatehost.py",
            "isolateHost",
            "",
            "/",
        ] {
            assert_eq!(script_of(OsStr::new(other)), None, "{other}");
        }
    }

    #[test]
    fn no_two_options_of_a_script_have_one_name_in_any_spelling() {
        for script in Script::ALL {
            let mut names: Vec<String> =
                script.options().map(|it| it.name.to_lowercase()).collect();
            names.sort();
            let all = names.len();
            names.dedup();
            assert_eq!(names.len(), all, "{script:?}");
            assert!(!names.iter().any(|it| it == "help"), "{script:?}");
        }
    }
}
