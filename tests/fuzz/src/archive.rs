//! Archives of IOC scans: ZIP in base64, OpenIOC in it.
//!
//! After a first byte of even value the bytes are the archive itself; after an odd one they are
//! documents, which are put into an archive here: no fuzzer guesses checksums.

use std::collections::HashSet;
use std::io::{Cursor, Read as _, Write as _};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use edr_gateway::backends::ksc::warnings;
use edr_gateway::doors::rest::body;
use edr_gateway::doors::rest::form::Form;
use serde_json::json;
use vocabulary::task::{Action, TaskType};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

use crate::Verdict;
use crate::request::{CONTRACT, assert_explained};

/// Stands between two documents.
const SEPARATOR: u8 = 0x1e;

/// What all documents may have together.
const TOTAL_BYTES: u64 = 10 * 1024 * 1024;

pub(crate) fn try_one(input: &[u8]) -> Verdict {
    let Some((kind, bytes)) = input.split_first() else {
        return Verdict::Refused;
    };
    if kind % 2 == 0 {
        return check(bytes);
    }
    let documents: Vec<&[u8]> = bytes.split(|it| *it == SEPARATOR).collect();
    let verdict = check(&pack(&documents, *kind));
    let distinct: HashSet<&[u8]> = documents.iter().copied().collect();
    assert!(
        verdict == Verdict::Refused || distinct.len() == documents.len(),
        "two documents of one id were taken"
    );
    assert!(
        verdict == Verdict::Refused || documents.iter().all(|it| it.contains(&b'<')),
        "something without a root was taken"
    );
    verdict
}

fn check(archive: &[u8]) -> Verdict {
    let body = json!({
        "targetHost": "ws-042",
        "ioc": STANDARD.encode(archive),
    });
    // What is read back from KSC may be anything.
    let _any = warnings::of_params(TaskType::IocScan, &body);
    match body::check(&CONTRACT, Form::Flat(Action::IocScan), body.clone()) {
        Ok(_) => {
            assert_documents(archive);
            Verdict::Taken
        }
        Err(problem) => {
            assert_explained(&problem, &body);
            let document = problem.document("/", "r");
            assert!(document.errors.len() <= 21, "{}", document.errors.len());
            Verdict::Refused
        }
    }
}

/// An archive that was taken holds a document at least, of a name that KES reads and inside the
/// archive, and all of them are not too large, whatever the archive says of their sizes.
fn assert_documents(archive: &[u8]) {
    let mut archive = ZipArchive::new(Cursor::new(archive)).expect("it was read");
    let (mut total, mut documents) = (0, 0);
    for index in 0..archive.len() {
        let mut entry = archive.by_index(index).expect("it was read");
        if entry.is_dir() {
            continue;
        }
        let name = entry.name().expect("a name").to_ascii_lowercase();
        let parts = || name.split(['/', '\\']);
        assert!(
            !name.starts_with(['/', '\\']) && !name.contains(':'),
            "{name}"
        );
        assert!(!parts().any(|it| it == ".."), "{name}");
        let extension = name.rsplit_once('.').map(|(_, it)| it);
        documents += usize::from(matches!(extension, Some("ioc" | "xml")) && !name.contains("._"));
        let mut document = Vec::new();
        entry.read_to_end(&mut document).expect("it was read");
        total += document.len() as u64;
        assert!(total <= TOTAL_BYTES, "{total} bytes");
    }
    assert!(documents > 0, "there is nothing to look for");
}

fn pack(documents: &[&[u8]], kind: u8) -> Vec<u8> {
    let method = if kind % 4 == 1 {
        CompressionMethod::Stored
    } else {
        CompressionMethod::Deflated
    };
    let options = SimpleFileOptions::default().compression_method(method);
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (number, document) in documents.iter().enumerate() {
        let name = format!("{number}.ioc");
        writer.start_file(name, options).expect("a name");
        writer.write_all(document).expect("memory");
    }
    writer.finish().expect("memory").into_inner()
}
