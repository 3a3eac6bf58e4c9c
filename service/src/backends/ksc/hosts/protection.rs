//! Which hosts no caller may touch.
//!
//! It is asked about the host that was found, so that no alias slips past, and both sides are compared in the
//! normal form of names ([`vocabulary::names`]). A pattern for groups means all hosts of an administration group and of
//! the groups in it, by the group's name or by any part of its path: `group:Domain controllers`, `group:Servers/*`.
//!
//! Which group a host is in is a question more to KSC, asked only when a pattern needs it. When KSC does
//! not answer it, nothing shows that the host is not protected, and the request fails.

use std::sync::Arc;
use std::time::Duration;

use ksc::{GetGroupInfo, Lease};

use super::host::Host;
use super::memory::ExpiringMap;
use crate::backends::ksc::fault;
use crate::clock::Clock;
use crate::problem::Problem;
use vocabulary::code::Code;
use vocabulary::names::{Named, Normal, Protected, group_names};

/// As long as the names of a host are remembered: so late protection can be.
const REMEMBERED_FOR: Duration = super::RESOLVED_FOR;

/// Most groups that are remembered.
const MOST_GROUPS: usize = 1_000;

/// The patterns of the hosts that no caller may touch.
pub(super) struct Protection {
    hosts: Vec<String>,
    groups: Vec<String>,
    /// What a group may be called, by its number.
    known: ExpiringMap<Arc<[String]>>,
}

impl Protection {
    pub(super) fn new(patterns: &[Protected]) -> Self {
        let mut protection = Self {
            hosts: Vec::new(),
            groups: Vec::new(),
            known: ExpiringMap::new(REMEMBERED_FOR, MOST_GROUPS),
        };
        for pattern in patterns {
            match pattern.named() {
                Named::Host(pattern) => protection.hosts.push(pattern.clone()),
                Named::Group(pattern) => protection.groups.push(pattern.clone()),
            }
        }
        protection
    }

    /// Whether a pattern means groups.
    pub(super) fn asks_for_groups(&self) -> bool {
        !self.groups.is_empty()
    }

    /// Whether a pattern means this host.
    pub(super) fn covers(&self, host: &Host) -> bool {
        // Made once, however many patterns there are, and not at all where there is none.
        let names: Vec<Normal> = if self.hosts.is_empty() {
            Vec::new()
        } else {
            host.known_as().collect()
        };
        let one = |pattern: &String| names.iter().any(|it| matches(pattern, it.as_str()));
        self.hosts.iter().any(one)
            || self
                .groups
                .iter()
                .any(|pattern| host.groups.iter().any(|it| matches(pattern, it)))
    }

    /// Learns which groups the host is in, when that matters.
    ///
    /// # Errors
    /// When KSC does not say so.
    pub(super) async fn place(
        &self,
        host: &mut Host,
        lease: &mut Lease,
        clock: &Clock,
        request_id: &str,
    ) -> Result<(), Problem> {
        if self.groups.is_empty() {
            return Ok(());
        }
        let group = host.group.ok_or_else(homeless)?;
        let (key, now) = (group.to_string(), clock.passed());
        if let Some(groups) = self.known.get(&key, now) {
            host.groups = groups;
            return Ok(());
        }
        let info = lease.call(&GetGroupInfo { group }, request_id).await;
        let info = info.map_err(|it| fault::problem(&it, request_id))?;
        let path = info.str("grp_full_name").filter(|it| !it.is_empty());
        let groups: Arc<[String]> = parts(path.ok_or_else(homeless)?).into();
        self.known.insert(&key, now, Arc::clone(&groups));
        host.groups = groups;
        Ok(())
    }
}

fn homeless() -> Problem {
    Problem::new(
        Code::KscProtocol,
        "KSC does not say which administration group the host is in, so nothing shows that it is not protected.",
    )
}

/// Every run of names in a path: an operator may write a group's name alone, or with some of those that
/// it is in.
fn parts(path: &str) -> Vec<String> {
    let names = group_names(path);
    let ends = |from: usize| (from + 1..=names.len()).map(move |to| (from, to));
    (0..names.len())
        .flat_map(ends)
        .map(|(from, to)| names[from..to].join("/"))
        .collect()
}

/// Whether a text fits a pattern in which `*` stands for any run of characters.
fn matches(pattern: &str, text: &str) -> bool {
    let mut parts = pattern.split('*');
    let first = parts.next().unwrap_or_default();
    let Some(mut rest) = text.strip_prefix(first) else {
        return false;
    };
    let mut parts: Vec<&str> = parts.collect();
    let Some(last) = parts.pop() else {
        return rest.is_empty();
    };
    for part in parts {
        let Some(at) = rest.find(part) else {
            return false;
        };
        rest = &rest[at + part.len()..];
    }
    rest.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_stands_for_any_run_of_characters() {
        for (pattern, text) in [
            ("dc-*", "dc-01"),
            ("*", ""),
            ("*.corp", "a.corp"),
            ("a*b*c", "a-b-b-c"),
            ("dc", "dc"),
        ] {
            assert!(matches(pattern, text), "{pattern} should fit {text}");
        }
        for (pattern, text) in [
            ("dc-*", "xdc-01"),
            ("dc", "dc1"),
            ("a*b", "ab1"),
            ("ab*ba", "aba"),
            ("", "x"),
        ] {
            assert!(!matches(pattern, text), "{pattern} should not fit {text}");
        }
    }

    #[test]
    fn a_group_is_meant_by_its_name_or_by_any_part_of_its_path() {
        assert_eq!(
            parts("Managed devices/Servers/DC"),
            [
                "managed devices",
                "managed devices/servers",
                "managed devices/servers/dc",
                "servers",
                "servers/dc",
                "dc"
            ]
        );
    }
}
