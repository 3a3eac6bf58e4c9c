//! `HostGroup.*`: incidents and hosts.

use crate::arguments::Arguments;
use crate::calls::call::{Call, nothing, returns};
use crate::filter::{self, Checked, narrow};
use crate::journal::Rule;
use crate::record::{self, Attribute, Columns, Order, Record};
use crate::refusal::Refusal;
use crate::world::edr_body;
use crate::world::hosts::Host;
use crate::world::incidents::{Incident, IncidentRow};
use crate::world::rowsets::{Rows, RowsetKind};
use serde_json::{Map, Value, json};
use std::sync::Arc;
use std::time::Duration;
use time::OffsetDateTime;

/// Stores an incident. That it is stored says nothing about whether the console can use it.
pub(crate) fn add_incident(call: &mut Call<'_>) -> Result<Value, Refusal> {
    call.only(&["pData"]);
    let data = call.arguments.params("pData")?;
    let severity = data.int("KLINCDT_SEVERITY")?;
    let added = data.datetime("KLINCDT_ADDED")?;
    let body = data.text("KLINCDT_BODY")?;
    let host = data.text("KLHST_WKS_HOSTNAME")?;
    let handled = optional(data, "KLINCDT_IS_HANDLED", Arguments::boolean)?;
    let user = optional(data, "KLHSTUSER_ID", Arguments::int)?;
    note_incident_type(call, data);
    let known = [
        "KLINCDT_SEVERITY",
        "KLINCDT_ADDED",
        "KLINCDT_BODY",
        "KLHST_WKS_HOSTNAME",
        "KLINCDT_IS_HANDLED",
        "KLHSTUSER_ID",
        "KLINCDT_TYPE",
    ];
    data.only(&known, &call.world.journal, call.method);
    note_severity(call, severity);
    if call.world.host(host).is_none() {
        call.note(Rule::KnownHost, format!("there is no host {host:?}"));
    }
    note_body(call, body, host);

    let incident = Incident {
        // Its number comes with its place.
        id: 0,
        host: host.to_owned(),
        severity,
        added,
        body: body.to_owned(),
        handled: handled.unwrap_or(false),
        user,
        missing: Vec::new(),
    };
    let request_id = call.request_id.map(str::to_owned);
    let id = call.world.store_incident(incident, request_id);
    Ok(returns(id))
}

fn optional<'a, T>(
    data: Arguments<'a>,
    name: &str,
    read: impl Fn(Arguments<'a>, &str) -> Result<T, Refusal>,
) -> Result<Option<T>, Refusal> {
    data.get(name).map(|_| read(data, name)).transpose()
}

fn note_incident_type(call: &Call<'_>, data: Arguments<'_>) {
    if data.get("KLINCDT_TYPE").is_some() {
        call.note(
            Rule::NoIncidentType,
            "KLINCDT_TYPE is not documented as settable",
        );
    }
}

fn note_severity(call: &Call<'_>, severity: i64) {
    if !(1..=3).contains(&severity) {
        call.note(Rule::SeverityScale, format!("severity {severity}"));
    }
}

/// Notes what the console would stumble over.
fn note_body(call: &Call<'_>, body: &str, host: &str) {
    let reading = edr_body::read(body);
    for (rule, detail) in reading.defects {
        call.note(rule, detail);
    }
    if let Some(target) = reading
        .body
        .map(|body| body.target)
        .filter(|target| target != host)
    {
        call.note(
            Rule::SameHost,
            format!("targetHost {target:?}, incident of {host:?}"),
        );
    }
}

/// Changes an incident; the host must be given and be the incident's own.
pub(crate) fn update_incident(call: &mut Call<'_>) -> Result<Value, Refusal> {
    call.only(&["nId", "pData"]);
    let id = call.arguments.int("nId")?;
    let data = call.arguments.params("pData")?;
    let host = data.text("KLHST_WKS_HOSTNAME")?;
    let severity = optional(data, "KLINCDT_SEVERITY", Arguments::int)?;
    let added = optional(data, "KLINCDT_ADDED", Arguments::datetime)?;
    let body = optional(data, "KLINCDT_BODY", Arguments::text)?;
    let handled = optional(data, "KLINCDT_IS_HANDLED", Arguments::boolean)?;
    note_incident_type(call, data);
    let known = [
        "KLHST_WKS_HOSTNAME",
        "KLINCDT_SEVERITY",
        "KLINCDT_ADDED",
        "KLINCDT_BODY",
        "KLINCDT_IS_HANDLED",
        "KLINCDT_TYPE",
    ];
    data.only(&known, &call.world.journal, call.method);
    let Some(incident) = call.world.incidents.get_mut(id) else {
        return Err(Refusal::not_found(format!("There is no incident {id}")));
    };
    if incident.host != host {
        return Err(Refusal::pxg(
            "KLSTD",
            1193,
            "The host of an incident cannot be changed",
        ));
    }
    incident.severity = severity.unwrap_or(incident.severity);
    incident.added = added.unwrap_or(incident.added);
    incident.handled = handled.unwrap_or(incident.handled);
    if let Some(body) = body {
        body.clone_into(&mut incident.body);
    }
    let handled = incident.handled;
    call.world.journal.change_incident(id, |incident| {
        incident.handled = handled;
        incident.updates += 1;
    });
    if !handled && call.world.knobs.console_acts_on_updates {
        call.world.announce(id);
    }
    if let Some(severity) = severity {
        note_severity(call, severity);
    }
    if let Some(body) = body {
        note_body(call, body, host);
    }
    Ok(nothing())
}

/// Removes an incident; a console that has not acted on it never will.
pub(crate) fn delete_incident(call: &mut Call<'_>) -> Result<Value, Refusal> {
    call.only(&["nId"]);
    let id = call.arguments.int("nId")?;
    if !call.world.incidents.remove(id) {
        return Err(Refusal::not_found(format!("There is no incident {id}")));
    }
    call.world
        .journal
        .change_incident(id, |incident| incident.deleted = true);
    Ok(nothing())
}

/// Searches incidents.
pub(crate) fn find_incidents(call: &mut Call<'_>) -> Result<Value, Refusal> {
    call.only(&[
        "strFilter",
        "pFieldsToReturn",
        "pFieldsToOrder",
        "lMaxLifeTime",
    ]);
    let names = ["strFilter", "pFieldsToReturn", "pFieldsToOrder"];
    let wanted = wanted(call, names, Incident::attributes())?;
    let world = &*call.world;
    let incidents = &world.incidents;
    let conditions = &wanted.filter.filter;
    let of_hosts = narrow::candidates(conditions, &|attribute, value| {
        (attribute == "KLHST_WKS_HOSTNAME").then(|| incidents.of_host(value))
    });
    let numbers = narrow::range(conditions, "KLINCDT_ID");
    let rows = incidents
        .within(numbers, of_hosts.as_ref())
        .map(|incident| IncidentRow {
            incident,
            host: world.host(&incident.host),
        });
    let rows = choose(rows, &wanted, world.now);
    let own = |it: &String| Incident::has_of_its_own(it);
    let rows = if wanted.fields.iter().all(own) {
        Rows::Incidents {
            found: rows.iter().map(|it| Arc::clone(it.incident)).collect(),
            fields: wanted.fields.clone(),
        }
    } else {
        let made = rows.iter().map(|row| {
            let mut record = row.incident.record(row.host);
            record.retain(|name, _| !row.incident.missing.iter().any(|it| it == name));
            wanted.row(call, &record, Incident::attributes())
        });
        Rows::Made(made.collect())
    };
    Ok(keep(call, rows, wanted.life))
}

/// Searches hosts.
pub(crate) fn find_hosts(call: &mut Call<'_>) -> Result<Value, Refusal> {
    let known = [
        "wstrFilter",
        "vecFieldsToReturn",
        "vecFieldsToOrder",
        "pParams",
        "lMaxLifeTime",
    ];
    call.only(&known);
    // Several clients that work against real servers leave it out.
    if let Some(params) = optional(call.arguments, "pParams", Arguments::params)? {
        optional(params, "KLGRP_FIND_FROM_CUR_VS_ONLY", Arguments::boolean)?;
        optional(params, "KLSRVH_SLAVE_REC_DEPTH", Arguments::int)?;
        let known = ["KLGRP_FIND_FROM_CUR_VS_ONLY", "KLSRVH_SLAVE_REC_DEPTH"];
        params.only(&known, &call.world.journal, call.method);
    }
    let names = ["wstrFilter", "vecFieldsToReturn", "vecFieldsToOrder"];
    let wanted = wanted(call, names, Host::attributes())?;
    let (now, nulls) = (call.world.now, call.world.knobs.nulls);
    let hosts = &call.world.hosts;
    let places = narrow::candidates(&wanted.filter.filter, &|attribute, value| {
        hosts.called(attribute, value)
    });
    let rows = match places {
        Some(places) => {
            let rows = places.into_iter().map(|it| hosts.at(it).record(now, nulls));
            choose(rows, &wanted, now)
        }
        None => choose(hosts.iter().map(|it| it.record(now, nulls)), &wanted, now),
    };
    let made = rows
        .iter()
        .map(|row| wanted.row(call, row, Host::attributes()));
    let rows = Rows::Made(made.collect());
    Ok(keep(call, rows, wanted.life))
}

/// What a search asks for: the same for both.
struct Wanted {
    filter: Checked,
    fields: Vec<String>,
    order: Order,
    life: Duration,
}

impl Wanted {
    /// A row as it is sent.
    fn row(&self, call: &Call<'_>, record: &Record, table: &[Attribute]) -> Value {
        let journal = &call.world.journal;
        let row = record::select(record, table, &self.fields, journal, call.method);
        json!({"type": "params", "value": row})
    }
}

fn wanted(
    call: &Call<'_>,
    [filter, fields, order]: [&str; 3],
    table: &[Attribute],
) -> Result<Wanted, Refusal> {
    let filter = filter::read(call.arguments.text(filter)?, table)?;
    let fields = call.arguments.texts(fields)?;
    let order = optional(call.arguments, order, Arguments::order)?.unwrap_or_default();
    let life = call.life("lMaxLifeTime")?;
    record::check_order(&order, table)?;
    for (rule, detail) in &filter.remarks {
        call.note(*rule, detail.as_str());
    }
    Ok(Wanted {
        filter,
        fields,
        order,
        life,
    })
}

/// Those that satisfy the filter, in the order that is asked for.
fn choose<R: Columns>(
    rows: impl Iterator<Item = R>,
    wanted: &Wanted,
    now: OffsetDateTime,
) -> Vec<R> {
    let mut rows: Vec<R> = rows.filter(|it| wanted.filter.matches(it, now)).collect();
    record::sort(&mut rows, &wanted.order);
    rows
}

/// Keeps what was found until it is read.
fn keep(call: &mut Call<'_>, rows: Rows, life: Duration) -> Value {
    let (count, now) = (rows.len(), call.world.now);
    let rowsets = &mut call.world.rowsets;
    let accessor = rowsets.open(RowsetKind::Accessor, call.session, rows, now, Some(life));
    json!({"strAccessor": accessor, "PxgRetVal": count})
}

/// Attributes of one host.
pub(crate) fn get_host_info(call: &mut Call<'_>) -> Result<Value, Refusal> {
    call.only(&["strHostName", "pFields2Return"]);
    let id = call.arguments.text("strHostName")?;
    let fields = call.arguments.texts("pFields2Return")?;
    let Some(host) = call.world.host(id) else {
        return Err(Refusal::not_found("There is no such host"));
    };
    let record = host.record(call.world.now, call.world.knobs.nulls);
    let row = record::select(
        &record,
        Host::attributes(),
        &fields,
        &call.world.journal,
        call.method,
    );
    Ok(returns(row))
}

/// Facts about the server that do not change while it runs.
pub(crate) fn get_static_info(call: &mut Call<'_>) -> Result<Value, Refusal> {
    call.only(&["pValues"]);
    let wanted = call.arguments.texts_or_null("pValues")?;
    let facts: [(&str, Value); 8] = [
        ("KLADMSRV_PRODUCT_FULL_VERSION", json!("15.1.0.20748")),
        ("KLADMSRV_PRODUCT_NAME", json!("Kaspersky Security Center")),
        ("KLADMSRV_SERVER_VERSION_ID", json!(151)),
        ("KLADMSRV_SERVER_HOSTNAME", json!("ksc-simulator")),
        ("KLADMSRV_IS_VIRTUAL", json!(false)),
        ("KLADMSRV_VSID", json!(0)),
        ("KLADMSRV_USERID", json!(1)),
        ("KLADMSRV_LINUX_EDITION", json!(false)),
    ];
    if let Some(wanted) = &wanted {
        for name in wanted
            .iter()
            .filter(|name| !facts.iter().any(|fact| fact.0 == name.as_str()))
        {
            call.note(Rule::KnownAttributes, format!("there is no {name}"));
        }
    }
    let chosen = |name: &str| {
        wanted
            .as_ref()
            .is_none_or(|wanted| wanted.iter().any(|w| w == name))
    };
    let row: Map<String, Value> = facts
        .into_iter()
        .filter(|(name, _)| chosen(name))
        .map(|(name, value)| (name.to_owned(), value))
        .collect();
    Ok(returns(row))
}

/// Attributes of a group; those of the vendor's list that are not told here are left out.
pub(crate) fn get_group_info(call: &mut Call<'_>) -> Result<Value, Refusal> {
    call.only(&["nGroupId"]);
    let number = call.arguments.int("nGroupId")?;
    let Some(group) = call.world.groups.get(number) else {
        return Err(Refusal::not_found("There is no such group"));
    };
    let mut info = json!({"id": number, "name": group.name, "grp_full_name": group.full_name});
    if let Some(parent) = group.parent {
        info["parentId"] = json!(parent);
    }
    Ok(returns(info))
}

/// The group "Managed devices".
pub(crate) fn group_id_groups(call: &Call<'_>) -> Value {
    call.only(&[]);
    returns(0)
}
