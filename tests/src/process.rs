//! A program as a process of its own: started, listened to, signalled, and never left behind.
//!
//! Signals go out by the shell's own `kill`: the standard library knows SIGKILL alone, and the
//! program of that name is not on every machine.

use std::io::{self, BufRead as _, BufReader, Read, Write as _};
use std::net::SocketAddr;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::Duration;

use tokio::net::TcpStream;

use crate::wait::eventually;

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
    /// Any other: its name without `SIG`, or its number.
    Named(&'static str),
}

/// What is done with what the program says on standard output.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Hearing {
    /// It is read.
    Listens,
    /// Nobody reads it for now.
    Pauses,
    /// Nobody will read it any more.
    Gone,
}

/// Who reads it.
#[derive(Debug)]
struct Ear {
    hearing: Mutex<Hearing>,
    changed: Condvar,
}

impl Ear {
    fn turn(&self, hearing: Hearing) {
        *self.hearing.lock().unwrap_or_else(PoisonError::into_inner) = hearing;
        self.changed.notify_all();
    }

    /// Waits while nobody reads; whether somebody will again.
    fn listens(&self) -> bool {
        let hearing = self.hearing.lock().unwrap_or_else(PoisonError::into_inner);
        let hearing = self
            .changed
            .wait_while(hearing, |it| *it == Hearing::Pauses);
        *hearing.unwrap_or_else(PoisonError::into_inner) == Hearing::Listens
    }
}

/// A running program and what it has said.
#[derive(Debug)]
pub(crate) struct Process {
    name: &'static str,
    child: Child,
    said: Arc<Mutex<Vec<String>>>,
    ear: Arc<Ear>,
}

impl Process {
    /// Starts it.
    ///
    /// # Panics
    /// When it cannot be started.
    pub(crate) fn start(name: &'static str, command: &mut Command) -> Self {
        Self::start_into(name, command, Stdio::piped())
    }

    /// The same, with another standard output, of which nothing is heard.
    ///
    /// # Panics
    /// When it cannot be started.
    pub(crate) fn start_into(name: &'static str, command: &mut Command, output: Stdio) -> Self {
        let mut child = command
            .stdin(Stdio::null())
            .stdout(output)
            .stderr(Stdio::piped())
            .spawn()
            .unwrap_or_else(|error| panic!("{name} cannot be run: {error}"));
        let said = Arc::new(Mutex::new(Vec::new()));
        let ear = Arc::new(Ear {
            hearing: Mutex::new(Hearing::Listens),
            changed: Condvar::new(),
        });
        if let Some(output) = child.stdout.take() {
            listen(output, Arc::clone(&said), Some(Arc::clone(&ear)));
        }
        let errors = child.stderr.take().expect("standard error is piped");
        listen(errors, Arc::clone(&said), None);
        Self {
            name,
            child,
            said,
            ear,
        }
    }

    /// Reads its standard output no longer, until [`Process::read_on`].
    pub(crate) fn stop_reading(&self) {
        self.ear.turn(Hearing::Pauses);
    }

    /// Reads it again.
    pub(crate) fn read_on(&self) {
        self.ear.turn(Hearing::Listens);
    }

    /// Closes the other end of its standard output, when it has said one line more.
    pub(crate) fn hang_up(&self) {
        self.ear.turn(Hearing::Gone);
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

    /// The same, to the end: it has ended, and its outputs with it.
    pub(crate) async fn all_said(&self) -> Vec<String> {
        // Each thread that listens holds it while there is something to hear.
        eventually("all is heard", || {
            std::future::ready((Arc::strong_count(&self.said) == 1).then_some(()))
        })
        .await;
        self.said()
    }

    /// How it ended, when it has.
    ///
    /// # Panics
    /// When the system does not say.
    pub(crate) fn ended(&mut self) -> Option<ExitStatus> {
        self.child.try_wait().expect("the system knows its child")
    }

    /// Waits until it listens there.
    ///
    /// # Panics
    /// When it ends instead, or does not listen in time.
    pub(crate) async fn listens(&mut self, addr: SocketAddr) {
        eventually(&format!("{} listens", self.name), || {
            let ended = self.ended();
            assert!(ended.is_none(), "it ended: {ended:?}\n{:?}", self.said());
            async move { TcpStream::connect(addr).await.is_ok().then_some(()) }
        })
        .await;
    }

    /// Sends a signal; a process that has ended takes none.
    pub(crate) fn signal(&self, signal: Signal) {
        let name = match signal {
            Signal::Terminate => "TERM",
            Signal::Stop => "STOP",
            Signal::Continue => "CONT",
            Signal::Named(name) => name,
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
        // The thread that reads shall not be left waiting.
        self.hang_up();
        if std::thread::panicking() {
            let text = format!("{} said:\n{}\n", self.name, self.said().join("\n"));
            let _unheard = io::stderr().write_all(text.as_bytes());
        }
    }
}

/// Keeps the lines of an output; the thread ends with the process that it listens to.
fn listen(
    output: impl Read + Send + 'static,
    said: Arc<Mutex<Vec<String>>>,
    ear: Option<Arc<Ear>>,
) {
    std::thread::spawn(move || {
        for bytes in BufReader::new(output).split(b'\n').map_while(Result::ok) {
            if ear.as_ref().is_some_and(|it| !it.listens()) {
                return;
            }
            let line = String::from_utf8_lossy(&bytes).into_owned();
            said.lock()
                .unwrap_or_else(PoisonError::into_inner)
                .push(line);
        }
    });
}
