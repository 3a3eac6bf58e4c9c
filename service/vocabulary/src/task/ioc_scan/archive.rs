//! The archive of an IOC scan: base64, ZIP, OpenIOC, within the vendor's limits.
//!
//! KES ends the task in error when a document is larger than 2 MB, wants ids to be unique within a
//! task and more than 10 MB split over several tasks (KES for Windows, article 220828). Here that
//! is said before anything is sent. Nothing is ever inflated beyond the limits, whatever sizes the
//! archive claims.
//!
//! The archive goes on as it is, to a program that is not known. So it must mean one thing to
//! everybody who unpacks it: what its directory says of an entry stands at the entry too, and every
//! entry has a name that Windows can have ([`super::entry`]).

use std::borrow::Cow;
use std::collections::{BTreeSet, HashSet};
use std::io::{Cursor, Read};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use zip::{CompressionMethod, ZipArchive};

use super::document::{self, IocDocument};
use super::entry::{NameFault, Names, shown};
use crate::task::violation::Violation;

/// Most bytes of one document.
const DOCUMENT_BYTES: u64 = 2 * 1024 * 1024;
/// Most bytes of all entries.
const TOTAL_BYTES: u64 = 10 * 1024 * 1024;
/// Most wrong entries that are named.
const MOST_VIOLATIONS: usize = 20;
/// Most entries that are looked at: real archives have dozens.
const ENTRIES: usize = 4096;

/// What of the documents KES is known not to look at.
pub(super) type Unknown = BTreeSet<String>;

/// Checks an archive.
///
/// # Errors
/// Every entry that is wrong; the first mistake where one ends the search.
pub(super) fn check(ioc: &str) -> Result<Unknown, Vec<Violation>> {
    let mut check = ArchiveCheck {
        names: Names::default(),
        ids: HashSet::new(),
        unknown: Unknown::new(),
        violations: Vec::new(),
        left: TOTAL_BYTES + 1,
        documents: 0,
    };
    match check.run(ioc) {
        Ok(()) if check.violations.is_empty() => Ok(check.unknown),
        Ok(()) => Err(check.violations),
        Err(last) => {
            check.violations.push(last);
            Err(check.violations)
        }
    }
}

/// The look through an archive.
struct ArchiveCheck {
    names: Names,
    ids: HashSet<String>,
    unknown: Unknown,
    violations: Vec<Violation>,
    /// Bytes that may still come out of the archive. One more than is allowed: none left means too
    /// many.
    left: u64,
    documents: usize,
}

fn refusal(code: &str, detail: impl Into<String>) -> Violation {
    Violation::new("/params/ioc", code, detail)
}

fn inconsistent() -> Violation {
    refusal(
        "ioc_inconsistent",
        "The directory of the archive and the heads of its entries must say the same: programs differ in which of them they read.",
    )
}

type Archive<'a> = ZipArchive<Cursor<&'a [u8]>>;

impl ArchiveCheck {
    /// Names every bad entry; an error ends the search early.
    fn run(&mut self, ioc: &str) -> Result<(), Violation> {
        let bytes = STANDARD.decode(ioc).map_err(|_| {
            refusal(
                "not_base64",
                "Must be base64 (RFC 4648 section 4, with padding).",
            )
        })?;
        let not_a_zip = |_| refusal("not_a_zip", "Must decode to a ZIP archive.");
        let mut archive = ZipArchive::new(Cursor::new(bytes.as_slice())).map_err(not_a_zip)?;
        if archive.len() > ENTRIES {
            return Err(refusal(
                "ioc_too_many",
                format!("Must hold at most {ENTRIES} documents."),
            ));
        }
        // The library keeps one entry of each name.
        if archive.has_duplicate_names() {
            let start = usize::try_from(archive.central_directory_start()).unwrap_or(usize::MAX);
            let names = repeated(bytes.get(start..).unwrap_or_default());
            let detail = |it: &String| format!("The name {it} {}.", NameFault::Twice);
            let twice = names
                .iter()
                .take(MOST_VIOLATIONS)
                .map(|it| refusal("ioc_name", detail(it)));
            self.violations.extend(twice);
            if self.violations.is_empty() {
                return Err(inconsistent());
            }
            return Ok(());
        }
        for index in 0..archive.len() {
            if self.violations.len() >= MOST_VIOLATIONS {
                return Err(refusal(
                    "ioc_more",
                    "More entries are wrong than are listed.",
                ));
            }
            let looked_at = self.entry(&mut archive, index);
            if self.left > 0 {
                self.violations.extend(looked_at.err());
            } else {
                return Err(refusal(
                    "ioc_total_too_large",
                    "The documents must have at most 10 MB in all: split them over several tasks.",
                ));
            }
        }
        if !self.violations.is_empty() {
            return Ok(());
        }
        if self.documents == 0 {
            return Err(refusal(
                "ioc_empty",
                "Must hold a document: a scan for nothing finds nothing, and reads as all clear.",
            ));
        }
        archive
            .validate_header_consistency()
            .map_err(|_| inconsistent())
    }

    /// One entry.
    fn entry(&mut self, archive: &mut Archive<'_>, index: usize) -> Result<(), Violation> {
        let entry = archive.by_index_data(index).map_err(|_| inconsistent())?;
        let Ok(name) = entry.name().map(Cow::into_owned) else {
            return Err(refusal("ioc_name", "The name of an entry is no text."));
        };
        let shown = shown(&name);
        let known = self
            .names
            .take(&name)
            .map_err(|fault| refusal("ioc_name", format!("The name {shown} {fault}.")))?;
        if entry.is_symlink() {
            let detail = format!("{shown} is a link, and must be a document.");
            return Err(refusal("ioc_name", detail));
        }
        if entry.encrypted() {
            let detail = format!("{shown} is encrypted: KES cannot read it.");
            return Err(refusal("ioc_unreadable", detail));
        }
        let method = entry.compression();
        if !matches!(
            method,
            CompressionMethod::Stored | CompressionMethod::Deflated
        ) {
            let detail = format!(
                "{shown} is compressed by {}: it must be stored or deflated.",
                called(method)
            );
            return Err(refusal("ioc_unreadable", detail));
        }
        if entry.is_dir() {
            return Ok(());
        }
        if !known.litter && !known.document {
            let detail = format!("{shown} must be named .ioc or .xml.");
            return Err(refusal("ioc_name", detail));
        }
        let content = self.content(archive, index, &shown)?;
        if known.litter || self.left == 0 {
            return Ok(());
        }
        self.documents += 1;
        let IocDocument { id, unknown } = document::read(&content).map_err(|fault| {
            let code = match fault {
                document::DocumentFault::FindsNothing => "ioc_finds_nothing",
                document::DocumentFault::Malformed { .. }
                | document::DocumentFault::Encoding
                | document::DocumentFault::Doctype
                | document::DocumentFault::Inclusion
                | document::DocumentFault::Deep
                | document::DocumentFault::Crowded
                | document::DocumentFault::NotOpenIoc
                | document::DocumentFault::NoId => "not_openioc",
            };
            refusal(code, format!("{shown} {fault}."))
        })?;
        if !self.ids.insert(id) {
            let detail = format!("{shown} has the id of another document.");
            return Err(refusal("ioc_duplicate_id", detail));
        }
        self.unknown.extend(unknown);
        Ok(())
    }

    /// The bytes of an entry, never more than the limit, and taken from those that are left for all
    /// whether they are good or not.
    fn content(
        &mut self,
        archive: &mut Archive<'_>,
        index: usize,
        shown: &str,
    ) -> Result<Vec<u8>, Violation> {
        let damaged = || refusal("ioc_unreadable", format!("{shown} is damaged."));
        let file = archive.by_index(index).map_err(|_| damaged())?;
        let mut content = Vec::new();
        let read = file
            .take(self.left.min(DOCUMENT_BYTES + 1))
            .read_to_end(&mut content);
        self.left = self.left.saturating_sub(content.len() as u64);
        read.map_err(|_| damaged())?;
        if content.len() as u64 > DOCUMENT_BYTES {
            let detail = format!("{shown} must have at most 2 MB.");
            return Err(refusal("ioc_too_large", detail));
        }
        Ok(content)
    }
}

/// The names that a directory has more than once (APPNOTE 4.3.12).
fn repeated(mut directory: &[u8]) -> Vec<String> {
    const HEAD: usize = 46;
    let mut seen = HashSet::new();
    let mut repeated = Vec::new();
    while directory.starts_with(b"PK\x01\x02") && directory.len() >= HEAD {
        let length =
            |at: usize| usize::from(u16::from_le_bytes([directory[at], directory[at + 1]]));
        let (name, extra, comment) = (length(28), length(30), length(32));
        let Some(raw) = directory.get(HEAD..HEAD + name) else {
            break;
        };
        if !seen.insert(raw) {
            repeated.push(shown(&String::from_utf8_lossy(raw)));
        }
        directory = directory
            .get(HEAD + name + extra + comment..)
            .unwrap_or_default();
    }
    repeated
}

/// What people call a method of compression (APPNOTE 4.4.5).
fn called(method: CompressionMethod) -> String {
    #[expect(deprecated, reason = "the number is what the archive says of itself")]
    let number = method.to_u16();
    let name = match number {
        1 => "Shrink",
        2..=5 => "Reduce",
        6 => "Implode",
        9 => "Deflate64",
        10 => "PKWARE DCL Implode",
        12 => "bzip2",
        14 => "LZMA",
        20 | 93 => "Zstandard",
        94 => "MP3",
        95 => "XZ",
        96 => "JPEG",
        97 => "WavPack",
        98 => "PPMd",
        99 => "AES",
        _ => return format!("method {number}"),
    };
    format!("{name} (method {number})")
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use zip::write::SimpleFileOptions;

    use super::*;

    fn packed(entries: &[(&str, &[u8])]) -> Vec<u8> {
        let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
        for (name, bytes) in entries {
            writer
                .start_file(*name, SimpleFileOptions::default())
                .expect("a name");
            writer.write_all(bytes).expect("memory");
        }
        writer.finish().expect("memory").into_inner()
    }

    fn zip(entries: &[(&str, &[u8])]) -> String {
        STANDARD.encode(packed(entries))
    }

    /// The violations of an archive: code and detail.
    fn violations(bytes: &[u8]) -> Vec<(String, String)> {
        let refused = check(&STANDARD.encode(bytes)).err().unwrap_or_default();
        refused.into_iter().map(|it| (it.code, it.detail)).collect()
    }

    fn codes(ioc: &str) -> Vec<String> {
        let refused = check(ioc).err().unwrap_or_default();
        refused.into_iter().map(|it| it.code).collect()
    }

    fn document(id: &str) -> String {
        format!(
            "<?xml version=\"1.0\"?><ioc xmlns=\"http://schemas.mandiant.com/2010/ioc\" id=\"{id}\"><definition>\
             <Indicator operator=\"OR\"><IndicatorItem condition=\"is\"><Context document=\"FileItem\" \
             search=\"FileItem/Md5sum\" type=\"mir\"/><Content type=\"md5\">d41d8cd98f00b204e9800998ecf8427e</Content>\
             </IndicatorItem></Indicator></definition></ioc>"
        )
    }

    /// Replaces every occurrence, as often as it must be there.
    fn replaced(bytes: &[u8], from: &[u8], to: &[u8], times: usize) -> Vec<u8> {
        assert_eq!(from.len(), to.len());
        let mut bytes = bytes.to_vec();
        let mut found = 0;
        for at in 0..=bytes.len() - from.len() {
            if &bytes[at..at + from.len()] == from && found < times {
                bytes[at..at + to.len()].copy_from_slice(to);
                found += 1;
            }
        }
        assert_eq!(found, times, "{from:?}");
        bytes
    }

    #[test]
    fn documents_of_both_versions_and_in_utf_16_are_accepted() {
        let newer = "<OpenIOC xmlns=\"http://openioc.org/schemas/OpenIOC_1.1\" id=\"b\"><criteria><Indicator operator=\"OR\">\
                     <IndicatorItem condition=\"contains\" preserve-case=\"false\" negate=\"false\"><Context \
                     document=\"FileItem\" search=\"FileItem/FilePath\"/><Content type=\"string\">temp</Content>\
                     </IndicatorItem></Indicator></criteria></OpenIOC>";
        let wide: Vec<u8> = format!("\u{feff}{}", document("c"))
            .encode_utf16()
            .flat_map(u16::to_le_bytes)
            .collect();

        let one = document("a");
        let ioc = zip(&[
            ("a.ioc", one.as_bytes()),
            ("dir/b.XML", newer.as_bytes()),
            ("dir\\c.ioc", &wide),
        ]);

        assert_eq!(codes(&ioc), Vec::<String>::new());
    }

    #[test]
    fn an_archive_that_can_find_nothing_is_refused() {
        let document = document("a");
        let not_looked_for = document.replace("definition", "description");
        let empty = document.replace("d41d8cd98f00b204e9800998ecf8427e", " \n ");
        let unsearched = document.replace("FileItem/Md5sum", "");
        let none = "<ioc id=\"a\"><definition/></ioc>";
        let foreign = document.replace("<IndicatorItem ", "<IndicatorItem xmlns=\"urn:x\" ");
        let bare = document.replace(
            "<Context document=\"FileItem\" search=\"FileItem/Md5sum\" type=\"mir\"/>",
            "",
        );

        assert_eq!(codes("UEsFBgAAAAAAAAAAAAAAAAAAAAAAAA=="), ["ioc_empty"]);
        for litter in ["__MACOSX/._a.ioc", ".DS_Store", "dir/Thumbs.db"] {
            assert_eq!(codes(&zip(&[(litter, b"\0")])), ["ioc_empty"], "{litter}");
        }
        for nothing in [&not_looked_for, &empty, &unsearched, none, &foreign, &bare] {
            let refused = violations(&packed(&[("dir/x.ioc", nothing.as_bytes())]));
            assert_eq!(refused[0].0, "ioc_finds_nothing", "{nothing}");
            assert!(
                refused[0].1.starts_with("\"dir/x.ioc\" has nothing"),
                "{refused:?}"
            );
        }
    }

    #[test]
    fn what_systems_leave_in_archives_is_passed_over() {
        let document = document("a");
        let ioc = zip(&[
            ("iocs/", b""),
            ("iocs/a.ioc", document.as_bytes()),
            ("__MACOSX/iocs/._a.ioc", b"\0\x05\x16\x07"),
            ("iocs/.DS_Store", b"\0"),
            ("Thumbs.db", b"\0"),
        ]);

        assert_eq!(codes(&ioc), Vec::<String>::new());
        let outside = zip(&[
            ("a.ioc", document.as_bytes()),
            ("__MACOSX/../../._a.ioc", b""),
        ]);
        assert_eq!(codes(&outside), ["ioc_name"]);
    }

    #[test]
    fn what_is_not_base64_or_not_a_zip_is_said_so() {
        assert_eq!(codes("C:\\iocs.zip"), ["not_base64"]);
        assert_eq!(codes(&STANDARD.encode("not a zip")), ["not_a_zip"]);
    }

    #[test]
    fn every_bad_entry_is_named_by_its_name() {
        let [a, h] = ["a", "h"].map(document);
        let a = a.as_bytes();
        let refused = violations(&packed(&[
            ("a.ioc", a),
            ("b.ioc", a),
            ("c.txt", a),
            ("d.ioc", b"<html id='x'/>"),
            ("e.ioc", b"<ioc id='e'><definition></ioc>"),
            ("f.ioc", document("").as_bytes()),
            ("g.ioc", b"\xff\x00"),
            ("../h.ioc", h.as_bytes()),
            ("CON.ioc", h.as_bytes()),
            ("A.IOC", h.as_bytes()),
            ("i.ioc", b"<ioc id='i'><definition>"),
        ]));

        let named = [
            "b.ioc", "c.txt", "d.ioc", "e.ioc", "f.ioc", "g.ioc", "../h.ioc", "CON.ioc", "A.IOC",
            "i.ioc",
        ];
        let codes = [
            "ioc_duplicate_id",
            "ioc_name",
            "not_openioc",
            "not_openioc",
            "not_openioc",
            "not_openioc",
            "ioc_name",
            "ioc_name",
            "ioc_name",
            "not_openioc",
        ];
        assert_eq!(refused.len(), named.len(), "{refused:?}");
        for ((code, detail), (name, expected)) in refused.iter().zip(named.into_iter().zip(codes)) {
            assert_eq!(code, expected, "{detail}");
            assert!(detail.contains(&format!("{name:?}")), "{name}: {detail}");
        }
        let mixed = zip(&[("1.ioc", a), ("2.ioc", document("A").as_bytes())]);
        assert_eq!(
            super::tests::codes(&mixed),
            ["ioc_duplicate_id"],
            "ids differ in case alone"
        );
    }

    #[test]
    fn an_archive_means_one_thing_to_everybody() {
        let [a, b] = ["a", "b"].map(document);
        let two = packed(&[("aa.ioc", a.as_bytes()), ("bb.ioc", b.as_bytes())]);
        assert_eq!(violations(&two), []);

        // One name for both, in the heads and in the directory.
        let twice = violations(&replaced(&two, b"bb.ioc", b"aa.ioc", 2));
        assert_eq!(twice.len(), 1, "{twice:?}");
        assert_eq!(twice[0].0, "ioc_name");
        assert!(twice[0].1.contains("\"aa.ioc\""), "{twice:?}");
        // Another name at the entry than in the directory.
        let cloaked = violations(&replaced(&two, b"bb.ioc", b"..ioc.", 1));
        assert_eq!(cloaked[0].0, "ioc_inconsistent", "{cloaked:?}");
        // An entry that the directory does not know, before those that it knows.
        let hidden = packed(&[("x.exe", b"MZ")]);
        let end = hidden
            .windows(4)
            .position(|it| it == b"PK\x01\x02")
            .expect("a directory");
        let mut smuggled = hidden[..end].to_vec();
        smuggled.extend(&two);
        assert!(!violations(&smuggled).is_empty());
    }

    #[test]
    fn a_method_that_kes_may_not_know_is_called_by_its_name() {
        let archive = packed(&[("a.ioc", document("a").as_bytes())]);
        for (number, name) in [
            (9_u8, "Deflate64"),
            (12, "bzip2"),
            (14, "LZMA"),
            (93, "Zstandard"),
            (95, "XZ"),
            (98, "PPMd"),
            (77, "method 77"),
        ] {
            // In the head: signature, version, flags, method; in the directory one version more.
            let head = replaced(&archive, b"PK\x03\x04", b"PK\x03\x04", 1);
            let mut other = head;
            let directory = other
                .windows(4)
                .position(|it| it == b"PK\x01\x02")
                .expect("a directory");
            other[8] = number;
            other[directory + 10] = number;
            let refused = violations(&other);
            assert_eq!(refused[0].0, "ioc_unreadable", "{name}: {refused:?}");
            assert!(
                refused[0].1.contains(name) && refused[0].1.contains("\"a.ioc\""),
                "{refused:?}"
            );
        }
        let mut encrypted = archive.clone();
        let directory = encrypted
            .windows(4)
            .position(|it| it == b"PK\x01\x02")
            .expect("a directory");
        encrypted[6] |= 1;
        encrypted[directory + 8] |= 1;
        assert!(violations(&encrypted)[0].1.contains("is encrypted"));
        let mut damaged = archive;
        let at = damaged.len() / 3;
        damaged[at] ^= 0xff;
        assert_eq!(violations(&damaged)[0].0, "ioc_unreadable");
    }

    #[test]
    fn a_link_is_no_document() {
        let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
        writer
            .add_symlink("a.ioc", "/etc/passwd", SimpleFileOptions::default())
            .expect("a link");
        let bytes = writer.finish().expect("memory").into_inner();

        assert_eq!(violations(&bytes)[0].0, "ioc_name");
    }

    #[test]
    fn what_kes_does_not_look_for_is_told() {
        let known = document("a");
        let unknown = document("b").replace("FileItem/Md5sum", "DriverItem/Md5sum");
        let found = check(&zip(&[
            ("a.ioc", known.as_bytes()),
            ("b.ioc", unknown.as_bytes()),
        ]));

        assert_eq!(found, Ok(Unknown::from(["DriverItem/Md5sum".to_owned()])));
        assert_eq!(
            check(&zip(&[("a.ioc", known.as_bytes())])),
            Ok(Unknown::new())
        );
    }

    #[test]
    fn an_archive_that_inflates_beyond_the_limits_is_refused_without_inflating_it() {
        let bomb = vec![b' '; 3 * 1024 * 1024];
        let padded = |id: u8| {
            let mut document = document(&id.to_string()).into_bytes();
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
        // Too large each, and together far more than is ever inflated; litter is no way around it.
        for ending in ["ioc", "ioc/Thumbs.db"] {
            let bombs: Vec<(String, &[u8])> = (0..12)
                .map(|it| (format!("{it}.{ending}"), bomb.as_slice()))
                .collect();
            let bombs: Vec<(&str, &[u8])> = bombs
                .iter()
                .map(|(name, it)| (name.as_str(), *it))
                .collect();
            assert_eq!(codes(&zip(&bombs)).len(), 5, "{ending}");
        }
    }
}
