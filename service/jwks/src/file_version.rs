//! Whether a file is still the one that was read.

use std::os::unix::fs::MetadataExt as _;
use std::path::Path;
use std::time::SystemTime;

/// A value that changes when a file may have changed; a file that takes its place has another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FileVersion {
    modified: SystemTime,
    length: u64,
    inode: u64,
    /// The moment of the last change in seconds and nanoseconds, which nobody can set: files that
    /// are unpacked or copied as they were can be as old as those that they replace, and often are
    /// as long.
    changed: (i64, i64),
}

impl FileVersion {
    /// The version that is there now; nothing when there is no file, or nobody can tell.
    #[must_use]
    pub fn of(path: &Path) -> Option<Self> {
        let data = std::fs::metadata(path).ok()?;
        Some(Self {
            modified: data.modified().ok()?,
            length: data.len(),
            inode: data.ino(),
            changed: (data.ctime(), data.ctime_nsec()),
        })
    }
}
