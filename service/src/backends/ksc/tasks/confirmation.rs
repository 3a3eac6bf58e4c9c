//! What the device itself says of an isolation that KSC calls done.
//!
//! KSC's word and the device's are both shown; the device's changes no state. It is asked for when
//! the end is read, and by this replica alone for a while after it has seen the end: a
//! contradiction matters most to those who have stopped reading.
//!
//! # When it is a contradiction
//!
//! KSC hears of the tag when the device synchronises, so what is not there yet is not missing. And
//! what is not there any more may have ended: by the device's policy, or by a later request. So
//! only an end that this replica has seen come counts, only after a while
//! ([`Confirmations::LAST`]), and only while no later request for the host is there. How much has
//! passed is told by the clock of this process.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use ksc::Pool;
use serde_json::Value;

use super::keys::RequestKey;
use super::memory::BoundedMap;
use super::response::ResponseRequest;
use super::view::View;
use crate::backends::ksc::hosts::{self, Hosts};
use crate::backends::ksc::metrics::KscMetrics;
use crate::carry::Carrier;
use crate::clock::Clock;
use crate::ending::Ending;
use crate::request_id::RequestId;
use vocabulary::host::{HostIsolation, IsolationState};
use vocabulary::report::{ConfirmationState, DeviceConfirmation, State, Task};
use vocabulary::task::TaskType;
use vocabulary::task::isolate_host::IsolationAction;

/// Most requests whose confirmations are remembered.
const MOST: usize = 10_000;

/// Most ends that are looked after at a time.
const MOST_LOOKED_AFTER: usize = 1_000;

/// Most of a request's time that goes into the question.
const ASK_WITHIN: Duration = Duration::from_secs(3);

/// An answer is good for so long.
const FRESH: Duration = Duration::from_secs(15);

/// An end was seen to come when the task was seen under way so shortly before.
const SEEN_COMING: Duration = Duration::from_mins(10);

/// Most incidents of a host that are looked through for a later request.
const MOST_ROWS: usize = 1_000;

/// What the devices said.
pub(super) struct Confirmations {
    pool: Arc<Pool>,
    hosts: Arc<Hosts>,
    clock: Clock,
    metrics: Arc<KscMetrics>,
    carrier: Carrier,
    ending: Ending,
    book: Mutex<ConfirmationBook>,
}

struct ConfirmationBook {
    /// When the task of a request was last seen under way.
    under_way: BoundedMap<RequestKey, Duration>,
    /// What the device said, and when it was asked.
    said: BoundedMap<RequestKey, (DeviceConfirmation, Duration)>,
}

/// An isolation or a release of which KSC says that it is done, and whose end this replica has seen
/// come.
#[derive(Clone)]
struct Done {
    identity: RequestKey,
    action: IsolationAction,
}

impl Confirmations {
    /// After an end the device is asked so often, in seconds since the end was seen.
    const LOOKS: [u64; 7] = [0, 15, 60, 180, 360, 720, Self::LAST];
    /// After so many seconds what the device does not say it will not say: devices synchronise
    /// every 15 minutes.
    const LAST: u64 = 20 * 60;
    /// For so many seconds it is asked although this KSC has never shown the tag.
    const HOPEFUL: u64 = 180;

    pub(super) fn new(
        pool: Arc<Pool>,
        hosts: Arc<Hosts>,
        clock: Clock,
        metrics: Arc<KscMetrics>,
        carrier: Carrier,
        ending: Ending,
    ) -> Self {
        Self {
            pool,
            hosts,
            clock,
            metrics,
            carrier,
            ending,
            book: Mutex::new(ConfirmationBook {
                under_way: BoundedMap::of(MOST),
                said: BoundedMap::of(MOST),
            }),
        }
    }

    /// Notes how the task of a request was seen; `first_end` when it was never seen over before.
    pub(super) fn saw(self: &Arc<Self>, response: &ResponseRequest, view: &View, first_end: bool) {
        let Some(action) = action(response) else {
            return;
        };
        let (identity, now) = (response.identity(), self.clock.passed());
        if !view.state.is_terminal() {
            self.book().under_way.note(identity, now);
            return;
        }
        if !first_end || view.state != State::Succeeded || !view.is_certain {
            return;
        }
        // Without that nothing can be contradicted, and whoever reads a task asks for himself.
        let seen_coming = |it: &Duration| now.saturating_sub(*it) <= SEEN_COMING;
        let came = self
            .book()
            .under_way
            .get(&identity)
            .is_some_and(seen_coming);
        if !came {
            return;
        }
        if self.carrier.open() >= MOST_LOOKED_AFTER {
            tracing::warn!(
                "too many isolations have ended; whether this one is confirmed is not looked after"
            );
            return;
        }
        let done = Done { identity, action };
        let this = Arc::clone(self);
        let looks = async move { this.look_after(done, now).await };
        self.carrier.unasked(looks);
    }

    /// What the device says of a request that is over; it is asked, unless that was just done.
    pub(super) async fn of(
        &self,
        response: &ResponseRequest,
        view: &View,
    ) -> Option<DeviceConfirmation> {
        let action = action(response).filter(|_| has_ended(view.state))?;
        let (identity, now) = (response.identity(), self.clock.passed());
        if let Some((said, at)) = self.book().said.get(&identity) {
            let stays = said.state != ConfirmationState::Unknown;
            if stays || now.saturating_sub(*at) < FRESH {
                return Some(said.clone());
            }
        }
        if view.state != State::Succeeded {
            return Some(unknown());
        }
        let asking = self.ask(&identity.host_id);
        let confirmation = match tokio::time::timeout(ASK_WITHIN, asking).await {
            Ok(word) if word.state == wanted(action) => confirmed(&word),
            Ok(_) | Err(_) => unknown(),
        };
        self.note(&identity, &confirmation);
        Some(confirmation)
    }

    /// What is remembered of what the device says.
    pub(super) fn remembered(
        &self,
        response: &ResponseRequest,
        view: &View,
    ) -> Option<DeviceConfirmation> {
        action(response).filter(|_| has_ended(view.state))?;
        let book = self.book();
        let said = book.said.get(&response.identity());
        Some(said.map_or_else(unknown, |(it, _)| it.clone()))
    }

    /// Asks again and again until the device has said it, or will not.
    async fn look_after(&self, done: Done, end: Duration) {
        let wanted = wanted(done.action);
        for after in Self::LOOKS {
            // A question under way is heard out: a session is given back whole.
            tokio::select! {
                () = self.clock.sleep_until_passed(end + Duration::from_secs(after)) => {}
                () = self.ending.begun() => return,
            }
            let word = self.ask(&done.identity.host_id).await;
            if word.state == wanted {
                return self.note(&done.identity, &confirmed(&word));
            }
            let confirmation = if after < Self::LAST {
                unknown()
            } else {
                self.last_word(&done, &word).await
            };
            self.note(&done.identity, &confirmation);
            // What this KSC has never shown it will hardly show now.
            if word.state == IsolationState::Unknown && after >= Self::HOPEFUL {
                return;
            }
        }
    }

    /// What it means that the device has not confirmed an end for so long.
    async fn last_word(&self, done: &Done, word: &HostIsolation) -> DeviceConfirmation {
        // What may have ended by a later request says nothing of this one, and what cannot be read
        // is no proof.
        if word.state == IsolationState::Unknown || self.is_last(done).await != Some(true) {
            return unknown();
        }
        self.metrics.isolation_contradicted(done.action);
        tracing::warn!(
            incident.id = done.identity.incident,
            host.id = done.identity.host_id,
            "the device contradicts KSC: {}",
            word.evidence
        );
        DeviceConfirmation {
            by: DeviceConfirmation::BY_TAG.to_owned(),
            state: ConfirmationState::Contradicted,
            evidence: format!(
                "{}, {} minutes after KSC called the task done",
                word.evidence,
                Self::LAST / 60
            ),
        }
    }

    /// Whether no later request isolates or releases the host; nothing when KSC does not say.
    async fn is_last(&self, done: &Done) -> Option<bool> {
        let request_id = RequestId::default();
        let mut lease = self.pool.lease().await.ok()?;
        let filter = hosts::every_incident_of(&done.identity.host_id);
        let own = done.identity.incident;
        let later = lease.select_incidents(filter, MOST_ROWS, request_id.as_str(), move |it| {
            let body: Value = serde_json::from_str(&it.body?).ok()?;
            (it.id > own && body["task"] == TaskType::IsolateHost.name()).then_some(it.id)
        });
        let later = later.await.ok()?;
        (later.total <= later.read).then_some(later.rows.is_empty())
    }

    async fn ask(&self, host_id: &str) -> HostIsolation {
        let request_id = RequestId::default();
        match self.pool.lease().await {
            Ok(mut lease) => {
                self.hosts
                    .isolation(&mut lease, host_id, None, request_id.as_str())
                    .await
                    .isolation
            }
            Err(_) => HostIsolation {
                state: IsolationState::Unknown,
                evidence: "KSC could not be asked for the tags of the device".to_owned(),
            },
        }
    }

    /// Remembers what was said; what was confirmed or contradicted stays.
    fn note(&self, identity: &RequestKey, confirmation: &DeviceConfirmation) {
        let now = self.clock.passed();
        let mut book = self.book();
        let stays =
            |(it, _): &(DeviceConfirmation, Duration)| it.state != ConfirmationState::Unknown;
        if !book.said.get(identity).is_some_and(stays) {
            book.said
                .note(identity.clone(), (confirmation.clone(), now));
        }
    }

    fn book(&self) -> MutexGuard<'_, ConfirmationBook> {
        self.book.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Shows what the device says beside what KSC says.
pub(super) fn show(task: &mut Task, confirmation: Option<DeviceConfirmation>) {
    if let Some(it) = confirmation
        .as_ref()
        .filter(|it| it.state == ConfirmationState::Contradicted)
    {
        task.warnings
            .push(format!("The device contradicts KSC: {}.", it.evidence));
    }
    task.confirmation = confirmation;
}

/// What a request does to the network of its host.
fn action(response: &ResponseRequest) -> Option<IsolationAction> {
    if response.body.task != TaskType::IsolateHost {
        return None;
    }
    let number = response.body.params.as_ref()?.get("action")?.as_i64()?;
    IsolationAction::try_from(number).ok()
}

/// Whether a device has said that it is through.
fn has_ended(state: State) -> bool {
    matches!(state, State::Succeeded | State::Warning | State::Failed)
}

fn wanted(action: IsolationAction) -> IsolationState {
    match action {
        IsolationAction::On => IsolationState::Isolated,
        IsolationAction::Off => IsolationState::NotIsolated,
    }
}

fn confirmed(word: &HostIsolation) -> DeviceConfirmation {
    DeviceConfirmation {
        by: DeviceConfirmation::BY_TAG.to_owned(),
        state: ConfirmationState::Confirmed,
        evidence: word.evidence.clone(),
    }
}

/// The device has not said it; what its tags show now, its host shows.
fn unknown() -> DeviceConfirmation {
    DeviceConfirmation {
        by: DeviceConfirmation::BY_TAG.to_owned(),
        state: ConfirmationState::Unknown,
        evidence: "The device has not said so by a tag of its product, or this replica has not seen it; GET /v1/hosts/{id} shows what its tags say now".to_owned(),
    }
}
