//! Scripts for whoever has nothing else: bash, Python, JavaScript, PowerShell.
//!
//! They are the same for every action; what a field holds stands in a file that they read.

use serde_json::Value;

use crate::file::File;
use crate::offer::{Offer, by_field};
use vocabulary::requests::fields::Kind;

/// The folder.
pub(crate) fn files(offers: &[Offer]) -> Vec<File> {
    vec![
        File::text("scripts/README.md", include_str!("scripts/README.md")),
        File::text("scripts/edr.sh", include_str!("scripts/edr.sh")),
        File::text("scripts/edr.py", include_str!("scripts/edr.py")),
        File::text("scripts/edr.mjs", include_str!("scripts/edr.mjs")),
        File::text("scripts/edr.ps1", include_str!("scripts/edr.ps1")),
        File::json("scripts/fields.json", &kinds(offers)),
    ]
}

/// By action and field: `text`, which is taken as it is, or `json`, which is read.
fn kinds(offers: &[Offer]) -> Value {
    by_field(offers, |field| match field.kind {
        Kind::Text | Kind::Word(_) => "text",
        Kind::Number | Kind::Flag | Kind::Texts | Kind::Words(_) | Kind::Objects => "json",
    })
}
