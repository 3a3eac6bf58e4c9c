//! Which key each entry is, and what its value says.

use std::collections::{BTreeMap, BTreeSet};

use crate::catalogue::{self, Key, NameFlaw, Section, Spot};
use crate::draft::{Draft, Entry, Written};
use crate::excerpt::excerpt;
use crate::finding::{Code, Finding, Place};
use crate::ini::{Flaw, Text};
use crate::json::Node;
use crate::near::nearest;
use crate::settings::{Extra, Extras, Found, Values};
use crate::source::Source;
use crate::value::Value;
use crate::version::Layout;

/// A file in the terms of the catalogue.
pub(super) struct Structure {
    pub(super) values: Values,
    pub(super) extras: Extras,
    /// Where each section begins first.
    pub(super) headers: BTreeMap<Spot, Place>,
    /// Every item of every list as it stands in the file, repeats included.
    pub(super) items: Vec<(Spot, Place)>,
    pub(super) findings: Vec<Finding>,
    /// Whether it is of a version that no document describes.
    is_beyond_known: bool,
}

pub(super) fn read(draft: &Draft, layout: Layout, is_beyond_known: bool) -> Structure {
    let mut structure = Structure {
        values: Values::new(layout),
        extras: Extras::default(),
        headers: BTreeMap::new(),
        items: Vec::new(),
        findings: Vec::new(),
        is_beyond_known,
    };
    let mut unknown = BTreeSet::new();
    for (name, place) in &draft.sections {
        structure.section(name, place, &mut unknown);
    }
    let repeated = structure.repeated();
    let mut seen: BTreeMap<(String, String), Option<usize>> = BTreeMap::new();
    for entry in &draft.entries {
        structure.entry(entry, &repeated, &mut seen);
    }
    structure
}

impl Structure {
    fn say(&mut self, code: Code, place: &Place, reason: String, mend: impl Into<String>) {
        self.findings
            .push(Finding::new(code, place.clone(), reason, mend));
    }

    fn layout(&self) -> Layout {
        self.values.layout
    }

    fn section(&mut self, name: &str, place: &Place, unknown: &mut BTreeSet<String>) {
        let Some(located) = Section::locate(name) else {
            self.unknown_section(name, place, unknown);
            return;
        };
        if located.section == Section::Top {
            return;
        }
        if self.layout().is_flat() {
            self.findings.push(
                Finding::new(
                    Code::SectionOfOtherVersion,
                    place.clone(),
                    format!("There is no section {} before 12.4.", excerpt(name)),
                    "Convert the file to the layout of the device's version.",
                )
                .by(Source::Settings12_3),
            );
            return;
        }
        match located.flaw {
            Some(NameFlaw::Item) => self.say(
                Code::ItemForm,
                place,
                format!("{} does not end with item_ and four digits.", excerpt(name)),
                format!(
                    "Write [{}.item_0000], [{0}.item_0001] and so on.",
                    located.section.base()
                ),
            ),
            Some(NameFlaw::Case) => {
                self.case(place, name, &located.section.pattern().replace('#', "0000"));
            }
            None => {}
        }
        let Some(item) = located.item else { return };
        let spot = Spot {
            section: located.section,
            item,
        };
        let is_new = self.headers.insert(spot, place.clone()).is_none();
        if located.section.is_list() {
            let items = self.values.items.entry(located.section).or_default();
            items.insert(item);
            self.items.push((spot, place.clone()));
        } else if !is_new {
            self.repeated_section(name, place);
        }
    }

    fn unknown_section(&mut self, name: &str, place: &Place, unknown: &mut BTreeSet<String>) {
        if !unknown.insert(name.to_owned()) {
            self.repeated_section(name, place);
            return;
        }
        self.extras.sections.push(name.to_owned());
        if name.eq_ignore_ascii_case("EventTransferSettings") {
            let mend = if self.layout().is_flat() {
                "Before 12.4 its keys stand at the top, without a section."
            } else {
                "Write [TelemetrySettings.EventTransferSettings]."
            };
            self.say(
                Code::NdrSection,
                place,
                format!("{} is a section of the task for NDR (KATA).", excerpt(name)),
                mend,
            );
            return;
        }
        let among = Section::ALL[1..].iter().map(|it| it.base());
        let meant = nearest(name, among).map(|it| format!(" Perhaps {it} is meant."));
        self.say(
            Code::UnknownSection,
            place,
            format!(
                "No document knows a section {}.{}",
                excerpt(name),
                meant.unwrap_or_default()
            ),
            "Take it out, unless the device itself has written it. It is kept as it is.",
        );
    }

    fn repeated_section(&mut self, name: &str, place: &Place) {
        self.say(
            Code::RepeatedSection,
            place,
            format!("The section {} stands in the file before.", excerpt(name)),
            "Put its keys together: what a second one does is documented nowhere.",
        );
    }

    fn case(&mut self, place: &Place, name: &str, documented: &str) {
        self.say(
            Code::NameCase,
            place,
            format!("{} is documented as {documented}.", excerpt(name)),
            "Write it as documented: values have no case, of names that is not said.",
        );
    }

    /// Items that stand there more than once.
    fn repeated(&self) -> BTreeSet<Spot> {
        let mut seen = BTreeSet::new();
        let spots = self.items.iter().map(|(spot, _)| *spot);
        spots.filter(|it| !seen.insert(*it)).collect()
    }

    fn entry(
        &mut self,
        entry: &Entry,
        repeated: &BTreeSet<Spot>,
        seen: &mut BTreeMap<(String, String), Option<usize>>,
    ) {
        let located = Section::locate(&entry.section);
        let spot = located.and_then(|it| {
            let section = it.section;
            it.item.map(|item| Spot { section, item })
        });
        let known_section = located.is_some();
        if known_section && (spot.is_none() || self.is_strange(spot)) {
            // Said of its section.
            return;
        }
        if self.is_shapeless(entry) {
            return;
        }
        let key = spot.and_then(|it| catalogue::placed(self.layout(), it.section, &entry.name));
        let section = spot.map_or_else(|| entry.section.clone(), |it| it.to_string());
        let name = key.map_or(entry.name.as_str(), |it| it.name);
        let known_twice = seen.insert((section.clone(), name.to_owned()), entry.place.line);
        if let Some(before) = known_twice {
            // Said of the item as a whole.
            if !spot.is_some_and(|it| repeated.contains(&it)) {
                self.duplicate(entry, before);
            }
            return;
        }
        match (key, spot) {
            (Some(key), Some(spot)) => self.known(entry, key, spot),
            (None, Some(spot)) => self.unknown_key(entry, spot, section),
            (_, None) => self.keep(entry, section),
        }
    }

    /// Whether a section is one that this layout does not have.
    fn is_strange(&self, spot: Option<Spot>) -> bool {
        self.layout().is_flat() && spot.is_some_and(|it| it.section != Section::Top)
    }

    fn keep(&mut self, entry: &Entry, section: String) {
        if let Written::Json(node) = &entry.written
            && node.is_inexact()
        {
            self.say(
                Code::InexactNumber,
                &entry.place,
                format!(
                    "{} holds a fraction or a huge number, which is kept as the nearest double.",
                    excerpt(&entry.name)
                ),
                "Compare the number after a conversion.",
            );
        }
        self.extras.keys.push(Extra {
            section,
            name: entry.name.clone(),
            written: entry.written.clone(),
        });
    }

    /// A section's name that stands where a key's does: `Endpoints=…`, `"Endpoints": "…"`.
    fn is_shapeless(&mut self, entry: &Entry) -> bool {
        let whole = if entry.section.is_empty() {
            entry.name.clone()
        } else {
            format!("{}.{}", entry.section, entry.name)
        };
        let is_section = Section::locate(&whole).is_some_and(|it| it.section != Section::Top);
        if !is_section {
            return false;
        }
        // A list without items, which is said to be missing.
        if entry.written != Written::Json(Node::List(Vec::new())) {
            self.say(
                Code::WrongShape,
                &entry.place,
                format!(
                    "{} is a section and has keys, not a value.",
                    excerpt(&whole)
                ),
                "Give its keys; a list is one section an item.",
            );
        }
        true
    }

    fn duplicate(&mut self, entry: &Entry, before: Option<usize>) {
        let line = before.map_or_else(String::new, |it| format!(", in line {it}"));
        self.say(
            Code::DuplicateKey,
            &entry.place,
            format!(
                "{} stands in its section before{line}.",
                excerpt(&entry.name)
            ),
            "Keep one of them: which one counts is documented nowhere.",
        );
    }

    fn known(&mut self, entry: &Entry, key: &'static Key, spot: Spot) {
        if entry.name != key.name {
            self.case(&entry.place, &entry.name, key.name);
        }
        match self.value(entry, key) {
            Some(value) => {
                let place = entry.place.clone();
                let found = Found { value, place };
                self.values.found.insert((key.setting, spot.item), found);
            }
            None => {
                self.values.unread.insert((key.setting, spot.item));
            }
        }
    }

    fn value(&mut self, entry: &Entry, key: &Key) -> Option<Value> {
        let text = match &entry.written {
            Written::Ini { raw } => {
                let text = Text::read(raw);
                if text.flaw == Some(Flaw::LoneQuote) {
                    // The reader has said so.
                    return None;
                }
                text.without_blanks()
            }
            Written::Json(Node::Bool(it)) => if *it { "Yes" } else { "No" }.to_owned(),
            Written::Json(Node::Number(it)) => it.to_string(),
            Written::Json(Node::Text(it)) => it.trim_matches([' ', '\t']).to_owned(),
            Written::Json(Node::Null | Node::List(_) | Node::Object(_)) => {
                self.say(
                    Code::WrongShape,
                    &entry.place,
                    format!("{} holds no single value.", key.name),
                    "Give a text, a number, or true or false.",
                );
                return None;
            }
        };
        match Value::read(key, &text) {
            Ok(value) => Some(value),
            Err(no) => {
                let comment = match &entry.written {
                    Written::Ini { raw } => comment_behind(raw),
                    Written::Json(_) => None,
                };
                let document = key.sources.first().copied();
                let finding = match comment {
                    Some(comment) => Finding::new(
                        Code::InlineComment,
                        entry.place.clone(),
                        format!(
                            "{} is a part of the value: comments have lines of their own.",
                            excerpt(comment)
                        ),
                        "Put the comment in a line of its own, or take it out.",
                    ),
                    None => Finding::new(
                        no.code,
                        entry.place.clone(),
                        format!("{}: {}", key.name, no.reason),
                        no.mend,
                    ),
                };
                let is_of_the_key = finding.document == Source::Customer000;
                self.findings.push(match document {
                    Some(document) if is_of_the_key => finding.by(document),
                    Some(_) | None => finding,
                });
                None
            }
        }
    }

    /// A key that its section does not have in this layout.
    fn unknown_key(&mut self, entry: &Entry, spot: Spot, section: String) {
        if self.is_beyond_known {
            // Where a key stands in a version that no document describes, nobody knows.
            self.stranger(entry, spot);
            self.keep(entry, section);
            return;
        }
        let layout = self.layout();
        let name = &entry.name;
        let named = |it: &&Key| it.name.eq_ignore_ascii_case(name);
        let places = |layout: Layout| -> Vec<Section> {
            let keys = catalogue::all().iter().filter(named);
            keys.filter_map(|it| it.section_in(layout)).collect()
        };
        let (here, elsewhere) = (places(layout), catalogue::all().iter().find(named));
        let others = Layout::ALL
            .iter()
            .filter(|it| it.is_flat() != layout.is_flat());
        let other = others
            .copied()
            .find(|it| places(*it).contains(&spot.section));
        if let Some(other) = other {
            let mend = if here.is_empty() {
                format!("Take it out: {} does not have it.", layout.versions())
            } else {
                format!("Move it to {}.", in_words(&here))
            };
            let document = if other.is_flat() {
                Source::Settings12_3
            } else {
                Source::Customer000
            };
            let versions = if other.is_flat() {
                "11.4 to 12.3"
            } else {
                other.versions()
            };
            let reason = format!(
                "{} stands here in {versions}, not in {}.",
                excerpt(name),
                layout.versions()
            );
            let finding = Finding::new(Code::KeyOfOtherVersion, entry.place.clone(), reason, mend);
            self.findings.push(finding.by(document));
        } else if !here.is_empty() {
            self.say(
                Code::MisplacedKey,
                &entry.place,
                format!("{} has no meaning in this section.", excerpt(name)),
                format!("Move it to {}.", in_words(&here)),
            );
        } else if let Some(key) = elsewhere {
            let finding = Finding::new(
                Code::KeyOfOtherVersion,
                entry.place.clone(),
                format!(
                    "{} is a key from {} on, where it stands in {}.",
                    excerpt(name),
                    key.since,
                    in_words(&[key.section])
                ),
                format!("Take it out: {} does not have it.", layout.versions()),
            );
            self.findings.push(finding.by(Source::Customer000));
        } else {
            self.stranger(entry, spot);
            self.keep(entry, section);
        }
    }

    /// A key that no document of this task knows.
    fn stranger(&mut self, entry: &Entry, spot: Spot) {
        let name = &entry.name;
        if name.eq_ignore_ascii_case("PingPeriod") {
            self.say(
                Code::NdrKey,
                &entry.place,
                format!("{} is a key of the task for NDR (KATA).", excerpt(name)),
                "Look whether this is the file of that task.",
            );
            return;
        }
        let layout = self.layout();
        let among = catalogue::keys(layout)
            .filter(|it| it.section_in(layout) == Some(spot.section))
            .map(|it| it.name);
        let meant = nearest(name, among)
            .or_else(|| nearest(name, catalogue::keys(layout).map(|it| it.name)))
            .map(|it| format!(" Perhaps {it} is meant."));
        self.say(
            Code::UnknownKey,
            &entry.place,
            format!(
                "No document knows a key {} here.{}",
                excerpt(name),
                meant.unwrap_or_default()
            ),
            "Take it out, unless the device itself has written it. It is kept as it is.",
        );
    }
}

/// What looks like a comment behind a value.
fn comment_behind(raw: &str) -> Option<&str> {
    let at = raw.find([' ', '\t'])?;
    let rest = raw[at..].trim_start_matches([' ', '\t']);
    rest.starts_with(['#', ';']).then_some(rest)
}

/// Sections as an administrator would look for them.
fn in_words(sections: &[Section]) -> String {
    let word = |it: &Section| match it.pattern() {
        "" => "the top, before any section".to_owned(),
        pattern => format!("[{pattern}]"),
    };
    let words: Vec<String> = sections.iter().map(word).collect();
    words.join(" or ")
}
