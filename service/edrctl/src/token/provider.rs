//! A token of an identity provider, for a client with a secret of its own (OAuth 2.0 client
//! credentials, RFC 6749 4.4).

use std::path::Path;
use std::sync::Mutex;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use reqwest::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderValue};
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::Value;
use url::form_urlencoded::{Serializer, byte_serialize};

use super::claims;
use super::kept::Shelf;
use super::secret::{checked, plain};
use super::trouble::TokenError;
use crate::clock;
use crate::settings::profile::{OAuthClient, ProxyChoice, TrustSource};
use crate::way;

/// Longest that the provider may take.
const WITHIN: Duration = Duration::from_secs(20);

/// Largest answer that is read.
const MOST_BYTES: usize = 256 << 10;

/// How long a token is taken to be good where nobody says, in seconds.
const UNSAID: i64 = 120;

/// An identity provider, and the client that asks it.
#[derive(Debug)]
pub struct Provider {
    http: reqwest::Client,
    client: OAuthClient,
    shelf: Option<Shelf>,
    held: Mutex<Option<(SecretString, i64)>>,
}

impl Provider {
    /// The provider of a client; its tokens are kept in `folder`, where there is one.
    ///
    /// # Errors
    /// What is wrong with the settings.
    pub fn new(
        client: OAuthClient,
        proxy: &ProxyChoice,
        folder: Option<&Path>,
    ) -> Result<Self, String> {
        let trust = match &client.ca_file {
            Some(file) => TrustSource::CaFile(file.clone()),
            None => TrustSource::System,
        };
        let http = way::client(&trust, proxy, WITHIN, &client.token_url)?;
        let known = [
            client.token_url.as_str(),
            &client.id,
            client.scope.as_deref().unwrap_or_default(),
            client.audience.as_deref().unwrap_or_default(),
        ];
        let name = crate::digest::hex(&known.map(str::as_bytes));
        Ok(Self {
            http,
            client,
            shelf: folder.map(|it| Shelf::new(it, &name)),
            held: Mutex::new(None),
        })
    }

    /// The token: one that is kept, unless it has to be a new one.
    pub(super) async fn token(&self, anew: bool) -> Result<SecretString, TokenError> {
        let now = clock::now().unix_timestamp();
        if anew {
            *self.held() = None;
            self.shelf.as_ref().inspect(|it| it.forget());
        } else if let Some((token, _)) = self.held().as_ref().filter(|it| it.1 > now) {
            return Ok(token.clone());
        } else if let Some(token) = self.shelf.as_ref().and_then(|it| it.take(now)) {
            return Ok(token);
        }
        let (token, ends) = self.fetch(now).await?;
        if let Some(shelf) = &self.shelf {
            shelf.put(&token, ends);
        }
        *self.held() = Some((token.clone(), ends - 60));
        Ok(token)
    }

    fn held(&self) -> std::sync::MutexGuard<'_, Option<(SecretString, i64)>> {
        self.held
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    async fn fetch(&self, now: i64) -> Result<(SecretString, i64), TokenError> {
        let secret = plain(&self.client.secret)?;
        let request = self
            .http
            .post(self.client.token_url.clone())
            .timeout(WITHIN)
            .header(ACCEPT, "application/json")
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded");
        let request = if self.client.in_body {
            request
        } else {
            request.header(AUTHORIZATION, self.basic(&secret))
        };
        let unreachable = |error| TokenError::Unreachable(way::chain(error));
        let response = request.body(self.form(&secret)).send().await;
        let response = response.map_err(unreachable)?;
        let status = response.status();
        let body = way::read(response, MOST_BYTES).await;
        let body = body.map_err(|it| TokenError::Unreachable(it.to_string()))?;
        let body: Value = serde_json::from_slice(&body).unwrap_or_default();
        if !status.is_success() {
            let said = |member: &str| body[member].as_str().map(str::to_owned);
            let words = [said("error"), said("error_description")];
            let words: Vec<String> = words.into_iter().flatten().collect();
            let words = format!("status {} {}", status.as_u16(), words.join(": "));
            return Err(if status.is_client_error() {
                TokenError::Refused(words)
            } else {
                TokenError::Unreachable(words)
            });
        }
        let token = body["access_token"].as_str().unwrap_or_default();
        let token = checked(token);
        let token = token.map_err(|it| TokenError::Refused(format!("its `access_token` {it}")))?;
        let lasts = body["expires_in"].as_i64().map(|it| now.saturating_add(it));
        let ends = lasts.or_else(|| claims::expiry(&token));
        Ok((token, ends.unwrap_or(now + UNSAID)))
    }

    /// Id and secret in `Authorization`, each encoded as in a form first (RFC 6749 2.3.1).
    fn basic(&self, secret: &SecretString) -> HeaderValue {
        let form = |text: &str| byte_serialize(text.as_bytes()).collect::<String>();
        let pair = format!("{}:{}", form(&self.client.id), form(secret.expose_secret()));
        let value = HeaderValue::from_str(&format!("Basic {}", STANDARD.encode(pair)));
        let mut value = value.expect("base64 can stand in a header");
        value.set_sensitive(true);
        value
    }

    fn form(&self, secret: &SecretString) -> String {
        let mut form = Serializer::new(String::new());
        form.append_pair("grant_type", "client_credentials");
        if let Some(scope) = &self.client.scope {
            form.append_pair("scope", scope);
        }
        if let Some(audience) = &self.client.audience {
            form.append_pair("audience", audience);
        }
        if self.client.in_body {
            form.append_pair("client_id", &self.client.id);
            form.append_pair("client_secret", secret.expose_secret());
        }
        form.finish()
    }
}
