//! A document as its reader meets it: where its links lead, what its headings are called, and what
//! is there to be copied.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use acceptance::repository::root;
use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

/// What can be linked to in a document, and what it links to.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Document {
    /// The texts of its headings.
    pub(super) headings: BTreeSet<String>,
    /// Their names in an address, as GitHub makes them.
    pub(super) anchors: BTreeSet<String>,
    /// Where its links lead.
    pub(super) links: Vec<String>,
    /// Its blocks of code.
    pub(super) code: Vec<String>,
}

impl Document {
    pub(super) fn parse(text: &str) -> Self {
        let mut document = Self::default();
        let mut seen: BTreeMap<String, usize> = BTreeMap::new();
        let mut heading: Option<String> = None;
        let mut code: Option<String> = None;
        for event in Parser::new_ext(text, Options::ENABLE_TABLES) {
            if let Event::Start(Tag::Heading { .. }) = event {
                heading = Some(String::new());
            } else if let Event::End(TagEnd::Heading(_)) = event {
                let text = heading.take().unwrap_or_default();
                let slug = slug(&text);
                let before = seen.entry(slug.clone()).or_default();
                let anchor = match before {
                    0 => slug,
                    _ => format!("{slug}-{before}"),
                };
                *before += 1;
                document.anchors.insert(anchor);
                document.headings.insert(text);
            } else if let Event::Start(Tag::CodeBlock(_)) = event {
                code = Some(String::new());
            } else if let Event::End(TagEnd::CodeBlock) = event {
                document.code.extend(code.take());
            } else if let Event::Text(it) | Event::Code(it) = &event {
                if let Some(text) = heading.as_mut().or(code.as_mut()) {
                    text.push_str(it);
                }
            } else if let Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) =
                event
            {
                document.links.push(dest_url.into_string());
            }
        }
        document
    }
}

/// A heading's name in an address: small letters, digits, `-` and `_`, blanks as `-`.
fn slug(heading: &str) -> String {
    let kept = |it: char| match it {
        ' ' => Some('-'),
        '-' | '_' => Some(it),
        it => it.is_alphanumeric().then_some(it),
    };
    heading.to_lowercase().chars().filter_map(kept).collect()
}

/// The files of the repository with one of these endings, but for what is built or hidden.
pub(super) fn files(endings: &[&str]) -> Vec<PathBuf> {
    fn walk(folder: &Path, endings: &[&str], files: &mut Vec<PathBuf>) {
        for entry in std::fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("it can be read").path();
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            if name.starts_with('.') || name == "target" || name == "node_modules" {
                continue;
            }
            let ending = path.extension().unwrap_or_default().to_string_lossy();
            if path.is_dir() {
                walk(&path, endings, files);
            } else if endings.contains(&&*ending) || endings.contains(&&*name) {
                files.push(path);
            }
        }
    }
    let mut files = Vec::new();
    walk(&root(), endings, &mut files);
    files.sort();
    files
}

#[test]
fn anchors_are_as_github_makes_them() {
    let text = "# A request's way\n\n## `[server]`, and *more*\n\n## Twice\n\n## Twice\n\n\
                See [a](b.md#c) and `[no](link)`.\n\n    [nor](this)\n\n[d]: e.md\n\nAnd [d].\n";

    let document = Document::parse(text);

    let anchors = ["a-requests-way", "server-and-more", "twice", "twice-1"];
    assert_eq!(document.anchors, anchors.map(str::to_owned).into());
    assert_eq!(document.links, ["b.md#c", "e.md"]);
    assert_eq!(document.code, ["[nor](this)\n"]);
}
