//! What is learnt about a request on its way, for its log line and its audit line.

use actix_web::{HttpMessage, HttpRequest};

use crate::audit::Trail;

/// Adds to the notes on a request.
pub fn note(request: &HttpRequest, write: impl FnOnce(&mut Trail)) {
    let mut extensions = request.extensions_mut();
    if !extensions.contains::<Trail>() {
        extensions.insert(Trail::default());
    }
    if let Some(trail) = extensions.get_mut::<Trail>() {
        write(trail);
    }
}

/// Takes the notes at the end.
pub(super) fn take(request: &HttpRequest) -> Trail {
    request
        .extensions_mut()
        .remove::<Trail>()
        .unwrap_or_default()
}
