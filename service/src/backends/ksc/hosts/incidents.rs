//! How what belongs to hosts is asked for.

use ksc::{Filter, SafeText};
use time::OffsetDateTime;

use super::attributes::ID;

/// What is of the host of this id, as a filter.
#[must_use]
pub fn with_id(host_id: &SafeText) -> Filter {
    Filter::text(ID, host_id)
}

/// More than the number of any incident: KSC counts them in 32 bits.
const NO_INCIDENT: i64 = i32::MAX as i64;

/// All incidents of a host, whatever their time, as a filter; of all hosts for an id that cannot
/// stand in one.
#[must_use]
pub fn every_incident_of(host_id: &str) -> Filter {
    SafeText::parse(host_id).map_or_else(
        |_| Filter::below("KLINCDT_ID", NO_INCIDENT),
        |it| with_id(&it),
    )
}

/// The incidents of these hosts since a moment, as a filter; of all hosts when there are none.
///
/// An id that cannot stand in a filter widens it to all hosts: whoever searches compares the rows
/// with the ids that are meant.
#[must_use]
pub fn incidents_since(host_ids: &[&str], after: OffsetDateTime) -> Filter {
    let mut conditions = vec![Filter::after("KLINCDT_ADDED", after)];
    conditions.extend(of_hosts(host_ids));
    Filter::all(conditions).expect("there are conditions")
}

/// What is of one of these hosts; nothing where not all of their ids can stand in a filter.
fn of_hosts(host_ids: &[&str]) -> Option<Filter> {
    let ids: Option<Vec<Filter>> = host_ids
        .iter()
        .map(|it| SafeText::parse(it).ok().map(|it| with_id(&it)))
        .collect();
    ids.and_then(Filter::any)
}
