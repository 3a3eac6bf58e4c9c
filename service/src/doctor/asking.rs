//! What the questions of an examination have in common.

use ksc::{Error, Kind};

pub(super) const HOST_ID: &str = "KLHST_WKS_HOSTNAME";
pub(super) const HOST_SEEN: &str = "KLHST_WKS_LAST_VISIBLE";

/// Whether an error says that KSC need not be asked on.
pub(super) fn is_final(error: &Error) -> bool {
    match error.kind() {
        Kind::Unavailable | Kind::CredentialsRefused | Kind::SecondFactor => true,
        Kind::AccessDenied | Kind::NotFound | Kind::Refused | Kind::Protocol | Kind::NoSuchCall => {
            false
        }
    }
}

/// `X-KSC-RequestId` of every call: it finds the examination in KSC's traces.
pub(super) const REQUEST_ID: &str = "edr-gateway-doctor";

/// An error with its causes, in one line.
pub(super) fn said(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(it) = cause {
        let said = it.to_string();
        // Libraries like to repeat in an error what its cause says.
        if !text.ends_with(&said) {
            text = format!("{text}: {said}");
        }
        cause = it.source();
    }
    text
}
