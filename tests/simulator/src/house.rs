//! What all connections share: the world under its lock, the journal, the gate, the faults.
//!
//! The controls of the library and of the control listener are the same functions here, so a test
//! over HTTP and a test in the process move the same levers.

use crate::dispatch;
use crate::faults::Faults;
use crate::journal::Journal;
use crate::scenario::{Outcome, Scenario};
use crate::sessions::SessionState;
use crate::world::World;
use crate::world::hosts::HostSummary;
use crate::world::rowsets::RowsetKind;
use crate::world::tasks::{ForeignTask, RunState, TaskSummary};
use serde::Serialize;
use stage::Gate;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use time::OffsetDateTime;

/// Shared by the listener, the control listener and the handle.
#[derive(Debug)]
pub(crate) struct House {
    world: Mutex<World>,
    pub(crate) journal: Journal,
    pub(crate) gate: Gate,
    pub(crate) faults: Faults,
}

/// Counts and switches at one moment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of its own")]
pub struct ServerState {
    /// Simulated time.
    #[serde(with = "time::serde::rfc3339")]
    pub now: OffsetDateTime,
    /// Whether a service console is connected.
    pub console_connected: bool,
    /// Whether the account has its rights.
    pub rights: bool,
    /// Whether logins are challenged for a second factor.
    pub mfa: bool,
    /// Whether the account is blocked after wrong passwords.
    pub account_blocked: bool,
    /// Sessions that are good or wait for a second factor.
    pub open_sessions: usize,
    /// Accessors that live.
    pub open_accessors: usize,
    /// Iterators of tasks and of host states that live.
    pub open_iterators: usize,
    /// Response tasks that KSC holds.
    pub response_tasks: usize,
    /// Incidents that KSC holds.
    pub incidents: usize,
    /// Incidents that wait for a service console.
    pub unattended_incidents: usize,
    /// Things that are still to happen when the clock moves on.
    pub agenda: usize,
    /// Calls that wait at the gate.
    pub waiting_at_gate: usize,
}

impl House {
    pub(crate) fn new(scenario: Scenario) -> Self {
        let journal = Journal::new();
        Self {
            world: Mutex::new(World::new(scenario, journal.clone())),
            journal,
            gate: Gate::default(),
            faults: Faults::default(),
        }
    }

    /// The world. A panic under the lock is in the journal already, so its poison is no news.
    pub(crate) fn world(&self) -> MutexGuard<'_, World> {
        self.world.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn advance(&self, by: Duration) {
        self.world().advance(by);
    }

    pub(crate) fn set_console(&self, connected: bool) {
        self.world().set_console(connected);
    }

    pub(crate) fn set_online(&self, host: &str, online: bool) -> bool {
        self.world().set_online(host, online)
    }

    pub(crate) fn add_outcome(&self, outcome: Outcome) {
        self.world().add_outcome(outcome);
    }

    pub(crate) fn add_foreign_task(&self, task: ForeignTask) -> String {
        self.world().add_foreign_task(task)
    }

    pub(crate) fn set_task_state(&self, task: &str, state: RunState, text: &str) -> bool {
        self.world().set_task_state(task, state, text)
    }

    pub(crate) fn expire_sessions(&self) {
        let mut world = self.world();
        for (number, _) in world.sessions.expire_all() {
            world.rowsets.drop_session(number);
        }
    }

    pub(crate) fn hosts(&self) -> Vec<HostSummary> {
        self.world()
            .hosts
            .iter()
            .map(crate::world::hosts::Host::summary)
            .collect()
    }

    pub(crate) fn tasks(&self) -> Vec<TaskSummary> {
        self.world()
            .tasks
            .iter()
            .map(crate::world::tasks::Task::summary)
            .collect()
    }

    pub(crate) fn state(&self) -> ServerState {
        let mut world = self.world();
        dispatch::bury_idle(&mut world);
        let count = |kind| world.rowsets.count(kind, world.now);
        ServerState {
            now: world.now,
            console_connected: world.knobs.console_connected,
            rights: world.knobs.rights,
            mfa: world.knobs.mfa,
            account_blocked: world.sessions.blocked,
            open_sessions: world.sessions.open_ones().count(),
            open_accessors: count(RowsetKind::Accessor),
            open_iterators: count(RowsetKind::HostStatus) + count(RowsetKind::Tasks),
            response_tasks: world.tasks.iter().filter(|task| task.response).count(),
            incidents: world.incidents.len(),
            unattended_incidents: world.unattended.len(),
            agenda: world.agenda.len(),
            waiting_at_gate: self.gate.waiting(),
        }
    }

    /// Everything that a well-behaved peer would not have left behind.
    pub(crate) fn verdict(&self) -> Result<(), String> {
        let mut faults: Vec<String> = Vec::new();
        faults.extend(
            self.journal
                .panics()
                .iter()
                .map(|panic| format!("panic: {panic}")),
        );
        faults.extend(
            self.journal
                .violations()
                .iter()
                .map(|seen| format!("violation: {seen}")),
        );
        let mut world = self.world();
        dispatch::bury_idle(&mut world);
        for session in world.sessions.open_ones() {
            if session.state == SessionState::HalfOpen {
                faults.push(format!(
                    "leak: session {} was left half-open",
                    session.number
                ));
            } else if !session.untold && session.connection.is_none() {
                faults.push(format!("leak: session {} was not ended", session.number));
            }
            let left = world.rowsets.of_session(session.number);
            if !session.disturbed && !left.is_empty() {
                faults.push(format!(
                    "leak: session {} has not given back {}",
                    session.number,
                    left.join(", ")
                ));
            }
        }
        if faults.is_empty() {
            Ok(())
        } else {
            Err(faults.join("\n"))
        }
    }
}
