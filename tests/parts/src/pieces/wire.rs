//! KSC's JSON, written and read.

use std::hint::black_box;

use ksc::{
    AddIncident, Call, Filter, FindHosts, FindIncidents, GetAllTasksOfHost,
    GetHostStatusRecordRange, GetItemsChunk, GetTask, Order, Reply, UpdateIncident,
};
use serde_json::{Value, json};
use time::macros::datetime;

use super::incident::HOST;
use super::piece::Piece;

/// An archive of indicators, in base64.
const LARGE: usize = 128 * 1024;

pub(super) fn pieces() -> Vec<Piece> {
    let mut pieces = written();
    pieces.extend(read());
    pieces
}

fn written() -> Vec<Piece> {
    vec![
        write("AddIncident", || add_incident(&body(""))),
        write("AddIncident of 128 KiB", || {
            add_incident(&body(&"UEsDBBQA".repeat(LARGE / 8)))
        })
        .counted(200),
        write("UpdateIncident", || UpdateIncident {
            id: 42,
            handled: false,
            host_id: HOST.to_owned(),
        }),
        write("FindHosts", || FindHosts {
            filter: Filter::number("KLHST_WKS_GROUPID", 1),
            fields: &["KLHST_WKS_HOSTNAME", "KLHST_WKS_DN", "KLHST_WKS_FQDN"],
            order: vec![Order::ascending("KLHST_WKS_HOSTNAME")],
            current_server_only: true,
            lifetime_seconds: 60,
        }),
        write("FindIncidents", || FindIncidents {
            filter: Filter::number("KLINCDT_ID", 42),
            fields: &["KLINCDT_ID", "KLINCDT_ADDED", "KLINCDT_BODY"],
            order: vec![Order::descending("KLINCDT_ID")],
            lifetime_seconds: 60,
        }),
        write("GetItemsChunk", chunk),
    ]
}

fn read() -> Vec<Piece> {
    let rows = |count: usize| {
        let row = json!({"type": "params", "value": {
            "KLHST_WKS_HOSTNAME": HOST, "KLHST_WKS_DN": "ws-042", "KLHST_WKS_FQDN": "ws-042.corp.example",
            "KLHST_WKS_DNSNAME": "ws-042", "KLHST_WKS_WINHOSTNAME": "WS-042", "KLHST_WKS_WINDOMAIN": "CORP",
            "KLHST_WKS_IP_LONG": 167_772_202, "KLHST_WKS_GROUPID": 1,
            "KLHST_WKS_LAST_VISIBLE": {"type": "datetime", "value": "2026-01-02T03:04:05Z"},
        }});
        json!({"pChunk": {"KLCSP_ITERATOR_ARRAY": vec![row; count]}, "PxgRetVal": count})
    };
    let task = json!({"PxgRetVal": {
        "TASK_NAME": "EdrResponse", "TASK_UNIQUE_ID": "195", "TASKID_PRODUCT_NAME": "KES",
        "DisplayName": "[Response][KUMA] getFile - 01/02/2026 03:04:05 - 42", "TASKID_VERSION": "12.9.0.0",
        "PRTS_TASK_CREATION_DATE": {"type": "datetime", "value": "2026-01-02T03:04:07Z"},
    }});
    let status = json!({"pParHostStatus": {"statuses": [{"type": "params", "value": {
        "hostname": HOST, "state_code": 4, "state_descr": "", "completed_percent": 100,
        "start_time": {"type": "datetime", "value": "2026-01-02T03:05:00Z"},
        "finish_time": {"type": "datetime", "value": "2026-01-02T03:05:09Z"},
    }}]}});
    let ids: Vec<String> = (100..200).map(|it| it.to_string()).collect();
    vec![
        answer("AddIncident", json!({"PxgRetVal": 42}), |reply| {
            add_incident("").reply(reply) == Ok(42)
        }),
        answer("a chunk of 1 row", rows(1), |reply| {
            chunk().reply(reply).is_ok_and(|it| it.len() == 1)
        }),
        answer("a chunk of 500 rows", rows(500), |reply| {
            chunk().reply(reply).is_ok_and(|it| it.len() == 500)
        })
        .counted(20),
        answer(
            "GetAllTasksOfHost, 100",
            json!({"PxgRetVal": ids}),
            |reply| {
                let host_id = String::new();
                let read = GetAllTasksOfHost { host_id }.reply(reply);
                read.is_ok_and(|it| it.len() == 100)
            },
        ),
        answer("GetTask", task, |reply| {
            let task = String::new();
            let read = GetTask { task }.reply(reply);
            read.is_ok_and(|it| it.id == "195" && it.created.is_some())
        }),
        answer("a host's status", status, |reply| {
            let (iterator, start, end) = (String::new(), 0, 1);
            let call = GetHostStatusRecordRange {
                iterator,
                start,
                end,
            };
            call.reply(reply).is_ok_and(|it| it.len() == 1)
        }),
        refusal(),
    ]
}

/// The bytes of a call.
fn write<C: Call + 'static>(name: &str, call: impl FnOnce() -> C + 'static) -> Piece {
    Piece::again(format!("write {name}"), move |_| {
        let call = call();
        let bytes = call.arguments().to_body();
        let value: Value = serde_json::from_slice(&bytes).expect("JSON");
        assert!(value.as_object().is_some_and(|it| !it.is_empty()));
        move || {
            black_box(black_box(&call).arguments().to_body());
        }
    })
}

/// What an answer's bytes say.
fn answer(name: &str, body: Value, is_right: impl Fn(Reply) -> bool + 'static) -> Piece {
    Piece::again(format!("read {name}"), move |_| {
        let bytes = body.to_string().into_bytes();
        let read = move || {
            let reply = Reply::read(black_box(&bytes));
            reply.is_ok_and(|it| it.is_ok_and(&is_right))
        };
        assert!(read(), "it is read");
        move || {
            black_box(read());
        }
    })
}

fn refusal() -> Piece {
    Piece::again("read a refusal", |_| {
        let error = json!({"PxgError": {"code": 1125, "module": "KLSTD", "file": "c:\\a\\x.cpp", "line": 7,
            "message": "There is no such thing"}});
        let bytes = error.to_string().into_bytes();
        let read = move || {
            let reply = Reply::read(black_box(&bytes));
            reply.is_ok_and(|it| it.is_err_and(|it| it.is("KLSTD", 1125)))
        };
        assert!(read(), "it is refused");
        move || {
            black_box(read());
        }
    })
}

fn body(archive: &str) -> String {
    json!({
        "targetHost": HOST, "task": "iocScan", "responseEventIncident": true,
        "responseEventIncidentArea": "Кума", "params": {"ioc": archive, "isolateHost": false,
        "scanCriticalAreas": true, "quarantineObject": false},
    })
    .to_string()
}

fn add_incident(body: &str) -> AddIncident {
    AddIncident {
        severity: 2,
        added: datetime!(2026-01-02 03:04:05 UTC),
        body: body.to_owned(),
        host_id: HOST.to_owned(),
    }
}

fn chunk() -> GetItemsChunk {
    GetItemsChunk {
        accessor: "acc-1".to_owned(),
        start: 0,
        count: 500,
    }
}
