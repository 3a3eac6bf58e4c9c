//! A state and what it rests on.

use super::correlate::{Proof, SeenTask};
use super::own_row::OwnRow;
use super::sights::Sight;
use super::state;
use vocabulary::report::{Execution, KscTask, State};

/// A state and what it rests on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct View {
    pub(super) state: State,
    pub(super) evidence: String,
    pub(super) task: Option<KscTask>,
    pub(super) candidates: Vec<KscTask>,
    pub(super) execution: Option<Execution>,
    /// What makes the task the request's.
    pub(super) proof: Option<Proof>,
    /// Whether that cannot change any more.
    pub(super) is_certain: bool,
}

impl View {
    pub(super) fn bare(state: State, evidence: String) -> Self {
        Self {
            state,
            evidence,
            task: None,
            candidates: Vec::new(),
            execution: None,
            proof: None,
            is_certain: false,
        }
    }

    /// How the task stands for the host: by the host's own row, and by that alone.
    pub(super) fn with_task(host_id: &str, task: SeenTask, proof: Proof, sight: &Sight) -> Self {
        let own = sight.row_of(host_id);
        let (state, evidence) = state::of(&task.id, own);
        let execution = match own {
            OwnRow::One(row) => Some(Execution {
                percent: row.percent,
                description: row.description.clone(),
                started_at: row.started,
                finished_at: row.finished,
            }),
            OwnRow::Missing | OwnRow::Contradicting(..) => None,
        };
        Self {
            task: Some(task.into()),
            execution,
            proof: Some(proof),
            is_certain: proof == Proof::Name,
            ..Self::bare(state, evidence)
        }
    }

    /// The task is over, but that it is the request's can still change.
    pub(super) fn unsettled(self, incident: i64) -> Self {
        let evidence = format!(
            "{}, but only its order makes it that of incident {incident}, which has just been stored: another one may still be made",
            self.evidence
        );
        Self {
            candidates: self.task.into_iter().collect(),
            ..Self::bare(State::Ambiguous, evidence)
        }
    }

    /// Each of these tasks could be that of the incident.
    pub(super) fn ambiguous(incident: i64, tasks: Vec<SeenTask>) -> Self {
        let evidence = match ids(&tasks).as_slice() {
            [one] => format!(
                "KSC task {one} is that of incident {incident} or of another request for the same task on this host"
            ),
            many => format!(
                "Each of the KSC tasks {} could be that of incident {incident}",
                many.join(", ")
            ),
        };
        Self::candidates(evidence, tasks)
    }

    /// Which of these tasks came of the incident cannot be told among so many requests.
    pub(super) fn unclear(incident: i64, tasks: Vec<SeenTask>) -> Self {
        let evidence = format!(
            "KSC has too many incidents of this host to tell which of them the KSC tasks {} came of; one may be that of incident {incident}",
            ids(&tasks).join(", ")
        );
        Self::candidates(evidence, tasks)
    }

    fn candidates(evidence: String, tasks: Vec<SeenTask>) -> Self {
        Self {
            candidates: tasks.into_iter().map(KscTask::from).collect(),
            ..Self::bare(State::Ambiguous, evidence)
        }
    }
}

fn ids(tasks: &[SeenTask]) -> Vec<&str> {
    tasks.iter().map(|it| it.id.as_str()).collect()
}

impl From<SeenTask> for KscTask {
    fn from(seen: SeenTask) -> Self {
        Self {
            id: seen.id,
            name: seen.name,
            created_at: seen.created,
        }
    }
}
