//! `ConEvents.*`: whether the Web Console's background service is there.

use crate::calls::call::{Call, returns};
use serde_json::Value;

/// Whether any service console is connected.
pub(crate) fn is_any_service_console_available(call: &Call<'_>) -> Value {
    call.only(&[]);
    returns(call.world.knobs.console_connected)
}
