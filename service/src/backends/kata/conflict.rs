//! Prevention rules that others' stand in the way of.

use kata::{Change, Error, PreventionConflict};

/// Most hosts or hashes of a list that are told.
const MOST_TOLD: usize = 20;

/// The file has a rule in the other scope, and which hosts the Central Node names.
pub(super) fn in_other_scope(error: &Error) -> String {
    const SAID: &str = "The Central Node refuses the rule, because the file has one in the other scope already: for every host while single ones are asked for, or the reverse. Nothing was written";
    if let Error::Conflict(it) = error
        && !it.hosts.is_empty()
    {
        return format!("{SAID}. Hosts that it names: {}.", list(&it.hosts));
    }
    format!("{SAID}. The console of the Central Node shows where.")
}

/// Somebody else has written rules at the same time: what is missing, and how the rules were and are.
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

fn list<'a, T: ToString + 'a>(
    all: impl IntoIterator<Item = &'a T, IntoIter: ExactSizeIterator>,
) -> String {
    let all = all.into_iter();
    let more = all.len().saturating_sub(MOST_TOLD);
    let mut told: Vec<String> = all.take(MOST_TOLD).map(ToString::to_string).collect();
    if told.is_empty() {
        return "none".to_owned();
    }
    if more > 0 {
        told.push(format!("and {more} more"));
    }
    told.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use kata::FileHash;
    use std::collections::BTreeSet;

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
