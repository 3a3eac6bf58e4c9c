//! What a KSC answers, or whoever answers in its place: every reading of every reply.
//!
//! And the way back: what is read is written as arguments and must be read again as the same.

use ksc::wire::Nested;
use ksc::{
    AddIncident, Arguments, Call, CancelTask, FindHosts, FindIncidents, GetAllTasksOfHost,
    GetGroupInfo, GetHostInfo, GetHostStatusRecordRange, GetHostStatusRecordsCount, GetItemsChunk,
    GetItemsCount, GetNextTask, GetStaticInfo, GetTask, GetTaskStatistics,
    IsAnyServiceConsoleAvailable, Params, Reply, ResetHostIteratorForTaskStatus,
    ResetTasksIterator,
};
use ksc::{Filter, PxgError};
use serde_json::Value;
use time::format_description::well_known::Rfc3339;
use time::{OffsetDateTime, UtcOffset};

use crate::Verdict;

/// `serde_json` reads 128 levels, and each level of params is written as two.
const DEPTH: usize = 20;

pub(crate) fn try_one(input: &[u8]) -> Verdict {
    let reply = match Reply::read(input) {
        Ok(Ok(reply)) => reply,
        Ok(Err(refusal)) => {
            check_refusal(&refusal);
            return Verdict::Refused;
        }
        Err(_) => return Verdict::Refused,
    };
    let Value::Object(members) = serde_json::from_slice(input).expect("it was read") else {
        panic!("only an object is a reply");
    };
    assert!(matches!(members.get("PxgError"), None | Some(Value::Null)));
    read_as_every_call(&reply);
    for (name, value) in &members {
        check_field(reply.out(), name, value);
    }
    write_and_read(reply.out(), &members);
    Verdict::Taken
}

/// What of a refusal goes into logs and to callers is short and plain.
fn check_refusal(refusal: &PxgError) {
    let shown = refusal.to_string();
    assert!(shown.len() < 100, "{shown:?}");
    assert!(
        shown.chars().all(|it| it.is_ascii_graphic() || it == ' '),
        "{shown:?}"
    );
    let logged = refusal.log_detail();
    assert!(logged.chars().count() < 400, "{logged:?}");
    assert!(!logged.chars().any(char::is_control), "{logged:?}");
}

fn read_as_every_call(reply: &Reply) {
    fn read<C: Call>(call: &C, reply: &Reply) -> Option<C::Reply> {
        call.reply(reply.clone()).ok()
    }
    let text = || "1".to_owned();
    let filter = || Filter::number("KLINCDT_ID", 1);
    let find_incidents = FindIncidents {
        filter: filter(),
        fields: &[],
        order: Vec::new(),
        lifetime_seconds: 60,
    };
    let find_hosts = FindHosts {
        filter: filter(),
        fields: &[],
        order: Vec::new(),
        current_server_only: true,
        lifetime_seconds: 60,
    };
    let found = read(&find_incidents, reply);
    assert_eq!(found, read(&find_hosts, reply));
    if let Some(found) = found {
        assert!(
            !found.accessor.is_empty() || found.count == 0,
            "rows that nobody can fetch: {found:?}"
        );
    }
    let add = AddIncident {
        severity: 2,
        added: OffsetDateTime::UNIX_EPOCH,
        body: text(),
        host_id: text(),
    };
    let count = GetItemsCount { accessor: text() };
    let records = GetHostStatusRecordsCount { iterator: text() };
    let number = read(&add, reply);
    assert!(number.is_none_or(|it| Some(it) == reply.out().int("PxgRetVal")));
    read(&count, reply);
    read(&records, reply);
    let chunk = GetItemsChunk {
        accessor: text(),
        start: 0,
        count: 10,
    };
    let rows = read(&chunk, reply).unwrap_or_default();
    for row in &rows {
        assert_eq!(Params::from_value(&Value::Null), None);
        read_columns(row);
    }
    read(
        &GetHostInfo {
            host_id: text(),
            fields: &[],
        },
        reply,
    );
    read(&GetGroupInfo { group: 1 }, reply);
    read(&GetStaticInfo { values: &[] }, reply);
    if let Some(ids) = read(&GetAllTasksOfHost { host_id: text() }, reply) {
        assert_eq!(reply.ids().as_deref(), Ok(&*ids));
    }
    read(&GetTask { task: text() }, reply);
    if let Some(Some(task)) = read(&GetNextTask { iterator: text() }, reply) {
        assert!(!task.id.is_empty(), "a task that nobody can ask for");
    }
    if let Some(statistics) = read(&GetTaskStatistics { task: text() }, reply) {
        let _ = statistics.devices();
    }
    let range = GetHostStatusRecordRange {
        iterator: text(),
        start: 0,
        end: 10,
    };
    for status in read(&range, reply).unwrap_or_default() {
        assert!(!status.host_id.is_empty(), "a status of no host");
    }
    let reset = ResetHostIteratorForTaskStatus {
        task: text(),
        state_mask: 1,
        lifetime_seconds: 60,
    };
    let walk = ResetTasksIterator {
        group: None,
        include_supergroups: true,
    };
    let iterators = [read(&reset, reply), read(&walk, reply)];
    assert!(iterators.iter().flatten().all(|it| !it.is_empty()));
    read(&CancelTask { task: text() }, reply);
    read(&IsAnyServiceConsoleAvailable, reply);
}

/// The columns that the gateway reads of rows.
fn read_columns(row: &Params) {
    let _ = (row.id("KLHST_WKS_HOSTNAME"), row.int("KLINCDT_ID"));
    let _ = (
        row.datetime("KLINCDT_ADDED"),
        row.bool("KLINCDT_IS_HANDLED"),
    );
    let shown = format!("{row:?}");
    assert!(shown.starts_with('{'), "only names are shown");
}

/// A field is read as what it is and as nothing else.
fn check_field(params: &Params, name: &str, value: &Value) {
    if let Some(number) = params.int(name) {
        let digits = number.to_string();
        let inner = inside(value);
        let same = match inner {
            Value::Number(it) => it.as_i64() == Some(number),
            Value::String(it) => it.parse() == Ok(number),
            Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => false,
        };
        assert!(same, "{value} was read as {digits}");
    }
    if let Some(text) = params.str(name) {
        assert_eq!(value.as_str(), Some(text));
    }
    if let Some(flag) = params.bool(name) {
        assert!(*value == flag || value.as_i64() == Some(i64::from(flag)));
    }
    if let Some(id) = params.id(name) {
        assert!(!id.is_empty());
    }
    if let Some(moment) = params.datetime(name) {
        assert_eq!(moment.offset(), UtcOffset::UTC);
        let passed_on = moment.format(&Rfc3339);
        assert!(passed_on.is_ok(), "no answer can hold {moment}");
    }
    let _ = (params.double(name), params.binary(name));
    if let Some(rows) = params.rows(name) {
        assert!(rows.len() <= value.as_array().map_or(0, Vec::len));
    }
}

fn inside(value: &Value) -> &Value {
    match value.as_object() {
        Some(it) if it.len() == 2 && it.contains_key("type") => it.get("value").unwrap_or(value),
        Some(_) | None => value,
    }
}

/// Params, made of what can be written.
fn copy(params: &Params, members: &serde_json::Map<String, Value>, depth: usize) -> Nested {
    let mut copy = Nested::new();
    for (name, value) in members {
        copy = if let Some(text) = params.str(name) {
            copy.text(name, text)
        } else if let Value::Bool(flag) = value {
            copy.bool(name, *flag)
        } else if let Some(number) = params.int(name) {
            copy.int(name, number)
        } else if let Some(moment) = params.datetime(name) {
            copy.datetime(name, moment)
        } else if let Some(inner) = params.params(name).filter(|_| depth > 0) {
            let below = bare(value);
            copy.params(name, self::copy(&inner, below, depth - 1))
        } else {
            copy
        };
    }
    copy
}

/// The members of params, wrapped or not.
fn bare(value: &Value) -> &serde_json::Map<String, Value> {
    let object = value.as_object().expect("params are an object");
    let wrapped = object.len() == 2 && object.get("type").is_some_and(|it| it == "params");
    match object.get("value") {
        Some(Value::Object(inner)) if wrapped => inner,
        Some(_) | None => object,
    }
}

fn write_and_read(params: &Params, members: &serde_json::Map<String, Value>) {
    let nested = copy(params, members, DEPTH);
    let body = Arguments::none()
        .rows("rows", [nested.clone()])
        .text(
            "text",
            String::from_utf8_lossy(&members.len().to_le_bytes()),
        )
        .unspecified("nothing")
        .to_body();
    assert!(body.is_ascii(), "KSC is sent ASCII alone");
    let read = Reply::read(&body).expect("JSON").expect("no refusal");
    let rows = read.out().rows("rows").expect("an array");
    let [row] = rows.as_slice() else {
        panic!("one row was written, and {} are read", rows.len());
    };
    compare(params, row, members, DEPTH);
}

fn compare(asked: &Params, read: &Params, members: &serde_json::Map<String, Value>, depth: usize) {
    for (name, value) in members {
        if let Some(text) = asked.str(name) {
            assert_eq!(read.str(name), Some(text));
        } else if let Value::Bool(flag) = value {
            assert_eq!(read.bool(name), Some(*flag));
        } else if let Some(number) = asked.int(name) {
            assert_eq!(read.int(name), Some(number));
        } else if let Some(moment) = asked.datetime(name) {
            let whole = moment.replace_nanosecond(0).expect("a whole second");
            assert_eq!(read.datetime(name), Some(whole), "{value}");
        } else if let Some(inner) = asked.params(name).filter(|_| depth > 0) {
            let again = read.params(name).expect("params were written");
            compare(&inner, &again, bare(value), depth - 1);
        } else {
            assert_eq!(read.get(name), None);
        }
    }
}
