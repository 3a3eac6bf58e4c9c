//! A program as a process of its own: started, listened to, signalled, and never left behind.
//!
//! Signals go out by the shell's own `kill`: the standard library knows SIGKILL alone, and the
//! program of that name is not on every machine.

use std::io::{self, BufRead as _, BufReader, Read, Write as _};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// Longest wait for the end of a process that was asked to end.
const PATIENCE: Duration = Duration::from_secs(60);

/// A signal, as `kill` calls it.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Signal {
    /// End in an orderly way.
    Terminate,
    /// Stand still, whatever it does.
    Stop,
    /// Go on.
    Continue,
}

/// A running program and what it has said.
#[derive(Debug)]
pub(crate) struct Process {
    name: &'static str,
    child: Child,
    said: Arc<Mutex<Vec<String>>>,
}

impl Process {
    /// Starts it.
    ///
    /// # Panics
    /// When it cannot be started.
    pub(crate) fn start(name: &'static str, command: &mut Command) -> Self {
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap_or_else(|error| panic!("{name} cannot be run: {error}"));
        let said = Arc::new(Mutex::new(Vec::new()));
        let output = child.stdout.take().expect("standard output is piped");
        let errors = child.stderr.take().expect("standard error is piped");
        listen(output, Arc::clone(&said));
        listen(errors, Arc::clone(&said));
        Self { name, child, said }
    }

    /// Its number.
    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// Every line that it has said on either output.
    pub(crate) fn said(&self) -> Vec<String> {
        self.said
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// How it ended, when it has.
    ///
    /// # Panics
    /// When the system does not say.
    pub(crate) fn ended(&mut self) -> Option<ExitStatus> {
        self.child.try_wait().expect("the system knows its child")
    }

    /// Sends a signal; a process that has ended takes none.
    pub(crate) fn signal(&self, signal: Signal) {
        let name = match signal {
            Signal::Terminate => "TERM",
            Signal::Stop => "STOP",
            Signal::Continue => "CONT",
        };
        let _ended_already = Command::new("sh")
            .args(["-c", &format!("kill -{name} {}", self.id())])
            .stderr(Stdio::null())
            .status();
        if matches!(signal, Signal::Stop) {
            self.until_it_stands();
        }
    }

    /// On a busy machine a process goes on for a moment after it was told to stop.
    fn until_it_stands(&self) {
        let path = format!("/proc/{}/status", self.id());
        for _ in 0..5_000 {
            let status = std::fs::read_to_string(&path).unwrap_or_default();
            let state = status.lines().find_map(|it| it.strip_prefix("State:"));
            if !state.is_some_and(|it| it.trim().starts_with(['R', 'S', 'D'])) {
                return;
            }
            std::thread::sleep(Duration::from_millis(1));
        }
    }

    /// Waits until it has ended.
    ///
    /// # Panics
    /// When it does not within a minute.
    pub(crate) async fn end(&mut self) -> ExitStatus {
        let waiting = async {
            loop {
                if let Some(status) = self.ended() {
                    return status;
                }
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        };
        let ended = tokio::time::timeout(PATIENCE, waiting).await;
        ended.unwrap_or_else(|_| panic!("{} does not end within {PATIENCE:?}", self.name))
    }

    /// Ends it where it stands.
    pub(crate) fn kill(&mut self) {
        let _ended_already = self.child.kill().and_then(|()| self.child.wait());
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.kill();
        if std::thread::panicking() {
            let text = format!("{} said:\n{}\n", self.name, self.said().join("\n"));
            let _unheard = io::stderr().write_all(text.as_bytes());
        }
    }
}

/// Keeps the lines of an output; the thread ends with the process that it listens to.
fn listen(output: impl Read + Send + 'static, said: Arc<Mutex<Vec<String>>>) {
    std::thread::spawn(move || {
        for bytes in BufReader::new(output).split(b'\n').map_while(Result::ok) {
            let line = String::from_utf8_lossy(&bytes).into_owned();
            said.lock()
                .unwrap_or_else(PoisonError::into_inner)
                .push(line);
        }
    });
}
