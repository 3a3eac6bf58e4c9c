//! What is known of the client certificate, in words, and what cannot be.

use serde::Serialize;
use trust::inspect::{ClientAuthentication, Reaction};

/// What became of the client certificate.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ClientCertificate {
    /// Whether the file says that one is shown.
    in_file: bool,
    /// Whether the server has asked for one; nothing where it did not come so far.
    asked: Option<bool>,
    /// Whether one was sent.
    shown: bool,
    /// What the server did then.
    outcome: ClientOutcome,
    /// The same in words.
    pub(super) word: String,
}

/// What a server did after it had asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
enum ClientOutcome {
    /// It did not come so far.
    Unknown,
    /// It did not ask.
    NotAsked,
    /// It went on.
    WentOn,
    /// It said that it refuses.
    Refused,
    /// It hung up.
    HungUp,
    /// It said nothing for a moment.
    Silent,
}

impl ClientCertificate {
    /// Before there was any handshake.
    pub(super) fn unknown(in_file: bool) -> Self {
        Self {
            in_file,
            asked: None,
            shown: false,
            outcome: ClientOutcome::Unknown,
            word: "not known: it did not come so far".to_owned(),
        }
    }

    /// After a handshake.
    pub(super) fn of(
        told: &ClientAuthentication,
        in_file: bool,
        is_given: bool,
        is_accepted: bool,
    ) -> Self {
        let Some(asked) = told.asked else {
            return Self::unknown(in_file);
        };
        let outcome = match &told.reaction {
            Reaction::None if asked => ClientOutcome::Unknown,
            Reaction::None => ClientOutcome::NotAsked,
            Reaction::WentOn => ClientOutcome::WentOn,
            Reaction::Refused(_) => ClientOutcome::Refused,
            Reaction::HungUp => ClientOutcome::HungUp,
            Reaction::Silent(_) => ClientOutcome::Silent,
        };
        let mut word = if !asked {
            "the server does not ask for one".to_owned()
        } else if told.shown {
            shown(&told.reaction)
        } else if is_accepted {
            not_shown(&told.reaction)
        } else {
            "the server asks for one, and gets none: it is not trusted".to_owned()
        };
        word.push_str(match (asked, in_file, is_given) {
            (false, true, _) => ", though the file says UseClientPinnedCertificate=Yes",
            (true, false, _) => {
                "; the file says UseClientPinnedCertificate=No, so that a device shows none"
            }
            (true, true, false) => "; give the one that the devices have with --client-certificate",
            (false, false, _) | (true, true, true) => "",
        });
        Self {
            in_file,
            asked: told.asked,
            shown: told.shown,
            outcome,
            word,
        }
    }
}

fn shown(reaction: &Reaction) -> String {
    match reaction {
        Reaction::WentOn => "the server takes it in the handshake; whether it lets the device in by it is seen only when the device speaks".to_owned(),
        Reaction::Refused(alert) => format!("the server refuses it ({alert})"),
        Reaction::HungUp => "the server hangs up when it has it, without saying why".to_owned(),
        Reaction::Silent(waited) => format!(
            "sent; within {} ms the server did not refuse it, which proves little: TLS 1.3 says nothing where it is taken",
            waited.as_millis()
        ),
        Reaction::None => "the handshake broke off; whether the server has looked at it is not known".to_owned(),
    }
}

fn not_shown(reaction: &Reaction) -> String {
    match reaction {
        Reaction::WentOn => "the server asks for one and goes on without".to_owned(),
        Reaction::Refused(alert) => format!("the server insists on one ({alert})"),
        Reaction::HungUp => "the server asks for one, and hangs up when it gets none".to_owned(),
        Reaction::Silent(waited) => format!(
            "the server asks for one; within {} ms it did not insist, which proves little",
            waited.as_millis()
        ),
        Reaction::None => "the server asks for one; the handshake broke off".to_owned(),
    }
}
