//! Which of some tasks came of which requests: weighed against all others that could have made
//! them, and as few incidents read for it as will do.
//!
//! What was weighed already is not weighed again ([`super::weighings`]). Then the numbers in the
//! tasks' names are tried, for which a few requests have to be read ([`correlate::NameWindow`]).
//! Only what they leave open is weighed by order, against everything that KSC shows of the host for
//! as long back as a task can live.

use std::collections::HashMap;
use std::sync::Arc;

use ksc::Lease;

use super::super::tag;
use super::bygone::Crowd;
use super::correlate::{self, Match, NameWindow, Proof, Rivals, SeenTask};
use super::front::TaskReader;
use super::keys::RequestKey;
use super::response::{self, RequestKind, ResponseRequest};
use super::weighings::TasksMark;

/// A request, and the tasks of its host that it may have made by their names.
pub(super) struct Unweighed<'a> {
    pub(super) response: &'a ResponseRequest,
    pub(super) kind: &'a RequestKind,
    pub(super) identity: &'a RequestKey,
    /// In their order.
    pub(super) seen: Arc<[SeenTask]>,
    /// Taken before anything is read: what is found out meanwhile is weighed anew.
    pub(super) mark: TasksMark,
}

impl TaskReader {
    /// What tells these tasks of a host, and what is known of it, from any others.
    pub(super) fn mark(&self, host_id: &str, seen: &[SeenTask]) -> TasksMark {
        TasksMark::of(seen, self.last_seen.certain_on(host_id))
    }

    /// Which of their tasks came of these requests.
    pub(super) async fn weigh(
        &self,
        lease: &mut Lease,
        requests: &[Unweighed<'_>],
        request_id: &str,
    ) -> Result<Vec<Match>, ksc::Error> {
        let known = |it: &Unweighed<'_>| {
            if it.seen.is_empty() {
                return Some(Match::None);
            }
            self.weighings.found(it.identity, it.mark, &it.seen)
        };
        let mut found: Vec<Option<Match>> = requests.iter().map(known).collect();
        let all = || 0..requests.len();
        let was_weighed = |at: usize| {
            let it = &requests[at];
            self.weighings.has(it.identity, it.mark)
        };
        let keep = |at: usize, holds: bool, it: &Match| {
            if holds {
                let own = &requests[at];
                self.weighings
                    .note(own.identity.clone(), own.mark, &own.seen, it);
            }
        };
        let names_first = self.weighings.names_tell();
        if names_first {
            let these = all().filter(|it| found[*it].is_none() && !was_weighed(*it));
            let these: Vec<usize> = these.collect();
            self.by_names(lease, requests, &these, &mut found, keep, request_id)
                .await?;
        }
        let rest: Vec<usize> = all().filter(|it| found[*it].is_none()).collect();
        self.by_all(lease, requests, &rest, &mut found, request_id, keep)
            .await?;
        let is_unclear = |it: &Option<Match>| matches!(it, Some(Match::Unclear(_)));
        if !names_first {
            // What is too much to be weighed by order may have a name all the same.
            let these = all().filter(|it| is_unclear(&found[*it]) && !was_weighed(*it));
            let these: Vec<usize> = these.collect();
            self.by_names(lease, requests, &these, &mut found, keep, request_id)
                .await?;
        }
        for (at, unclear) in found.iter().enumerate() {
            if let Some(unclear) = unclear.as_ref().filter(|_| is_unclear(unclear)) {
                keep(at, true, unclear);
            }
        }
        let found = found.into_iter();
        Ok(found.map(|it| it.unwrap_or(Match::None)).collect())
    }

    /// Weighs these by the numbers in names, as far as they decide.
    async fn by_names(
        &self,
        lease: &mut Lease,
        requests: &[Unweighed<'_>],
        these: &[usize],
        found: &mut [Option<Match>],
        keep: impl Fn(usize, bool, &Match),
        request_id: &str,
    ) -> Result<(), ksc::Error> {
        let windowed: Vec<(usize, NameWindow)> = these
            .iter()
            .filter_map(|at| {
                let it = &requests[*at];
                let window = NameWindow::of(it.response.asked(), &it.seen)?;
                Some((*at, window))
            })
            .collect();
        if windowed.is_empty() {
            return Ok(());
        }
        let asked: Vec<_> = windowed
            .iter()
            .map(|(at, window)| (requests[*at].response, *window))
            .collect();
        let now = self.clock.passed();
        let bygone = self.register.bygone();
        let kinds = asked.iter().map(|(it, _)| it.kind()).collect();
        let remembered = bygone.of(kinds).await;
        let shown =
            response::rivals_by_names(lease, &asked, (&self.weighings, now), request_id).await?;
        let windows: HashMap<RequestKind, NameWindow> = shown
            .iter()
            .map(|(kind, it)| (kind.clone(), it.2))
            .collect();
        let shown = shown
            .into_iter()
            .map(|(kind, (shown, since, _))| (kind, (shown, since)));
        let crowds = bygone.beside(shown.collect(), remembered);
        let mut rivals: HashMap<RequestKind, (Rivals, bool)> = HashMap::new();
        for (kind, crowd) in crowds {
            let crowd = crowd.within(&windows[&kind]);
            let own = requests.iter().find(|it| *it.kind == kind);
            let Some(own) = own else { continue };
            let holds = !crowd.is_partial;
            let known = self.rivals(&kind, Some(&crowd), &own.seen, false);
            rivals.insert(kind, (known, holds));
        }
        let (mut weighed, mut decided) = (false, false);
        for (at, _) in windowed {
            let it = &requests[at];
            let Some((rivals, holds)) = rivals.get(it.kind) else {
                continue;
            };
            weighed = true;
            let by_names = correlate::by_names(it.response.asked(), rivals, it.seen.to_vec());
            if let Some(it) = by_names {
                decided = true;
                keep(at, *holds, &it);
                found[at] = Some(it);
            }
        }
        if weighed {
            self.weighings.names_told(decided);
        }
        Ok(())
    }

    /// Weighs these against all that may have made their tasks.
    async fn by_all(
        &self,
        lease: &mut Lease,
        requests: &[Unweighed<'_>],
        these: &[usize],
        found: &mut [Option<Match>],
        request_id: &str,
        keep: impl Fn(usize, bool, &Match),
    ) -> Result<(), ksc::Error> {
        let now = self.clock.passed();
        let asked = these.iter().map(|at| requests[*at].response);
        let asked: Vec<_> = asked
            .filter(|it| !response::has_too_many(it, &self.weighings, now))
            .collect();
        let mut crowds = HashMap::new();
        if !asked.is_empty() {
            let bygone = self.register.bygone();
            let kinds = asked.iter().map(|it| it.kind()).collect();
            let remembered = bygone.of(kinds).await;
            let shown = response::rivals(lease, &asked, (&self.weighings, now), request_id).await?;
            crowds = bygone.beside(shown, remembered);
        }
        let mut rivals: HashMap<RequestKind, (Rivals, bool)> = HashMap::new();
        for at in these {
            let it = &requests[*at];
            let (rivals, holds) = rivals.entry(it.kind.clone()).or_insert_with_key(|kind| {
                // A kind that is missing has too many.
                let crowd = crowds.remove(kind);
                let holds = crowd.as_ref().is_some_and(|it| !it.is_partial);
                (self.rivals(kind, crowd.as_ref(), &it.seen, true), holds)
            });
            let of_all = correlate::among(it.response.asked(), rivals, it.seen.to_vec());
            if matches!(of_all, Match::One(_, Proof::Name)) {
                self.weighings.names_told(true);
            }
            keep(*at, *holds, &of_all);
            found[*at] = Some(of_all);
        }
        Ok(())
    }

    /// Requests of one kind, which were asked for after these tasks were seen, with what this
    /// replica knows of both; and up to where their numbers are no order, when `by_order` they are
    /// weighed.
    fn rivals(
        &self,
        kind: &RequestKind,
        crowd: Option<&Crowd>,
        seen: &[SeenTask],
        by_order: bool,
    ) -> Rivals {
        let is_settled = |it| self.last_seen.is_met(&kind.identity(it));
        let ordered = crowd.filter(|_| by_order);
        let unordered = ordered.map_or(0, |it| it.unordered(is_settled));
        let partial = crowd.is_some_and(|it| it.is_partial);
        let asked = crowd.map(|it| it.all(is_settled));
        let highest = asked.iter().flatten().map(|it| it.incident).max();
        if let Some(highest) = highest.filter(|_| !partial) {
            self.last_seen.were_there(seen, highest);
        }
        let shown = crowd.iter().flat_map(|it| &it.shown);
        let all = asked.iter().flatten().chain(shown);
        let mut known = self.last_seen.tasks_of(kind, all.copied());
        known.extend(self.last_seen.owners_of(seen));
        Rivals {
            known,
            before: self.last_seen.highest_before(seen),
            unordered,
            tagged: tag::is_in(&kind.area),
            asked,
        }
    }
}
