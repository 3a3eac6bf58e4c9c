//! What is asked about KSC as a whole when a task is missing: once, for however many are.

use std::sync::Arc;
use std::time::Duration;

use ksc::IsAnyServiceConsoleAvailable;
use time::OffsetDateTime;

use super::absent::Perhaps;
use super::census::Roll;
use super::correlate;
use super::front::TaskReader;
use super::life::LIFE;
use super::own_row::OwnRow;
use super::response::{self, ResponseRequest, StoredIncident};
use super::view::View;

/// How old the count may be that explains a task which was never seen.
const COUNT_AGE: Duration = Duration::from_secs(30);

/// That count is asked for no earlier: by then a service console has made the task, as a rule.
const COUNT_AFTER: time::Duration = time::Duration::minutes(1);

/// Answers about KSC as a whole, each asked for when it is first needed.
pub(super) struct Surroundings<'a> {
    follow: &'a TaskReader,
    request_id: &'a str,
    console: Memo<Option<bool>>,
    /// The response tasks, counted after the first one was found missing.
    count: Memo<Option<Arc<Roll>>>,
    /// The incident that the oldest response task came of.
    oldest: Memo<Option<i64>>,
}

#[derive(Clone)]
enum Memo<T> {
    NotYet,
    Once(T),
}

impl<'a> Surroundings<'a> {
    pub(super) fn new(follow: &'a TaskReader, request_id: &'a str) -> Self {
        Self {
            follow,
            request_id,
            console: Memo::NotYet,
            count: Memo::NotYet,
            oldest: Memo::NotYet,
        }
    }

    /// Other tasks may have gone since: those that are missing from now on are counted anew.
    pub(super) fn renew(&mut self) {
        self.count = Memo::NotYet;
    }

    /// What it means that the task of a request is not there. No session may be held meanwhile: the
    /// count needs one too.
    pub(super) async fn explain(&mut self, response: &ResponseRequest) -> View {
        let follow = self.follow;
        let incident = response.incident;
        let absent = follow.absent(incident, response.added);
        let request = response.identity();
        if let Some(last) = follow.last_seen.of(&request) {
            let roll = self.count(absent.now).await;
            let own = last.task.as_ref().map(|it| it.id.as_str());
            let there = |it: &Arc<Roll>| it.tasks.iter().any(|task| Some(&*task.id) == own);
            if roll.as_ref().is_some_and(there) {
                // KSC did not find it for once.
                return last;
            }
            if !follow
                .last_seen
                .is_missing_again(&request, follow.clock.passed())
            {
                return absent.missing(last);
            }
            return follow.ended(response, absent.gone(last, roll.as_deref()));
        }
        let age = absent.now - response.added;
        let mut perhaps = Perhaps::Removed;
        if age > COUNT_AFTER
            && age < LIFE
            && let Ok(roll) = follow.census.roll(COUNT_AGE, self.request_id).await
            && roll.live() >= follow.settings.budget
            && roll.is_younger_than(response.added)
        {
            perhaps = Perhaps::RotatedOut;
            if let Some(oldest) = self.oldest(&roll).await.filter(|it| *it > incident)
                && follow
                    .last_seen
                    .is_missing_again(&request, follow.clock.passed())
            {
                return absent.rotated(roll.live(), oldest);
            }
        }
        if !follow.is_overdue(response) {
            return absent.waiting(perhaps);
        }
        let console = self.console().await;
        // While no service console is there, the request waits for one, however old it is. It was
        // never seen, so this is not remembered: a task that appears all the same is seen for what
        // it is.
        if age >= LIFE
            && console == Some(true)
            && follow
                .last_seen
                .is_missing_again(&request, follow.clock.passed())
        {
            return absent.expired();
        }
        absent.stalled(console, perhaps)
    }

    /// Whether a service console is connected; nothing when KSC does not say.
    async fn console(&mut self) -> Option<bool> {
        if let Memo::Once(answer) = self.console {
            return answer;
        }
        let answer = match self.follow.pool.lease().await {
            Ok(mut lease) => {
                let asked = lease.call(&IsAnyServiceConsoleAvailable, self.request_id);
                asked.await.ok()
            }
            Err(_) => None,
        };
        self.console = Memo::Once(answer);
        answer
    }

    /// The response tasks that KSC holds now; nothing when they cannot be counted.
    async fn count(&mut self, now: OffsetDateTime) -> Option<Arc<Roll>> {
        if let Memo::Once(roll) = &self.count {
            return roll.clone();
        }
        // An older count may still hold the very task that is missing.
        let roll = self.follow.census.roll_since(now, self.request_id).await;
        let roll = roll.ok();
        self.count = Memo::Once(roll.clone());
        roll
    }

    /// The incident that the oldest task came of, where its name shows it: the number in it is that
    /// of an incident which asked for just such a task, before it was made.
    async fn oldest(&mut self, roll: &Roll) -> Option<i64> {
        if let Memo::Once(oldest) = self.oldest {
            return oldest;
        }
        let oldest = self.came_of(roll).await;
        self.oldest = Memo::Once(oldest);
        oldest
    }

    async fn came_of(&self, roll: &Roll) -> Option<i64> {
        let task = roll.tasks.first()?;
        let number = correlate::number_of(task)?;
        let mut lease = self.follow.pool.lease().await.ok()?;
        let read = ResponseRequest::read_light;
        let kept = response::kept(&mut lease, number, read, self.request_id);
        let StoredIncident::Request(response) = kept.await.ok()? else {
            return None;
        };
        let area = &response.body.response_event_incident_area;
        let named = correlate::is_named(&task.name, area, response.body.task);
        let now = self.follow.clock.now();
        let sights = &self.follow.sights;
        let sight = sights.look(&mut lease, task, None, now, self.request_id);
        let sight = sight.await.ok()??;
        let own = sight.row_of(&response.host_id);
        let same_host = !matches!(own, OwnRow::Missing);
        let fits = named && same_host && correlate::may_follow(response.added, task);
        fits.then_some(number)
    }
}
