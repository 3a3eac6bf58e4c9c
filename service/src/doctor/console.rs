//! Whether a service console is connected: without one, no incident becomes a task.

use ksc::{IsAnyServiceConsoleAvailable, Kind, Lease};

use super::asking::is_final;
use super::asking::{REQUEST_ID, said};
use super::report::{Check, Name};
use crate::config;

const SWITCH: &str = "Switch on the background connection between the Administration Server and \
     the Web Console, in the Integration section of the Web Console's settings, and check that the \
     background service of the Web Console runs.";

/// Asks, and says what serving makes of the answer.
pub(super) async fn check(lease: &mut Lease, settings: &config::KscTasks) -> Check {
    let required = settings.require_service_console;
    let error = match lease.call(&IsAnyServiceConsoleAvailable, REQUEST_ID).await {
        // It makes the tasks by an account of its own. When none appears although incidents are
        // taken, that account's rights are a suspect.
        Ok(true) => {
            return Check::ok(
                Name::ServiceConsole,
                "one is connected; whether its own account (NWCSvcUser…) has the rights to make tasks of Kaspersky Endpoint Security cannot be seen from here",
            );
        }
        Ok(false) => {
            let check = Check::failed_unless(!required, Name::ServiceConsole, "none is connected");
            let meaning = if required {
                "KSC would store requests and nothing would happen, so the gateway refuses every \
                 new task with service_console_unavailable."
            } else {
                "The gateway takes new tasks (backends.<alias>.require_service_console is false), and each \
                 waits until a console is connected: it can fire hours later."
            };
            return check.means(meaning).try_this(SWITCH);
        }
        Err(error) => error,
    };
    let finding = format!("KSC does not say: {}", said(&error));
    if matches!(error.kind(), Kind::NoSuchCall) {
        return Check::warning(Name::ServiceConsole, finding)
            .means(
                "This server does not know the question. The gateway goes on without knowing, and \
                 warns each caller: without a console a task waits, and can fire later.",
            )
            .try_this(SWITCH);
    }
    let last = is_final(&error);
    let check = Check::failed_unless(!required && !last, Name::ServiceConsole, finding);
    let check = if last || !required {
        check.means("Whether tasks come of requests is not known.")
    } else {
        check.means(
            "The gateway refuses every new task while it cannot tell (backends.<alias>.require_service_console).",
        )
    };
    check
        .try_this(match error.kind() {
            Kind::AccessDenied => {
                "Give the account a role with Read in \"General features: Basic functionality\"."
            }
            Kind::Unavailable
            | Kind::CredentialsRefused
            | Kind::SecondFactor
            | Kind::NotFound
            | Kind::Refused
            | Kind::Protocol
            | Kind::NoSuchCall => {
                "Look at the log of the Administration Server, then run this again."
            }
        })
        .and_no_more(last)
}
