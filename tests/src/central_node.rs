//! A KATA Central Node in the house, and the identity that the gateway has there.

use std::path::Path;

use kata_simulator::{Scenario, Simulator};
use rcgen::{CertificateParams, KeyPair, PKCS_ECDSA_P256_SHA256};

use crate::environment::variable;

/// Who the gateway is to the Central Node.
pub const EXTERNAL_SYSTEM: &str = "3f6d1b9e-52a7-4c0e-9a44-7a1d0e5c8b21";

/// A Central Node, with what makes a gateway know it.
pub struct CentralNode {
    pub(crate) sim: Simulator,
}

impl CentralNode {
    /// One that works so.
    ///
    /// # Panics
    /// When it does not start.
    pub async fn open(scenario: Scenario) -> Self {
        let sim = Simulator::start(scenario).await;
        Self {
            sim: sim.expect("the Central Node starts"),
        }
    }

    /// The Central Node itself.
    #[must_use]
    pub fn sim(&self) -> &Simulator {
        &self.sim
    }

    /// What makes a gateway know it, under the alias `kata`. Files that it names are written into
    /// `folder`.
    ///
    /// # Panics
    /// When a file cannot be written.
    #[must_use]
    pub fn environment(&self, folder: &Path) -> Vec<(String, String)> {
        let write = |name: &str, text: &str| {
            let path = folder.join(name);
            std::fs::write(&path, text).expect("a file");
            path.display().to_string()
        };
        // One identity however often it is asked for: another would have to be accepted anew.
        let (certificate, key) = (
            folder.join("kata-identity.pem"),
            folder.join("kata-key.pem"),
        );
        if !certificate.exists() {
            let pair = KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256).expect("a key");
            let params = CertificateParams::new(Vec::new()).expect("parameters");
            let made = params.self_signed(&pair).expect("a certificate");
            write("kata-identity.pem", &made.pem());
            write("kata-key.pem", &pair.serialize_pem());
        }
        let addresses = self.sim.addresses().iter();
        let endpoints: Vec<String> = addresses.map(|it| format!("https://{it}")).collect();
        let settings = [
            ("kind", "kata".to_owned()),
            ("endpoints", endpoints.join(",")),
            ("external_system_id", EXTERNAL_SYSTEM.to_owned()),
            ("certificate_file", certificate.display().to_string()),
            ("key_file", key.display().to_string()),
            (
                "pinned_certificate_file",
                write("kata-server.pem", &self.sim.certificate_pem()),
            ),
            // Tests do not wait for a pace that is a real server's.
            ("requests_per_second", "100".to_owned()),
        ];
        settings
            .into_iter()
            .map(|(key, value)| (variable(&format!("backends.kata.{key}")), value))
            .collect()
    }
}
