//! Which tables stand in which document, and what the documents must hold.

use std::io;

use super::by_hand::ByHand;
use super::{manual, page, shipped, tables};
use crate::chart::generated::File;
use crate::repository::root;

/// A table of a document, between `<!-- name -->` and `<!-- /name -->`.
struct Table {
    document: &'static str,
    name: &'static str,
    /// Of the table as it stands.
    make: fn(&ByHand) -> io::Result<String>,
}

const TABLES: [Table; 5] = [
    Table {
        document: "deploy/SETTINGS.md",
        name: "settings",
        make: |_| Ok(tables::settings()),
    },
    Table {
        document: "deploy/METRICS.md",
        name: "metrics",
        make: |_| Ok(tables::metrics()),
    },
    Table {
        document: "deploy/README.md",
        name: "alerts",
        make: tables::alerts,
    },
    Table {
        document: "deploy/README.md",
        name: "failures",
        make: |by_hand| Ok(tables::failures(by_hand)),
    },
    Table {
        document: "openapi/README.md",
        name: "problems",
        make: |by_hand| Ok(tables::problems(by_hand)),
    },
];

/// The documents with tables, and the other files that are made of the code, as they must be.
///
/// # Errors
/// When one cannot be read, or has no place for a table.
pub fn files() -> io::Result<Vec<File>> {
    let mut files: Vec<File> = Vec::new();
    for table in TABLES {
        let path = root().join(table.document);
        let mut file = match files.pop_if(|it| it.path == path) {
            Some(file) => file,
            None => File {
                content: std::fs::read_to_string(&path).map_err(|error| {
                    io::Error::new(error.kind(), format!("{}: {error}", table.document))
                })?,
                path,
            },
        };
        let (before, old, after) = parts(&file.content, &table)?;
        let new = (table.make)(&ByHand::read(old))?;
        file.content = format!("{before}{new}{after}");
        files.push(file);
    }
    files.push(page::file()?);
    files.extend(shipped::files());
    files.extend(manual::files());
    Ok(files)
}

/// The rows of all tables in which nothing is written where people write: `document: name`.
///
/// # Errors
/// As for [`files`].
pub fn unwritten() -> io::Result<Vec<String>> {
    let mut unwritten = Vec::new();
    for table in TABLES {
        let text = std::fs::read_to_string(root().join(table.document))?;
        let (_, rows, _) = parts(&text, &table)?;
        let by_hand = ByHand::read(rows);
        unwritten.extend(
            by_hand
                .empty()
                .map(|it| format!("{}: {it}", table.document)),
        );
    }
    Ok(unwritten)
}

/// What stands before a table, in its place, and behind it.
fn parts<'a>(text: &'a str, table: &Table) -> io::Result<(&'a str, &'a str, &'a str)> {
    let (start, end) = (
        format!("<!-- {} -->\n", table.name),
        format!("<!-- /{} -->\n", table.name),
    );
    let place = || {
        let from = text.find(&start)? + start.len();
        let to = from + text[from..].find(&end)?;
        Some((&text[..from], &text[from..to], &text[to..]))
    };
    place().ok_or_else(|| {
        let (document, name) = (table.document, table.name);
        io::Error::other(format!("{document} has no place for the table of {name}"))
    })
}
