//! Which files no caller may keep from running, by their hashes.
//!
//! KATA does not look whether a file is one that the system needs. A file has two hashes, and a
//! request names one of them: a file is protected by both only where both are written down.

use std::collections::HashSet;

use vocabulary::task::values::Md5OrSha256;
use vocabulary::task::{Params, Request};

/// The hashes of the files that no caller may keep from running.
pub struct ProtectedFiles {
    hashes: HashSet<String>,
}

impl ProtectedFiles {
    /// The files of these hashes.
    #[must_use]
    pub fn new(hashes: &[Md5OrSha256]) -> Self {
        let lower = |it: &Md5OrSha256| it.as_str().to_ascii_lowercase();
        Self {
            hashes: hashes.iter().map(lower).collect(),
        }
    }

    /// Whether the request would keep one of them from running.
    #[must_use]
    pub fn are_touched_by(&self, request: &Request) -> bool {
        match request.params() {
            Params::PreventExecution(it) => {
                let hash = it.hash.as_str().to_ascii_lowercase();
                self.hashes.contains(&hash)
            }
            Params::GetFile(_)
            | Params::DeleteFile(_)
            | Params::QuarantineFile(_)
            | Params::IocScan(_)
            | Params::StartProcess(_)
            | Params::TerminateProcess(_)
            | Params::IsolateHost(_)
            | Params::OnDemandScan(_)
            | Params::AllowExecution(_) => false,
        }
    }
}
