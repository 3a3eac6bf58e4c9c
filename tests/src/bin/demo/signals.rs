//! What ends the demo: Ctrl-C, SIGTERM, and the end of its terminal.

use std::io;

use tokio::signal::unix::{Signal, SignalKind, signal};

/// The signals that end it. They are taken from the moment on that this is made: whatever was begun
/// before they come is put away again, and no folder stays behind.
pub(crate) struct Signals {
    interrupt: Signal,
    terminate: Signal,
    hang_up: Signal,
}

impl Signals {
    /// Takes them.
    pub(crate) fn take() -> io::Result<Self> {
        Ok(Self {
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
            hang_up: signal(SignalKind::hangup())?,
        })
    }

    /// Resolves when one comes.
    pub(crate) async fn come(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
            _ = self.hang_up.recv() => {}
        }
    }
}
