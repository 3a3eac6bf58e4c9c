//! `[tasks]`: the house's own rules for tasks, whichever server carries them out.

use super::reader::Reader;
use vocabulary::names::Protected;
use vocabulary::task::values::Md5OrSha256;

/// The house's own rules for tasks.
#[derive(Debug, Clone)]
pub struct Tasks {
    /// Hosts that no caller may touch.
    pub protected_hosts: Vec<Protected>,
    /// Files that no caller may keep from running.
    pub protected_hashes: Vec<Md5OrSha256>,
}

impl Tasks {
    pub(super) fn read(reader: &mut Reader) -> Option<Self> {
        let protected_hosts = protected_hosts(reader);
        let protected_hashes = protected_hashes(reader);
        Some(Self {
            protected_hosts: protected_hosts?,
            protected_hashes: protected_hashes?,
        })
    }
}

fn protected_hosts(reader: &mut Reader) -> Option<Vec<Protected>> {
    const KEY: &str = "tasks.protected_hosts";
    let mut patterns = Vec::new();
    let mut whole = true;
    for (number, text) in (1..).zip(reader.list(KEY)?) {
        match Protected::read(&text) {
            Ok(pattern) => patterns.push(pattern),
            // A pattern that means nothing protects nothing, and nobody would know.
            Err(why) => {
                whole = false;
                // By its number: it may be anything, a secret that was put into the wrong place
                // too.
                reader.mistake(KEY, format!("pattern {number} {why}"));
            }
        }
    }
    whole.then_some(patterns)
}

fn protected_hashes(reader: &mut Reader) -> Option<Vec<Md5OrSha256>> {
    const KEY: &str = "tasks.protected_hashes";
    let mut hashes = Vec::new();
    let mut whole = true;
    for (number, text) in (1..).zip(reader.list(KEY)?) {
        if let Some(hash) = Md5OrSha256::parse(&text) {
            hashes.push(hash);
            continue;
        }
        whole = false;
        // By its number, as a pattern.
        let rule = "is neither an MD5 (32 hexadecimal digits) nor a SHA-256 (64)";
        reader.mistake(KEY, format!("hash {number} {rule}"));
    }
    whole.then_some(hashes)
}
