//! The lines that wait to be written.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::oneshot;

use super::kind::LineKind;

/// Most bytes that wait. At a thousand requests in a second it is the log of some seconds.
const MOST_BYTES: usize = 4 << 20;

/// Most bytes of them before lines that are no audit are lost.
const MOST_ORDINARY_BYTES: usize = 3 << 20;

/// Most bytes that are written with one call.
const BATCH_BYTES: usize = 64 << 10;

/// How long lines that nobody waits for wait for others, so that the thread is not woken for each.
const LINGER: Duration = Duration::from_millis(5);

/// Lines on their way out, and how that goes.
#[derive(Debug)]
pub(super) struct Queue {
    waiting: Mutex<QueuedLines>,
    came: Condvar,
    done: Condvar,
    lost: [AtomicU64; 3],
    began: Instant,
    /// Since when the first line that is not written yet waits, in milliseconds and one from the
    /// beginning; 0 while none does.
    since: AtomicU64,
    /// Whether it has refused the last that it was given.
    refused: AtomicBool,
}

#[derive(Debug, Default)]
struct QueuedLines {
    lines: VecDeque<QueuedLine>,
    bytes: usize,
    /// How many of them somebody waits for.
    wanted: usize,
    /// Whether lines were taken out that are not written yet.
    under_way: bool,
}

#[derive(Debug)]
struct QueuedLine {
    text: Box<[u8]>,
    /// When it came, as [`Queue::since`] has it.
    since: u64,
    came: Instant,
    written: Option<oneshot::Sender<()>>,
}

/// Lines that are written together.
#[derive(Debug, Default)]
pub(super) struct Batch {
    pub(super) text: Vec<u8>,
    pub(super) written: Vec<oneshot::Sender<()>>,
}

impl QueuedLines {
    /// For how long what waits may wait for more.
    fn lingers(&self) -> Option<Duration> {
        if self.wanted > 0 || self.bytes >= BATCH_BYTES {
            return None;
        }
        let waited = self.lines.front()?.came.elapsed();
        LINGER.checked_sub(waited).filter(|it| !it.is_zero())
    }
}

impl Queue {
    pub(super) fn new() -> Self {
        Self {
            waiting: Mutex::default(),
            came: Condvar::new(),
            done: Condvar::new(),
            lost: Default::default(),
            began: Instant::now(),
            since: AtomicU64::new(0),
            refused: AtomicBool::new(false),
        }
    }

    /// Leaves a line, or loses it.
    pub(super) fn put(&self, kind: LineKind, text: &[u8], written: Option<oneshot::Sender<()>>) {
        let most = match kind {
            LineKind::Audit => MOST_BYTES,
            LineKind::Access | LineKind::Other => MOST_ORDINARY_BYTES,
        };
        let mut waiting = self.lock();
        if waiting.bytes + text.len() > most {
            drop(waiting);
            self.lost[kind as usize].fetch_add(1, Ordering::Relaxed);
            return;
        }
        waiting.bytes += text.len();
        let is_wanted = written.is_some();
        waiting.wanted += usize::from(is_wanted);
        waiting.lines.push_back(QueuedLine {
            text: text.into(),
            since: self.now(),
            came: Instant::now(),
            written,
        });
        let wakes = is_wanted || waiting.lines.len() == 1 || waiting.bytes >= BATCH_BYTES;
        drop(waiting);
        if wakes {
            self.came.notify_one();
        }
    }

    /// Takes the next lines out, when there are some. Those that nobody waits for any more,
    /// although somebody did, are left out.
    pub(super) fn take(&self, batch: &mut Batch) {
        batch.text.clear();
        let mut waiting = self.lock();
        while batch.text.is_empty() {
            while waiting.lines.is_empty() {
                waiting.under_way = false;
                self.done.notify_all();
                waiting = self
                    .came
                    .wait(waiting)
                    .unwrap_or_else(PoisonError::into_inner);
            }
            if let Some(left) = waiting.lingers() {
                let (again, _) = self
                    .came
                    .wait_timeout(waiting, left)
                    .unwrap_or_else(PoisonError::into_inner);
                waiting = again;
                continue;
            }
            waiting.under_way = true;
            while batch.text.len() < BATCH_BYTES
                && let Some(line) = waiting.lines.pop_front()
            {
                waiting.bytes -= line.text.len();
                waiting.wanted -= usize::from(line.written.is_some());
                if line
                    .written
                    .as_ref()
                    .is_some_and(oneshot::Sender::is_closed)
                {
                    continue;
                }
                if batch.text.is_empty() {
                    self.since.store(line.since, Ordering::Relaxed);
                }
                batch.text.extend_from_slice(&line.text);
                batch.written.extend(line.written);
            }
        }
    }

    /// The output has taken some, and is given more. However much it takes, what waits for too long
    /// is late.
    pub(super) fn moved(&self) {
        self.refused.store(false, Ordering::Relaxed);
    }

    /// The output has refused what it was given.
    pub(super) fn refused(&self) {
        self.refused.store(true, Ordering::Relaxed);
    }

    /// The output has taken all that it was given.
    pub(super) fn taken(&self) {
        self.refused.store(false, Ordering::Relaxed);
        self.since.store(0, Ordering::Relaxed);
    }

    pub(super) fn is_writing(&self, within: Duration) -> bool {
        let since = self.since.load(Ordering::Relaxed);
        let waited = self.now().saturating_sub(since);
        let late = since > 0 && u128::from(waited) >= within.as_millis();
        !late && !self.refused.load(Ordering::Relaxed)
    }

    pub(super) fn lost(&self, kind: LineKind) -> u64 {
        self.lost[kind as usize].load(Ordering::Relaxed)
    }

    pub(super) fn drain(&self, until: Instant, within: Duration) {
        let mut waiting = self.lock();
        while waiting.under_way || !waiting.lines.is_empty() {
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() || !self.is_writing(within) {
                return;
            }
            // It may be refused meanwhile, which nobody is told.
            let (again, _late) = self
                .done
                .wait_timeout(waiting, left.min(Duration::from_millis(20)))
                .unwrap_or_else(PoisonError::into_inner);
            waiting = again;
        }
    }

    fn now(&self) -> u64 {
        let millis = self.began.elapsed().as_millis();
        u64::try_from(millis).unwrap_or(u64::MAX).saturating_add(1)
    }

    fn lock(&self) -> MutexGuard<'_, QueuedLines> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
