//! What was in the way, in words.

use serde::Serialize;
use trust::probe::{Flaw, Obstacle, Stage};

use super::super::printed::with_causes;

/// What was in the way.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Hindrance {
    pub(super) stage: &'static str,
    pub(super) reason: String,
}

impl Hindrance {
    pub(super) fn of(obstacle: &Obstacle) -> Self {
        Self {
            stage: stage(obstacle),
            reason: with_causes(obstacle),
        }
    }
}

fn stage(obstacle: &Obstacle) -> &'static str {
    match obstacle {
        Obstacle::Name { .. } => "name",
        Obstacle::Refused | Obstacle::Network { .. } => "tcp",
        Obstacle::Silent { stage, .. } => match stage {
            Stage::Name => "name",
            Stage::Connect => "tcp",
            Stage::Handshake => "handshake",
        },
        Obstacle::Certificate { .. } => "certificate",
        Obstacle::NotTls | Obstacle::HungUp { .. } | Obstacle::Tls { .. } => "handshake",
    }
}

/// What to do about a certificate.
pub(super) fn mend(flaw: Flaw) -> &'static str {
    match flaw {
        Flaw::UnknownIssuer | Flaw::SelfMade | Flaw::NotThePinned => {
            "Compare the fingerprint with the one in the server's console; if they are the same, give that certificate with --pinned."
        }
        Flaw::Expired | Flaw::NotYetValid => {
            "Renew it on the server, unless the clock of this machine is wrong."
        }
        Flaw::OtherName => "Give an address that the certificate is for, or pin the certificate.",
        Flaw::Signature => {
            "Compare the fingerprint with the one in the server's console: the server does not hold its key, or an authority of the same name is meant."
        }
        Flaw::Other => "Ask the administrator of the server.",
    }
}
