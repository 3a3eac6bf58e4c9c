//! The stored incidents, with the indexes that a server has: by number, and by host.
//!
//! What a search has found is kept until it is read, as it was found: an incident that is changed
//! later is another copy.

use crate::world::incidents::Incident;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::ops::{Bound, RangeBounds as _};
use std::sync::Arc;

/// The incidents by their numbers.
#[derive(Debug, Default)]
pub(crate) struct IncidentBook {
    incidents: BTreeMap<i64, Arc<Incident>>,
    /// The numbers of each host's, by its id in lower case.
    of_host: HashMap<String, BTreeSet<i64>>,
}

impl IncidentBook {
    pub(crate) fn len(&self) -> usize {
        self.incidents.len()
    }

    pub(crate) fn get(&self, id: i64) -> Option<&Arc<Incident>> {
        self.incidents.get(&id)
    }

    /// One that is to be changed; its number and host stay.
    pub(crate) fn get_mut(&mut self, id: i64) -> Option<&mut Incident> {
        self.incidents.get_mut(&id).map(Arc::make_mut)
    }

    pub(crate) fn insert(&mut self, incident: Incident) {
        let of_host = self.of_host.entry(incident.host.to_lowercase());
        of_host.or_default().insert(incident.id);
        self.incidents.insert(incident.id, Arc::new(incident));
    }

    /// Takes one out; `false` when there is none.
    pub(crate) fn remove(&mut self, id: i64) -> bool {
        let Some(incident) = self.incidents.remove(&id) else {
            return false;
        };
        if let Some(of_host) = self.of_host.get_mut(&incident.host.to_lowercase()) {
            of_host.remove(&id);
        }
        true
    }

    pub(crate) fn clear(&mut self) {
        *self = Self::default();
    }

    /// Takes out those from this number on; gives their numbers.
    pub(crate) fn remove_from(&mut self, next: i64) -> Vec<i64> {
        let gone: Vec<i64> = self.incidents.range(next..).map(|(id, _)| *id).collect();
        for id in &gone {
            self.remove(*id);
        }
        gone
    }

    /// The numbers of a host's, by its id in lower case.
    pub(crate) fn of_host(&self, id: &str) -> BTreeSet<i64> {
        self.of_host.get(id).cloned().unwrap_or_default()
    }

    /// Those between these numbers, and of these numbers where they are given.
    pub(crate) fn within<'a>(
        &'a self,
        (low, high): (Bound<i64>, Bound<i64>),
        of: Option<&'a BTreeSet<i64>>,
    ) -> Box<dyn Iterator<Item = &'a Arc<Incident>> + 'a> {
        match of {
            Some(of) => Box::new(
                of.iter()
                    .filter(move |it| (low, high).contains(*it))
                    .filter_map(|it| self.incidents.get(it)),
            ),
            // A range that ends before it begins is none.
            None if is_empty(low, high) => Box::new(std::iter::empty()),
            None => Box::new(self.incidents.range((low, high)).map(|(_, it)| it)),
        }
    }
}

fn is_empty(low: Bound<i64>, high: Bound<i64>) -> bool {
    match (low, high) {
        (Bound::Unbounded, _) | (_, Bound::Unbounded) => false,
        (Bound::Included(low), Bound::Included(high)) => low > high,
        (
            Bound::Included(low) | Bound::Excluded(low),
            Bound::Included(high) | Bound::Excluded(high),
        ) => low >= high,
    }
}
