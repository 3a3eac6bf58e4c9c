//! Incidents as the server stores them.

use crate::journal::IncidentRecord;
use crate::record::{Attribute, Field, Kind, Record};
use crate::world::World;
use serde::Deserialize;
use serde_json::Value;
use time::OffsetDateTime;

/// A stored incident.
#[derive(Debug, Clone)]
pub(crate) struct Incident {
    pub(crate) id: i64,
    pub(crate) host: String,
    pub(crate) severity: i64,
    pub(crate) added: OffsetDateTime,
    pub(crate) body: String,
    pub(crate) handled: bool,
    pub(crate) user: Option<i64>,
    /// Attributes that rows lack, whatever is searched for.
    pub(crate) missing: Vec<String>,
}

/// What an analyst changes of an incident in the console; what is absent stays.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct IncidentEdit {
    /// Another text.
    pub body: Option<String>,
    /// Another time.
    #[serde(with = "time::serde::rfc3339::option")]
    pub added: Option<OffsetDateTime>,
    /// Whether it is handled.
    pub handled: Option<bool>,
    /// Attributes that rows lack from now on, such as `KLINCDT_BODY`.
    pub missing: Option<Vec<String>>,
}

/// ksc-openapi.md, section 7: what can be filtered by and ordered by.
const ATTRIBUTES: &[Attribute] = &[
    Attribute::free("KLINCDT_ID", Kind::Number),
    Attribute::free("KLINCDT_SEVERITY", Kind::Number),
    Attribute::free("KLINCDT_ADDED", Kind::Time),
    Attribute::free("KLINCDT_IS_HANDLED", Kind::Number),
    Attribute {
        name: "KLINCDT_BODY",
        kind: Kind::FullText,
        filter: true,
        order: false,
    },
    Attribute {
        name: "KLHST_WKS_HOSTNAME",
        kind: Kind::Text,
        filter: true,
        order: false,
    },
    Attribute::read_only("KLINCDT_TYPE", Kind::Text),
    Attribute::read_only("KLINCDT_TYPE_DISPLAY_NAME", Kind::Text),
    Attribute::read_only("GNRL_EXTRA_PARAMS", Kind::Text),
    Attribute::read_only("KLHSTUSER_ID", Kind::Number),
    Attribute::read_only("KLHST_WKS_LID", Kind::Number),
    Attribute::read_only("KLHST_WKS_DN", Kind::Text),
    Attribute::read_only("KLHST_WKS_WINHOSTNAME", Kind::Text),
    Attribute::read_only("KLHST_WKS_GROUPID", Kind::Number),
];

impl Incident {
    pub(crate) fn attributes() -> &'static [Attribute] {
        ATTRIBUTES
    }

    /// The row that `FindIncidents` selects from, with the host's columns where the host is known.
    pub(crate) fn record(&self, world: &World) -> Record {
        let text = |text: &str| Field::Text(text.to_owned());
        let mut record = Record::from([
            ("KLINCDT_ID", Field::Int(self.id)),
            ("KLINCDT_SEVERITY", Field::Int(self.severity)),
            ("KLINCDT_ADDED", Field::Time(self.added)),
            ("KLINCDT_IS_HANDLED", Field::Bool(self.handled)),
            ("KLINCDT_BODY", text(&self.body)),
            ("KLHST_WKS_HOSTNAME", text(&self.host)),
        ]);
        if let Some(user) = self.user {
            record.insert("KLHSTUSER_ID", Field::Int(user));
        }
        if let Some(host) = world.host(&self.host) {
            record.insert("KLHST_WKS_LID", Field::Long(host.number));
            record.insert("KLHST_WKS_DN", text(&host.spec.name));
            record.insert("KLHST_WKS_WINHOSTNAME", text(&host.spec.netbios));
            record.insert("KLHST_WKS_GROUPID", Field::Int(host.group));
        }
        record
    }
}

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
        self.incidents.insert(id, Incident { id, ..incident });
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

    /// An analyst changes an incident; `false` when there is none. What has come of it already stays.
    pub(crate) fn edit_incident(&mut self, id: i64, edit: IncidentEdit) -> bool {
        let Some(incident) = self.incidents.get_mut(&id) else {
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

    /// An analyst deletes an incident; `false` when there is none. What has come of it already stays.
    pub(crate) fn drop_incident(&mut self, id: i64) -> bool {
        let there = self.incidents.remove(&id).is_some();
        self.journal.change_incident(id, |it| it.deleted = true);
        there
    }

    /// A backup is restored in which this is the number of the next incident: those from there on are gone, and
    /// their numbers are given out again.
    pub(crate) fn restore_incidents(&mut self, next: i64) {
        for id in self.incidents.split_off(&next).into_keys() {
            self.journal.change_incident(id, |it| it.deleted = true);
        }
        self.unattended.retain(|it| *it < next);
        self.agenda.forget_incidents(next);
        self.next_incident = next;
        self.journal.touch();
    }
}
