//! Many tasks at once, the newest first.
//!
//! A page costs KSC a bounded number of calls and not one for each row: its incidents are one
//! search, its hosts are asked for together, and where many hosts are on a page their KSC tasks
//! come from the shared census. How a KSC task stands is asked once a page, and only while it is
//! open: there can be as many of those as KSC keeps response tasks, however long the list is.
//!
//! Incidents are numbered in the order in which KSC stored them, so a page ends at a number, and
//! the next page begins below it: tasks that are added meanwhile move nothing.

mod reader;

use ksc::{Filter, Lease, SafeText};

use super::front::TaskReader;
use super::response::ResponseRequest;
use crate::backends::ksc::fault;
use crate::backends::ksc::hosts;
use crate::backends::ksc::task_id::TaskIds;
use crate::backends::seam::{TaskFilter, TaskPage};
use crate::problem::Problem;
use reader::PageReader;
use vocabulary::code::Code;
use vocabulary::host_id::HostId;
use vocabulary::task_id::TaskId;

/// Rows that are read from KSC at a time: at least so many, since any of them may be no request for
/// a response task or not one that is wanted; and all of them where that is likely.
const FEW: usize = 50;
const CHUNK: usize = 200;

/// Most rows that are read for one page: a filter that hardly anything passes must not walk through
/// years of incidents. The page then is short, and its cursor goes on.
const MOST_ROWS: usize = 1000;

/// Whether every row that KSC finds is one that is wanted, as far as KSC can tell.
fn is_told_by_ksc(filter: &TaskFilter) -> bool {
    filter.tasks.is_empty() && filter.states.is_empty()
}

/// Whether a request is one that is wanted, whatever KSC made of the filter.
fn fits(own: &TaskIds, filter: &TaskFilter, it: &ResponseRequest, host_id: Option<&str>) -> bool {
    (filter.tasks.is_empty() || filter.tasks.contains(&it.body.task))
        && filter
            .ids
            .as_ref()
            .is_none_or(|ids| ids.contains(&own.encode(it.incident)))
        && filter.since.is_none_or(|since| it.added >= since)
        && filter.until.is_none_or(|until| it.added < until)
        && host_id.is_none_or(|id| it.host_id.eq_ignore_ascii_case(id))
}

impl TaskReader {
    /// One page of the tasks that are wanted: at most `limit`, below this incident.
    ///
    /// # Errors
    /// 404 and 409 for the host, or what went wrong with KSC.
    pub async fn page(
        &self,
        wanted: &TaskFilter,
        limit: usize,
        below: Option<i64>,
        request_id: &str,
    ) -> Result<TaskPage, Problem> {
        // Deliveries need sessions too.
        let _permit = self.lists.acquire().await;
        self.read_page(wanted, limit, below, request_id).await
    }

    async fn read_page(
        &self,
        wanted: &TaskFilter,
        limit: usize,
        mut below: Option<i64>,
        request_id: &str,
    ) -> Result<TaskPage, Problem> {
        let failed = |it: ksc::Error| fault::problem(&it, request_id);
        let host_id = self.host_of(wanted, request_id).await?;
        let mut reader = PageReader::new(self, request_id);
        let mut page = TaskPage::default();
        let mut read = 0;
        loop {
            let room = limit - page.tasks.len();
            let many = if is_told_by_ksc(wanted) {
                room.max(FEW)
            } else {
                CHUNK
            };
            let named = wanted
                .ids
                .as_deref()
                .map(|it| NamedIncidents::of(&self.ids, it, below));
            let filter = filter(wanted, named.as_ref(), host_id.as_deref(), below);
            let mut lease = self.pool.lease().await.map_err(failed)?;
            let found = lease
                .select_incidents(filter, many, request_id, |it| {
                    Some((it.id, ResponseRequest::read_light(it)))
                })
                .await
                .map_err(failed)?;
            drop(lease);
            let last = found.rows.last().map(|it| it.0);
            let more = found.total > found.rows.len();
            // Those that are not there were read too.
            let absent = named.as_ref().filter(|_| !more);
            let absent = absent.map_or(0, |it| it.numbers.len());
            read += found.rows.len().max(absent);
            if more && found.rows.is_empty() && wanted.ids.is_none() {
                // A part must not pass for the whole.
                return Err(Problem::new(
                    Code::KscProtocol,
                    "KSC announces incidents and hands none of them out.",
                ));
            }
            let matches = |it: &ResponseRequest| fits(&self.ids, wanted, it, host_id.as_deref());
            let responses = found.rows.into_iter().filter_map(|it| it.1);
            let mut responses: Vec<ResponseRequest> = responses.filter(matches).collect();
            // What is not shown on this page is not asked for.
            if wanted.states.is_empty() && responses.len() > room {
                responses.truncate(room);
                let shown = responses.last().map(|it| it.incident);
                page.below = shown.map(|it| self.ids.encode(it));
            }
            let tasks = reader.read(responses).await.map_err(failed)?;
            let tasks = tasks
                .into_iter()
                .filter(|it| wanted.states.is_empty() || wanted.states.contains(&it.state));
            for task in tasks {
                if page.tasks.len() == limit {
                    // This one comes first on the next page.
                    page.below = page.tasks.last().map(|it| it.id.clone());
                    return Ok(page);
                }
                page.tasks.push(task);
            }
            if page.below.is_some() {
                return Ok(page);
            }
            // Behind the last of those that were named there may be others that are.
            let rest = named.and_then(|it| it.rest);
            let Some(last) = last.filter(|_| more).or(rest) else {
                return Ok(page);
            };
            below = Some(last);
            if page.tasks.len() == limit || read >= MOST_ROWS {
                page.below = Some(self.ids.encode(last));
                return Ok(page);
            }
        }
    }

    /// KSC's id of the host whose tasks are wanted. An id is taken as it is: a host that is gone
    /// has left its tasks behind.
    async fn host_of(
        &self,
        wanted: &TaskFilter,
        request_id: &str,
    ) -> Result<Option<String>, Problem> {
        let Some(name) = &wanted.host else {
            return Ok(None);
        };
        if HostId::is_guid(name.as_str()) {
            return Ok(Some(name.as_str().to_owned()));
        }
        if let Some(host) = self.hosts.recent(name) {
            return Ok(Some(host.id));
        }
        let failed = |it: ksc::Error| fault::problem(&it, request_id);
        let mut lease: Lease = self.pool.lease().await.map_err(failed)?;
        let host = self.hosts.resolve(&mut lease, name, request_id).await?;
        Ok(Some(host.id))
    }
}

/// Incidents that are asked for by their numbers: so many as KSC is asked for at a time.
struct NamedIncidents {
    numbers: Vec<i64>,
    /// The last of them, when more are named that are below it.
    rest: Option<i64>,
}

impl NamedIncidents {
    /// The latest of these ids, below this number. An id that can be no incident's is no mistake: it
    /// may be one of another gateway, and there is no such task here.
    fn of(own: &TaskIds, ids: &[TaskId], below: Option<i64>) -> Self {
        let numbers = ids.iter().filter_map(|it| own.decode(it));
        let mut numbers: Vec<i64> = numbers
            .filter(|it| below.is_none_or(|below| *it < below))
            .collect();
        numbers.sort_unstable_by(|a, b| b.cmp(a));
        numbers.dedup();
        let more = numbers.len() > CHUNK;
        numbers.truncate(CHUNK);
        Self {
            rest: numbers.last().copied().filter(|_| more),
            numbers,
        }
    }

    fn filter(&self) -> Option<Filter> {
        const NOBODYS: i64 = 0;
        let numbers = match self.numbers.as_slice() {
            [] => &[NOBODYS],
            some => some,
        };
        let numbers = numbers.iter();
        Filter::any(
            numbers
                .map(|it| Filter::number("KLINCDT_ID", *it))
                .collect(),
        )
    }
}

/// What KSC is asked for.
fn filter(
    wanted: &TaskFilter,
    named: Option<&NamedIncidents>,
    host_id: Option<&str>,
    below: Option<i64>,
) -> Filter {
    let mut conditions = Vec::new();
    let host_id = host_id.and_then(|it| SafeText::parse(it).ok());
    conditions.extend(host_id.map(|it| hosts::with_id(&it)));
    // KSC compares whole seconds: a little more is asked for, and what comes is compared again.
    let second = time::Duration::SECOND;
    let since = wanted.since.map(|it| it.saturating_sub(second));
    conditions.extend(since.map(|it| Filter::after("KLINCDT_ADDED", it)));
    let until = wanted.until.map(|it| it.saturating_add(second));
    conditions.extend(until.map(|it| Filter::before("KLINCDT_ADDED", it)));
    conditions.extend(named.and_then(NamedIncidents::filter));
    conditions.extend(below.map(|it| Filter::below("KLINCDT_ID", it)));
    // KSC has no filter for everything, and this one passes all there are.
    Filter::all(conditions).unwrap_or_else(|| Filter::below("KLINCDT_ID", i64::from(i32::MAX)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use vocabulary::task_id::Alias;

    #[test]
    fn many_that_are_named_are_asked_for_in_parts_the_latest_first() {
        let own = TaskIds::of(Alias::parse("ksc").expect("an alias"));
        let mut ids: Vec<TaskId> = (1..=450).map(|it| own.encode(it)).collect();
        ids.extend(["other-900", "ksc-x"].map(|it| TaskId::parse(it).expect("an id")));

        let mut parts = Vec::new();
        let mut below = None;
        loop {
            let part = NamedIncidents::of(&own, &ids, below);
            parts.push((part.numbers.len(), part.numbers[0]));
            let Some(last) = part.rest else { break };
            below = Some(last);
        }

        assert_eq!(parts, [(200, 450), (200, 250), (50, 50)]);
        let none = NamedIncidents::of(&own, &ids[450..], None);
        assert!(none.numbers.is_empty() && none.rest.is_none());
        assert!(none.filter().is_some(), "nobody's is asked for");
    }
}
