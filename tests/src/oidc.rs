//! A real OIDC provider: npm's `oidc-provider` in a process of its own.
//!
//! `tests/fixtures/oidc` holds the program and the exact versions of all that it needs;
//! `cargo verify` installs them beside what cargo builds. Node 20 runs it, with a warning on
//! standard error.

use std::path::PathBuf;
use std::process::Stdio;
use std::time::Duration;

use reqwest::{Client, RequestBuilder};
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::{Child, Command};

use crate::repository::{fixture, installed};

/// Longest wait for the provider to say where it listens.
const PATIENCE: Duration = Duration::from_secs(30);

/// The secret of its clients.
const SECRET: &str = "soar-secret-of-the-tests";

/// A provider with a client `soar` that gets access tokens for itself. It ends with this value.
pub struct OidcProvider {
    issuer: String,
    client: Client,
    // Killed on drop; and it ends by itself when its standard input does.
    _process: Child,
}

impl OidcProvider {
    /// Where npm has put it: `oidc` in cargo's target folder, which this test runs from.
    ///
    /// # Panics
    /// When the test does not run from a target folder.
    #[must_use]
    pub fn folder() -> PathBuf {
        installed("oidc")
    }

    /// Starts one that signs with the key `k1`.
    ///
    /// # Panics
    /// When it is not installed, or does not start.
    pub async fn start() -> Self {
        let folder = Self::folder();
        assert!(
            folder.join("node_modules/oidc-provider").is_dir(),
            "oidc-provider is not in {}: `cargo verify` installs it",
            folder.display()
        );
        let program = fixture("oidc/provider.mjs");
        // Node looks for what it imports beside the file that imports it.
        let file = tempfile::Builder::new()
            .prefix("provider-")
            .suffix(".mjs")
            .tempfile_in(&folder)
            .expect("a file");
        std::fs::copy(program, file.path()).expect("a copy");
        let mut process = Command::new("node")
            .arg(file.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .expect("node runs");
        let output = process.stdout.take().expect("standard output is piped");
        let mut lines = BufReader::new(output).lines();
        let line = tokio::time::timeout(PATIENCE, lines.next_line())
            .await
            .expect("the provider starts in time")
            .expect("its output can be read")
            .expect("it says where it listens");
        // Its notices go there too; nobody listening would be its end.
        tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
        let said: Value = serde_json::from_str(&line).expect("JSON");
        Self {
            issuer: said["issuer"].as_str().expect("an issuer").to_owned(),
            client: Client::builder()
                .no_proxy()
                .timeout(PATIENCE)
                .build()
                .expect("a client"),
            _process: process,
        }
    }

    /// Its name, `iss`, which is its address.
    #[must_use]
    pub fn issuer(&self) -> &str {
        &self.issuer
    }

    /// Its key set.
    #[must_use]
    pub fn jwks_url(&self) -> String {
        format!("{}/jwks", self.issuer)
    }

    /// The metadata that it publishes about itself (OIDC Discovery).
    pub async fn metadata(&self) -> Value {
        self.ask(
            self.client
                .get(format!("{}/.well-known/openid-configuration", self.issuer)),
        )
        .await
    }

    /// An access token for a resource, by the client's own credentials: `https://gateway.example`
    /// is the gateway, `https://other.example` another service, and `https://opaque.example` takes
    /// tokens that are no JWT.
    ///
    /// # Panics
    /// When none is issued.
    pub async fn access_token(&self, resource: &str, scopes: &str) -> String {
        let form = format!(
            "grant_type=client_credentials&scope={}&resource={resource}",
            scopes.replace(' ', "+")
        );
        let request = self
            .client
            .post(format!("{}/token", self.issuer))
            .basic_auth("soar", Some(SECRET))
            .header("content-type", "application/x-www-form-urlencoded")
            .body(form);
        let answer = self.ask(request).await;
        let token = answer["access_token"].as_str();
        token.unwrap_or_else(|| panic!("{answer}")).to_owned()
    }

    /// An ID token for this client.
    ///
    /// # Panics
    /// When none is issued.
    pub async fn id_token(&self, client: &str) -> String {
        let request = self
            .client
            .post(format!("{}/-/id-token", self.issuer))
            .body(client.to_owned());
        let answer = self.ask(request).await;
        answer.as_str().expect("a token").to_owned()
    }

    /// Publishes these keys, and signs with the first.
    pub async fn publish(&self, keys: &[&str]) {
        let request = self
            .client
            .put(format!("{}/-/keys", self.issuer))
            .body(json!(keys).to_string());
        self.ask(request).await;
    }

    /// How often its key set was asked for.
    ///
    /// # Panics
    /// When it does not say.
    pub async fn fetches(&self) -> u64 {
        let request = self.client.get(format!("{}/-/fetches", self.issuer));
        self.ask(request).await.as_u64().expect("a number")
    }

    async fn ask(&self, request: RequestBuilder) -> Value {
        let response = request.send().await.expect("the provider answers");
        let status = response.status();
        let text = response.text().await.expect("a whole answer");
        assert!(status.is_success(), "{status}: {text}");
        serde_json::from_str(&text).expect("JSON")
    }
}
