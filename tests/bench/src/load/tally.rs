//! What callers saw: how many actions, how long each took, and what went wrong.

use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

use hdrhistogram::Histogram;

/// Longest latency that is told apart, microseconds.
const LONGEST: u64 = 60_000_000;

/// Most mistakes that are kept word for word.
const MOST_SAMPLES: usize = 3;

/// What callers saw.
#[derive(Debug)]
pub(crate) struct Tally {
    counting: bool,
    latencies: Histogram<u64>,
    /// Actions that succeeded while it was counted.
    pub(crate) done: u64,
    /// Actions that succeeded, before and after as well.
    pub(crate) all: u64,
    /// Actions that did not.
    pub(crate) wrong: u64,
    /// A few of the mistakes.
    pub(crate) samples: Vec<String>,
}

/// How long actions took, in microseconds.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Latencies {
    pub(crate) p50: u64,
    pub(crate) p90: u64,
    pub(crate) p99: u64,
    pub(crate) most: u64,
}

/// A tally in the hands of all callers.
#[derive(Debug, Clone)]
pub(crate) struct Book(Rc<RefCell<Tally>>);

impl Default for Book {
    fn default() -> Self {
        let latencies = Histogram::new_with_bounds(1, LONGEST, 3).expect("good bounds");
        Self(Rc::new(RefCell::new(Tally {
            counting: false,
            latencies,
            done: 0,
            all: 0,
            wrong: 0,
            samples: Vec::new(),
        })))
    }
}

impl Book {
    /// Counts from here on, or no more.
    pub(super) fn count(&self, counting: bool) {
        self.0.borrow_mut().counting = counting;
    }

    /// Notes an action that ends now, and took so long.
    pub(super) fn note(&self, outcome: Result<(), String>, took: Duration) {
        let counts = self.0.borrow().counting;
        self.note_if(counts, outcome, took);
    }

    /// Notes an action of which it is known whether it counts.
    pub(super) fn note_if(&self, counts: bool, outcome: Result<(), String>, took: Duration) {
        let tally = &mut *self.0.borrow_mut();
        match outcome {
            Ok(()) => {
                tally.all += 1;
                if counts {
                    tally.done += 1;
                    let micros = u64::try_from(took.as_micros()).unwrap_or(LONGEST);
                    tally.latencies.saturating_record(micros.max(1));
                }
            }
            Err(mistake) => {
                tally.wrong += 1;
                if tally.samples.len() < MOST_SAMPLES {
                    tally.samples.push(mistake);
                }
            }
        }
    }

    /// How many actions failed so far.
    pub(super) fn wrong(&self) -> u64 {
        self.0.borrow().wrong
    }

    /// What there is in the end; the callers are gone.
    pub(super) fn close(self) -> Result<Tally, String> {
        Rc::try_unwrap(self.0)
            .map(RefCell::into_inner)
            .map_err(|_| "a caller is still at work".to_owned())
    }
}

impl Tally {
    /// How long actions took.
    pub(crate) fn latencies(&self) -> Latencies {
        let at = |part| self.latencies.value_at_quantile(part);
        Latencies {
            p50: at(0.5),
            p90: at(0.9),
            p99: at(0.99),
            most: self.latencies.max(),
        }
    }
}
