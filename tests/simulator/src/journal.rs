//! The journal: every call in the order in which it was processed, every incident, every breach of
//! the rules.
//!
//! Tests read it instead of asking the peer what it believes it sent. It never holds credentials:
//! headers are not kept, sessions are numbers, and the replies of `Session.*` are left out.
//!
//! Rationale for violations beside refusals: KSC itself would let much of this pass silently (or
//! stumble over it in a way that no page describes), so answering with an error would be an
//! invention; the journal tells the test.

use crate::faults::FaultKind;
use serde::Serialize;
use serde_json::Value;
use std::fmt::{self, Write as _};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use time::OffsetDateTime;
use tokio::sync::watch;

/// How long [`Journal::wait_for`] waits, in real time, before it fails the test.
const PATIENCE: Duration = Duration::from_secs(30);

/// One call as it was processed.
#[derive(Debug, Clone, Serialize)]
pub struct CallRecord {
    /// Place in the order of processing, from 1.
    pub seq: u64,
    /// Simulated time.
    #[serde(with = "time::serde::rfc3339")]
    pub at: OffsetDateTime,
    /// Number of the TCP connection, from 1.
    pub connection: u64,
    /// Number of the session the call was processed in; absent before login and when refused.
    pub session: Option<u64>,
    /// `Class.Method`, or `login`.
    pub method: String,
    /// Header `X-KSC-RequestId`.
    pub request_id: Option<String>,
    /// The arguments as sent; null when there was no body or it was not JSON.
    pub arguments: Value,
    /// What the call came to.
    pub outcome: CallOutcome,
    /// HTTP status that was sent; absent when nothing was.
    pub status: Option<u16>,
    /// The fault that struck the call.
    pub fault: Option<FaultKind>,
}

/// What a call came to.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum CallOutcome {
    /// Carried out; the reply's JSON (null for `Session.*` and `login`).
    Returned(Value),
    /// Refused with a `PxgError`.
    PxgError {
        /// `module`.
        module: String,
        /// `code`.
        code: i64,
        /// `subcode`.
        subcode: i64,
    },
    /// Refused with an HTTP status and this text.
    Refused(String),
    /// Not carried out because of the planned fault.
    NotProcessed,
}

impl CallOutcome {
    /// `true` when the call was carried out.
    #[must_use]
    pub fn is_returned(&self) -> bool {
        matches!(self, Self::Returned(_))
    }
}

/// One incident, kept even after it was deleted.
#[derive(Debug, Clone, Serialize)]
pub struct IncidentRecord {
    /// `KLINCDT_ID`.
    pub id: i64,
    /// `KLHST_WKS_HOSTNAME`.
    pub host: String,
    /// `KLINCDT_SEVERITY`.
    pub severity: i64,
    /// `KLINCDT_ADDED`.
    #[serde(with = "time::serde::rfc3339")]
    pub added: OffsetDateTime,
    /// `KLINCDT_BODY` as first stored.
    pub body_text: String,
    /// The body as JSON; null when it is not JSON.
    pub body: Value,
    /// `KLINCDT_IS_HANDLED` as it is now.
    pub handled: bool,
    /// How often `UpdateIncident` was carried out on it.
    pub updates: u32,
    /// `true` after `DeleteIncident`.
    pub deleted: bool,
    /// The KSC task that the console made of it.
    pub ksc_task: Option<String>,
    /// `X-KSC-RequestId` of the call that added it.
    pub request_id: Option<String>,
}

/// A breach of the vendor's rules that KSC would not answer with an error.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Violation {
    /// Which rule.
    pub rule: Rule,
    /// The call in which it was seen, or what else it belongs to.
    pub method: String,
    /// What exactly was seen.
    pub detail: String,
}

impl fmt::Display for Violation {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(to, "{:?} in {}: {}", self.rule, self.method, self.detail)
    }
}

/// The rules whose breach the journal notes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Rule {
    /// The next request came before the reply to the one before it was written.
    OneCallAtATime,
    /// The body holds bytes outside ASCII; the vendor's client sends `\u` escapes.
    AsciiBody,
    /// `Content-Type` is not the bare `application/json`.
    BareContentType,
    /// An argument that the call does not have.
    KnownArguments,
    /// An attribute that the object does not have.
    KnownAttributes,
    /// `KLINCDT_BODY` is not the documented JSON.
    IncidentBody,
    /// The body's `targetHost` is not the incident's host.
    SameHost,
    /// The body's `params` are not as documented for the task.
    TaskParameters,
    /// `KLINCDT_SEVERITY` is not 1, 2 or 3.
    SeverityScale,
    /// `KLINCDT_TYPE` was sent.
    NoIncidentType,
    /// An incident for a host that KSC does not have.
    KnownHost,
    /// A filter without its outer parentheses, or with wildcards or operators inside a text.
    PlainFilter,
    /// `KLINCDT_BODY` in a filter: it is a word search, never equality.
    NoFullTextFilter,
    /// Credentials on a call that is not a login.
    CredentialsOnLoginOnly,
    /// An accessor, an iterator or a session that was not given back.
    GiveBack,
}

#[derive(Debug, Default)]
struct Records {
    calls: Vec<CallRecord>,
    /// How many calls came before the first of them.
    forgotten: u64,
    incidents: Vec<IncidentRecord>,
    violations: Vec<Violation>,
    panics: Vec<String>,
}

#[derive(Debug)]
struct Book {
    records: Mutex<Records>,
    changed: watch::Sender<u64>,
}

/// Handle of the journal; clones share one journal.
#[derive(Debug, Clone)]
pub struct Journal {
    book: Arc<Book>,
}

impl Journal {
    pub(crate) fn new() -> Self {
        let (changed, _) = watch::channel(0);
        Self {
            book: Arc::new(Book {
                records: Mutex::default(),
                changed,
            }),
        }
    }

    fn records(&self) -> MutexGuard<'_, Records> {
        self.book
            .records
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self, change: impl FnOnce(&mut Records)) {
        change(&mut self.records());
        self.touch();
    }

    /// Wakes everybody who waits for a condition: also called when the world moved without a call.
    pub(crate) fn touch(&self) {
        self.book.changed.send_modify(|version| *version += 1);
    }

    /// All calls in the order of processing.
    #[must_use]
    pub fn calls(&self) -> Vec<CallRecord> {
        self.records().calls.clone()
    }

    /// The calls to one method.
    #[must_use]
    pub fn calls_to(&self, method: &str) -> Vec<CallRecord> {
        self.records()
            .calls
            .iter()
            .filter(|call| call.method == method)
            .cloned()
            .collect()
    }

    /// How many calls there were, also those that were forgotten since.
    #[must_use]
    pub fn calls_so_far(&self) -> u64 {
        let records = self.records();
        records.forgotten + records.calls.len() as u64
    }

    /// Forgets the calls so far: for whoever only counts them, when there are very many.
    pub fn forget_calls(&self) {
        self.write(|records| {
            records.forgotten += records.calls.len() as u64;
            records.calls = Vec::new();
        });
    }

    /// How often a method was called, refused calls included.
    #[must_use]
    pub fn count(&self, method: &str) -> usize {
        self.records()
            .calls
            .iter()
            .filter(|call| call.method == method)
            .count()
    }

    /// How often a method was carried out.
    #[must_use]
    pub fn carried_out(&self, method: &str) -> usize {
        let done = |call: &&CallRecord| call.method == method && call.outcome.is_returned();
        self.records().calls.iter().filter(done).count()
    }

    /// The methods called, in order: short enough to compare with a list in a test.
    #[must_use]
    pub fn methods(&self) -> Vec<String> {
        self.records()
            .calls
            .iter()
            .map(|call| call.method.clone())
            .collect()
    }

    /// All incidents, in the order of their creation, deleted ones included.
    #[must_use]
    pub fn incidents(&self) -> Vec<IncidentRecord> {
        self.records().incidents.clone()
    }

    /// One incident by its number.
    #[must_use]
    pub fn incident(&self, id: i64) -> Option<IncidentRecord> {
        self.records()
            .incidents
            .iter()
            .find(|incident| incident.id == id)
            .cloned()
    }

    /// All breaches of the rules so far.
    #[must_use]
    pub fn violations(&self) -> Vec<Violation> {
        self.records().violations.clone()
    }

    /// Forgets the violations noted so far: for a test that breaks a rule on purpose.
    pub fn forgive(&self) {
        self.write(|records| records.violations.clear());
    }

    /// Panics of the simulator itself.
    #[must_use]
    pub fn panics(&self) -> Vec<String> {
        self.records().panics.clone()
    }

    /// Waits until `condition` holds, looking again whenever the journal or the world changes.
    ///
    /// # Panics
    ///
    /// After thirty real seconds, with the whole journal.
    pub async fn wait_for(&self, condition: impl Fn(&Journal) -> bool) {
        let mut changed = self.book.changed.subscribe();
        let holds = async {
            while !condition(self) {
                if changed.changed().await.is_err() {
                    return;
                }
            }
        };
        let in_time = tokio::time::timeout(PATIENCE, holds).await.is_ok();
        assert!(
            in_time,
            "waited {PATIENCE:?} in vain; the journal holds:\n{}",
            self.print()
        );
    }

    /// Waits until a method was called `count` times.
    pub async fn wait_for_calls(&self, method: &str, count: usize) {
        self.wait_for(|journal| journal.count(method) >= count)
            .await;
    }

    /// The journal as text, one line an entry.
    #[must_use]
    pub fn print(&self) -> String {
        let records = self.records();
        let mut text = String::new();
        // Writing to a String cannot fail.
        for call in &records.calls {
            let _ = writeln!(
                text,
                "{:>4} connection {} session {} {} {} -> {:?} status {:?} fault {:?}",
                call.seq,
                call.connection,
                call.session
                    .map_or_else(|| "-".to_owned(), |number| number.to_string()),
                call.method,
                call.arguments,
                call.outcome,
                call.status,
                call.fault,
            );
        }
        for incident in &records.incidents {
            let _ = writeln!(
                text,
                "     incident {} host {} handled {} updates {} task {:?}",
                incident.id, incident.host, incident.handled, incident.updates, incident.ksc_task
            );
        }
        for violation in &records.violations {
            let _ = writeln!(text, "     violation: {violation}");
        }
        for panic in &records.panics {
            let _ = writeln!(text, "     panic: {panic}");
        }
        text
    }

    pub(crate) fn record_call(&self, mut call: CallRecord) {
        self.write(|records| {
            call.seq = records.forgotten + records.calls.len() as u64 + 1;
            records.calls.push(call);
        });
    }

    pub(crate) fn record_incident(&self, incident: IncidentRecord) {
        self.write(|records| records.incidents.push(incident));
    }

    pub(crate) fn change_incident(&self, id: i64, change: impl FnOnce(&mut IncidentRecord)) {
        self.write(|records| {
            // After a backup was restored there may be two of a number: the last one lives.
            let mut incidents = records.incidents.iter_mut().rev();
            if let Some(incident) = incidents.find(|known| known.id == id) {
                change(incident);
            }
        });
    }

    pub(crate) fn record_panic(&self, panic: String) {
        self.write(|records| records.panics.push(panic));
    }

    pub(crate) fn note(&self, rule: Rule, method: &str, detail: impl Into<String>) {
        let violation = Violation {
            rule,
            method: method.to_owned(),
            detail: detail.into(),
        };
        self.write(|records| records.violations.push(violation));
    }
}
