//! The patterns of protected hosts: whether each means a host that there is.

use ksc::Lease;

use super::asking::REQUEST_ID;
use super::report::{Check, Name};
use crate::backends::ksc::hosts;
use crate::clock::Clock;
use crate::config;

/// Looks for a host for each.
pub(super) async fn check(lease: &mut Lease, tasks: &config::Tasks, clock: &Clock) -> Check {
    let patterns = &tasks.protected_hosts;
    if patterns.is_empty() {
        return Check::ok(Name::ProtectedHosts, "none (tasks.protected_hosts)");
    }
    let found = match hosts::unmatched(patterns, lease, clock, REQUEST_ID).await {
        Ok(found) => found,
        Err(problem) => {
            return Check::warning(
                Name::ProtectedHosts,
                format!("could not be looked for: {}", problem.detail()),
            )
            .means("Whether each pattern of tasks.protected_hosts means a host is not known.")
            .try_this("Run this again; when it stays so, look at the log of the gateway for what KSC says.");
        }
    };
    if found.patterns.is_empty() {
        let finding = match patterns.len() {
            1 => "the one pattern means hosts that there are".to_owned(),
            count => format!("each of {count} patterns means hosts that there are"),
        };
        return Check::ok(Name::ProtectedHosts, finding);
    }
    let quoted: Vec<String> = found
        .patterns
        .iter()
        .map(|it| format!("\"{it}\""))
        .collect();
    let among = if found.read < found.total {
        format!("none of the first {} of {} hosts", found.read, found.total)
    } else {
        format!("none of {} hosts", found.total)
    };
    Check::warning(
        Name::ProtectedHosts,
        format!("{} means {among}", quoted.join(", ")),
    )
    .means(
        "A pattern that means no host protects none: callers may isolate what it was written for.",
    )
    .try_this(
        "Correct it in tasks.protected_hosts, or see that the account may read the hosts that it \
         means. A pattern is a whole id, name or address, or group:<name>; * stands for any run of \
         characters.",
    )
}
