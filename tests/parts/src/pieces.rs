//! The parts that are measured, in the order in which a request meets them.

mod body;
mod correlation;
mod filter;
mod incident;
mod log;
mod piece;
mod problem;
mod token;
mod wire;

pub(crate) use piece::Job;
use piece::Piece;

use crate::workshop::Workshop;

fn all() -> Vec<Piece> {
    [
        token::pieces(),
        body::pieces(),
        problem::pieces(),
        incident::pieces(),
        filter::pieces(),
        wire::pieces(),
        correlation::pieces(),
        log::pieces(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// What they are called.
pub(crate) fn names() -> Vec<String> {
    all().into_iter().map(|it| it.name).collect()
}

/// What they are called, and how often each is done to be counted.
pub(crate) fn counted() -> Vec<(String, u32)> {
    all().into_iter().map(|it| (it.name, it.times)).collect()
}

/// Sets one up.
///
/// # Panics
/// When there is none of this name, or when it does not do what it is measured for.
pub(crate) fn make(name: &str, workshop: &Workshop) -> Job {
    let found = all().into_iter().find(|it| it.name == name);
    (found.expect("a part of this name").make)(workshop)
}
