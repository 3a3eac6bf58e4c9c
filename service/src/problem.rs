//! What goes wrong, in words that no protocol owns.
//!
//! A problem carries what the caller can act on, and never what KSC's developers wrote for
//! themselves: its file names, line numbers and raw messages end in the log.

use std::borrow::Cow;
use std::time::Duration;

use vocabulary::backend::UnavailableBackend;
use vocabulary::code::Code;
use vocabulary::problem::{BackendFacts, ProblemDocument};

use crate::telemetry::Verdict;
use vocabulary::budget::BudgetRoom;
use vocabulary::host::HostCandidate;
use vocabulary::task::Violation;
use vocabulary::task_id::{Alias, TaskId};

/// A problem, on its way to becoming a response.
#[derive(Debug, Clone)]
pub struct Problem {
    code: Code,
    detail: String,
    parts: Box<ProblemExtras>,
}

/// What only some problems have.
#[derive(Debug, Clone, Default)]
struct ProblemExtras {
    errors: Vec<Violation>,
    facts: BackendFacts,
    task: Option<TaskId>,
    candidates: Vec<HostCandidate>,
    backend: Option<Alias>,
    retry_after: Option<u32>,
    room: Option<BudgetRoom>,
    retryable_with_key: bool,
    missing_scope: Option<String>,
}

impl Problem {
    /// A problem of this kind; `detail` says what happened and what to do.
    pub fn new(code: Code, detail: impl Into<String>) -> Self {
        Self {
            code,
            detail: detail.into(),
            parts: Box::default(),
        }
    }

    /// A request that breaks these rules.
    #[must_use]
    pub fn invalid(violations: Vec<Violation>) -> Self {
        let detail = match violations.as_slice() {
            [one] if one.pointer.is_empty() => format!("The body is wrong: {}", one.detail),
            [one] => format!("{} is wrong: {}", one.pointer, one.detail),
            many => format!("{} rules are broken; each is listed in errors.", many.len()),
        };
        Self::new(Code::ValidationFailed, detail).with_errors(violations)
    }

    /// With every rule that the request breaks.
    #[must_use]
    pub fn with_errors(mut self, errors: Vec<Violation>) -> Self {
        self.parts.errors = errors;
        self
    }

    /// With other words on what happened.
    #[must_use]
    pub fn with_detail(mut self, detail: &str) -> Self {
        detail.clone_into(&mut self.detail);
        self
    }

    /// As the problem of a part of the body: its violations point there.
    #[must_use]
    pub fn within(mut self, pointer: &str) -> Self {
        for error in &mut self.parts.errors {
            error.pointer.insert_str(0, pointer);
        }
        self.retold()
    }

    /// With a detail that points where its only violation does.
    fn retold(mut self) -> Self {
        if let [one] = self.parts.errors.as_slice()
            && self.code == Code::ValidationFailed
        {
            self.detail = format!("{} is wrong: {}", one.pointer, one.detail);
        }
        self
    }

    /// With what points to one place pointing to another.
    #[must_use]
    pub fn moved(mut self, from: &str, to: &str) -> Self {
        for error in &mut self.parts.errors {
            if error.pointer == from {
                to.clone_into(&mut error.pointer);
            }
        }
        self.retold()
    }

    /// As the problem of a body in which what stands below this place stands at the top.
    #[must_use]
    pub fn lifted(mut self, place: &str) -> Self {
        let errors = std::mem::take(&mut self.parts.errors);
        self.parts.errors = errors.into_iter().map(|it| it.lifted(place)).collect();
        self.retold()
    }

    /// With what only the back end knows of it.
    #[must_use]
    pub fn with_facts(mut self, facts: BackendFacts) -> Self {
        self.parts.facts = facts;
        self
    }

    /// With the task that exists although the request failed, and what its back end calls that.
    #[must_use]
    pub fn with_task(mut self, id: TaskId, facts: BackendFacts) -> Self {
        self.parts.task = Some(id);
        self.with_facts(facts)
    }

    /// With the hosts that the name could mean.
    #[must_use]
    pub fn with_candidates(mut self, candidates: Vec<HostCandidate>) -> Self {
        self.parts.candidates = candidates;
        self
    }

    /// As the problem of a back end, unless it is one's already.
    #[must_use]
    pub fn of(mut self, backend: &Alias) -> Self {
        self.parts.backend.get_or_insert_with(|| backend.clone());
        self
    }

    /// With the seconds after which to try again.
    #[must_use]
    pub fn with_retry_after(mut self, seconds: u32) -> Self {
        self.parts.retry_after = Some(seconds);
        self
    }

    /// With the time after which to try again, where the same request may succeed later: what the
    /// back end has said, within reason.
    #[must_use]
    pub fn with_pause(self, said: Option<Duration>) -> Self {
        if !self.code.retryable() {
            return self;
        }
        let seconds = said.map_or(5, |it| it.as_secs().clamp(1, 600));
        self.with_retry_after(u32::try_from(seconds).unwrap_or(600))
    }

    /// With the room that KSC has for response tasks.
    #[must_use]
    pub fn with_room(mut self, room: BudgetRoom) -> Self {
        self.parts.room = Some(room);
        self
    }

    /// As one that may be sent again because it carries an `Idempotency-Key`.
    #[must_use]
    pub fn retryable_with_key(mut self) -> Self {
        self.parts.retryable_with_key = true;
        self
    }

    /// With the scope that the caller's token lacks: its administrator needs to know which one to
    /// grant.
    #[must_use]
    pub fn with_missing_scope(mut self, scope: String) -> Self {
        self.parts.missing_scope = Some(scope);
        self
    }

    /// The kind.
    #[must_use]
    pub fn code(&self) -> Code {
        self.code
    }

    /// What happened.
    #[must_use]
    pub fn detail(&self) -> &str {
        &self.detail
    }

    /// The hosts that the name could mean.
    #[must_use]
    pub fn candidates(&self) -> &[HostCandidate] {
        &self.parts.candidates
    }

    /// The task that exists although the request failed.
    #[must_use]
    pub fn task(&self) -> Option<&TaskId> {
        self.parts.task.as_ref()
    }

    /// Seconds after which to try again.
    #[must_use]
    pub fn retry_after(&self) -> Option<u32> {
        self.parts.retry_after
    }

    /// The room that KSC has for response tasks.
    #[must_use]
    pub fn room(&self) -> Option<BudgetRoom> {
        self.parts.room
    }

    /// The scope that the caller's token lacks.
    #[must_use]
    pub fn missing_scope(&self) -> Option<&str> {
        self.parts.missing_scope.as_deref()
    }

    /// As a list says it of a back end that it shows nothing of.
    #[must_use]
    pub fn unavailable(&self, backend: &Alias) -> UnavailableBackend {
        UnavailableBackend {
            backend: backend.clone(),
            code: self.code.name().to_owned(),
            detail: self.detail.clone(),
        }
    }

    /// The document for one request.
    #[must_use]
    pub fn document(&self, instance: &str, request_id: &str) -> ProblemDocument {
        ProblemDocument {
            kind: format!("urn:edr-gateway:problem:{}", self.code.name()),
            title: self.code.title().to_owned(),
            status: self.code.status(),
            detail: self.detail.clone(),
            instance: instance.to_owned(),
            code: self.code.name().to_owned(),
            retryable: self.code.retryable() || self.parts.retryable_with_key,
            retry_after: self.parts.retry_after,
            request_id: request_id.to_owned(),
            backend: self.parts.backend.clone(),
            errors: self.parts.errors.clone(),
            ksc: self.parts.facts.ksc.clone(),
            incident_id: self.parts.facts.incident_id,
            candidates: self.parts.candidates.clone(),
        }
    }
}

impl<T> Verdict for Result<T, Problem> {
    fn failure(&self) -> Option<Cow<'static, str>> {
        self.as_ref().err().map(|it| it.code().name().into())
    }
}
