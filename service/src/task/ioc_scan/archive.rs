//! The archive of an IOC scan: base64, ZIP, OpenIOC, within the vendor's limits.
//!
//! KES ends the task in error when a document is larger than 2 MB, wants ids to be unique within
//! a task and more than 10 MB split over several tasks (KES for Windows, article 220828). Here
//! that is said before anything is sent. Nothing is ever inflated beyond the limits, whatever
//! sizes the archive claims.

use std::collections::HashSet;
use std::io::{Cursor, Read};
use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use quick_xml::events::Event;
use zip::ZipArchive;

use crate::task::Violation;

/// Most bytes of one document.
const DOCUMENT_BYTES: u64 = 2 * 1024 * 1024;
/// Most bytes of all documents.
const TOTAL_BYTES: u64 = 10 * 1024 * 1024;
/// Most wrong documents that are named.
const MOST_VIOLATIONS: usize = 20;
/// Most entries that are looked at: real archives have dozens.
const ENTRIES: usize = 4096;

/// Whether the text is an archive without a single document. It scans for nothing, which KSC
/// takes without a word, so the caller is warned.
pub(in crate::task) fn is_empty(ioc: &str) -> bool {
    // The end record of an empty archive and its comment are all there is.
    const MOST: usize = 100_000;
    ioc.len() < MOST
        && STANDARD
            .decode(ioc)
            .ok()
            .and_then(|bytes| ZipArchive::new(Cursor::new(bytes)).ok())
            .is_some_and(|it| it.is_empty())
}

pub(super) fn check(ioc: &str, violations: &mut Vec<Violation>) {
    if let Err(violation) = open(ioc).and_then(|archive| check_documents(archive, violations)) {
        violations.push(violation);
    }
}

fn refusal(code: &str, detail: impl Into<String>) -> Violation {
    Violation::new("/params/ioc", code, detail)
}

fn open(ioc: &str) -> Result<ZipArchive<Cursor<Vec<u8>>>, Violation> {
    let bytes = STANDARD.decode(ioc).map_err(|_| {
        refusal(
            "not_base64",
            "Must be base64 (RFC 4648 section 4, with padding).",
        )
    })?;
    let archive = ZipArchive::new(Cursor::new(bytes))
        .map_err(|_| refusal("not_a_zip", "Must decode to a ZIP archive."))?;
    if archive.len() > ENTRIES {
        return Err(refusal(
            "ioc_too_many",
            format!("Must hold at most {ENTRIES} documents."),
        ));
    }
    Ok(archive)
}

/// Names every bad document; an error ends the search early.
fn check_documents(
    mut archive: ZipArchive<Cursor<Vec<u8>>>,
    violations: &mut Vec<Violation>,
) -> Result<(), Violation> {
    // One more than is allowed: none left means too many.
    let mut left = TOTAL_BYTES + 1;
    let mut ids = HashSet::new();
    for index in 0..archive.len() {
        if violations.len() >= MOST_VIOLATIONS {
            return Err(refusal(
                "ioc_more",
                "More documents are wrong than are listed.",
            ));
        }
        let document = read(&mut archive, index, &mut left);
        if left == 0 {
            return Err(refusal(
                "ioc_total_too_large",
                "The documents must have at most 10 MB in all: split them over several tasks.",
            ));
        }
        match document {
            Ok(None) => {}
            Ok(Some(document)) => match identify(&document) {
                Err(reason) => violations.push(refusal(
                    "not_openioc",
                    format!("Document {} {reason}.", index + 1),
                )),
                Ok(id) => {
                    if !ids.insert(id) {
                        violations.push(refusal(
                            "ioc_duplicate_id",
                            format!("Document {} has the id of another one.", index + 1),
                        ));
                    }
                }
            },
            Err(violation) => violations.push(violation),
        }
    }
    Ok(())
}

/// The bytes of a document, never more than the limit, and taken from those that are left for all
/// whether they are good or not; nothing for a folder.
fn read(
    archive: &mut ZipArchive<Cursor<Vec<u8>>>,
    index: usize,
    left: &mut u64,
) -> Result<Option<Vec<u8>>, Violation> {
    let number = index + 1;
    let entry = archive.by_index(index).map_err(|_| {
        refusal(
            "ioc_unreadable",
            format!("Document {number} must be stored or deflated, and not encrypted."),
        )
    })?;
    if entry.is_dir() {
        return Ok(None);
    }
    let name = entry.name().unwrap_or_default();
    let extension = Path::new(&*name).extension().unwrap_or_default();
    let named = ["ioc", "xml"]
        .iter()
        .any(|it| extension.eq_ignore_ascii_case(it));
    if !named {
        let detail = format!("Document {number} must be named .ioc or .xml.");
        return Err(refusal("ioc_name", detail));
    }
    let mut document = Vec::new();
    let read = entry
        .take((*left).min(DOCUMENT_BYTES + 1))
        .read_to_end(&mut document);
    *left = left.saturating_sub(document.len() as u64);
    read.map_err(|_| refusal("ioc_unreadable", format!("Document {number} is damaged.")))?;
    if document.len() as u64 > DOCUMENT_BYTES {
        let detail = format!("Document {number} must have at most 2 MB.");
        return Err(refusal("ioc_too_large", detail));
    }
    Ok(Some(document))
}

/// The id of an OpenIOC document, or what keeps it from being one.
fn identify(document: &[u8]) -> Result<String, &'static str> {
    let text = decode(document).ok_or("must be UTF-8 or UTF-16 text")?;
    let mut reader = quick_xml::Reader::from_str(text.trim_start_matches('\u{feff}'));
    let mut id = None;
    let mut depth = 0_usize;
    loop {
        let event = reader.read_event().map_err(|_| "must be well-formed XML")?;
        if let Event::Start(element) | Event::Empty(element) = &event
            && id.is_none()
        {
            // OpenIOC 1.0 calls its root `ioc`, 1.1 `OpenIOC`.
            if !matches!(element.local_name().as_ref(), "ioc" | "OpenIOC") {
                return Err("must be an OpenIOC 1.0 or 1.1 document");
            }
            let attribute = element
                .try_get_attribute("id")
                .ok()
                .flatten()
                .map(|it| it.value.into_owned())
                .filter(|it| !it.trim().is_empty());
            id = Some(attribute.ok_or("must have an id")?);
        }
        if matches!(event, Event::Start(_)) {
            depth += 1;
        } else if matches!(event, Event::End(_)) {
            depth = depth.saturating_sub(1);
        } else if matches!(event, Event::Eof) {
            break;
        }
    }
    if depth > 0 {
        return Err("must be well-formed XML");
    }
    id.ok_or("must be an OpenIOC 1.0 or 1.1 document")
}

/// Text of a document. Windows editors save OpenIOC as UTF-16 with a byte order mark.
fn decode(document: &[u8]) -> Option<String> {
    let wide = |unit: fn([u8; 2]) -> u16, bytes: &[u8]| {
        let units: Vec<u16> = bytes
            .chunks_exact(2)
            .map(|it| unit([it[0], it[1]]))
            .collect();
        String::from_utf16(&units).ok()
    };
    match document {
        [0xff, 0xfe, rest @ ..] => wide(u16::from_le_bytes, rest),
        [0xfe, 0xff, rest @ ..] => wide(u16::from_be_bytes, rest),
        other => std::str::from_utf8(other).ok().map(str::to_owned),
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use zip::write::SimpleFileOptions;

    use super::*;

    fn zip(entries: &[(&str, &[u8])]) -> String {
        let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
        for (name, bytes) in entries {
            writer
                .start_file(*name, SimpleFileOptions::default())
                .expect("a name");
            writer.write_all(bytes).expect("memory");
        }
        STANDARD.encode(writer.finish().expect("memory").into_inner())
    }

    fn codes(ioc: &str) -> Vec<String> {
        let mut violations = Vec::new();
        check(ioc, &mut violations);
        violations.into_iter().map(|it| it.code).collect()
    }

    const IOC: &[u8] = br#"<?xml version="1.0"?><ioc xmlns="http://schemas.mandiant.com/2010/ioc" id="a"><definition/></ioc>"#;

    #[test]
    fn documents_of_both_versions_and_in_utf_16_are_accepted() {
        let newer = br#"<OpenIOC xmlns="http://openioc.org/schemas/OpenIOC_1.1" id="b"><criteria/></OpenIOC>"#;
        let wide: Vec<u8> = "\u{feff}<ioc id=\"c\"/>"
            .encode_utf16()
            .flat_map(u16::to_le_bytes)
            .collect();

        let ioc = zip(&[("a.ioc", IOC), ("dir/b.XML", newer), ("c.ioc", &wide)]);

        assert_eq!(codes(&ioc), Vec::<String>::new());
    }

    #[test]
    fn an_empty_archive_is_an_archive_without_documents() {
        assert!(codes("UEsFBgAAAAAAAAAAAAAAAAAAAAAAAA==").is_empty());
        assert!(is_empty("UEsFBgAAAAAAAAAAAAAAAAAAAAAAAA=="));
        assert!(!is_empty(&zip(&[("a.ioc", IOC)])));
    }

    #[test]
    fn what_is_not_base64_or_not_a_zip_is_said_so() {
        assert_eq!(codes("C:\\iocs.zip"), ["not_base64"]);
        assert_eq!(codes(&STANDARD.encode("not a zip")), ["not_a_zip"]);
    }

    #[test]
    fn every_bad_document_is_named() {
        let ioc = zip(&[
            ("a.ioc", IOC),
            ("b.ioc", IOC),
            ("c.txt", IOC),
            ("d.ioc", b"<html id='x'/>"),
            ("e.ioc", b"<ioc id='e'><definition></ioc>"),
            ("f.ioc", b"<ioc/>"),
            ("g.ioc", b"\xff\x00"),
            ("h.ioc", b""),
            ("i.ioc", b"<ioc id='i'><definition>"),
        ]);

        let expected = ["ioc_duplicate_id", "ioc_name"].into_iter();
        assert_eq!(
            codes(&ioc),
            expected.chain(["not_openioc"; 6]).collect::<Vec<_>>()
        );
    }

    #[test]
    fn an_archive_that_inflates_beyond_the_limits_is_refused_without_inflating_it() {
        let bomb = vec![b' '; 3 * 1024 * 1024];
        let padded = |id: u8| {
            let mut document = format!("<ioc id='{id}'/>").into_bytes();
            document.resize(2 * 1024 * 1024, b' ');
            document
        };
        let many: Vec<(String, Vec<u8>)> =
            (0..6).map(|it| (format!("{it}.ioc"), padded(it))).collect();
        let many: Vec<(&str, &[u8])> = many
            .iter()
            .map(|(name, it)| (name.as_str(), it.as_slice()))
            .collect();

        assert_eq!(codes(&zip(&[("a.ioc", &bomb)])), ["ioc_too_large"]);
        assert_eq!(codes(&zip(&many)), ["ioc_total_too_large"]);
        assert!(codes(&zip(&many[..5])).is_empty(), "10 MB are not too much");
        // Too large each, and together far more than is ever inflated.
        let bombs: Vec<(String, &[u8])> = (0..12)
            .map(|it| (format!("{it}.ioc"), bomb.as_slice()))
            .collect();
        let bombs: Vec<(&str, &[u8])> = bombs
            .iter()
            .map(|(name, it)| (name.as_str(), *it))
            .collect();
        assert_eq!(codes(&zip(&bombs)).len(), 5);
    }
}
