//! Each endpoint by itself, up to the end of the TLS handshake.
//!
//! Calls go to the first endpoint that works, so a second one that does not would be noticed in the
//! very night in which it is needed. The password goes to one endpoint only, with the login:
//! whether another would take it as well is not looked at, since KSC counts wrong ones.

use futures_util::future::join_all;
use ksc::Settings;
use trust::probe::{Flaw, Obstacle, Reached, probe};
use trust::{Fingerprint, place};
use url::Url;

use super::asking::said;
use super::report::{Check, CheckResult, Name};
use crate::config;

/// Looks at all of them at once: they have nothing to do with each other.
pub(super) async fn check(client: &Settings) -> Vec<Check> {
    let look = |it| probe(&client.trust, None, it, client.connection_timeout);
    let looks = join_all(client.endpoints.iter().map(look)).await;
    let works = looks.iter().any(Result::is_ok);
    client
        .endpoints
        .iter()
        .zip(looks)
        .map(|(endpoint, look)| {
            let check = match look {
                Ok(reached) => fine(&reached, !client.trust.pins().is_empty()),
                Err(obstacle) => bad(&obstacle, works, client.trust.pins().first()),
            };
            check.of(place(endpoint))
        })
        .collect()
}

/// None of them was looked at.
pub(super) fn skipped(settings: &config::Ksc, because: &str) -> Vec<Check> {
    let skip = |it: &Url| Check::skipped(Name::Endpoint, because).of(place(it));
    settings.endpoints.iter().map(skip).collect()
}

fn fine(reached: &Reached, pinned: bool) -> Check {
    let protocol = reached.protocol.replace('_', ".").replace("TLSv", "TLS ");
    let certificate = if pinned {
        "the certificate is the pinned one".to_owned()
    } else {
        format!(
            "the certificate is accepted: {} (SHA-256)",
            reached.presented
        )
    };
    Check::ok(Name::Endpoint, format!("{protocol}, {certificate}"))
}

fn bad(obstacle: &Obstacle, another_works: bool, pin: Option<&Fingerprint>) -> Check {
    let finding = said(obstacle);
    let failed = |finding: String| Check::failed(Name::Endpoint, finding);
    // The passive node of a failover cluster does not listen, and that is as it should be.
    let unreachable = |finding: String| {
        let check = Check::failed_unless(another_works, Name::Endpoint, finding);
        if check.outcome() == CheckResult::Warning {
            check.means(
                "The gateway works with another endpoint and cannot fall back on this one. That is \
                 as it should be for the passive node of a failover cluster only.",
            )
        } else {
            check.means("The gateway cannot reach KSC.")
        }
    };
    match obstacle {
        Obstacle::Name { .. } => failed(finding)
            .means("The name in backends.<alias>.endpoints is unknown on this machine.")
            .try_this("Correct the name, or make it known to the DNS that this machine asks."),
        Obstacle::Refused => unreachable(finding).try_this(
            "Check that the Administration Server runs and that the port is that of its OpenAPI \
             (13299 unless changed).",
        ),
        Obstacle::Silent { .. } | Obstacle::Network { .. } => unreachable(finding).try_this(
            "Check firewalls and network policies between this machine and KSC: packets to this \
             port are lost, or whoever listens there does not answer.",
        ),
        Obstacle::NotTls => failed(finding)
            .means("Something else than the OpenAPI of KSC listens there.")
            .try_this("Correct the port: the OpenAPI of KSC is on 13299 unless changed."),
        Obstacle::HungUp { .. } => failed(finding)
            .means("Something listens there and ends the connection before TLS stands.")
            .try_this(
                "Correct the port (13299 unless changed); look for a proxy or firewall on the way \
                 that does not let TLS through.",
            ),
        Obstacle::Tls { .. } => failed(finding)
            .means("The gateway speaks TLS 1.2 and 1.3, and this end does not agree to either.")
            .try_this("Allow TLS 1.2 on the Administration Server."),
        Obstacle::Certificate {
            presented, flaw, ..
        } => certificate(*flaw, presented.as_ref(), pin, &finding),
    }
}

fn certificate(
    flaw: Flaw,
    presented: Option<&Fingerprint>,
    pin: Option<&Fingerprint>,
    said: &str,
) -> Check {
    let shown = presented.map_or_else(|| "an unknown one".to_owned(), ToString::to_string);
    let finding = match (flaw, pin) {
        (Flaw::NotThePinned, Some(pin)) => format!(
            "the certificate is not the pinned one; presented {shown}, pinned {pin} (SHA-256)"
        ),
        (_, _) => format!("{said}; presented {shown} (SHA-256)"),
    };
    let check = Check::failed(Name::Endpoint, finding);
    match flaw {
        Flaw::NotThePinned => check
            .means(
                "Either the certificate of KSC was renewed, or this is not your KSC. No password \
                 has been sent to it.",
            )
            .try_this(
                "Compare the presented fingerprint with klserver.cer on the Administration Server \
                 itself. If they are equal, copy that file to backends.<alias>.pinned_certificate_file and \
                 restart the gateway. If not, somebody stands between you and KSC.",
            ),
        Flaw::Signature => check
            .means(
                "A signature does not fit: the server does not hold the key of the certificate \
                 that it shows, or the authority has another key than the one in backends.<alias>.ca_file.",
            )
            .try_this(
                "Give the authority's present certificate in backends.<alias>.ca_file. If a pinned certificate \
                 is copied by somebody without its key, somebody stands between you and KSC.",
            ),
        Flaw::UnknownIssuer => check
            .means("No authority that the gateway trusts has signed this certificate.")
            .try_this(
                "Give the authority that signed it in backends.<alias>.ca_file, or pin the certificate itself \
                 with backends.<alias>.pinned_certificate_file after comparing its fingerprint.",
            ),
        Flaw::Expired => check
            .means("The certificate was good until a date that is past, by this machine's clock.")
            .try_this("Renew KSC's certificate, or set this machine's clock right."),
        Flaw::NotYetValid => check
            .means("The certificate is good from a date that is still to come, by this machine's clock.")
            .try_this("Set this machine's clock right."),
        Flaw::OtherName => check
            .means("The certificate is for another name than the one in backends.<alias>.endpoints.")
            .try_this(
                "Use a name of the certificate in backends.<alias>.endpoints, have one made for this name, or \
                 pin it.",
            ),
        Flaw::SelfMade => check
            .means("KSC has made this certificate for itself: no authority can vouch for it.")
            .try_this(
                "Compare the fingerprint with klserver.cer on the Administration Server, and set \
                 backends.<alias>.pinned_certificate_file to a copy of that file instead of backends.<alias>.ca_file.",
            ),
        Flaw::Other => check
            .means("The certificate cannot be verified.")
            .try_this(
                "Pin it with backends.<alias>.pinned_certificate_file after comparing its fingerprint with \
                 klserver.cer on the Administration Server.",
            ),
    }
}
