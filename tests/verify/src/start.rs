//! How soon a call of `edrctl` stands before its server, and with how much memory, beside what each
//! of the vendor's scripts begins with.
//!
//! Figures for people: machines differ, so nothing fails by them. The vendor's client is in no
//! registry, so its side is Python with the library that the client is made of, and no more.

use std::io::Read as _;
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::time::{Duration, Instant};

use crate::ground::Ground;
use crate::outcome::{Failure, Outcome};
use crate::python;
use crate::shell::Command;

/// How often each is started; the middle one counts.
const RUNS: usize = 11;
/// How long one start may take at most.
const PATIENCE: Duration = Duration::from_secs(20);

/// What the scripts import, and then a request.
const SCRIPT: &str = "import argparse, base64, datetime, json, os, socket, sys, uuid, requests\n\
                      requests.get(sys.argv[1])";

/// Measures both.
pub(crate) fn compare(ground: &Ground, program: &Path) -> Outcome {
    let requirements = "tests/fixtures/edrctl/requirements.txt";
    let python = python::prepare(ground, "vendor", requirements)?.join("python3");
    let ours = median(|address| {
        ground
            .command(program, "edrctl")
            .args(&["whoami", "--retryFor", "0"])
            .env("EDR_GATEWAY_URL", address)
            .env("EDR_GATEWAY_TOKEN", "none")
    })?;
    let theirs = median(|address| {
        ground
            .command(&python, "python3")
            .args(&["-c", SCRIPT, address])
    })?;
    let shown = |(time, memory): (Duration, u64)| {
        let milliseconds = time.as_millis();
        format!("{milliseconds} ms and {} MiB", memory.div_ceil(1024))
    };
    Ok(format!(
        "asks after {}; Python with requests after {}",
        shown(ours),
        shown(theirs)
    ))
}

/// The middle of the times and the middle of the memories, KiB.
fn median(command: impl Fn(&str) -> Command) -> Result<(Duration, u64), Failure> {
    let broken = |error: std::io::Error| Failure::because(error.to_string());
    let (mut times, mut memories) = (Vec::new(), Vec::new());
    for _ in 0..RUNS {
        let listener = TcpListener::bind("127.0.0.1:0").map_err(broken)?;
        listener.set_nonblocking(true).map_err(broken)?;
        let address = format!("http://{}", listener.local_addr().map_err(broken)?);
        let start = Instant::now();
        let mut child = command(&address).into_inner().spawn().map_err(broken)?;
        let asked = asked(&listener, start);
        let memory = peak(child.id());
        // It waits for an answer that nobody gives.
        child.kill().map_err(broken)?;
        child.wait().map_err(broken)?;
        times.push(asked.map_err(broken)?);
        memories.push(memory.map_err(broken)?);
    }
    times.sort();
    memories.sort_unstable();
    Ok((times[RUNS / 2], memories[RUNS / 2]))
}

/// How long it took until the request was here.
fn asked(listener: &TcpListener, start: Instant) -> std::io::Result<Duration> {
    let mut stream: TcpStream = loop {
        match listener.accept() {
            Ok((stream, _)) => break stream,
            Err(error) if start.elapsed() > PATIENCE => return Err(error),
            Err(_) => std::thread::sleep(Duration::from_micros(200)),
        }
    };
    stream.set_nonblocking(false)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.read_exact(&mut [0; 1])?;
    Ok(start.elapsed())
}

/// The most memory that a process has had resident so far, KiB.
fn peak(process: u32) -> std::io::Result<u64> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status"))?;
    let line = status.lines().find_map(|it| it.strip_prefix("VmHWM:"));
    let number = line.and_then(|it| it.trim().trim_end_matches(" kB").parse().ok());
    number.ok_or_else(|| std::io::Error::other("the process is gone"))
}
