//! A list, however many pages it has.

use serde_json::Value;

use crate::gateway::Gateway;
use crate::gateway::failure::Failure;

/// The most that the gateway gives at a time.
const PAGE: usize = 200;

/// How many where nobody says.
pub(super) const USUAL: usize = 50;

/// The list at an address, up to so many; `member` is what the elements stand in. More than there
/// is room for stays where `nextCursor` says.
pub(super) async fn collect(
    gateway: &Gateway,
    path: &str,
    filters: &[(&str, String)],
    member: &str,
    most: usize,
) -> Result<Value, Failure> {
    let mut whole: Option<Value> = None;
    let mut cursor: Option<String> = None;
    let mut count = 0;
    loop {
        let limit = (most - count).min(PAGE).to_string();
        let mut query: Vec<(&str, &str)> = filters
            .iter()
            .map(|(name, value)| (*name, value.as_str()))
            .collect();
        query.push(("limit", &limit));
        if let Some(cursor) = &cursor {
            query.push(("cursor", cursor));
        }
        let page = gateway.get(path, &query).await?.body;
        count += page[member].as_array().map_or(0, Vec::len);
        let next = page["nextCursor"].as_str().map(str::to_owned);
        // A cursor that leads back to itself would lead there for ever.
        let leads_on = next.is_some() && next != cursor;
        whole = Some(match whole {
            Some(whole) => joined(whole, page, member),
            None => page,
        });
        if count >= most || !leads_on {
            return Ok(whole.unwrap_or_default());
        }
        cursor = next;
    }
}

/// Two pages as one: the elements of both, and what else the later one says.
fn joined(mut earlier: Value, mut later: Value, member: &str) -> Value {
    for list in [member, "unavailable", "unknownIds"] {
        let Some(Value::Array(mut all)) = earlier.get_mut(list).map(Value::take) else {
            continue;
        };
        if let Some(Value::Array(more)) = later.get_mut(list).map(Value::take) {
            all.extend(
                more.into_iter()
                    .filter(|it| list == member || !all.contains(it))
                    .collect::<Vec<_>>(),
            );
        }
        later[list] = Value::Array(all);
    }
    later
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn pages_are_one_list_and_nobody_is_said_to_be_away_twice() {
        let away = json!([{"backend": "branch"}]);
        let one = json!({"tasks": [1, 2], "nextCursor": "a", "unavailable": away});
        let two = json!({"tasks": [3], "unavailable": away});
        assert_eq!(
            joined(one, two, "tasks"),
            json!({"tasks": [1, 2, 3], "unavailable": away})
        );
    }
}
