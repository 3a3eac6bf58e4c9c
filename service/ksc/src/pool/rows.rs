//! Find, read page by page, release: the three steps of every search, as one.
//!
//! A result set lives in the session. When the session is lost between the steps, all of them are
//! done again, once: a search changes nothing. Whatever was opened is released at the end, and a
//! failing release is not worth telling anybody, since the set dies by itself.

use time::OffsetDateTime;
use tracing::debug;

use super::lease::Lease;
use crate::call::{
    Call, FindHosts, FindIncidents, Found, GetHostStatusRecordRange, GetHostStatusRecordsCount,
    GetItemsChunk, HostStatus, Order, ReleaseAccessor, ReleaseHostStatusIterator,
    ResetHostIteratorForTaskStatus,
};
use crate::error::Error;
use crate::filter::Filter;
use crate::wire::Row;

/// How long a set is kept when unused: one page after the other is read at once.
const LIFETIME_SECONDS: u32 = 60;

/// Rows of a page. `GetRecordRange` of KSC has a limit of 65535; an incident can be megabytes.
const PAGE: i64 = 200;

/// The most devices of one task that are looked at: a response task has one.
const MOST_HOSTS: i64 = 10_000;

/// Some rows out of all that were found.
#[derive(Debug, Clone, PartialEq)]
pub struct Rows<T> {
    /// As many as were asked for, at most.
    pub rows: Vec<T>,
    /// How many there are.
    pub total: usize,
    /// How many of them were read, whether kept or not. Only when all were has what is not among
    /// the rows certainly not been found.
    pub read: usize,
}

impl<T> Rows<T> {
    /// Whether every row there is was read.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.read >= self.total
    }
}

/// An incident as KSC keeps it.
#[derive(Clone, PartialEq, Eq)]
pub struct Incident {
    /// `KLINCDT_ID`.
    pub id: i64,
    /// 1 information, 2 warning, 3 critical.
    pub severity: Option<i64>,
    /// When it was added, UTC.
    pub added: Option<OffsetDateTime>,
    /// The text that was sent with it.
    pub body: Option<String>,
    /// Whether it is marked as handled.
    pub handled: Option<bool>,
    /// KSC's own id of the device.
    pub host_id: Option<String>,
}

impl std::fmt::Debug for Incident {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // The body is what a caller sent: not for logs.
        f.debug_struct("Incident")
            .field("id", &self.id)
            .field("added", &self.added)
            .field("handled", &self.handled)
            .field("host_id", &self.host_id)
            .finish_non_exhaustive()
    }
}

impl Incident {
    const FIELDS: [&str; 6] = [
        "KLINCDT_ID",
        "KLINCDT_SEVERITY",
        "KLINCDT_ADDED",
        "KLINCDT_BODY",
        "KLINCDT_IS_HANDLED",
        "KLHST_WKS_HOSTNAME",
    ];

    /// What tells whose task a KSC task may be: without what may change, and what only people read.
    const TELLING: [&str; 4] = [
        "KLINCDT_ID",
        "KLINCDT_ADDED",
        "KLINCDT_BODY",
        "KLHST_WKS_HOSTNAME",
    ];

    /// Reads a row; every field may be missing, but without its number it is no incident.
    #[must_use]
    pub fn from_row(row: &Row) -> Option<Self> {
        Some(Self {
            id: row.int("KLINCDT_ID").filter(|it| *it > 0)?,
            severity: row.int("KLINCDT_SEVERITY"),
            added: row.datetime("KLINCDT_ADDED"),
            body: row.str("KLINCDT_BODY").map(str::to_owned),
            handled: row.bool("KLINCDT_IS_HANDLED"),
            host_id: row.str("KLHST_WKS_HOSTNAME").map(str::to_owned),
        })
    }
}

impl Lease {
    /// Incidents, the newest first.
    pub async fn incidents(
        &mut self,
        filter: Filter,
        max_rows: usize,
        request_id: &str,
    ) -> Result<Rows<Incident>, Error> {
        self.select_incidents(filter, max_rows, request_id, Some)
            .await
    }

    /// What `keep` takes from incidents, the newest first. Bodies can be megabytes each: what is
    /// not kept is gone before the next page comes.
    pub async fn select_incidents<T: Send>(
        &mut self,
        filter: Filter,
        max_rows: usize,
        request_id: &str,
        keep: impl Fn(Incident) -> Option<T> + Send + Sync,
    ) -> Result<Rows<T>, Error> {
        let find = newest_incidents(filter);
        let keep = |row: Row| Incident::from_row(&row).and_then(&keep);
        self.search(&find, max_rows, request_id, &Take::all(&keep))
            .await
    }

    /// What `keep` takes from all of these incidents, the newest first; nothing where there are
    /// more than `most`: then none of them is read, because a part would not do. Severity and
    /// whether they are handled is not asked for.
    pub async fn whole_incidents<T: Send>(
        &mut self,
        filter: Filter,
        most: usize,
        request_id: &str,
        keep: impl Fn(Incident) -> Option<T> + Send + Sync,
    ) -> Result<Option<Vec<T>>, Error> {
        let find = FindIncidents {
            fields: &Incident::TELLING,
            ..newest_incidents(filter)
        };
        let keep = |row: Row| Incident::from_row(&row).and_then(&keep);
        let take = Take {
            whole: true,
            ..Take::all(&keep)
        };
        let found = self.search(&find, most, request_id, &take).await?;
        Ok(found.is_whole().then_some(found.rows))
    }

    /// What `keep` takes from incidents, the newest first, up to the page with one that is
    /// `enough`: for who looks for one among many. A row that cannot be read as an incident is
    /// shown too, as nothing.
    pub async fn scan_incidents<T: Send>(
        &mut self,
        filter: Filter,
        max_rows: usize,
        request_id: &str,
        keep: impl Fn(Option<Incident>) -> Option<T> + Send + Sync,
        enough: impl Fn(&T) -> bool + Send + Sync,
    ) -> Result<Rows<T>, Error> {
        let find = newest_incidents(filter);
        let keep = |row: Row| keep(Incident::from_row(&row));
        let take = Take {
            keep: &keep,
            enough: &enough,
            whole: false,
        };
        self.search(&find, max_rows, request_id, &take).await
    }

    /// Hosts of this server, with these attributes, in KSC's order.
    pub async fn hosts(
        &mut self,
        filter: Filter,
        fields: &'static [&'static str],
        max_rows: usize,
        request_id: &str,
    ) -> Result<Rows<Row>, Error> {
        self.search(
            &find_hosts(filter, fields),
            max_rows,
            request_id,
            &Take::all(&Some),
        )
        .await
    }

    /// All of these hosts, in KSC's order; none of them is read where there are more than `most`,
    /// because a part would not do. `total` says how many there are.
    pub async fn whole_hosts(
        &mut self,
        filter: Filter,
        fields: &'static [&'static str],
        most: usize,
        request_id: &str,
    ) -> Result<Rows<Row>, Error> {
        let take = Take {
            whole: true,
            ..Take::all(&Some)
        };
        self.search(&find_hosts(filter, fields), most, request_id, &take)
            .await
    }

    /// How a task stands on each of its devices.
    pub async fn host_statuses(
        &mut self,
        task: &str,
        request_id: &str,
    ) -> Result<Rows<HostStatus>, Error> {
        let reset = ResetHostIteratorForTaskStatus {
            task: task.to_owned(),
            state_mask: ResetHostIteratorForTaskStatus::EVERY_STATE,
            lifetime_seconds: LIFETIME_SECONDS,
        };
        match self.host_statuses_once(&reset, request_id).await {
            Err(Error::SessionLost) => self.host_statuses_once(&reset, request_id).await,
            outcome => outcome,
        }
    }

    async fn host_statuses_once(
        &mut self,
        reset: &ResetHostIteratorForTaskStatus,
        request_id: &str,
    ) -> Result<Rows<HostStatus>, Error> {
        let iterator = self.call(reset, request_id).await?;
        let outcome = self.read_statuses(&iterator, request_id).await;
        let released = self
            .call(&ReleaseHostStatusIterator { iterator }, request_id)
            .await;
        note_release(released);
        outcome
    }

    async fn read_statuses(
        &mut self,
        iterator: &str,
        request_id: &str,
    ) -> Result<Rows<HostStatus>, Error> {
        let count = GetHostStatusRecordsCount {
            iterator: iterator.to_owned(),
        };
        let count = self.call(&count, request_id).await?;
        let mut rows: Vec<HostStatus> = Vec::new();
        let mut start = 0;
        while start < count.min(MOST_HOSTS) {
            let end = count.min(start + PAGE);
            let range = GetHostStatusRecordRange {
                iterator: iterator.to_owned(),
                start,
                end,
            };
            for row in self.call(&range, request_id).await? {
                // Whether the end belongs to the range is not documented: a record seen at the end
                // of one page may come again at the start of the next. One of the same device that
                // says something else is another record.
                if !rows.iter().rev().take(2).any(|known| *known == row) {
                    rows.push(row);
                }
            }
            start = end;
        }
        let total = usize::try_from(count).unwrap_or_default().max(rows.len());
        let read = rows.len();
        Ok(Rows { rows, total, read })
    }

    async fn search<C: Call<Reply = Found>, T>(
        &mut self,
        find: &C,
        max_rows: usize,
        request_id: &str,
        take: &Take<'_, T>,
    ) -> Result<Rows<T>, Error> {
        match self.search_once(find, max_rows, request_id, take).await {
            Err(Error::SessionLost) => self.search_once(find, max_rows, request_id, take).await,
            outcome => outcome,
        }
    }

    async fn search_once<C: Call<Reply = Found>, T>(
        &mut self,
        find: &C,
        max_rows: usize,
        request_id: &str,
        take: &Take<'_, T>,
    ) -> Result<Rows<T>, Error> {
        let found = self.call(find, request_id).await?;
        if found.accessor.is_empty() {
            return Ok(Rows {
                rows: Vec::new(),
                // Without an accessor nothing can be read, whatever there is.
                total: usize::try_from(found.count).unwrap_or_default(),
                read: 0,
            });
        }
        let outcome = self.read_rows(&found, max_rows, request_id, take).await;
        let release = ReleaseAccessor {
            accessor: found.accessor,
        };
        note_release(self.call(&release, request_id).await);
        outcome
    }

    async fn read_rows<T>(
        &mut self,
        found: &Found,
        max_rows: usize,
        request_id: &str,
        take: &Take<'_, T>,
    ) -> Result<Rows<T>, Error> {
        let most = i64::try_from(max_rows).unwrap_or(i64::MAX);
        let wanted = if take.whole && found.count > most {
            0
        } else {
            found.count.min(most)
        };
        let mut rows = Vec::new();
        let mut start = 0;
        let mut size = PAGE;
        let mut enough = false;
        while start < wanted && !enough {
            let chunk = GetItemsChunk {
                accessor: found.accessor.clone(),
                start,
                count: size.min(wanted - start),
            };
            let page = match self.call(&chunk, request_id).await {
                // Bodies can be megabytes each: fewer of them fit.
                Err(Error::TooLarge { .. }) if chunk.count > 1 => {
                    size = chunk.count / 2;
                    continue;
                }
                page => page?,
            };
            let got = i64::try_from(page.len()).unwrap_or(i64::MAX);
            if got == 0 {
                break;
            }
            // A server may send more than it was asked for.
            let within = usize::try_from(wanted - start).unwrap_or_default();
            let before = rows.len();
            rows.extend(page.into_iter().take(within).filter_map(take.keep));
            enough = rows[before..].iter().any(take.enough);
            start = start.saturating_add(got);
        }
        let total = usize::try_from(found.count)
            .unwrap_or_default()
            .max(rows.len());
        let read = usize::try_from(start.min(wanted)).unwrap_or_default();
        Ok(Rows { rows, total, read })
    }
}

fn find_hosts(filter: Filter, fields: &'static [&'static str]) -> FindHosts {
    FindHosts {
        filter,
        fields,
        // As every public client does, the vendor's included; which attributes of hosts can be
        // sorted by is not documented.
        order: Vec::new(),
        current_server_only: true,
        lifetime_seconds: LIFETIME_SECONDS,
    }
}

fn newest_incidents(filter: Filter) -> FindIncidents {
    FindIncidents {
        filter,
        fields: &Incident::FIELDS,
        // The number grows with each incident and is nobody's to choose; the time is what its
        // sender says, and several can share one.
        order: vec![Order::descending("KLINCDT_ID")],
        lifetime_seconds: LIFETIME_SECONDS,
    }
}

/// What is kept of rows, and for how long they are read.
struct Take<'a, T> {
    keep: &'a (dyn Fn(Row) -> Option<T> + Send + Sync),
    /// After one like this no more pages are read.
    enough: &'a (dyn Fn(&T) -> bool + Send + Sync),
    /// All of them, or none.
    whole: bool,
}

impl<'a, T> Take<'a, T> {
    /// All that there are.
    fn all(keep: &'a (dyn Fn(Row) -> Option<T> + Send + Sync)) -> Self {
        Self {
            keep,
            enough: &|_| false,
            whole: false,
        }
    }
}

pub(super) fn note_release(released: Result<(), Error>) {
    if let Err(error) = released {
        debug!(error = %error, "a KSC result set was not released; it will expire");
    }
}
