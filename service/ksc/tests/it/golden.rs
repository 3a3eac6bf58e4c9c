//! The bytes the vendor's own client sends, and the answers it understands.
//!
//! Every file of `tests/fixtures/ksc` is used; a test counts them.

use ksc::{
    AddIncident, Call, CancelTask, Filter, FindHosts, FindIncidents, Found, GetAllTasksOfHost,
    GetHostStatusRecordRange, GetHostStatusRecordsCount, GetItemsChunk, GetTask, GetTaskStatistics,
    HostStatus, Incident, Order, Ping, ReleaseAccessor, ReleaseHostStatusIterator, Reply,
    ResetHostIteratorForTaskStatus, SafeText, TaskInfo, TaskStatistics, Unexpected, UpdateIncident,
};
use serde_json::{Value, json};
use time::macros::datetime;

const HOST: &str = "4328e16a-bf83-47c3-8d0b-0fdf79f9d673";

macro_rules! fixture {
    ($name:literal) => {{
        let text = include_str!(concat!("../../../../tests/fixtures/ksc/", $name, ".json"));
        serde_json::from_str::<Value>(text).unwrap()
    }};
}

fn members(body: &Value) -> Reply {
    Reply::from_members(body.as_object().unwrap().clone())
}

/// The call is what was recorded; returns its reading of the recorded answer.
fn check<C: Call>(call: &C, fixture: &Value) -> Result<C::Reply, Unexpected> {
    let request = &fixture["request"];
    assert_eq!(request["path"], format!("/api/v1.0/{}", C::NAME));
    let sent = call.arguments().to_body();
    assert!(sent.is_ascii(), "{}", C::NAME);
    let recorded: Value = serde_json::from_str(request["body"].as_str().unwrap()).unwrap();
    assert_eq!(
        serde_json::from_slice::<Value>(&sent).unwrap(),
        recorded,
        "{}",
        C::NAME
    );
    call.reply(members(&fixture["response"]["body"]))
}

fn add_incident(body: String) -> AddIncident {
    let added = datetime!(2026-01-02 03:04:05.678 UTC);
    AddIncident {
        severity: 2,
        added,
        body,
        host_id: HOST.to_owned(),
    }
}

#[test]
fn every_add_incident_is_sent_as_recorded() {
    for fixture in [
        fixture!("add_incident_deleteFile"),
        fixture!("add_incident_getFile"),
        fixture!("add_incident_iocScan"),
        fixture!("add_incident_isolateHost"),
        fixture!("add_incident_onDemandScan"),
        fixture!("add_incident_preventExecution"),
        fixture!("add_incident_quarantineFile"),
        fixture!("add_incident_startProcess"),
        fixture!("add_incident_terminateProcess"),
    ] {
        let recorded: Value =
            serde_json::from_str(fixture["request"]["body"].as_str().unwrap()).unwrap();
        let inner = recorded["pData"]["KLINCDT_BODY"].as_str().unwrap();

        assert_eq!(check(&add_incident(inner.to_owned()), &fixture), Ok(42));

        // The body of our own making is the same JSON, whatever its white space.
        let ours = serde_json::from_str::<Value>(inner).unwrap().to_string();
        let sent = add_incident(ours).arguments().to_body();
        let sent: Value = serde_json::from_slice(&sent).unwrap();
        let sent = sent["pData"]["KLINCDT_BODY"].as_str().unwrap();
        assert_eq!(
            serde_json::from_str::<Value>(sent).unwrap(),
            serde_json::from_str::<Value>(inner).unwrap()
        );
    }
}

#[test]
fn a_body_in_any_script_is_sent_in_ascii_and_arrives_whole() {
    let body = json!({"params": {"path": "C:\\Пользователи\\\"😀\".exe"}}).to_string();

    let sent = add_incident(body.clone()).arguments().to_body();

    assert!(sent.is_ascii());
    let sent: Value = serde_json::from_slice(&sent).unwrap();
    assert_eq!(sent["pData"]["KLINCDT_BODY"], body);
}

#[test]
fn an_incident_number_may_be_int_long_or_digits_and_nothing_else() {
    let call = add_incident(String::new());
    let reading = |value: Value| call.reply(members(&json!({"PxgRetVal": value})));

    assert_eq!(reading(json!(42)), Ok(42));
    assert_eq!(reading(json!("42")), Ok(42));
    assert_eq!(reading(json!({"type": "long", "value": 42})), Ok(42));
    assert_eq!(reading(json!({"type": "long", "value": "42"})), Ok(42));
    for odd in [
        json!({}),
        json!(null),
        json!(true),
        json!(""),
        json!("a1"),
        json!([42]),
        json!(4.2),
    ] {
        assert_eq!(
            reading(odd.clone()),
            Err(Unexpected::Without("PxgRetVal")),
            "{odd}"
        );
    }
    assert!(call.reply(members(&json!({}))).is_err());
}

#[test]
fn update_incident() {
    let call = UpdateIncident {
        id: 42,
        handled: false,
        host_id: HOST.to_owned(),
    };

    assert_eq!(check(&call, &fixture!("update_incident")), Ok(()));
}

#[test]
fn find_incidents() {
    let call = FindIncidents {
        filter: Filter::number("KLINCDT_ID", 42),
        fields: &[
            "KLINCDT_ID",
            "KLINCDT_SEVERITY",
            "KLINCDT_ADDED",
            "KLINCDT_BODY",
            "KLINCDT_IS_HANDLED",
            "KLHST_WKS_HOSTNAME",
        ],
        order: vec![Order::descending("KLINCDT_ADDED")],
        lifetime_seconds: 60,
    };

    let found = check(&call, &fixture!("find_incidents"));

    assert_eq!(
        found,
        Ok(Found {
            accessor: "acc-1".to_owned(),
            count: 1
        })
    );
}

#[test]
fn find_hosts() {
    let name = SafeText::parse("ws-042.corp.example").unwrap();
    let call = FindHosts {
        filter: Filter::text("KLHST_WKS_FQDN", &name),
        fields: &["KLHST_WKS_HOSTNAME", "KLHST_WKS_DN", "KLHST_WKS_FQDN"],
        order: vec![],
        current_server_only: true,
        lifetime_seconds: 60,
    };

    let found = check(&call, &fixture!("find_hosts"));

    assert_eq!(
        found,
        Ok(Found {
            accessor: "acc-2".to_owned(),
            count: 1
        })
    );
}

#[test]
fn get_items_chunk_and_release() {
    let chunk = GetItemsChunk {
        accessor: "acc-1".to_owned(),
        start: 0,
        count: 10,
    };

    let rows = check(&chunk, &fixture!("get_items_chunk")).unwrap();

    assert_eq!(rows.len(), 1);
    let expected = Incident {
        id: 42,
        severity: Some(2),
        added: Some(datetime!(2026-01-02 03:04:05 UTC)),
        body: Some(r#"{"task": "getFile"}"#.to_owned()),
        handled: Some(false),
        host_id: Some(HOST.to_owned()),
    };
    assert_eq!(Incident::from_row(&rows[0]), Some(expected));
    let release = ReleaseAccessor {
        accessor: "acc-1".to_owned(),
    };
    assert_eq!(check(&release, &fixture!("release_accessor")), Ok(()));
}

#[test]
fn a_chunk_may_be_wrapped_or_empty_but_not_missing() {
    let call = GetItemsChunk {
        accessor: "a".to_owned(),
        start: 0,
        count: 10,
    };
    let row = json!({"KLINCDT_ID": "7"});
    let wrapped = json!({"type": "params", "value": {"KLCSP_ITERATOR_ARRAY": [null, row]}});

    let rows = call.reply(members(&json!({"pChunk": wrapped}))).unwrap();

    assert_eq!(rows.len(), 1);
    assert_eq!(Incident::from_row(&rows[0]).unwrap().id, 7);
    assert_eq!(
        call.reply(members(&json!({"pChunk": {}, "PxgRetVal": 0}))),
        Ok(vec![])
    );
    assert!(call.reply(members(&json!({"PxgRetVal": 0}))).is_err());
    assert!(
        call.reply(members(&json!({"pChunk": {"KLCSP_ITERATOR_ARRAY": 1}})))
            .is_err()
    );
}

#[test]
fn get_all_tasks_of_host() {
    let call = GetAllTasksOfHost {
        host_id: HOST.to_owned(),
    };

    assert_eq!(
        check(&call, &fixture!("get_all_tasks_of_host")),
        Ok(vec!["195".to_owned()])
    );
}

#[test]
fn get_task_finds_the_name_at_the_top_and_inside() {
    let call = GetTask {
        task: "195".to_owned(),
    };
    let expected = TaskInfo {
        id: "195".to_owned(),
        display_name: Some("[Response][KUMA] getFile - 01/02/2026 03:04:05 - 42".to_owned()),
        type_name: Some("EdrResponse".to_owned()),
        created: Some(datetime!(2026-01-02 03:04:07 UTC)),
        product: Some("KES".to_owned()),
        product_version: Some("12.9.0.0".to_owned()),
    };

    assert_eq!(check(&call, &fixture!("get_task")), Ok(expected));

    let inside = json!({"type": "params", "value": {"DisplayName": "inside"}});
    let row = json!({"TASK_INFO_PARAMS": inside});
    let task = call.reply(members(&json!({"PxgRetVal": row}))).unwrap();
    assert_eq!(task.display_name.as_deref(), Some("inside"));
    assert_eq!(task.id, "195");
    assert_eq!(task.created, None);
}

#[test]
fn get_task_statistics() {
    let call = GetTaskStatistics {
        task: "195".to_owned(),
    };
    let expected = TaskStatistics {
        succeeded: 1,
        percent: Some(100),
        ..TaskStatistics::default()
    };

    assert_eq!(check(&call, &fixture!("get_task_statistics")), Ok(expected));
}

#[test]
fn the_devices_of_a_task() {
    let iterator = || "hit-1".to_owned();
    let reset = ResetHostIteratorForTaskStatus {
        task: "195".to_owned(),
        state_mask: ResetHostIteratorForTaskStatus::EVERY_STATE,
        lifetime_seconds: 60,
    };
    let count = GetHostStatusRecordsCount {
        iterator: iterator(),
    };
    let range = GetHostStatusRecordRange {
        iterator: iterator(),
        start: 0,
        end: 1,
    };
    let release = ReleaseHostStatusIterator {
        iterator: iterator(),
    };
    let expected = HostStatus {
        host_id: HOST.to_owned(),
        state_code: Some(4),
        description: String::new(),
        percent: Some(100),
        started: Some(datetime!(2026-01-02 03:05:00 UTC)),
        finished: Some(datetime!(2026-01-02 03:05:09 UTC)),
    };

    assert_eq!(
        check(&reset, &fixture!("reset_host_iterator")),
        Ok(iterator())
    );
    assert_eq!(check(&count, &fixture!("host_status_count")), Ok(1));
    assert_eq!(
        check(&range, &fixture!("host_status_range")),
        Ok(vec![expected])
    );
    assert_eq!(check(&release, &fixture!("release_host_iterator")), Ok(()));
}

#[test]
fn a_status_with_holes_is_read_as_far_as_it_goes() {
    let range = GetHostStatusRecordRange {
        iterator: "i".to_owned(),
        start: 0,
        end: 1,
    };
    let unset = json!({"type": "datetime", "value": ""});
    let statuses = json!([{"hostname": HOST, "finish_time": unset}, {"state_code": 4}]);

    let rows = range
        .reply(members(&json!({"pParHostStatus": {"statuses": statuses}})))
        .unwrap();

    assert_eq!(rows.len(), 1);
    assert_eq!(rows[0].state_code, None);
    assert_eq!(rows[0].finished, None);
    assert_eq!(
        range.reply(members(&json!({"pParHostStatus": {}}))),
        Ok(vec![])
    );
}

#[test]
fn cancel_task() {
    let call = CancelTask {
        task: "195".to_owned(),
    };

    assert_eq!(check(&call, &fixture!("cancel_task")), Ok(()));
}

#[test]
fn session_ping() {
    assert_eq!(check(&Ping, &fixture!("session_ping")), Ok(()));
}

#[test]
fn every_recorded_exchange_has_a_test() {
    // session_start, session_end and login are checked where a session is really opened and ended
    // (login.rs) and beside the header's code (session.rs).
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/fixtures/ksc");
    let files = std::fs::read_dir(folder).unwrap().filter(|entry| {
        entry
            .as_ref()
            .unwrap()
            .path()
            .extension()
            .is_some_and(|extension| extension == "json")
    });

    assert_eq!(files.count(), 9 + 12 + 1 + 3 + 1);
}
