//! When requests are due: a thread that sleeps until each of them, exact to some microseconds.
//!
//! tokio's timers round up to the next millisecond, which is longer than most of what is measured.

use std::num::NonZeroU64;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::time::{Duration, Instant};

use rustix::thread::set_current_timer_slack;
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

/// By how much the system may wake the thread late, nanoseconds; the usual 50 µs would be a part of
/// every latency.
const SLACK: Option<NonZeroU64> = NonZeroU64::new(1_000);

/// A request that is due.
#[derive(Debug, Clone, Copy)]
pub(super) struct Due {
    pub(super) at: Instant,
    /// Whether it is one of those that are counted, however late its answer comes.
    pub(super) counts: bool,
}

/// The thread; it ends with this value.
pub(super) struct Pacer(Arc<AtomicBool>);

impl Pacer {
    /// From now on so many a second, for so long after a warm-up; and where they come out.
    pub(super) fn start(
        rate: f64,
        (warm_up, time): (Duration, Duration),
    ) -> (Self, UnboundedReceiver<Due>) {
        let (sender, receiver) = unbounded_channel();
        let stop = Arc::new(AtomicBool::new(false));
        let told = Arc::clone(&stop);
        std::thread::spawn(move || {
            // Without it latencies are longer, of every way alike.
            let _without = set_current_timer_slack(SLACK);
            let begin = Instant::now();
            for number in 0_u32.. {
                let after = Duration::from_secs_f64(f64::from(number) / rate);
                if after >= warm_up + time || told.load(Relaxed) {
                    return;
                }
                let at = begin + after;
                std::thread::sleep(at.saturating_duration_since(Instant::now()));
                let counts = after >= warm_up;
                if sender.send(Due { at, counts }).is_err() {
                    return;
                }
            }
        });
        (Self(stop), receiver)
    }
}

impl Drop for Pacer {
    fn drop(&mut self) {
        self.0.store(true, Relaxed);
    }
}
