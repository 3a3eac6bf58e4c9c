//! Waiting for a task where its stream breaks, or where a proxy lets none through: the program asks,
//! and ends as the task ends. The gateway is one that says what it is told to.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{TcpListener, TcpStream};
use std::process::{Command, Output};
use std::sync::{Arc, Mutex};

/// What is said to a stream, one after the other.
type Streams = &'static [&'static str];

/// A gateway whose task has ended when it is asked for the second time.
fn gateway(streams: Streams) -> (u16, Arc<Mutex<Vec<String>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = listener.local_addr().expect("an address").port();
    let asked = Arc::new(Mutex::new(Vec::new()));
    let noted = Arc::clone(&asked);
    std::thread::spawn(move || {
        let mut streams = streams.iter();
        let mut reads = 0;
        for stream in listener.incoming() {
            let stream = stream.expect("a connection");
            let (line, heard) = request(&stream);
            noted.lock().expect("a list").push(format!("{line}{heard}"));
            let answer = if line.contains("/events") {
                streams
                    .next()
                    .map_or(PROXY.to_owned(), |it| (*it).to_owned())
            } else if line.starts_with("POST") {
                json(202, &task("accepted", false))
            } else {
                reads += 1;
                let state = if reads < 2 { "running" } else { "failed" };
                json(200, &task(state, reads >= 2))
            };
            (&stream).write_all(answer.as_bytes()).expect("answered");
        }
    });
    (port, asked)
}

/// The first line of a request, and what a stream is taken up behind.
fn request(stream: &TcpStream) -> (String, String) {
    let mut reader = BufReader::new(stream);
    let mut first = String::new();
    reader.read_line(&mut first).expect("a line");
    let mut heard = String::new();
    let mut length = 0;
    loop {
        let mut header = String::new();
        reader.read_line(&mut header).expect("a line");
        let lower = header.trim_end().to_ascii_lowercase();
        if let Some(id) = lower.strip_prefix("last-event-id: ") {
            heard = format!(" behind {id}");
        }
        if let Some(text) = lower.strip_prefix("content-length: ") {
            length = text.parse().expect("a number");
        }
        if lower.is_empty() {
            break;
        }
    }
    std::io::Read::read_exact(&mut reader, &mut vec![0; length]).expect("a body");
    let line = first
        .trim_end()
        .strip_suffix(" HTTP/1.1")
        .expect("HTTP/1.1");
    (line.to_owned(), heard)
}

fn task(state: &str, terminal: bool) -> String {
    format!(
        r#"{{"id":"ksc-1","task":"isolateHost","state":"{state}","terminal":{terminal},"targetHost":{{"id":"a","name":"WS"}},"evidence":"it is"}}"#
    )
}

fn json(status: u16, body: &str) -> String {
    let length = body.len();
    format!(
        "HTTP/1.1 {status} X\r\nContent-Type: application/json\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}"
    )
}

const PROXY: &str = "HTTP/1.1 502 Bad Gateway\r\nContent-Type: text/html\r\nContent-Length: 4\r\nConnection: close\r\n\r\nsad.";

/// A stream that tells one thing and ends in the middle of the next.
const BROKEN: &str = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\nid: e1\nevent: state\ndata: {\"id\":\"ksc-1\",\"task\":\"isolateHost\",\"state\":\"pending\",\"terminal\":false}\n\nid: e2\nevent: sta";

/// A stream that tells the end.
const WHOLE: &str = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\nid: e3\nevent: state\ndata: {\"id\":\"ksc-1\",\"task\":\"isolateHost\",\"state\":\"succeeded\",\"terminal\":true}\n\n";

fn isolate(port: u16) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_edrctl"));
    command
        .args([
            "isolateHost",
            "--targetHost",
            "ws",
            "--action",
            "1",
            "--wait",
            "--query",
            "/state",
        ])
        .env_clear()
        .env("EDR_GATEWAY_URL", format!("http://127.0.0.1:{port}"))
        .env("EDR_GATEWAY_TOKEN", "not-a-real-token");
    command.output().expect("it runs")
}

#[test]
fn a_stream_that_breaks_is_taken_up_behind_what_was_heard() {
    let (port, asked) = gateway(&[BROKEN, WHOLE]);

    let ended = isolate(port);

    assert_eq!(ended.status.code(), Some(0), "{ended:?}");
    assert_eq!(ended.stdout, b"succeeded\n");
    let told = String::from_utf8_lossy(&ended.stderr);
    assert!(
        told.contains("pending"),
        "what the first stream told is shown: {told}"
    );
    assert_eq!(
        *asked.lock().expect("a list"),
        [
            "POST /v1/tasks/isolateHost",
            "GET /v1/tasks/ksc-1/events",
            "GET /v1/tasks/ksc-1/events behind e1",
        ]
    );
}

#[test]
fn where_there_is_no_stream_the_task_is_asked_for_until_it_ends() {
    let (port, asked) = gateway(&[]);

    let ended = isolate(port);

    assert_eq!(ended.status.code(), Some(6), "{ended:?}");
    assert_eq!(ended.stdout, b"failed\n");
    assert_eq!(
        *asked.lock().expect("a list"),
        [
            "POST /v1/tasks/isolateHost",
            "GET /v1/tasks/ksc-1/events",
            "GET /v1/tasks/ksc-1?wait=50&waitFor=change",
            "GET /v1/tasks/ksc-1?wait=50&waitFor=change",
        ]
    );
}
