//! What the gateways say of every task, against what KSC and its devices know.
//!
//! A gateway may know less: that a task is gone, or that several could be a request's. What it says
//! for certain must be so.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use ksc_simulator::{IncidentRecord, RunState, Simulator};
use serde_json::Value;

use crate::errand;

/// How the states compare.
#[derive(Debug, Default)]
pub(crate) struct Truth {
    /// How many states were read, by their names.
    pub(crate) states: BTreeMap<String, usize>,
    /// What is not so.
    pub(crate) wrong: Vec<String>,
    /// What each gateway answered of an incident, by its number.
    answers: BTreeMap<i64, Vec<String>>,
    /// The incidents that were paired with another's task, and where that is said.
    mispaired: Vec<(usize, IncidentRecord)>,
}

/// A request in KSC's book, by its mark and the number of its incident.
pub(crate) struct Known<'a> {
    by_mark: BTreeMap<(String, i64), &'a IncidentRecord>,
    sim: &'a Simulator,
}

impl<'a> Known<'a> {
    pub(crate) fn of(incidents: &'a [IncidentRecord], sim: &'a Simulator) -> Self {
        let by_mark = incidents
            .iter()
            .filter_map(|it| Some(((errand::mark(&it.body)?, it.id), it)));
        Self {
            by_mark: by_mark.collect(),
            sim,
        }
    }
}

impl Truth {
    /// Compares what a gateway says of the task with this mark and number.
    pub(crate) fn compare(
        &mut self,
        known: &Known<'_>,
        mark: &str,
        incident: i64,
        told: &(u16, Value),
    ) {
        let (status, body) = told;
        let Some(record) = known.by_mark.get(&(mark.to_owned(), incident)) else {
            return;
        };
        // Its number may be another's since, where KSC was restored.
        let another = known
            .by_mark
            .keys()
            .any(|(other, id)| *id == incident && other != mark);
        if *status != 200 {
            if !another {
                self.wrong
                    .push(format!("{mark}, incident {incident}: {status} {body}"));
            }
            return;
        }
        let shown = errand::mark(body);
        // A replica that has not taken the request knows no parameters of one whose incident is
        // gone, and so no mark that stands in them.
        let untold =
            shown.is_none() && body.get("params").is_none() && (record.deleted || edited(body));
        if shown.as_deref() != Some(mark) && !untold {
            if !another {
                self.wrong.push(format!(
                    "{mark}, incident {incident}, is shown as {shown:?}"
                ));
            }
            return;
        }
        let state = body["state"].as_str().unwrap_or_default();
        *self.states.entry(state.to_owned()).or_default() += 1;
        let task = body["kscTask"]["id"].as_str();
        let answer = format!("{state} {}", task.unwrap_or("-"));
        self.answers.entry(incident).or_default().push(answer);
        if let Some(task) = task
            && record.ksc_task.as_deref() != Some(task)
        {
            let mispaired = (self.wrong.len(), (*record).clone());
            self.mispaired.push(mispaired);
            self.wrong.push(format!(
                "{mark}, incident {incident}: KSC made {:?} of it, and not {task}: {body}",
                record.ksc_task
            ));
        }
        let end = match state {
            "succeeded" => RunState::Success,
            "warning" => RunState::Warning,
            "failed" => RunState::Failed,
            _ => return,
        };
        let truth = record
            .ksc_task
            .as_deref()
            .and_then(|it| known.sim.end_of(it));
        if truth != Some(end) {
            self.wrong.push(format!(
                "{mark}, incident {incident}: it ended as {truth:?}, and not {end:?}: {body}"
            ));
        }
    }

    /// Adds to each wrong pair all that there was of the same host and kind.
    pub(crate) fn explain(&mut self, sim: &Simulator, edits: &[(i64, String)]) {
        let incidents = sim.journal().incidents();
        let tasks = sim.response_tasks();
        for (at, of) in &self.mispaired {
            let text = &mut self.wrong[*at];
            for it in incidents.iter().filter(|it| is_like(it, of)) {
                let edits: Vec<&str> = edits
                    .iter()
                    .filter_map(|(id, edit)| (*id == it.id).then_some(edit.as_str()))
                    .collect();
                let task = it.ksc_task.as_deref();
                let name = tasks
                    .iter()
                    .find(|task_| Some(task_.id.as_str()) == task)
                    .map(|it| it.display_name.as_str());
                let _always = write!(
                    text,
                    "\n    incident {} of {}, task {task:?} {name:?}{}, edits {edits:?}; told {:?}",
                    it.id,
                    it.added,
                    if it.deleted { ", deleted" } else { "" },
                    self.answers.get(&it.id)
                );
            }
        }
    }

    pub(crate) fn line(&self) -> String {
        let states: Vec<String> = self
            .states
            .iter()
            .map(|(state, count)| format!("{state} {count}"))
            .collect();
        format!(
            "states read back at the end: {}; {} differ from what KSC knows",
            states.join(", "),
            self.wrong.len()
        )
    }
}

/// Whether two requests make tasks that are named alike, for one host.
fn is_like(one: &IncidentRecord, other: &IncidentRecord) -> bool {
    let same = |member| one.body[member] == other.body[member];
    one.host == other.host && same("task") && same("responseEventIncidentArea")
}

/// Whether a gateway answers by what it remembers, since the incident is not what it was.
fn edited(task: &Value) -> bool {
    let evidence = task["evidence"].as_str().unwrap_or_default();
    evidence.ends_with("its incident was edited in KSC")
}
