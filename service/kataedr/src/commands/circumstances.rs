//! What the commands are about.

use serde::{Deserialize, Serialize};

use crate::draft::Format;
use crate::mode::Mode;

/// Files and wishes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Circumstances {
    /// The file with the new settings.
    pub file: String,
    /// How it is written.
    pub format: Format,
    /// Where the settings that the device has are kept; an existing file is overwritten, folders are
    /// not made.
    pub backup: String,
    /// Where the settings are read back to.
    pub read_back: String,
    /// The server certificate, if it is to be added.
    #[serde(default)]
    pub server_certificate: Option<String>,
    /// The client certificate with its key (PFX), if it is to be added.
    #[serde(default)]
    pub client_certificate: Option<String>,
    /// The telemetry server's certificate, in the mode that has one. Whether it is added apart from the
    /// other is documented nowhere; it may be the same file.
    #[serde(default)]
    pub telemetry_server_certificate: Option<String>,
    /// The client certificate for the telemetry server, likewise.
    #[serde(default)]
    pub telemetry_client_certificate: Option<String>,
}

/// A path that is refused: it cannot be a word of a command, would be overwritten, or has no use.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, thiserror::Error)]
#[error("{what}: {why}")]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct RefusedPath {
    /// Which one.
    pub what: &'static str,
    /// Why not.
    pub why: &'static str,
}

impl Circumstances {
    /// The same with every path safe as an argument: one that begins with a hyphen is no option.
    pub(super) fn checked(&self, mode: Mode) -> Result<Self, RefusedPath> {
        let optional = |what, path: &Option<String>| {
            let path = path.as_ref();
            path.map(|it| safe(what, it)).transpose()
        };
        let checked = Self {
            file: safe("file", &self.file)?,
            format: self.format,
            backup: safe("backup", &self.backup)?,
            read_back: safe("readBack", &self.read_back)?,
            server_certificate: optional("serverCertificate", &self.server_certificate)?,
            client_certificate: optional("clientCertificate", &self.client_certificate)?,
            telemetry_server_certificate: optional(
                "telemetryServerCertificate",
                &self.telemetry_server_certificate,
            )?,
            telemetry_client_certificate: optional(
                "telemetryClientCertificate",
                &self.telemetry_client_certificate,
            )?,
        };
        if mode == Mode::EdrKata {
            for (what, path) in [
                (
                    "telemetryServerCertificate",
                    &checked.telemetry_server_certificate,
                ),
                (
                    "telemetryClientCertificate",
                    &checked.telemetry_client_certificate,
                ),
            ] {
                if path.is_some() {
                    let why = "the mode EDRKATA has no telemetry server of its own";
                    return Err(RefusedPath { what, why });
                }
            }
        }
        let differ = |why| RefusedPath {
            what: "backup",
            why,
        };
        let is_same = |one: &str, other: &str| lexical(one) == lexical(other);
        if is_same(&checked.backup, &checked.file) {
            return Err(differ(
                "it is the file with the new settings, which it would overwrite",
            ));
        }
        let certificates = [
            &checked.server_certificate,
            &checked.client_certificate,
            &checked.telemetry_server_certificate,
            &checked.telemetry_client_certificate,
        ];
        for (what, path) in [
            ("backup", &checked.backup),
            ("readBack", &checked.read_back),
        ] {
            if certificates
                .iter()
                .copied()
                .flatten()
                .any(|it| is_same(it, path))
            {
                let why = "it is a certificate, which it would overwrite";
                return Err(RefusedPath { what, why });
            }
        }
        let overwrites = |other: &str| is_same(&checked.read_back, other);
        if overwrites(&checked.file) || overwrites(&checked.backup) {
            return Err(RefusedPath {
                what: "readBack",
                why: "it is one of the other files, which it would overwrite",
            });
        }
        Ok(checked)
    }
}

/// A path without what makes no difference: two spellings of one file are one. What links lead to, the
/// text does not say.
fn lexical(path: &str) -> (bool, Vec<&str>) {
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match (part, parts.last()) {
            ("" | ".", _) => {}
            ("..", Some(&last)) if last != ".." => drop(parts.pop()),
            _ => parts.push(part),
        }
    }
    (path.starts_with('/'), parts)
}

fn safe(what: &'static str, path: &str) -> Result<String, RefusedPath> {
    let no = |why| Err(RefusedPath { what, why });
    if path.is_empty() {
        return no("it is empty");
    }
    if path.len() > 4_096 {
        return no("it is longer than any path");
    }
    if path.chars().any(char::is_control) {
        return no("it has control characters");
    }
    if path.starts_with('-') {
        return Ok(format!("./{path}"));
    }
    Ok(path.to_owned())
}
