//! The files that the settings name: whether each is there, can be read, holds something, and holds
//! what serving will look for in it. Nobody is asked over the network.
//!
//! They are read by those who will serve with them, so nothing is taken here that would not be taken
//! then. What a file holds is never told, only what is wrong with it.

use std::error::Error;

use ksc::Credentials as _;

use super::asking::said;
use crate::auth;
use crate::backends::kata::settings as kata_settings;
use crate::backends::ksc::settings as ksc_settings;
use crate::config::{
    self, BackendSettings, FileName, KataTrust, KeyStore, Keys, Mistake, Settings, TlsFiles,
    TrustSource, TrustedIssuer,
};
use crate::doors::listener::tls::Tls;
use crate::store;
use crate::telemetry::export;

/// What is wrong with the files that these settings name, each under the key that names it. To be
/// called on a runtime.
pub async fn named_files(settings: &Settings) -> Vec<Mistake> {
    let mut findings = Findings(Vec::new());
    if let Some(tls) = &settings.server.tls {
        findings.of_listener(tls);
    }
    for issuer in &settings.auth.issuers {
        findings.of_issuer(issuer).await;
    }
    for backend in settings.backends.values() {
        match backend {
            BackendSettings::Ksc(ksc) => findings.of_ksc(ksc),
            BackendSettings::Kata(kata) => findings.of_kata(kata),
        }
    }
    if let KeyStore::Redis { url_file, .. } = &settings.idempotency.store {
        let key = "idempotency.redis_url_file";
        if findings.are_filled(&[(key, url_file)]) {
            findings.judge(key, store::url_in(url_file.path()));
        }
    }
    findings.of_collector(&settings.telemetry);
    findings.0
}

/// What was found so far.
struct Findings(Vec<Mistake>);

impl Findings {
    fn judge(&mut self, key: &str, judged: Result<(), String>) {
        if let Err(detail) = judged {
            self.0.push(Mistake {
                key: key.to_owned(),
                // Whoever serves with the file names the key at the end of what he says.
                detail: detail.replace(&format!(" ({key})"), ""),
            });
        }
    }

    fn refuse(&mut self, key: &str, error: &dyn Error) {
        self.judge(key, Err(said(error)));
    }

    /// Whether each of these can be read and holds something: what is said of one that does not is
    /// enough, and to look for a certificate in it would say the same again.
    fn are_filled(&mut self, files: &[(&str, &FileName)]) -> bool {
        let before = self.0.len();
        for (key, file) in files {
            match std::fs::read(file.path()) {
                Ok(bytes) if bytes.trim_ascii().is_empty() => {
                    self.judge(key, Err(format!("{file} is empty")));
                }
                Ok(_) => {}
                Err(error) => self.judge(key, Err(format!("cannot read {file}: {error}"))),
            }
        }
        self.0.len() == before
    }

    fn of_listener(&mut self, tls: &TlsFiles) {
        let mut files = vec![
            ("server.tls.certificate_file", &tls.certificate),
            ("server.tls.key_file", &tls.key),
        ];
        files.extend(
            tls.client_ca
                .iter()
                .map(|it| ("server.tls.client_ca_file", it)),
        );
        if self.are_filled(&files)
            && let Err(error) = Tls::new(tls.clone())
        {
            self.refuse(error.key(), &error);
        }
    }

    async fn of_issuer(&mut self, issuer: &TrustedIssuer) {
        let key = |name: &str| format!("{}.{name}", issuer.at);
        let (keys, revoked) = (key("jwks_file"), key("revoked_file"));
        let (secret, ca) = (key("hs256_secret_file"), key("jwks_ca_file"));
        match &issuer.keys {
            Keys::File(file) => self.of_keys(&keys, file, issuer).await,
            Keys::Secret(file) => self.of_keys(&secret, file, issuer).await,
            Keys::Url(_, door) | Keys::Discovery(_, door) => {
                if let Some(file) = &door.token_file {
                    self.are_filled(&[(&key("jwks_token_file"), file)]);
                }
                if let Some(file) = &door.ca_file {
                    self.of_keys(&ca, file, issuer).await;
                }
            }
        }
        if let Some(file) = &issuer.revoked_file
            && self.are_filled(&[(&revoked, file)])
            && let Err(error) = auth::revoked_tokens(file.path())
        {
            self.refuse(&revoked, &error);
        }
    }

    /// The one file that says how tokens of an issuer are checked, or how its keys are fetched.
    async fn of_keys(&mut self, key: &str, file: &FileName, issuer: &TrustedIssuer) {
        if self.are_filled(&[(key, file)])
            && let Err(error) = auth::usable_files(issuer).await
        {
            // That it is about this key is said already.
            match error.source() {
                Some(cause) => self.refuse(key, cause),
                None => self.refuse(key, &error),
            }
        }
    }

    fn of_ksc(&mut self, ksc: &config::Ksc) {
        let key = |name: &str| format!("{}.{name}", ksc.at);
        let password = key("password_file");
        if self.are_filled(&[(&password, &ksc.password_file)]) {
            let read = ksc_settings::PasswordFile(ksc.password_file.clone()).password();
            self.judge(&password, read.map(drop));
        }
        let (key, file) = match &ksc.trust {
            TrustSource::PinnedFile(file) => (key("pinned_certificate_file"), file),
            TrustSource::CaFile(file) => (key("ca_file"), file),
            TrustSource::SystemRoots => return,
        };
        if !self.are_filled(&[(&key, file)]) {
            return;
        }
        match ksc_settings::settings(ksc.clone()) {
            Ok(client) => {
                if let Err(error) = client.trust.check() {
                    self.refuse(&key, &error);
                }
            }
            Err(error) => self.refuse(&key, &error),
        }
    }

    fn of_kata(&mut self, kata: &config::Kata) {
        let key = |name: &str| format!("{}.{name}", kata.at);
        let (certificate, private) = (key("certificate_file"), key("key_file"));
        let (trusted, trust) = match &kata.trust {
            KataTrust::PinnedFile(file) => (key("pinned_certificate_file"), file),
            KataTrust::CaFile(file) => (key("ca_file"), file),
        };
        let files = [
            (certificate.as_str(), &kata.certificate_file),
            (private.as_str(), &kata.key_file),
            (trusted.as_str(), trust),
        ];
        if !self.are_filled(&files) {
            return;
        }
        match kata_settings::settings(kata) {
            Ok(client) => {
                if let Err(error) = client.trust.check() {
                    self.refuse(&trusted, &error);
                }
            }
            Err(error @ kata_settings::KataSetupError::Identity { .. }) => {
                self.refuse(&certificate, &error);
            }
            Err(error) => self.refuse(&trusted, &error),
        }
    }

    fn of_collector(&mut self, telemetry: &config::Telemetry) {
        let Some(collector) = &telemetry.collector else {
            return;
        };
        let (headers, ca) = ("telemetry.otlp_headers_file", "telemetry.otlp_ca_file");
        if let Some(file) = &collector.headers_file
            && self.are_filled(&[(headers, file)])
        {
            self.judge(headers, otlp::usable_headers(file.path()));
        }
        if let Some(file) = &collector.ca_file
            && self.are_filled(&[(ca, file)])
            && let Err(error) = otlp::usable_authorities(&export::settings(collector))
        {
            self.refuse(ca, &error);
        }
    }
}
