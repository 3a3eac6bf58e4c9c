//! From nested JSON to keys in sections.

use std::collections::BTreeMap;

use crate::excerpt::excerpt;
use crate::finding::{Code, Finding, Place};
use crate::json::node::Node;

/// Largest file that is read, bytes.
const MOST_BYTES: usize = 1 << 20;

/// Most keys and sections that are read.
const MOST_LEAVES: usize = 5_000;

/// Deepest section. What is deeper is kept as one value: every key carries its section's name along.
pub(crate) const DEEPEST: usize = 8;

/// Longest name of a part of a section, bytes.
const LONGEST_SEGMENT: usize = 128;

/// A value that is no section.
#[derive(Debug, Clone)]
pub(crate) struct Leaf {
    pub(crate) section: String,
    pub(crate) name: String,
    pub(crate) node: Node,
    pub(crate) place: Place,
}

/// What a file of JSON holds.
#[derive(Debug, Default)]
pub(crate) struct Read {
    pub(crate) leaves: Vec<Leaf>,
    pub(crate) sections: Vec<(String, Place)>,
    pub(crate) findings: Vec<Finding>,
    turn: usize,
    is_full: bool,
}

/// Whether a member's name can be a part of a section's name, and be found again in it.
pub(crate) fn is_segment(name: &str) -> bool {
    name.len() <= LONGEST_SEGMENT && name.split('.').all(|it| !it.is_empty())
}

/// Reads a file. Its findings are all that could not be read.
pub(crate) fn read(bytes: &[u8]) -> Read {
    let mut read = Read::default();
    if bytes.len() > MOST_BYTES {
        read.findings.push(Finding::new(
            Code::TooLarge,
            Place::default(),
            format!("The file has {} bytes, and settings have one or two thousand; nothing above {MOST_BYTES} is read.", bytes.len()),
            "Give the file that kesl-control --get-settings 24 --json writes.",
        ));
        return read;
    }
    let text = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    match serde_json::from_slice::<Node>(text) {
        Ok(Node::Object(members)) => {
            read.object("", &Place::pointer(String::new(), 0), 0, members);
            if read.is_full {
                read.findings.push(Finding::new(
                    Code::TooManyEntries,
                    Place::default(),
                    format!("The file has more than {MOST_LEAVES} members, and settings have a few dozen."),
                    "Give the file that kesl-control --get-settings 24 --json writes.",
                ));
            }
        }
        Ok(_) => read.findings.push(Finding::new(
            Code::NotAnObject,
            Place::pointer(String::new(), 0),
            "Settings are an object.",
            "Give the file that kesl-control --get-settings 24 --json writes.",
        )),
        Err(error) => read.findings.push(Finding::new(
            Code::MalformedJson,
            Place::line(error.line().max(1)),
            format!(
                "The file is not JSON: {}.",
                excerpt(&error.to_string()).trim_matches('"')
            ),
            "Mend the place, or give the file as INI if it is.",
        )),
    }
    read
}

impl Read {
    fn place(&mut self, pointer: String, section: &str, key: &str) -> Option<Place> {
        if self.turn >= MOST_LEAVES {
            self.is_full = true;
            return None;
        }
        self.turn += 1;
        Some(Place::pointer(pointer, self.turn).named(section, key))
    }

    fn twice(&mut self, pointer: &str, section: &str, name: &str) {
        let place = Place::pointer(pointer.to_owned(), self.turn).named(section, name);
        self.findings.push(Finding::new(
            Code::DuplicateKey,
            place,
            format!(
                "{} stands there twice, once as a value and once as a section.",
                excerpt(name)
            ),
            "Keep one of them: which one counts is documented nowhere.",
        ));
    }

    fn object(&mut self, section: &str, at: &Place, depth: usize, members: Vec<(String, Node)>) {
        let pointer = at.pointer.as_deref().unwrap_or_default();
        // An object that only holds sections is a part of their names, and none itself.
        let is_section = |it: &Node| matches!(it, Node::Object(_));
        let holds = members.is_empty() || members.iter().any(|(_, it)| !is_section(it));
        if holds && !section.is_empty() {
            self.sections.push((section.to_owned(), at.clone()));
        }
        let mut seen = BTreeMap::new();
        for (name, node) in members {
            let is_section_now = matches!(&node, Node::Object(_) | Node::List(_));
            let before = seen.insert(name.clone(), is_section_now);
            let pointer = format!("{pointer}/{}", name.replace('~', "~0").replace('/', "~1"));
            // Two values of one name are found later, as they are in INI; a value and a section are not.
            if before.is_some_and(|it| it != is_section_now) {
                self.twice(&pointer, section, &name);
            }
            let is_part = depth < DEEPEST && is_segment(&name);
            let below = || {
                if section.is_empty() {
                    name.clone()
                } else {
                    format!("{section}.{name}")
                }
            };
            match node {
                Node::Object(members) if is_part => {
                    let section = below();
                    let Some(place) = self.place(pointer, &section, "") else {
                        return;
                    };
                    self.object(&section, &place, depth + 1, members);
                }
                Node::List(items)
                    if is_part && !items.is_empty() && items.iter().all(is_section) =>
                {
                    let list = below();
                    for (number, item) in items.into_iter().enumerate() {
                        let section = format!("{list}.item_{number:04}");
                        let pointer = format!("{pointer}/{number}");
                        let Some(place) = self.place(pointer, &section, "") else {
                            return;
                        };
                        if let Node::Object(members) = item {
                            self.object(&section, &place, depth + 2, members);
                        }
                    }
                }
                Node::Null
                | Node::Bool(_)
                | Node::Number(_)
                | Node::Text(_)
                | Node::List(_)
                | Node::Object(_) => {
                    let Some(place) = self.place(pointer, section, &name) else {
                        return;
                    };
                    self.leaves.push(Leaf {
                        section: section.to_owned(),
                        name,
                        node,
                        place,
                    });
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(text: &str) -> Vec<String> {
        let read = read(text.as_bytes());
        read.leaves
            .iter()
            .map(|it| format!("{}|{}", it.section, it.name))
            .collect()
    }

    #[test]
    fn lists_are_arrays_or_keyed_objects() {
        let as_array = names(r#"{"Endpoints":[{"Port":1},{"Port":2}]}"#);
        let as_object = names(r#"{"Endpoints":{"item_0000":{"Port":1},"item_0001":{"Port":2}}}"#);

        assert_eq!(
            as_array,
            ["Endpoints.item_0000|Port", "Endpoints.item_0001|Port"]
        );
        assert_eq!(as_array, as_object);
    }

    #[test]
    fn a_pointer_leads_to_the_value() {
        let read = read(br#"{"a/b~c":{"d":[{"e":1}]}}"#);

        assert_eq!(
            read.leaves[0].place.pointer.as_deref(),
            Some("/a~1b~0c/d/0/e")
        );
    }

    #[test]
    fn what_cannot_be_a_section_is_one_value() {
        assert_eq!(names(r#"{"":{"Port":1}}"#), ["|"]);
        assert_eq!(names(r#"{"a..b":{"Port":1}}"#), ["|a..b"]);
        assert_eq!(names(r#"{"x":[1,{}],"y":[],"z":null}"#), ["|x", "|y", "|z"]);
        let deep = format!("{}1{}", r#"{"a":"#.repeat(100), "}".repeat(100));
        assert_eq!(names(&deep), ["a.a.a.a.a.a.a.a|a"]);
    }

    #[test]
    fn a_value_and_a_section_of_one_name_are_a_mistake() {
        let read = read(br#"{"a":{"b":1},"a":2}"#);

        assert_eq!(read.findings[0].code, Code::DuplicateKey);
        assert_eq!(read.findings[0].place.pointer.as_deref(), Some("/a"));
    }

    #[test]
    fn what_is_too_much_is_refused() {
        let many = format!("[{}]", "{},".repeat(6_000) + "{}");
        let many = read(format!("{{\"a\":{many}}}").as_bytes());
        assert_eq!(many.findings[0].code, Code::TooManyEntries);
        let nested = read("[".repeat(100_000).as_bytes());
        assert_eq!(nested.findings[0].code, Code::MalformedJson);
        let large = read(&vec![b' '; MOST_BYTES + 1]);
        assert_eq!(large.findings[0].code, Code::TooLarge);
    }
}
