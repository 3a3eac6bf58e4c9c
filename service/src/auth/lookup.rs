//! A claim by the name that the settings give it.
//!
//! Names of claims hold dots themselves, as addresses do (`https://soc.example/roles`), and so do
//! names of clients within them (`resource_access.edr.gateway.roles`). So a name is tried as a
//! whole first, and then parted at its dots, the longest name in front; what is found first is the
//! claim. Names come from the settings and never from a token, so no token chooses what is read.

use serde_json::Value;

use super::claims::Claims;

/// The claim, unless it is not there or null.
pub(super) fn find<'a>(claims: &'a Claims, name: &str) -> Option<&'a Value> {
    within(claims, name).filter(|it| !it.is_null())
}

fn within<'a>(claims: &'a Claims, name: &str) -> Option<&'a Value> {
    if let Some(value) = claims.get(name) {
        return Some(value);
    }
    name.rmatch_indices('.').find_map(|(dot, _)| {
        let inner = claims.get(&name[..dot])?.as_object()?;
        within(inner, &name[dot + 1..])
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_name_is_tried_as_a_whole_and_then_along_its_dots() {
        let claims = json!({
            "a.b": 1,
            "a": {"b": 2, "c": 3, "d.e": 4, "d": {"e": 5, "f": 6}},
            "https://soc.example/roles": 7,
            "resource_access": {"edr.gateway": {"roles": 8}, "edr": {"gateway": {"roles": 9, "x": 10}}},
            "text": "a.b",
            "none": null,
            "deep": {"none": null}
        });
        let claims = claims.as_object().expect("an object");
        for (name, wanted) in [
            ("a.b", Some(1)),
            ("a.c", Some(3)),
            ("a.d.e", Some(4)),
            ("a.d.f", Some(6)),
            ("https://soc.example/roles", Some(7)),
            ("resource_access.edr.gateway.roles", Some(8)),
            ("resource_access.edr.gateway.x", Some(10)),
            ("text.b", None),
            ("a.b.c", None),
            ("none", None),
            ("deep.none", None),
            ("", None),
            (".", None),
            ("a.", None),
            (".b", None),
        ] {
            let found = find(claims, name).and_then(Value::as_i64);
            assert_eq!(found, wanted, "{name}");
        }
    }
}
