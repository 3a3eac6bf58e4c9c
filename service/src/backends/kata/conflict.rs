//! Somebody else has written prevention rules at the same time.

use std::collections::BTreeSet;

use kata::{Change, FileHash, PreventionConflict};

/// Most hashes of a list that are told.
const MOST_TOLD: usize = 20;

/// What the caller should know of it: what is missing, and how the rules were and are.
pub(super) fn told(conflict: &PreventionConflict) -> String {
    let own = match conflict.missing {
        Some(Change::Forbid(_)) => " The file is not forbidden.",
        Some(Change::Allow(_)) => " The file is still forbidden.",
        None => "",
    };
    let lost = if conflict.lost.is_empty() {
        String::new()
    } else {
        format!(
            " Rules that were there before are gone: {}.",
            list(&conflict.lost)
        )
    };
    format!(
        "Somebody else wrote the host's prevention rules in the same moment.{own}{lost} Before: {}. Now: {}.",
        list(&conflict.before),
        list(&conflict.now)
    )
}

fn list(hashes: &BTreeSet<FileHash>) -> String {
    if hashes.is_empty() {
        return "none".to_owned();
    }
    let told = hashes.iter().take(MOST_TOLD).map(ToString::to_string);
    let mut told: Vec<String> = told.collect();
    if hashes.len() > MOST_TOLD {
        told.push(format!("and {} more", hashes.len() - MOST_TOLD));
    }
    told.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(of: std::ops::Range<u8>) -> BTreeSet<FileHash> {
        of.map(|it| FileHash::Md5([it; 16])).collect()
    }

    #[test]
    fn what_is_gone_is_named_and_long_lists_end() {
        let told = told(&PreventionConflict {
            lost: set(1..2),
            missing: Some(Change::Forbid(FileHash::Md5([9; 16]))),
            before: set(1..40),
            now: BTreeSet::new(),
        });

        assert!(told.contains("The file is not forbidden."), "{told}");
        assert!(
            told.contains(&format!("are gone: {}.", "01".repeat(16))),
            "{told}"
        );
        assert!(told.contains("and 19 more"), "{told}");
        assert!(told.ends_with("Now: none."), "{told}");
    }
}
