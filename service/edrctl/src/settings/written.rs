//! What stands in a settings file.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde::Deserialize;

use crate::span::Span;

/// The file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Written {
    pub(super) profile: Option<String>,
    #[serde(default)]
    pub(super) profiles: BTreeMap<String, WrittenProfile>,
    pub(super) kuma: Option<toml::Table>,
}

/// A profile.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct WrittenProfile {
    pub(super) gateway: String,
    pub(super) token_file: Option<PathBuf>,
    pub(super) token_env: Option<String>,
    pub(super) token_command: Option<Vec<String>>,
    pub(super) oauth2: Option<WrittenClient>,
    pub(super) ca_file: Option<PathBuf>,
    pub(super) pinned_certificate_file: Option<PathBuf>,
    pub(super) pinned_sha256: Option<String>,
    pub(super) proxy: Option<String>,
    pub(super) timeout: Option<Span>,
    pub(super) retry_for: Option<Span>,
}

/// A client of an identity provider.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct WrittenClient {
    pub(super) token_url: String,
    pub(super) client_id: String,
    pub(super) client_secret_file: Option<PathBuf>,
    pub(super) client_secret_env: Option<String>,
    pub(super) scope: Option<String>,
    pub(super) audience: Option<String>,
    pub(super) client_auth: Option<WrittenClientAuth>,
    pub(super) ca_file: Option<PathBuf>,
}

/// Where a client shows its secret.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum WrittenClientAuth {
    Basic,
    Post,
}
