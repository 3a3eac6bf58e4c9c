//! The program: its first line, its scenario file, its end.

use serde_json::Value;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::{Child, Command};

fn program(scenario: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ksc-simulator"));
    command
        .args([
            "--listen",
            "127.0.0.1:0",
            "--control",
            "127.0.0.1:0",
            "--scenario",
        ])
        .arg(scenario)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true);
    command
}

async fn first_line(child: &mut Child) -> Value {
    let output = child.stdout.take().expect("it is piped");
    let mut line = String::new();
    BufReader::new(output)
        .read_line(&mut line)
        .await
        .expect("a line comes");
    serde_json::from_str(&line).expect("the first line is JSON")
}

/// The program, running until it is dropped.
pub(crate) struct Program {
    /// The KSC listener.
    pub(crate) ksc: SocketAddr,
    /// The control listener.
    pub(crate) control: SocketAddr,
    /// `klserver.cer`.
    pub(crate) certificate: PathBuf,
    _child: Child,
    _folder: TempDir,
}

impl Program {
    /// Starts it with this scenario.
    pub(crate) async fn start(scenario: &Value) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("scenario.json");
        std::fs::write(&file, scenario.to_string()).expect("a file");
        let mut child = program(&file).spawn().expect("it starts");
        let line = first_line(&mut child).await;
        let text = |name: &str| line[name].as_str().expect("a text").to_owned();
        let address = |name: &str, scheme: &str| {
            let url = text(name);
            url.strip_prefix(scheme)
                .expect("the scheme")
                .parse()
                .expect("an address")
        };
        Self {
            ksc: address("ksc", "https://"),
            control: address("control", "http://"),
            certificate: text("certificateFile").into(),
            _child: child,
            _folder: folder,
        }
    }
}

#[tokio::test]
async fn the_first_line_says_everything_and_a_signal_ends_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let scenario = folder.path().join("scenario.json");
    std::fs::write(
        &scenario,
        r#"{"username": "soar", "console_connected": false}"#,
    )
    .expect("a file");
    let handed = tempfile::tempdir().expect("a folder");
    let mut child = program(&scenario)
        .arg("--files")
        .arg(handed.path())
        .spawn()
        .expect("it starts");

    let line = first_line(&mut child).await;

    assert!(
        line["ksc"]
            .as_str()
            .is_some_and(|url| url.starts_with("https://127.0.0.1:")),
        "{line}"
    );
    assert!(
        line["control"]
            .as_str()
            .is_some_and(|url| url.starts_with("http://127.0.0.1:"))
    );
    assert_eq!(line["username"], "soar");
    assert_eq!(line["password"], "correct horse");
    let file = line["certificateFile"].as_str().expect("a file").to_owned();
    let pem = std::fs::read_to_string(&file).expect("it lies there");
    assert!(pem.starts_with("-----BEGIN CERTIFICATE-----"));
    let handed_out = |name: &str| std::fs::read_to_string(handed.path().join(name)).ok();
    assert_eq!(handed_out("klserver.cer").as_ref(), Some(&pem));
    assert_eq!(handed_out("password").as_deref(), Some("correct horse"));
    assert_eq!(line["hosts"][41]["name"], "WS-042");

    let id = child.id().expect("it runs").to_string();
    let signalled = Command::new("kill")
        .args(["-TERM", &id])
        .status()
        .await
        .expect("kill runs");
    assert!(signalled.success());
    assert!(child.wait().await.expect("it ends").success());
    assert!(
        !Path::new(&file).exists(),
        "the certificate is gone with it"
    );
}

#[tokio::test]
async fn files_of_an_earlier_run_are_gone_before_it_starts() {
    let folder = tempfile::tempdir().expect("a folder");
    let old = ["klserver.cer", "password"].map(|it| folder.path().join(it));
    for file in &old {
        std::fs::write(file, "of an earlier run").expect("a file");
    }

    // It gets no further than to its scenario, which is not there.
    let output = program(&folder.path().join("none.json"))
        .arg("--files")
        .arg(folder.path())
        .output()
        .await
        .expect("it runs");

    assert!(!output.status.success());
    assert!(old.iter().all(|it| !it.exists()));
}

#[tokio::test]
async fn a_misspelt_scenario_is_refused_with_its_word() {
    let folder = tempfile::tempdir().expect("a folder");
    let scenario = folder.path().join("scenario.json");
    std::fs::write(&scenario, r#"{"consle": true}"#).expect("a file");

    let output = program(&scenario).output().await.expect("it runs");

    assert!(!output.status.success());
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(said.contains("unknown field `consle`"), "{said}");
}
