//! The login: once, whatever comes of it.

use std::sync::Arc;

use ksc::{Error, Lease, Pool, PxgError, SetupError};

use super::asking::said;
use super::report::{Check, Name};
use crate::config;

/// The client cannot even be made.
pub(super) fn impossible(error: &SetupError) -> Check {
    Check::failed(Name::Login, said(error))
        .means("The gateway does not start.")
        .try_this(
            "Without backends.<alias>.ca_file and backends.<alias>.pinned_certificate_file the system's root certificates \
             are needed: install them, or set one of the two.",
        )
}

/// Opens a session.
pub(super) async fn check(pool: &Arc<Pool>, settings: &config::Ksc) -> (Check, Option<Lease>) {
    match pool.lease().await {
        Ok(lease) => {
            let finding = format!("logged in as {}", settings.username);
            (Check::ok(Name::Login, finding), Some(lease))
        }
        Err(error) => (refused(&error, settings.internal), None),
    }
}

fn refused(error: &Error, internal: bool) -> Check {
    let failed = |finding: String| Check::failed(Name::Login, finding);
    let cannot = "The gateway cannot log in: it stays unready and answers every task with 503.";
    match error {
        Error::CredentialsRefused {
            reason: Some(reason),
            ..
        } if is_blocked(reason) => failed(format!("the account is blocked ({reason})"))
            .means("Too many wrong passwords were tried on it, by the gateway or by others.")
            .try_this(
                "Unblock the account in KSC, stop whoever tries wrong passwords, and check \
                 backends.<alias>.password_file before the next try.",
            ),
        Error::CredentialsRefused { reason, .. } => {
            let word = reason.as_ref().map(|it| format!(" ({it})"));
            failed(format!(
                "KSC refuses the account or its password{}",
                word.unwrap_or_default()
            ))
            .means(format!(
                "{cannot} It was tried once and not again: KSC blocks an account after too many \
                 wrong passwords, and may have done so already."
            ))
            .try_this(format!(
                "Check backends.<alias>.username and the content of backends.<alias>.password_file. backends.<alias>.internal is {internal}, \
                 which means a user of {}: for one of {} set it to {}. Then run this again, once.",
                if internal { "KSC's own" } else { "Windows or the domain" },
                if internal { "Windows or the domain" } else { "KSC's own" },
                !internal,
            ))
        }
        Error::SecondFactor { .. } => failed("KSC asks for a second factor".to_owned())
            .means(format!("{cannot} The half-open session was ended."))
            .try_this(
                "Exclude the account from two-step verification, in the properties of the \
                     Administration Server.",
            ),
        Error::Login { source } => not_judged(source),
        Error::Password { .. }
        | Error::NoLease { .. }
        | Error::Draining
        | Error::Connect { .. }
        | Error::Untrusted { .. }
        | Error::Timeout { .. }
        | Error::Lost { .. }
        | Error::Http { .. }
        | Error::TooLarge { .. }
        | Error::Malformed { .. }
        | Error::Ksc(_)
        | Error::SessionLost => not_judged(error),
    }
}

/// `SPLERR_ACCOUNT_BLOCKED`; its module is written both ways.
fn is_blocked(reason: &PxgError) -> bool {
    reason.is("KLSPL", 2013) || reason.is("SPL", 2013)
}

/// KSC has said nothing on the credentials.
fn not_judged(error: &Error) -> Check {
    let failed = Check::failed(Name::Login, said(error));
    match error {
        Error::Http { status: 404 } => failed
            .means("What listens there is no KSC with OpenAPI.")
            .try_this(
                "Correct the host and port in backends.<alias>.endpoints (13299 unless changed).",
            ),
        Error::Http { .. } | Error::Malformed { .. } | Error::TooLarge { .. } => failed
            .means(
                "KSC answered the login, but not as it is documented to: it may be starting, or \
                 something else answers in its place.",
            )
            .try_this(
                "If the server has just been started, wait a few minutes. Otherwise check host \
                 and port, and the log of the Administration Server.",
            ),
        Error::Ksc(_) => failed
            .means("KSC understood the login and refused it for a reason of its own.")
            .try_this(
                "Look the code up in KSC's documentation (OpenAPI, error numbers). KLSTD 1195: the \
                 server is starting or under maintenance; wait.",
            ),
        Error::Timeout { .. } | Error::Lost { .. } => failed
            .means("The connection stands, but KSC does not answer calls.")
            .try_this(
                "Look at the load and the log of the Administration Server; restart its service if \
                 it hangs.",
            ),
        Error::Password { .. }
        | Error::NoLease { .. }
        | Error::Draining
        | Error::CredentialsRefused { .. }
        | Error::SecondFactor { .. }
        | Error::Login { .. }
        | Error::Connect { .. }
        | Error::Untrusted { .. }
        | Error::SessionLost => failed
            .means("The login did not take place.")
            .try_this("Run this again; the lines above say what was found a moment earlier."),
    }
}
