//! The program in Python that several products share.

use serde_json::{Map, Value};

use crate::offer::Offer;

/// Asks the gateway and waits for the end; it stands in each product's folder, since none of them
/// can reach into another's.
///
/// The table behind it is JSON of texts and objects alone, which is Python too.
pub(crate) fn gateway(offers: &[Offer]) -> String {
    let kinds = |offer: &Offer| {
        let fields = offer.fields.iter();
        let kinds = fields.map(|it| (it.name.clone(), Value::from(it.kind.name())));
        Value::Object(kinds.collect())
    };
    let table = offers.iter().map(|it| (it.action.to_string(), kinds(it)));
    let table: Map<String, Value> = table.collect();
    let table = literal(&Value::Object(table));
    format!("{}FIELDS = {table}\n", include_str!("python/gateway.py"))
}

/// A module with a table in it, of texts, lists and objects alone.
pub(crate) fn table(about: &str, name: &str, table: &Value) -> String {
    format!("\"\"\"{about}\"\"\"\n\n{name} = {}\n", literal(table))
}

fn literal(table: &Value) -> String {
    serde_json::to_string_pretty(table).expect("a value is JSON")
}
