//! An OpenIOC document: well-formed XML that looks for something.
//!
//! The document goes on to a parser on a device, which runs as SYSTEM. What that one makes of a
//! text that is no XML is its own affair, so none gets there; nor does a document type, which can
//! name files and swell; nor an inclusion of other files; nor nesting that a parser could run out
//! of its stack by.
//!
//! A document without an indicator that can match finds nothing, and a scan that has found nothing
//! reads as all clear.

use std::collections::BTreeSet;

use xml::common::Position as _;
use xml::name::OwnedName;
use xml::reader::{ErrorKind, EventReader, ParserConfig, XmlEvent};

use super::declarations;
use super::terms;

/// Deeper than indicators are nested by people and programs.
const MOST_DEPTH: usize = 100;

/// Most elements: a document of 2 MB has some 30,000. What they cost to read is many times what
/// they take.
const MOST_ELEMENTS: usize = 60_000;

/// Most attributes of an element, and most bytes of a name.
const MOST_ATTRIBUTES: usize = 100;
const MOST_NAME: usize = 1_000;

/// The namespace of inclusions (`XInclude` 1.1): they name files.
const INCLUSIONS: [&str; 2] = [
    "http://www.w3.org/2001/XInclude",
    "http://www.w3.org/2003/XInclude",
];

/// What a document is known by and looks for.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct IocDocument {
    /// Its id, in lower case.
    pub(super) id: String,
    /// What of it KES is known not to look at.
    pub(super) unknown: BTreeSet<String>,
}

/// Why a text is no document that a device should be given.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum DocumentFault {
    #[error("must be well-formed XML, and is not at line {line}, column {column}: {what}")]
    Malformed {
        line: u64,
        column: u64,
        what: String,
    },
    #[error("must be UTF-8 or UTF-16 text with a byte order mark")]
    Encoding,
    #[error("must have no DOCTYPE")]
    Doctype,
    #[error("must include no other document")]
    Inclusion,
    #[error("must be nested no deeper than {MOST_DEPTH} elements")]
    Deep,
    #[error("must have no more than {MOST_ELEMENTS} elements")]
    Crowded,
    #[error("must be an OpenIOC 1.0 or 1.1 document")]
    NotOpenIoc,
    #[error("must have an id")]
    NoId,
    #[error("has nothing to look for: no IndicatorItem with a search and a content")]
    FindsNothing,
}

/// An indicator that is being read.
#[derive(Default)]
struct Indicator {
    search: String,
    condition: String,
    content: bool,
}

/// Reads a document.
pub(super) fn read(bytes: &[u8]) -> Result<IocDocument, DocumentFault> {
    let config = ParserConfig::new()
        .ignore_comments(false)
        .allow_multiple_root_elements(false)
        .max_attributes(MOST_ATTRIBUTES)
        .max_name_length(MOST_NAME);
    let mut reader = EventReader::new_with_config(bytes, config);
    let mut path: Vec<OwnedName> = Vec::new();
    let mut id = None;
    let mut indicator: Option<Indicator> = None;
    let mut looks_for_something = false;
    let mut unknown = BTreeSet::new();
    let mut elements = 0;
    loop {
        let event = match reader.next() {
            Ok(event) => event,
            Err(error) => return Err(malformed(&error)),
        };
        match event {
            XmlEvent::StartDocument {
                version, encoding, ..
            } => {
                if !is_in(bytes, &encoding) {
                    return Err(DocumentFault::Encoding);
                }
                // Nobody writes 1.1, and not every parser reads it.
                if version != xml::common::XmlVersion::Version10 {
                    return Err(here(&reader, "its version is not 1.0"));
                }
            }
            XmlEvent::Doctype { .. } => return Err(DocumentFault::Doctype),
            XmlEvent::ProcessingInstruction { name, .. } if name.contains(':') => {
                return Err(here(&reader, "the name of an instruction has a colon"));
            }
            XmlEvent::StartElement {
                name, attributes, ..
            } => {
                let space = name.namespace.as_deref();
                if space.is_some_and(|it| INCLUSIONS.contains(&it)) {
                    return Err(DocumentFault::Inclusion);
                }
                elements += 1;
                if elements > MOST_ELEMENTS {
                    return Err(DocumentFault::Crowded);
                }
                if path.len() >= MOST_DEPTH {
                    return Err(DocumentFault::Deep);
                }
                let attribute = |wanted: &str| {
                    let found = attributes
                        .iter()
                        .find(|it| it.name.prefix.is_none() && it.name.local_name == wanted);
                    found
                        .map(|it| it.value.trim().to_owned())
                        .unwrap_or_default()
                };
                if path.is_empty() {
                    // OpenIOC 1.0 calls its root `ioc`, 1.1 `OpenIOC`.
                    if !matches!(name.local_name.as_str(), "ioc" | "OpenIOC") {
                        return Err(DocumentFault::NotOpenIoc);
                    }
                    id = Some(attribute("id").to_lowercase());
                }
                let own = path
                    .first()
                    .is_none_or(|root| root.namespace == name.namespace);
                match name.local_name.as_str() {
                    "IndicatorItem" if own && is_looked_at(&path) => {
                        indicator = Some(Indicator {
                            condition: attribute("condition"),
                            ..Indicator::default()
                        });
                    }
                    "Context" if own => {
                        if let Some(indicator) = &mut indicator {
                            indicator.search = attribute("search");
                        }
                    }
                    _ => {}
                }
                path.push(name);
            }
            XmlEvent::Characters(text) | XmlEvent::CData(text) => {
                let in_content = path.last().is_some_and(|it| it.local_name == "Content");
                if let Some(indicator) = &mut indicator
                    && in_content
                {
                    indicator.content |= !text.trim().is_empty();
                }
            }
            XmlEvent::EndElement { name } => {
                path.pop();
                if name.local_name == "IndicatorItem"
                    && let Some(indicator) = indicator.take()
                    && !indicator.search.is_empty()
                    && indicator.content
                {
                    looks_for_something = true;
                    unknown.extend(terms::unknown(&indicator.search, &indicator.condition));
                }
            }
            XmlEvent::EndDocument => break,
            XmlEvent::ProcessingInstruction { .. }
            | XmlEvent::Whitespace(_)
            | XmlEvent::Comment(_) => {}
        }
    }
    if let Some(name) = declarations::twice(bytes) {
        let what = format!("the namespace {name} is declared twice in one element");
        return Err(here(&reader, &what));
    }
    match id {
        None => Err(DocumentFault::NotOpenIoc),
        Some(id) if id.is_empty() => Err(DocumentFault::NoId),
        Some(_) if !looks_for_something => Err(DocumentFault::FindsNothing),
        Some(id) => Ok(IocDocument { id, unknown }),
    }
}

/// Whether a document is in the encoding that it declares, as far as every reader would agree: the
/// bytes of one of a byte each are those of any other such, and of UTF-8 as well, unless there is
/// nothing but ASCII.
fn is_in(bytes: &[u8], declared: &str) -> bool {
    let is_wide = matches!(bytes, [0xff, 0xfe, ..] | [0xfe, 0xff, ..]);
    let is_utf_8 = ["utf-8", "utf8"]
        .iter()
        .any(|it| it.eq_ignore_ascii_case(declared));
    is_wide || bytes.is_ascii() || (is_utf_8 && std::str::from_utf8(bytes).is_ok())
}

/// Whether an indicator below these elements is looked at: only those of the definition are
/// (`criteria` since 1.1).
fn is_looked_at(path: &[OwnedName]) -> bool {
    let parts = path.get(1).map(|it| it.local_name.as_str());
    matches!(parts, Some("definition" | "criteria"))
}

fn here(reader: &EventReader<&[u8]>, what: &str) -> DocumentFault {
    let position = reader.position();
    DocumentFault::Malformed {
        line: position.row + 1,
        column: position.column + 1,
        what: what.to_owned(),
    }
}

fn malformed(error: &xml::reader::Error) -> DocumentFault {
    let position = error.position();
    let kind = error.kind();
    if matches!(kind, ErrorKind::Utf8(_)) {
        return DocumentFault::Encoding;
    }
    let what = if let ErrorKind::Syntax(what) = kind {
        what.as_ref()
    } else if matches!(kind, ErrorKind::UnexpectedEof) {
        "it ends too early"
    } else {
        "it cannot be read"
    };
    // It may quote the document.
    let what: String = what
        .chars()
        .map(|it| {
            if crate::legible::is_legible(it) {
                it
            } else {
                ' '
            }
        })
        .take(120)
        .collect();
    DocumentFault::Malformed {
        line: position.row + 1,
        column: position.column + 1,
        what,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ITEM: &str = "<Indicator><IndicatorItem condition='is'><Context document='FileItem' \
                        search='FileItem/Md5sum'/><Content type='md5'>x</Content></IndicatorItem></Indicator>";

    /// A document with this in front of its root, inside the root, and behind it.
    fn document(before: &str, inside: &str, behind: &str) -> Vec<u8> {
        format!("{before}<ioc id='A'><definition>{ITEM}</definition>{inside}</ioc>{behind}")
            .into_bytes()
    }

    fn wide(text: &str, unit: fn(u16) -> [u8; 2]) -> Vec<u8> {
        text.encode_utf16().flat_map(unit).collect()
    }

    #[test]
    fn what_is_well_formed_is_read() {
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("text");
        let declared = "<?xml version=\"1.0\" encoding=\"utf-8\" standalone=\"no\"?>\n";
        let wide_text = text(document(
            "\u{feff}<?xml version='1.0' encoding='UTF-16'?>",
            "",
            "",
        ));
        for good in [
            document("", "", ""),
            document(declared, "", "\n<!-- c -->\n<?p q?>"),
            document("\u{feff}", "", ""),
            document("\u{feff}<?xml version='1.0'?>", "", ""),
            document("<?xml version='1.0' encoding='US-ASCII'?>", "", ""),
            document(
                "<!-- before --><?p q?>\n",
                "<x>&lt;&amp;&gt;&quot;&apos;&#65;&#x42;</x>",
                "",
            ),
            document("", "<x><![CDATA[<y>&z;]]></x>", ""),
            document("", "<p:x xmlns:p='u' p:y='1' y='1'/>", ""),
            document("", "<x xml:lang='en' xmlns='v'>\u{444}\u{1f980}</x>", ""),
            wide(&wide_text, u16::to_le_bytes),
            wide(&wide_text, u16::to_be_bytes),
        ] {
            let read = read(&good);
            assert_eq!(
                read.map(|it| it.id),
                Ok("a".to_owned()),
                "{}",
                String::from_utf8_lossy(&good)
            );
        }
    }

    #[test]
    fn what_a_parser_would_not_take_is_refused() {
        for (before, inside, behind) in [
            ("\n<?xml version='1.0'?>", "", ""),
            (" <?xml version='1.0'?>", "", ""),
            ("<!--x--><?xml version='1.0'?>", "", ""),
            ("<?xml version='1.0'?><?xml version='1.0'?>", "", ""),
            ("<?xml encoding='utf-8'?>", "", ""),
            ("<?xml version='1.0' standalone='maybe'?>", "", ""),
            ("<?xml version='1.0' encoding='utf-8'>", "", ""),
            ("<?xml version=1.0?>", "", ""),
            ("<?XML version='1.0'?>", "", ""),
            ("<?xml version='1.1'?>", "", ""),
            ("<?xml version='2.0'?>", "", ""),
            ("<?xml version='1.0' encoding='UTF-16'?>", "", ""),
            ("<?xml version='1.0' encoding='windows-1251'?>", "", ""),
            ("<?xml version='1.0' encoding='no-such'?>", "", ""),
            ("\u{feff}\u{feff}", "", ""),
            ("text", "", ""),
            ("", "", "text"),
            ("", "", "<ioc id='b'/>"),
            ("", "", "</ioc>"),
            ("", "", "&#32;"),
            ("", "", "<![CDATA[ ]]>"),
            ("", "", "\u{0}"),
            ("", "&nbsp;", ""),
            ("", "a & b", ""),
            ("", "&amp", ""),
            ("", "&#0;", ""),
            ("", "&#1;", ""),
            ("", "&#xD800;", ""),
            ("", "&#xFFFE;", ""),
            ("", "&#x110000;", ""),
            ("", "&#;", ""),
            ("", "<x a='&foo;'/>", ""),
            ("", "<x a='1' a='2'/>", ""),
            ("", "<x xmlns:p='u' xmlns:q='u' p:a='1' q:a='2'/>", ""),
            ("", "<x xmlns='u' xmlns='v'/>", ""),
            ("", "<x xmlns:p='u' xmlns:p='v'/>", ""),
            ("", "<x a=1/>", ""),
            ("", "<x a/>", ""),
            ("", "<x a='<'/>", ""),
            ("", "<x a='1'b='2'/>", ""),
            ("", "<x a='1\"/>", ""),
            ("", "<p:x/>", ""),
            ("", "<x p:a='1'/>", ""),
            ("", "<x xmlns:p=''/>", ""),
            ("", "<x xmlns:xmlns='u'/>", ""),
            ("", "<x xmlns:xml='u'/>", ""),
            ("", "<:x/>", ""),
            ("", "<x: xmlns:x='u'/>", ""),
            ("", "<a:b:c xmlns:a='u'/>", ""),
            ("", "<x></y>", ""),
            ("", "<x><y></x></y>", ""),
            ("", "<x>", ""),
            ("", "</x>", ""),
            ("", "<x></x a='1'>", ""),
            ("", "<1x/>", ""),
            ("", "< x/>", ""),
            ("", "<x*/>", ""),
            ("", "<x / >", ""),
            ("", " < ", ""),
            ("", "]]>", ""),
            ("", "<!-- a -- b -->", ""),
            ("", "<!-- a --->", ""),
            ("", "<!-- a", ""),
            ("", "<![CDATA[x", ""),
            ("", "<?xml version='1.0'?>", ""),
            ("", "<?XmL x?>", ""),
            ("", "<?p:q x?>", ""),
            ("", "<? x?>", ""),
            ("", "<?p", ""),
            ("", "<!ENTITY a 'b'>", ""),
            ("", "\u{1}", ""),
            ("", "\u{8}", ""),
            ("", "\u{0}", ""),
            ("", "\u{ffff}", ""),
            ("", "<!-- \u{2} -->", ""),
            ("", "<![CDATA[\u{2}]]>", ""),
            ("", "<x a='\u{b}'/>", ""),
        ] {
            let text = document(before, inside, behind);
            let read = read(&text);
            assert!(
                matches!(read, Err(DocumentFault::Malformed { .. })),
                "{before} {inside} {behind}: {read:?}"
            );
        }
        for cut in 1..document("", "", "").len() {
            assert!(read(&document("", "", "")[..cut]).is_err(), "cut at {cut}");
        }
    }

    #[test]
    fn an_encoding_is_what_it_says() {
        let text = String::from_utf8(document("<?xml version='1.0' encoding='utf-16'?>", "", ""))
            .expect("text");
        let marked = format!("\u{feff}{text}");
        let says_otherwise = marked.replace("utf-16", "utf-8");
        let latin =
            |inside: &str| document("<?xml version='1.0' encoding='iso-8859-1'?>", inside, "");
        assert!(read(&latin("")).is_ok(), "ASCII is what it says");
        let mut odd = wide(&marked, u16::to_le_bytes);
        odd.push(b' ');
        for bytes in [
            wide(&text, u16::to_le_bytes),
            wide(&says_otherwise, u16::to_le_bytes),
            odd,
            [document("", "", ""), b"\xff".to_vec()].concat(),
            document("", "\u{444}", "")
                .into_iter()
                .filter(|it| *it != 0xd1)
                .collect(),
            latin("\u{e4}"),
            latin("\u{fffd}")
                .into_iter()
                .filter(|it| *it != 0xbf)
                .collect(),
            document("<?xml version='1.0' encoding='us-ascii'?>", "\u{444}", ""),
            vec![],
            b"\xef\xbb\xbf".to_vec(),
        ] {
            assert!(read(&bytes).is_err(), "{bytes:?}");
        }
    }

    #[test]
    fn what_reaches_beyond_the_document_is_refused() {
        for before in [
            "<!DOCTYPE ioc>",
            "<!DOCTYPE ioc SYSTEM 'file:///x'>",
            "<!DOCTYPE ioc [<!ENTITY x 'y'>]>",
        ] {
            let read = read(&document(before, "", ""));
            assert_eq!(read, Err(DocumentFault::Doctype), "{before}");
        }
        let include =
            "<xi:include xmlns:xi='http://www.w3.org/2001/XInclude' href='file:///C:/x'/>";
        assert_eq!(
            read(&document("", include, "")),
            Err(DocumentFault::Inclusion)
        );
        let deep = format!("{}{}", "<x>".repeat(5_000), "</x>".repeat(5_000));
        assert_eq!(read(&document("", &deep, "")), Err(DocumentFault::Deep));
        let crowded = "<x/>".repeat(MOST_ELEMENTS);
        assert_eq!(
            read(&document("", &crowded, "")),
            Err(DocumentFault::Crowded)
        );
        let wide: Vec<String> = (0..200).map(|it| format!(" a{it}='1'")).collect();
        let wide = wide.concat();
        assert!(read(&document("", &format!("<x{wide}/>"), "")).is_err());
    }
}
