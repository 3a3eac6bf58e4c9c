//! The gateway, as this program sees it: one way to ask, and what comes of it.
//!
//! A request for a task is repeated only with its key, only where that can do no harm, and only as
//! long as the caller has said. Whatever was not answered may have been carried out, and says so.
//!
//! * [`answer`]: what was answered.
//! * [`failure`]: what was not, or was refused, and how the program ends then.
//! * `attempt`: one exchange, and what it means; [`departure`]: whether anything of it has left.
//! * `patience`: when to try again, and when no more.
//! * [`events`]: the stream of a task.

pub mod answer;
mod attempt;
pub mod departure;
pub mod events;
pub mod failure;
mod patience;

use std::path::Path;
use std::time::{Duration, Instant};

use reqwest::Method;
use serde_json::{Map, Value};
use url::Url;
use vocabulary::key::Key;
use vocabulary::task::Action;

use self::answer::Answer;
use self::attempt::{Attempt, Expects, Outgoing, attempt};
use self::departure::Departure;
use self::failure::Failure;
use self::patience::{Next, Patience};
use crate::settings::profile::{Profile, TokenSource};
use crate::token::{Provider, Tokens, bearer};
use crate::way;

/// A gateway that is asked.
#[derive(Debug)]
pub struct Gateway {
    http: reqwest::Client,
    base: Url,
    tokens: Tokens,
    timeout: Duration,
    retry_for: Duration,
}

/// How a task is asked for.
#[derive(Debug, Clone)]
pub struct Creation {
    /// The key by which the request is known again.
    pub key: Key,
    /// Whether everything is done but the task itself.
    pub dry_run: bool,
    /// How many seconds the answer may wait for the task's end.
    pub wait: Option<u64>,
    /// Until when the request is repeated where it may be.
    pub until: Instant,
    /// Tells whoever ends this in the middle whether anything has left.
    pub departure: Departure,
}

impl Gateway {
    /// The gateway of a profile; tokens of a provider are kept in `folder`, where there is one.
    ///
    /// # Errors
    /// What is wrong with the profile.
    pub fn open(profile: &Profile, folder: Option<&Path>) -> Result<Self, Failure> {
        let http = way::client(
            &profile.trust,
            &profile.proxy,
            profile.timeout,
            &profile.gateway,
        )
        .map_err(Failure::Settings)?;
        let provider = match &profile.token {
            TokenSource::ClientCredentials(client) => {
                let provider = Provider::new((**client).clone(), &profile.proxy, folder);
                Some(provider.map_err(Failure::Settings)?)
            }
            TokenSource::File(_) | TokenSource::Environment(_) | TokenSource::Command(_) => None,
        };
        Ok(Self {
            http,
            base: profile.gateway.clone(),
            tokens: Tokens::new(profile.token.clone(), provider),
            timeout: profile.timeout,
            retry_for: profile.retry_for,
        })
    }

    /// The tokens, for those who diagnose.
    #[must_use]
    pub fn tokens(&self) -> &Tokens {
        &self.tokens
    }

    /// Its address, as it is written down.
    #[must_use]
    pub fn address_of(&self) -> String {
        self.base.to_string()
    }

    /// How long a request is repeated, where nobody has said otherwise.
    #[must_use]
    pub fn retry_for(&self) -> Duration {
        self.retry_for
    }

    /// Asks for a task by its flat body.
    ///
    /// # Errors
    /// What was refused, or not answered.
    pub async fn create(
        &self,
        action: Action,
        body: &Map<String, Value>,
        how: &Creation,
    ) -> Result<Answer, Failure> {
        self.create_at(&format!("/v1/tasks/{action}"), body, how)
            .await
    }

    /// Asks for a task in the vendor's own form, of a body with `task` and `params`.
    ///
    /// # Errors
    /// What was refused, or not answered.
    pub async fn create_native(
        &self,
        body: &Map<String, Value>,
        how: &Creation,
    ) -> Result<Answer, Failure> {
        self.create_at("/v1/tasks", body, how).await
    }

    async fn create_at(
        &self,
        path: &str,
        body: &Map<String, Value>,
        how: &Creation,
    ) -> Result<Answer, Failure> {
        let dry_run = if how.dry_run { "/dry-run" } else { "" };
        let wait = how.wait.filter(|_| !how.dry_run).map(|it| it.to_string());
        let query: Vec<(&str, &str)> = wait.iter().map(|it| ("wait", it.as_str())).collect();
        let outgoing = Outgoing {
            method: Method::POST,
            url: self.address(&format!("{path}{dry_run}"), &query),
            body: Some(
                serde_json::to_vec(body)
                    .expect("a body is plain data")
                    .into(),
            ),
            key: (!how.dry_run).then(|| how.key.clone()),
            changes: !how.dry_run,
            expects: if how.dry_run {
                Expects::DryRun
            } else {
                Expects::Task
            },
            departure: how.departure.clone(),
            timeout: self.timeout + Duration::from_secs(how.wait.unwrap_or_default()),
        };
        self.ask(outgoing, how.until).await
    }

    /// Reads something.
    ///
    /// # Errors
    /// What was refused, or not answered.
    pub async fn get(&self, path: &str, query: &[(&str, &str)]) -> Result<Answer, Failure> {
        let wait = query.iter().find(|(name, _)| *name == "wait");
        let wait = wait.and_then(|(_, it)| it.parse().ok()).unwrap_or(0);
        let outgoing = Outgoing {
            method: Method::GET,
            url: self.address(path, query),
            body: None,
            key: None,
            changes: false,
            expects: Expects::Object,
            departure: Departure::new(),
            timeout: self.timeout + Duration::from_secs(wait),
        };
        self.ask(outgoing, Instant::now() + self.retry_for).await
    }

    /// Cancels a task. Asked twice it is cancelled once.
    ///
    /// # Errors
    /// What was refused, or not answered.
    pub async fn cancel(&self, id: &str) -> Result<Answer, Failure> {
        let outgoing = Outgoing {
            method: Method::POST,
            url: self.address(&format!("/v1/tasks/{}/cancel", segment(id)), &[]),
            body: None,
            key: None,
            changes: true,
            expects: Expects::Task,
            departure: Departure::new(),
            timeout: self.timeout,
        };
        self.ask(outgoing, Instant::now() + self.retry_for).await
    }

    /// One exchange after the other, until one settles it or there is no more time.
    async fn ask(&self, outgoing: Outgoing, until: Instant) -> Result<Answer, Failure> {
        let mut patience = Patience::new(&outgoing, until);
        let mut token = self.tokens.token().await?;
        let mut renewed = false;
        loop {
            let time = patience.for_an_answer(outgoing.timeout);
            let attempt = attempt(&self.http, &outgoing, &bearer(&token), time).await;
            if let Attempt::Answered(Err(refusal)) = &attempt
                && refusal.code == "token_invalid"
                && !renewed
                && let Some(another) = self.tokens.another().await
            {
                renewed = true;
                token = another.map_err(|it| patience.without_token(it))?;
                continue;
            }
            match patience.after(attempt) {
                Next::Settled(settled) => return *settled,
                Next::Again(pause) => tokio::time::sleep(pause).await,
            }
        }
    }

    /// An address at the gateway.
    fn address(&self, path: &str, query: &[(&str, &str)]) -> Url {
        let mut url = self.base.clone();
        let base = url.path().trim_end_matches('/');
        url.set_path(&format!("{base}{path}"));
        if !query.is_empty() {
            url.query_pairs_mut().extend_pairs(query);
        }
        url
    }
}

/// A part of an address, in which nothing means anything.
#[must_use]
pub fn segment(text: &str) -> String {
    use std::fmt::Write as _;
    let mut segment = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            segment.push(char::from(byte));
        } else {
            let _never_fails = write!(segment, "%{byte:02X}");
        }
    }
    // A whole part of dots would lead elsewhere.
    if segment.bytes().all(|it| it == b'.') {
        segment = segment.replace('.', "%2E");
    }
    segment
}

#[cfg(test)]
mod tests;
