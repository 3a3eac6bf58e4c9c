//! Several back ends are asked the same, side by side: one that is slow or down delays what the
//! others answer by little, and whoever asks is told that it has not answered.
//!
//! A question that nobody waits for any more goes on to its end, since a call that is broken off
//! costs a session; it holds nothing of the request that asked it, and there are so many at a time
//! at most. One that has not begun by then never does.

use std::sync::Arc;
use std::time::{Duration, Instant};

use futures_util::StreamExt as _;
use futures_util::stream::FuturesUnordered;

use super::outages::{BESIDE, Outages};
use super::set::{AnyBackend, Backends};
use crate::carry::Unfinished;
use crate::problem::Problem;
use crate::telemetry::{place, trace};
use vocabulary::code::Code;

/// What one back end has answered: nothing while it is waited for.
pub(super) type Answer<T> = Option<Result<T, Problem>>;

/// What is asked. One kind says nothing of another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Question {
    /// Which host is meant.
    Host,
    /// What there is to show.
    Show,
}

/// Whether a back end has not answered, in contrast to one that has said no.
pub(crate) fn is_away(problem: &Problem) -> bool {
    problem.code().status() >= 500
}

/// Whether a back end could not be asked at all.
fn is_out(problem: &Problem) -> bool {
    matches!(
        problem.code(),
        Code::KscUnavailable | Code::KscCredentialsRefused
    )
}

/// How an answer is waited for.
struct Waiting {
    /// No longer than until then.
    until: Instant,
    /// How long when another one has found what it was asked for.
    beside: Duration,
    /// Whether it is waited for to the end whatever others have found.
    matters: bool,
}

impl Backends {
    /// Asks all of these, no longer than the patience, and not much longer than until one of them
    /// has found what it was asked for, but for those at the places that `matter`. `enough` hears
    /// of each answer, by its place, and says whether the others matter no more. One that has not
    /// answered in time has answered with that.
    pub(crate) async fn ask<T, F>(
        &self,
        (kind, patience, request_id): (Question, Duration, &str),
        these: &[AnyBackend],
        matter: &[usize],
        question: impl Fn(AnyBackend) -> F,
        mut enough: impl FnMut(usize, &[Answer<T>]) -> bool,
    ) -> Vec<Answer<T>>
    where
        T: Send + 'static,
        F: Future<Output = Result<T, Problem>> + Send + 'static,
    {
        let outages = self.outages_of(kind);
        let mut answers: Vec<Answer<T>> = these.iter().map(|_| None).collect();
        let mut waiting = Vec::with_capacity(these.len());
        let mut open = FuturesUnordered::new();
        for (place, one) in these.iter().enumerate() {
            waiting.push(Waiting {
                until: Instant::now() + patience,
                beside: outages.patience(one.alias()),
                matters: matter.contains(&place),
            });
            let answer = self.answer(outages, one, patience, question(one.clone()));
            open.push(async move { (place, answer.await) });
        }
        let mut heard = false;
        loop {
            let open_places = (0..these.len()).filter(|it| answers[*it].is_none());
            let Some(next) = open_places.map(|it| waiting[it].until).min() else {
                return answers;
            };
            tokio::select! {
                Some((place, answer)) = open.next() => {
                    if answers[place].is_some() {
                        continue;
                    }
                    let one = &these[place];
                    let answer = answer
                        .unwrap_or_else(|it| Err(one.words().unfinished(it, request_id)));
                    let found = answer.is_ok();
                    answers[place] = Some(answer.map_err(|it| it.of(one.alias())));
                    if enough(place, &answers) {
                        return answers;
                    }
                    if found && !heard {
                        heard = true;
                        let now = Instant::now();
                        for it in waiting.iter_mut().filter(|it| !it.matters) {
                            it.until = it.until.min(now + it.beside);
                        }
                    }
                }
                () = tokio::time::sleep_until(next.into()) => {
                    let now = Instant::now();
                    for place in 0..these.len() {
                        if answers[place].is_some() || waiting[place].until > now {
                            continue;
                        }
                        // One that was given up sooner because it was out may be back.
                        if waiting[place].beside >= BESIDE || waiting[place].matters {
                            outages.begins(these[place].alias());
                        }
                        answers[place] = Some(Err(is_late(&these[place])));
                        if enough(place, &answers) {
                            return answers;
                        }
                    }
                }
            }
        }
    }

    fn outages_of(&self, kind: Question) -> &Arc<Outages> {
        match kind {
            Question::Host => &self.hosts,
            Question::Show => &self.shows,
        }
    }

    /// The answer of one, when its turn has come among the questions to it; whether it has answered
    /// is noted.
    fn answer<T, F>(
        &self,
        outages: &Arc<Outages>,
        one: &AnyBackend,
        patience: Duration,
        question: F,
    ) -> impl Future<Output = Result<Result<T, Problem>, Unfinished>> + use<T, F>
    where
        T: Send + 'static,
        F: Future<Output = Result<T, Problem>> + Send + 'static,
    {
        let (outages, alias) = (Arc::clone(outages), one.alias().clone());
        let (carrier, words) = (self.carrier.clone(), one.words());
        let questions = outages.questions(&alias);
        let noted = {
            let alias = alias.clone();
            async move {
                let begun = Instant::now();
                let answer = tokio::time::timeout(patience, question).await;
                let answer = answer.unwrap_or_else(|_| Err(words.late()));
                match &answer {
                    Err(problem) if is_out(problem) => outages.begins(&alias),
                    Ok(_) | Err(_) => outages.answered(&alias, begun.elapsed()),
                }
                answer
            }
        };
        let noted = trace::carried(place::at(&alias, noted));
        async move {
            // It is never closed.
            let permit = questions.acquire_owned().await.ok();
            let work = async move {
                let answer = noted.await;
                drop(permit);
                answer
            };
            carrier.apart(work).done().await
        }
    }
}

/// What is said of one that has not answered in time.
fn is_late(one: &AnyBackend) -> Problem {
    one.words().late().of(one.alias())
}
