//! The caller, and for how long it is one.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use time::OffsetDateTime;

use super::standing::Standing;
use vocabulary::task_id::Alias;

/// The authenticated client of the gateway. Only the guard makes one.
#[derive(Debug, Clone)]
pub struct Caller {
    /// Who it is, as one text that no other caller has: `sub`, or `client:` and the client id where
    /// the token is a client's own.
    pub id: Arc<str>,
    /// `iss`.
    pub issuer: Arc<str>,
    /// `exp` and the leeway: what is still open then is closed.
    pub expires: OffsetDateTime,
    /// The scopes that the token carries.
    pub scopes: Arc<BTreeSet<String>>,
    /// The back ends that it may use, where it is confined to some.
    pub backends: Option<Arc<BTreeSet<Alias>>>,
    /// What the token was checked with.
    pub(super) standing: Arc<Standing>,
}

impl Caller {
    /// Resolves when the token is good no longer: when it is over, or its key is withdrawn. What is
    /// still open then is closed.
    pub fn ends(&self, now: OffsetDateTime) -> impl Future<Output = ()> + use<> {
        let left = Duration::try_from(self.expires - now).unwrap_or_default();
        let standing = Arc::clone(&self.standing);
        async move {
            // At the longest for as long as there is a key set; the token itself is over one day.
            let _either = tokio::time::timeout(left, standing.withdrawn()).await;
        }
    }

    /// Waits for something, but no longer than the token is good.
    pub async fn while_good<T>(
        &self,
        now: OffsetDateTime,
        waiting: impl Future<Output = Option<T>>,
    ) -> Option<T> {
        tokio::select! {
            got = waiting => got,
            () = self.ends(now) => None,
        }
    }
}
