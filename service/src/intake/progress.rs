//! What has become known of a request on its way, for those who cannot wait for its end.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use super::created::Created;
use super::ledger::Hold;
use super::receipt::AnsweredRequest;
use crate::audit::Outcome;
use crate::backends::seam::{Deadline, Words};
use crate::problem::Problem;
use crate::register::{AskedTask, AskerRegister};
use vocabulary::code::Code;
use vocabulary::problem::BackendFacts;
use vocabulary::task_id::{Alias, TaskId};

pub(super) const ALONE: &str = "The shared store could not be asked: another replica may have carried out a request with the same Idempotency-Key, or sent one for the same host before this one.";

/// Each fact is noted once, as soon as it is one.
pub(super) struct Progress {
    /// What is said while it is not known which back end acts.
    words: Words,
    backend: OnceLock<(Alias, Words)>,
    host_id: OnceLock<String>,
    /// The host that the name came to mean while the request waited.
    moved_to: OnceLock<String>,
    area: OnceLock<String>,
    /// Whether it may have left by now.
    has_left: AtomicBool,
    task: OnceLock<(TaskId, BackendFacts)>,
    answered: OnceLock<AnsweredRequest>,
    asked: OnceLock<AskedTask>,
    alone: OnceLock<()>,
    warnings: OnceLock<Vec<String>>,
}

impl Progress {
    /// Nothing is known, but how these back ends are called.
    pub(super) fn new(words: Words) -> Self {
        Self {
            words,
            backend: OnceLock::new(),
            host_id: OnceLock::new(),
            moved_to: OnceLock::new(),
            area: OnceLock::new(),
            has_left: AtomicBool::new(false),
            task: OnceLock::new(),
            answered: OnceLock::new(),
            asked: OnceLock::new(),
            alone: OnceLock::new(),
            warnings: OnceLock::new(),
        }
    }

    /// This back end acts.
    pub(super) fn goes_to(&self, backend: &Alias, words: Words) {
        self.backend.get_or_init(|| (backend.clone(), words));
    }

    /// What the back end is called that acts, or that may.
    pub(super) fn words(&self) -> Words {
        self.backend.get().map_or(self.words, |it| it.1)
    }

    /// A problem of the request, as that of the back end that acts.
    pub(super) fn of_backend(&self, problem: Problem) -> Problem {
        match self.backend.get() {
            Some((alias, _)) => problem.of(alias),
            None => problem,
        }
    }

    pub(super) fn host(&self, id: &str) {
        self.host_id.get_or_init(|| id.to_owned());
    }

    /// The name means another host by now.
    pub(super) fn moved(&self, id: &str) {
        self.moved_to.get_or_init(|| id.to_owned());
    }

    pub(super) fn area(&self, area: &str) {
        self.area.get_or_init(|| area.to_owned());
    }

    /// From now on it may have left: nothing but the sending comes behind this.
    ///
    /// It is noted before the time is asked. So whoever finds it not noted when the deadline is
    /// over knows that it never leaves.
    ///
    /// # Errors
    /// When the deadline is over.
    pub(super) fn leaves(&self, deadline: Deadline) -> Result<(), Problem> {
        self.has_left.store(true, Ordering::SeqCst);
        deadline.demand()
    }

    /// The back end has it, as this task.
    pub(super) fn arrived(&self, id: TaskId, facts: BackendFacts) {
        self.task.get_or_init(|| (id, facts));
    }

    /// It has come to its end: this is kept of it.
    pub(super) fn answered(&self, answered: AnsweredRequest) {
        self.answered.get_or_init(|| answered);
    }

    /// Its task, which is there or may be, is to be shown with who asked for it.
    pub(super) fn asked(&self, asked: AskedTask) {
        self.asked.get_or_init(|| asked);
    }

    /// The shared store could not be asked, and the request was not refused for that.
    pub(super) fn went_alone(&self) {
        self.alone.get_or_init(|| ());
    }

    /// The caller should know this of how the back end was found.
    pub(super) fn warn(&self, warnings: Vec<String>) {
        self.warnings.get_or_init(|| warnings);
    }

    /// What the caller should know of how the back end was found.
    pub(super) fn found(&self) -> Vec<String> {
        self.warnings.get().cloned().unwrap_or_default()
    }

    /// What the caller should know of a store that could not be asked.
    pub(super) fn warning(&self) -> Option<&'static str> {
        self.alone.get().map(|()| ALONE)
    }

    /// Writes down who asked, and decides what the key of the request, if it has one, is good for
    /// from now on.
    pub(super) async fn settle(
        &self,
        hold: Option<&Hold>,
        register: &AskerRegister,
        result: &Result<Created, Problem>,
    ) {
        let note = self.asked.get().and_then(|it| register.enter(it));
        let Some(hold) = hold else {
            return register.tell(note.as_ref());
        };
        if let Some(answered) = self.answered.get() {
            return hold.settle(answered.clone(), note.as_ref());
        }
        let is_unknown = matches!(result, Err(problem) if problem.code() == Code::OutcomeUnknown);
        match (hold.sent(), self.task.get()) {
            (Some(sent), Some((id, _))) if is_unknown => {
                let answered = AnsweredRequest::new(sent.receipt.clone(), id.clone());
                return hold.settle(answered, note.as_ref());
            }
            (Some(_), None) if is_unknown => hold.leave_unknown().await,
            // Certainly nothing came of it: the key is given back.
            (_, _) => hold.forget().await,
        }
        register.tell(note.as_ref());
    }

    /// The problem of a request whose end is not known, with its task if that much is.
    pub(super) fn unknown(&self, detail: &str) -> Problem {
        let problem = Problem::new(Code::OutcomeUnknown, detail);
        match self.task.get() {
            Some((id, facts)) => problem.with_task(id.clone(), facts.clone()),
            None => problem,
        }
    }

    /// What is said when the gateway stops before an answer.
    pub(super) fn stopped(&self) -> Problem {
        let Words { name, shown_in, .. } = self.words();
        if self.is_here() {
            let code = self.words().unavailable;
            let why = "The gateway was stopped before the request left. Nothing was sent.";
            return Problem::new(code, why).with_retry_after(5);
        }
        self.unknown(&format!(
            "The gateway was stopped before {name} answered. Look for the request in {shown_in} before you send it again.",
        ))
    }

    /// What is said when the caller's time is over before an answer, which is later than this.
    pub(super) fn late(&self, deadline: Instant) -> Problem {
        let deadline = Deadline::new(deadline, self.words());
        // Only what has left before its deadline leaves at all.
        if self.is_here() && deadline.demand().is_err() {
            return deadline.too_late();
        }
        let name = self.words().name;
        self.unknown(&format!(
            "{name} has not answered in time. The gateway goes on; its audit log will tell the outcome under this request's id.",
        ))
    }

    /// What is said of work for this back end that ended by a mistake in the program.
    pub(super) fn broken_off(&self) -> Problem {
        // The panic has its own line.
        tracing::error!("a delivery broke off");
        if self.is_here() {
            let why = "The gateway failed before the request left. Nothing was sent.";
            return Problem::new(Code::Internal, why);
        }
        let name = self.words().name;
        self.unknown(&format!(
            "The gateway failed while the request was on its way to {name}."
        ))
    }

    /// Whether it has certainly not left. Of work that goes on, it says nothing of the next moment.
    fn is_here(&self) -> bool {
        !self.has_left.load(Ordering::SeqCst)
    }

    /// What the audit log says.
    pub(super) fn outcome<'a>(&'a self, result: &'a Result<Created, Problem>) -> Outcome<'a> {
        Outcome {
            backend: self.backend.get().map(|it| it.0.as_str()),
            host_id: self
                .moved_to
                .get()
                .or(self.host_id.get())
                .map(String::as_str),
            result: result.as_ref().map(|it| &it.task.id),
            area: self.area.get().map(String::as_str),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    const WORDS: Words = Words {
        name: "KSC",
        unavailable: Code::KscUnavailable,
        shown_in: "the console",
        record: "an incident",
        sending: "add",
        finding: "find",
    };

    fn codes(progress: &Progress, deadline: Instant) -> [Code; 3] {
        [
            progress.late(deadline).code(),
            progress.stopped().code(),
            progress.broken_off().code(),
        ]
    }

    #[test]
    fn what_has_not_left_is_not_said_to_be_unknown() {
        let progress = Progress::new(WORDS);

        let codes = codes(&progress, Instant::now());

        assert_eq!(
            codes,
            [WORDS.unavailable, WORDS.unavailable, Code::Internal]
        );
    }

    #[test]
    fn what_may_have_left_is_unknown() {
        let progress = Progress::new(WORDS);
        let deadline = Instant::now() + Duration::from_mins(1);
        let still_here = progress.late(deadline).code();
        let in_time = Deadline::new(deadline, WORDS);
        progress.leaves(in_time).expect("there is time");

        let codes = codes(&progress, Instant::now());

        assert_eq!(still_here, Code::OutcomeUnknown, "it may leave yet");
        assert_eq!(codes, [Code::OutcomeUnknown; 3]);
    }

    #[test]
    fn nothing_leaves_behind_its_deadline() {
        let progress = Progress::new(WORDS);
        let over = Deadline::new(Instant::now(), WORDS);

        let refused = progress.leaves(over).expect_err("it is over");

        assert_eq!(refused.code(), WORDS.unavailable);
    }
}
