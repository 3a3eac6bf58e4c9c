//! Where log lines leave the process: one thread that writes, behind a queue with a bound.
//!
//! Nothing that serves ever waits for standard output. Whoever logs leaves a line in the queue;
//! where the queue is full the line is lost, and counted. What nobody reads (a stalled pipe),
//! nobody can read any more (a closed one) or nobody can keep (a full disk) is one case here: lines
//! stay, and are tried again until they are taken.
//!
//! A line of the audit log that must stand before something is done is [`confirmed`]: its
//! [`WriteReceipt`] says whether it has been written.
//!
//! # Rationale
//!
//! `tracing-appender`, the library for a writer behind a queue, has no answer for the one who must
//! know that a line was written; it drops without regard to what a line is, takes a line that could
//! not be written for one that was, and waits for its queue at the end. What is left of it is a
//! queue and a thread.

mod kind;
mod pump;
mod queue;

use std::cell::RefCell;
use std::fs::File;
use std::io;
use std::os::fd::AsFd as _;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::sync::oneshot;
use tracing::Metadata;
use tracing_subscriber::fmt::MakeWriter;

pub use kind::LineKind;
use queue::Queue;

/// Longest that a line may take to be written until it counts as not written.
pub const WRITTEN_WITHIN: Duration = Duration::from_secs(2);

/// The way out. A clone is the same one.
#[derive(Debug, Clone)]
pub struct Outlet(Arc<Queue>);

impl Outlet {
    /// Standard output.
    ///
    /// # Errors
    /// When there can be no thread for it.
    pub(super) fn stdout() -> io::Result<Self> {
        let file = File::from(io::stdout().as_fd().try_clone_to_owned()?);
        if was_closed(&file)? {
            return Self::into(Closed);
        }
        Self::into(file)
    }

    /// Whatever takes bytes.
    ///
    /// # Errors
    /// When there can be no thread for it.
    pub(super) fn into(output: impl io::Write + Send + 'static) -> io::Result<Self> {
        let queue = Arc::new(Queue::new());
        let pumped = Arc::clone(&queue);
        std::thread::Builder::new()
            .name("log".to_owned())
            .spawn(move || pump::run(&pumped, output))?;
        Ok(Self(queue))
    }

    /// Whether lines are written: false while the output refuses them, and while one waits for so
    /// long that it counts as not written, because the output takes nothing or too little.
    #[must_use]
    pub fn is_writing(&self) -> bool {
        self.0.is_writing(WRITTEN_WITHIN)
    }

    /// How many lines of a kind were lost.
    #[must_use]
    pub fn lost(&self, kind: LineKind) -> u64 {
        self.0.lost(kind)
    }

    /// Waits until all lines are written, unless they are not written any more; never beyond
    /// `until`.
    pub(super) fn finish(&self, until: Instant) {
        self.0.drain(until, WRITTEN_WITHIN);
    }
}

impl<'a> MakeWriter<'a> for Outlet {
    type Writer = LineSlot<'a>;

    fn make_writer(&'a self) -> LineSlot<'a> {
        LineSlot(&self.0, LineKind::Other)
    }

    fn make_writer_for(&'a self, about: &Metadata<'_>) -> LineSlot<'a> {
        LineSlot(&self.0, LineKind::of(about.target()))
    }
}

/// Takes one line.
#[derive(Debug)]
pub struct LineSlot<'a>(&'a Queue, LineKind);

impl io::Write for LineSlot<'_> {
    /// The subscriber writes each line with one call.
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let wanted = WANTED.with_borrow_mut(|it| it.as_mut().map(WriteReceipt::issue));
        self.0.put(self.1, bytes, wanted);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

thread_local! {
    /// The receipt that the line wants which this thread is about to log.
    static WANTED: RefCell<Option<WriteReceipt>> = const { RefCell::new(None) };
}

/// Whether a line has been written.
#[derive(Debug, Default)]
#[must_use]
pub struct WriteReceipt(Option<oneshot::Receiver<()>>);

impl WriteReceipt {
    fn issue(&mut self) -> oneshot::Sender<()> {
        let (tell, told) = oneshot::channel();
        self.0 = Some(told);
        tell
    }

    /// Waits until the line is written; whether it was, within this time. One that was not is not
    /// written later either, unless that has begun.
    pub async fn written(self, within: Duration) -> bool {
        match self.0 {
            // No outlet took it: the log of a test, which keeps what it is given.
            None => true,
            Some(told) => matches!(tokio::time::timeout(within, told).await, Ok(Ok(()))),
        }
    }
}

/// Logs a line, and gives the receipt for it.
pub fn confirmed(log: impl FnOnce()) -> WriteReceipt {
    WANTED.set(Some(WriteReceipt::default()));
    log();
    WANTED.take().unwrap_or_default()
}

/// An output that was closed before the process began.
struct Closed;

impl io::Write for Closed {
    fn write(&mut self, _: &[u8]) -> io::Result<usize> {
        Err(io::ErrorKind::BrokenPipe.into())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Whether standard output was closed when the process began: the runtime of the language then
/// opens `/dev/null` in its place, for reading and writing, which whoever redirects an output does
/// not.
fn was_closed(file: &File) -> io::Result<bool> {
    use rustix::fs::{OFlags, fcntl_getfl};
    use std::os::unix::fs::MetadataExt as _;

    let null = std::fs::metadata("/dev/null").map(|it| it.rdev());
    let is_null = null.is_ok_and(|it| file.metadata().is_ok_and(|file| file.rdev() == it));
    Ok(is_null && fcntl_getfl(file)?.contains(OFlags::RDWR))
}

#[cfg(test)]
mod tests {
    use std::io::{Read as _, Write as _, pipe};

    use super::*;

    fn put(outlet: &Outlet, kind: &Metadata<'_>, text: &str) -> WriteReceipt {
        confirmed(|| {
            let mut slot = outlet.make_writer_for(kind);
            slot.write_all(text.as_bytes()).expect("it takes all");
        })
    }

    fn audit() -> &'static Metadata<'static> {
        struct Site;
        impl tracing::Callsite for Site {
            fn set_interest(&self, _: tracing::subscriber::Interest) {}
            fn metadata(&self) -> &Metadata<'_> {
                &AUDIT
            }
        }
        static SITE: Site = Site;
        static AUDIT: Metadata<'static> = tracing::metadata! {
            name: "line",
            target: "audit",
            level: tracing::Level::INFO,
            fields: &[],
            callsite: &SITE,
            kind: tracing::metadata::Kind::EVENT,
        };
        &AUDIT
    }

    #[tokio::test]
    async fn a_line_is_confirmed_when_it_stands_outside() {
        let (mut reader, writer) = pipe().expect("a pipe");
        let outlet = Outlet::into(writer).expect("a thread");

        let written = put(&outlet, audit(), "one\n").written(WRITTEN_WITHIN).await;

        assert!(written && outlet.is_writing());
        let mut line = [0; 4];
        reader.read_exact(&mut line).expect("it is there");
        assert_eq!(&line, b"one\n");
    }

    #[tokio::test]
    async fn a_closed_output_is_told_and_keeps_nobody() {
        let (reader, writer) = pipe().expect("a pipe");
        drop(reader);
        let outlet = Outlet::into(writer).expect("a thread");

        let written = put(&outlet, audit(), "one\n").written(Duration::from_millis(50));

        assert!(!written.await);
        assert!(!outlet.is_writing());
        outlet.finish(Instant::now() + Duration::from_secs(60));
    }

    /// Takes a byte now and then.
    struct Slow;

    impl io::Write for Slow {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            std::thread::sleep(Duration::from_millis(5));
            Ok(1)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[tokio::test]
    async fn an_output_that_takes_too_little_is_as_bad_as_one_that_takes_nothing() {
        let outlet = Outlet::into(Slow).expect("a thread");
        let mut other = outlet.make_writer();
        other.write_all(&vec![b'x'; 100_000]).expect("it takes all");

        let written = put(&outlet, audit(), "one\n").written(WRITTEN_WITHIN).await;

        assert!(!written && !outlet.is_writing());
    }

    #[tokio::test]
    async fn a_stalled_output_loses_by_kind_and_goes_on_when_it_is_read() {
        let (mut reader, writer) = pipe().expect("a pipe");
        let outlet = Outlet::into(writer).expect("a thread");
        let line = format!("{}\n", "x".repeat(8191));
        let mut other = outlet.make_writer();
        while outlet.lost(LineKind::Other) == 0 {
            other.write_all(line.as_bytes()).expect("it takes all");
        }

        let waiting = put(&outlet, audit(), "gone\n").written(Duration::from_millis(20));
        assert!(!waiting.await, "nobody reads");
        assert_eq!(outlet.lost(LineKind::Audit), 0, "there is room kept for it");
        let kept = put(&outlet, audit(), "kept\n");
        let reading = std::thread::spawn(move || {
            let mut text = String::new();
            while !text.ends_with("kept\n") {
                let mut some = [0; 8192];
                let count = reader.read(&mut some).expect("bytes");
                text.push_str(std::str::from_utf8(&some[..count]).expect("text"));
            }
            text
        });

        assert!(kept.written(Duration::from_secs(60)).await);
        let text = reading.join().expect("no panic");
        assert!(
            !text.contains("gone"),
            "nobody waited for it any more when it was to be written"
        );
    }
}
