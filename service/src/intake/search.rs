//! Finds the host of a request, and with it the back end that acts.

use std::time::Duration;

use super::means::Means;
use super::order::ArrivalPlaces;
use crate::backends::seam::{Backend as _, Deadline};
use crate::backends::{AnyBackend, Route, on_backend};
use crate::problem::Problem;
use crate::telemetry::place;
use crate::ticket::Ticket;
use vocabulary::task_id::Alias;

/// How long a host may be looked for. Requests for other hosts that came later wait so long at
/// most, because only then is it known that they are for other hosts.
const FIND_WITHIN: Duration = Duration::from_secs(10);

/// Finds the host of one request.
pub(super) struct Search<'a> {
    means: &'a Means,
    ticket: &'a Ticket,
}

impl<'a> Search<'a> {
    pub(super) fn new(means: &'a Means, ticket: &'a Ticket) -> Self {
        Self { means, ticket }
    }

    /// Where it goes, within the deadline. What it has arrived with for other back ends is given up
    /// as soon as it is certain that it does not go there.
    pub(super) async fn find(
        &self,
        arrival: &mut ArrivalPlaces,
        deadline: Deadline,
    ) -> Result<Route, Problem> {
        let request = self.ticket.request();
        let these = self.means.candidates(self.ticket.reach(), request)?;
        let found = self.among(&these, |it| arrival.give_up(it), deadline);
        let found = deadline.bounds(found).await??;
        on_backend!(&found.backend, it => it.accept(request))
            .map_err(|it| it.of(found.backend.alias()))?;
        Ok(found)
    }

    async fn among(
        &self,
        these: &[AnyBackend],
        is_out: impl FnMut(&Alias),
        deadline: Deadline,
    ) -> Result<Route, Problem> {
        let request = self.ticket.request();
        let request_id = self.ticket.request_id.as_str();
        if let [one] = these {
            let found = on_backend!(one, it => {
                let finding = it.host(request.host(), request_id);
                place::at(one.alias(), tokio::time::timeout(FIND_WITHIN, finding)).await
            });
            let host = found.map_err(|_| deadline.too_late()).and_then(|it| it);
            return Ok(Route {
                backend: one.clone(),
                host: host.map_err(|it| it.of(one.alias()))?,
                warnings: Vec::new(),
            });
        }
        let backends = &self.means.backends;
        let (task, name) = (request.task(), request.host());
        let route = backends.route(these, task, name, request_id, FIND_WITHIN, is_out);
        Box::pin(route).await
    }
}
