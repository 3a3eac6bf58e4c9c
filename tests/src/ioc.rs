//! Archives of OpenIOC documents.

use std::io::{Cursor, Write};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

/// An OpenIOC 1.0 document of this id that looks for a file.
#[must_use]
pub fn document(id: &str) -> String {
    looking_for(id, "FileItem/Md5sum")
}

/// An OpenIOC 1.0 document of this id that looks for this.
#[must_use]
pub fn looking_for(id: &str, search: &str) -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n\
         <ioc xmlns=\"http://schemas.mandiant.com/2010/ioc\" id=\"{id}\"><definition><Indicator operator=\"OR\">\
         <IndicatorItem condition=\"is\"><Context document=\"FileItem\" search=\"{search}\" type=\"mir\"/>\
         <Content type=\"md5\">d41d8cd98f00b204e9800998ecf8427e</Content></IndicatorItem></Indicator></definition></ioc>\n"
    )
}

/// A ZIP archive of these entries in base64, as `iocScan` takes it.
///
/// # Panics
/// When a name stands twice.
#[must_use]
pub fn archive(entries: &[(&str, &[u8])]) -> String {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in entries {
        writer
            .start_file(*name, SimpleFileOptions::default())
            .expect("a name");
        writer.write_all(bytes).expect("memory");
    }
    STANDARD.encode(writer.finish().expect("memory").into_inner())
}
