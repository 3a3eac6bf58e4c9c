//! `[tasks]`: the house's own rules for tasks, whichever server carries them out.

use super::reader::Reader;
use vocabulary::names::Protected;

/// The house's own rules for tasks.
#[derive(Debug, Clone)]
pub struct Tasks {
    /// Hosts that no caller may touch.
    pub protected_hosts: Vec<Protected>,
}

impl Tasks {
    pub(super) fn read(reader: &mut Reader) -> Option<Self> {
        let protected_hosts = protected_hosts(reader);
        Some(Self {
            protected_hosts: protected_hosts?,
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
