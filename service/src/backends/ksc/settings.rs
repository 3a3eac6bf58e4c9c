//! The KSC client's settings: files are read here, and nothing of KSC is asked yet.

use std::sync::Arc;
use std::time::Duration;

use secrecy::{ExposeSecret, SecretString};
use trust::Trust;

use crate::backends::trust_file::{self, TrustFileError};
use crate::config::{self, FileName, TrustSource};

/// KSC locks an account after too many wrong passwords, so refused credentials rest for so long.
const CREDENTIALS_BACK_OFF: Duration = Duration::from_mins(5);

/// The largest KSC reply that is read: a page of incidents with IOC archives in them.
const MAX_KSC_REPLY_BYTES: usize = 64 << 20;

/// Why KSC cannot be asked at all.
#[derive(Debug, thiserror::Error)]
pub enum KscSetupError {
    /// The file that KSC is known by cannot be used.
    #[error(transparent)]
    Trust(#[from] TrustFileError),
    /// The client cannot be made.
    #[error("the KSC client cannot be made")]
    Client(#[from] ksc::SetupError),
}

/// The settings of the client.
///
/// # Errors
/// When a file of the settings cannot be used.
pub(crate) fn settings(settings: config::Ksc) -> Result<ksc::Settings, KscSetupError> {
    let trust = trust(&settings.at, &settings.trust)?;
    let credentials = Arc::new(PasswordFile(settings.password_file));
    Ok(ksc::Settings {
        virtual_server: settings.virtual_server,
        internal: settings.internal,
        domain: settings.domain,
        connection_timeout: settings.connection_timeout,
        request_timeout: settings.request_timeout,
        max_sessions: settings.max_sessions,
        ping_after_idle: settings.ping_after_idle,
        lease_wait: settings.request_timeout,
        credentials_back_off: CREDENTIALS_BACK_OFF,
        max_response_bytes: MAX_KSC_REPLY_BYTES,
        ..ksc::Settings::new(settings.endpoints, settings.username, credentials, trust)
    })
}

fn trust(at: &str, source: &TrustSource) -> Result<Trust, TrustFileError> {
    match source {
        TrustSource::SystemRoots => Ok(Trust::SystemRoots),
        TrustSource::CaFile(path) => trust_file::authorities(at, path),
        TrustSource::PinnedFile(path) => trust_file::pinned(at, path),
    }
}

/// The password, read again at each login: Kubernetes replaces the file when the secret changes.
pub(crate) struct PasswordFile(pub(crate) FileName);

impl ksc::Credentials for PasswordFile {
    fn password(&self) -> Result<SecretString, String> {
        let text = std::fs::read_to_string(&self.0).map(SecretString::from);
        let text = text.map_err(|error| format!("{}: {}", self.0, error.kind()))?;
        let password = text.expose_secret().trim_end_matches(['\r', '\n']);
        if password.is_empty() {
            return Err(format!("{}: the file is empty", self.0));
        }
        Ok(SecretString::from(password))
    }
}
