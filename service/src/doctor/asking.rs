//! What the questions to KSC have in common.

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
