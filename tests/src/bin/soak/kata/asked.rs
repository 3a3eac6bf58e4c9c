//! One order in the callers' book: what its caller knows of it at the end, and within which time it
//! can have been carried out.

use super::order::{Order, Trace};
use crate::book::{Answer, Entry, Outcome, Record};

/// The Central Node's clock is moved in steps, and a busy machine moves it late.
pub(super) const BLUR: f64 = 0.5;

/// How long a gateway goes on with an order that its caller has no answer to.
const GOES_ON: f64 = 15.0;

/// What a caller knows of an order at the end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Knows {
    Told,
    Refused,
    Nothing,
}

/// An order in the callers' book.
pub(super) struct Asked<'a> {
    record: &'a Record,
    pub(super) order: &'a Order,
    pub(super) entry: &'a Entry,
    pub(super) knows: Knows,
}

impl<'a> Asked<'a> {
    pub(super) fn new(record: &'a Record, order: &'a Order, entry: &'a Entry) -> Self {
        let knows = knows(entry);
        Self {
            record,
            order,
            entry,
            knows,
        }
    }

    pub(super) fn isolates(&self) -> Option<u64> {
        match self.order.leaves {
            Trace::Isolated(seconds) => Some(seconds),
            Trace::Released | Trace::Forbidden(_) | Trace::Allowed(_) | Trace::Run(_) => None,
        }
    }

    pub(super) fn answers(&self) -> &[Answer] {
        &self.entry.answers
    }

    /// Its history, a line an answer.
    pub(super) fn history(&self) -> String {
        self.entry.history(self.record)
    }

    /// The earliest moment at which it can have been carried out.
    pub(super) fn began(&self) -> f64 {
        let sent = self.answers().iter().map(|it| it.sent);
        sent.fold(f64::INFINITY, f64::min) - BLUR
    }

    /// The latest: who was told is told of what has been.
    pub(super) fn ends(&self) -> f64 {
        match self.told_at() {
            Some(told) => told + BLUR,
            None => self.last() + GOES_ON,
        }
    }

    /// Whether it can have been carried out at this moment.
    pub(super) fn covers(&self, at: f64) -> bool {
        self.began() <= at && at <= self.ends()
    }

    fn last(&self) -> f64 {
        self.answers()
            .iter()
            .map(|it| it.seconds)
            .fold(0.0, f64::max)
    }

    /// When it was first told its task.
    pub(super) fn told_at(&self) -> Option<f64> {
        let told = self.answers().iter();
        told.filter(|it| matches!(it.outcome, Outcome::Ordered { .. }))
            .map(|it| it.seconds)
            .reduce(f64::min)
    }
}

/// By all the answers that it had.
fn knows(entry: &Entry) -> Knows {
    let mut knows = Knows::Refused;
    for answer in &entry.answers {
        match &answer.outcome {
            Outcome::Ordered { .. } | Outcome::Made { .. } => return Knows::Told,
            // The one that came first is still under way, and may come to anything.
            Outcome::Problem { code, .. }
                if code == "outcome_unknown" || code == "request_in_progress" =>
            {
                knows = Knows::Nothing;
            }
            // For good: of this key nothing was carried out.
            Outcome::Problem {
                retryable: false, ..
            } => knows = Knows::Refused,
            Outcome::Cut(_) => knows = Knows::Nothing,
            Outcome::Problem { .. } | Outcome::Refused | Outcome::Odd(_) => {}
        }
    }
    knows
}

/// Those that can have been carried out, in the order in which their time is over: so that the first
/// that fits a moment is the right one to account for it.
pub(super) fn by_end<'a, 'b>(asked: impl Iterator<Item = &'b Asked<'a>>) -> Vec<&'b Asked<'a>>
where
    'a: 'b,
{
    let mut all: Vec<_> = asked.filter(|it| it.knows != Knows::Refused).collect();
    all.sort_by(|one, other| one.ends().total_cmp(&other.ends()));
    all
}

/// Has one of them account for what happened at this moment; whether there is one.
pub(super) fn accounts(for_it: &mut Vec<&Asked<'_>>, at: f64) -> bool {
    let place = for_it.iter().position(|it| it.covers(at));
    place.map(|it| for_it.remove(it)).is_some()
}
