//! Those who want to hear of every deed of a device, as another simulator does which plays the same
//! device.
//!
//! They are called in the order of the deeds, before the answer that caused them goes out. The world
//! is not locked then, so they may look at the simulator, but they must not change it.

use crate::deed::Deed;
use crate::journal::Journal;
use std::sync::{Mutex, PoisonError};

type Hook = Box<dyn Fn(&Deed) + Send>;

/// The hooks, and how many deeds they know of.
#[derive(Default)]
pub(crate) struct Hooks {
    hung: Mutex<(usize, Vec<Hook>)>,
}

impl Hooks {
    /// From now on, every deed is told to this one.
    pub(crate) fn hang(&self, hook: Hook) {
        let mut hung = self.hung.lock().unwrap_or_else(PoisonError::into_inner);
        hung.1.push(hook);
    }

    /// Tells what is new.
    pub(crate) fn tell(&self, journal: &Journal) {
        let mut hung = self.hung.lock().unwrap_or_else(PoisonError::into_inner);
        while let Some(deed) = journal.deed(hung.0) {
            hung.0 += 1;
            for hook in &hung.1 {
                hook(&deed);
            }
        }
    }
}
