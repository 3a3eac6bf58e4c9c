//! Results that are read in pieces: accessors and iterators.
//!
//! Each belongs to the session that made it, is a snapshot, and dies some simulated seconds after
//! its last use, with its session, or when it is given back. One that its owner could have given
//! back and did not is a leak.

use crate::world::incidents::Incident;
use serde_json::Value;
use stage::later;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;
use time::OffsetDateTime;

/// Which calls may read a result.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RowsetKind {
    /// `ChunkAccessor.*`.
    Accessor,
    /// `Tasks.GetHostStatus…`.
    HostStatus,
    /// `Tasks.GetNextTask`.
    Tasks,
}

/// What was found, as it was then.
#[derive(Debug, Clone)]
pub(crate) enum Rows {
    /// Rows as they are sent.
    Made(Vec<Value>),
    /// Incidents with the fields that were asked for: written out when they are read, since most
    /// of many never are.
    Incidents {
        found: Vec<Arc<Incident>>,
        fields: Vec<String>,
    },
}

impl Rows {
    pub(crate) fn len(&self) -> usize {
        match self {
            Self::Made(rows) => rows.len(),
            Self::Incidents { found, .. } => found.len(),
        }
    }

    /// At most so many from there on, as they are sent.
    pub(crate) fn some(&self, start: usize, count: usize) -> Vec<Value> {
        match self {
            Self::Made(rows) => rows.iter().skip(start).take(count).cloned().collect(),
            Self::Incidents { found, fields } => {
                let found = found.iter().skip(start).take(count);
                found.map(|it| it.as_sent(fields)).collect()
            }
        }
    }
}

/// A result that waits to be read.
#[derive(Debug, Clone)]
pub(crate) struct Rowset {
    pub(crate) kind: RowsetKind,
    pub(crate) session: u64,
    pub(crate) rows: Rows,
    /// How far an iterator has been read.
    pub(crate) cursor: usize,
    last_use: OffsetDateTime,
    /// `None` lives as long as its session.
    life: Option<Duration>,
}

/// All results of all sessions.
#[derive(Debug, Default)]
pub(crate) struct Rowsets {
    open: BTreeMap<String, Rowset>,
    made: BTreeMap<&'static str, u64>,
}

impl Rowset {
    fn is_alive(&self, now: OffsetDateTime) -> bool {
        self.life
            .is_none_or(|life| now <= later(self.last_use, life))
    }
}

impl Rowsets {
    /// Keeps a result and gives the name under which it is read.
    pub(crate) fn open(
        &mut self,
        kind: RowsetKind,
        session: u64,
        rows: Rows,
        now: OffsetDateTime,
        life: Option<Duration>,
    ) -> String {
        let prefix = match kind {
            RowsetKind::Accessor => "acc",
            RowsetKind::HostStatus => "hit",
            RowsetKind::Tasks => "tit",
        };
        let number = self.made.entry(prefix).or_insert(0);
        *number += 1;
        let name = format!("{prefix}-{number}");
        let rowset = Rowset {
            kind,
            session,
            rows,
            cursor: 0,
            last_use: now,
            life,
        };
        self.open.insert(name.clone(), rowset);
        name
    }

    /// A living result of this kind and session; using it prolongs its life.
    pub(crate) fn read(
        &mut self,
        name: &str,
        kind: RowsetKind,
        session: u64,
        now: OffsetDateTime,
    ) -> Option<&mut Rowset> {
        let mine = |rowset: &&mut Rowset| {
            rowset.kind == kind && rowset.session == session && rowset.is_alive(now)
        };
        let rowset = self.open.get_mut(name).filter(mine)?;
        rowset.last_use = now;
        Some(rowset)
    }

    /// Gives a result back; `false` when there is none of this kind and session that still lives.
    ///
    /// One that died of age counts as given back all the same: its owner has done what it should.
    pub(crate) fn release(
        &mut self,
        name: &str,
        kind: RowsetKind,
        session: u64,
        now: OffsetDateTime,
    ) -> bool {
        let mine = self
            .open
            .get(name)
            .filter(|rowset| rowset.kind == kind && rowset.session == session);
        let Some(alive) = mine.map(|rowset| rowset.is_alive(now)) else {
            return false;
        };
        self.open.remove(name);
        alive
    }

    /// Drops everything of a session and says what it had not given back.
    pub(crate) fn drop_session(&mut self, session: u64) -> Vec<String> {
        let names = self.of_session(session);
        for name in &names {
            self.open.remove(name);
        }
        names
    }

    pub(crate) fn of_session(&self, session: u64) -> Vec<String> {
        let mine = self
            .open
            .iter()
            .filter(|(_, rowset)| rowset.session == session);
        mine.map(|(name, _)| name.clone()).collect()
    }

    /// How many living results of a kind there are.
    pub(crate) fn count(&self, kind: RowsetKind, now: OffsetDateTime) -> usize {
        self.open
            .values()
            .filter(|rowset| rowset.kind == kind && rowset.is_alive(now))
            .count()
    }
}
