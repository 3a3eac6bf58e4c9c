//! The KATA client's settings: files are read here, and nothing of KATA is asked yet.

use kata::SettingsError;
use trust::{ClientIdentity, IdentityError};

use crate::backends::trust_file::{self, TrustFileError, UnreadableFile};
use crate::config::{self, KataTrust};

/// Why KATA cannot be asked at all.
#[derive(Debug, thiserror::Error)]
pub enum KataSetupError {
    /// A file of the gateway's own cannot be read.
    #[error(transparent)]
    File(#[from] UnreadableFile),
    /// The file that the server is known by cannot be used.
    #[error(transparent)]
    Trust(#[from] TrustFileError),
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
    let key = |name: &str| format!("{}.{name}", of.at);
    let certificate = trust_file::bytes(key("certificate_file"), &of.certificate_file)?;
    let private = trust_file::bytes(key("key_file"), &of.key_file)?;
    let identity = ClientIdentity::read(&certificate, Some(&private));
    let identity = identity.map_err(|source| KataSetupError::Identity {
        key: key("certificate_file"),
        source,
    })?;
    let trust = match &of.trust {
        KataTrust::CaFile(path) => trust_file::authorities(&of.at, path)?,
        KataTrust::PinnedFile(path) => trust_file::pinned(&of.at, path)?,
    };
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
