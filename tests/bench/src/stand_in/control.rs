//! The stand-in's input and output: what it is told, and what it tells.

use std::io::{self, BufRead as _, Write as _};
use std::sync::Arc;
use std::time::Duration;

use clap::Parser;
use serde_json::{Value, json};

use super::counts::Counts;
use super::{certificate, listener};

/// How a stand-in answers.
#[derive(Debug, Parser)]
#[command(name = "stand-in")]
pub(crate) struct Manner {
    /// How many threads answer
    #[arg(long, default_value_t = 2)]
    threads: usize,
    /// How long each call takes
    #[arg(long, default_value_t = 0.0)]
    delay_ms: f64,
}

/// Serves until the input ends. The first line says where, and with which certificate.
pub(crate) fn run(manner: &Manner) -> Result<(), String> {
    let delay = Duration::try_from_secs_f64(manner.delay_ms / 1e3);
    let counts = Arc::new(Counts::default());
    counts.set_delay(delay.map_err(|it| format!("--delay-ms: {it}"))?);
    let (certificate, acceptor) = certificate::make()?;
    let address =
        listener::start(manner.threads, &acceptor, &counts).map_err(|it| it.to_string())?;
    say(&json!({"address": address.to_string(), "certificate": certificate}))?;
    for line in io::stdin().lock().lines().map_while(Result::ok) {
        say(&command(&line, &counts))?;
    }
    Ok(())
}

/// Does what a line says: `counts`, or `delay` and microseconds.
fn command(line: &str, counts: &Counts) -> Value {
    let mut words = line.split_whitespace();
    match (words.next(), words.next().map(str::parse)) {
        (Some("counts"), None) => counts.tell(),
        (Some("delay"), Some(Ok(micros))) => {
            counts.set_delay(Duration::from_micros(micros));
            json!({})
        }
        _ => json!({"error": format!("no such command: {line}")}),
    }
}

fn say(value: &Value) -> Result<(), String> {
    let mut output = io::stdout().lock();
    writeln!(output, "{value}")
        .and_then(|()| output.flush())
        .map_err(|it| it.to_string())
}
