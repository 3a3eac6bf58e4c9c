//! Lists of tasks, over all back ends that are wanted.
//!
//! Each back end keeps the order of its own tasks, by numbers that it gives out. Between two back
//! ends only the times at which tasks were requested can be compared: which of two of them comes
//! first decides how a page looks, and never what is on it or on a later one, because a cursor says
//! for each back end how far the list has come there.

use std::sync::Arc;

use super::front::Follow;
use crate::authority::{Permit, Read};
use crate::backends::seam::{Backend as _, ListPlace, TaskCursor, TaskFilter, TaskPage};
use crate::backends::{AnyBackend, Question, is_away, on_backend};
use crate::carry;
use crate::problem::Problem;
use crate::request_id::RequestId;
use crate::telemetry::place;
use vocabulary::backend::UnavailableBackend;
use vocabulary::code::Code;
use vocabulary::report::{Task, TaskList};
use vocabulary::task_id::{Alias, TaskId};

impl Follow {
    /// One page of the tasks that are wanted: at most `limit`, from the cursor on.
    ///
    /// # Errors
    /// 422 for a back end that there is not, 404 and 409 for the host, or what went wrong, when no
    /// back end has answered.
    pub async fn list(
        &self,
        permit: &Permit<Read>,
        filter: TaskFilter,
        limit: usize,
        from: TaskCursor,
        request_id: &RequestId,
    ) -> Result<TaskList, Problem> {
        let backends = &self.backends;
        let chosen = backends.chosen(&filter.backends, permit.reach(), "?backend")?;
        let wanted = self.of_case(&filter).await?;
        let these = asked(&chosen, &wanted, &from);
        let unknown = unknown(&chosen, &from);
        if these.is_empty()
            && let Some(missing) = unknown.first()
        {
            // All else was listed.
            return Err(Problem::new(Code::BackendUnknown, &missing.detail).with_retry_after(5));
        }
        let rest = !unknown.is_empty();
        let mut list = match these.as_slice() {
            [] => merged(Vec::new(), limit, from, &filter, rest),
            [one] => {
                let page = self.page(one, wanted, limit, &from, request_id);
                let page = page.await.map_err(|it| it.of(one.alias()))?;
                merged(
                    vec![(one.alias().clone(), page)],
                    limit,
                    from,
                    &filter,
                    rest,
                )
            }
            several => {
                self.of_several(several, (&filter, &wanted), limit, (from, rest), request_id)
                    .await?
            }
        };
        self.show_askers(&mut list.tasks, &filter).await?;
        list.unavailable.extend(unknown);
        list.unavailable.sort_by(|a, b| a.backend.cmp(&b.backend));
        Ok(list)
    }

    async fn of_several(
        &self,
        these: &[AnyBackend],
        (filter, wanted): (&TaskFilter, &TaskFilter),
        limit: usize,
        (from, rest): (TaskCursor, bool),
        request_id: &RequestId,
    ) -> Result<TaskList, Problem> {
        let question = |one: AnyBackend| {
            let below = below(&from, one.alias());
            let (wanted, id) = (wanted.clone(), request_id.clone());
            async move {
                on_backend!(&one, it => {
                    it.page(&wanted, limit, below.as_ref(), id.as_str()).await
                })
            }
        };
        let patience = self.request_timeout;
        let asked = (Question::Show, patience, request_id.as_str());
        let answers = self.backends.ask(asked, these, &[], question, |_, _| false);
        let mut pages = Vec::new();
        let mut refused: Vec<(Alias, Problem)> = Vec::new();
        for (one, answer) in these.iter().zip(answers.await) {
            match answer {
                Some(Ok(page)) => pages.push((one.alias().clone(), page)),
                Some(Err(problem)) => refused.push((one.alias().clone(), problem)),
                None => {}
            }
        }
        // A host that one of them does not know has no tasks there.
        let is_unknown = |it: &Problem| it.code() == Code::HostNotFound;
        if let Some((_, problem)) = refused
            .iter()
            .find(|(_, it)| !is_away(it) && !is_unknown(it))
        {
            return Err(problem.clone());
        }
        if pages.is_empty()
            && let Some((_, problem)) = refused
                .iter()
                .find(|(_, it)| is_away(it))
                .or(refused.first())
        {
            return Err(problem.clone());
        }
        let away = refused.iter().filter(|(_, it)| is_away(it));
        let unavailable: Vec<UnavailableBackend> =
            away.map(|(alias, it)| it.unavailable(alias)).collect();
        let nothing_there = refused.iter().filter(|(_, it)| is_unknown(it));
        pages.extend(nothing_there.map(|(alias, _)| (alias.clone(), TaskPage::default())));
        // What they have comes with a later page.
        let rest = rest || !unavailable.is_empty();
        let mut list = merged(pages, limit, from, filter, rest);
        list.unavailable.extend(unavailable);
        Ok(list)
    }

    /// A page of one back end, which may take all the time that a caller waits.
    async fn page(
        &self,
        one: &AnyBackend,
        filter: TaskFilter,
        limit: usize,
        from: &TaskCursor,
        request_id: &RequestId,
    ) -> Result<TaskPage, Problem> {
        let below = below(from, one.alias());
        let (words, patience) = (one.words(), self.request_timeout);
        let id = request_id.clone();
        let page = on_backend!(one, it => {
            let backend = Arc::clone(it);
            let work = async move {
                // Nobody waits for a page for longer than this.
                let page = backend.page(&filter, limit, below.as_ref(), id.as_str());
                let page = tokio::time::timeout(patience, page).await;
                page.unwrap_or_else(|_| Err(words.late()))
            };
            // At the end the server waits for those who still want it.
            let work = place::at(one.alias(), work);
            self.carrier.apart(carry::held(work)).done().await
        });
        page.unwrap_or_else(|it| Err(words.unfinished(it, request_id.as_str())))
    }
}

/// Those that have anything to say: not those of which everything is listed, nor those of which
/// none of the ids is.
fn asked(chosen: &[AnyBackend], filter: &TaskFilter, from: &TaskCursor) -> Vec<AnyBackend> {
    let open = |it: &&AnyBackend| from.at(it.alias()) != Some(&ListPlace::Over);
    let named = |it: &&AnyBackend| match &filter.ids {
        Some(ids) => ids.iter().any(|id| id.backend() == it.alias().as_str()),
        None => true,
    };
    chosen.iter().filter(open).filter(named).cloned().collect()
}

/// Those of which the list has shown some tasks and not all, and that there are not: a replica with
/// other settings has begun it.
fn unknown(chosen: &[AnyBackend], from: &TaskCursor) -> Vec<UnavailableBackend> {
    let there = |alias: &Alias| chosen.iter().any(|it| it.alias() == alias);
    let unknown = from.open().filter(|it| !there(it));
    unknown
        .map(|alias| {
            let detail = format!(
                "The list began with tasks of the back end {alias}, which this replica does not know."
            );
            Problem::new(Code::BackendUnknown, detail).unavailable(alias)
        })
        .collect()
}

fn below(from: &TaskCursor, alias: &Alias) -> Option<TaskId> {
    match from.at(alias) {
        Some(ListPlace::Below(task)) => Some(task.clone()),
        Some(ListPlace::Over) | None => None,
    }
}

/// One page out of those of several back ends, and how far the list has come then. `rest` says that
/// there is more at others.
fn merged(
    pages: Vec<(Alias, TaskPage)>,
    limit: usize,
    mut far: TaskCursor,
    filter: &TaskFilter,
    rest: bool,
) -> TaskList {
    let mut open: Vec<Opened> = pages.into_iter().map(Opened::from).collect();
    let mut tasks: Vec<Task> = Vec::new();
    // Behind the end of a page that is not the last one there may be a newer task than all others.
    while tasks.len() < limit && !open.iter().any(Opened::hides_more) {
        // The first of those that are as new.
        let newest = open
            .iter_mut()
            .reduce(|a, b| if b.newest() > a.newest() { b } else { a });
        let Some(task) = newest.and_then(Opened::take) else {
            break;
        };
        tasks.push(task);
    }
    let mut more = rest;
    for it in open {
        let Some((alias, place)) = it.place() else {
            more = true;
            continue;
        };
        more |= place != ListPlace::Over;
        far.set(alias, place);
    }
    TaskList {
        unknown_ids: Vec::new(),
        tasks,
        next_cursor: more.then(|| far.write(filter)),
        unavailable: Vec::new(),
    }
}

/// The page of a back end, of which some tasks are taken.
struct Opened {
    alias: Alias,
    rest: std::vec::IntoIter<Task>,
    below: Option<TaskId>,
    last: Option<TaskId>,
}

impl From<(Alias, TaskPage)> for Opened {
    fn from((alias, page): (Alias, TaskPage)) -> Self {
        Self {
            alias,
            rest: page.tasks.into_iter(),
            below: page.below,
            last: None,
        }
    }
}

impl Opened {
    fn newest(&self) -> Option<time::OffsetDateTime> {
        self.rest.as_slice().first().map(|it| it.requested_at)
    }

    fn hides_more(&self) -> bool {
        self.rest.as_slice().is_empty() && self.below.is_some()
    }

    fn take(&mut self) -> Option<Task> {
        let task = self.rest.next()?;
        self.last = Some(task.id.clone());
        Some(task)
    }

    /// How far the list has come here; nothing where it has not moved.
    fn place(self) -> Option<(Alias, ListPlace)> {
        let place = if self.rest.as_slice().is_empty() {
            self.below.map_or(ListPlace::Over, ListPlace::Below)
        } else {
            ListPlace::Below(self.last?)
        };
        Some((self.alias, place))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// A task of this id, requested so many seconds into a minute.
    fn task(id: &str, second: u8) -> Task {
        let (backend, incident) = id.split_once('-').expect("an id");
        let incident: i64 = incident.parse().expect("a number");
        let task = json!({
            "id": id, "backend": backend, "task": "getFile",
            "targetHost": {"id": "h", "name": "h"}, "responseEventIncidentArea": "Kuma",
            "severity": 2, "requestedAt": format!("2026-01-02T03:04:{second:02}Z"),
            "state": "accepted", "terminal": false, "pollAfterSeconds": 5,
            "incident": {"id": incident, "handled": false}, "evidence": "", "warnings": []
        });
        serde_json::from_value(task).expect("a task")
    }

    /// The page of the back end of its tasks, and where it goes on if it does.
    fn page(alias: &str, tasks: &[(i64, u8)], below: Option<i64>) -> (Alias, TaskPage) {
        let id = |it: i64| format!("{alias}-{it}");
        let page = TaskPage {
            tasks: tasks.iter().map(|(it, at)| task(&id(*it), *at)).collect(),
            below: below.and_then(|it| TaskId::parse(&id(it))),
        };
        (Alias::parse(alias).expect("an alias"), page)
    }

    /// The ids of a merged page, and how far the list has come then.
    fn merge(pages: Vec<(Alias, TaskPage)>, limit: usize) -> (Vec<String>, Option<TaskCursor>) {
        let filter = TaskFilter::default();
        let list = merged(pages, limit, TaskCursor::default(), &filter, false);
        let ids = list.tasks.iter().map(|it| it.id.to_string()).collect();
        let cursor = list.next_cursor.as_deref();
        (ids, cursor.and_then(|it| TaskCursor::read(&filter, it)))
    }

    fn places(cursor: &TaskCursor, aliases: &[&str]) -> Vec<Option<String>> {
        let place = |alias: &&str| match cursor.at(&Alias::parse(alias)?)? {
            ListPlace::Below(id) => Some(id.to_string()),
            ListPlace::Over => Some("over".to_owned()),
        };
        aliases.iter().map(place).collect()
    }

    #[test]
    fn the_newest_come_first_and_each_back_end_keeps_its_own_order() {
        // An analyst has moved the time of the second one of `a`.
        let a = page("a", &[(3, 30), (2, 50), (1, 10)], None);
        let b = page("b", &[(9, 40), (8, 10)], None);

        let (ids, cursor) = merge(vec![a, b], 10);

        assert_eq!(ids, ["b-9", "a-3", "a-2", "a-1", "b-8"]);
        assert!(cursor.is_none(), "everything was listed");
    }

    #[test]
    fn a_full_page_goes_on_where_each_has_come_to() {
        let a = page("a", &[(3, 30), (2, 20)], Some(2));
        let b = page("b", &[(9, 10)], None);
        let c = page("c", &[], None);

        let (ids, cursor) = merge(vec![a, b, c], 1);

        assert_eq!(ids, ["a-3"]);
        let cursor = cursor.expect("there is more");
        assert_eq!(
            places(&cursor, &["a", "b", "c"]),
            [Some("a-3".to_owned()), None, Some("over".to_owned())]
        );
    }

    #[test]
    fn nothing_is_shown_before_what_may_be_newer_and_is_not_read_yet() {
        // Of `a` there are more behind its page, which may be newer than all of `b`.
        let a = page("a", &[(3, 30)], Some(1));
        let b = page("b", &[(9, 40), (8, 10)], None);
        let (ids, cursor) = merge(vec![a, b], 10);
        assert_eq!(ids, ["b-9", "a-3"]);
        assert_eq!(
            places(&cursor.expect("there is more"), &["a", "b"]),
            [Some("a-1".to_owned()), Some("b-9".to_owned())]
        );

        // A page without any that fits goes on all the same.
        let a = page("a", &[], Some(1));
        let b = page("b", &[(9, 40)], None);
        let (ids, cursor) = merge(vec![a, b], 10);
        assert!(ids.is_empty(), "{ids:?}");
        assert_eq!(
            places(&cursor.expect("there is more"), &["a", "b"]),
            [Some("a-1".to_owned()), None]
        );
    }
}
