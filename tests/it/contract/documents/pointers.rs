//! Where code, settings, alerts and texts of the program send their reader to a heading of a
//! document (`deploy/README.md, "Troubleshooting"`), it is there.

use acceptance::repository::{read, root};

use super::markdown::{Document, files};

/// The documents and headings that a text names.
fn pointers(text: &str) -> Vec<(String, String)> {
    // As it is read: a string that goes on in the next line, a comment filled over two.
    let text = text.replace("\\\n", "\n").replace("\\\"", "\"");
    let lines = text.lines().map(|line| {
        let line = line.trim_start();
        let starts = ["//! ", "/// ", "// ", "# "];
        let rest = starts.iter().find_map(|it| line.strip_prefix(it));
        rest.unwrap_or(line).trim_end()
    });
    let text = lines.collect::<Vec<_>>().join(" ");
    let mut found = Vec::new();
    for (before, behind) in text.match_indices(".md, \"").map(|(at, it)| {
        let (before, behind) = text.split_at(at);
        (before, &behind[it.len()..])
    }) {
        let is_path = |it: char| it.is_ascii_alphanumeric() || matches!(it, '/' | '.' | '-' | '_');
        let start = before.rfind(|it| !is_path(it)).map_or(0, |at| at + 1);
        // A path that begins with a character of more than one byte is none of ours.
        let path = before.get(start..).unwrap_or_default();
        let heading = behind.split('"').next().unwrap_or_default();
        found.push((format!("{path}.md"), heading.to_owned()));
    }
    found
}

#[test]
fn every_heading_that_is_pointed_to_is_there() {
    let endings = [
        "rs",
        "yaml",
        "toml",
        "json",
        "txt",
        "tpl",
        "Dockerfile",
        "md",
    ];
    let mut count = 0;
    let mut wrong = Vec::new();
    for path in files(&endings) {
        // These are the examples.
        if path.ends_with("documents/pointers.rs") {
            continue;
        }
        // Bytes that are no text point nowhere.
        let Ok(text) = std::fs::read_to_string(&path) else {
            continue;
        };
        for (document, heading) in pointers(&text) {
            count += 1;
            let there = root().join(&document).is_file()
                && Document::parse(&read(&document))
                    .headings
                    .contains(&heading);
            if !there {
                wrong.push(format!("{}: {document}, {heading:?}", path.display()));
            }
        }
    }

    assert!(count >= 4, "{count}");
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn a_pointer_is_read_across_the_end_of_a_line() {
    let text = "    \"Copy it (deploy/README.md, \\\"Pin the \\\n     certificate\\\") and\"";
    let comment = "# see deploy/README.md, \"Several\n# replicas\".";

    let expected = |heading: &str| vec![("deploy/README.md".to_owned(), heading.to_owned())];
    assert_eq!(pointers(text), expected("Pin the certificate"));
    assert_eq!(pointers(comment), expected("Several replicas"));
}
