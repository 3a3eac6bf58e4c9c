//! The last column of a table, where people write it and the rest is made.
//!
//! What to do about a problem or an alert is nowhere in the code. It stands in the table itself, by
//! the name in the row's first cell, and is kept when the table is made anew. A new row has an
//! empty cell, which a test does not let pass.

use std::collections::BTreeMap;

/// What is written by hand in a table, by the name of the row.
#[derive(Debug, Default)]
pub struct ByHand(BTreeMap<String, String>);

impl ByHand {
    /// Of a table as it stands.
    #[must_use]
    pub fn read(table: &str) -> Self {
        let row = |line: &str| {
            let cells = line.strip_prefix("| `")?.strip_suffix(" |")?;
            let (name, _) = cells.split_once('`')?;
            let (_, last) = cells.rsplit_once(" | ")?;
            Some((name.to_owned(), last.trim().to_owned()))
        };
        Self(table.lines().filter_map(row).collect())
    }

    /// What is written in the row of this name; nothing in a new one.
    #[must_use]
    pub fn of(&self, name: &str) -> &str {
        self.0.get(name).map_or("", String::as_str)
    }

    /// Whether there is a row of this name.
    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }

    /// The rows in which nothing is written.
    pub fn empty(&self) -> impl Iterator<Item = &str> {
        let empty = self.0.iter().filter(|(_, text)| text.is_empty());
        empty.map(|(name, _)| name.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_cell_is_kept_whatever_stands_before_it() {
        let table = "| code | meaning | do |\n| --- | --- | --- |\n\
                     | `a` | x | Ask `GET /v1/x?a\\|b`. |\n| `b` | y |  |\n";

        let by_hand = ByHand::read(table);

        assert_eq!(by_hand.of("a"), "Ask `GET /v1/x?a\\|b`.");
        assert_eq!(by_hand.of("c"), "");
        assert!(by_hand.has("b") && !by_hand.has("c"));
        assert_eq!(by_hand.empty().collect::<Vec<_>>(), ["b"]);
    }
}
