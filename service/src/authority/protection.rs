//! Which hosts no caller may touch.
//!
//! It is asked about the host that was found, so that no alias slips past, and both sides are
//! compared in the normal form of names ([`vocabulary::names`]). A pattern for groups means all
//! hosts of an administration group and of the groups in it, by the group's name or by any part of
//! its path: `group:Domain controllers`, `group:Servers/*`.
//!
//! Which group a host is in may be a question more to its back end, asked only when a pattern needs
//! it.

use crate::host::Host;
use vocabulary::names::{Named, Normal, Protected};

/// The patterns of the hosts that no caller may touch.
pub struct Protection {
    hosts: Vec<String>,
    groups: Vec<String>,
}

impl Protection {
    /// The hosts that these patterns mean.
    #[must_use]
    pub fn new(patterns: &[Protected]) -> Self {
        let mut protection = Self {
            hosts: Vec::new(),
            groups: Vec::new(),
        };
        for pattern in patterns {
            match pattern.named() {
                Named::Host(pattern) => protection.hosts.push(pattern.clone()),
                Named::Group(pattern) => protection.groups.push(pattern.clone()),
            }
        }
        protection
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.hosts.is_empty() && self.groups.is_empty()
    }

    /// Whether a pattern means groups.
    #[must_use]
    pub fn asks_for_groups(&self) -> bool {
        !self.groups.is_empty()
    }

    /// Whether a pattern may mean a host of which only so much is known: what is not known of it
    /// shows nothing. Its groups are not; its domain is not where its name has none; nor is its
    /// address where there is none.
    #[must_use]
    pub fn may_cover(&self, host: &Host) -> bool {
        let Some(name) = &host.display_name else {
            return !self.is_empty();
        };
        let name = Normal::of(name);
        let label = |pattern: &String| match pattern.split_once('.') {
            Some((label, _)) => !name.as_str().contains('.') && matches(label, name.as_str()),
            None => false,
        };
        let is_address = |it: &String| {
            it.bytes()
                .all(|it| it.is_ascii_digit() || b".*".contains(&it))
        };
        self.asks_for_groups()
            || self.hosts.iter().any(label)
            || (host.ip.is_none() && self.hosts.iter().any(is_address))
    }

    /// Whether a pattern means this host.
    #[must_use]
    pub fn covers(&self, host: &Host) -> bool {
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
}
