//! Looking hosts up: one page of those that fit, and all that is said of one; and what there is to
//! ask.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use crate::authority::{Permit, Reach, SeeHosts};
use crate::backends::seam::{Backend as _, HostCursor, HostPage, HostSearch};
use crate::backends::{AnyBackend, Backends, Question, is_away, on_backend};
use crate::carry::{Carrier, Unfinished};
use crate::problem::Problem;
use crate::request_id::RequestId;
use crate::single_flight::SingleFlight;
use crate::telemetry::place;
use futures_util::future::join_all;
use vocabulary::backend::{BackendList, BackendReport};
use vocabulary::code::Code;
use vocabulary::host::{HostCandidate, HostDetails, HostList, HostListItem, HostSummary};
use vocabulary::host_id::HostId;
use vocabulary::task::TaskType;
use vocabulary::task_id::Alias;

/// How long a back end has to say that it can be asked.
const GREETED_WITHIN: Duration = Duration::from_secs(3);

/// The tasks that a back end takes.
#[derive(Debug)]
pub struct Takes {
    /// What it is called.
    pub alias: Alias,
    /// The tasks.
    pub tasks: &'static [TaskType],
}

/// Looks hosts up. A look-up belongs to the runtime and not to the caller's connection: one that is
/// given up still gives its session back in order.
pub struct Directory {
    backends: Backends,
    request_timeout: Duration,
    carrier: Carrier,
    greetings: SingleFlight<Alias, Result<Option<String>, Problem>>,
}

impl Directory {
    /// Look-ups run on the runtime that this is called on.
    ///
    /// # Panics
    /// Outside a runtime.
    #[must_use]
    pub fn new(backends: Backends, request_timeout: Duration) -> Self {
        Self {
            backends,
            request_timeout,
            carrier: Carrier::here(),
            greetings: SingleFlight::here(),
        }
    }

    /// One page of the hosts that fit, behind the one of the cursor.
    ///
    /// # Errors
    /// 422 when too many fit, or for a back end that there is not; or what went wrong, when no back
    /// end has answered.
    pub async fn find(
        &self,
        permit: &Permit<SeeHosts>,
        backends: &[Alias],
        search: HostSearch,
        after: Option<HostCursor>,
        request_id: &RequestId,
    ) -> Result<HostList, Problem> {
        let mut these = self.backends.chosen(backends, permit.reach(), "?backend")?;
        // Those before it were shown on the pages before.
        these.retain(|it| {
            after
                .as_ref()
                .is_none_or(|after| *it.alias() >= after.backend)
        });
        let limit = search.limit;
        let question = |one: AnyBackend| {
            let mut search = search.clone();
            let last = after.as_ref().filter(|it| it.backend == *one.alias());
            search.after = last.map(|it| it.id.clone());
            let id = request_id.clone();
            async move { on_backend!(&one, it => it.find_hosts(&search, id.as_str()).await) }
        };
        let answers = self.asked(&these, question, request_id).await;
        let mut pages = Vec::new();
        let mut unavailable = Vec::new();
        let mut first = None;
        for (one, answer) in these.iter().zip(answers) {
            match answer {
                Ok(page) => pages.push((one.alias(), page)),
                Err(problem) if is_away(&problem) => {
                    unavailable.push(problem.unavailable(one.alias()));
                    first = first.or(Some(problem));
                }
                Err(problem) => return Err(problem),
            }
        }
        match first {
            Some(problem) if pages.is_empty() => Err(problem),
            Some(_) | None => Ok(HostList {
                unavailable,
                ..page(pages, limit)
            }),
        }
    }

    /// The host of this id, and whether it can take a task.
    ///
    /// # Errors
    /// 404 when the text is no id or there is no such host, 409 when several back ends have one,
    /// 422 for a back end that there is not, or what went wrong with one that may have it.
    pub async fn details(
        &self,
        permit: &Permit<SeeHosts>,
        backends: &[Alias],
        host_id: &str,
        request_id: &RequestId,
    ) -> Result<HostDetails, Problem> {
        let these = self.backends.chosen(backends, permit.reach(), "?backend")?;
        let host_id = HostId::parse(host_id).ok_or_else(|| self.unknown())?;
        let question = |one: AnyBackend| {
            let (host_id, id) = (host_id.clone(), request_id.clone());
            async move { on_backend!(&one, it => it.host_details(&host_id, id.as_str()).await) }
        };
        let answers = self.asked(&these, question, request_id).await;
        let (found, refused): (Vec<_>, Vec<_>) = answers.into_iter().partition(Result::is_ok);
        let mut found: Vec<HostDetails> = found.into_iter().flatten().collect();
        if found.len() > 1 {
            let candidates = found.into_iter().map(candidate).collect();
            let detail = "Several back ends have a host of this id: name the back end (?backend).";
            return Err(Problem::new(Code::HostAmbiguous, detail).with_candidates(candidates));
        }
        if let Some(host) = found.pop() {
            return Ok(host);
        }
        // That the others do not have it says nothing of one that could not be asked.
        let refused: Vec<Problem> = refused.into_iter().filter_map(Result::err).collect();
        let is_unknown = |it: &&Problem| it.code() != Code::HostNotFound;
        let told = refused.iter().find(is_unknown).or(refused.first());
        Err(told.cloned().unwrap_or_else(|| self.unknown()))
    }

    /// The back ends that a caller may use, and whether they can be asked now.
    pub async fn backends(&self, reach: &Reach, request_id: &RequestId) -> BackendList {
        let these = self.backends.within(reach);
        let reports = these.iter().map(|one| self.greeted(one, request_id));
        BackendList {
            backends: join_all(reports).await,
        }
    }

    /// What each of these back ends takes.
    #[must_use]
    pub fn takers(&self, reach: &Reach) -> Vec<Takes> {
        let these = self.backends.within(reach);
        let takes = |one: &AnyBackend| Takes {
            alias: one.alias().clone(),
            tasks: on_backend!(one, it => it.takes()),
        };
        these.iter().map(takes).collect()
    }

    /// The tasks that any of these back ends takes.
    #[must_use]
    pub fn tasks(&self, reach: &Reach) -> HashSet<TaskType> {
        let these = self.backends.within(reach);
        let taken = these
            .iter()
            .flat_map(|one| on_backend!(one, it => it.takes()));
        taken.copied().collect()
    }

    async fn greeted(&self, one: &AnyBackend, request_id: &RequestId) -> BackendReport {
        let id = request_id.clone();
        // However many want to know: one that keeps silent is asked once at a time.
        let greeted = on_backend!(one, it => {
            let backend = Arc::clone(it);
            let greet = || {
                let greet = async move { backend.greet(id.as_str()).await };
                place::at(one.alias(), greet)
            };
            let shared = self.greetings.share(one.alias().clone(), greet);
            tokio::time::timeout(GREETED_WITHIN, shared).await
        });
        let greeted = greeted
            .unwrap_or(Err(Unfinished::Late))
            .unwrap_or_else(|it| {
                let words = one.words();
                Err(words.unfinished(it, request_id.as_str()))
            });
        let (version, reason) = match greeted {
            Ok(version) => (version, None),
            Err(problem) => (None, Some(problem.detail().to_owned())),
        };
        on_backend!(one, it => BackendReport {
            backend: it.alias().clone(),
            kind: it.kind().to_owned(),
            version,
            tasks: it.takes().to_vec(),
            exclusion_presets: it.exclusion_presets(),
            available: reason.is_none(),
            reason,
        })
    }

    /// What each of these answers; the only one has all the time that a caller waits.
    async fn asked<T, F>(
        &self,
        these: &[AnyBackend],
        question: impl Fn(AnyBackend) -> F,
        request_id: &RequestId,
    ) -> Vec<Result<T, Problem>>
    where
        T: Send + 'static,
        F: Future<Output = Result<T, Problem>> + Send + 'static,
    {
        if let [one] = these {
            let work = place::at(one.alias(), question(one.clone()));
            let work = self.carrier.begin(work);
            let found = work.within(self.request_timeout).await;
            let words = one.words();
            let found = found.unwrap_or_else(|it| Err(words.unfinished(it, request_id.as_str())));
            return vec![found.map_err(|it| it.of(one.alias()))];
        }
        let asked = (Question::Show, self.request_timeout, request_id.as_str());
        let answers = self.backends.ask(asked, these, &[], question, |_, _| false);
        answers.await.into_iter().flatten().collect()
    }

    fn unknown(&self) -> Problem {
        let detail = format!(
            "{} knows no host of this id. Names and addresses are searched for with GET /v1/hosts.",
            self.backends.words().name
        );
        Problem::new(Code::HostNotFound, detail)
    }
}

/// One page out of those of several back ends, in the order of their aliases. What follows one that
/// has more is on a later page.
fn page(pages: Vec<(&Alias, HostPage)>, limit: usize) -> HostList {
    let mut hosts: Vec<HostListItem> = Vec::new();
    let mut last = None;
    for (alias, page) in pages {
        let room = limit - hosts.len();
        let is_cut = page.hosts.len() > room;
        hosts.extend(page.hosts.into_iter().take(room));
        last = if is_cut {
            hosts.last().map(|it| (it.backend.clone(), it.id.clone()))
        } else {
            page.next.map(|next| (alias.clone(), next))
        };
        if last.is_some() {
            break;
        }
    }
    HostList {
        next_cursor: last.map(|(backend, id)| HostCursor { backend, id }.write()),
        hosts,
        unavailable: Vec::new(),
    }
}

fn candidate(host: HostDetails) -> HostCandidate {
    let summary = HostSummary {
        id: host.id,
        name: host.name,
        fqdn: host.fqdn,
    };
    summary.at(&host.backend)
}
