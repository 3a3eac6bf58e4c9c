//! The thread that writes: it alone may be kept waiting by whoever reads the log, or does not.

use std::io::{self, Write};
use std::time::Duration;

use super::queue::{Batch, Queue};

/// How long an output that refuses is left alone.
const REST: Duration = Duration::from_millis(100);

/// Writes what comes, as long as the process lives.
pub(super) fn run(queue: &Queue, mut output: impl Write) {
    let mut batch = Batch::default();
    loop {
        queue.take(&mut batch);
        write(queue, &mut output, &batch.text);
        queue.taken();
        for tell in batch.written.drain(..) {
            // Whoever asked may have given up.
            let _heard = tell.send(());
        }
    }
}

/// Writes all of it, however often that has to be tried: a disk may have room again.
fn write(queue: &Queue, output: &mut impl Write, mut text: &[u8]) {
    while !text.is_empty() {
        match output.write(text) {
            Ok(count @ 1..) => {
                text = &text[count..];
                queue.moved();
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            // A pipe that does not block, and that nobody reads.
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                std::thread::sleep(REST / 10);
            }
            Ok(_) | Err(_) => {
                queue.refused();
                std::thread::sleep(REST);
            }
        }
    }
}
