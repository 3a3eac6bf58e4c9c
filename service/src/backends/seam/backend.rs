//! The trait that a back end keeps.

use std::sync::Arc;
use std::time::{Duration, Instant};

use serde_json::Value;

use super::cancelling::CancelProgress;
use super::fault::{Fault, MissedLook};
use super::mark::{Depth, Mark, Presence};
use super::prepared::Prepared;
use super::receipt::Receipt;
use super::searches::{HostPage, HostSearch, TaskFilter, TaskPage};
use super::words::{Deadline, Health, Words};
use crate::authority::OnHost;
use crate::host::Host;
use crate::problem::Problem;
use crate::request_id::RequestId;
use crate::ticket::{Cancellation, Ticket};
use vocabulary::budget::{BudgetReport, BudgetRoom};
use vocabulary::host::HostDetails;
use vocabulary::host_id::HostId;
use vocabulary::names::HostName;
use vocabulary::problem::BackendFacts;
use vocabulary::rehearsal::Check;
use vocabulary::report::Task;
use vocabulary::task::{Request, TaskType};
use vocabulary::task_id::{Alias, TaskId};

/// What has become of a request that has left.
#[derive(Debug, Clone, Copy)]
pub enum Arrival<'a> {
    /// The back end has it: its answer said so, or a look, when it was made some time before.
    There {
        /// Its task.
        id: &'a TaskId,
        /// Whether anybody may have had it in hand since.
        is_old: bool,
    },
    /// Nobody knows.
    Unknown,
}

/// What a caller is told of a request that the back end has.
#[derive(Debug, Clone, Default)]
pub struct Landed {
    /// What the caller should know.
    pub warnings: Vec<String>,
    /// The room that is left after it, when it is counted.
    pub room: Option<BudgetRoom>,
}

/// What a dry run finds.
#[derive(Debug, Clone)]
pub struct Rehearsed {
    /// Each thing that could keep the request from being sent.
    pub checks: Vec<Check>,
    /// What its caller would be told.
    pub warnings: Vec<String>,
    /// What would be sent.
    pub record: SentRecord,
}

/// What would be sent, as its back end takes it.
#[derive(Debug, Clone)]
pub enum SentRecord {
    /// KSC's record of an incident.
    Incident(Value),
    /// An HTTP request.
    Request(Value),
    /// Nothing: it is so already.
    Nothing,
}

/// A server that carries requests out.
///
/// Futures must be `Send`: all work runs on the runtime that `main` owns.
pub trait Backend: Send + Sync + 'static {
    /// What goes wrong with it.
    type Error: Fault;
    /// A request that only has to be sent.
    type Prepared: Prepared;
    /// What one look at a task leaves for the next.
    type Case: Send + 'static;

    /// What it is called in settings, ids and labels.
    fn alias(&self) -> &Alias;

    /// What kind of server it is, as callers are told.
    fn kind(&self) -> &'static str;

    /// What it is called in sentences.
    fn words(&self) -> Words;

    /// The tasks that it takes.
    fn takes(&self) -> &'static [TaskType];

    /// The names of exclusions that its operator has written down, for isolations. None, unless it
    /// has any.
    fn exclusion_presets(&self) -> Vec<String> {
        Vec::new()
    }

    /// Longest that one call of it takes.
    fn longest_call(&self) -> Duration;

    /// How long a request of unknown fate may still arrive.
    fn settles_after(&self) -> Duration;

    // How it is.

    /// How it is, without asking it.
    fn health(&self) -> Health;

    /// Asks it whether it can be asked. What its version is, where it says so.
    ///
    /// # Errors
    /// Why it cannot.
    fn greet(
        &self,
        request_id: &str,
    ) -> impl Future<Output = Result<Option<String>, Problem>> + Send;

    /// How many sessions it has: what watches share.
    fn sessions(&self) -> usize;

    /// Has the gauges say what is known without asking.
    fn tell_gauges(&self);

    /// Renews in the background what is old of what the gauges say.
    fn freshen(&self);

    // Hosts.

    /// The one host that a name means.
    ///
    /// # Errors
    /// When there is none, or more than one, or the back end fails.
    fn host(
        &self,
        name: &HostName,
        request_id: &str,
    ) -> impl Future<Output = Result<Host, Problem>> + Send;

    /// One page of the hosts that fit.
    ///
    /// # Errors
    /// When too many fit, or the back end fails.
    fn find_hosts(
        &self,
        search: &HostSearch,
        request_id: &str,
    ) -> impl Future<Output = Result<HostPage, Problem>> + Send;

    /// All that is said of one host.
    ///
    /// # Errors
    /// When there is none of this id, or the back end fails.
    fn host_details(
        &self,
        id: &HostId,
        request_id: &str,
    ) -> impl Future<Output = Result<HostDetails, Problem>> + Send;

    // The way of a request.

    /// Refuses what the settings of this back end leave no room for.
    ///
    /// # Errors
    /// With a pointer to what is wrong.
    fn accept(&self, request: &Request) -> Result<(), Problem>;

    /// Everything that only reads, up to the text that is sent. `latest` is what any replica has
    /// said last of what it has sent ([`sent`](Self::sent)).
    ///
    /// # Errors
    /// What keeps the request from being sent.
    fn prepare(
        &self,
        ticket: &Ticket,
        on: &OnHost,
        latest: Option<&str>,
        deadline: Deadline,
    ) -> impl Future<Output = Result<Self::Prepared, Problem>> + Send;

    /// Everything that may fail before the first byte: from here on sending begins with sending.
    /// The outer result says that the time is over.
    ///
    /// # Errors
    /// What went wrong; nothing was sent.
    fn ready(
        &self,
        prepared: &mut Self::Prepared,
        deadline: Deadline,
    ) -> impl Future<Output = Result<Result<(), Self::Error>, Problem>> + Send;

    /// The host that the name means by now, in the session that is ready. One that was asked a
    /// moment ago costs nothing.
    ///
    /// # Errors
    /// As [`host`](Self::host).
    fn host_again(
        &self,
        prepared: &mut Self::Prepared,
        name: &HostName,
        request_id: &str,
    ) -> impl Future<Output = Result<Host, Problem>> + Send;

    /// Whether those that leave are counted together, by all replicas, for [`has_room`](Self::has_room).
    fn counts_departures(&self) -> bool;

    /// Whether there is room for a request that leaves as the `departed`th of all replicas.
    ///
    /// # Errors
    /// When there is none. What cannot be told refuses nothing.
    fn has_room(
        &self,
        departed: u64,
        request_id: &str,
    ) -> impl Future<Output = Result<(), Problem>> + Send;

    /// Counts anew what there is room for.
    fn recount(&self, request_id: &str) -> impl Future<Output = ()> + Send;

    /// Sends a request that is ready: at most once, whatever comes of it.
    ///
    /// # Errors
    /// What went wrong, and what that leaves certain.
    fn send(
        &self,
        prepared: &mut Self::Prepared,
        request_id: &str,
    ) -> impl Future<Output = Result<TaskId, Self::Error>> + Send;

    /// The session is not to be used again.
    fn change_session(&self, prepared: &mut Self::Prepared);

    /// Notes what has become of a request that has left. What other replicas should know of it, as
    /// text.
    fn sent(&self, prepared: &mut Self::Prepared, fate: Arrival<'_>) -> Option<String>;

    /// Looks for a request that may have arrived; in the session that it was sent in, or in one of
    /// its own.
    ///
    /// # Errors
    /// What went wrong.
    fn find(
        &self,
        mark: &Mark,
        depth: Depth,
        within: Option<&mut Self::Prepared>,
        request_id: &str,
    ) -> impl Future<Output = Result<Presence, Self::Error>> + Send;

    /// Does what is left to do for a request that the back end has, until this moment and then
    /// behind the answer; what its caller should know.
    fn land(
        self: &Arc<Self>,
        prepared: Self::Prepared,
        fate: Arrival<'_>,
        until: Instant,
        request_id: &RequestId,
    ) -> impl Future<Output = Landed> + Send;

    /// The same for one that was found some time after it had left.
    fn land_late(self: &Arc<Self>, id: &TaskId, mark: &Mark, request_id: &RequestId);

    /// Which of these attempts to isolate a host the back end has, and a sentence on each for
    /// whoever releases the host by this task, or by one that is still to be made.
    fn isolations_among(
        &self,
        host_id: &str,
        attempts: &[String],
        release: Option<&TaskId>,
        request_id: &str,
    ) -> impl Future<Output = Vec<(String, String)>> + Send;

    /// The task of a request at its birth.
    fn birth(&self, id: &TaskId, receipt: &Receipt, request: &Request) -> Task;

    /// What a problem says of a task that exists although its request failed.
    fn facts(&self, id: &TaskId) -> BackendFacts;

    /// Remembers a task that was created.
    fn remember(&self, task: &Task);

    /// Everything but the sending.
    ///
    /// # Errors
    /// What keeps the request from being judged at all.
    fn rehearse(
        &self,
        request: &Request,
        host: &Host,
        request_id: &str,
    ) -> impl Future<Output = Result<Rehearsed, Problem>> + Send;

    /// How much room there is for tasks.
    ///
    /// # Errors
    /// What went wrong.
    fn budget(
        &self,
        request_id: &str,
    ) -> impl Future<Output = Result<BudgetReport, Problem>> + Send;

    // What became of it.

    /// Whether there can be a task of this id.
    fn is_possible(&self, id: &TaskId) -> bool;

    /// A task as it stands now; nothing when there is none.
    ///
    /// # Errors
    /// What went wrong.
    fn read(
        self: &Arc<Self>,
        id: &TaskId,
        request_id: &RequestId,
    ) -> impl Future<Output = Result<Option<Arc<Task>>, Problem>> + Send;

    /// The same again and again, for those who watch: `case` is what a look leaves for the next.
    /// `permit` is given back as soon as the task itself has been looked at.
    ///
    /// # Errors
    /// What went wrong.
    fn look<P: Send>(
        &self,
        id: &TaskId,
        case: &mut Option<Self::Case>,
        permit: P,
        request_id: &str,
    ) -> impl Future<Output = Result<Option<Arc<Task>>, MissedLook>> + Send;

    /// When a task that stands so is looked at next.
    fn pace(&self, task: &Task) -> Duration;

    /// One page of the tasks that fit, the newest first.
    ///
    /// # Errors
    /// What went wrong.
    fn page(
        &self,
        filter: &TaskFilter,
        limit: usize,
        below: Option<&TaskId>,
        request_id: &str,
    ) -> impl Future<Output = Result<TaskPage, Problem>> + Send;

    /// Cancels a task, and gives it as it stands then.
    ///
    /// # Errors
    /// When there is none, or it cannot be cancelled, or what went wrong.
    fn cancel(
        &self,
        cancellation: &Cancellation,
        progress: &CancelProgress,
    ) -> impl Future<Output = Result<Arc<Task>, Problem>> + Send;
}
