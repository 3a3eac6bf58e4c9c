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
            task: Some((*task).to_owned()),
            external_id: format!("kuma-{task}"),
            script: "isolateHost.py".to_owned(),
            host: "ws".to_owned(),
            event: Some("event|=1".to_owned()),
            key: format!("kuma-{task}"),
            asked_at: "2026-01-02T03:04:05Z".to_owned(),
        };
        spool.begin(&note).expect("noted");
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
        .filter_map(|it| it.task)
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
fn nothing_is_dropped_for_a_refusal_or_for_an_answer_that_says_nothing() {
    let socket = UdpSocket::bind("127.0.0.1:0").expect("a port");
    let address = socket.local_addr().expect("an address");
    let correlator = Correlator::new(&format!("spool = 'spool'\ncollector = 'udp://{address}'"));
    let spool = noted(&correlator, &["ksc-1", "ksc-2"]);
    let problem = |code: &str| json!({"status": 422, "title": "x", "detail": "x\u{1b}[2A\n<0>y", "code": code, "retryable": false});
    for (status, answer) in [
        (422, problem("validation_failed")),
        (403, problem("scope_missing")),
        (200, json!({})),
        (200, json!(null)),
    ] {
        correlator.gateway.answer(status, answer);
        let (exit, said) = once(&correlator);
        assert_eq!(exit, 4, "{said}");
        assert_eq!(said.lines().count(), 1, "{said}");
        assert!(!said.contains('\u{1b}'), "{said}");
        assert_eq!(left(&spool).len(), 2, "{said}");
    }
}

#[test]
fn the_task_of_a_call_that_was_ended_before_it_heard_of_it_is_found_and_told_once() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("an address");
    let correlator = Correlator::new(&format!(
        "spool = 'spool'\nwhole_time = '60s'\ncollector = 'tcp://{address}'"
    ));
    std::fs::create_dir(correlator.home.path().join("spool")).expect("a folder");
    let spool = Spool::new(&correlator.home.path().join("spool"));
    correlator.gateway.fall_silent();
    let isolate = ["--targetHost=ws-042", "--action=on", "--eventId=7"];
    let mut script = correlator.start("isolateHost.py", &isolate);
    let asked = loop {
        let mut came = correlator.gateway.taken();
        if let Some(asked) = came.pop() {
            break asked;
        }
        std::thread::yield_now();
    };
    script
        .kill()
        .expect("it is killed, as by a timeout that says nothing");
    script.wait().expect("it has ended");

    let (notes, _) = spool.notes().expect("notes");
    let [note] = notes.as_slice() else {
        panic!("{notes:?}")
    };
    assert_eq!(note.task, None);
    assert_eq!(Some(note.key.as_str()), asked.key.as_deref());
    assert_eq!(asked.body["externalId"], note.key.as_str());
    let gateway = crate::recorder::Recorder::start();
    correlator.ask(&gateway);
    gateway.answer(200, json!({"tasks": [{
        "id": "ksc-7", "task": "isolateHost", "state": "succeeded", "terminal": true, "evidence": "x",
        "externalId": note.key, "targetHost": {"id": "h1", "name": "WS-042"}, "requestedAt": "2026-01-02T03:04:05Z",
    }]}));
    let collected = std::thread::spawn(move || {
        let mut text = String::new();
        let (mut stream, _) = listener.accept().expect("it comes");
        stream.read_to_string(&mut text).expect("UTF-8");
        text
    });

    let (exit, said) = once(&correlator);

    assert_eq!((exit, said.as_str()), (0, "ksc-7 on ws-042: succeeded\n"));
    assert!(collected.join().expect("collected").contains("cs1=ksc-7"));
    let lines: Vec<String> = gateway.taken().into_iter().map(|it| it.line).collect();
    assert!(
        lines[0].starts_with("GET /v1/tasks?externalId=kuma-"),
        "{lines:?}"
    );
    assert!(
        lines.iter().all(|it| it.starts_with("GET ")),
        "nothing is asked for again: {lines:?}"
    );
    assert!(spool.notes().expect("notes").0.is_empty());
    // The rule fires again for the same event: nobody is told again.
    gateway.answer(202, json!({"id": "ksc-7", "state": "succeeded"}));
    assert_eq!(
        correlator.run("isolateHost.py", &isolate).status.code(),
        Some(0)
    );
    assert!(spool.notes().expect("notes").0.is_empty());
}

#[test]
fn a_task_with_the_rules_own_reference_is_not_taken_for_the_calls() {
    let socket = UdpSocket::bind("127.0.0.1:0").expect("a port");
    let address = socket.local_addr().expect("an address");
    let correlator = Correlator::new(&format!("spool = 'spool'\ncollector = 'udp://{address}'"));
    let spool = noted(&correlator, &[]);
    let note = Note {
        key: "kuma-9".to_owned(),
        task: None,
        external_id: "case-1".to_owned(),
        script: "isolateHost.py".to_owned(),
        host: "ws".to_owned(),
        event: None,
        asked_at: "2026-01-02T03:04:05Z".to_owned(),
    };
    spool.begin(&note).expect("noted");
    let another = json!({"tasks": [{"id": "ksc-1", "task": "isolateHost", "state": "succeeded", "terminal": true, "externalId": "case-1"}]});
    correlator.gateway.answer(200, another);

    let (exit, said) = once(&correlator);

    assert_eq!((exit, said.as_str()), (0, "kuma-9 on ws: unknown\n"));
    let mut bytes = [0; 8192];
    let length = socket.recv(&mut bytes).expect("an event");
    let event = String::from_utf8_lossy(&bytes[..length]).into_owned();
    assert!(
        event.contains("outcome=unknown") && !event.contains("ksc-1"),
        "{event}"
    );
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
