//! The callers' book: every errand, and every answer that it had.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use crate::errand::Create;

/// What came of sending a request for one task.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// 202 by KSC.
    Made {
        /// The task.
        id: String,
        /// Its incident.
        incident: i64,
        /// Whether it was said to be an answer from before.
        replayed: bool,
    },
    /// 202 by the Central Node.
    Ordered {
        /// The task.
        id: String,
        /// Whether it was said to be an answer from before.
        replayed: bool,
    },
    /// A problem document.
    Problem {
        status: u16,
        code: String,
        retryable: bool,
    },
    /// Nobody listened: certainly nothing was sent.
    Refused,
    /// No whole answer came.
    Cut(String),
    /// An answer that the contract does not have.
    Odd(String),
}

impl Outcome {
    /// Whether the request may have been carried out for all that this answer says.
    pub(crate) fn is_unknown(&self) -> bool {
        match self {
            Self::Cut(_) => true,
            Self::Problem { code, .. } => code == "outcome_unknown",
            Self::Made { .. } | Self::Ordered { .. } | Self::Refused | Self::Odd(_) => false,
        }
    }

    /// Whether it is to be sent again: as a SOAR decides it, by what the answer says.
    pub(crate) fn asks_for_more(&self, keyed: bool) -> bool {
        match self {
            Self::Made { .. } | Self::Ordered { .. } | Self::Odd(_) => false,
            Self::Refused => true,
            Self::Cut(_) => keyed,
            Self::Problem { retryable, .. } => *retryable,
        }
    }

    /// As the report counts it.
    pub(crate) fn name(&self) -> String {
        match self {
            Self::Made { replayed, .. } | Self::Ordered { replayed, .. } => {
                let again = if *replayed { " replayed" } else { "" };
                format!("202{again}")
            }
            Self::Problem { status, code, .. } => format!("{status} {code}"),
            Self::Refused => "connection refused".to_owned(),
            Self::Cut(why) => format!("connection cut ({why})"),
            Self::Odd(_) => "outside the contract".to_owned(),
        }
    }
}

/// One answer.
#[derive(Debug, Clone)]
pub(crate) struct Answer {
    /// When it was asked for, and when it came.
    pub(crate) sent: f64,
    pub(crate) seconds: f64,
    pub(crate) replica: usize,
    pub(crate) request_id: String,
    pub(crate) outcome: Outcome,
}

/// One task that was asked for, by one errand.
#[derive(Debug, Clone)]
pub(crate) struct Entry {
    pub(crate) mark: String,
    pub(crate) keyed: bool,
    pub(crate) answers: Vec<Answer>,
}

/// An errand that asks for tasks.
#[derive(Debug, Clone)]
pub(crate) struct Record {
    pub(crate) caller: usize,
    pub(crate) create: Arc<Create>,
    pub(crate) entries: Vec<Entry>,
    /// Whether its caller has all the answers that it will get.
    pub(crate) settled: bool,
}

/// The book.
#[derive(Debug)]
pub(crate) struct Book {
    began: Instant,
    records: Mutex<BTreeMap<u64, Record>>,
    made: Mutex<Vec<(String, Option<i64>)>>,
    reads: Mutex<BTreeMap<String, usize>>,
    odd: Mutex<Vec<String>>,
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Book {
    pub(crate) fn new() -> Self {
        Self {
            began: Instant::now(),
            records: Mutex::default(),
            made: Mutex::default(),
            reads: Mutex::default(),
            odd: Mutex::default(),
        }
    }

    /// A new errand.
    pub(crate) fn open(&self, number: u64, caller: usize, create: &Arc<Create>) {
        let entry = |mark: &String| Entry {
            mark: mark.clone(),
            keyed: create.key.is_some(),
            answers: Vec::new(),
        };
        let record = Record {
            caller,
            create: Arc::clone(create),
            entries: create.marks.iter().map(entry).collect(),
            settled: false,
        };
        locked(&self.records).insert(number, record);
    }

    /// What came of sending it once, task by task.
    pub(crate) fn note(
        &self,
        number: u64,
        sent: f64,
        (replica, request_id): (usize, &str),
        outcomes: &[Outcome],
    ) {
        let seconds = self.now();
        for outcome in outcomes {
            match outcome {
                Outcome::Made { id, incident, .. } => {
                    locked(&self.made).push((id.clone(), Some(*incident)));
                }
                Outcome::Ordered { id, .. } => locked(&self.made).push((id.clone(), None)),
                Outcome::Odd(text) => self.odd(format!("errand {number}: {text}")),
                Outcome::Problem { .. } | Outcome::Refused | Outcome::Cut(_) => {}
            }
        }
        let mut records = locked(&self.records);
        let record = records.get_mut(&number).expect("it was opened");
        for (entry, outcome) in record.entries.iter_mut().zip(outcomes) {
            entry.answers.push(Answer {
                sent,
                seconds,
                replica,
                request_id: request_id.to_owned(),
                outcome: outcome.clone(),
            });
        }
    }

    /// Its caller has all the answers that it will get.
    pub(crate) fn settle(&self, number: u64) {
        if let Some(record) = locked(&self.records).get_mut(&number) {
            record.settled = true;
        }
    }

    /// What came of a look or a call-off.
    pub(crate) fn read(&self, what: String) {
        *locked(&self.reads).entry(what).or_default() += 1;
    }

    /// Something that must not be.
    pub(crate) fn odd(&self, text: String) {
        locked(&self.odd).push(text);
    }

    /// Seconds since it was begun.
    pub(crate) fn now(&self) -> f64 {
        self.began.elapsed().as_secs_f64()
    }

    /// When it was begun.
    pub(crate) fn began(&self) -> Instant {
        self.began
    }

    /// The orders to the Central Node with a key whose callers have no answer that stands yet.
    pub(crate) fn open_orders(&self) -> Vec<(u64, Record)> {
        let records = locked(&self.records);
        let open = records
            .iter()
            .filter(|(_, it)| it.create.order.is_some() && it.create.key.is_some() && !it.settled);
        open.map(|(number, it)| (*number, it.clone())).collect()
    }

    /// A task that was made, one of the latest; with its incident, where it has one.
    pub(crate) fn recent(&self, back: usize) -> Option<(String, Option<i64>)> {
        let made = locked(&self.made);
        let at = made.len().checked_sub(1 + back % made.len().max(1))?;
        made.get(at).cloned()
    }

    /// All errands.
    pub(crate) fn records(&self) -> BTreeMap<u64, Record> {
        locked(&self.records).clone()
    }

    /// What came of looks and call-offs, counted.
    pub(crate) fn reads(&self) -> BTreeMap<String, usize> {
        locked(&self.reads).clone()
    }

    /// What must not be.
    pub(crate) fn oddities(&self) -> Vec<String> {
        locked(&self.odd).clone()
    }
}

impl Entry {
    /// The tasks that it was told to have: one, if all is well.
    pub(crate) fn told(&self) -> Vec<(&str, i64)> {
        self.each(|it| match it {
            Outcome::Made { id, incident, .. } => Some((id.as_str(), *incident)),
            Outcome::Ordered { .. }
            | Outcome::Problem { .. }
            | Outcome::Refused
            | Outcome::Cut(_)
            | Outcome::Odd(_) => None,
        })
    }

    /// The Central Node's tasks that it was told to have: one, if all is well.
    pub(crate) fn ordered(&self) -> Vec<&str> {
        self.each(|it| match it {
            Outcome::Ordered { id, .. } => Some(id.as_str()),
            Outcome::Made { .. }
            | Outcome::Problem { .. }
            | Outcome::Refused
            | Outcome::Cut(_)
            | Outcome::Odd(_) => None,
        })
    }

    /// What its answers say so, each once.
    fn each<'a, T: Ord>(&'a self, says: impl Fn(&'a Outcome) -> Option<T>) -> Vec<T> {
        let outcomes = self.answers.iter().map(|it| &it.outcome);
        let mut told: Vec<T> = outcomes.filter_map(says).collect();
        told.sort_unstable();
        told.dedup();
        told
    }

    /// Its history, a line an answer.
    pub(crate) fn history(&self, record: &Record) -> String {
        let mut text = format!(
            "  {} (key {:?}, caller {}, {})\n",
            self.mark, record.create.key, record.caller, record.create.path
        );
        for it in &self.answers {
            let _always = writeln!(
                text,
                "    {:8.3} to {:8.3} s  replica {}  request {}  {:?}",
                it.sent, it.seconds, it.replica, it.request_id, it.outcome
            );
        }
        text
    }
}
