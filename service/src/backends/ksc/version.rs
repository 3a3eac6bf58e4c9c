//! Whether a KSC answers, and which version it is.

use ksc::{GetStaticInfo, Kind, Lease};

use super::fault;
use crate::problem::Problem;

/// The version in full, such as `15.1.0.20748` (KSCAPI 16, `HostGroup.GetStaticInfo`).
const VERSION: &str = "KLADMSRV_PRODUCT_FULL_VERSION";

/// Longer ones are not shown: nobody writes a version so.
const MOST: usize = 32;

/// Asks a question that any account may ask. A no is an answer, too: who may not know the version
/// may be served all the same.
///
/// # Errors
/// When KSC cannot be asked.
pub(super) async fn ask(lease: &mut Lease, request_id: &str) -> Result<Option<String>, Problem> {
    let call = GetStaticInfo { values: &[VERSION] };
    match lease.call(&call, request_id).await {
        Ok(facts) => {
            let version = facts.str(VERSION).map(str::trim);
            // It is shown to callers, and is what KSC says.
            let is_one = |it: &&str| {
                (1..=MOST).contains(&it.len())
                    && it.bytes().all(|it| it.is_ascii_digit() || it == b'.')
            };
            Ok(version.filter(is_one).map(str::to_owned))
        }
        Err(error) => match error.kind() {
            Kind::AccessDenied | Kind::NotFound | Kind::Refused | Kind::NoSuchCall => Ok(None),
            Kind::Unavailable | Kind::CredentialsRefused | Kind::SecondFactor | Kind::Protocol => {
                Err(fault::problem(&error, request_id))
            }
        },
    }
}
