//! The server's list of incidents: stored, edited by analysts, deleted, restored from a backup.

use crate::journal::IncidentRecord;
use crate::world::incidents::{Incident, IncidentEdit};
use crate::world::state::World;
use serde_json::Value;

impl World {
    /// Stores an incident under the next number, and tells the console.
    pub(crate) fn store_incident(&mut self, incident: Incident, request_id: Option<String>) -> i64 {
        let id = self.next_incident;
        self.next_incident += 1;
        self.journal.record_incident(IncidentRecord {
            id,
            host: incident.host.clone(),
            severity: incident.severity,
            added: incident.added,
            body_text: incident.body.clone(),
            body: serde_json::from_str(&incident.body).unwrap_or(Value::Null),
            handled: incident.handled,
            updates: 0,
            deleted: false,
            ksc_task: None,
            request_id,
        });
        self.incidents.insert(Incident { id, ..incident });
        self.announce(id);
        id
    }

    /// An incident of somebody else: of the server itself, of a script, of an analyst.
    pub(crate) fn add_foreign_incident(&mut self, host: &str, body: &str) -> i64 {
        let incident = Incident {
            id: 0,
            host: host.to_owned(),
            severity: 2,
            added: self.now,
            body: body.to_owned(),
            handled: false,
            user: None,
            missing: Vec::new(),
        };
        self.store_incident(incident, None)
    }

    /// An analyst changes an incident; `false` when there is none. What has come of it already
    /// stays.
    pub(crate) fn edit_incident(&mut self, id: i64, edit: IncidentEdit) -> bool {
        let Some(incident) = self.incidents.get_mut(id) else {
            return false;
        };
        if let Some(body) = edit.body {
            incident.body = body;
        }
        incident.added = edit.added.unwrap_or(incident.added);
        incident.handled = edit.handled.unwrap_or(incident.handled);
        if let Some(missing) = edit.missing {
            incident.missing = missing;
        }
        let handled = incident.handled;
        self.journal.change_incident(id, |it| it.handled = handled);
        true
    }

    /// An analyst deletes an incident; `false` when there is none. What has come of it already
    /// stays.
    pub(crate) fn drop_incident(&mut self, id: i64) -> bool {
        let there = self.incidents.remove(id);
        self.journal.change_incident(id, |it| it.deleted = true);
        there
    }

    /// A backup is restored in which this is the number of the next incident: those from there on
    /// are gone, and their numbers are given out again.
    pub(crate) fn restore_incidents(&mut self, next: i64) {
        for id in self.incidents.remove_from(next) {
            self.journal.change_incident(id, |it| it.deleted = true);
        }
        self.unattended.retain(|it| *it < next);
        self.agenda.forget_incidents(next);
        self.next_incident = next;
        self.journal.touch();
    }
}
