//! What the devices do with the tasks that reach them.
//!
//! A device takes up a task when it is online, works for a while and reports. The result follows
//! from the host and the task as the vendor describes it: no EDR component, too old a version, a
//! system-critical file, a file that is not there, an IOC that hits. A scenario or a test may
//! decide otherwise for single hosts and tasks.

use crate::scenario::{Outcome, OutcomeState};
use crate::world::agenda::Event;
use crate::world::edr_body::{self, EdrBody};
use crate::world::hosts::{Edr, Host};
use crate::world::state::World;
use crate::world::tasks::{Run, RunState, Task};
use serde_json::Value;
use stage::later;
use time::OffsetDateTime;

/// Files that the operating system needs, wherever they lie.
const CRITICAL: [&str; 8] = [
    "ntoskrnl.exe",
    "svchost.exe",
    "svchost",
    "lsass.exe",
    "csrss.exe",
    "winlogon.exe",
    "services.exe",
    "avp.exe",
];

impl World {
    /// Enters what a task on a device does next, if anything.
    pub(crate) fn next_step(&mut self, task: i64, host: &str) {
        let Some(found) = self.tasks.iter().find(|known| known.id == task) else {
            return;
        };
        // Only the console's tasks are played; what somebody else put here stays as it was put.
        let Some(run) = found.run(host).filter(|_| found.body.is_some()) else {
            return;
        };
        let host = run.host.clone();
        match run.state {
            RunState::Pending | RunState::Scheduled | RunState::Paused => {
                let at = later(self.now, self.knobs.device_pending);
                self.agenda.enter(at, Event::DeviceStarts { task, host });
            }
            RunState::Running => {
                let at = later(self.now, self.knobs.device_running);
                self.agenda.enter(at, Event::DeviceFinishes { task, host });
            }
            RunState::Success | RunState::Warning | RunState::Failed => {}
        }
    }

    /// Connects or disconnects a device; its unfinished tasks go on when it is back.
    pub(crate) fn set_online(&mut self, host: &str, online: bool) -> bool {
        let now = self.now;
        let found = self.host_mut(host);
        let Some(found) = found else { return false };
        found.last_seen = now;
        found.spec.online = online;
        if online {
            self.resume();
        }
        self.journal.touch();
        true
    }

    /// Adds an outcome before all others and lets unfinished tasks go on under it.
    pub(crate) fn add_outcome(&mut self, outcome: Outcome) {
        self.knobs.outcomes.insert(0, outcome);
        self.resume();
    }

    fn resume(&mut self) {
        let runs: Vec<(i64, String)> = self
            .tasks
            .iter()
            .flat_map(|task| task.runs.iter().map(|run| (task.id, run.host.clone())))
            .collect();
        for (task, host) in runs {
            self.next_step(task, &host);
        }
    }

    fn outcome(&self, task: &Task, host: &Host) -> Option<Outcome> {
        let kind = task.body.as_ref().map(|body| body.task.as_str());
        let fits = |outcome: &&Outcome| {
            let host_fits = outcome.host.as_deref().is_none_or(|wanted| {
                wanted.eq_ignore_ascii_case(&host.spec.id) || wanted == host.spec.name
            });
            host_fits
                && outcome
                    .task
                    .as_deref()
                    .is_none_or(|wanted| kind == Some(wanted))
        };
        self.knobs.outcomes.iter().find(fits).cloned()
    }

    pub(crate) fn device_starts(&mut self, id: i64, host: &str) {
        let Some(task) = self.tasks.iter().find(|task| task.id == id) else {
            return;
        };
        let Some(device) = self.host(host).filter(|device| device.spec.online) else {
            return;
        };
        let waits = match self
            .outcome(task, device)
            .map(|outcome| (outcome.state, outcome.text))
        {
            Some((OutcomeState::Pending, text)) => Some((RunState::Pending, text)),
            Some((OutcomeState::Scheduled, text)) => Some((RunState::Scheduled, text)),
            Some((OutcomeState::Paused, text)) => Some((RunState::Paused, text)),
            Some((
                OutcomeState::Success
                | OutcomeState::Warning
                | OutcomeState::Failed
                | OutcomeState::Running,
                _,
            ))
            | None => None,
        };
        let now = self.now;
        let Some(run) = self.run_mut(id, host) else {
            return;
        };
        match run.state {
            RunState::Pending | RunState::Scheduled | RunState::Paused => {}
            RunState::Running | RunState::Success | RunState::Warning | RunState::Failed => return,
        }
        if let Some((state, text)) = waits {
            run.state = state;
            run.text = text;
            return;
        }
        run.state = RunState::Running;
        run.text = String::new();
        run.started = Some(now);
        self.next_step(id, host);
    }

    pub(crate) fn device_finishes(&mut self, id: i64, host: &str) {
        let Some(task) = self.tasks.iter().find(|task| task.id == id) else {
            return;
        };
        let Some(device) = self.host(host).filter(|device| device.spec.online) else {
            return;
        };
        let Some(body) = task.body.clone() else {
            return;
        };
        let (state, text) = match self.outcome(task, device) {
            None => result(device, &body),
            Some(outcome) => match outcome.state {
                OutcomeState::Success => (RunState::Success, outcome.text),
                OutcomeState::Warning => (RunState::Warning, outcome.text),
                OutcomeState::Failed => (RunState::Failed, outcome.text),
                OutcomeState::Paused => (RunState::Paused, outcome.text),
                OutcomeState::Running | OutcomeState::Pending | OutcomeState::Scheduled => return,
            },
        };
        let now = self.now;
        let Some(run) = self
            .run_mut(id, host)
            .filter(|run| run.state == RunState::Running)
        else {
            return;
        };
        run.state = state;
        run.text = text;
        run.finished = state.is_final().then_some(now);
        self.ends.insert(id, state);
        if state == RunState::Success && body.task == "isolateHost" {
            let isolated = body.params["action"] == 1;
            if let Some(device) = self.host_mut(host) {
                device.isolated = isolated;
            }
            self.isolation_changed(host, isolated);
        }
    }

    /// Puts a task into a state on all of its devices. What is already in the agenda for it may
    /// move it on.
    pub(crate) fn set_task_state(&mut self, id: &str, state: RunState, text: &str) -> bool {
        let now = self.now;
        let Some(task) = self.tasks.iter_mut().find(|task| task.id.to_string() == id) else {
            return false;
        };
        for run in &mut task.runs {
            run.state = state;
            text.clone_into(&mut run.text);
            run.started = run.started.or((state != RunState::Pending).then_some(now));
            run.finished = state.is_final().then_some(now);
        }
        if state.is_final() {
            self.ends.insert(task.id, state);
        }
        self.journal.touch();
        true
    }

    /// Gives a task one more row, of a device that may have one already; `false` when there is no
    /// such task.
    pub(crate) fn add_row(&mut self, id: &str, host: &str, state: RunState) -> bool {
        let now = self.now;
        let Some(task) = self.tasks.iter_mut().find(|task| task.id.to_string() == id) else {
            return false;
        };
        let mut run = Run::new(host);
        run.state = state;
        run.started = (state != RunState::Pending).then_some(now);
        run.finished = state.is_final().then_some(now);
        task.runs.push(run);
        self.journal.touch();
        true
    }

    /// Has every device of a task report a code that means nothing.
    pub(crate) fn set_odd_code(&mut self, id: &str, code: i64) -> bool {
        let Some(task) = self.tasks.iter_mut().find(|task| task.id.to_string() == id) else {
            return false;
        };
        for run in &mut task.runs {
            run.odd_code = Some(code);
        }
        self.journal.touch();
        true
    }

    /// Stops a task wherever it has not finished.
    pub(crate) fn cancel(&mut self, id: &str) -> bool {
        let now = self.now;
        let Some(task) = self.tasks.iter_mut().find(|task| task.id.to_string() == id) else {
            return false;
        };
        for run in task.runs.iter_mut().filter(|run| !run.state.is_final()) {
            run.state = RunState::Failed;
            "The task was stopped by the user".clone_into(&mut run.text);
            run.finished = Some(now);
            self.ends.insert(task.id, run.state);
        }
        true
    }

    /// How far a task is on a device, in percent: by the share of its time that has passed.
    pub(crate) fn percent(&self, run: &Run) -> i64 {
        match (run.state, run.started) {
            (RunState::Success | RunState::Warning | RunState::Failed, _) => 100,
            (RunState::Running, Some(started)) => {
                share(started, self.now, self.knobs.device_running)
            }
            (
                RunState::Pending | RunState::Scheduled | RunState::Paused | RunState::Running,
                Some(_) | None,
            ) => 0,
        }
    }
}

fn share(started: OffsetDateTime, now: OffsetDateTime, whole: std::time::Duration) -> i64 {
    let passed = (now - started).whole_milliseconds().max(0);
    let whole = i128::try_from(whole.as_millis())
        .unwrap_or(i128::MAX)
        .max(1);
    i64::try_from((passed.saturating_mul(100) / whole).min(99)).unwrap_or(99)
}

/// What a device reports by itself.
fn result(host: &Host, body: &EdrBody) -> (RunState, String) {
    let failed = |text: &str| (RunState::Failed, text.to_owned());
    match host.spec.edr {
        Edr::NotInstalled => {
            return failed("The Endpoint Detection and Response component is not installed");
        }
        Edr::Stopped => {
            return failed("The Endpoint Detection and Response component is not running");
        }
        Edr::Running => {}
    }
    if !knows_response_tasks(&host.spec.kes) {
        return (
            RunState::Failed,
            format!(
                "The task is not supported by the installed version {}",
                host.spec.kes
            ),
        );
    }
    let path = body.params["path"]
        .as_str()
        .unwrap_or_default()
        .to_lowercase();
    match body.task.as_str() {
        "quarantineFile" | "deleteFile" | "preventExecution" if is_critical(&path) => {
            failed("The operation is not allowed for a system critical object")
        }
        "getFile" if path.contains("missing") => failed("The file was not found"),
        "iocScan" if hits(&body.params["ioc"]) => (
            RunState::Warning,
            "Indicators of compromise were found: 1 IOC matched".to_owned(),
        ),
        _ => (RunState::Success, String::new()),
    }
}

/// Response tasks over OpenAPI exist from Kaspersky Endpoint Security 12.9 on.
fn knows_response_tasks(version: &str) -> bool {
    let mut parts = version
        .split('.')
        .map(|part| part.parse::<u32>().unwrap_or(0));
    let version = (parts.next().unwrap_or(0), parts.next().unwrap_or(0));
    version >= (12, 9)
}

fn is_critical(path: &str) -> bool {
    let name = path.rsplit(['\\', '/']).next().unwrap_or_default();
    path.contains(r":\windows\system32\") || CRITICAL.contains(&name)
}

/// An archive hits when an entry's name has `hit` in it: names are readable in a ZIP even when
/// contents are packed.
fn hits(ioc: &Value) -> bool {
    let bytes = ioc.as_str().and_then(edr_body::archive).unwrap_or_default();
    let headers = (0..bytes.len()).filter(|at| bytes[*at..].starts_with(b"PK\x03\x04"));
    headers
        .filter_map(|at| entry_name(&bytes[at..]))
        .any(|name| {
            name.windows(3)
                .any(|window| window.eq_ignore_ascii_case(b"hit"))
        })
}

/// The name in a local header: 30 bytes after its beginning, its length in bytes 26 and 27.
fn entry_name(header: &[u8]) -> Option<&[u8]> {
    let length = usize::from(u16::from_le_bytes([*header.get(26)?, *header.get(27)?]));
    header.get(30..30 + length)
}
