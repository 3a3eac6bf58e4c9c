//! The program as it is delivered: in its image, started, measured, stopped.
//!
//! The figures are those that an operator meets: how large the image is, how soon a new pod
//! listens, what an idle one takes. KSC is the simulator, in this process; the program is a process
//! of its own, confined as it is in a cluster.

use std::fs;
use std::io::{BufRead as _, BufReader, Read};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::time::{Duration, Instant};

use acceptance::environment;
use serde_json::Value;

use crate::confined::Confined;
use crate::doctor;
use crate::ground::Ground;
use crate::image::{self, Image};
use crate::outcome::{Failure, Outcome, all_of};
use crate::peer::Peer;
use crate::screen::say;
use crate::shell::Command;
use crate::tree;

/// From the start of the process to its listening.
const MOST_START: Duration = Duration::from_secs(1);
/// Resident memory of an idle program.
const MOST_MEMORY_KIB: u64 = 30 * 1024;
/// How long it is looked at while it idles.
const IDLE: Duration = Duration::from_secs(2);
/// Longest wait for anything that the program must do.
const PATIENCE: Duration = Duration::from_secs(20);

/// Builds it and looks at it from all sides; one run shows everything that is wrong.
pub(crate) fn check(ground: &Ground) -> Outcome {
    let image = image::build(ground)?;
    say(&format!("      image: {}", image.note));
    let program = image.program();
    let looks = [
        ("dependencies", tree::check(ground)),
        ("contract", contract(ground, &program)),
        ("doctor", doctor::check(ground, &program)),
        ("process", process(ground, &image)),
    ];
    let mut notes = all_of(looks)?;
    Ok(notes.pop().unwrap_or_default())
}

/// The published document is the one that the program checks requests against.
fn contract(ground: &Ground, program: &Path) -> Outcome {
    let printed = ground
        .command(program, "edr-gateway")
        .args(&["openapi"])
        .silent()?;
    let path = ground.root.join("openapi/openapi.json");
    let published = fs::read_to_string(&path)
        .map_err(|error| Failure::because(format!("{}: {error}", path.display())))?;
    if printed.trim_end() == published.trim_end() {
        return Ok("openapi/openapi.json is what the program serves".to_owned());
    }
    let line = printed
        .lines()
        .zip(published.lines())
        .position(|(ours, theirs)| ours != theirs);
    let line = line.unwrap_or_else(|| printed.lines().count().min(published.lines().count())) + 1;
    Err(Failure::because(format!(
        "openapi/openapi.json is not what the program serves, from line {line} on: run `cargo openapi`"
    )))
}

/// Starts it against a simulated KSC, measures, and stops it.
fn process(ground: &Ground, image: &Image) -> Outcome {
    let Peer {
        sim,
        folder,
        runtime,
    } = Peer::start()?;
    let confined = Confined::new(image, environment(&sim, folder.path(), Vec::new()))?;
    let mut running = Running::start(confined.command(ground, &["serve"]))?;
    let figures = running.measure(&runtime);
    let stopped = running.stop();
    let note = figures
        .and_then(|it| stopped.map(|()| it))
        .map_err(|reason| running.failure(reason))?;
    // It has ended, so nothing of it may be left in KSC.
    sim.verdict().map_err(|verdict| Failure {
        reason: "KSC's verdict on the program is bad".to_owned(),
        output: verdict,
    })?;
    Ok(note)
}

/// The program as a process.
struct Running {
    child: Child,
    started: Instant,
    log: Receiver<String>,
    said: Vec<String>,
}

impl Running {
    fn start(command: Command) -> Result<Self, Failure> {
        let mut command = command.into_inner();
        // The level that it has in a cluster, whatever this shell prefers.
        command
            .env_remove("RUST_LOG")
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let started = Instant::now();
        let mut child = command
            .spawn()
            .map_err(|error| Failure::because(format!("the program cannot be run: {error}")))?;
        let output = child.stdout.take().expect("standard output is piped");
        let errors = child.stderr.take().expect("standard error is piped");
        let (sender, log) = mpsc::channel();
        listen(output, sender.clone());
        listen(errors, sender);
        Ok(Self {
            child,
            started,
            log,
            said: Vec::new(),
        })
    }

    /// How soon it listens and is ready, and what it takes while it idles.
    fn measure(&mut self, runtime: &tokio::runtime::Runtime) -> Result<String, String> {
        let listening = self.line(|it| it["message"] == "listening")?;
        let start = self.started.elapsed();
        let admin: SocketAddr = listening["listen.admin"]
            .as_str()
            .and_then(|it| it.parse().ok())
            .ok_or("the log does not say where health is answered")?;
        runtime.block_on(until_ready(admin))?;
        let ready = self.started.elapsed();
        let memory = self.idle_memory()?;
        let figures = format!(
            "listens after {} ms (limit {}), ready with a KSC session after {} ms, idles at {:.1} MiB (limit {})",
            start.as_millis(),
            MOST_START.as_millis(),
            ready.as_millis(),
            mebibytes(memory),
            MOST_MEMORY_KIB / 1024,
        );
        if start > MOST_START || memory > MOST_MEMORY_KIB {
            return Err(format!("beyond its limits: {figures}"));
        }
        Ok(figures)
    }

    /// The most memory that it has while nobody asks it for anything.
    fn idle_memory(&self) -> Result<u64, String> {
        let until = Instant::now() + IDLE;
        let mut most = 0;
        while Instant::now() < until {
            most = most.max(resident(self.child.id())?);
            std::thread::sleep(Duration::from_millis(100));
        }
        Ok(most)
    }

    /// The next line of the log that is like this.
    fn line(&mut self, like: impl Fn(&Value) -> bool) -> Result<Value, String> {
        let until = Instant::now() + PATIENCE;
        loop {
            match self
                .log
                .recv_timeout(until.saturating_duration_since(Instant::now()))
            {
                Ok(line) => {
                    let found: Value = serde_json::from_str(&line).unwrap_or_default();
                    self.said.push(line);
                    if like(&found) {
                        return Ok(found);
                    }
                }
                Err(RecvTimeoutError::Timeout) => {
                    return Err("it does not say that it listens".to_owned());
                }
                Err(RecvTimeoutError::Disconnected) => {
                    return Err("it ended instead of listening".to_owned());
                }
            }
        }
    }

    /// Asks it to end, as Kubernetes does, and waits until it has.
    fn stop(&mut self) -> Result<(), String> {
        let until = Instant::now() + PATIENCE;
        // The shell's own `kill`: the program of that name is not on every machine.
        let kill = format!("kill -TERM {}", self.child.id());
        let _ended_already = std::process::Command::new("sh")
            .args(["-c", &kill])
            .stderr(Stdio::null())
            .status();
        while Instant::now() < until {
            match self.child.try_wait() {
                Ok(Some(status)) if status.success() => return Ok(()),
                Ok(Some(status)) => return Err(format!("it ended with {status} on SIGTERM")),
                Ok(None) => std::thread::sleep(Duration::from_millis(20)),
                Err(error) => return Err(error.to_string()),
            }
        }
        let _gone = self.child.kill().and_then(|()| self.child.wait());
        Err(format!(
            "it did not end within {} s of SIGTERM",
            PATIENCE.as_secs()
        ))
    }

    /// A failure with the log of the program.
    fn failure(&mut self, reason: String) -> Failure {
        self.said.extend(self.log.try_iter());
        Failure {
            reason,
            output: format!("{}\n", self.said.join("\n")),
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _gone = self.child.kill().and_then(|()| self.child.wait());
    }
}

/// Hands on the lines of an output; the thread ends with the process that it listens to.
fn listen(output: impl Read + Send + 'static, sender: Sender<String>) {
    std::thread::spawn(move || {
        for line in BufReader::new(output).lines().map_while(Result::ok) {
            if sender.send(line).is_err() {
                return;
            }
        }
    });
}

/// Asks until the program says that it is ready.
async fn until_ready(admin: SocketAddr) -> Result<(), String> {
    let client = reqwest::Client::builder()
        .no_proxy()
        .timeout(PATIENCE)
        .build()
        .map_err(|it| it.to_string())?;
    let url = format!("http://{admin}/health/ready");
    let asking = async {
        while !client
            .get(&url)
            .send()
            .await
            .is_ok_and(|it| it.status().is_success())
        {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(PATIENCE, asking)
        .await
        .map_err(|_| "it does not become ready".to_owned())
}

/// `VmRSS` of a process, in KiB.
fn resident(process: u32) -> Result<u64, String> {
    let path: PathBuf = ["/proc", &process.to_string(), "status"].iter().collect();
    let text = fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
    let line = text.lines().find_map(|it| it.strip_prefix("VmRSS:"));
    line.and_then(|it| it.trim().strip_suffix(" kB")?.trim().parse().ok())
        .ok_or_else(|| format!("{} has no VmRSS", path.display()))
}

#[expect(clippy::cast_precision_loss, reason = "shown with one decimal")]
fn mebibytes(kibibytes: u64) -> f64 {
    kibibytes as f64 / 1024.0
}
