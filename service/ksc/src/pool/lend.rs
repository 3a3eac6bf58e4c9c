//! Lending sessions: one user at a time, and no more than the pool has.

use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, TryAcquireError};

use super::lease::Lease;
use super::sessions::Pool;
use crate::error::Error;
use crate::observer::Wait;

impl Pool {
    /// The exclusive use of a session; logs in when none rests.
    ///
    /// Waits at most `lease_wait` for one of `max_sessions` to become free, and then as long as a
    /// login takes. All errors mean that nothing was sent on behalf of the caller.
    pub async fn lease(self: &Arc<Self>) -> Result<Lease, Error> {
        self.admit()?;
        let permit = match Arc::clone(&self.permits).try_acquire_owned() {
            Ok(permit) => permit,
            Err(TryAcquireError::Closed) => return Err(Error::Draining),
            Err(TryAcquireError::NoPermits) => Box::pin(self.permit()).await?,
        };
        let mut lease = Lease::new(Arc::clone(self), permit);
        lease.fill().await?;
        Ok(lease)
    }

    async fn permit(&self) -> Result<OwnedSemaphorePermit, Error> {
        let _waiting = self.observer.waits(Wait::Session);
        let waited = self.settings.lease_wait;
        let permit = Arc::clone(&self.permits).acquire_owned();
        match tokio::time::timeout(waited, permit).await {
            Ok(Ok(permit)) => Ok(permit),
            Ok(Err(_closed)) => Err(Error::Draining),
            Err(_elapsed) => Err(Error::NoLease { waited }),
        }
    }

    /// Makes sure that a session exists, as a proof that everything up to the login works. Does
    /// nothing when there is one.
    pub async fn warm(self: &Arc<Self>) -> Result<(), Error> {
        self.admit()?;
        if self.state().open > 0 {
            return Ok(());
        }
        self.lease().await.map(drop)
    }
}
