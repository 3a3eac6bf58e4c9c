//! A listener with a certificate that it has made for itself.

use tempfile::TempDir;

/// A certificate of its own for `localhost`, and the files of it.
pub(super) struct SelfSigned {
    pub(super) own: rcgen::CertifiedKey<rcgen::KeyPair>,
    folder: TempDir,
}

impl SelfSigned {
    pub(super) fn new() -> Self {
        let own = rcgen::generate_simple_self_signed(["localhost".to_owned()]);
        Self {
            own: own.expect("a certificate"),
            folder: tempfile::tempdir().expect("a folder"),
        }
    }

    /// The settings of a listener that shows it.
    pub(super) fn settings(&self) -> [(&'static str, String); 2] {
        let file = |name: &str, text: String| {
            let path = self.folder.path().join(name);
            std::fs::write(&path, text).expect("a file");
            path.display().to_string()
        };
        [
            (
                "server.tls.certificate_file",
                file("tls.crt", self.own.cert.pem()),
            ),
            (
                "server.tls.key_file",
                file("tls.key", self.own.signing_key.serialize_pem()),
            ),
        ]
    }
}
