//! The files that the settings name, for KSC.

use ksc::Credentials as _;

use super::asking::said;
use super::report::{Check, Name};
use crate::backends::ksc::settings;
use crate::config::{self, TrustSource};

/// The password can be read. It is not shown, and neither is its length.
pub(super) fn password(ksc: &config::Ksc) -> Check {
    let path = &ksc.password_file;
    match settings::PasswordFile(ksc.password_file.clone()).password() {
        Ok(_) => Check::ok(Name::PasswordFile, format!("{path} can be read")),
        Err(reason) => Check::failed(Name::PasswordFile, reason)
            .means("The gateway cannot log in to KSC.")
            .try_this(
                "Make backends.<alias>.password_file name a file that holds the password and that the user of \
                 the gateway may read.",
            ),
    }
}

/// The certificate file can be used; with it, the settings of the client.
pub(super) fn trust(ksc: &config::Ksc) -> (Check, Option<ksc::Settings>) {
    let client = match settings::settings(ksc.clone()) {
        Ok(client) => client,
        Err(error) => {
            let check = Check::failed(Name::Trust, said(&error))
                .means("The gateway does not start: it could not tell KSC from an impostor.")
                .try_this(
                    "Copy klserver.cer from the Administration Server (deploy/README.md, \"Pin the \
                     certificate\") and set backends.<alias>.pinned_certificate_file, or give the authority's \
                     certificates in backends.<alias>.ca_file.",
                );
            return (check, None);
        }
    };
    if let Err(error) = client.trust.check() {
        let check = Check::failed(Name::Trust, said(&error))
            .means("The gateway does not start: it could not tell KSC from an impostor.")
            .try_this(
                "Pin KSC's certificate with backends.<alias>.pinned_certificate_file, or give its authority in \
                 backends.<alias>.ca_file; with neither, root certificates must be installed on this machine.",
            );
        return (check, None);
    }
    let finding = match (&ksc.trust, client.trust.pins().first()) {
        (TrustSource::PinnedFile(path), Some(pin)) => {
            format!("{path} pins the certificate {pin} (SHA-256)")
        }
        (TrustSource::CaFile(path), _) => {
            format!("KSC's certificate must be signed by one in {path}")
        }
        (TrustSource::SystemRoots | TrustSource::PinnedFile(_), _) => {
            "KSC's certificate must be signed by one of the system's roots".to_owned()
        }
    };
    (Check::ok(Name::Trust, finding), Some(client))
}
