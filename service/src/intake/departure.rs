//! The last step before a request leaves: it is written down, and whether it still may is asked.

use super::errand::{Errand, Way};
use super::isolations::action;
use super::order::cut_off;
use super::receipt::SentRequest;
use crate::backends::seam::{Backend, Prepared as _};
use crate::config::StorePolicy;
use crate::problem::Problem;
use crate::store::{Clearance, Departure, Isolates, Leaving};
use vocabulary::code::Code;
use vocabulary::task::isolate_host::IsolationAction;

impl<B: Backend> Way<B> {
    /// Whoever was taken over stops here, and so does who comes to a place that another replica has
    /// taken since the last count.
    pub(super) async fn begin(
        &self,
        errand: &mut Errand<'_, B>,
    ) -> Result<Option<Departure>, Problem> {
        let Some(departure) = self.begin_once(errand).await? else {
            return Ok(None);
        };
        let room = self.backend.has_room(departure.number(), self.request_id());
        if room.await.is_ok() {
            return Ok(Some(departure));
        }
        // Counting takes a while, so whether it may leave is asked anew.
        drop(departure);
        self.backend.recount(self.request_id()).await;
        let departure = self.begin_once(errand).await?;
        if let Some(departure) = &departure {
            self.backend
                .has_room(departure.number(), self.request_id())
                .await?;
        }
        Ok(departure)
    }

    async fn begin_once(&self, errand: &mut Errand<'_, B>) -> Result<Option<Departure>, Problem> {
        let means = &self.means;
        let place = errand.turn.ticket();
        let mark = errand.prepared.mark();
        let host_id = errand.on.host().id.as_str();
        let action = action(self.ticket.request());
        let isolates = match action {
            Some(IsolationAction::On) => {
                let passed = means.clock.passed();
                means
                    .isolations
                    .begins(self.backend.alias(), host_id, &mark.attempt, passed);
                Isolates::Begins(&mark.attempt)
            }
            Some(IsolationAction::Off) => Isolates::Ends,
            None => Isolates::Neither,
        };
        let leaving = Leaving {
            backend: self.backend.alias(),
            is_counted: self.backend.counts_departures(),
            ticket: place,
            isolates,
        };
        let begun = match &self.hold {
            Some(hold) => {
                let receipt = self.receipt(errand.on.host(), &errand.prepared);
                let sent = SentRequest::new(self.backend.alias().clone(), mark.clone(), receipt);
                hold.begin(leaving, sent).await
            }
            None => match (&means.shared, place) {
                (Some(shared), Some(_)) => shared.begin(leaving).await,
                (_, _) => Ok(Clearance::Alone),
            },
        };
        let own = || means.isolations.of(self.backend.alias(), host_id);
        let (departure, open) = match begun {
            Ok(Clearance::Go { departure, open }) if place.is_some() => (departure, open),
            Ok(Clearance::Go { departure, .. }) => (departure, own()),
            Ok(Clearance::Alone) => (None, own()),
            Ok(Clearance::Overtaken) => return Err(overtaken()),
            Err(_) if means.store_policy == StorePolicy::Local => {
                self.progress.went_alone();
                (None, own())
            }
            Err(away) => return Err(cut_off(&away)),
        };
        if action == Some(IsolationAction::Off) {
            errand.open.get_or_insert(open);
        }
        Ok(departure)
    }
}

fn overtaken() -> Problem {
    Problem::new(
        Code::StoreUnavailable,
        "Other replicas have not heard of this one for so long that the request's turn went to another. Nothing was sent.",
    )
    .with_retry_after(1)
}
