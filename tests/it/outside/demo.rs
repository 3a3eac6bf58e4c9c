//! `cargo demo`: what it prints fits a terminal, what it offers can be pasted, and it leaves nothing
//! behind.
//!
//! It is run as its visitors run it, in a folder for temporary files of its own.

use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use acceptance::{eventually, free_port};
use reqwest::Client;
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::{Child, Command};
use tokio::time::timeout;

/// The width of a terminal as it opens.
const WIDTH: usize = 80;

/// All chapters take forty seconds on a machine that does nothing else.
const PATIENCE: Duration = Duration::from_mins(4);

/// A demo that runs.
struct Demo {
    process: Child,
    lines: tokio::io::Lines<BufReader<tokio::process::ChildStdout>>,
    said: Vec<String>,
    temporary: TempDir,
}

impl Demo {
    fn start(arguments: &[&str]) -> Self {
        let temporary = tempfile::tempdir().expect("a folder");
        let mut command = Command::new(env!("CARGO_BIN_EXE_demo"));
        command
            .args(arguments)
            .env("TMPDIR", temporary.path())
            .env_remove("COLUMNS")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .kill_on_drop(true);
        let mut process = command.spawn().expect("it starts");
        let output = process.stdout.take().expect("a pipe");
        Self {
            process,
            lines: BufReader::new(output).lines(),
            said: Vec::new(),
            temporary,
        }
    }

    /// Reads on until a line holds this.
    async fn until(&mut self, text: &str) {
        let reading = async {
            while let Some(line) = self.lines.next_line().await.expect("UTF-8") {
                let found = line.contains(text);
                self.said.push(line);
                if found {
                    return true;
                }
            }
            false
        };
        let found = timeout(PATIENCE, reading).await;
        assert_eq!(found.ok(), Some(true), "no {text:?} in {:#?}", self.said);
    }

    /// Sends it a signal, and waits for its end; all that it has said then, and whether it ended
    /// well.
    async fn end(&mut self, signal: &str) -> bool {
        let id = self.process.id().expect("it runs").to_string();
        let kill = ["-c", "kill -s \"$0\" \"$1\"", signal, &id];
        let sent = Command::new("sh").args(kill).status().await;
        assert!(sent.expect("a shell").success(), "{signal}");
        let reading = async {
            while let Some(line) = self.lines.next_line().await.expect("UTF-8") {
                self.said.push(line);
            }
        };
        timeout(PATIENCE, reading).await.expect("it ends");
        let ended = timeout(PATIENCE, self.process.wait()).await;
        ended.expect("it ends").expect("it ran").success()
    }

    /// What it has left of its files, and its processes that go on.
    fn left(&self) -> Vec<String> {
        let temporary = self.temporary.path();
        let files = std::fs::read_dir(temporary).expect("a folder");
        let files = files.map(|it| it.expect("an entry").path().display().to_string());
        files.chain(heirs(temporary)).collect()
    }
}

/// Processes that go by this folder, which its children inherit.
fn heirs(temporary: &Path) -> Vec<String> {
    let mark = format!("TMPDIR={}", temporary.display());
    let processes = std::fs::read_dir("/proc").expect("a system with /proc");
    let processes = processes.filter_map(|it| Some(it.ok()?.path()));
    let of_it = processes.filter(|it| {
        // One that has gone meanwhile cannot be read, and neither can a stranger's.
        let environment = std::fs::read(it.join("environ")).unwrap_or_default();
        environment
            .split(|it| *it == 0)
            .any(|it| it == mark.as_bytes())
    });
    of_it.map(|it| it.display().to_string()).collect()
}

/// The commands that it offers, as they stand.
fn commands(said: &[String]) -> String {
    let from = said.iter().position(|it| it == "Your turn");
    let lines = said[from.expect("its turn")..].iter();
    let lines = lines.filter_map(|it| it.strip_prefix("    "));
    lines.fold(String::new(), |text, it| text + it + "\n")
}

#[tokio::test(flavor = "multi_thread")]
async fn the_demo_fits_a_terminal_serves_at_its_port_and_leaves_nothing_behind() {
    let port = free_port().await.port().to_string();
    let mut demo = Demo::start(&["--port", &port]);

    demo.until("Ctrl-C ends it.").await;
    let address = format!("http://127.0.0.1:{port}");
    let client = Client::builder().no_proxy().build().expect("a client");
    let served = client.get(format!("{address}/openapi.json")).send().await;
    let well = demo.end("TERM").await;

    let wide: Vec<&String> = demo
        .said
        .iter()
        .filter(|it| it.chars().count() > WIDTH)
        .collect();
    assert!(wide.is_empty(), "{wide:#?}");
    assert_eq!(served.expect("an answer").status().as_u16(), 200);
    assert!(commands(&demo.said).contains(&format!("export GATEWAY={address}\n")));
    assert!(well, "{:#?}", demo.said);
    assert_eq!(demo.left(), Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_demo_that_is_interrupted_at_any_time_leaves_nothing_behind() {
    for (signal, when) in [
        ("INT", "Can a device take a task?"),
        ("TERM", "The nine tasks"),
        ("HUP", "Four servers"),
    ] {
        let mut demo = Demo::start(&["--once"]);
        demo.until(when).await;

        let well = demo.end(signal).await;

        assert!(!well, "{signal}: it has not shown everything");
        assert!(
            demo.said.iter().any(|it| it.contains("interrupted")),
            "{signal}: {:#?}",
            demo.said
        );
        assert_eq!(demo.left(), Vec::<String>::new(), "{signal}");
    }
    // Before it says anything: as soon as its files are there.
    let mut demo = Demo::start(&["--once"]);
    eventually("it has begun", || {
        std::future::ready((demo.left().len() > 1).then_some(()))
    })
    .await;

    demo.end("TERM").await;

    assert_eq!(demo.left(), Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_port_that_is_taken_is_told_in_a_line() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = taken.local_addr().expect("an address").port().to_string();
    let mut demo = Demo::start(&["--port", &port]);

    demo.until(&format!("port {port} cannot be had")).await;

    let ended = timeout(PATIENCE, demo.process.wait()).await;
    assert!(!ended.expect("it ends").expect("it ran").success());
    assert_eq!(demo.left(), Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs curl: cargo verify"]
async fn the_commands_that_the_demo_offers_work_as_they_stand() {
    let mut demo = Demo::start(&[]);
    demo.until("Ctrl-C ends it.").await;
    let pasted = commands(&demo.said);

    // A shell that stops where one fails, as a visitor would.
    let ran = Command::new("bash")
        .args(["-e", "-u", "-o", "pipefail", "-c", &pasted])
        .kill_on_drop(true)
        .output();
    let ran = timeout(PATIENCE, ran).await.expect("it ends");
    demo.end("INT").await;

    let ran = ran.expect("bash");
    let said = String::from_utf8(ran.stdout).expect("UTF-8");
    let errors = String::from_utf8(ran.stderr).expect("UTF-8");
    assert!(ran.status.success(), "{pasted}\n{said}\n{errors}");
    // No command of these is refused, and the release is watched to its end.
    assert!(!said.contains("application/problem+json"), "{said}");
    assert!(!said.contains("\"code\":"), "{said}");
    assert!(said.contains("\"dryRun\":true"), "{said}");
    assert!(said.contains("succeeded"), "{said}");
    assert_eq!(demo.left(), Vec::<String>::new());
}
