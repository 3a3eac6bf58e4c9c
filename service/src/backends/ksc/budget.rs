//! Whether KSC has room for another response task.
//!
//! KES rotates the oldest response task out when there are too many, finished or not; what it
//! pushes out unfinished is lost to whoever asked for it. So a new task is refused when it would do
//! that, and only then: a hundred finished tasks are no reason to refuse anything.
//!
//! A refusal names what it protects, and nothing is refused where there is nothing to name.
//!
//! The count is everybody's: what KSC held when it was last counted, what has no task yet, what
//! this replica has sent since, and what it is about to send. A count that cannot be had refuses
//! nothing: a host that must be isolated now matters more than a task that may be lost.
//!
//! Requests that come together are weighed one after the other, by their numbers: each makes room
//! for those before it, not for those behind. Were each to make room for all, the last place would
//! go to nobody.

mod uncounted;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::backends::ksc::fault::Failure;
use crate::backends::ksc::tasks::census::{Census, Roll};
use crate::clock::Clock;
use crate::config;
use crate::problem::Problem;
use uncounted::{Count, Uncounted, Whose};
use vocabulary::budget::BudgetPolicy;
use vocabulary::budget::{BudgetReport, BudgetRoom, OldestTask};
use vocabulary::code::Code;
use vocabulary::task_id::Alias;

/// One part in so many of the room is kept for what others do between two counts: when less than
/// that is free or held by finished tasks, the count must be fresh.
const SPARE: usize = 5;

/// How old the count may be while there is plenty of room, and when there is not.
const WITH_ROOM: Duration = Duration::from_mins(2);
const WHEN_TIGHT: Duration = Duration::from_secs(5);

/// Whether KSC has room for another response task.
pub(in crate::backends::ksc) struct Budget {
    alias: Alias,
    census: Arc<Census>,
    clock: Clock,
    settings: config::KscTasks,
    book: Mutex<Uncounted>,
}

/// What weighing found.
struct Weighing {
    roll: Arc<Roll>,
    room: BudgetRoom,
    /// What has not finished and would be pushed out, a few of it.
    protects: Vec<String>,
}

/// Room for one task, until it is sent or given up.
pub(in crate::backends::ksc) struct Reservation {
    budget: Arc<Budget>,
    number: u64,
    /// What is left after this task; nothing when it is not counted.
    pub(super) room: Option<BudgetRoom>,
    /// What the caller should know.
    pub(super) warning: Option<&'static str>,
}

/// How long a request waits to be counted. The count goes on, for the next one.
const COUNT_WITHIN: Duration = Duration::from_secs(5);

const UNCOUNTED: &str = "The response tasks in KSC could not be counted: this one may push out the oldest, finished or not.";
const PUSHES_OUT: &str =
    "KSC has no room left: this task pushes out the oldest one, which has not finished.";

impl Budget {
    pub(super) fn new(
        alias: Alias,
        census: Arc<Census>,
        settings: config::KscTasks,
        clock: Clock,
    ) -> Arc<Self> {
        Arc::new(Self {
            alias,
            census,
            clock,
            settings,
            book: Mutex::default(),
        })
    }

    /// Room for one more task.
    ///
    /// # Errors
    /// 429 when it would push out a task that has not finished, and the operator wants that refused.
    pub(super) async fn reserve(
        self: &Arc<Self>,
        request_id: &str,
    ) -> Result<Reservation, Problem> {
        let number = self.book().reserve();
        let mut reservation = Reservation {
            budget: Arc::clone(self),
            number,
            room: None,
            warning: None,
        };
        if self.settings.budget_policy == BudgetPolicy::Off {
            return Ok(reservation);
        }
        self.census.freshen();
        let weighing = self.weigh(Whose::Reserved(number), WITH_ROOM, request_id);
        let weighed = tokio::time::timeout(COUNT_WITHIN, weighing).await;
        match weighed.unwrap_or(Err(Failure::Late)) {
            Ok(Weighing { room, protects, .. }) => {
                reservation.room = Some(room);
                let pushes_out = !protects.is_empty();
                if pushes_out && self.settings.budget_policy == BudgetPolicy::Refuse {
                    return Err(exhausted(room, &protects));
                }
                reservation.warning = pushes_out.then_some(PUSHES_OUT);
            }
            Err(failure) => {
                // Logged, and told to the caller in a sentence of its own.
                let _problem = failure.problem(request_id);
                reservation.warning = Some(UNCOUNTED);
            }
        }
        Ok(reservation)
    }

    /// Whether a task is refused for which there is no room, so that each must know of all that have
    /// left.
    pub(super) fn refuses(&self) -> bool {
        self.settings.budget_policy == BudgetPolicy::Refuse
    }

    /// Whether there is room for a request that is about to leave as this one of all replicas,
    /// behind all that have left from any replica since the last count. What cannot be told refuses
    /// nothing.
    ///
    /// # Errors
    /// 429 when it would push out what has not finished, and the operator wants that refused.
    pub(super) async fn has_room_for(
        &self,
        departed: u64,
        request_id: &str,
    ) -> Result<(), Problem> {
        if !self.refuses() {
            return Ok(());
        }
        let Some(roll) = self.census.latest() else {
            return Ok(());
        };
        let since = roll.answered.and_then(|it| departed.checked_sub(it));
        let Some(since) = since.and_then(|it| usize::try_from(it).ok()) else {
            return Ok(());
        };
        let limit = self.settings.budget;
        let total = roll.live() + roll.waiting.len() + since;
        let weighing = async {
            let pushed = total.saturating_sub(limit);
            let over = self.census.oldest_over(&roll, pushed, request_id).await?;
            self.protects(&roll, total, over, request_id).await
        };
        match tokio::time::timeout(COUNT_WITHIN, weighing).await {
            Ok(Ok(protects)) if !protects.is_empty() => {
                let room = BudgetRoom {
                    limit,
                    live: roll.live(),
                    waiting: total - roll.live(),
                    free: limit.saturating_sub(total),
                };
                Err(exhausted(room, &protects))
            }
            Ok(_) | Err(_) => Ok(()),
        }
    }

    /// Counts anew, for what follows.
    pub(super) async fn recount(&self, request_id: &str) {
        let counting = self.census.roll_since(self.clock.now(), request_id);
        // A count that cannot be had refuses nothing.
        let _counted = tokio::time::timeout(COUNT_WITHIN, counting).await;
    }

    /// What a dry run finds: whether a task would be let through, why, and what its caller would be
    /// warned of.
    pub(super) async fn rehearse(&self, request_id: &str) -> (bool, String, Option<&'static str>) {
        if self.settings.budget_policy == BudgetPolicy::Off {
            return (true, "Response tasks are not counted".to_owned(), None);
        }
        match self.weigh(Whose::Next, WITH_ROOM, request_id).await {
            Ok(Weighing { room, protects, .. }) => {
                let pushes_out = !protects.is_empty();
                let refused = pushes_out && self.settings.budget_policy == BudgetPolicy::Refuse;
                let held = format!(
                    "KSC holds {} of {} response tasks, and {} are on their way",
                    room.live, room.limit, room.waiting
                );
                let finding = match (pushes_out, room.free) {
                    (true, _) => {
                        let protects = protects.join(", ");
                        format!("{held}; another one pushes out what has not finished: {protects}")
                    }
                    (false, 0) => format!("{held}; another one pushes out one that has finished"),
                    (false, _) => held,
                };
                (
                    !refused,
                    finding,
                    (pushes_out && !refused).then_some(PUSHES_OUT),
                )
            }
            Err(failure) => {
                let _problem = failure.problem(request_id);
                (
                    true,
                    "The response tasks in KSC could not be counted".to_owned(),
                    Some(UNCOUNTED),
                )
            }
        }
    }

    /// How the budget stands, for whoever asks.
    ///
    /// # Errors
    /// When KSC must be asked and fails.
    pub(super) async fn report(&self, request_id: &str) -> Result<BudgetReport, Failure> {
        let weighed = self.weigh(Whose::Next, WHEN_TIGHT, request_id).await?;
        let roll = &weighed.roll;
        let oldest = match roll.oldest() {
            None => None,
            Some(task) => Some(OldestTask {
                ksc_task: task,
                finished: self.census.oldest_over(roll, 1, request_id).await? == 1,
            }),
        };
        let others = self.total(roll, Whose::Next) - 1;
        Ok(BudgetReport {
            backend: self.alias.clone(),
            limit: self.settings.budget,
            live: roll.live(),
            waiting: others.saturating_sub(roll.live()),
            free: self.settings.budget.saturating_sub(others),
            policy: self.settings.budget_policy,
            exhausted: !weighed.protects.is_empty(),
            oldest,
            counted_at: roll.taken,
        })
    }

    /// What is left when this request and all before it are sent, and whether that pushes out a
    /// task that has not finished.
    async fn weigh(
        &self,
        whose: Whose,
        max_age: Duration,
        request_id: &str,
    ) -> Result<Weighing, Failure> {
        let limit = self.settings.budget;
        let mut roll = self.census.roll(max_age, request_id).await?;
        let mut total = self.total(&roll, whose);
        // What others have made since the count was taken pushes out a few more than is known here.
        let wanted = (total + (limit / SPARE).max(1)).saturating_sub(limit);
        let mut harmless = self.census.oldest_over(&roll, wanted, request_id).await?;
        if harmless < wanted {
            roll = self.census.roll(WHEN_TIGHT, request_id).await?;
            total = self.total(&roll, whose);
            let pushed = total.saturating_sub(limit);
            harmless = self.census.oldest_over(&roll, pushed, request_id).await?;
        }
        let protects = self.protects(&roll, total, harmless, request_id).await?;
        // One that is not reserved is not on its way.
        let on_their_way = total - usize::from(matches!(whose, Whose::Next));
        Ok(Weighing {
            room: BudgetRoom {
                limit,
                live: roll.live(),
                waiting: on_their_way - roll.live(),
                free: limit.saturating_sub(total),
            },
            protects,
            roll,
        })
    }

    /// What of `total` tasks has not finished and would be pushed out, when the oldest `harmless`
    /// ones have.
    async fn protects(
        &self,
        roll: &Roll,
        total: usize,
        harmless: usize,
        request_id: &str,
    ) -> Result<Vec<String>, ksc::Error> {
        let pushed = total.saturating_sub(self.settings.budget);
        if pushed <= harmless {
            return Ok(Vec::new());
        }
        let live = roll.live();
        if pushed <= live {
            return self
                .census
                .unfinished(roll, (harmless, pushed), request_id)
                .await;
        }
        // All that KSC holds is pushed out, and of what is still to be made some as well.
        let mut protects = self
            .census
            .unfinished(roll, (harmless, live), request_id)
            .await?;
        let waiting = roll.waiting.iter().take(pushed - live);
        protects.extend(waiting.take(1).map(|it| {
            format!(
                "the task that is still to come of incident {it}, the oldest of {}",
                roll.waiting.len()
            )
        }));
        if protects.is_empty() {
            protects.push(format!("{} requests that are being sent", total - live));
        }
        Ok(protects)
    }

    /// How many tasks there are with this request and all before it.
    fn total(&self, roll: &Roll, whose: Whose) -> usize {
        let oldest = self.clock.now() - self.settings.stalled_after;
        let count = Count {
            taken: roll.taken,
            last_incident: roll.last_incident,
        };
        let uncounted = self.book().many(count, whose, oldest);
        roll.live() + roll.waiting.len() + uncounted
    }

    fn book(&self) -> MutexGuard<'_, Uncounted> {
        self.book.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Reservation {
    /// The request was sent, or may have been: it takes up room until it is counted, and no longer
    /// as one about to be sent.
    pub(super) fn sent(&self, incident: Option<i64>) {
        let now = self.budget.clock.now();
        self.budget.book().sent(self.number, incident, now);
    }
}

impl Drop for Reservation {
    fn drop(&mut self) {
        // Nothing, when it was sent.
        self.budget.book().give_back(self.number);
    }
}

fn exhausted(room: BudgetRoom, protects: &[String]) -> Problem {
    let detail = format!(
        "KSC keeps {} response tasks and would rotate out what has not finished: {}. Wait until tasks finish, or cancel or delete some.",
        room.limit,
        protects.join(", ")
    );
    Problem::new(Code::TaskBudgetExhausted, detail)
        .with_retry_after(60)
        .with_room(room)
}
