//! The program in Python that several products share.

use serde_json::Value;

use crate::offer::{Offer, by_field};

/// Asks the gateway and waits for the end; it stands in each product's folder, since none of them
/// can reach into another's.
///
/// The table behind it is JSON of texts and objects alone, which is Python too.
pub(crate) fn gateway(offers: &[Offer]) -> String {
    let table = literal(&by_field(offers, |it| it.kind.name()));
    format!("{}FIELDS = {table}\n", include_str!("python/gateway.py"))
}

/// A module with a table in it, of texts, lists and objects alone.
pub(crate) fn table(about: &str, name: &str, table: &Value) -> String {
    format!("\"\"\"{about}\"\"\"\n\n{name} = {}\n", literal(table))
}

fn literal(table: &Value) -> String {
    serde_json::to_string_pretty(table).expect("a value is JSON")
}
