//! A state and what it rests on.

use super::correlate::Seen;
use super::sights::Sight;
use super::state;
use crate::api::task::{Execution, KscTask, State};

/// A state and what it rests on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct View {
    pub(super) state: State,
    pub(super) evidence: String,
    pub(super) task: Option<KscTask>,
    pub(super) candidates: Vec<KscTask>,
    pub(super) execution: Option<Execution>,
}

impl View {
    pub(super) fn bare(state: State, evidence: String) -> Self {
        Self {
            state,
            evidence,
            task: None,
            candidates: Vec::new(),
            execution: None,
        }
    }

    /// How the task stands for the host.
    pub(super) fn with_task(host_id: &str, task: Seen, sight: &Sight) -> Self {
        let of_host = |it: &&ksc::HostStatus| it.host_id.eq_ignore_ascii_case(host_id);
        let own = sight.rows.iter().find(of_host);
        let (state, evidence) = state::of(&task.id, own);
        let execution = own.map(|it| Execution {
            percent: it.percent,
            description: it.description.clone(),
            started_at: it.started,
            finished_at: it.finished,
        });
        Self {
            state,
            evidence,
            task: Some(task.into()),
            candidates: Vec::new(),
            execution,
        }
    }

    /// Each of these tasks could be that of the incident.
    pub(super) fn ambiguous(incident: i64, tasks: Vec<Seen>) -> Self {
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
    pub(super) fn unclear(incident: i64, tasks: Vec<Seen>) -> Self {
        let evidence = format!(
            "KSC has too many incidents of this host to tell which of them the KSC tasks {} came of; one may be that of incident {incident}",
            ids(&tasks).join(", ")
        );
        Self::candidates(evidence, tasks)
    }

    fn candidates(evidence: String, tasks: Vec<Seen>) -> Self {
        Self {
            candidates: tasks.into_iter().map(KscTask::from).collect(),
            ..Self::bare(State::Ambiguous, evidence)
        }
    }
}

fn ids(tasks: &[Seen]) -> Vec<&str> {
    tasks.iter().map(|it| it.id.as_str()).collect()
}

impl From<Seen> for KscTask {
    fn from(seen: Seen) -> Self {
        Self {
            id: seen.id,
            name: seen.name,
            created_at: Some(seen.created),
        }
    }
}
