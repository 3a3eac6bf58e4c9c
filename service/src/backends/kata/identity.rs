//! Who the gateway is to a Central Node: made once, accepted once by a person, shared by all
//! replicas.

use std::fs::OpenOptions;
use std::io::{self, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use kata::{ExternalSystemId, IdentityMakingError, NewIdentity};
use secrecy::ExposeSecret as _;
use time::OffsetDateTime;

/// The file of the certificate.
const CERTIFICATE: &str = "kata.crt";

/// The file of its key.
const KEY: &str = "kata.key";

/// Why there is no identity.
#[derive(Debug, thiserror::Error)]
pub enum NoIdentity {
    /// The key or the certificate cannot be made.
    #[error("the identity cannot be made")]
    Making(#[from] IdentityMakingError),
    /// A file cannot be written; what is there is never written over.
    #[error("cannot write {}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
}

/// Makes a key, a certificate that is good for so many days, and an id; writes the first two into a
/// folder, and tells what an administrator has to accept.
///
/// # Errors
/// When they cannot be made, or a file is there already.
pub fn make(folder: &Path, days: u16, now: OffsetDateTime) -> Result<String, NoIdentity> {
    let lasts = Duration::from_hours(24 * u64::from(days));
    let made = NewIdentity::make("edr-gateway", now, lasts)?;
    let id = ExternalSystemId::generate();
    let (certificate, key) = (folder.join(CERTIFICATE), folder.join(KEY));
    // The key first: a certificate without it is of no use to anybody.
    write(&key, 0o600, made.key_pem.expose_secret())?;
    write(&certificate, 0o644, &made.certificate_pem)?;
    Ok(format!(
        "external system id  {}\n\
         SHA-256             {}\n\
         SHA-1               {}\n\
         good until          {}\n\
         certificate         {}\n\
         key                 {}\n\
         \n\
         Set external_system_id, certificate_file and key_file of the back end to these, start the\n\
         gateway, and have the administrator of the Central Node accept the row with this id under\n\
         External systems, after comparing the fingerprint. All replicas share them; another\n\
         certificate has to be accepted anew.",
        id.as_str(),
        made.sha256,
        made.sha1,
        made.ends.date(),
        certificate.display(),
        key.display(),
    ))
}

fn write(path: &Path, mode: u32, text: &str) -> Result<(), NoIdentity> {
    let fail = |source| NoIdentity::File {
        path: path.to_owned(),
        source,
    };
    let mut file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(mode)
        .open(path)
        .map_err(fail)?;
    file.write_all(text.as_bytes()).map_err(fail)
}
