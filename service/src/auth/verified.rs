//! Tokens that were found good, so that the next request with one need not pay for its signature.
//!
//! What is kept is what the signature proves: these bytes are that issuer's word on that caller,
//! under settings that do not change while the gateway runs. What can change is asked again with
//! each request: the time, whether the issuer still has that very key, whether the token is on its
//! list of revoked ones. Whatever is doubtful then goes the whole way, which knows the cause.
//!
//! Tokens are known by their digest: memory holds none. The least used are forgotten beyond
//! [`MOST_TOKENS`], each of which takes a kilobyte or so.

use std::sync::Arc;

use quick_cache::sync::Cache;

use super::caller::Caller;
use super::times::Times;

/// Callers are few and their tokens live for minutes or hours.
const MOST_TOKENS: usize = 4096;

/// Tokens that were found good.
pub(super) struct VerifiedTokens(Cache<TokenDigest, Arc<VerifiedToken>>);

/// What a token is known by.
pub(super) type TokenDigest = [u8; 32];

/// What is known of a token that was found good.
pub(super) struct VerifiedToken {
    /// The place of its issuer among the issuers.
    pub(super) issuer: usize,
    pub(super) times: Times,
    pub(super) caller: Caller,
}

impl VerifiedTokens {
    pub(super) fn new() -> Self {
        Self(Cache::new(MOST_TOKENS))
    }

    pub(super) fn get(&self, digest: &TokenDigest) -> Option<Arc<VerifiedToken>> {
        self.0.get(digest)
    }

    pub(super) fn keep(&self, digest: TokenDigest, token: VerifiedToken) {
        self.0.insert(digest, Arc::new(token));
    }
}
