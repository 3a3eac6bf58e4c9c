//! The gateway that is counted, as a process: it is told where to make a mark, and when to end.

use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Child, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::time::{Duration, Instant};

use crate::outcome::Failure;

/// Longest wait for anything.
pub(super) const PATIENCE: Duration = Duration::from_secs(120);

/// A gateway under callgrind.
pub(super) struct Gateway {
    child: Child,
    lines: Receiver<String>,
    /// What it has said.
    pub(super) said: Vec<String>,
}

impl Gateway {
    pub(super) fn start(mut command: std::process::Command) -> Result<Self, Failure> {
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(broken)?;
        let errors = child.stderr.take().expect("it is piped");
        let (sender, lines) = mpsc::channel();
        std::thread::spawn(move || {
            for line in BufReader::new(errors).lines().map_while(Result::ok) {
                let _gone = sender.send(line);
            }
        });
        Ok(Self {
            child,
            lines,
            said: Vec::new(),
        })
    }

    /// Where it listens: for callers, and for who looks after it.
    pub(super) fn addresses(&mut self) -> Result<(String, String), Failure> {
        let line = self.line("listening ")?;
        let both = line.split_once(' ');
        let both = both.map(|(api, admin)| (api.to_owned(), admin.to_owned()));
        both.ok_or_else(|| Failure::because("the gateway does not say where it listens"))
    }

    /// Has callgrind write down what it has counted.
    pub(super) fn mark(&mut self) -> Result<(), Failure> {
        let input = self.child.stdin.as_mut().expect("it is piped");
        input.write_all(b"mark\n").map_err(broken)?;
        input.flush().map_err(broken)?;
        self.line("marked").map(|_| ())
    }

    /// The rest of the next line that begins so.
    fn line(&mut self, start: &str) -> Result<String, Failure> {
        let until = Instant::now() + PATIENCE;
        loop {
            let left = until.saturating_duration_since(Instant::now());
            let line = self.lines.recv_timeout(left).map_err(|_| {
                Failure::because(format!("the gateway does not say {:?}", start.trim()))
            })?;
            if let Some(rest) = line.strip_prefix(start) {
                return Ok(rest.to_owned());
            }
            self.said.push(line);
        }
    }

    /// Lets it end by itself, or ends it.
    pub(super) fn end(&mut self) -> Result<(), Failure> {
        drop(self.child.stdin.take());
        let until = Instant::now() + PATIENCE;
        while Instant::now() < until {
            match self.child.try_wait().map_err(broken)? {
                Some(status) if status.success() => return Ok(()),
                Some(status) => {
                    self.said.extend(self.lines.try_iter());
                    return Err(Failure::because(format!("the gateway ended with {status}")));
                }
                None => std::thread::sleep(Duration::from_millis(50)),
            }
        }
        let _gone = self.child.kill().and_then(|()| self.child.wait());
        Err(Failure::because("the gateway did not end"))
    }
}

fn broken(error: impl std::fmt::Display) -> Failure {
    Failure::because(error.to_string())
}
