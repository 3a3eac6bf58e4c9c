//! Which back end acts: the one that has the host.
//!
//! Where a request names none, every back end that it may go to is asked for the host, side by
//! side. One that has it acts. Where several have it, the settings decide (`routing`), or nobody
//! does: a name that means two devices is refused, and never the first of many taken. One that
//! cannot be asked is not passed over in silence: where it is preferred nothing is sent, else the
//! caller is told; and that nobody else has the host does not mean that there is none.

use std::time::Duration;

use super::seam::Backend as _;
use super::set::{AnyBackend, Backends, list, on_backend};
use super::side_by_side::{Answer, Question, is_away};
use crate::host::Host;
use crate::problem::Problem;
use vocabulary::code::Code;
use vocabulary::host::HostCandidate;
use vocabulary::names::HostName;
use vocabulary::task::TaskType;
use vocabulary::task_id::Alias;

/// Where a request goes.
pub(crate) struct Route {
    /// The back end that acts.
    pub(crate) backend: AnyBackend,
    /// The host, as it has it.
    pub(crate) host: Host,
    /// What its caller should know of that.
    pub(crate) warnings: Vec<String>,
}

/// What is known of where a request goes.
enum Decision {
    /// To the back end at this place.
    Act(usize),
    /// Nowhere.
    Refuse(Problem),
    /// It takes another answer.
    Wait,
}

impl Backends {
    /// Finds the host among these back ends, and the one that acts. `is_out` hears of each back end
    /// that the request certainly does not go to, as soon as that is certain.
    ///
    /// # Errors
    /// When none has it, or several, or nobody can say.
    pub(crate) async fn route(
        &self,
        these: &[AnyBackend],
        task: TaskType,
        name: &HostName,
        request_id: &str,
        patience: Duration,
        mut is_out: impl FnMut(&Alias),
    ) -> Result<Route, Problem> {
        let question = |one: AnyBackend| {
            let (name, request_id) = (name.clone(), request_id.to_owned());
            async move { on_backend!(&one, it => it.host(&name, &request_id).await) }
        };
        let preferred = self.preferences(these, task);
        let enough = |place: usize, answers: &[Answer<Host>]| {
            if matches!(&answers[place], Some(Err(_))) {
                is_out(these[place].alias());
            }
            !matches!(decide(these, &preferred, answers), Decision::Wait)
        };
        let mut answers = self
            .ask(
                (Question::Host, patience, request_id),
                these,
                &preferred,
                question,
                enough,
            )
            .await;
        let chosen = match decide(these, &preferred, &answers) {
            Decision::Act(chosen) => chosen,
            Decision::Refuse(problem) => return Err(problem),
            // Every answer is there, and one of them decides.
            Decision::Wait => return Err(self.words().late()),
        };
        let warnings = warnings(these, &answers);
        let Some(Some(Ok(host))) = answers.get_mut(chosen).map(Option::take) else {
            return Err(self.words().late());
        };
        Ok(Route {
            backend: these[chosen].clone(),
            host,
            warnings,
        })
    }

    /// The places of those that are preferred for this task, the first one most.
    fn preferences(&self, these: &[AnyBackend], task: TaskType) -> Vec<usize> {
        let preferred = self.routing.of(task).iter();
        preferred
            .filter_map(|alias| these.iter().position(|it| it.alias() == alias))
            .collect()
    }
}

/// Where it goes, as far as these answers tell.
fn decide(these: &[AnyBackend], preferred: &[usize], answers: &[Answer<Host>]) -> Decision {
    // A no that is of the request and not of the back end is everybody's.
    for answer in answers {
        if let Some(Err(problem)) = answer
            && !is_away(problem)
            && !matches!(problem.code(), Code::HostNotFound | Code::HostAmbiguous)
        {
            return Decision::Refuse(problem.clone());
        }
    }
    for place in preferred {
        match &answers[*place] {
            None => return Decision::Wait,
            Some(Ok(_)) => return Decision::Act(*place),
            Some(Err(problem)) if problem.code() == Code::HostNotFound => {}
            Some(Err(problem)) if is_away(problem) => {
                return Decision::Refuse(preferred_is_away(these, *place, problem));
            }
            Some(Err(problem)) => return Decision::Refuse(problem.clone()),
        }
    }
    if answers.iter().any(Option::is_none) {
        return Decision::Wait;
    }
    let mut having = (0..these.len()).filter(|it| matches!(answers[*it], Some(Ok(_))));
    let ambiguous = answers
        .iter()
        .any(|it| matches!(it, Some(Err(it)) if it.code() == Code::HostAmbiguous));
    match (having.next(), having.next(), ambiguous) {
        (Some(one), None, false) => Decision::Act(one),
        (None, _, false) => Decision::Refuse(nobody_has_it(these, answers)),
        (_, _, _) => Decision::Refuse(several_have_it(these, answers)),
    }
}

/// Routing prefers one that cannot be asked: whether it has the host nobody knows.
fn preferred_is_away(these: &[AnyBackend], place: usize, problem: &Problem) -> Problem {
    let alias = these[place].alias();
    let detail = format!(
        "{} The back end {alias} is preferred for this task, and whether it has the host could not be asked. Nothing was sent. Name the `backend` to go to another one.",
        problem.detail()
    );
    problem.clone().with_detail(&detail)
}

fn nobody_has_it(these: &[AnyBackend], answers: &[Answer<Host>]) -> Problem {
    let away = away(these, answers);
    let Some((_, problem)) = away.first() else {
        let detail = format!(
            "None of {} knows a host of this id, name or address.",
            list(these)
        );
        return Problem::new(Code::HostNotFound, detail);
    };
    let names: Vec<&str> = away.iter().map(|(it, _)| it.as_str()).collect();
    let detail = format!(
        "{} The back ends that could be asked do not know the host; {} may. Nothing was sent.",
        problem.detail(),
        names.join(", ")
    );
    (*problem).clone().with_detail(&detail)
}

fn several_have_it(these: &[AnyBackend], answers: &[Answer<Host>]) -> Problem {
    let has_any = |it: &&Answer<Host>| match it {
        Some(Ok(_)) => true,
        Some(Err(problem)) => problem.code() == Code::HostAmbiguous,
        None => false,
    };
    let mut having = answers.iter().filter(has_any);
    if let (Some(Some(Err(of_one))), None) = (having.next(), having.next()) {
        return of_one.clone();
    }
    let mut candidates: Vec<HostCandidate> = Vec::new();
    for (one, answer) in these.iter().zip(answers) {
        match answer {
            Some(Ok(host)) => candidates.push(host.summary().at(one.alias())),
            Some(Err(problem)) => candidates.extend(problem.candidates().iter().cloned()),
            None => {}
        }
    }
    Problem::new(
        Code::HostAmbiguous,
        "Hosts of several back ends have this name: name the `backend`, and use the id of a host where one has several.",
    )
    .with_candidates(candidates)
}

/// Those that could not be asked, and why.
fn away<'a>(these: &'a [AnyBackend], answers: &'a [Answer<Host>]) -> Vec<(&'a Alias, &'a Problem)> {
    let both = these.iter().zip(answers);
    both.filter_map(|(one, answer)| match answer {
        Some(Err(problem)) if is_away(problem) => Some((one.alias(), problem)),
        Some(_) | None => None,
    })
    .collect()
}

/// What the caller of a request that is sent should know of those that could not be asked.
fn warnings(these: &[AnyBackend], answers: &[Answer<Host>]) -> Vec<String> {
    away(these, answers)
        .into_iter()
        .map(|(alias, _)| {
            format!(
                "The back end {alias} could not be asked whether it has a host of this name, too."
            )
        })
        .collect()
}
