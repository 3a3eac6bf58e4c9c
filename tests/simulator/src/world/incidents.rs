//! Incidents as the server stores them.

use crate::record::{Attribute, Columns, Field, Kind, Record};
use crate::world::hosts::Host;
use serde::Deserialize;
use serde_json::{Map, Value, json};
use std::sync::Arc;
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

/// Those that do not come from the host's record.
const OWN: [&str; 7] = [
    "KLINCDT_ID",
    "KLINCDT_SEVERITY",
    "KLINCDT_ADDED",
    "KLINCDT_IS_HANDLED",
    "KLINCDT_BODY",
    "KLHST_WKS_HOSTNAME",
    "KLHSTUSER_ID",
];

impl Incident {
    pub(crate) fn attributes() -> &'static [Attribute] {
        ATTRIBUTES
    }

    /// Whether an attribute is the incident's own, and not its host's.
    pub(crate) fn has_of_its_own(name: &str) -> bool {
        OWN.contains(&name)
    }

    /// A row with these fields, all of its own, as it is sent: without what its rows lack.
    pub(crate) fn as_sent(&self, fields: &[String]) -> Value {
        let sent = fields.iter().filter(|it| !self.missing.contains(it));
        let sent = sent.filter_map(|it| Some((it.clone(), self.field(None, it)?.json())));
        let sent: Map<String, Value> = sent.collect();
        json!({"type": "params", "value": sent})
    }

    /// The row that `FindIncidents` selects from, with the host's columns where the host is known.
    pub(crate) fn record(&self, host: Option<&Host>) -> Record {
        let fields = ATTRIBUTES.iter();
        let fields = fields.filter_map(|it| Some((it.name, self.field(host, it.name)?)));
        fields.collect()
    }

    fn field(&self, host: Option<&Host>, name: &str) -> Option<Field> {
        let text = |text: &str| Field::Text(text.to_owned());
        match name {
            "KLINCDT_ID" => Some(Field::Int(self.id)),
            "KLINCDT_SEVERITY" => Some(Field::Int(self.severity)),
            "KLINCDT_ADDED" => Some(Field::Time(self.added)),
            "KLINCDT_IS_HANDLED" => Some(Field::Bool(self.handled)),
            "KLINCDT_BODY" => Some(text(&self.body)),
            "KLHST_WKS_HOSTNAME" => Some(text(&self.host)),
            "KLHSTUSER_ID" => self.user.map(Field::Int),
            "KLHST_WKS_LID" => host.map(|it| Field::Long(it.number)),
            "KLHST_WKS_DN" => host.map(|it| text(&it.spec.name)),
            "KLHST_WKS_WINHOSTNAME" => host.map(|it| text(&it.spec.netbios)),
            "KLHST_WKS_GROUPID" => host.map(|it| Field::Int(it.group)),
            _ => None,
        }
    }
}

/// A row that has not been made: what a filter does not look at is not written out.
pub(crate) struct IncidentRow<'a> {
    pub(crate) incident: &'a Arc<Incident>,
    pub(crate) host: Option<&'a Host>,
}

impl Columns for IncidentRow<'_> {
    fn field(&self, name: &str) -> Option<Field> {
        self.incident.field(self.host, name)
    }
}
