//! Whether an access token is good (RFC 8725, RFC 9068).

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use futures_util::future::try_join_all;
use jsonwebtoken::get_current_timestamp;
use jwks::Census;
use serde_json::Value;

use super::caller::Caller;
use super::claims;
use super::header;
use super::issuer::Issuer;
use super::refusal::Refusal;
use super::setup_error::SetupError;
use super::verified::{TokenDigest, VerifiedToken, VerifiedTokens};
use crate::config::Auth;
use crate::digest;
use vocabulary::legible::is_legible;

/// Longer tokens are refused unread: real ones have one or two kilobytes.
const MAX_TOKEN_BYTES: usize = 16 * 1024;

/// Checks access tokens, each against the settings of the one issuer that it names.
pub struct Verifier {
    issuers: Vec<Issuer>,
    verified: VerifiedTokens,
}

impl Verifier {
    /// A verifier for these settings, which keeps its keys fresh on the runtime that this is called
    /// on. Fetches each key set once; an issuer that cannot be reached is not an error, because a
    /// gateway must start while its issuer is away.
    ///
    /// # Errors
    /// When a file of the settings cannot be used.
    pub async fn new(settings: &Auth) -> Result<Self, SetupError> {
        let opened = settings.issuers.iter().map(Issuer::open);
        // At a time: each that is away takes its time to say so.
        let issuers = try_join_all(opened).await?;
        Ok(Self {
            issuers,
            verified: VerifiedTokens::new(),
        })
    }

    /// What the key sets hold; a secret is none.
    #[must_use]
    pub fn census(&self) -> Vec<Census> {
        self.issuers.iter().filter_map(Issuer::census).collect()
    }

    /// The caller that a token stands for.
    ///
    /// # Errors
    /// Why it stands for nobody.
    pub async fn verify(&self, token: &str) -> Result<Caller, Refusal> {
        if token.len() > MAX_TOKEN_BYTES {
            return Err(Refusal::because("the token is too long"));
        }
        let digest = digest::of_bytes(token.as_bytes());
        if let Some(caller) = self.known(&digest).await {
            return Ok(caller);
        }
        let verified = self.examine(token).await?;
        let caller = verified.caller.clone();
        if caller.standing.is_worth_keeping() {
            self.verified.keep(digest, verified);
        }
        Ok(caller)
    }

    /// The caller of a token that was found good before, if nothing has changed with it.
    async fn known(&self, digest: &TokenDigest) -> Option<Caller> {
        let known = self.verified.get(digest)?;
        let issuer = &self.issuers[known.issuer];
        let in_time = issuer.check_times(&known.times, get_current_timestamp());
        let holds = in_time.is_ok() && known.caller.standing.holds().await;
        holds.then(|| known.caller.clone())
    }

    async fn examine(&self, token: &str) -> Result<VerifiedToken, Refusal> {
        let parts = CompactToken::of(token)?;
        let header = header::read(parts.header)?;
        let claims = claims::read(parts.claims)?;
        // Whatever it says, it is checked with that issuer's keys and by its rules, and with nobody
        // else's.
        let named = claims::issuer(&claims)?;
        let at = self.issuers.iter().position(|it| it.is_named(named));
        let at = at.ok_or(Refusal::because("it is from another issuer"))?;
        let issuer = &self.issuers[at];
        let proof = issuer.proof(header).await?;
        let signature = URL_SAFE_NO_PAD.decode(parts.signature);
        let fits = signature.is_ok_and(|it| proof.fits(parts.message.as_bytes(), &it));
        if !fits {
            return Err(Refusal::because("the signature does not fit"));
        }
        let (caller, times) = issuer.caller(&claims, get_current_timestamp(), proof)?;
        Ok(VerifiedToken {
            issuer: at,
            times,
            caller,
        })
    }
}

impl Verifier {
    /// Whom a token is let in as, or the cause why it is not: for a diagnosis.
    pub(crate) async fn explain(&self, token: &str) -> Result<Caller, String> {
        let verified = self.verify(token).await;
        verified.map_err(|refusal| refusal.cause().to_owned())
    }
}

/// What a token says of who issued it and whom it is for, without any proof: for a diagnosis.
pub(crate) fn claimed(token: &str) -> Option<(String, String)> {
    const MOST_CHARS: usize = 200;
    let claims = claims::read(CompactToken::of(token).ok()?.claims).ok()?;
    let said = |name: &str| match claims.get(name) {
        None => "nobody".to_owned(),
        Some(Value::String(text)) => short(text, MOST_CHARS),
        Some(other) => short(&other.to_string(), MOST_CHARS),
    };
    Some((said("iss"), said("aud")))
}

fn short(text: &str, most: usize) -> String {
    text.chars()
        .filter(|it| is_legible(*it))
        .take(most)
        .collect()
}

/// A token in the compact form (RFC 7515 section 7.1).
struct CompactToken<'a> {
    header: &'a str,
    claims: &'a str,
    signature: &'a str,
    /// Header and claims, as they were signed.
    message: &'a str,
}

impl<'a> CompactToken<'a> {
    fn of(token: &'a str) -> Result<Self, Refusal> {
        const MALFORMED: Refusal = Refusal::because("it is malformed: not three parts");
        let (message, signature) = token.rsplit_once('.').ok_or(MALFORMED)?;
        let (header, claims) = message.split_once('.').ok_or(MALFORMED)?;
        if claims.contains('.') {
            return Err(MALFORMED);
        }
        Ok(Self {
            header,
            claims,
            signature,
            message,
        })
    }
}
