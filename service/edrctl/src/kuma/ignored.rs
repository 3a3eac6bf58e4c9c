//! Settings of the vendor's scripts, which a rule or an environment may still carry.
//!
//! They are taken and do nothing: whoever moves to the gateway need not change his rules at once.
//! They are never sent or written anywhere; that they are there is said once a day, by a file whose
//! age is the stamp.

use std::ffi::OsStr;
use std::fs::File;
use std::path::Path;
use std::time::{Duration, SystemTime};

/// Their names.
pub const NAMES: [&str; 5] = ["kscHost", "kscPort", "kscCert", "kscUser", "kscPassword"];

/// How long nothing is said after it was said.
const PAUSE: Duration = Duration::from_secs(24 * 3600);

/// What to say, if anything is to be said now. `folder` is where the stamp may lie; without one
/// nothing keeps it from being said each time.
pub fn warning(
    given: &[&'static str],
    variable: impl Fn(&str) -> bool,
    folder: Option<&Path>,
    now: SystemTime,
) -> Option<String> {
    let in_environment = NAMES.into_iter().filter(|it| variable(it));
    let mut names: Vec<&str> = given.iter().copied().chain(in_environment).collect();
    names.sort_unstable();
    names.dedup();
    if names.is_empty() || !folder.is_none_or(|it| is_due(it, now)) {
        return None;
    }
    let names = names.join(", ");
    Some(format!(
        "{names}: the gateway has the account of KSC; take it away from here, where it is not protected"
    ))
}

/// Whether nothing was said for a day; from now on something was.
fn is_due(folder: &Path, now: SystemTime) -> bool {
    let stamp = folder.join(OsStr::new(".ksc-settings-are-ignored"));
    let said = std::fs::symlink_metadata(&stamp).and_then(|it| it.modified());
    if let Ok(said) = said {
        let age = now.duration_since(said).unwrap_or_default();
        if age < PAUSE {
            return false;
        }
        let _else_it_is_said_again = std::fs::remove_file(&stamp);
    }
    // Made anew and never followed: the folder may be one in which others write.
    if let Ok(stamp) = File::create_new(&stamp) {
        let _else_it_is_said_again = stamp.set_modified(now);
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_said_once_a_day_and_never_what_they_hold() {
        let folder = tempfile::tempdir().expect("a folder");
        let start = SystemTime::UNIX_EPOCH + Duration::from_secs(1_800_000_000);
        let at = |hours: u64| {
            let now = start + Duration::from_secs(3600 * hours);
            warning(
                &["kscPassword"],
                |it| it == "kscHost",
                Some(folder.path()),
                now,
            )
        };

        let said = at(0).expect("it is said");
        assert!(said.starts_with("kscHost, kscPassword: "), "{said}");
        assert_eq!(at(1), None);
        assert_eq!(at(23), None);
        assert!(at(24).is_some());
        assert_eq!(at(25), None);
        assert_eq!(warning(&[], |_| false, None, start), None);
        assert!(warning(&["kscPort"], |_| false, None, start).is_some());
    }
}
