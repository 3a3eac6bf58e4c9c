//! `HostGroup.*`: incidents, hosts, and facts on the server.

use time::OffsetDateTime;

use super::method::{Call, Effect};
use crate::filter::Filter;
use crate::wire::{Arguments, Nested, Reply, Row, Unexpected};

/// `HostGroup.AddIncident`: stores an incident and returns its number.
///
/// The four fields are all that the vendor requires; `KLINCDT_TYPE` is never sent.
#[derive(Clone)]
pub struct AddIncident {
    /// 1 information, 2 warning, 3 critical.
    pub severity: i32,
    /// When the entry was made; written in UTC and whole seconds.
    pub added: OffsetDateTime,
    /// JSON in a text, for an EDR response.
    pub body: String,
    /// `KLHST_WKS_HOSTNAME`: KSC's own id of the device, not a DNS name.
    pub host_id: String,
}

impl Call for AddIncident {
    const NAME: &'static str = "HostGroup.AddIncident";
    const EFFECT: Effect = Effect::Once;
    type Reply = i64;

    fn arguments(&self) -> Arguments {
        let data = Nested::new()
            .int("KLINCDT_SEVERITY", i64::from(self.severity))
            .datetime("KLINCDT_ADDED", self.added)
            .text("KLINCDT_BODY", &self.body)
            .text("KLHST_WKS_HOSTNAME", &self.host_id);
        Arguments::none().params("pData", data)
    }

    /// Documented as `int`; one client types it as text. Anything that is not a number of an
    /// incident, which begin at one, leaves the outcome unknown.
    fn reply(&self, reply: Reply) -> Result<i64, Unexpected> {
        let number = reply.int()?;
        let is_one = number > 0;
        is_one
            .then_some(number)
            .ok_or(Unexpected::Without("number of an incident"))
    }
}

/// `HostGroup.UpdateIncident`: sets whether an incident is handled.
///
/// A second one leaves the row as the first one did, and undoes what somebody did to it in between:
/// whoever repeats it reads the row first, and calls it [once](crate::Lease::call_once) at a time.
pub struct UpdateIncident {
    /// The incident's number.
    pub id: i64,
    /// The new state.
    pub handled: bool,
    /// The incident's host id, unchanged: the vendor's note says that it must be set.
    pub host_id: String,
}

impl Call for UpdateIncident {
    const NAME: &'static str = "HostGroup.UpdateIncident";
    const EFFECT: Effect = Effect::Idempotent;
    type Reply = ();

    fn arguments(&self) -> Arguments {
        let data = Nested::new()
            .bool("KLINCDT_IS_HANDLED", self.handled)
            .text("KLHST_WKS_HOSTNAME", &self.host_id);
        Arguments::none().int("nId", self.id).params("pData", data)
    }

    fn reply(&self, _: Reply) -> Result<(), Unexpected> {
        Ok(())
    }
}

/// A column to sort by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Order {
    /// The attribute.
    pub name: &'static str,
    /// Smallest first.
    pub ascending: bool,
}

impl Order {
    /// Smallest, or oldest, first.
    #[must_use]
    pub fn ascending(name: &'static str) -> Self {
        Self {
            name,
            ascending: true,
        }
    }

    /// Largest, or newest, first.
    #[must_use]
    pub fn descending(name: &'static str) -> Self {
        Self {
            name,
            ascending: false,
        }
    }

    fn nested(&self) -> Nested {
        Nested::new()
            .text("Name", self.name)
            .bool("Asc", self.ascending)
    }
}

/// A result set waiting in the session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// Its name; empty only when nothing was found.
    pub accessor: String,
    /// The number of rows.
    pub count: i64,
}

impl Found {
    fn read(reply: &Reply) -> Result<Self, Unexpected> {
        // Fewer than none is no answer: it must not pass for none.
        let count = reply.int()?;
        if count < 0 {
            return Err(Unexpected::Without("PxgRetVal"));
        }
        match reply.out_text("strAccessor") {
            Ok(accessor) => Ok(Self { accessor, count }),
            Err(_) if count == 0 => Ok(Self {
                accessor: String::new(),
                count,
            }),
            Err(missing) => Err(missing),
        }
    }
}

/// `HostGroup.FindIncidents`.
pub struct FindIncidents {
    /// Which incidents.
    pub filter: Filter,
    /// Which attributes to return.
    pub fields: &'static [&'static str],
    /// Without one the order of pages is undefined. Not by body, host id or extra parameters.
    pub order: Vec<Order>,
    /// How long the set is kept when unused, seconds.
    pub lifetime_seconds: u32,
}

impl Call for FindIncidents {
    const NAME: &'static str = "HostGroup.FindIncidents";
    const EFFECT: Effect = Effect::Read;
    type Reply = Found;

    fn arguments(&self) -> Arguments {
        Arguments::none()
            .text("strFilter", self.filter.as_str())
            .texts("pFieldsToReturn", self.fields)
            .rows("pFieldsToOrder", self.order.iter().map(Order::nested))
            .int("lMaxLifeTime", i64::from(self.lifetime_seconds))
    }

    fn reply(&self, reply: Reply) -> Result<Found, Unexpected> {
        Found::read(&reply)
    }
}

/// `HostGroup.FindHosts`.
pub struct FindHosts {
    /// Which hosts.
    pub filter: Filter,
    /// Which attributes to return.
    pub fields: &'static [&'static str],
    /// Without one the order of pages is undefined.
    pub order: Vec<Order>,
    /// Leave out the hosts of secondary servers (`KLGRP_FIND_FROM_CUR_VS_ONLY`).
    pub current_server_only: bool,
    /// How long the set is kept when unused, seconds; at most 7200.
    pub lifetime_seconds: u32,
}

impl Call for FindHosts {
    const NAME: &'static str = "HostGroup.FindHosts";
    const EFFECT: Effect = Effect::Read;
    type Reply = Found;

    fn arguments(&self) -> Arguments {
        let scope = Nested::new().bool("KLGRP_FIND_FROM_CUR_VS_ONLY", self.current_server_only);
        Arguments::none()
            .text("wstrFilter", self.filter.as_str())
            .texts("vecFieldsToReturn", self.fields)
            .rows("vecFieldsToOrder", self.order.iter().map(Order::nested))
            .params("pParams", scope)
            .int("lMaxLifeTime", i64::from(self.lifetime_seconds))
    }

    fn reply(&self, reply: Reply) -> Result<Found, Unexpected> {
        Found::read(&reply)
    }
}

/// `HostGroup.GetHostInfo`: attributes of one host.
pub struct GetHostInfo {
    /// KSC's own id of the device.
    pub host_id: String,
    /// Which attributes to return.
    pub fields: &'static [&'static str],
}

impl Call for GetHostInfo {
    const NAME: &'static str = "HostGroup.GetHostInfo";
    const EFFECT: Effect = Effect::Read;
    type Reply = Row;

    fn arguments(&self) -> Arguments {
        Arguments::none()
            .text("strHostName", &self.host_id)
            .texts("pFields2Return", self.fields)
    }

    fn reply(&self, reply: Reply) -> Result<Row, Unexpected> {
        reply.params()
    }
}

/// `HostGroup.GetGroupInfo`: attributes of one administration group.
///
/// The vendor's samples read `grp_full_name` from it: the names from the root on, between slashes.
pub struct GetGroupInfo {
    /// The group's number, as in a host's `KLHST_WKS_GROUPID`.
    pub group: i64,
}

impl Call for GetGroupInfo {
    const NAME: &'static str = "HostGroup.GetGroupInfo";
    const EFFECT: Effect = Effect::Read;
    type Reply = Row;

    fn arguments(&self) -> Arguments {
        Arguments::none().int("nGroupId", self.group)
    }

    fn reply(&self, reply: Reply) -> Result<Row, Unexpected> {
        reply.params()
    }
}

/// `HostGroup.GetStaticInfo`: facts on the server, such as its version.
pub struct GetStaticInfo {
    /// E.g. `KLADMSRV_PRODUCT_FULL_VERSION`; empty for everything.
    pub values: &'static [&'static str],
}

impl Call for GetStaticInfo {
    const NAME: &'static str = "HostGroup.GetStaticInfo";
    const EFFECT: Effect = Effect::Read;
    type Reply = Row;

    fn arguments(&self) -> Arguments {
        if self.values.is_empty() {
            return Arguments::none().unspecified("pValues");
        }
        Arguments::none().texts("pValues", self.values)
    }

    fn reply(&self, reply: Reply) -> Result<Row, Unexpected> {
        reply.params()
    }
}
