//! The access token: fetched anew where that costs nothing, kept where a provider is asked.
//!
//! * [`Tokens`]: gives the token of a profile.
//! * `program`: what a program prints.
//! * `provider`: what an identity provider gives to a client of its own.
//! * `kept`: a provider's token in a file of the user's, until shortly before it ends.
//! * `secret`: what stands in a file or a variable.
//! * [`TokenError`]: why there is none.
//! * `claims`: what a token says of itself, for those who diagnose.

pub mod claims;
mod kept;
mod program;
mod provider;
mod secret;
mod trouble;

use secrecy::{ExposeSecret as _, SecretString};

use self::secret::of_place;
use crate::settings::profile::{SecretSource, TokenSource};

pub use provider::Provider;
pub use trouble::TokenError;

/// Gives the token of a profile.
#[derive(Debug)]
pub struct Tokens {
    source: TokenSource,
    provider: Option<Provider>,
}

impl Tokens {
    /// The tokens of this source; `provider` is the one of its client, where it is one.
    #[must_use]
    pub fn new(source: TokenSource, provider: Option<Provider>) -> Self {
        Self { source, provider }
    }

    /// The token.
    ///
    /// # Errors
    /// Why there is none.
    pub async fn token(&self) -> Result<SecretString, TokenError> {
        match &self.source {
            TokenSource::File(path) => of_place(&SecretSource::File(path.clone())),
            TokenSource::Environment(name) => of_place(&SecretSource::Environment(name.clone())),
            TokenSource::Command(command) => program::token(command).await,
            TokenSource::ClientCredentials(_) => self.of_provider(false).await,
        }
    }

    /// Another token, after the gateway has refused the last one: only where a kept one may have been
    /// withdrawn, which is worth a second try.
    pub async fn another(&self) -> Option<Result<SecretString, TokenError>> {
        match &self.source {
            TokenSource::ClientCredentials(_) => Some(self.of_provider(true).await),
            TokenSource::File(_) | TokenSource::Environment(_) | TokenSource::Command(_) => None,
        }
    }

    async fn of_provider(&self, anew: bool) -> Result<SecretString, TokenError> {
        match &self.provider {
            Some(provider) => provider.token(anew).await,
            None => Err(TokenError::Unreachable("it is not known".to_owned())),
        }
    }
}

/// The header that a token is shown in, which nothing prints.
pub(crate) fn bearer(token: &SecretString) -> reqwest::header::HeaderValue {
    let text = format!("Bearer {}", token.expose_secret());
    let value = reqwest::header::HeaderValue::from_str(&text);
    let mut value = value.expect("a token is printable ASCII");
    value.set_sensitive(true);
    value
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_token_is_read_from_its_file_each_time() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("token");
        let tokens = Tokens::new(TokenSource::File(path.clone()), None);

        let missing = tokens.token().await.expect_err("it is not there");
        std::fs::write(&path, "one\n").expect("written");
        let one = tokens.token().await.expect("a token");
        std::fs::write(&path, "a b").expect("written");
        let odd = tokens.token().await.expect_err("no token");

        assert!(missing.to_string().contains("cannot be read"), "{missing}");
        assert_eq!(one.expose_secret(), "one");
        assert!(odd.to_string().contains("no token holds"), "{odd}");
        assert!(tokens.another().await.is_none());
    }

    #[tokio::test]
    async fn a_token_is_what_a_program_prints_and_its_failure_is_told() {
        let printing = |script: &str| {
            let command = ["sh", "-c", script].map(str::to_owned);
            Tokens::new(TokenSource::Command(command.to_vec()), None)
        };

        let token = printing("echo abc.def").token().await.expect("a token");
        let failed = printing("echo no >&2; exit 3").token().await;
        let silent = printing("true").token().await;
        let nobody = Tokens::new(TokenSource::Command(vec!["/no/such".to_owned()]), None);
        let nobody = nobody.token().await;

        assert_eq!(token.expose_secret(), "abc.def");
        let failed = failed.expect_err("it fails").to_string();
        assert!(failed.contains("ends with 3: no"), "{failed}");
        assert!(
            silent
                .expect_err("nothing")
                .to_string()
                .contains("is empty")
        );
        assert!(nobody.is_err());
    }
}
