//! What is read for one page, once for all of its rows.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

use ksc::Lease;
use time::OffsetDateTime;

use super::super::census::Roll;
use super::super::confirmation;
use super::super::correlate::{self, Match, Proof, SeenTask};
use super::super::front::TaskReader;
use super::super::keys::{RequestKey, TaskKey};
use super::super::response::{RequestKind, ResponseRequest};
use super::super::sights::Sight;
use super::super::surroundings::Surroundings;
use super::super::view::View;
use super::super::weigh::Unweighed;
use super::super::weighings::TasksMark;
use vocabulary::host::HostSummary;
use vocabulary::report::Task;
use vocabulary::task::TaskType;

/// As many hosts are asked for their tasks one by one; for more of them, the census is cheaper.
const FEW_HOSTS: usize = 8;

/// How old that census may be. A task that it does not show is only not seen yet.
const CENSUS_AGE: Duration = Duration::from_secs(5);

/// How old it may be where what it shows was weighed already.
const BREATH: Duration = Duration::from_secs(1);

/// One page's reading.
pub(super) struct PageReader<'a> {
    follow: &'a TaskReader,
    request_id: &'a str,
    /// How KSC tasks stand; nothing for those that are gone.
    sights: HashMap<TaskKey, Option<Arc<Sight>>>,
    hosts: HashMap<String, HostSummary>,
    surroundings: Surroundings<'a>,
    /// When this part of the page was begun.
    began: OffsetDateTime,
}

impl<'a> PageReader<'a> {
    pub(super) fn new(follow: &'a TaskReader, request_id: &'a str) -> Self {
        Self {
            follow,
            request_id,
            sights: HashMap::new(),
            hosts: HashMap::new(),
            surroundings: Surroundings::new(follow, request_id),
            began: follow.clock.now(),
        }
    }

    /// The tasks of these requests, in their order.
    pub(super) async fn read(
        &mut self,
        responses: Vec<ResponseRequest>,
    ) -> Result<Vec<Task>, ksc::Error> {
        self.surroundings.renew();
        self.began = self.follow.clock.now();
        let mut ends: Vec<Option<View>> = Vec::with_capacity(responses.len());
        let mut open = Vec::new();
        for response in &responses {
            let kind = response.kind();
            let identity = kind.identity(response.asked());
            // The end of a task that this replica has seen stays, and KSC is not asked.
            let end = self.follow.last_seen.end_of(&identity);
            if end.is_none() {
                open.push(OpenRow {
                    response,
                    kind,
                    identity,
                });
            }
            ends.push(end);
        }
        let roll = self.roll(&open).await;
        let mut lease = self.follow.pool.lease().await?;
        self.name_hosts(&mut lease, &responses).await?;
        let mut tasks = self.tasks_of(&mut lease, &open, roll.as_deref()).await?;
        let mut like = LikeTasks::of(self.follow, &open, &tasks);
        let stale = self.stale(roll.as_deref(), &open, &like);
        if stale.len() > FEW_HOSTS {
            // Given back meanwhile: whoever counts needs a session too.
            drop(lease);
            let census = &self.follow.census;
            let now = self.follow.clock.now();
            let newer = census.roll_since(now, self.request_id).await.ok();
            lease = self.follow.pool.lease().await?;
            tasks = self.tasks_of(&mut lease, &open, newer.as_deref()).await?;
            like = LikeTasks::of(self.follow, &open, &tasks);
        } else if !stale.is_empty() {
            for (id, as_written) in stale {
                let follow = self.follow;
                let asked = follow.tasks_of_host(&mut lease, &as_written, self.request_id);
                tasks.insert(id, asked.await?);
            }
            like = LikeTasks::of(self.follow, &open, &tasks);
        }
        let found = self.correlate(&mut lease, &open, &like).await?;
        let mut views = Vec::with_capacity(open.len());
        for (row, found) in open.iter().zip(found) {
            views.push(self.judge(&mut lease, row.response, found).await?);
        }
        let mut views = views.into_iter();
        // Given back first: whoever counts needs a session too.
        drop(lease);

        let mut tasks = Vec::with_capacity(responses.len());
        for (response, end) in responses.iter().zip(ends) {
            let view = match end.or_else(|| views.next().flatten()) {
                Some(view) => view,
                None => self.surroundings.explain(response).await,
            };
            let host = self.hosts[response.host_id.as_str()].clone();
            let follow = self.follow;
            let said = follow.confirmations.remembered(response, &view);
            let mut task = follow.assemble(response, host, view);
            confirmation::show(&mut task, said);
            tasks.push(task);
        }
        Ok(tasks)
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
    async fn roll(&self, open: &[OpenRow<'_>]) -> Option<Arc<Roll>> {
        if host_ids(open).len() <= FEW_HOSTS {
            return None;
        }
        let census = &self.follow.census;
        census.roll(CENSUS_AGE, self.request_id).await.ok()
    }

    /// The hosts of requests with a task in a census that was begun before this page: one that is
    /// not in the census yet would leave its rivals with the wrong ones. What was weighed among
    /// just these tasks a breath ago is no older than what a watcher begins with.
    fn stale(
        &self,
        roll: Option<&Roll>,
        open: &[OpenRow<'_>],
        like: &LikeTasks,
    ) -> HashMap<String, String> {
        let Some(roll) = roll.filter(|it| it.taken < self.began) else {
            return HashMap::new();
        };
        let is_recent = roll.is_within(BREATH, self.began);
        let stale = open.iter().filter(|it| {
            let like = like.of_kind(&it.kind);
            let is_weighed = || self.follow.weighings.has(&it.identity, like.mark);
            !like.seen.is_empty()
                && self.follow.last_seen.met(&it.identity).is_none()
                && !(is_recent && is_weighed())
        });
        host_ids(stale)
    }

    /// The tasks of each host that could have come of these requests, by its id in lower case.
    async fn tasks_of(
        &mut self,
        lease: &mut Lease,
        open: &[OpenRow<'_>],
        roll: Option<&Roll>,
    ) -> Result<HashMap<String, Vec<SeenTask>>, ksc::Error> {
        let names = Names::of(open);
        let mut unplaced: Vec<&SeenTask> = Vec::new();
        let mut tasks: HashMap<String, Vec<SeenTask>> = HashMap::new();
        for task in roll.iter().flat_map(|it| &it.tasks) {
            if !names.fit(task) {
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
            let mut own = open.iter().filter(|it| it.kind.host_id == id);
            let hidden = !unplaced.is_empty()
                && own.any(|it| unplaced.iter().any(|task| is_like(task, &it.kind)));
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
        open: &[OpenRow<'_>],
        like: &LikeTasks,
    ) -> Result<Vec<Match>, ksc::Error> {
        let mut found: Vec<Option<Match>> = open
            .iter()
            .map(|it| {
                // Only the task itself can say that it is gone; no other task is this request's.
                let (task, proof) = self.follow.last_seen.met(&it.identity)?;
                Some(Match::One(task, proof))
            })
            .collect();
        // It is asked who else could have made the tasks, of those whose task is not known.
        let unmet: Vec<usize> = (0..open.len()).filter(|it| found[*it].is_none()).collect();
        let unsettled: Vec<Unweighed<'_>> = unmet
            .iter()
            .map(|at| {
                let it = &open[*at];
                let LikeOne { seen, mark } = like.of_kind(&it.kind);
                Unweighed {
                    response: it.response,
                    kind: &it.kind,
                    identity: &it.identity,
                    seen: Arc::clone(seen),
                    mark: *mark,
                }
            })
            .collect();
        let weighed = self.follow.weigh(lease, &unsettled, self.request_id);
        for (at, it) in unmet.into_iter().zip(weighed.await?) {
            found[at] = Some(it);
        }
        let found = found.into_iter();
        Ok(found.map(|it| it.unwrap_or(Match::None)).collect())
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

/// A request whose end this replica has not seen.
struct OpenRow<'a> {
    response: &'a ResponseRequest,
    kind: RequestKind,
    identity: RequestKey,
}

/// The hosts of these requests: their ids in lower case, and as they are written.
fn host_ids<'a>(open: impl IntoIterator<Item = &'a OpenRow<'a>>) -> HashMap<String, String> {
    let mut ids = HashMap::new();
    for it in open {
        if !ids.contains_key(&it.kind.host_id) {
            ids.insert(it.kind.host_id.clone(), it.response.host_id.clone());
        }
    }
    ids
}

fn is_like(task: &SeenTask, kind: &RequestKind) -> bool {
    correlate::is_named(&task.name, &kind.area, kind.task)
}

/// How the tasks of some requests are called: there are fewer of these than of requests.
struct Names<'a>(HashSet<(&'a str, TaskType)>);

impl<'a> Names<'a> {
    fn of(open: &'a [OpenRow<'_>]) -> Self {
        let names = open.iter().map(|it| (it.kind.area.as_str(), it.kind.task));
        Self(names.collect())
    }

    fn fit(&self, task: &SeenTask) -> bool {
        let mut names = self.0.iter();
        names.any(|(area, it)| correlate::is_named(&task.name, area, *it))
    }
}

/// The tasks that requests of each kind may have made, by their hosts and names.
struct LikeTasks(HashMap<RequestKind, LikeOne>);

/// The tasks that requests of one kind may have made, in their order, with their mark.
struct LikeOne {
    seen: Arc<[SeenTask]>,
    mark: TasksMark,
}

impl LikeTasks {
    /// Of these requests, among the tasks of each host by its id in lower case.
    fn of(
        follow: &TaskReader,
        open: &[OpenRow<'_>],
        tasks: &HashMap<String, Vec<SeenTask>>,
    ) -> Self {
        let mut like = HashMap::new();
        for OpenRow { kind, .. } in open {
            if like.contains_key(kind) {
                continue;
            }
            let of_host = tasks.get(&kind.host_id).into_iter().flatten();
            let mut seen: Vec<SeenTask> = of_host.filter(|it| is_like(it, kind)).cloned().collect();
            seen.sort_by(|a, b| a.age().cmp(&b.age()));
            let one = LikeOne {
                mark: follow.mark(&kind.host_id, &seen),
                seen: seen.into(),
            };
            like.insert(kind.clone(), one);
        }
        Self(like)
    }

    fn of_kind(&self, kind: &RequestKind) -> &LikeOne {
        self.0.get(kind).expect("it is of the kinds of this page")
    }
}
