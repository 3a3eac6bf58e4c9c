//! Which back ends could not be asked lately, so that nobody waits long for them beside others that
//! answer.
//!
//! Kept for each kind of question by itself: that a list takes long says nothing of looking a host
//! up. An outage begins with a question that failed, or that was waited for as long as any beside
//! others; one that was given up sooner, because of the outage, does not prolong it.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::Semaphore;

use vocabulary::task_id::Alias;

/// How long an answer is still waited for when another back end has answered: long beside the
/// milliseconds that one takes, and short for whoever waits.
pub(super) const BESIDE: Duration = Duration::from_secs(2);

/// The same for one that could not be asked lately.
const WHILE_OUT: Duration = Duration::from_millis(500);

/// So long one counts as out that has not been heard of since.
const REMEMBERED: Duration = Duration::from_secs(30);

/// Questions of a kind that one is asked at a time, those among them that nobody waits for any more.
const AT_ONCE: usize = 64;

/// What is known of those that could not be asked, for one kind of question.
#[derive(Default)]
pub(super) struct Outages(Mutex<HashMap<Alias, Asked>>);

/// How a back end has answered.
struct Asked {
    /// When it could last not be asked, if it has not answered since.
    out: Option<Instant>,
    questions: Arc<Semaphore>,
}

impl Default for Asked {
    fn default() -> Self {
        Self {
            out: None,
            questions: Arc::new(Semaphore::new(AT_ONCE)),
        }
    }
}

impl Outages {
    /// How long an answer of this one is waited for when another has answered.
    pub(super) fn patience(&self, alias: &Alias) -> Duration {
        let mut known = self.known();
        let asked = known.entry(alias.clone()).or_default();
        match asked.out {
            Some(last) if last.elapsed() < REMEMBERED => WHILE_OUT,
            Some(_) | None => BESIDE,
        }
    }

    /// The places of questions to it: whoever is asked slowly is not asked without end.
    pub(super) fn questions(&self, alias: &Alias) -> Arc<Semaphore> {
        let mut known = self.known();
        Arc::clone(&known.entry(alias.clone()).or_default().questions)
    }

    /// It could not be asked.
    pub(super) fn begins(&self, alias: &Alias) {
        self.known().entry(alias.clone()).or_default().out = Some(Instant::now());
    }

    /// It has answered, so late.
    pub(super) fn answered(&self, alias: &Alias, took: Duration) {
        // One that always takes longer is waited for in vain each time.
        if took < BESIDE {
            self.known().entry(alias.clone()).or_default().out = None;
        }
    }

    fn known(&self) -> MutexGuard<'_, HashMap<Alias, Asked>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_outage_ends_with_an_answer_in_time_and_with_no_other() {
        let outages = Outages::default();
        let one = Alias::parse("one").expect("an alias");
        let other = Alias::parse("other").expect("an alias");
        assert_eq!(outages.patience(&one), BESIDE);

        outages.begins(&one);
        assert_eq!(outages.patience(&one), WHILE_OUT);
        assert_eq!(outages.patience(&other), BESIDE);
        outages.answered(&one, BESIDE);
        assert_eq!(outages.patience(&one), WHILE_OUT);
        outages.answered(&one, Duration::from_millis(300));
        assert_eq!(outages.patience(&one), BESIDE);
    }
}
