//! Incidents as the server stores them.

use crate::record::{Attribute, Field, Kind, Record};
use crate::world::hosts::Host;
use serde::Deserialize;
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
    pub(crate) fn record(&self, host: Option<&Host>) -> Record {
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
        if let Some(host) = host {
            record.insert("KLHST_WKS_LID", Field::Long(host.number));
            record.insert("KLHST_WKS_DN", text(&host.spec.name));
            record.insert("KLHST_WKS_WINHOSTNAME", text(&host.spec.netbios));
            record.insert("KLHST_WKS_GROUPID", Field::Int(host.group));
        }
        record
    }
}
