//! What stands around the rules in an answer.

use serde_json::{Map, Value};

/// Takes `{"response": {"settings": …}}` and `{"settings": …}` off.
///
/// A wrapper that holds anything beside is not one that is known: it could say that there is more.
pub(super) fn unwrapped(mut value: Value) -> Option<Value> {
    if let Some(members) = value.as_object_mut()
        && members.contains_key("response")
    {
        let inner = sole(members, "response")?;
        // The form that was seen has both.
        inner.get("settings")?;
        value = inner;
    }
    if let Some(members) = value.as_object_mut()
        && members.contains_key("settings")
    {
        return sole(members, "settings");
    }
    Some(value)
}

/// A member that stands alone.
pub(super) fn sole(members: &mut Map<String, Value>, name: &str) -> Option<Value> {
    let value = members.remove(name)?;
    members.is_empty().then_some(value)
}
