//! A request of unknown fate.

use std::sync::Arc;

use super::age::Age;
use crate::intake::receipt::SentRequest;

/// A request of which nobody knows whether it has arrived.
#[derive(Debug, Clone)]
pub(in crate::intake) struct LostRequest {
    /// What may have arrived.
    pub(in crate::intake) sent: Arc<SentRequest>,
    /// For how long that is not known. The back end may have been at work on it until then, however
    /// long before it left.
    pub(in crate::intake) age: Age,
}
