//! A part that is measured.

use jsonwebtoken::Algorithm;

use crate::workshop::Workshop;

/// What is measured.
pub(crate) enum Job {
    /// The same again and again.
    Again(Box<dyn Fn()>),
    /// With a token that was never seen before, signed so.
    Token(Algorithm, Box<dyn Fn(&str)>),
}

/// A part: what it is called, and how it is set up. Sets up nothing before it is wanted.
pub(super) struct Piece {
    pub(super) name: String,
    /// How often it is done to be counted.
    pub(super) times: u32,
    pub(super) make: Box<dyn FnOnce(&Workshop) -> Job>,
}

/// As often small parts are done: the allocator takes memory from the system, and gives it back, for many at a time,
/// and in a few there is either none of it or too much.
const TIMES: u32 = 2_000;

impl Piece {
    /// Which is set up so.
    pub(super) fn new(
        name: impl Into<String>,
        make: impl FnOnce(&Workshop) -> Job + 'static,
    ) -> Self {
        Self {
            name: name.into(),
            times: TIMES,
            make: Box::new(make),
        }
    }

    /// One that does the same again and again.
    pub(super) fn again<F: Fn() + 'static>(
        name: impl Into<String>,
        make: impl FnOnce(&Workshop) -> F + 'static,
    ) -> Self {
        Self::new(name, |workshop| Job::Again(Box::new(make(workshop))))
    }

    /// One that is large: counted so many times.
    pub(super) fn counted(self, times: u32) -> Self {
        Self { times, ..self }
    }
}
