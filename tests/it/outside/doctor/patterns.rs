//! The patterns of protected hosts.

use acceptance::WS_042;
use edr_gateway::doctor::{CheckResult, Name};
use ksc_simulator::{Fault, FaultKind};

use super::installation::{Installation, expect, expect_failed, one};

#[tokio::test(flavor = "multi_thread")]
async fn protected_patterns_that_mean_no_host_are_named() {
    let it = Installation::new().await;
    for (patterns, unmatched) in [
        ("WS-042", &[][..]),
        ("ws-04*, *042", &[]),
        (WS_042, &[]),
        ("group:managed devices, ws-*", &[]),
        ("group:Managed*", &[]),
        ("ws042", &["ws042"]),
        ("ws-42, ws-042", &["ws-42"]),
        ("10.255.255.255", &["10.255.255.255"]),
        ("ws-042.other.example", &["ws-042.other.example"]),
        ("group:Domain Controller", &["group:Domain Controller"]),
        ("Domain Controllers", &["Domain Controllers"]),
        (
            "*.nowhere, group:Nobody, ws-*",
            &["*.nowhere", "group:Nobody"],
        ),
    ] {
        let report = it.examine(&[("tasks.protected_hosts", patterns)]).await;
        let expected = if unmatched.is_empty() {
            CheckResult::Ok
        } else {
            CheckResult::Warning
        };
        let check = one(&report, Name::ProtectedHosts);
        assert_eq!(check.outcome(), expected, "{patterns}: {check:?}");
        for pattern in patterns.split(", ") {
            let named = check.finding().contains(&format!("\"{pattern}\""));
            assert_eq!(named, unmatched.contains(&pattern), "{patterns}: {check:?}");
        }
        expect_failed(&report, &[]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn groups_that_ksc_does_not_tell_leave_the_patterns_in_doubt() {
    let it = Installation::new().await;
    it.sim.faults().push(Fault::on(
        "HostGroup.GetGroupInfo",
        FaultKind::pxg("KLSTD", 1184),
    ));

    let report = it
        .examine(&[("tasks.protected_hosts", "group:Nobody")])
        .await;

    expect(
        &report,
        Name::ProtectedHosts,
        CheckResult::Warning,
        "could not be looked for",
    );
}
