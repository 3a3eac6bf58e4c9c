//! Which patterns of protected hosts mean no host that there is: such a one protects nothing, and
//! nobody would know.

use std::collections::HashSet;

use ksc::{Filter, Lease};

use super::attributes::{self, FIELDS, GROUP};
use super::groups::Groups;
use crate::authority::Protection;
use crate::backends::ksc::fault;
use crate::clock::Clock;
use crate::host::Host;
use crate::problem::Problem;
use vocabulary::names::Protected;

/// The most hosts that are looked at. It is one call of KSC for each two hundred.
const MOST_HOSTS: usize = 20_000;

/// What was found.
#[derive(Debug)]
pub struct Unmatched {
    /// The patterns that mean none of the hosts that were looked at.
    pub patterns: Vec<Protected>,
    /// How many hosts were looked at.
    pub read: usize,
    /// How many there are.
    pub total: usize,
}

/// Looks at the hosts for each pattern.
///
/// # Errors
/// What went wrong with KSC.
pub async fn unmatched(
    patterns: &[Protected],
    lease: &mut Lease,
    clock: &Clock,
    request_id: &str,
) -> Result<Unmatched, Problem> {
    // KSC has no filter that is always true; every host is in a group.
    let every = Filter::below(GROUP, i64::from(i32::MAX));
    let rows = lease.hosts(every, FIELDS, MOST_HOSTS, request_id).await;
    let rows = rows.map_err(|error| fault::problem(&error, request_id))?;
    let mut left: Vec<(&Protected, Protection)> = patterns
        .iter()
        .map(|it| (it, Protection::new(std::slice::from_ref(it))))
        .collect();
    let mut hosts: Vec<Host> = rows.rows.iter().filter_map(attributes::host).collect();
    left.retain(|(_, pattern)| !hosts.iter().any(|it| pattern.covers(it)));

    // What is left may mean groups: one host of each tells of it.
    let mut seen = HashSet::new();
    hosts.retain(|it| seen.insert(it.group));
    let groups = Groups::default();
    for mut host in hosts {
        if !left.iter().any(|(_, it)| it.asks_for_groups()) {
            break;
        }
        groups.place(&mut host, lease, clock, request_id).await?;
        left.retain(|(_, pattern)| !pattern.covers(&host));
    }
    Ok(Unmatched {
        patterns: left.into_iter().map(|(it, _)| it.clone()).collect(),
        read: rows.read,
        total: rows.total,
    })
}
