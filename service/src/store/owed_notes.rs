//! Who asked for tasks, as far as the store that replicas share is yet to be told.
//!
//! A note can be some kilobytes, and while the store is away each task leaves one. What is beyond
//! the room for them is not told at all: what becomes of a request must be said, and who asked for
//! it may be forgotten.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use crate::metrics::Metrics;

/// Most bytes of notes that wait to be told.
const MOST_BYTES: usize = 16 * 1024 * 1024;

/// All notes that wait to be told.
pub(super) struct OwedNotes {
    bytes: AtomicUsize,
    /// Whether the last one was lost, as the log knows by then.
    is_losing: AtomicBool,
    metrics: Arc<Metrics>,
}

/// Room for a note, until it is dropped.
pub(super) struct OwedNote {
    notes: Arc<OwedNotes>,
    bytes: usize,
}

impl OwedNotes {
    /// None.
    pub(super) fn new(metrics: Arc<Metrics>) -> Arc<Self> {
        Arc::new(Self {
            bytes: AtomicUsize::new(0),
            is_losing: AtomicBool::new(false),
            metrics,
        })
    }

    /// Room for a note of so many bytes. Where there is none, it is lost.
    pub(super) fn take(self: &Arc<Self>, bytes: usize) -> Option<OwedNote> {
        let before = self.bytes.fetch_add(bytes, Ordering::Relaxed);
        let note = OwedNote {
            notes: Arc::clone(self),
            bytes,
        };
        if before.saturating_add(bytes) > MOST_BYTES {
            note.lose();
            return None;
        }
        self.is_losing.store(false, Ordering::Relaxed);
        Some(note)
    }
}

impl OwedNote {
    /// It will not be told any more.
    pub(super) fn lose(&self) {
        self.notes.metrics.asker_lost();
        if !self.notes.is_losing.swap(true, Ordering::Relaxed) {
            tracing::error!(
                "the shared store is not told who asked for some tasks: it has been away for too long, or refuses it"
            );
        }
    }
}

impl Drop for OwedNote {
    fn drop(&mut self) {
        self.notes.bytes.fetch_sub(self.bytes, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_is_room_again_when_notes_are_told() {
        let notes = OwedNotes::new(Arc::new(Metrics::new()));

        let first = notes.take(MOST_BYTES).expect("nothing is owed");
        assert!(notes.take(1).is_none(), "there is no room");
        drop(first);

        assert!(notes.take(MOST_BYTES).is_some());
        let text = String::from_utf8(notes.metrics.render()).expect("text");
        assert!(text.contains("edr_gateway_askers_lost_total 1"), "{text}");
    }
}
