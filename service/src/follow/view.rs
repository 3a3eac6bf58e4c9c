//! A state and what it rests on.

use ksc::{Kind, Lease};

use super::correlate::Seen;
use super::state;
use crate::api::task::{Execution, KscTask, State};

/// A state and what it rests on.
#[derive(Clone)]
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

    /// A task that was seen as this and is not there any more.
    pub(super) fn gone(self, incident: i64) -> Self {
        let task = self.task.as_ref().map_or("", |it| it.id.as_str());
        if self.state.is_terminal() {
            let evidence = format!("{}; KSC has removed the task since", self.evidence);
            return Self { evidence, ..self };
        }
        let evidence = format!(
            "KSC task {task} of incident {incident} was last seen {} and is gone: deleted, or rotated out to make room for newer tasks",
            self.state.name()
        );
        Self {
            state: State::Lost,
            evidence,
            ..self
        }
    }

    pub(super) fn ambiguous(incident: i64, tasks: Vec<Seen>) -> Self {
        let ids: Vec<&str> = tasks.iter().map(|it| it.id.as_str()).collect();
        let evidence = match ids.as_slice() {
            [one] => format!(
                "KSC task {one} is that of incident {incident} or of another request for the same task on this host"
            ),
            many => format!(
                "Each of the KSC tasks {} could be that of incident {incident}",
                many.join(", ")
            ),
        };
        let candidates = tasks.into_iter().map(KscTask::from).collect();
        Self {
            candidates,
            ..Self::bare(State::Ambiguous, evidence)
        }
    }
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

/// How the task stands for the host; nothing when KSC has it no longer.
pub(super) async fn with_task(
    lease: &mut Lease,
    host_id: &str,
    task: Seen,
    request_id: &str,
) -> Result<Option<View>, ksc::Error> {
    let statuses = match lease.host_statuses(&task.id, request_id).await {
        Ok(statuses) => statuses.rows,
        Err(error) if matches!(error.kind(), Kind::NotFound) => return Ok(None),
        Err(error) => return Err(error),
    };
    let own = statuses
        .into_iter()
        .find(|it| it.host_id.eq_ignore_ascii_case(host_id));
    let (state, evidence) = state::of(&task.id, own.as_ref());
    let execution = own.map(|it| Execution {
        percent: it.percent,
        description: it.description,
        started_at: it.started,
        finished_at: it.finished,
    });
    Ok(Some(View {
        state,
        evidence,
        task: Some(task.into()),
        candidates: Vec::new(),
        execution,
    }))
}
