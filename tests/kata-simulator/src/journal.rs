//! What has happened: every request, as it came and as it ended; every change of rules; every deed
//! of a device.

use crate::deed::{Deed, DeedKind};
use crate::rule_change::{LostRule, RuleChange};
use crate::world::registry::Access;
use serde::Serialize;
use stage::matches;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use time::OffsetDateTime;
use tokio::sync::watch;
use uuid::Uuid;

/// A request.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RequestRecord {
    /// When it arrived, by the simulated clock.
    #[serde(with = "time::serde::rfc3339")]
    pub at: OffsetDateTime,
    /// Which listener it came to, counted from 0.
    pub listener: usize,
    /// Its name: `GET sensors`, `POST settings/prevention`.
    pub call: String,
    /// The HTTP method.
    pub method: String,
    /// The path as it came.
    pub path: String,
    /// What stood behind the question mark, as it came.
    pub query: String,
    /// The body, as it came.
    pub body: String,
    /// `Content-Type`.
    pub content_type: Option<String>,
    /// SHA-256 of the caller's certificate.
    pub fingerprint: Option<String>,
    /// The id in the path.
    pub caller: Option<String>,
    /// What the registry said; nothing where there was no id, no certificate, or no look at it.
    pub access: Option<Access>,
    /// Whether it was processed; a fault may come before.
    pub processed: bool,
    /// Whether a planned fault struck it.
    pub fault: bool,
    /// How it ended.
    pub outcome: Outcome,
}

/// How a request ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// It has not, yet.
    UnderWay,
    /// An answer with this status went out.
    Answered(u16),
    /// A fault closed the connection before a whole answer had gone out.
    CutOff,
    /// Whoever had asked hung up before the answer, or a test cut his connection.
    GivenUp,
}

/// A KSC was told that a device is isolated, or is not any more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TagReport {
    /// The device's `sensorId`.
    pub sensor: String,
    /// Its name.
    pub host: String,
    /// Whether it is isolated.
    pub isolated: bool,
    /// Why that came to nothing.
    pub error: Option<String>,
}

#[derive(Debug, Default)]
struct Pages {
    requests: Vec<RequestRecord>,
    changes: Vec<RuleChange>,
    deeds: Vec<Deed>,
    tag_reports: Vec<TagReport>,
    oddities: Vec<String>,
    panics: Vec<String>,
}

/// Handle of the journal; clones share one.
#[derive(Debug, Clone)]
pub struct Journal {
    pages: Arc<Mutex<Pages>>,
    changed: Arc<watch::Sender<u64>>,
}

impl Default for Journal {
    fn default() -> Self {
        Self {
            pages: Arc::default(),
            changed: Arc::new(watch::channel(0).0),
        }
    }
}

impl Journal {
    fn pages(&self) -> MutexGuard<'_, Pages> {
        self.pages.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Every request, in the order of arrival.
    #[must_use]
    pub fn requests(&self) -> Vec<RequestRecord> {
        self.pages().requests.clone()
    }

    /// The requests of this name (`POST settings/*` is a beginning).
    #[must_use]
    pub fn requests_of(&self, call: &str) -> Vec<RequestRecord> {
        let mut requests = self.requests();
        requests.retain(|it| matches(call, &it.call));
        requests
    }

    /// How many requests of this name there were.
    #[must_use]
    pub fn count(&self, call: &str) -> usize {
        let pages = self.pages();
        let named = pages.requests.iter().filter(|it| matches(call, &it.call));
        named.count()
    }

    /// Every change of rules, by whomever.
    #[must_use]
    pub fn rule_changes(&self) -> Vec<RuleChange> {
        self.pages().changes.clone()
    }

    /// Rules that one had made and another did away with.
    #[must_use]
    pub fn lost_rules(&self) -> Vec<LostRule> {
        let pages = self.pages();
        let lost = pages.changes.iter().flat_map(|it| it.lost.iter());
        lost.cloned().collect()
    }

    /// Everything that devices did.
    #[must_use]
    pub fn deeds(&self) -> Vec<Deed> {
        self.pages().deeds.clone()
    }

    /// What one device did, by its id in any case.
    #[must_use]
    pub fn deeds_of(&self, sensor: &str) -> Vec<Deed> {
        let mut deeds = self.deeds();
        deeds.retain(|it| it.sensor.eq_ignore_ascii_case(sensor));
        deeds
    }

    /// How often, where and when the program of a task was started, by the task's id in any form.
    #[must_use]
    pub fn runs_of(&self, task: &str) -> Vec<Deed> {
        let id = Uuid::try_parse(task).ok();
        let mut deeds = self.deeds();
        deeds.retain(|it| match it.kind {
            DeedKind::Started { task, .. } => Some(task) == id,
            DeedKind::CameOnLine
            | DeedKind::WentOffLine
            | DeedKind::Isolated { .. }
            | DeedKind::Free { .. }
            | DeedKind::Blocks { .. }
            | DeedKind::Ended { .. } => false,
        });
        deeds
    }

    /// What a KSC was told.
    #[must_use]
    pub fn tag_reports(&self) -> Vec<TagReport> {
        self.pages().tag_reports.clone()
    }

    /// What a real server may suffer and the pages do not have: parameters and members that no page
    /// knows, a body that does not say that it is JSON.
    #[must_use]
    pub fn oddities(&self) -> Vec<String> {
        self.pages().oddities.clone()
    }

    /// Panics of the simulator itself.
    #[must_use]
    pub fn panics(&self) -> Vec<String> {
        self.pages().panics.clone()
    }

    pub(crate) fn arrived(&self, request: RequestRecord) -> usize {
        let mut pages = self.pages();
        pages.requests.push(request);
        let number = pages.requests.len() - 1;
        drop(pages);
        self.touch();
        number
    }

    pub(crate) fn amend(&self, number: usize, change: impl FnOnce(&mut RequestRecord)) {
        if let Some(request) = self.pages().requests.get_mut(number) {
            change(request);
        }
        self.touch();
    }

    pub(crate) fn changed(&self, change: RuleChange) {
        self.pages().changes.push(change);
        self.touch();
    }

    pub(crate) fn did(&self, deed: Deed) {
        self.pages().deeds.push(deed);
        self.touch();
    }

    pub(crate) fn reported(&self, report: TagReport) {
        self.pages().tag_reports.push(report);
        self.touch();
    }

    /// The deed of this number, from 0.
    pub(crate) fn deed(&self, number: usize) -> Option<Deed> {
        self.pages().deeds.get(number).cloned()
    }

    pub(crate) fn note(&self, oddity: String) {
        self.pages().oddities.push(oddity);
    }

    pub(crate) fn panicked(&self, words: String) {
        self.pages().panics.push(words);
        self.touch();
    }

    /// Whoever waits for a condition looks again.
    pub(crate) fn touch(&self) {
        self.changed.send_modify(|version| *version += 1);
    }

    pub(crate) fn watch(&self) -> watch::Receiver<u64> {
        self.changed.subscribe()
    }
}
