//! What became of tasks is told to a collector, and nothing is forgotten before.

use std::io::Read as _;
use std::net::{TcpListener, UdpSocket};

use edrctl::kuma::collector::Collector;
use edrctl::kuma::follow::{Following, follow};
use edrctl::kuma::settings;
use edrctl::kuma::spool::{Note, Spool};
use serde_json::json;

use crate::Correlator;

fn noted(correlator: &Correlator, tasks: &[&str]) -> Spool {
    let folder = correlator.home.path().join("spool");
    std::fs::create_dir(&folder).expect("a folder");
    let spool = Spool::new(&folder);
    for task in tasks {
        let note = Note {
            task: (*task).to_owned(),
            script: "isolateHost.py".to_owned(),
            host: "ws".to_owned(),
            event: Some("event|=1".to_owned()),
            key: "kuma-1".to_owned(),
            asked_at: "2026-01-02T03:04:05Z".to_owned(),
        };
        spool.add(&note).expect("noted");
    }
    spool
}

fn once(correlator: &Correlator) -> (u8, String) {
    let file = correlator.home.path().join("edrctl.toml");
    let settings = settings::first(&[file]).expect("settings");
    let following = Following {
        settings,
        once: true,
    };
    let mut out = Vec::new();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    let exit = runtime
        .block_on(follow(&following, &mut out))
        .expect("it follows");
    (exit.number(), String::from_utf8(out).expect("UTF-8"))
}

fn left(spool: &Spool) -> Vec<String> {
    spool
        .notes()
        .expect("notes")
        .0
        .into_iter()
        .map(|it| it.task)
        .collect()
}

#[test]
fn a_task_that_has_ended_is_told_once_and_the_others_stay_noted() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("an address");
    let correlator = Correlator::new(&format!("spool = 'spool'\ncollector = 'tcp://{address}'"));
    let spool = noted(&correlator, &["ksc-1", "ksc-2", "ksc-3"]);
    correlator.gateway.answer(200, json!({"tasks": [
        {"id": "ksc-1", "task": "isolateHost", "state": "succeeded", "terminal": true, "pollAfterSeconds": 0, "evidence": "KSC says so = yes", "targetHost": {"id": "h1", "name": "WS-042"}, "requestedAt": "2026-01-02T03:04:05Z"},
        {"id": "ksc-2", "task": "isolateHost", "state": "running", "terminal": false, "pollAfterSeconds": 15, "evidence": "x", "targetHost": {}},
    ], "unknownIds": ["ksc-3"]}));

    let collected = std::thread::spawn(move || {
        let mut text = String::new();
        listener
            .accept()
            .expect("it comes")
            .0
            .read_to_string(&mut text)
            .expect("UTF-8");
        text
    });
    let (exit, said) = once(&correlator);

    assert_eq!((exit, said.as_str()), (0, "ksc-1 on ws: succeeded\n"));
    assert_eq!(left(&spool), ["ksc-2", "ksc-3"]);
    let event = collected.join().expect("collected");
    assert_eq!(event.lines().count(), 1, "{event}");
    for part in [
        "|edr-task-succeeded|EDR task isolateHost succeeded|3|",
        "outcome=success",
        "dhost=WS-042",
        "msg=KSC says so \\= yes",
        "cs2=event|\\=1",
        "start=1767323045000",
        "externalId=",
    ] {
        assert!(event.contains(part), "{part}: {event}");
    }
    let line = correlator.gateway.taken().pop().expect("it asked").line;
    assert!(
        line.starts_with("GET /v1/tasks?id=ksc-1%2Cksc-2%2Cksc-3&limit="),
        "{line}"
    );
}

#[test]
fn while_nobody_collects_the_event_is_kept_and_told_afterwards() {
    let free = TcpListener::bind("127.0.0.1:0")
        .expect("a port")
        .local_addr()
        .expect("an address");
    let correlator = Correlator::new(&format!("spool = 'spool'\ncollector = 'tcp://{free}'"));
    let spool = noted(&correlator, &["ksc-1"]);
    correlator.gateway.answer(
        200,
        json!({"tasks": [{"id": "ksc-1", "state": "failed", "terminal": true, "evidence": "x"}]}),
    );

    let (exit, said) = once(&correlator);
    assert_eq!(exit, 4, "{said}");
    assert_eq!(left(&spool), ["ksc-1"]);

    let listener = TcpListener::bind(free).expect("the port");
    let collected = std::thread::spawn(move || {
        let mut text = String::new();
        listener
            .accept()
            .expect("it comes")
            .0
            .read_to_string(&mut text)
            .expect("UTF-8");
        text
    });
    assert_eq!(once(&correlator).0, 0);
    assert!(collected.join().expect("collected").contains("|8|"));
    assert!(left(&spool).is_empty());
}

#[test]
fn an_id_that_is_none_keeps_no_other_from_being_told_and_nothing_is_dropped_for_a_refusal() {
    let socket = UdpSocket::bind("127.0.0.1:0").expect("a port");
    let address = socket.local_addr().expect("an address");
    let correlator = Correlator::new(&format!("spool = 'spool'\ncollector = 'udp://{address}'"));
    let spool = noted(&correlator, &["odd id", "ksc-1"]);
    for (code, exit, asked) in [("validation_failed", 0, 3), ("scope_missing", 4, 1)] {
        let problem =
            json!({"status": 422, "title": "x", "detail": "x", "code": code, "retryable": false});
        correlator.gateway.answer(422, problem);
        assert_eq!(once(&correlator).0, exit, "{code}");
        assert_eq!(left(&spool).len(), 2, "{code}");
        assert_eq!(correlator.gateway.taken().len(), asked, "{code}");
    }
}

#[test]
fn a_collector_that_is_a_datagram_gets_the_event_in_one() {
    let socket = UdpSocket::bind("127.0.0.1:0").expect("a port");
    let collector: Collector = format!("udp://{}", socket.local_addr().expect("an address"))
        .parse()
        .expect("a collector");
    collector.send("CEF:0|x").expect("sent");
    let mut bytes = [0; 64];
    let length = socket.recv(&mut bytes).expect("it came");
    assert_eq!(&bytes[..length], b"CEF:0|x");
}
