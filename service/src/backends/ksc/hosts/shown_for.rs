//! For which systems KSC has shown the tag of isolated devices: where it has not, its absence says
//! nothing.

use std::collections::HashSet;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// A system, as far as its products are the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum System {
    Windows,
    Linux,
    MacOs,
}

impl System {
    pub(super) fn of(name: &str) -> Option<Self> {
        const LINUX: [&str; 14] = [
            "linux", "ubuntu", "debian", "centos", "red hat", "rhel", "suse", "fedora", "astra",
            "alt ", "red os", "oracle", "rocky", "alma",
        ];
        let name = name.to_lowercase();
        if name.contains("windows") {
            Some(Self::Windows)
        } else if name.contains("macos") || name.contains("mac os") {
            Some(Self::MacOs)
        } else {
            LINUX
                .iter()
                .any(|it| name.contains(it))
                .then_some(Self::Linux)
        }
    }

    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Windows => "Windows",
            Self::Linux => "Linux",
            Self::MacOs => "macOS",
        }
    }
}

/// For which systems this KSC has shown the tag, as far as this replica has seen.
#[derive(Default)]
pub(super) struct ShownFor(Mutex<HashSet<System>>);

impl ShownFor {
    pub(super) fn note(&self, system: System) {
        self.systems().insert(system);
    }

    pub(super) fn any(&self) -> bool {
        !self.systems().is_empty()
    }

    pub(super) fn has(&self, system: System) -> bool {
        self.systems().contains(&system)
    }

    fn systems(&self) -> MutexGuard<'_, HashSet<System>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_system_is_known_by_what_ksc_calls_it() {
        for (name, expected) in [
            ("Microsoft Windows 11", Some(System::Windows)),
            ("Microsoft Windows Server 2022", Some(System::Windows)),
            ("Ubuntu 22.04", Some(System::Linux)),
            ("Linux", Some(System::Linux)),
            ("Astra Linux 1.7", Some(System::Linux)),
            ("Red Hat Enterprise Linux 9", Some(System::Linux)),
            ("macOS 14", Some(System::MacOs)),
            ("", None),
            ("Aurora", None),
        ] {
            assert_eq!(System::of(name), expected, "{name}");
        }
    }
}
