//! YAML whose members stand in the order in which people read them, which JSON does not keep.

use yaml_serde::{Mapping, Value};

/// A mapping, in this order.
pub(crate) fn map<'a>(members: impl IntoIterator<Item = (&'a str, Value)>) -> Value {
    let members = members.into_iter().map(|(name, it)| (name.into(), it));
    Value::Mapping(members.collect::<Mapping>())
}
