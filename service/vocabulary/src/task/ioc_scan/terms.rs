//! What KES is known not to look for: such an indicator never matches, and nobody is told (KES for
//! Windows, 220828).
//!
//! The vendor's whole list of terms is a file that is not part of its pages. Its command line names
//! the kinds of data that a scan looks at (219049; Network and URL history by KICS for Nodes 4.5,
//! 213408), and its requirements name the conditions (220828). What is in neither is not looked
//! for.

/// The kinds of data, by the first part of a term: `FileItem/Md5sum` is of files.
const KINDS: [&str; 13] = [
    "ArpEntryItem",
    "DnsEntryItem",
    "EventLogItem",
    "FileItem",
    "Network",
    "PortItem",
    "ProcessItem",
    "RegistryItem",
    "ServiceItem",
    "SystemInfoItem",
    "UrlHistoryItem",
    "UserItem",
    "VolumeItem",
];

/// The conditions of OpenIOC 1.0 and 1.1 together.
const CONDITIONS: [&str; 9] = [
    "is",
    "isnot",
    "contains",
    "containsnot",
    "starts-with",
    "ends-with",
    "matches",
    "greater-than",
    "less-than",
];

/// Most characters of a term that is shown.
const SHOWN: usize = 80;

/// What of an indicator KES is known not to know: its kind of data, its condition.
pub(super) fn unknown(search: &str, condition: &str) -> impl Iterator<Item = String> {
    let shown = |text: &str| -> String {
        let legible = text.chars().filter(|it| crate::legible::is_legible(*it));
        legible.take(SHOWN).collect()
    };
    let kind = search.split('/').next().unwrap_or_default();
    let kind_is_known = KINDS.iter().any(|it| it.eq_ignore_ascii_case(kind));
    // Whoever leaves it out means `is`.
    let condition_is_known = condition.is_empty()
        || CONDITIONS
            .iter()
            .any(|it| it.eq_ignore_ascii_case(condition));
    let kind = (!kind_is_known).then(|| shown(search));
    let condition = (!condition_is_known).then(|| format!("condition {}", shown(condition)));
    kind.into_iter().chain(condition)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_scan_looks_at_is_known_and_the_rest_is_named() {
        let named =
            |search: &str, condition: &str| -> Vec<String> { unknown(search, condition).collect() };

        for kind in KINDS {
            assert!(named(&format!("{kind}/x"), "is").is_empty(), "{kind}");
        }
        for condition in CONDITIONS.into_iter().chain(["", "IS"]) {
            assert!(
                named("FileItem/Md5sum", condition).is_empty(),
                "{condition}"
            );
        }
        for search in [
            "Email/From",
            "DriverItem/PEInfo/x",
            "Yara/Yara",
            "Snort/Snort",
            "TaskItem/Name",
            "FileItems/a",
            "x",
        ] {
            assert_eq!(named(search, "is"), [search], "{search}");
        }
        assert_eq!(named("FileItem/Md5sum", "equals"), ["condition equals"]);
    }
}
