//! Where callers look hosts up: a session, a bound on the time, and the answer.

use std::sync::Arc;
use std::time::Duration;

use ksc::{Lease, Pool};

use super::{HostId, Hosts, Search, details};
use crate::authority::{Permit, SeeHosts};
use crate::backends::ksc::fault::{self, Failure};
use crate::carry::Carrier;
use crate::problem::Problem;
use crate::request_id::RequestId;
use vocabulary::host::{HostDetails, HostList};

/// Looks hosts up in KSC.
pub struct Directory {
    hosts: Arc<Hosts>,
    pool: Arc<Pool>,
    request_timeout: Duration,
    carrier: Carrier,
}

impl Directory {
    /// Looks up over this pool, on the runtime that this is called on.
    ///
    /// # Panics
    /// Outside a runtime.
    #[must_use]
    pub fn new(hosts: Arc<Hosts>, pool: Arc<Pool>, request_timeout: Duration) -> Self {
        Self {
            hosts,
            pool,
            request_timeout,
            carrier: Carrier::here(),
        }
    }

    /// One page of the hosts that fit.
    ///
    /// # Errors
    /// 422 when too many fit, or what went wrong with KSC.
    pub async fn find(
        &self,
        _permit: &Permit<SeeHosts>,
        search: Search,
        request_id: &RequestId,
    ) -> Result<HostList, Problem> {
        let (hosts, pool) = (Arc::clone(&self.hosts), Arc::clone(&self.pool));
        let id = request_id.clone();
        let work = async move {
            let mut lease = lease(&pool, id.as_str()).await?;
            hosts.find(&mut lease, &search, id.as_str()).await
        };
        self.in_time(work, request_id).await
    }

    /// The host of this id, and whether it can take a task.
    ///
    /// # Errors
    /// 404 when the text is no id or KSC has no such host, or what went wrong with KSC.
    pub async fn details(
        &self,
        _permit: &Permit<SeeHosts>,
        host_id: &str,
        request_id: &RequestId,
    ) -> Result<HostDetails, Problem> {
        let host_id = HostId::parse(host_id).ok_or_else(details::unknown)?;
        let (hosts, pool) = (Arc::clone(&self.hosts), Arc::clone(&self.pool));
        let id = request_id.clone();
        let work = async move {
            let mut lease = lease(&pool, id.as_str()).await?;
            hosts.details(&mut lease, &host_id, id.as_str()).await
        };
        self.in_time(work, request_id).await
    }

    /// A look-up belongs to the runtime and not to the caller's connection: one that is given up
    /// still gives its session back in order.
    async fn in_time<T: Send + 'static>(
        &self,
        work: impl Future<Output = Result<T, Problem>> + Send + 'static,
        request_id: &RequestId,
    ) -> Result<T, Problem> {
        let found = self.carrier.begin(work).within(self.request_timeout).await;
        found.unwrap_or_else(|unfinished| {
            Err(Failure::from(unfinished).problem(request_id.as_str()))
        })
    }
}

async fn lease(pool: &Arc<Pool>, request_id: &str) -> Result<Lease, Problem> {
    let lease = pool.lease().await;
    lease.map_err(|error| fault::problem(&error, request_id))
}
