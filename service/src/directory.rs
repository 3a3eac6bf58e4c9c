//! Looking hosts up: one page of those that fit, and all that is said of one.

use std::sync::Arc;
use std::time::Duration;

use crate::authority::{Permit, SeeHosts};
use crate::backends::seam::{Backend as _, HostSearch};
use crate::backends::{Backends, on_backend};
use crate::carry::Carrier;
use crate::problem::Problem;
use crate::request_id::RequestId;
use vocabulary::code::Code;
use vocabulary::host::{HostDetails, HostList};
use vocabulary::host_id::HostId;

/// Looks hosts up. A look-up belongs to the runtime and not to the caller's connection: one that is
/// given up still gives its session back in order.
pub struct Directory {
    backends: Backends,
    request_timeout: Duration,
    carrier: Carrier,
}

impl Directory {
    /// Look-ups run on the runtime that this is called on.
    ///
    /// # Panics
    /// Outside a runtime.
    #[must_use]
    pub fn new(backends: Backends, request_timeout: Duration) -> Self {
        Self {
            backends,
            request_timeout,
            carrier: Carrier::here(),
        }
    }

    /// One page of the hosts that fit.
    ///
    /// # Errors
    /// 422 when too many fit, or what went wrong with the back end.
    pub async fn find(
        &self,
        _permit: &Permit<SeeHosts>,
        search: HostSearch,
        request_id: &RequestId,
    ) -> Result<HostList, Problem> {
        on_backend!(self.backends.default_one(), it => {
            let (backend, id) = (Arc::clone(it), request_id.clone());
            let work = async move { backend.find_hosts(&search, id.as_str()).await };
            self.in_time(work, request_id).await
        })
    }

    /// The host of this id, and whether it can take a task.
    ///
    /// # Errors
    /// 404 when the text is no id or there is no such host, or what went wrong with the back end.
    pub async fn details(
        &self,
        _permit: &Permit<SeeHosts>,
        host_id: &str,
        request_id: &RequestId,
    ) -> Result<HostDetails, Problem> {
        let host_id = HostId::parse(host_id).ok_or_else(|| self.unknown())?;
        on_backend!(self.backends.default_one(), it => {
            let (backend, id) = (Arc::clone(it), request_id.clone());
            let work = async move { backend.host_details(&host_id, id.as_str()).await };
            self.in_time(work, request_id).await
        })
    }

    async fn in_time<T: Send + 'static>(
        &self,
        work: impl Future<Output = Result<T, Problem>> + Send + 'static,
        request_id: &RequestId,
    ) -> Result<T, Problem> {
        let found = self.carrier.begin(work).within(self.request_timeout).await;
        let words = self.backends.words();
        found.unwrap_or_else(|it| Err(words.unfinished(it, request_id.as_str())))
    }

    fn unknown(&self) -> Problem {
        let detail = format!(
            "{} knows no host of this id. Names and addresses are searched for with GET /v1/hosts.",
            self.backends.words().name
        );
        Problem::new(Code::HostNotFound, detail)
    }
}
