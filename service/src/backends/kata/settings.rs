//! The KATA client's settings: files are read here, and nothing of KATA is asked yet.

use std::io;

use kata::SettingsError;
use trust::{ClientIdentity, IdentityError, Trust, TrustError};

use crate::config::{self, FileName, KataTrust};

/// Why KATA cannot be asked at all.
#[derive(Debug, thiserror::Error)]
pub enum KataSetupError {
    /// A file cannot be read.
    #[error("cannot read {path} ({key})")]
    File {
        /// The setting.
        key: String,
        /// Its value.
        path: FileName,
        /// What the system said.
        source: io::Error,
    },
    /// A certificate of the server cannot be used.
    #[error("{path} cannot be used ({key})")]
    Trust {
        /// The setting.
        key: String,
        /// Its value.
        path: FileName,
        /// What is wrong with it.
        source: TrustError,
    },
    /// The gateway's own certificate or key cannot be used.
    #[error("the client identity cannot be used ({key})")]
    Identity {
        /// The setting.
        key: String,
        /// What is wrong with it.
        source: IdentityError,
    },
    /// The client cannot be made.
    #[error("the KATA client cannot be made")]
    Client(#[from] SettingsError),
}

/// The settings of the client.
///
/// # Errors
/// When a file of the settings cannot be used.
pub(crate) fn settings(of: &config::Kata) -> Result<kata::Settings, KataSetupError> {
    type Parse = fn(&[u8]) -> Result<Trust, TrustError>;
    let key = |name: &str| format!("{}.{name}", of.at);
    let certificate = read(key("certificate_file"), &of.certificate_file)?;
    let private = read(key("key_file"), &of.key_file)?;
    let identity = ClientIdentity::read(&certificate, Some(&private));
    let identity = identity.map_err(|source| KataSetupError::Identity {
        key: key("certificate_file"),
        source,
    })?;
    let (name, path, parse): (_, &FileName, Parse) = match &of.trust {
        KataTrust::CaFile(path) => ("ca_file", path, Trust::ca_pem),
        KataTrust::PinnedFile(path) => ("pinned_certificate_file", path, Trust::pinned),
    };
    let trust = parse(&read(key(name), path)?).map_err(|source| KataSetupError::Trust {
        key: key(name),
        path: path.clone(),
        source,
    })?;
    Ok(kata::Settings {
        connection_timeout: of.connection_timeout,
        request_timeout: of.request_timeout,
        requests_per_second: of.requests_per_second,
        ..kata::Settings::new(
            of.endpoints.clone(),
            of.external_system_id.clone(),
            identity,
            trust,
        )
    })
}

fn read(key: String, path: &FileName) -> Result<Vec<u8>, KataSetupError> {
    std::fs::read(path.path()).map_err(|source| KataSetupError::File {
        key,
        path: path.clone(),
        source,
    })
}
