//! Requests for one host leave in the order in which they came, whatever they call it.
//!
//! Which host a name means is known only after a back end was asked, and one answer may take longer
//! than the next. So a request queues twice: on arrival, and for its host. Look-ups go on side by
//! side, but places in the hosts' queues are given out strictly in the order of arrival; so a release
//! by id cannot pass an isolation by name whose look-up is slow.
//!
//! There is a queue of arrivals for each back end. A request that may go to several has a place in
//! each, and gives up that of a back end as soon as it certainly does not go there: so one that is
//! slow or down holds up requests that may go to it, and no others.
//!
//! With a shared store there is a third queue, of all replicas, for each host. Its places are taken
//! in the order of those of this replica, one after the other for each host: a store that is far
//! away holds up requests for the same host, and no others. What two replicas have in hand at the
//! same time is in the order in which their hosts were found; a request whose answer was there
//! before another one came is before that one in any case.
//!
//! # Rationale
//!
//! Queueing by the name that the caller used lets requests under two names of one host pass each
//! other. The price of the strict order is that a look-up that hangs holds up those behind it, for
//! as long as a look-up may take.

use std::collections::HashMap;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError, Weak};

use futures_util::poll;
use tokio::sync::{Mutex as Turns, OwnedMutexGuard};

use crate::config::StorePolicy;
use crate::digest;
use crate::problem::Problem;
use crate::store::{Away, Store, Turn};
use vocabulary::code::Code;
use vocabulary::task_id::Alias;

/// The queues: one of arrivals for each back end, and one for each host that anybody waits for.
#[derive(Default)]
pub(super) struct Order {
    arrivals: HashMap<Alias, Arc<Turns<()>>>,
    hosts: HostQueues,
    /// Who takes the next place in the queue of all replicas for a host.
    entries: HostQueues,
    shared: Option<(Arc<Store>, StorePolicy)>,
}

/// A queue for each host.
#[derive(Default)]
struct HostQueues(Mutex<HashMap<String, Weak<Turns<()>>>>);

/// Queues whose last place is gone are swept out when there are more than this.
const SWEEP_ABOVE: usize = 1024;

/// A place in a queue. Dropping it gives it up.
pub(super) enum Place {
    First(LocalTurn),
    Behind(Pin<Box<dyn Future<Output = OwnedMutexGuard<()>> + Send>>),
}

/// The places of a request that has arrived: one for each back end that it may go to.
#[derive(Default)]
pub(super) struct ArrivalPlaces(Vec<(Alias, Place)>);

/// The turn: nobody else of the queue has it until it is dropped.
pub(super) struct LocalTurn(#[expect(dead_code, reason = "held for its drop")] OwnedMutexGuard<()>);

/// A place in the queues for a host.
pub(super) struct HostPlace {
    near: Place,
    entry: Option<SharedEntry>,
}

/// What it takes to join the queue of all replicas for a host.
struct SharedEntry {
    place: Place,
    shared: Arc<Store>,
    /// The back end that has the host.
    backend: Alias,
    policy: StorePolicy,
    /// The queue.
    name: String,
}

/// The turn for a host, at this replica and among all.
pub(super) struct HostTurn {
    far: Far,
    /// Dropped last: the next one of this replica finds the shared queue left.
    _near: LocalTurn,
}

/// The place among all replicas.
enum Far {
    /// There are no others.
    None,
    Taken(Turn),
    /// The shared store could not be asked, and that is no reason to refuse.
    Away,
}

impl Order {
    /// Queues of this replica for these back ends, and of all that share this.
    pub(super) fn new(
        backends: impl Iterator<Item = Alias>,
        shared: Option<(Arc<Store>, StorePolicy)>,
    ) -> Self {
        Self {
            arrivals: backends.map(|it| (it, Arc::default())).collect(),
            shared,
            ..Self::default()
        }
    }

    /// Takes the next place among all that arrive for any of these back ends, at once.
    pub(super) async fn arrive(&self, backends: impl Iterator<Item = &Alias>) -> ArrivalPlaces {
        let mut places = Vec::new();
        for alias in backends {
            if let Some(turns) = self.arrivals.get(alias) {
                places.push((alias.clone(), Place::take(Arc::clone(turns)).await));
            }
        }
        ArrivalPlaces(places)
    }

    /// Takes the next place in a host's queue, at once, and the right to the same one among all
    /// replicas.
    pub(super) async fn queue(&self, backend: &Alias, host_id: &str) -> HostPlace {
        let host = host_name(backend, host_id);
        let near = Place::take(self.hosts.of(&host)).await;
        let entry = match &self.shared {
            None => None,
            Some((shared, policy)) => Some(SharedEntry {
                place: Place::take(self.entries.of(&host)).await,
                shared: Arc::clone(shared),
                backend: backend.clone(),
                policy: *policy,
                name: queue_name(backend, host_id),
            }),
        };
        HostPlace { near, entry }
    }
}

/// What a host is called among those of all back ends.
pub(super) fn host_name(backend: &Alias, host_id: &str) -> String {
    format!("{backend}/{}", host_id.to_lowercase())
}

/// What its queue among all replicas is called. Names of keys hold nothing that a caller chose.
pub(super) fn queue_name(backend: &Alias, host_id: &str) -> String {
    digest::of_text(&host_name(backend, host_id))
}

impl HostQueues {
    fn of(&self, host_id: &str) -> Arc<Turns<()>> {
        let mut hosts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if hosts.len() > SWEEP_ABOVE {
            hosts.retain(|_, it| it.strong_count() > 0);
        }
        let slot = hosts.entry(host_id.to_owned()).or_default();
        slot.upgrade().unwrap_or_else(|| {
            let turns = Arc::default();
            *slot = Arc::downgrade(&turns);
            turns
        })
    }
}

impl Place {
    async fn take(turns: Arc<Turns<()>>) -> Self {
        let mut waiting = Box::pin(turns.lock_owned());
        // The lock serves in the order of the first poll: this one.
        match poll!(&mut waiting) {
            std::task::Poll::Ready(guard) => Self::First(LocalTurn(guard)),
            std::task::Poll::Pending => Self::Behind(waiting),
        }
    }

    /// Waits for the turn.
    pub(super) async fn turn(self) -> LocalTurn {
        match self {
            Self::First(turn) => turn,
            Self::Behind(waiting) => LocalTurn(waiting.await),
        }
    }
}

impl ArrivalPlaces {
    /// It does not go to this back end: whoever came later for that one need not wait.
    pub(super) fn give_up(&mut self, backend: &Alias) {
        self.0.retain(|(it, _)| it != backend);
    }

    /// It goes to this one: its turn there. The other places are given up.
    pub(super) async fn turn(mut self, backend: &Alias) -> Option<LocalTurn> {
        self.0.retain(|(it, _)| it == backend);
        let (_, place) = self.0.pop()?;
        Some(place.turn().await)
    }
}

impl HostPlace {
    /// Joins the queue of all replicas, and waits for the turn.
    ///
    /// # Errors
    /// When the shared store cannot be asked, and nothing is to be done without it.
    pub(super) async fn turn(self) -> Result<HostTurn, Away> {
        let Some(entry) = self.entry else {
            return Ok(HostTurn {
                far: Far::None,
                _near: self.near.turn().await,
            });
        };
        let alone = |away| match entry.policy {
            StorePolicy::Local => Ok(Far::Away),
            StorePolicy::Refuse => Err(away),
        };
        let entered = entry.place.turn().await;
        let far = match entry.shared.queue(&entry.backend, &entry.name).await {
            Ok(ticket) => Far::Taken(ticket),
            Err(away) => alone(away)?,
        };
        drop(entered);
        let mut turn = HostTurn {
            far,
            _near: self.near.turn().await,
        };
        if let Far::Taken(ticket) = &turn.far
            && let Err(away) = ticket.turn().await
        {
            turn.far = alone(away)?;
        }
        Ok(turn)
    }
}

impl HostTurn {
    /// The place among all replicas, when there is one.
    pub(super) fn ticket(&self) -> Option<&Turn> {
        match &self.far {
            Far::Taken(ticket) => Some(ticket),
            Far::None | Far::Away => None,
        }
    }

    /// Whether other replicas do not know of it.
    pub(super) fn is_alone(&self) -> bool {
        matches!(self.far, Far::Away)
    }
}

/// What is said when the shared store cannot be asked. Before anything is sent.
pub(super) fn cut_off(away: &Away) -> Problem {
    tracing::warn!(
        error = away as &dyn std::error::Error,
        "a request is refused because the shared store cannot be asked"
    );
    Problem::new(
        Code::StoreUnavailable,
        "The store that the replicas share cannot be asked, so nobody can say whether another one has this request in hand. Nothing was sent.",
    )
    .with_retry_after(2)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ksc() -> Alias {
        Alias::parse("ksc").expect("an alias")
    }

    #[tokio::test]
    async fn turns_come_in_the_order_of_the_places_and_not_of_the_waiting() {
        let order = Order::default();
        let first = order.queue(&ksc(), "A").await;
        let second = order.queue(&ksc(), "a").await;
        let third = order.queue(&ksc(), "a").await;
        let other = order.queue(&ksc(), "b").await;
        let came = Mutex::new(Vec::new());
        let take = async |place: HostPlace, number: u8| {
            let _turn = place.turn().await.expect("nothing is shared");
            came.lock().expect("no panic").push(number);
        };

        tokio::join!(
            take(third, 3),
            take(second, 2),
            take(other, 4),
            take(first, 1)
        );

        let came = came.into_inner().expect("no panic");
        let of_one: Vec<u8> = came.into_iter().filter(|it| *it != 4).collect();
        assert_eq!(of_one, [1, 2, 3]);
    }

    #[tokio::test]
    async fn a_place_given_up_lets_nobody_past_the_one_before_it() {
        let order = Order::new([ksc()].into_iter(), None);
        let first = order.arrive([&ksc()].into_iter()).await;
        let first = first.turn(&ksc()).await;
        let second = order.arrive([&ksc()].into_iter()).await;
        let third = order.arrive([&ksc()].into_iter()).await;
        let alias = ksc();
        let mut third = Box::pin(third.turn(&alias));
        assert!(poll!(&mut third).is_pending());

        drop(second);

        assert!(poll!(&mut third).is_pending());
        drop(first);
        assert!(poll!(&mut third).is_ready());
    }

    #[tokio::test]
    async fn a_request_that_goes_elsewhere_holds_up_nobody() {
        let branch = Alias::parse("branch").expect("an alias");
        let both = || [ksc(), branch.clone()];
        let order = Order::new(both().into_iter(), None);
        let mut anywhere = order.arrive(both().iter()).await;
        let next = order.arrive(both().iter()).await;
        let alias = ksc();
        let mut next = Box::pin(next.turn(&alias));
        assert!(poll!(&mut next).is_pending());

        anywhere.give_up(&branch);
        assert!(poll!(&mut next).is_pending(), "it may still go there");
        anywhere.give_up(&ksc());

        assert!(poll!(&mut next).is_ready());
    }
}
