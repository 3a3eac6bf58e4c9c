//! The program: its first line, its scenario file, its end.

use crate::clients::{Client, Identity};
use crate::control::ask;
use serde_json::{Value, json};
use std::net::SocketAddr;
use std::path::Path;
use std::process::Stdio;
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::{Child, Command};

fn program(scenario: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_kata-simulator"));
    let any = "127.0.0.1:0";
    command
        .args(["--listen", any, "--listen", any, "--control", any])
        .arg("--scenario")
        .arg(scenario)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true);
    command
}

async fn first_line(child: &mut Child) -> Value {
    let output = child.stdout.take().expect("it is piped");
    let mut line = String::new();
    let read = BufReader::new(output).read_line(&mut line).await;
    read.expect("a line comes");
    serde_json::from_str(&line).expect("the first line is JSON")
}

fn address(url: &Value, scheme: &str) -> SocketAddr {
    let url = url.as_str().expect("a text");
    let addr = url.strip_prefix(scheme).expect("the scheme");
    addr.parse().expect("an address")
}

#[tokio::test]
async fn the_first_line_says_everything_and_a_signal_ends_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("scenario.json");
    let scenario = json!({
        "everyday_sensors": false,
        "sensors": [{"host": "KIOSK-1", "ip": "192.0.2.7", "presence": {"after": 60}}],
        "behaviour": {"accept_everybody": true, "version": "6.0"},
    });
    std::fs::write(&file, scenario.to_string()).expect("a file");
    let mut child = program(&file)
        .arg("--files")
        .arg(folder.path())
        .spawn()
        .expect("it starts");

    let line = first_line(&mut child).await;

    let pem = line["certificate"].as_str().expect("a certificate");
    let handed = std::fs::read_to_string(folder.path().join("kata.cer"));
    assert_eq!(handed.expect("it lies there"), pem);
    assert_eq!(line["hosts"][0]["host"], "KIOSK-1");
    assert_eq!(line["hosts"][0]["on_line"], false);
    assert_eq!(line["kata"].as_array().map(Vec::len), Some(2));
    let addr = address(&line["kata"][1], "https://");
    let identity = Identity::make();
    let mut client = Client::reach(addr, pem, Some(&identity))
        .await
        .expect("TLS");
    let list = client.get("sensors").await.json();
    assert_eq!(list["server"]["version"], "6.0.0.0");
    let control = address(&line["control"], "http://");
    let (_, shown) = ask(control, "GET", "/certificate", &Value::Null).await;
    assert_eq!(shown["sha256"], line["certificateSha256"]);

    let id = child.id().expect("it runs").to_string();
    let signalled = Command::new("kill").args(["-TERM", &id]).status().await;
    assert!(signalled.expect("kill runs").success());
    assert!(child.wait().await.expect("it ends").success());
}

#[tokio::test]
async fn a_misspelt_scenario_is_refused_with_its_word() {
    let folder = tempfile::tempdir().expect("a folder");
    let scenario = folder.path().join("scenario.json");
    std::fs::write(&scenario, r#"{"behaviour": {"swaped_codes": true}}"#).expect("a file");

    let output = program(&scenario).output().await.expect("it runs");

    assert!(!output.status.success());
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(said.contains("unknown field `swaped_codes`"), "{said}");
}

#[tokio::test]
async fn time_runs_in_the_program_unless_a_scenario_says_otherwise() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("scenario.json");
    let scenario = json!({
        "clock": {"real": {"speed": 100_000.0}},
        "everyday_sensors": false,
        "sensors": [{"host": "LATE-1", "ip": "192.0.2.7", "presence": {"after": 600}}],
    });
    std::fs::write(&file, scenario.to_string()).expect("a file");
    let mut child = program(&file).spawn().expect("it starts");
    let line = first_line(&mut child).await;
    let control = address(&line["control"], "http://");

    let comes = async {
        loop {
            let (_, devices) = ask(control, "GET", "/devices", &Value::Null).await;
            if devices[0]["on_line"] == true {
                return;
            }
        }
    };

    let came = tokio::time::timeout(std::time::Duration::from_secs(20), comes).await;
    assert!(came.is_ok(), "ten minutes are soon over");
}
