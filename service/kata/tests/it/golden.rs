//! Requests and answers as the vendor's pages and the programs in use have them, call by call.
//!
//! There is no recording of a real Central Node: the numbers in brackets are those of the pages.

use std::net::Ipv4Addr;

use kata::{
    Answer, Call, CreateTask, DeleteIsolation, DeletePrevention, DeleteTask, Dialect, Exclusion,
    ExternalSystemId, FileHash, Forbidden, GetIsolation, GetPrevention, GetTask, Isolation,
    IsolationSeconds, ListSensors, Method, Moment, OsFamily, PortRange, Prevention, Program,
    PutIsolation, PutPrevention, Removed, Scope, SensorId, Task, TaskId, Verdict,
};
use serde_json::{Value, json};
use time::macros::datetime;
use uuid::uuid;

const HOST: &str = "0B6E0F6A-7F0B-4B57-9C1E-6D5A4E1F2A11";
const BASE: &str = "/kata/response_api/v1/550e8400-e29b-41d4-a716-446655440000";

fn host() -> SensorId {
    SensorId::new(HOST).unwrap()
}

/// Method, target and body of a call.
fn request<C: Call>(call: &C) -> (Method, String, Option<Value>) {
    let system = ExternalSystemId::new("550e8400-e29b-41d4-a716-446655440000").unwrap();
    let request = call.request(&Dialect::default());
    let target = request.target(&system);
    let rest = target.strip_prefix(BASE).unwrap().to_owned();
    let content = request.content();
    assert_eq!(
        content.map(|it| serde_json::from_slice::<Value>(&it).unwrap()),
        request.body
    );
    (request.method, rest, request.body)
}

fn answer(status: u16, body: &Value) -> Answer {
    let body = if body.is_null() {
        Vec::new()
    } else {
        body.to_string().into_bytes()
    };
    Answer {
        status,
        body,
        retry_after: None,
    }
}

fn found<C: Call>(call: &C, status: u16, body: &Value) -> C::Found {
    let Verdict::Found(found) = call.read(&answer(status, body)) else {
        panic!("{status} {body} should have been read");
    };
    found
}

/// GET sensors (227251).
#[test]
fn hosts_are_listed_all_or_by_filters() {
    let by = |id: Option<&str>, ip: Option<&str>, name: Option<&str>| ListSensors {
        id: id.map(|it| SensorId::new(it).unwrap()),
        ip: ip.map(|it| it.parse().unwrap()),
        host: name.map(str::to_owned),
    };
    for (call, expected) in [
        (by(None, None, None), "/sensors".to_owned()),
        (
            by(Some(HOST), None, None),
            format!("/sensors?sensor_id={HOST}"),
        ),
        (
            by(None, Some("192.0.2.45"), None),
            "/sensors?ip=192.0.2.45".to_owned(),
        ),
        (
            by(None, None, Some("WS-042.Example")),
            "/sensors?host=WS-042.Example".to_owned(),
        ),
        (
            by(Some("a"), Some("2001:db8::1"), Some("ws 1")),
            "/sensors?ip=2001%3Adb8%3A%3A1&host=ws%201&sensor_id=a".to_owned(),
        ),
    ] {
        assert_eq!(request(&call), (Method::Get, expected, None));
    }
}

#[test]
fn a_list_of_hosts_is_read_as_documented() {
    let body = json!({"server": {"version": "7.1.0.0"},
        "sensors": [{"sensorId": HOST, "hostIp": "192.0.2.45",
            "lastAccessTimestamp": "2026-11-20T08:15:30Z", "version": "12.4.0.0",
            "selfDefenseState": true, "licenseStatus": "valid", "osFamily": "linux",
            "osName": "Ubuntu 24.04", "capabilities": ["a"], "more": {"x": 1}}]});

    let list = found(&ListSensors::default(), 200, &body);

    assert_eq!(list.server_version.as_deref(), Some("7.1.0.0"));
    assert_eq!((list.hosts.len(), list.odd), (1, 0));
    let host = &list.hosts[0];
    assert_eq!(host.id.as_str(), HOST);
    assert_eq!(host.ip.as_deref(), Some("192.0.2.45"));
    assert_eq!(
        host.last_access,
        Moment::At(datetime!(2026-11-20 08:15:30 UTC))
    );
    assert_eq!(host.version.as_deref(), Some("12.4.0.0"));
    assert_eq!(host.self_defence, Some(true));
    assert_eq!(host.licence_status.as_deref(), Some("valid"));
    assert_eq!(host.os_family.as_deref(), Some("linux"));
    assert_eq!(host.os_name.as_deref(), Some("Ubuntu 24.04"));
    assert_eq!(host.os(), Some(OsFamily::Linux));
    assert_eq!(host.capabilities, Some(vec![json!("a")]));
    assert_eq!(host.others["more"], json!({"x": 1}));
}

#[test]
fn a_host_that_nobody_knows_is_an_empty_list_or_404() {
    let call = ListSensors::default();

    assert!(found(&call, 200, &json!({"sensors": []})).hosts.is_empty());
    assert!(
        found(&call, 404, &json!({"error": "Not Found"}))
            .hosts
            .is_empty()
    );
}

#[test]
fn two_hosts_behind_one_address_are_two() {
    let body = json!({"sensors": [{"sensorId": "a", "hostIp": "192.0.2.1"},
                                  {"sensorId": "b", "hostIp": "192.0.2.1"}]});

    assert_eq!(found(&ListSensors::default(), 200, &body).hosts.len(), 2);
}

/// GET settings (227597).
#[test]
fn the_rule_of_isolation_is_asked_for_and_read() {
    let call = GetIsolation { host: host() };
    let target = format!("/settings?sensor_id={HOST}&settings_type=network_isolation");
    assert_eq!(request(&call), (Method::Get, target, None));
    let body = json!([{"excludedRules": [], "autoTurnoffTimeoutInSec": 14400}]);

    let Isolation::Rule(rule) = found(&call, 200, &body) else {
        panic!("a rule");
    };

    assert_eq!(rule.seconds, Some(14_400));
    assert_eq!(
        found(&call, 404, &json!({"error": "Not Found"})),
        Isolation::NoRuleOrHost
    );
}

#[test]
fn a_server_that_spells_isolation_otherwise_is_asked_so_when_told() {
    let system = ExternalSystemId::new("gw").unwrap();
    let dialect = Dialect::with_isolation("network_izolation").unwrap();

    let request = GetIsolation { host: host() }.request(&dialect);

    let target = request.target(&system);
    assert!(
        target.ends_with("&settings_type=network_izolation"),
        "{target}"
    );
}

fn isolation() -> PutIsolation {
    let (protocol, remote) = (Some(6), |last| Some(Ipv4Addr::new(192, 0, 2, last)));
    PutIsolation {
        host: host(),
        lasts: IsolationSeconds::new(14_400).unwrap(),
        exclusions: vec![
            Exclusion::Outbound {
                protocol,
                remote: remote(10),
                remote_ports: Some(PortRange::new(443, 443).unwrap()),
            },
            Exclusion::Inbound {
                protocol,
                remote: remote(20),
                local_ports: Some(PortRange::new(22, 22).unwrap()),
            },
            Exclusion::Both {
                protocol: None,
                remote: remote(53),
            },
        ],
        replaces: None,
    }
}

/// POST settings, isolation (227448, 227499).
#[test]
fn isolation_is_ordered_as_documented() {
    let excluded = json!([
        {"direction": "outbound", "protocol": 6, "remoteIpv4Address": "192.0.2.10",
         "remotePortRange": {"fromPort": 443, "toPort": 443}},
        {"direction": "inbound", "protocol": 6, "remoteIpv4Address": "192.0.2.20",
         "localPortRange": {"fromPort": 22, "toPort": 22}},
        {"direction": "both", "remoteIpv4Address": "192.0.2.53"}]);
    let target = format!("/settings?sensor_id={HOST}&settings_type=network_isolation");
    let body = json!({"settings": {"autoTurnoffTimeoutInSec": 14400, "excludedRules": excluded}});
    assert_eq!(request(&isolation()), (Method::Post, target, Some(body)));

    let told = json!([{"excludedRules": excluded, "autoTurnoffTimeoutInSec": 14400}]);
    let rule = found(&isolation(), 200, &told).unwrap();

    assert!(rule.is(isolation().lasts, &isolation().exclusions));
    assert_eq!(found(&isolation(), 204, &Value::Null), None);
}

/// DELETE settings, isolation (227577).
#[test]
fn isolation_is_lifted_as_documented() {
    let call = DeleteIsolation { host: host() };
    let target = format!("/settings?sensor_id={HOST}&settings_type=network_isolation");
    assert_eq!(request(&call), (Method::Delete, target, None));

    for (status, body) in [
        (200, json!({})),
        (200, Value::Null),
        (204, Value::Null),
        (200, json!([])),
    ] {
        assert_eq!(found(&call, status, &body), Removed::Done);
    }
    assert_eq!(
        found(&call, 404, &json!({"error": "Not Found"})),
        Removed::NoRuleOrHost
    );
}

fn hash(text: &str) -> FileHash {
    text.parse().unwrap()
}

/// POST settings, prevention (227449).
#[test]
fn files_are_forbidden_as_documented() {
    let (sha256, md5) = ("AB".repeat(32), "cd".repeat(16));
    let call = PutPrevention {
        scope: Scope::Host(host()),
        rules: vec![Forbidden::file(hash(&sha256)), Forbidden::file(hash(&md5))],
        replaces: Vec::new(),
    };
    let list = json!([{"file": {"sha256": sha256.to_lowercase()}}, {"file": {"md5": md5}}]);
    let target = format!("/settings?sensor_id={HOST}&settings_type=prevention");
    let body = json!({"settings": {"objects": list}});
    assert_eq!(request(&call), (Method::Post, target, Some(body)));

    assert_eq!(found(&call, 200, &list), Some(call.rules.clone()));
    assert_eq!(found(&call, 200, &Value::Null), None);
}

/// The same for all hosts, and for none of the files (227588).
#[test]
fn all_hosts_and_no_files_can_be_said() {
    let put = PutPrevention {
        scope: Scope::All,
        rules: Vec::new(),
        replaces: Vec::new(),
    };
    let delete = DeletePrevention {
        scope: Scope::All,
        replaces: Vec::new(),
    };
    let get = GetPrevention { scope: Scope::All };
    let target = "/settings?sensor_id=all&settings_type=prevention".to_owned();

    let empty = json!({"settings": {"objects": []}});
    assert_eq!(request(&put), (Method::Post, target.clone(), Some(empty)));
    assert_eq!(request(&delete), (Method::Delete, target.clone(), None));
    assert_eq!(request(&get), (Method::Get, target, None));
    let not_found = json!({"error": "Not Found"});
    // The page of something between.
    let other = found(&get, 404, &json!({"message": "no route"}));
    assert!(matches!(other, Prevention::Unknown(_)), "{other:?}");
    assert_eq!(found(&get, 404, &not_found), Prevention::NoRuleOrHost);
    assert_eq!(found(&delete, 404, &not_found), Removed::NoRuleOrHost);
    assert_eq!(found(&delete, 204, &Value::Null), Removed::Done);
}

/// As one program in use reads the same answer, in two ways.
#[test]
fn both_readings_of_a_program_in_use_are_read() {
    let call = GetPrevention { scope: Scope::All };
    let file = json!({"file": {"md5": "cd".repeat(16), "name": "x.exe"}});

    for body in [
        json!({"settings": {"objects": [file]}}),
        json!({"response": {"settings": {"objects": [file]}}}),
    ] {
        let Prevention::Rules(rules) = found(&call, 200, &body) else {
            panic!("{body}");
        };
        assert_eq!(rules[0].to_json(), file);
    }
}

fn task() -> CreateTask {
    CreateTask {
        id: TaskId::new(uuid!("5f2c1c4e-3a0d-4c86-9a55-0c1de4b0a7f1")),
        host: host(),
        program: Program {
            command: "/opt/ir/collect.sh".to_owned(),
            parameters: Some("--case 42".to_owned()),
            working_directory: Some("/tmp".to_owned()),
        },
    }
}

/// POST tasks (227591).
#[test]
fn a_program_is_run_as_documented() {
    let target = format!(
        "/tasks/5f2c1c4e-3a0d-4c86-9a55-0c1de4b0a7f1?sensor_id={HOST}&task_type=run_process"
    );
    let body = json!({"task": {"schedule": {"startNow": true}, "execCommand": "/opt/ir/collect.sh",
        "cmdLineParameters": "--case 42", "workingDirectory": "/tmp"}});
    assert_eq!(request(&task()), (Method::Post, target, Some(body)));

    let told = json!({"state": "new", "latestStartDateTime": null,
        "task": {"schedule": {"startNow": true}, "execCommand": "/opt/ir/collect.sh"}});
    let report = found(&task(), 200, &told).unwrap();

    assert_eq!(report.state.as_deref(), Some("new"));
    assert_eq!(report.latest_start, Moment::Absent);
    assert_eq!(report.command(), Some("/opt/ir/collect.sh"));
    assert_eq!(found(&task(), 200, &Value::Null), None);
}

#[test]
fn what_is_not_said_of_a_program_is_left_out() {
    let mut call = task();
    call.program.command = r#"C:\Windows\System32\cmd.exe "x""#.to_owned();
    call.program.parameters = None;
    call.program.working_directory = None;

    let (_, _, body) = request(&call);

    let task = json!({"schedule": {"startNow": true}, "execCommand": call.program.command});
    assert_eq!(body, Some(json!({"task": task})));
}

/// GET and DELETE tasks (227590, 227592).
#[test]
fn a_task_is_asked_after_and_taken_away_as_documented() {
    let id = task().id;
    let path = "/tasks/5f2c1c4e-3a0d-4c86-9a55-0c1de4b0a7f1";
    for (with_settings, query) in [(false, "?settings=false"), (true, "?settings=true")] {
        let call = GetTask { id, with_settings };
        assert_eq!(
            request(&call),
            (Method::Get, format!("{path}{query}"), None)
        );
        let not_found = json!({"error": "Not Found"});
        assert_eq!(found(&call, 404, &not_found), Task::NotFound);
        let body = json!({"state": "x", "latestStartDateTime": 1_795_162_530});
        let Task::Known(report) = found(&call, 200, &body) else {
            panic!("a task");
        };
        assert_eq!(
            report.latest_start,
            Moment::At(datetime!(2026-11-20 08:15:30 UTC))
        );
    }
    let call = DeleteTask { id };
    assert_eq!(request(&call), (Method::Delete, path.to_owned(), None));
    assert_eq!(found(&call, 204, &Value::Null), Removed::Done);
    assert_eq!(found(&call, 404, &Value::Null), Removed::NoRuleOrHost);
}

#[test]
fn a_used_id_is_doubtful_whichever_status_says_so() {
    for status in [404, 409] {
        let verdict = task().read(&answer(status, &json!({"error": "x"})));
        assert_eq!(verdict, Verdict::Doubtful);
    }
}
