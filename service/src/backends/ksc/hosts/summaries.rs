//! What many hosts are called, as lists and answers need it.

use std::collections::HashMap;

use ksc::{Filter, GetHostInfo, Kind, Lease, SafeText};

use super::attributes::{self, FIELDS};
use super::display::nameless;
use super::incidents::with_id;
use super::lookup::Hosts;
use vocabulary::host::HostSummary;

/// Most hosts that one search asks for: how long a filter may be is not documented.
const ASKED_AT_ONCE: usize = 50;

impl Hosts {
    /// What KSC calls a host, now or up to a minute ago; its id alone when it is gone.
    ///
    /// # Errors
    /// What went wrong with KSC.
    pub async fn summary(
        &self,
        lease: &mut Lease,
        host_id: &str,
        request_id: &str,
    ) -> Result<HostSummary, ksc::Error> {
        let now = self.clock.passed();
        if let Some(shown) = self.display.shown(host_id, now) {
            return Ok(shown);
        }
        let call = GetHostInfo {
            host_id: host_id.to_owned(),
            fields: FIELDS,
        };
        let host = match lease.call(&call, request_id).await {
            Ok(row) => attributes::host(&row),
            Err(error) if matches!(error.kind(), Kind::NotFound) => None,
            Err(error) => return Err(error),
        };
        let host = host.filter(|it| it.id.eq_ignore_ascii_case(host_id));
        let summary = host.map(|it| it.summary());
        self.display.note(host_id, summary.as_ref(), now);
        Ok(summary.unwrap_or_else(|| nameless(host_id)))
    }

    /// The same for many hosts, by the ids as they were given. The ones that are not known are
    /// asked for together.
    ///
    /// # Errors
    /// What went wrong with KSC.
    pub async fn summaries(
        &self,
        lease: &mut Lease,
        host_ids: &[&str],
        request_id: &str,
    ) -> Result<HashMap<String, HostSummary>, ksc::Error> {
        let now = self.clock.passed();
        let mut shown = HashMap::new();
        let mut unknown = Vec::new();
        for id in host_ids {
            if shown.contains_key(*id) {
                continue;
            }
            let known = self.display.shown(id, now);
            if known.is_none() {
                unknown.push(*id);
            }
            shown.insert((*id).to_owned(), known.unwrap_or_else(|| nameless(id)));
        }
        for ids in unknown.chunks(ASKED_AT_ONCE) {
            let found = learn(lease, ids, request_id).await?;
            for id in ids {
                let summary = found.get(&id.to_lowercase());
                self.display.note(id, summary, now);
                if let Some(summary) = summary {
                    shown.insert((*id).to_owned(), summary.clone());
                }
            }
        }
        Ok(shown)
    }
}

/// Asks KSC for some hosts; the ones that it has, by their ids in lower case.
async fn learn(
    lease: &mut Lease,
    ids: &[&str],
    request_id: &str,
) -> Result<HashMap<String, HostSummary>, ksc::Error> {
    // KSC made the ids; one that cannot stand in a filter is shown as it is.
    let conditions = ids
        .iter()
        .filter_map(|id| SafeText::parse(id).ok())
        .map(|it| with_id(&it))
        .collect();
    let Some(filter) = Filter::any(conditions) else {
        return Ok(HashMap::new());
    };
    let rows = lease.hosts(filter, FIELDS, ids.len(), request_id).await?;
    let hosts = rows.rows.iter().filter_map(attributes::host);
    Ok(hosts
        .map(|it| (it.id.to_lowercase(), it.summary()))
        .collect())
}
