//! A line of the audit log, as JSON.

use std::io::{self, Write};
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

use edr_gateway::audit::{self, Trail};
use edr_gateway::config::LogFormat;
use edr_gateway::telemetry;

use super::piece::Piece;

static LINES: AtomicUsize = AtomicUsize::new(0);

pub(super) fn pieces() -> Vec<Piece> {
    vec![Piece::again("an audit line", |_| {
        telemetry::install_with(LogFormat::Json, || Counter);
        let trail = Trail {
            route: "/v1/tasks/isolateHost".to_owned(),
            caller: Some("soar".into()),
            task: Some("isolateHost".to_owned()),
            host: Some("ws-042.corp.example".to_owned()),
            host_id: Some(super::incident::HOST.to_owned()),
            ..Trail::default()
        };
        let line = move || audit::answered("0198c0de", "POST", 202, &trail);
        let before = LINES.load(Relaxed);
        line();
        assert_eq!(LINES.load(Relaxed), before + 1, "it is written");
        line
    })]
}

/// Takes lines and keeps none.
struct Counter;

impl Write for Counter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        LINES.fetch_add(usize::from(bytes.ends_with(b"\n")), Relaxed);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
