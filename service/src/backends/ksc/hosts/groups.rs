//! Which administration groups a host is in: what a pattern of protected groups is compared with.
//!
//! It is a question more to KSC. When KSC does not answer it, nothing shows that the host is not
//! protected, and the request fails.

use std::sync::Arc;
use std::time::Duration;

use ksc::{GetGroupInfo, Lease};

use crate::backends::expiring::{ExpiringMap, RESOLVED_FOR};
use crate::backends::ksc::fault;
use crate::clock::Clock;
use crate::host::Host;
use crate::problem::Problem;
use vocabulary::code::Code;
use vocabulary::names::group_names;

/// As long as the names of a host are remembered: so late protection can be.
const REMEMBERED_FOR: Duration = RESOLVED_FOR;

/// Most groups that are remembered.
const MOST_GROUPS: usize = 1_000;

/// The groups that were asked about a moment ago.
pub(super) struct Groups {
    /// What a group may be called, by its number.
    known: ExpiringMap<Arc<[String]>>,
}

impl Default for Groups {
    fn default() -> Self {
        Self {
            known: ExpiringMap::new(REMEMBERED_FOR, MOST_GROUPS),
        }
    }
}

impl Groups {
    /// Learns which groups the host is in.
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

/// Every run of names in a path: an operator may write a group's name alone, or with some of those
/// that it is in.
fn parts(path: &str) -> Vec<String> {
    let names = group_names(path);
    let ends = |from: usize| (from + 1..=names.len()).map(move |to| (from, to));
    (0..names.len())
        .flat_map(ends)
        .map(|(from, to)| names[from..to].join("/"))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

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
