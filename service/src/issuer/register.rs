//! What was issued and what is revoked, without the tokens.

use std::fmt::Write as _;

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

/// Every token that was issued.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct TokenRegister {
    pub(super) issued: Vec<Issued>,
}

/// One token.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Issued {
    pub(super) jti: String,
    pub(super) subject: String,
    pub(super) scopes: Vec<String>,
    #[serde(with = "time::serde::rfc3339")]
    pub(super) begins: OffsetDateTime,
    #[serde(with = "time::serde::rfc3339")]
    pub(super) ends: OffsetDateTime,
}

/// The list that the gateway reads.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct RevokedList {
    revoked: Vec<RevokedToken>,
}

/// One entry. The gateway looks at the id alone; the rest is for people.
#[derive(Debug, Serialize, Deserialize)]
struct RevokedToken {
    jti: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    subject: Option<String>,
    #[serde(
        default,
        with = "time::serde::rfc3339::option",
        skip_serializing_if = "Option::is_none"
    )]
    at: Option<OffsetDateTime>,
}

impl RevokedList {
    fn holds(&self, jti: &str) -> bool {
        self.revoked.iter().any(|it| it.jti == jti)
    }

    /// Whether it was not revoked before.
    pub(super) fn add(&mut self, token: &Issued, now: OffsetDateTime) -> bool {
        if self.holds(&token.jti) {
            return false;
        }
        self.revoked.push(RevokedToken {
            jti: token.jti.clone(),
            subject: Some(token.subject.clone()),
            at: Some(now.replace_nanosecond(0).unwrap_or(now)),
        });
        true
    }
}

impl TokenRegister {
    /// A line for each, the newest last.
    pub(super) fn table(&self, revoked: &RevokedList, now: OffsetDateTime) -> String {
        let mut text = format!(
            "{:<32}  {:<8}  {:<10}  {:<10}  caller, scopes\n",
            "id", "state", "begins", "ends"
        );
        for it in &self.issued {
            let state = match (revoked.holds(&it.jti), it.ends <= now) {
                (true, _) => "revoked",
                (false, true) => "over",
                (false, false) => "good",
            };
            let scopes = it.scopes.join(" ");
            writeln!(
                text,
                "{:<32}  {state:<8}  {}  {}  {}, {scopes}",
                it.jti,
                it.begins.date(),
                it.ends.date(),
                it.subject
            )
            .expect("a text takes everything");
        }
        text.trim_end().to_owned()
    }
}
