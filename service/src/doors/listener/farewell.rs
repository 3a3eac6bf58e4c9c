//! How a connection ends: our side first, and theirs when they have said what they had to say.
//!
//! What is refused is refused before its body is read, and a body that is still coming in when the
//! connection is closed makes the system reset it: the answer is lost on its way, a proxy makes 502
//! of it, and a client an error that it takes for a network's. So our side is closed behind the
//! answer, and what still comes is read and thrown away, until the other side closes too.
//!
//! That is bounded in bytes and in time, for everybody alike: some seconds, and more only while so
//! much comes that nobody does it to hold a connection. Meanwhile the connection keeps its place in
//! the [`super::room`], among those that idle and go first.

use std::future::poll_fn;
use std::io;
use std::mem::MaybeUninit;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Instant, timeout, timeout_at};

use super::room::ConnectionPlace;

/// Longest for our side to be closed: over TLS something is sent for it.
const OURS: Duration = Duration::from_secs(1);

/// Longest for their side, where nothing is expected to come.
const THEIRS: Duration = Duration::from_secs(1);

/// The same where the rest of a body is, until the first of it is there.
const REST: Duration = Duration::from_secs(5);

/// So many bytes are worth one second more.
const A_SECOND: u64 = 128 * 1024;

/// The longest in any case.
const LONGEST: Duration = Duration::from_secs(30);

/// So much more than the largest body is read: who sends a larger one learns that too.
pub(super) const MORE: u64 = 64 << 20;

/// What is known when it ends.
pub(super) struct Farewell {
    /// Whether the rest of a body may still come.
    pub(super) rest: bool,
    /// Most bytes that are thrown away.
    pub(super) most: u64,
    /// The longest once the gateway stops.
    pub(super) stopping: Duration,
}

impl Farewell {
    /// Closes a connection; `stops` resolves when the gateway does.
    pub(super) async fn say<S: AsyncRead + AsyncWrite + Unpin>(
        self,
        mut stream: S,
        place: ConnectionPlace,
        stops: impl Future<Output = ()>,
    ) {
        let closing = poll_fn(|context| Pin::new(&mut stream).poll_shutdown(context));
        if !matches!(timeout(OURS, closing).await, Ok(Ok(()))) {
            return;
        }
        let stopping = self.stopping;
        let listening = self.listen(&mut stream, &place);
        tokio::pin!(listening);
        tokio::select! {
            () = &mut listening => {}
            () = async { stops.await; tokio::time::sleep(stopping).await } => {}
        }
    }

    /// Throws away what comes until they close, or have had enough time.
    async fn listen<S: AsyncRead + Unpin>(&self, stream: &mut S, place: &ConnectionPlace) {
        let began = Instant::now();
        let patience = if self.rest { REST } else { THEIRS };
        let mut bytes: u64 = 0;
        loop {
            let earned = Duration::from_millis(bytes.saturating_mul(1000) / A_SECOND);
            let until = began + (patience + earned).min(LONGEST);
            let some = poll_fn(|context| poll_discard(stream, place, context));
            let Ok(Ok(count @ 1..)) = timeout_at(until, some).await else {
                return;
            };
            bytes += count as u64;
            if bytes > self.most || Instant::now() >= until {
                return;
            }
        }
    }
}

/// How many bytes were there to be thrown away; none when nothing more comes, or somebody needs the
/// place.
fn poll_discard<S: AsyncRead + Unpin>(
    stream: &mut S,
    place: &ConnectionPlace,
    context: &mut Context<'_>,
) -> Poll<io::Result<usize>> {
    let pulse = place.pulse();
    if pulse.is_shown_out(context) {
        return Poll::Ready(Ok(0));
    }
    // On the stack: those who are listened to may be many, and none needs it for longer.
    let mut bytes = [const { MaybeUninit::<u8>::uninit() }; 16 * 1024];
    let mut buffer = ReadBuf::uninit(&mut bytes);
    let read = Pin::new(stream).poll_read(context, &mut buffer);
    if read.is_pending() {
        pulse.wait();
    }
    ready!(read)?;
    Poll::Ready(Ok(buffer.filled().len()))
}
