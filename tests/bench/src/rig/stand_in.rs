//! The stand-in as a process, and what it is asked.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use serde_json::Value;
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader, Lines};
use tokio::process::{ChildStdin, ChildStdout, Command};

use crate::process::Process;

/// A running stand-in; it ends with this value.
pub(super) struct StandIn {
    process: Process,
    input: ChildStdin,
    output: Lines<BufReader<ChildStdout>>,
    pub(super) address: SocketAddr,
    pub(super) certificate: String,
    /// The certificate again, for programs that read files.
    pub(super) certificate_file: PathBuf,
}

/// What a stand-in has counted.
#[derive(Debug, Clone, Default)]
pub(crate) struct Counted {
    /// Calls by name.
    pub(crate) calls: BTreeMap<String, u64>,
    /// TLS handshakes from the start.
    pub(crate) full: u64,
    /// TLS handshakes that went on with a session from before.
    pub(crate) resumed: u64,
    /// Calls that it does not know.
    pub(crate) strange: Vec<String>,
}

impl Counted {
    /// How often a call came.
    pub(crate) fn of(&self, call: &str) -> u64 {
        self.calls.get(call).copied().unwrap_or_default()
    }

    /// What was counted since then; calls that did not come are left out.
    pub(crate) fn since(&self, then: &Self) -> Self {
        let calls = self.calls.iter().filter_map(|(name, count)| {
            let more = count - then.of(name);
            (more > 0).then(|| (name.clone(), more))
        });
        Self {
            calls: calls.collect(),
            full: self.full - then.full,
            resumed: self.resumed - then.resumed,
            strange: self.strange.clone(),
        }
    }

    fn read(value: &Value) -> Self {
        let number = |it: &Value| it.as_u64().unwrap_or_default();
        let calls = value["calls"].as_object().into_iter().flatten();
        let strange = value["strange"].as_array().into_iter().flatten();
        Self {
            calls: calls.map(|(name, it)| (name.clone(), number(it))).collect(),
            full: number(&value["handshakes"]["full"]),
            resumed: number(&value["handshakes"]["resumed"]),
            strange: strange
                .filter_map(|it| it.as_str().map(str::to_owned))
                .collect(),
        }
    }
}

impl StandIn {
    /// Starts one with so many threads.
    pub(super) async fn start(threads: usize, folder: &Path) -> Result<Self, String> {
        let own = std::env::current_exe().map_err(|it| it.to_string())?;
        let mut command = Command::new(own);
        command
            .args(["stand-in", "--threads", &threads.to_string()])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped());
        let mut process = Process::spawn("the stand-in", &mut command)?;
        let child = process.child();
        let input = child.stdin.take().expect("it is piped");
        let output = child.stdout.take().expect("it is piped");
        let mut output = BufReader::new(output).lines();
        let first = line(&mut output).await?;
        let address = first["address"].as_str().and_then(|it| it.parse().ok());
        let certificate = first["certificate"].as_str().unwrap_or_default();
        let certificate_file = folder.join("klserver.cer");
        std::fs::write(&certificate_file, certificate).map_err(|it| it.to_string())?;
        Ok(Self {
            address: address.ok_or("the stand-in does not say where it listens")?,
            certificate: certificate.to_owned(),
            certificate_file,
            process,
            input,
            output,
        })
    }

    pub(super) fn id(&self) -> Result<u32, String> {
        self.process.id()
    }

    /// What it has counted so far.
    pub(super) async fn counts(&mut self) -> Result<Counted, String> {
        self.ask("counts").await.map(|it| Counted::read(&it))
    }

    /// From now on each call takes so long.
    pub(super) async fn delay(&mut self, delay: Duration) -> Result<(), String> {
        self.ask(&format!("delay {}", delay.as_micros()))
            .await
            .map(|_| ())
    }

    /// Ends it.
    pub(super) async fn end(self) {
        self.process.end().await;
    }

    async fn ask(&mut self, command: &str) -> Result<Value, String> {
        let text = format!("{command}\n");
        self.input
            .write_all(text.as_bytes())
            .await
            .map_err(|it| format!("the stand-in: {it}"))?;
        line(&mut self.output).await
    }
}

async fn line(output: &mut Lines<BufReader<ChildStdout>>) -> Result<Value, String> {
    let line = output.next_line().await.map_err(|it| it.to_string())?;
    let line = line.ok_or("the stand-in has ended")?;
    serde_json::from_str(&line).map_err(|it| format!("the stand-in says {line}: {it}"))
}
