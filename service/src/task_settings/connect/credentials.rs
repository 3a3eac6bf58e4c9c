//! Whom to trust, and as whom to come: files of the person who asks.

use std::path::Path;

use kataedr::shell_word;
use trust::{ClientIdentity, Trust, fingerprints};

use super::super::input;
use super::super::trouble::{Trouble, name};

/// The authorities, the pinned certificates, or the system's roots.
pub(super) fn trust(ca: Option<&Path>, pinned: Option<&Path>) -> Result<Trust, Trouble> {
    if let Some(path) = ca {
        let read = Trust::ca_pem(&input::file(path)?);
        return read.map_err(|error| Trouble::wrong_file(path, &error));
    }
    if let Some(path) = pinned {
        let bytes = input::file(path)?;
        let read = fingerprints(&bytes).and_then(|it| Trust::pinned_to(&it));
        return read.map_err(|error| Trouble::wrong_file(path, &error));
    }
    let trust = Trust::SystemRoots;
    trust
        .check()
        .map_err(|error| Trouble::wrong_file(Path::new("the system's roots"), &error))?;
    Ok(trust)
}

/// A client certificate with its key. Devices take it as PFX, which is told how to be taken apart.
pub(super) fn identity(certificate: &Path, key: Option<&Path>) -> Result<ClientIdentity, Trouble> {
    let bytes = pem(certificate)?;
    let key_bytes = key.map(pem).transpose()?;
    let read = ClientIdentity::read(&bytes, key_bytes.as_deref());
    read.map_err(|error| Trouble::wrong_file(certificate, &error))
}

fn pem(path: &Path) -> Result<Vec<u8>, Trouble> {
    let bytes = input::file(path)?;
    // DER begins with a SEQUENCE; no text begins with a zero.
    if bytes.first() != Some(&0x30) || bytes.windows(11).any(|it| it == b"-----BEGIN ") {
        return Ok(bytes);
    }
    let file = quoted(path);
    Err(Trouble::WrongFile {
        name: name(path),
        why: format!(
            "it is PFX or DER, and PEM is asked for. Of PFX, make it with\n    \
             openssl pkcs12 -in {file} -clcerts -nokeys -out client.crt\n    \
             openssl pkcs12 -in {file} -nocerts -nodes -out client.key\n  \
             (with -legacy if OpenSSL 3 does not know its algorithms), give --client-certificate client.crt\n  \
             --client-key client.key, and remove client.key afterwards: it has no password"
        ),
    })
}

/// A word for a POSIX shell; a name that could not be shown stands as a placeholder.
fn quoted(path: &Path) -> String {
    let Some(text) = path.to_str().filter(|it| *it == name(path)) else {
        return "FILE".to_owned();
    };
    let text = if text.starts_with('-') {
        format!("./{text}")
    } else {
        text.to_owned()
    };
    shell_word(&text)
}
