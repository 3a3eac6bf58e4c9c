//! Whether two requests ask for the same.

use super::ledger::Fingerprint;
use crate::digest;
use vocabulary::task::Request;

/// The digest of everything that a request says. Two forms of one request, flat and native, have one
/// digest: they are the same request when it is parsed.
pub(super) fn of(request: &Request) -> Fingerprint {
    let area = request.area().map(vocabulary::task::Area::as_str);
    let members = (
        request.task(),
        request.host().as_str(),
        request.params(),
        area,
        request.severity().number(),
        request.comment(),
        request.external_id(),
    );
    digest::of(&members)
}
