//! What the page at `/docs` shows of what people write in `openapi/README.md`.
//!
//! The program cannot hold the whole document for three of its tables, so it has them as data.

use std::io;

use serde_json::{Map, Value, json};

use super::by_hand::ByHand;
use crate::chart::generated::File;
use crate::repository::root;

const SOURCE: &str = "openapi/README.md";
const PLACE: &str = "service/src/doors/rest/docs/written.json";

/// The file that the program embeds, as it must be.
///
/// # Errors
/// When the document cannot be read or lacks one of the tables.
pub fn file() -> io::Result<File> {
    let text = std::fs::read_to_string(root().join(SOURCE))?;
    let problems = rows(&text, "| code | status |")?;
    let by_hand = ByHand::read(&problems.join("\n"));
    let advice: Map<String, Value> = problems
        .iter()
        .filter_map(|it| it.split('`').nth(1))
        .map(|it| (it.to_owned(), by_hand.of(it).into()))
        .collect();
    let data = json!({
        "advice": advice,
        "states": named(&rows(&text, "| state | over | rests on |")?, ["state", "over", "restsOn"]),
        "bounds": named(&rows(&text, "| what | bound | beyond it |")?, ["what", "bound", "beyond"]),
    });
    Ok(File {
        path: root().join(PLACE),
        content: format!("{data:#}\n"),
    })
}

/// The rows of the table whose heading begins so.
fn rows<'a>(text: &'a str, heading: &str) -> io::Result<Vec<&'a str>> {
    let mut lines = text.lines().skip_while(|it| !it.starts_with(heading));
    if lines.next().is_none() {
        return Err(io::Error::other(format!("{SOURCE} has no table {heading}")));
    }
    Ok(lines.skip(1).take_while(|it| it.starts_with('|')).collect())
}

/// The cells of rows, by names.
fn named(rows: &[&str], names: [&str; 3]) -> Value {
    let row = |line: &&str| {
        let cells = line.trim_matches('|').split(" | ").map(str::trim);
        let named = names.iter().zip(cells);
        Value::Object(
            named
                .map(|(name, it)| ((*name).to_owned(), it.into()))
                .collect(),
        )
    };
    rows.iter().map(row).collect()
}
