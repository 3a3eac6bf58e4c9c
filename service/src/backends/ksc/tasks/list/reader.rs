//! What is read for one page, once for all of its rows.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::Arc;
use std::time::Duration;

use ksc::Lease;

use super::super::census::Roll;
use super::super::confirmation;
use super::super::correlate::{self, Match, Proof, Rivals, SeenTask};
use super::super::front::TaskReader;
use super::super::keys::TaskKey;
use super::super::response::{RequestKind, ResponseRequest};
use super::super::sights::Sight;
use super::super::surroundings::Surroundings;
use super::super::view::View;
use vocabulary::host::HostSummary;
use vocabulary::report::Task;

/// As many hosts are asked for their tasks one by one; for more of them, the census is cheaper.
const FEW_HOSTS: usize = 8;

/// How old that census may be. A task that it does not show is only not seen yet.
const CENSUS_AGE: Duration = Duration::from_secs(5);

/// One page's reading.
pub(super) struct PageReader<'a> {
    follow: &'a TaskReader,
    request_id: &'a str,
    /// How KSC tasks stand; nothing for those that are gone.
    sights: HashMap<TaskKey, Option<Arc<Sight>>>,
    hosts: HashMap<String, HostSummary>,
    surroundings: Surroundings<'a>,
}

impl<'a> PageReader<'a> {
    pub(super) fn new(follow: &'a TaskReader, request_id: &'a str) -> Self {
        Self {
            follow,
            request_id,
            sights: HashMap::new(),
            hosts: HashMap::new(),
            surroundings: Surroundings::new(follow, request_id),
        }
    }

    /// The tasks of these requests, in their order.
    pub(super) async fn read(
        &mut self,
        responses: Vec<ResponseRequest>,
    ) -> Result<Vec<Task>, ksc::Error> {
        self.surroundings.renew();
        let open: Vec<&ResponseRequest> = responses
            .iter()
            .filter(|it| self.end_of(it).is_none())
            .collect();
        let roll = self.roll(&open).await;
        let mut lease = self.follow.pool.lease().await?;
        self.name_hosts(&mut lease, &responses).await?;
        let seen = self.tasks_of(&mut lease, &open, roll.as_deref()).await?;
        let found = self.correlate(&mut lease, &open, &seen).await?;
        let mut views = HashMap::new();
        for (response, found) in open.iter().zip(found) {
            let view = self.judge(&mut lease, response, found).await?;
            views.extend(view.map(|it| (response.incident, it)));
        }
        // Given back first: whoever counts needs a session too.
        drop(lease);

        let mut tasks = Vec::new();
        for response in responses {
            let incident = response.incident;
            let view = match views.remove(&incident).or_else(|| self.end_of(&response)) {
                Some(view) => view,
                None => self.surroundings.explain(&response).await,
            };
            let host = self.hosts[response.host_id.as_str()].clone();
            let follow = self.follow;
            let said = follow.confirmations.remembered(&response, &view);
            let mut task = follow.assemble(&response, host, view);
            confirmation::show(&mut task, said);
            tasks.push(task);
        }
        Ok(tasks)
    }

    /// The end of a task that this replica has seen: it stays, and KSC is not asked.
    fn end_of(&self, response: &ResponseRequest) -> Option<View> {
        self.follow.last_seen.end_of(&response.identity())
    }

    async fn name_hosts(
        &mut self,
        lease: &mut Lease,
        responses: &[ResponseRequest],
    ) -> Result<(), ksc::Error> {
        let ids: Vec<&str> = responses.iter().map(|it| it.host_id.as_str()).collect();
        let hosts = &self.follow.hosts;
        let shown = hosts.summaries(lease, &ids, self.request_id).await?;
        self.hosts.extend(shown);
        Ok(())
    }

    /// The census, when there are so many hosts that it is the cheaper way. It is asked for before
    /// this page takes a session: it needs one too.
    async fn roll(&self, open: &[&ResponseRequest]) -> Option<Arc<Roll>> {
        if host_ids(open).len() <= FEW_HOSTS {
            return None;
        }
        let census = &self.follow.census;
        let now = self.follow.clock.now();
        let roll = census.roll(CENSUS_AGE, self.request_id).await.ok()?;
        // A task that is not in the census yet would leave its rivals with the wrong ones.
        let told = |it: &&ResponseRequest| {
            let known = self.follow.met_task(it).is_some();
            known || !roll.tasks.iter().any(|task| is_like(task, it))
        };
        if roll.taken >= now || open.iter().all(told) {
            return Some(roll);
        }
        census.roll_since(now, self.request_id).await.ok()
    }

    /// The tasks of each host that could have come of these requests, by its id in lower case.
    async fn tasks_of(
        &mut self,
        lease: &mut Lease,
        open: &[&ResponseRequest],
        roll: Option<&Roll>,
    ) -> Result<HashMap<String, Vec<SeenTask>>, ksc::Error> {
        let mut unplaced: Vec<&SeenTask> = Vec::new();
        let mut tasks: HashMap<String, Vec<SeenTask>> = HashMap::new();
        for task in roll.iter().flat_map(|it| &it.tasks) {
            if !open.iter().any(|it| is_like(task, it)) {
                continue;
            }
            // The census does not say whose the tasks are: their status does.
            let Some(sight) = self.sight(lease, task, None).await? else {
                continue;
            };
            if sight.rows.is_empty() {
                unplaced.push(task);
            }
            for row in &sight.rows {
                let of_host = tasks.entry(row.host_id.to_lowercase()).or_default();
                of_host.push(task.clone());
            }
        }
        // Without a census the hosts themselves are asked; and with one those that may have a task
        // of which no device has a record yet.
        for (id, as_written) in host_ids(open) {
            let of_host = |it: &&&ResponseRequest| it.host_id.eq_ignore_ascii_case(&id);
            let mut own = open.iter().filter(of_host);
            let hidden = own.any(|it| unplaced.iter().any(|task| is_like(task, it)));
            if roll.is_none() || hidden {
                let follow = self.follow;
                let asked = follow.tasks_of_host(lease, &as_written, self.request_id);
                tasks.insert(id, asked.await?);
            }
        }
        Ok(tasks)
    }

    /// Which task came of which request.
    async fn correlate(
        &self,
        lease: &mut Lease,
        open: &[&ResponseRequest],
        tasks: &HashMap<String, Vec<SeenTask>>,
    ) -> Result<Vec<Match>, ksc::Error> {
        let like: Vec<Vec<SeenTask>> = open
            .iter()
            .map(|it| {
                let of_host = tasks.get(&it.host_id.to_lowercase());
                let of_host = of_host.map(Vec::as_slice).unwrap_or_default();
                of_host
                    .iter()
                    .filter(|task| is_like(task, it))
                    .cloned()
                    .collect()
            })
            .collect();
        // It is asked who else could have made the tasks, of those whose task is not known.
        let unsettled: Vec<(&ResponseRequest, &[SeenTask])> = open
            .iter()
            .zip(&like)
            .filter(|(it, seen)| !seen.is_empty() && self.follow.met_task(it).is_none())
            .map(|(it, seen)| (*it, seen.as_slice()))
            .collect();
        let crowds = self.follow.crowds(lease, &unsettled, self.request_id);
        let mut asked = crowds.await?;
        let mut rivals: HashMap<RequestKind, Rivals> = HashMap::new();
        for (response, seen) in &unsettled {
            if let Entry::Vacant(it) = rivals.entry(response.kind()) {
                let of_kind = asked.remove(it.key());
                let known = self.follow.rivals(it.key(), of_kind.as_ref(), seen);
                it.insert(known);
            }
        }
        let found = open.iter().zip(like).map(|(it, seen)| {
            match (self.follow.met_task(it), rivals.get(&it.kind())) {
                // Only the task itself can say that it is gone; no other task is this request's.
                (Some((task, proof)), _) => Match::One(task, proof),
                (None, Some(rivals)) => correlate::among(it.asked(), rivals, seen),
                (None, None) => Match::None,
            }
        });
        Ok(found.collect())
    }

    /// From the task that was found to the state; nothing when there is none.
    async fn judge(
        &mut self,
        lease: &mut Lease,
        response: &ResponseRequest,
        found: Match,
    ) -> Result<Option<View>, ksc::Error> {
        let incident = response.incident;
        match found {
            Match::None => Ok(None),
            Match::Many(tasks) => Ok(Some(View::ambiguous(incident, tasks))),
            Match::Unclear(tasks) => Ok(Some(View::unclear(incident, tasks))),
            Match::One(task, proof) => self.view(lease, response, task, proof).await,
        }
    }

    async fn view(
        &mut self,
        lease: &mut Lease,
        response: &ResponseRequest,
        task: SeenTask,
        proof: Proof,
    ) -> Result<Option<View>, ksc::Error> {
        let host_id = Some(response.host_id.as_str());
        let sight = self.sight(lease, &task, host_id).await?;
        Ok(sight.and_then(|it| self.follow.seen(response, task, proof, &it)))
    }

    async fn sight(
        &mut self,
        lease: &mut Lease,
        task: &SeenTask,
        host_id: Option<&str>,
    ) -> Result<Option<Arc<Sight>>, ksc::Error> {
        let key = TaskKey::from(task);
        if let Some(sight) = self.sights.get(&key) {
            return Ok(sight.clone());
        }
        let now = self.follow.clock.now();
        let sights = &self.follow.sights;
        let look = sights.look(lease, task, host_id, now, self.request_id);
        let sight = look.await?;
        self.sights.insert(key, sight.clone());
        Ok(sight)
    }
}

/// The hosts of these requests: their ids in lower case, and as they are written.
fn host_ids(open: &[&ResponseRequest]) -> HashMap<String, String> {
    let ids = open
        .iter()
        .map(|it| (it.host_id.to_lowercase(), it.host_id.clone()));
    ids.collect()
}

fn is_like(task: &SeenTask, response: &ResponseRequest) -> bool {
    let area = &response.body.response_event_incident_area;
    correlate::is_named(&task.name, area, response.body.task)
}
