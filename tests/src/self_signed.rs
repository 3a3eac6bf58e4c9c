//! A listener with a certificate that it has made for itself.

use tempfile::TempDir;

/// A certificate of its own for `localhost`, and the files of it.
pub struct SelfSigned {
    /// Certificate and key.
    pub own: rcgen::CertifiedKey<rcgen::KeyPair>,
    folder: TempDir,
}

impl SelfSigned {
    /// A new one.
    ///
    /// # Panics
    /// When it cannot be made.
    #[must_use]
    #[expect(clippy::new_without_default, reason = "each is another one")]
    pub fn new() -> Self {
        let own = rcgen::generate_simple_self_signed(["localhost".to_owned()]);
        Self {
            own: own.expect("a certificate"),
            folder: tempfile::tempdir().expect("a folder"),
        }
    }

    /// It as a file has it.
    #[must_use]
    pub fn certificate(&self) -> String {
        self.own.cert.pem()
    }

    /// Its SHA-256, as people compare it.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        trust::Fingerprint::of(self.own.cert.der()).to_string()
    }

    /// The settings of a listener that shows it.
    ///
    /// # Panics
    /// When its files cannot be written.
    #[must_use]
    pub fn settings(&self) -> [(&'static str, String); 2] {
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
